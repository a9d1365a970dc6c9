"""Sheets of suppliers, sources, prices and contracts: what is wrong is told row by row."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gendan.exchange.sheets import ImportReport, run_import
from gendan.exchange.tables import SheetRefused
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.rows import MOST_ROWS
from gendan.sourcing.models import Source, SourcePrice, SupplierContract
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
PRICES = ["supplier", "item", "valid_from_on", "from_quantity", "price", "currency"]


@pytest.fixture
def boss() -> Iterator[User]:
    with clock.at(clock.moment_on(date(2026, 6, 10))):
        masters.supplier("S-1")
        masters.customer("C-1")
        masters.item("BOLT")
        yield person("zhao")


def sheet(kind: str, header: list[str], *rows: list[Any], by: User) -> ImportReport:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return run_import(kind, out.getvalue().encode(), f"{kind}.csv", by=by)


def told(report: ImportReport) -> list[tuple[int, str]]:
    """(row of the file, sentence) of everything that was found."""
    return [(one.row, one.message) for one in report.errors]


def test_prices_that_cannot_be_are_told_each_in_its_row(boss: User) -> None:
    good = ["S-1", "BOLT", "2026-01-01", "0", "1.35", "CNY"]
    report = sheet(
        "source_prices",
        PRICES,
        good,
        ["S-1", "BOLT", "2026-01-01", "100", "-1", "CNY"],
        ["S-1", "BOLT", "2026-01-01", "200", "0", "CNY"],
        ["S-1", "BOLT", "2026-01-01", "-5", "1", "CNY"],
        ["NOBODY", "BOLT", "2026-01-01", "0", "1", "CNY"],
        ["S-1", "NOTHING", "2026-01-01", "0", "1", "CNY"],
        ["C-1", "BOLT", "2026-01-01", "0", "1", "CNY"],
        ["S-1", "BOLT", "2026-01-01", "300", "1", "pcs"],
        good,
        by=boss,
    )
    rows = [row for row, _words in told(report)]
    assert rows == [3, 4, 5, 6, 7, 8, 9, 10]
    words = dict(told(report))
    assert "less than zero" in words[3]
    assert "more than zero" in words[4]
    assert "no company called “NOBODY”" in words[6]
    assert "no item called “NOTHING”" in words[7]
    assert "no supplier" in words[8]
    assert "three letters" in words[9]
    assert "twice" in words[10]
    assert not report.is_saved
    assert not SourcePrice.objects.exists()
    typed = sheet("source_prices", PRICES, ["S-1", "BOLT", "soon", "x", "y", "CNY"], by=boss)
    assert {row for row, _words in told(typed)} == {2}
    assert len(typed.errors) == 3


def test_a_price_of_a_supplier_not_approved_yet_comes_in(boss: User) -> None:
    report = sheet("source_prices", PRICES, ["S-1", "BOLT", "2026-01-01", "", "2", ""], by=boss)
    assert report.is_saved
    assert Source.objects.get().status == "prospect"


@pytest.mark.parametrize("kind", ["sources", "source_prices", "supplier_contracts"])
def test_a_wrong_header_an_empty_file_and_too_much_are_refused(boss: User, kind: str) -> None:
    with pytest.raises(SheetRefused, match="Supplier"):
        sheet(kind, ["colour", "size"], ["red", "9"], by=boss)
    with pytest.raises(SheetRefused):
        run_import(kind, b"", f"{kind}.csv", by=boss)
    with pytest.raises(SheetRefused):
        run_import(kind, b"PK\x03\x04 no workbook", f"{kind}.xlsx", by=boss)
    lines = "supplier,item,number,valid_from_on\n" + "S-1,BOLT,1,2026-01-01\n" * (MOST_ROWS + 1)
    with pytest.raises(SheetRefused, match="more than 100000 rows"):
        run_import(kind, lines.encode(), f"{kind}.csv", by=boss)


def test_sources_and_contracts_are_told_what_they_cannot_be(boss: User) -> None:
    header = ["supplier", "item", "rank", "minimum", "weekly_capacity", "status", "currency"]
    report = sheet(
        "sources",
        header,
        ["S-1", "BOLT", "0", "-1", "0", "friendly", "XXX"],
        ["C-1", "BOLT", "1", "1", "", "approved", "CNY"],
        by=boss,
    )
    assert {row for row, _words in told(report)} == {2, 3}
    assert not Source.objects.exists()
    contracts = ["supplier", "number", "valid_from_on", "valid_until_on", "payment_terms"]
    report = sheet(
        "supplier_contracts",
        contracts,
        ["S-1", "FC-1", "2026-05-01", "2026-01-01", ""],
        ["S-1", "FC-2", "2026-05-01", "", "NEVER"],
        ["S-1", "FC-3", "2026-05-01", "", ""],
        ["S-1", "FC-3", "2026-06-01", "", ""],
        by=boss,
    )
    assert not report.is_saved
    assert not SupplierContract.objects.exists()
    assert {row for row, _words in told(report)} <= {2, 3, 4, 5}
    assert report.errors
