"""Count sheets: printed, written, and read back row by row, all of it or nothing."""

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import python_calamine

from gendan.contracts.papers.render import render
from gendan.exchange import count_sheets
from gendan.exchange.tables import write_csv, write_xlsx
from gendan.inventory.models import Count, CountLine
from gendan.inventory.services import cancel_count, start_count
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 10)
COUNTED, TIME = "Counted", "Time"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(clock.moment_on(DAY, 9)):
        masters.location("STORE", "store")
        masters.items({"A-1": {}, "B-1": {}, "L-1": {"traced": "lot"}})
        masters.stock("A-1", 100)
        masters.stock("B-1", 50)
        masters.stock("L-1", 20, lot_code="L7")
        yield


def a_count(*, is_blind: bool = True) -> Count:
    return start_count(basis="full", is_blind=is_blind, by=person("wen"))


def table(count: Count) -> list[dict[str, Any]]:
    """The written workbook as rows by header."""
    book = python_calamine.load_workbook(io.BytesIO(count_sheets.written(count)))
    header, *rows = book.get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def again(rows: list[dict[str, Any]]) -> bytes:
    return write_xlsx([("sheet", list(rows[0]), [list(row.values()) for row in rows])])


def filled(count: Count, *quantities: object) -> list[dict[str, Any]]:
    rows = table(count)
    for row, quantity in zip(rows, quantities, strict=True):
        row[COUNTED] = quantity
    return rows


def told(count: Count, rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """What stands in the way of a sheet; nothing of it is ever entered."""
    report = count_sheets.taken(count, again(rows), "sheet.xlsx", by=person("wen"))
    assert report.errors
    assert not report.is_saved
    assert not count.lines.exclude(state="open").exists()
    return [(one.row, one.message) for one in report.errors]


def test_what_is_written_and_filled_is_read_back() -> None:
    count = a_count()
    rows = filled(count, 100, "", 20)
    assert [row["Item"] for row in rows] == ["A-1", "B-1", "L-1"]
    assert rows[2]["Lot"] == "L7"
    assert "Books" not in rows[0]
    rows[0][TIME] = "9:00"
    tried = count_sheets.tried(count, again(rows), "sheet.xlsx", by=person("wen"))
    assert (tried.would_make, tried.is_saved, tried.errors) == (2, False, [])
    assert tried.ignored_columns == []
    assert not count.lines.exclude(state="open").exists()
    with clock.at(clock.moment_on(DAY, 10)):
        report = count_sheets.taken(count, again(rows), "sheet.xlsx", by=person("wen"))
    assert (report.is_saved, report.would_make) == (True, 2)
    first = count.lines.get(item__code="A-1")
    assert (first.counted, first.counted_at) == (100, clock.moment_on(DAY, 9))
    assert [row["Item"] for row in table(count)] == ["B-1"]


def test_csv_comes_back_too_and_nothing_there_is_nought() -> None:
    count = a_count()
    rows = filled(count, 0, 50, 20)
    data = write_csv(list(rows[0]), [list(row.values()) for row in rows])
    assert count_sheets.taken(count, data, "sheet.csv", by=person("wen")).is_saved
    # A hundred are missing: beyond the tolerance, so somebody else counts again.
    assert count.lines.get(item__code="A-1").state == CountLine.State.AGAIN


def test_rows_that_do_not_fit_are_told_one_by_one() -> None:
    count = a_count()
    rows = filled(count, 100, 50, 20)
    rows[0]["Item"] = "B-1"
    rows[1]["Count"] = "CT-1"
    rows[2]["Lot"] = "L8"
    assert told(count, rows) == [
        (2, "The line is of “A-1”, not “B-1”; do not change it."),
        (3, f"This row is of CT-1; here {count.number} is counted."),
        (4, "The line is of “L7”, not “L8”; do not change it."),
    ]
    rows = filled(count, 100, 50, 20)
    rows[0]["Line"] = 10**9
    rows[1]["Location"] = "ELSEWHERE"
    rows[2]["Unit"] = "kg"
    assert [row for row, _words in told(count, rows)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (-1, "less than nothing"),
        ("a dozen", "number"),
        ("1e400", "too large"),
        (Decimal("0.5"), ""),
    ],
)
def test_what_is_no_quantity_is_told(quantity: object, words: str) -> None:
    count = a_count()
    [(row, message)] = told(count, filled(count, "", quantity, ""))
    assert row == 3
    assert words in message.lower()


def test_a_line_twice_a_time_before_the_count_and_an_empty_sheet() -> None:
    count = a_count()
    rows = filled(count, 100, 50, 20)
    assert told(count, [*rows, rows[1]]) == [(5, "This line stands in the sheet twice.")]
    rows = filled(count, 100, "", "")
    rows[0][TIME] = "08:30"
    assert told(count, rows)[0][0] == 2
    assert "nothing there is 0" in told(count, filled(count, "", "", ""))[0][1]


def test_what_was_counted_meanwhile_and_a_count_that_ended() -> None:
    count = a_count()
    rows = filled(count, 100, 50, 20)
    one = count.lines.get(item__code="B-1")
    assert count_sheets.taken(count, again(rows[1:2]), "s.xlsx", by=person("wen")).is_saved
    report = count_sheets.taken(count, again(rows), "s.xlsx", by=person("wen"))
    assert [(row.row, "has counted this already" in row.message) for row in report.errors] == [
        (3, True)
    ]
    one.refresh_from_db()
    assert one.round == 2
    cancel_count(count_id=count.pk, reason="wrong day", by=person("wen"))
    report = count_sheets.taken(count, again(rows), "s.xlsx", by=person("wen"))
    assert report.errors
    assert not report.is_saved
    with pytest.raises(NotAllowed):
        count_sheets.taken(count, again(rows), "s.xlsx", by=person("bo"))


def test_the_paper_shows_the_books_only_where_the_count_is_not_blind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[dict[str, Any]] = []

    def see(template: Any, data: Any, **more: Any) -> bytes:
        drawn.append(data)
        assert more["images"]["qr"].startswith(b"<?xml")
        return render(template, data, **more)

    monkeypatch.setattr(count_sheets, "render", see)
    blind = a_count()
    assert count_sheets.printed(blind).startswith(b"%PDF-")
    assert [row["book"] for row in drawn[0]["lines"]] == ["", "", ""]
    cancel_count(count_id=blind.pk, reason="again", by=person("wen"))
    seen = a_count(is_blind=False)
    assert count_sheets.printed(seen).startswith(b"%PDF-")
    assert [row["book"] for row in drawn[1]["lines"]] == ["100", "50", "20"]
    assert [row["Books"] for row in table(seen)] == [100, 50, 20]
    count_sheets.taken(seen, again(filled(seen, 90, 50, 20)), "s.xlsx", by=person("wen"))
    # A second count is not led by the books.
    assert [(row["Item"], row["Books"]) for row in table(seen)] == [("A-1", "")]
    with pytest.raises(NotThere):
        count_sheets.written(seen, form="doc")
    count_sheets.taken(seen, again(filled(seen, 90)), "s.xlsx", by=person("zhao"))
    with pytest.raises(Invalid, match="nothing to print"):
        count_sheets.printed(seen)
