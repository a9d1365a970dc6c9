"""Count sheets: on paper to write on, and as a workbook that is read back row by row."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import segno
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gendan.contracts.papers import words
from gendan.contracts.papers.render import render
from gendan.exchange import cells, sheets
from gendan.exchange.kind import Kind
from gendan.exchange.tables import write_csv, write_xlsx
from gendan.exchange.words import words_of
from gendan.inventory.models import Count, CountLine
from gendan.inventory.queries import books_of, lines_for
from gendan.inventory.services import CountedRow, record_counts
from gendan.kernel import clock, company
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.models import User
from gendan.kernel.rows import Problems, RowsRefused
from gendan.kernel.service import title_of

TEMPLATE = Path(__file__).parent / "papers" / "count.typ"
MOST_PRINTED = 5000
SHEET_COLUMNS = (
    "count", "line", "round", "location", "item", "name", "lot", "unit", "book", "counted", "time"
)  # fmt: skip


@dataclass(frozen=True)
class SheetRow:
    """A row as it comes back: which line of which count, what it is of, and what was found.

    `counted` empty: nobody has been there yet; the row is left aside.
    """

    line: int
    count: str = ""
    round: int = 1
    location: str = ""
    item: str = ""
    name: str = ""
    lot: str = ""
    unit: str = ""
    book: str = ""
    counted: Decimal | None = None
    time: dt.time | None = None


def to_count(count: Count) -> "QuerySet[CountLine]":
    """What is still to be counted, in walking order."""
    rows = lines_for(count).filter(state__in=CountLine.WAITING)
    return rows.order_by("location__sequence", "location__code", "item__code", "lot__code", "pk")


def written(count: Count, *, form: str = "xlsx", language: str = "en") -> bytes:
    """What is still to be counted as a file that `taken` and `tried` read back.

    A blind count never shows the books, and a line that is counted again does not in any.
    """
    if form not in sheets.FORMATS:
        raise NotThere(_("There is no such format; take xlsx or csv."))
    keys = [key for key in SHEET_COLUMNS if key != "book" or not count.is_blind]
    header = [_title(key, language) for key in keys]
    rows = list(_rows(count, keys))
    if form == "csv":
        return write_csv(header, rows)
    return write_xlsx([(count.number, header, rows)])


def printed(count: Count) -> bytes:
    """The same to print and write on: a PDF in both languages, with the count as a QR code."""
    lines = list(to_count(count)[: MOST_PRINTED + 1])
    if not lines:
        raise Invalid(_("Everything is counted: there is nothing to print."))
    if len(lines) > MOST_PRINTED:
        words_ = _(
            "More than %(most)s lines are not printed at once; count by place, or take XLSX."
        )
        raise Invalid(words_ % {"most": MOST_PRINTED})
    books = {} if count.is_blind else books_of(lines)
    name = company.value("company_name")
    place = count.place
    data = {
        "number": count.number,
        "date": words.day(clock.today()),
        "company": {"en": name["en"], "zh": name["zh"]},
        "place": f"{place.code} {place.name_zh} {place.name_en}".strip() if place else "",
        "is_blind": count.is_blind,
        "lines": [_printed(one, books) for one in lines],
    }
    images = {"qr": _square(company.public_url(f"/stock/counts/{count.pk}/count/"))}
    return render(TEMPLATE, data, images=images, at=clock.now())


def tried(count: Count, data: bytes, filename: str, *, by: User) -> sheets.ImportReport:
    """What would be entered; the verb is really asked, then everything is taken back."""
    return _read(count, data, filename, by, keep=False)


def taken(count: Count, data: bytes, filename: str, *, by: User) -> sheets.ImportReport:
    """Enter what the sheet says, all of it or nothing."""
    return _read(count, data, filename, by, keep=True)


def _read(count: Count, data: bytes, filename: str, by: User, *, keep: bool) -> sheets.ImportReport:
    entered: list[CountLine] = []

    def take(*, rows: Sequence[SheetRow], by: User) -> list[CountLine]:
        entered[:] = _take(count, rows, by)
        return entered

    kind = Kind(
        key="counting",
        title_en="Count sheet",
        title_zh="盘点表",
        row=SheetRow,
        save=record_counts,
        model=CountLine,
        take=take,
    )
    report = sheets.run(kind, data, filename, by, keep=keep)
    return replace(report, would_make=0 if report.errors else len(entered))


def _title(key: str, language: str) -> str:
    english, chinese = words_of("counting", key)
    return chinese if language.startswith("zh") else english


def _rows(count: Count, keys: Sequence[str]) -> Iterator[list[Any]]:
    lines = list(to_count(count))
    books = {} if count.is_blind else books_of(lines)
    for one in lines:
        values = {
            "count": count.number,
            "line": one.pk,
            "round": one.round,
            "location": one.location.code,
            "item": one.item.code,
            "name": str(one.item.name),
            "lot": one.lot.code if one.lot else "",
            "unit": one.item.unit.code,
            "book": _book(one, books),
            "counted": None,
            "time": None,
        }
        yield [cells.shown(values[key]) for key in keys]


def _book(line: CountLine, books: dict[int, Decimal]) -> Decimal | None:
    """What the books have; never for a second count, which would only repeat it."""
    return None if line.state == line.State.AGAIN else books.get(line.pk)


def _printed(line: CountLine, books: dict[int, Decimal]) -> dict[str, Any]:
    book = _book(line, books)
    return {
        "line": line.pk,
        "place": line.location.code,
        "item": line.item.code,
        "name_en": line.item.name_en,
        "name_zh": line.item.name_zh,
        "lot": line.lot.code if line.lot else "",
        "unit": line.item.unit.code,
        "book": "" if book is None else words.number(book),
        "again": line.state == line.State.AGAIN,
    }


def _square(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=1)
    return drawn.getvalue()


def _take(count: Count, rows: Sequence[SheetRow], by: User) -> list[CountLine]:
    """Enter the filled rows; what stands in the way is told at the row of the sheet."""
    if not by.may_do("record_counts"):
        verb = title_of("record_counts")
        raise NotAllowed(_("Your role does not allow this: %(verb)s.") % {"verb": verb})
    filled = [(at, row) for at, row in enumerate(rows) if row.counted is not None]
    if not filled:
        raise Invalid(_("No row says what was counted; nothing there is 0."), field="counted")
    lines = {one.pk: one for one in lines_for(count).filter(pk__in=_ids(filled))}
    problems = Problems()
    first: dict[int, int] = {}
    for at, row in filled:
        found = _misfit(count, row, lines.get(row.line))
        if not found and row.line in first:
            found = ("line", _("This line stands in the sheet twice."))
        if found:
            problems.add(at, *found)
        first.setdefault(row.line, at)
    problems.refuse_if_any()
    given = [
        CountedRow(row.line, row.counted or Decimal(0), row.round, _moment(row.time, count))
        for _at, row in filled
    ]
    try:
        return record_counts(count_id=count.pk, rows=given, by=by)
    except RowsRefused as refusal:
        for error in refusal.rows:
            problems.add(filled[error.index][0], _FIELDS.get(error.field, ""), error.message)
    except NotAllowed:
        raise
    except DomainError as refusal:
        if len(filled) > 1:
            raise
        problems.add(filled[0][0], _FIELDS.get(refusal.field or "", ""), refusal.message)
    problems.refuse_if_any()
    raise AssertionError("a refusal without a reason")


_FIELDS = {"line_id": "line", "quantity": "counted", "counted_at": "time"}


def _ids(filled: Sequence[tuple[int, SheetRow]]) -> list[int]:
    return [row.line for _at, row in filled if 0 < row.line < 2**63]


def _misfit(count: Count, row: SheetRow, line: CountLine | None) -> tuple[str, str] | None:
    """Where a row does not fit the count's line it names, and how; None: it fits."""
    if row.count and row.count.strip() != count.number:
        return "count", _("This row is of %(other)s; here %(count)s is counted.") % {
            "other": row.count[:40],
            "count": count.number,
        }
    if line is None:
        return "line", _("%(count)s has no such line.") % {"count": count.number}
    lot = line.lot.code if line.lot else ""
    for key, typed, right in (
        ("location", row.location, line.location.code),
        ("item", row.item, line.item.code),
        ("lot", row.lot, lot),
        ("unit", row.unit or line.item.unit.code, line.item.unit.code),
    ):
        if typed.strip() != right:
            return key, _("The line is of “%(right)s”, not “%(typed)s”; do not change it.") % {
                "right": right or "–",
                "typed": typed[:40],
            }
    if row.counted is not None and row.counted < 0:
        return "counted", _("Less than nothing was not counted; nothing there is 0.")
    return None


def _moment(time: dt.time | None, count: Count) -> dt.datetime | None:
    """The last time it was so late: today, or yesterday; None: now."""
    if time is None:
        return None
    now = clock.now()
    found = clock.moment_on(clock.today(), time.hour, time.minute)
    if found > now:
        found = clock.moment_on(clock.today() - dt.timedelta(days=1), time.hour, time.minute)
    # A sheet says minutes: what was counted in the minute in which the count began is not before.
    begun = count.made_at
    return begun if found < begun < found + dt.timedelta(minutes=1) else found
