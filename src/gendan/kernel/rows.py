"""Many rows at once: checked row by row from the table's own rules, written in a few queries.

A row is a frozen dataclass whose fields are named like the table's. References are codes. None
leaves a value as it is (or at its default, for a new row); CLEAR empties it.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal

CLEAR: Literal[""] = ""
Clear = Literal[""]
MOST_ROWS = 100_000
MOST_TOLD = 200
JSON_LIMIT = 20_000
Key = tuple[Any, ...]
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, order=True)
class RowError:
    """What stands in the way of one row (counted from 0), at which field.

    `twin` is the row that says the same, where that is what stands in the way: a file counts its
    rows otherwise (`stands_in`).
    """

    index: int
    field: str
    message: str
    twin: int = -1


class RowsRefused(Invalid):
    """Some rows cannot be taken, so none was; `rows` tells which and why."""

    def __init__(self, rows: Sequence[RowError]) -> None:
        self.rows = list(rows)
        first = self.rows[0]
        super().__init__(
            _("Nothing was saved: row %(row)s, %(field)s: %(message)s (%(count)s in all).")
            % {
                "row": first.index + 1,
                "field": first.field,
                "message": first.message,
                "count": len(self.rows),
            },
            field=f"rows.{first.index}.{first.field}",
            rows=[
                {"index": row.index, "field": row.field, "message": row.message}
                for row in self.rows[:MOST_TOLD]
            ],
        )


def stands_in(row: int) -> str:
    """The sentence that a row says the same as another one, counted as the reader counts."""
    return _("The same stands in row %(row)s.") % {"row": row}


class Unusable(Exception):
    """A value that a cleaner cannot take; becomes the message of a RowError."""


@dataclass
class Problems:
    """What was found wrong so far."""

    rows: list[RowError] = field(default_factory=list)

    def add(self, index: int, name: str, message: str, *, twin: int = -1) -> None:
        """Note what stands in the way of a row."""
        self.rows.append(RowError(index, name, message, twin))

    def refuse_if_any(self) -> None:
        """Raise RowsRefused with everything found, in the order of the rows."""
        if self.rows:
            raise RowsRefused(sorted(self.rows))


@dataclass(frozen=True)
class Saved(Generic[M]):
    """What came of the rows: objects in the order of the rows (removed ones left out)."""

    objects: list[M]
    made: list[M]
    changed: list[M]
    removed: list[M]

    @property
    def touched(self) -> list[M]:
        """Everything that is not as it was before."""
        return [*self.made, *self.changed, *self.removed]


def upsert(
    model: type[M],
    rows: Sequence[Any],
    *,
    key: tuple[str, ...],
    leave_out: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
    check: Callable[[M, int, Problems], None] | None = None,
    problems: Problems | None = None,
    always: Iterable[str] = (),
) -> Saved[M]:
    """Make or change the objects that the rows name by `key`, or refuse all rows together.

    `leave_out`: row fields that are no columns; a row field `remove` set to True deletes. `names`:
    referred table's code column, where it is not "code". `check` looks at each finished object
    before anything is written, and may set the columns named in `always`.

    Queries: one per referred table, one to lock, up to three to write.
    """
    refuse_unless_sensible(rows)
    problems = problems or Problems()
    skipped = {"remove", *leave_out}
    columns = [one.name for one in fields(rows[0]) if one.name not in skipped]
    cleaners = _cleaners(model, columns, rows, names or {})
    keys = _keys(rows, key, cleaners, problems)
    existing = _locked(model, key, [one for one in keys if one is not None])
    saved: Saved[M] = Saved([], [], [], [])
    fixed = list(always)
    given: set[str] = set(fixed)
    for index, (row, row_key) in enumerate(zip(rows, keys, strict=True)):
        if row_key is None:
            continue
        found = existing.get(row_key)
        if getattr(row, "remove", False):
            _note_removal(found, index, key[-1], saved, problems)
            continue
        one = found or model(**_attributes(model, key, row_key))
        before = len(problems.rows)
        standing = [getattr(one, name) for name in fixed]
        changes = _apply(one, row, index, columns, cleaners, found is None, problems)
        if check and len(problems.rows) == before:
            check(one, index, problems)
        if standing != [getattr(one, name) for name in fixed]:
            changes += fixed
        saved.objects.append(one)
        if found is None:
            saved.made.append(one)
            given.update(changes)
        elif changes:
            saved.changed.append(one)
            given.update(changes)
    problems.refuse_if_any()
    _write(model, key, saved, given)
    return saved


def refuse_unless_sensible(rows: Sequence[Any]) -> None:
    """Refuse no rows at all, and more than a sheet has."""
    if not rows:
        raise Invalid(_("Nothing was given."))
    if len(rows) > MOST_ROWS:
        raise Invalid(
            _("%(count)s rows are too many at once; the most is %(most)s.")
            % {"count": len(rows), "most": MOST_ROWS}
        )


def codes_to_ids(
    model: type[models.Model], codes: Iterable[str], *, name: str = "code"
) -> dict[str, Any]:
    """Primary keys by code, for those codes that exist: one query."""
    wanted = {code for code in codes if code}
    found = model._default_manager.filter(**{f"{name}__in": wanted})
    return dict(found.values_list(name, "pk"))


def clean_text(value: object) -> str:
    """Text as typed, without blanks at the ends; refuses control characters."""
    text = str(value).strip()
    if text.isprintable():
        return text
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text):
        raise Unusable(_("This text contains characters that cannot be read."))
    return text


def clean_line(value: object) -> str:
    """Text of one line: every run of blanks is one blank."""
    return " ".join(clean_text(value).split())


def _note_removal(
    found: M | None, index: int, name: str, saved: Saved[M], problems: Problems
) -> None:
    if found is None:
        problems.add(index, name, _("There is nothing to remove here."))
    else:
        saved.removed.append(found)


def _keys(
    rows: Sequence[Any],
    key: tuple[str, ...],
    cleaners: Mapping[str, "Cleaner"],
    problems: Problems,
) -> list[Key | None]:
    """The cleaned key of each row; None where it cannot be read or stands twice."""
    keys: list[Key | None] = []
    seen: dict[Key, int] = {}
    for index, row in enumerate(rows):
        parts: list[Any] = []
        for name in key:
            try:
                parts.append(cleaners[name].key(getattr(row, name)))
            except (Unusable, DomainError) as error:
                problems.add(index, name, str(error))
        whole = tuple(parts)
        if len(whole) < len(key):
            keys.append(None)
        elif whole in seen:
            problems.add(index, key[0], stands_in(seen[whole] + 1), twin=seen[whole])
            keys.append(None)
        else:
            seen[whole] = index
            keys.append(whole)
    return keys


def _attname(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname", name))


def _attributes(model: type[models.Model], key: tuple[str, ...], values: Key) -> dict[str, Any]:
    return {_attname(model, name): value for name, value in zip(key, values, strict=True)}


def _locked(model: type[M], key: tuple[str, ...], keys: list[Key]) -> dict[Key, M]:
    """The objects that exist, locked in the order of their ids."""
    if not keys:
        return {}
    attnames = [_attname(model, name) for name in key]
    wanted = set(keys)
    found = (
        model._default_manager.select_for_update(of=("self",))
        .filter(**{f"{attnames[0]}__in": {one[0] for one in keys}})
        .order_by("pk")
    )
    by_key = ((tuple(getattr(one, attname) for attname in attnames), one) for one in found)
    return {one_key: one for one_key, one in by_key if one_key in wanted}


def _apply(
    one: models.Model,
    row: Any,
    index: int,
    columns: list[str],
    cleaners: Mapping[str, "Cleaner"],
    is_new: bool,
    problems: Problems,
) -> list[str]:
    """Set what the row gives; returns the names of the columns that changed."""
    changes = []
    for name in columns:
        value = getattr(row, name)
        cleaner = cleaners[name]
        if value is None:
            if is_new and cleaner.is_required:
                problems.add(index, name, _("This is needed for a new entry."))
            continue
        try:
            clean = cleaner.clean(value)
        except (Unusable, DomainError) as error:
            problems.add(index, name, str(error))
            continue
        if getattr(one, cleaner.attname) != clean:
            setattr(one, cleaner.attname, clean)
            changes.append(name)
    return changes


def _write(model: type[M], key: tuple[str, ...], saved: Saved[M], given: set[str]) -> None:
    manager = model._default_manager
    if saved.removed:
        manager.filter(pk__in=[one.pk for one in saved.removed]).delete()
    if saved.changed:
        manager.bulk_create(
            saved.changed,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted(given.difference(key)) or [key[-1]],
        )
    if saved.made:
        # Somebody may make the same at this moment: then what is given here wins, as in a change.
        attnames = [_attname(model, name) for name in key]
        manager.bulk_create(
            # In one order, so that two who make the same do not wait for each other.
            sorted(saved.made, key=lambda one: [str(getattr(one, name)) for name in attnames]),
            update_conflicts=True,
            unique_fields=list(key),
            update_fields=sorted(given.difference(key)) or [key[-1]],
        )


@dataclass(frozen=True)
class Cleaner:
    """How a value becomes one of a column, with the column's own rules."""

    attname: str
    clean: Callable[[Any], Any]
    is_required: bool
    may_be_empty: bool
    empty: Any  # what an empty value is kept as: None, or "" in columns of text

    def key(self, value: Any) -> Any:
        """The cleaned value as part of a key."""
        if value is None or value == "":
            if self.may_be_empty:
                return self.empty
            raise Unusable(_("This may not be empty."))
        return self.clean(value)


def _cleaners(
    model: type[models.Model], columns: list[str], rows: Sequence[Any], names: Mapping[str, str]
) -> dict[str, Cleaner]:
    cleaners = {}
    for name in columns:
        column: Any = model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            clean = _reference(column, [getattr(row, name) for row in rows], names.get(name))
        else:
            clean = cleaner_of(column)
        is_optional = column.has_default() or column.blank or column.null
        is_text = isinstance(column, models.CharField | models.TextField)
        cleaners[name] = Cleaner(
            attname=column.attname,
            clean=clean,
            is_required=not is_optional,
            may_be_empty=column.null or (is_text and column.blank),
            empty="" if is_text else None,
        )
    return cleaners


def _reference(column: Any, values: list[Any], name: str | None) -> Callable[[Any], Any]:
    target = column.related_model
    ids = codes_to_ids(
        target, (" ".join(str(value).split()) for value in values if value), name=name or "code"
    )

    def clean(value: Any) -> Any:
        code = clean_line(value)
        if not code:
            if column.null:
                return None
            raise Unusable(_("This may not be empty."))
        if code not in ids:
            raise Unusable(
                _("There is no %(kind)s called “%(code)s”.")
                % {"kind": target._meta.verbose_name, "code": code[:60]}
            )
        return ids[code]

    return clean


def cleaner_of(column: Any) -> Callable[[Any], Any]:
    """The cleaner of a plain column, by its kind."""
    if isinstance(column, ArrayField):
        part = cleaner_of(column.base_field)
        return lambda value: [part(one) for one in value]
    makers: list[tuple[type, Callable[[Any], Callable[[Any], Any]]]] = [
        (models.CharField, _text),
        (models.TextField, _text),
        (models.DecimalField, _decimal),
        (models.BooleanField, _boolean),
        (models.IntegerField, _integer),
        (models.DateField, _date),
        (models.TimeField, _time),
        (models.JSONField, _json),
    ]
    for kind, maker in makers:
        if isinstance(column, kind):
            return maker(column)
    raise TypeError(f"no rule for {column}")


def _text(column: Any) -> Callable[[Any], Any]:
    choices = {str(value) for value, _label in column.choices} if column.choices else None
    longest = column.max_length or 10_000
    reading = clean_text if isinstance(column, models.TextField) else clean_line
    validators = [one for one in column.validators if not hasattr(one, "limit_value")]

    def clean(value: Any) -> str:
        text = reading(value)
        if not text:
            if column.blank:
                return ""
            raise Unusable(_("This may not be empty."))
        if len(text) > longest:
            raise Unusable(_("This text has more than %(most)s characters.") % {"most": longest})
        if choices is not None and text not in choices:
            raise Unusable(
                _("“%(text)s” is none of: %(choices)s.")
                % {"text": text[:40], "choices": ", ".join(sorted(choices - {""}))}
            )
        for validator in validators:
            try:
                validator(text)
            except ValidationError:
                raise Unusable(
                    _("“%(text)s” is not as it should be.") % {"text": text[:60]}
                ) from None
        return text

    return clean


def _decimal(column: Any) -> Callable[[Any], Any]:
    places = Decimal(1).scaleb(-column.decimal_places)
    most = Decimal(10) ** (column.max_digits - column.decimal_places)
    if column.name.endswith("_percent"):
        most = Decimal("100.000001")

    def clean(value: Any) -> Decimal | None:
        if value == CLEAR and column.null:
            return None
        number = read_decimal(value)
        if number < 0:
            raise Unusable(_("This may not be less than zero."))
        if number >= most:
            raise Unusable(_("“%(text)s” is too large.") % {"text": str(value)[:40]})
        rounded = number.quantize(places)
        if rounded != number:
            raise Unusable(
                _("“%(text)s” has more than %(places)s decimal places.")
                % {"text": str(value)[:40], "places": column.decimal_places}
            )
        return rounded

    return clean


def _integer(column: Any) -> Callable[[Any], Any]:
    most = 32_767 if isinstance(column, models.SmallIntegerField) else 2_147_483_647

    def clean(value: Any) -> int | None:
        if value == CLEAR and column.null:
            return None
        number = read_decimal(value)
        if number != number.to_integral_value() or isinstance(value, bool):
            raise Unusable(_("This must be a whole number."))
        if not 0 <= number <= most:
            raise Unusable(_("This number is out of range (0 to %(most)s).") % {"most": most})
        return int(number)

    return clean


def _boolean(column: Any) -> Callable[[Any], Any]:
    def clean(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Unusable(_("This must be yes or no."))
        return value

    return clean


def _date(column: Any) -> Callable[[Any], Any]:
    def clean(value: Any) -> dt.date | None:
        if value == CLEAR and column.null:
            return None
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise Unusable(_("This must be a date."))
        if not 1990 <= value.year <= 2099:
            raise Unusable(_("The year %(year)s cannot be meant.") % {"year": value.year})
        return value

    return clean


def _time(column: Any) -> Callable[[Any], Any]:
    def clean(value: Any) -> dt.time:
        if not isinstance(value, dt.time):
            raise Unusable(_("This must be a time of day."))
        return value

    return clean


def _json(column: Any) -> Callable[[Any], Any]:
    def clean(value: Any) -> Any:
        try:
            text = json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise Unusable(_("This cannot be kept as it is.")) from None
        if len(text) > JSON_LIMIT or "\\u0000" in text:
            raise Unusable(_("This is too long, or contains characters that cannot be read."))
        return value

    return clean
