"""Rows that become calls of a verb, one each: what came of them, what stands in the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from gendan.kernel.errors import Busy, DomainError, NotAllowed
from gendan.kernel.rows import Problems, RowError, RowsRefused, stands_in, tell


class Numbered(Protocol):
    """A row that names a document of ours that stands already, or "" for a new one."""

    @property
    def number(self) -> str:
        """The number of the document."""
        ...


R = TypeVar("R")
N = TypeVar("N", bound=Numbered)
MADE, CHANGED, SAME = "made", "changed", "same"


@dataclass
class Taken:
    """How many documents were made, changed, and stood there already as the sheet says."""

    made: int = 0
    changed: int = 0
    same: int = 0

    def count(self, what: str) -> None:
        """One more was MADE, CHANGED or the SAME."""
        setattr(self, what, getattr(self, what) + 1)


@dataclass(frozen=True)
class Places:
    """Where a verb's field stands in the sheet: `lines` is what the verb calls its lines."""

    head: str
    columns: Mapping[str, str] = field(default_factory=dict)
    line_columns: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ("lines",)

    def of(self, name: str | None) -> str:
        """ "lines.2.remark" → "lines.2.line_remark"; what is not named stands at the head."""
        parts = (name or self.head).split(".")
        if parts[0] in self.lines and len(parts) > 1 and parts[1].isdigit():
            last = parts[2] if len(parts) > 2 else ""
            return f"lines.{parts[1]}.{self.line_columns.get(last, last)}"
        return self.columns.get(parts[0], parts[0])


def one_by_one(
    rows: Sequence[R], take: Callable[[R], str], places: Places, problems: Problems | None = None
) -> Taken:
    """Take each row with its own call; everything that stands in the way is told together."""
    taken, problems = Taken(), problems or Problems()
    for index, row in enumerate(rows):
        tell("checking", index, len(rows))
        try:
            taken.count(take(row))
        except DomainError as error:
            note(problems, index, error, places)
    problems.refuse_if_any()
    return taken


def take_new(
    rows: Sequence[N],
    refuse_other: Callable[[N], None],
    make: Callable[[list[N]], int],
    places: Places,
) -> Taken:
    """Make what has no number yet, all with one call; what has one must stand as the sheet says.

    `refuse_other` raises where it stands otherwise or nowhere; `make` says how many were made.
    """
    problems, taken = Problems(), Taken()
    new = [index for index, row in enumerate(rows) if not row.number]
    for index, row in enumerate(rows):
        if not row.number:
            continue
        try:
            refuse_other(row)
            taken.same += 1
        except DomainError as error:
            problems.add(index, error.field or "number", error.message)
    problems.refuse_if_any()
    try:
        taken.made = make([rows[index] for index in new]) if new else 0
    except DomainError as error:
        note_all(problems, new, error, places)
    problems.refuse_if_any()
    return taken


def first_other(same: Mapping[str, bool]) -> str | None:
    """The first column in which a document stands otherwise than a row says; None: in none."""
    return next((name for name, is_same in same.items() if not is_same), None)


def note(problems: Problems, index: int, error: DomainError, places: Places) -> None:
    """Write a refusal down at its row; a refusal of many lines at each of them."""
    for one in _faults(error):
        name = one.field if "." in one.field else f"lines.{one.index}.{one.field}"
        problems.add(index, places.of(name), one.message)
    if not _faults(error):
        problems.add(index, places.of(error.field), error.message)


def note_all(
    problems: Problems, indexes: Sequence[int], error: DomainError, places: Places
) -> None:
    """Write the refusal of one call for many rows down: each fault at the row it is about."""
    for one in _faults(error):
        problems.add(indexes[one.index], places.of(one.field), one.message)
    if not _faults(error):
        problems.add(indexes[0], places.of(error.field), error.message)


def note_twins(problems: Problems, column: str, names: Sequence[str]) -> None:
    """Write down which rows name what an earlier one names."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        first = seen.setdefault(name, index)
        if first != index:
            problems.add(index, column, stands_in(first + 1), twin=first)


def _faults(error: DomainError) -> Sequence[RowError]:
    """What is wrong row by row; what is about none of them goes on: trying again, or nothing."""
    if isinstance(error, NotAllowed | Busy):
        raise error
    return error.rows if isinstance(error, RowsRefused) else ()
