"""The approved list, and what other rooms ask of it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.kernel.cleaners import CLEAR
from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.sourcing.models import Source
from gendan.sourcing.queries import (
    arrival_on,
    calendars_of,
    nominated_customer,
    order_by_on,
    sources_for,
    sources_of,
    suppliers_for,
)
from gendan.sourcing.services import SourceRow, save_sources
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.date(2026, 6, 10)


@pytest.fixture(autouse=True)
def companies() -> None:
    for code in ("S-1", "S-2", "S-3"):
        masters.supplier(code)
    masters.customer("C-1")
    masters.item("A-1", lead_days=7)


def test_the_customers_nominated_supplier_comes_first_then_the_rank() -> None:
    sourcing.source("S-1", rank=2)
    sourcing.source("S-2", rank=1)
    sourcing.source("S-3", rank=3, nominated_by="C-1")
    item = Source.objects.first().item_id  # type: ignore[union-attr]
    customer = masters.customer("C-1")
    offers = sources_of([item], on=WEDNESDAY)[item]
    assert [one.supplier_code for one in offers] == ["S-2", "S-1", "S-3"]
    offers = sources_of([item], on=WEDNESDAY, customer_id=customer.pk)[item]
    assert [one.supplier_code for one in offers] == ["S-3", "S-2", "S-1"]
    assert nominated_customer(offers[0].supplier_id, item) == customer.pk
    assert nominated_customer(offers[1].supplier_id, item) is None


def test_blocked_and_inactive_ones_are_left_out() -> None:
    sourcing.source("S-1", status="blocked")
    sourcing.source("S-2")
    made = sourcing.source("S-3")
    masters.partner("S-2", is_active=False)
    offers = sources_of([made.item_id], on=WEDNESDAY)[made.item_id]
    assert [one.supplier_code for one in offers] == ["S-3"]
    offers = sources_of([made.item_id], on=WEDNESDAY, and_blocked=True)[made.item_id]
    assert [one.supplier_code for one in offers] == ["S-1", "S-3"]


def test_a_price_holds_from_its_quantity_upward() -> None:
    made = sourcing.source("S-1", breaks={100: 5, 1000: "4.5"})
    (offer,) = sources_of([made.item_id], on=WEDNESDAY)[made.item_id]
    assert offer.price_for(Decimal(99)) is None
    assert offer.price_for(Decimal(100)) == 5
    assert offer.price_for(Decimal(5000)) == Decimal("4.5")
    assert (offer.currency, offer.lead_days) == ("CNY", 7)
    assert sources_of([made.item_id], on=dt.date(2019, 1, 1))[made.item_id][0].breaks == ()


def test_prices_in_another_currency_wait_until_it_is_asked_for() -> None:
    made = sourcing.source("S-1", "A-1", 5)
    save_sources(rows=[SourceRow("S-1", "A-1", currency="USD")], by=None)
    assert sources_of([made.item_id], on=WEDNESDAY)[made.item_id][0].breaks == ()


def test_many_items_take_two_queries(django_assert_num_queries: Any) -> None:
    ids = [masters.item(f"M-{number}").pk for number in range(8)]
    for number in range(8):
        sourcing.source("S-1", f"M-{number}", 5)
    with django_assert_num_queries(2):
        assert len(sources_of(ids, on=WEDNESDAY)) == 8


def test_the_suppliers_holidays_make_it_later() -> None:
    masters.calendar()
    made = sourcing.source("S-1", lead_days=5)
    (offer,) = sources_of([made.item_id], on=WEDNESDAY)[made.item_id]
    assert arrival_on(offer, WEDNESDAY) == dt.date(2026, 6, 17)
    sourcing.closing("S-1", dt.date(2026, 6, 11), dt.date(2026, 6, 14))
    calendars = calendars_of([offer.supplier_id])
    assert arrival_on(offer, WEDNESDAY, calendars) == dt.date(2026, 6, 19)
    assert order_by_on(offer, dt.date(2026, 6, 19), calendars) == WEDNESDAY


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"supplier": "C-1"}, "supplier"),
        ({"supplier": "NOBODY"}, "supplier"),
        ({"item": "NOTHING"}, "item"),
        ({"nominated_by": "S-2"}, "nominated_by"),
        ({"currency": "XXQ"}, "currency"),
        ({"rank": 0}, "rank"),
        ({"minimum": Decimal(-1)}, "minimum"),
        ({"weekly_capacity": Decimal(0)}, "weekly_capacity"),
        ({"status": "loved"}, "status"),
    ],
)
def test_it_refuses_what_cannot_be(values: dict[str, Any], field: str) -> None:
    row = SourceRow(**({"supplier": "S-1", "item": "A-1"} | values))
    with pytest.raises(RowsRefused) as refused:
        save_sources(rows=[row], by=None)
    assert refused.value.rows[0].field == field
    assert not Source.objects.exists()


def test_buyers_write_planners_read_others_see_nothing() -> None:
    row = SourceRow("S-1", "A-1")
    save_sources(rows=[row], by=person("bo"))
    with pytest.raises(NotAllowed):
        save_sources(rows=[row], by=person("ping"))
    for name in ("bo", "zhao", "ping", "mei", "gang"):
        assert sources_for(person(name)).exists()
        assert suppliers_for(person(name)).exists()
    for name in ("fang", "wen", "stranger"):
        assert not sources_for(person(name)).exists()
        assert not suppliers_for(person(name)).exists()


def test_an_emptied_lead_time_is_the_items_own_again() -> None:
    made = sourcing.source("S-1", lead_days=3)
    save_sources(rows=[SourceRow("S-1", "A-1", lead_days=CLEAR)], by=None)
    made.refresh_from_db()
    assert made.lead_days is None
    assert sources_of([made.item_id], on=WEDNESDAY)[made.item_id][0].lead_days == 7
