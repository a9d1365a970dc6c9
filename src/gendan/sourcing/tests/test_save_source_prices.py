"""Suppliers' prices: breaks, days, what ends what."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gendan.kernel.cleaners import CLEAR
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.sourcing.models import Source, SourcePrice
from gendan.sourcing.queries import sources_of
from gendan.sourcing.services import SourcePriceRow, SourceRow, save_source_prices, save_sources
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
JANUARY, JULY = dt.date(2026, 1, 1), dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def source() -> int:
    masters.supplier("S-1")
    masters.item("A-1")
    return sourcing.source("S-1", "A-1").item_id


def row(price: Any = 5, start: dt.date = JANUARY, **values: Any) -> SourcePriceRow:
    kept = {"price": None if price is None else Decimal(str(price))} | values
    return SourcePriceRow("S-1", "A-1", start, **kept)


def test_a_new_price_ends_the_one_before(source: int) -> None:
    save_source_prices(rows=[row(5)], by=None)
    save_source_prices(rows=[row(6, JULY)], by=None)
    first, second = SourcePrice.objects.order_by("valid_from_on")
    assert (first.valid_until_on, second.valid_until_on) == (dt.date(2026, 6, 30), None)
    for day, price in ((dt.date(2026, 6, 30), 5), (JULY, 6)):
        (offer,) = sources_of([source], on=day)[source]
        assert offer.price_for(Decimal(1)) == price


def test_the_same_sheet_twice_changes_nothing() -> None:
    rows = [row(5), row(4, from_quantity=Decimal(100)), row(6, JULY)]
    save_source_prices(rows=rows, by=None)
    before = list(SourcePrice.objects.order_by("pk").values())
    save_source_prices(rows=rows, by=None)
    assert list(SourcePrice.objects.order_by("pk").values()) == before


def test_it_can_be_changed_and_removed() -> None:
    save_source_prices(rows=[row(5, valid_until_on=JULY)], by=None)
    save_source_prices(rows=[row(None, valid_until_on=CLEAR)], by=None)
    assert SourcePrice.objects.get().valid_until_on is None
    save_source_prices(rows=[row(None, remove=True)], by=None)
    assert not SourcePrice.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (row(0), "price"),
        (row(-1), "price"),
        (row(None), "price"),
        (row(5, from_quantity=Decimal(-1)), "from_quantity"),
        (row(5, valid_until_on=dt.date(2025, 12, 31)), "valid_until_on"),
        (row(5, currency="ZZZ"), "currency"),
        (row(5, remove=True), "valid_from_on"),
        (SourcePriceRow("S-1", "NOTHING", JANUARY, price=Decimal(1)), "item"),
        (SourcePriceRow("NOBODY", "A-1", JANUARY, price=Decimal(1)), "supplier"),
        (SourcePriceRow("C-9", "A-1", JANUARY, price=Decimal(1)), "supplier"),
        (SourcePriceRow("S-9", "A-1", JANUARY, remove=True), "valid_from_on"),
    ],
)
def test_it_refuses_what_cannot_be(wrong: SourcePriceRow, field: str) -> None:
    masters.customer("C-9")
    with pytest.raises(RowsRefused) as refused:
        save_source_prices(rows=[wrong], by=None)
    assert refused.value.rows[0].field == field
    assert not SourcePrice.objects.exists()


def test_it_refuses_a_price_into_a_later_one_and_the_same_twice() -> None:
    save_source_prices(rows=[row(6, JULY)], by=None)
    with pytest.raises(RowsRefused, match="2026-07-01"):
        save_source_prices(rows=[row(5)], by=None)
    save_source_prices(rows=[row(5, valid_until_on=dt.date(2026, 6, 30))], by=None)
    with pytest.raises(RowsRefused, match="twice"):
        save_source_prices(rows=[row(5, JULY), row(7, JULY)], by=None)


def test_the_table_itself_refuses_two_prices_for_one_day() -> None:
    save_source_prices(rows=[row(5)], by=None)
    price = SourcePrice.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SourcePrice.objects.create(
            source=price.source, price=4, currency="CNY", valid_from_on=dt.date(2026, 3, 1)
        )


def test_a_price_of_a_supplier_not_approved_yet_is_kept_and_not_bought_by(source: int) -> None:
    masters.supplier("S-9", currency="USD")
    rows = [
        SourcePriceRow("S-9", "A-1", JANUARY, price=Decimal(4)),
        SourcePriceRow("S-9", "A-1", JANUARY, from_quantity=Decimal(100), price=Decimal(3)),
    ]
    save_source_prices(rows=rows, by=None)
    made = Source.objects.get(supplier__code="S-9")
    assert (made.status, made.currency, made.prices.count()) == ("prospect", "USD", 2)
    assert "S-9" not in {one.supplier_code for one in sources_of([source], on=JULY)[source]}
    every = sources_of([source], on=JULY, and_blocked=True)[source]
    offer = next(one for one in every if one.supplier_code == "S-9")
    assert offer.price_for(Decimal(100)) == 3
    save_sources(rows=[SourceRow("S-9", "A-1", status="approved")], by=None)
    assert "S-9" in {one.supplier_code for one in sources_of([source], on=JULY)[source]}
    facts = Entry.objects.filter(fact="SourcesSaved", data__codes__contains=["A-1"])
    assert facts.exists()
