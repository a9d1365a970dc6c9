"""Many rows at once: checked row by row from the table's own rules, written in a few queries.

A row is a frozen dataclass whose fields are named like the table's. References are codes. None
leaves a value as it is (or at its default, for a new row); CLEAR empties it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Literal, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.cleaners import Cleaner, Unusable, cleaners_of
from gendan.kernel.errors import DomainError, Invalid

Clear = Literal[""]
# Told while rows are checked or written: the stage, how many are done, how many there are.
Watch = Callable[[str, int, int], None]
TELL_EVERY = 1000  # rows
_watch: ContextVar[Watch | None] = ContextVar("watch_of_rows", default=None)
MOST_ROWS = 100_000
WRITTEN_AT_ONCE = 10_000  # rows in one statement
MOST_TOLD = 200
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


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Tell `watch` how far many rows are; what it raises ends the work."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def tell(stage: str, done: int, count: int) -> None:
    """How far rows are, now and then, to who watches: "checking" or "writing"."""
    watch = _watch.get()
    if watch is not None and done % TELL_EVERY == 0:
        watch(stage, done, count)


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
    cleaners = cleaners_of(model, columns, rows, names or {})
    keys = _keys(rows, key, cleaners, problems)
    existing = _locked(model, key, [one for one in keys if one is not None])
    saved: Saved[M] = Saved([], [], [], [])
    fixed = list(always)
    given: set[str] = set(fixed)
    for index, (row, row_key) in enumerate(zip(rows, keys, strict=True)):
        tell("checking", index, len(rows))
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
    count = len(saved.changed) + len(saved.made)
    wanted = sorted(given.difference(key)) or [key[-1]]
    for done, some in _parts(saved.changed):
        tell("writing", done, count)
        manager.bulk_create(some, update_conflicts=True, unique_fields=["id"], update_fields=wanted)
    # Somebody may make the same at this moment: then what is given here wins, as in a change.
    attnames = [_attname(model, name) for name in key]
    # In one order, so that two who make the same do not wait for each other.
    new = sorted(saved.made, key=lambda one: [str(getattr(one, name)) for name in attnames])
    for done, some in _parts(new):
        tell("writing", len(saved.changed) // TELL_EVERY * TELL_EVERY + done, count)
        manager.bulk_create(
            some, update_conflicts=True, unique_fields=list(key), update_fields=wanted
        )


def _parts(rows: list[M]) -> Iterator[tuple[int, list[M]]]:
    """The rows in parts that are written with one statement, each with how many were before."""
    for done in range(0, len(rows), WRITTEN_AT_ONCE):
        yield done, rows[done : done + WRITTEN_AT_ONCE]
