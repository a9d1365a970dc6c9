"""Values as a column keeps them: the cleaner of each kind of column, by the column's own rules."""

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.quantity import read_decimal

CLEAR: Literal[""] = ""
JSON_LIMIT = 20_000


class Unusable(Exception):
    """A value that a cleaner cannot take; becomes the message of a RowError."""


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


def cleaners_of(
    model: type[models.Model], columns: list[str], rows: Sequence[Any], names: Mapping[str, str]
) -> dict[str, Cleaner]:
    """The cleaners of these columns by name; references are looked up once for all rows."""
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
