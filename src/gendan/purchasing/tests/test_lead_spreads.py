"""How far deliveries stray: of the item, else its family, else the supplier, else nobody knows."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.partners.models import Partner
from gendan.purchasing import lead_spreads as room
from gendan.purchasing.lead_spreads import lead_spreads
from gendan.sourcing.scoring import Receipt
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday
ASKED = dt.date(2026, 5, 11)  # a Monday


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Receipt]]:
    """Two suppliers, three items of two families; what is put into the list has come."""
    came: list[Receipt] = []
    monkeypatch.setattr(room, "receipts_of", lambda *, today: came)
    with clock.at(clock.moment_on(TODAY)):
        masters.calendar()
        for code in ("S-1", "S-2"):
            masters.supplier(code)
        for code, family in (("BOLT", "F-1"), ("NUT", "F-1"), ("CLOTH", "F-2")):
            masters.family(family)
            masters.item(code, family=family)
        yield came


def item(code: str) -> int:
    return Item.objects.get(code=code).pk


def came(code: str, supplier: str, *days: int) -> list[Receipt]:
    """Deliveries so many working days (of a week) after the day asked for."""
    pk = Partner.objects.get(code=supplier).pk
    return [
        Receipt(pk, item(code), ASKED, ASKED + dt.timedelta(days=one), ASKED, None) for one in days
    ]


def test_enough_deliveries_of_the_item_speak_for_it(world: list[Receipt]) -> None:
    sourcing.source("S-1", "BOLT")
    world += came("BOLT", "S-1", 0, 1, 2, 3, 4)
    world += came("NUT", "S-1", 0, 0, 0)
    found = lead_spreads([item("BOLT")])
    pk = Partner.objects.get(code="S-1").pk
    [one] = found.values()
    assert (one.count, one.origin, one.supplier_id) == (5, "item", pk)
    assert one.days == pytest.approx(2.5**0.5)
    assert lead_spreads([item("CLOTH")]) == {}


def test_else_its_family_else_all_of_the_supplier_each_around_its_own_mean(
    world: list[Receipt],
) -> None:
    for code in ("BOLT", "NUT", "CLOTH"):
        sourcing.source("S-1", code)
    world += came("BOLT", "S-1", 0, 0)
    world += came("NUT", "S-1", 4, 4, 4, 4)  # always as late: it does not stray
    world += came("CLOTH", "S-1", 0, 2)
    found = lead_spreads()
    assert [found[item(code)].origin for code in ("BOLT", "NUT", "CLOTH")] == [
        "family",
        "family",
        "supplier",
    ]
    assert (found[item("BOLT")].days, found[item("BOLT")].count) == (0, 6)
    assert found[item("CLOTH")].days == pytest.approx((2 / 5) ** 0.5)


def test_the_supplier_asked_first_counts_not_the_others(world: list[Receipt]) -> None:
    sourcing.source("S-1", "BOLT", rank=2)
    sourcing.source("S-2", "BOLT", rank=1)
    world += came("BOLT", "S-1", 0, 4, 0, 4, 0, 4)
    world += came("BOLT", "S-2", 1, 1, 1, 1, 1)
    assert lead_spreads()[item("BOLT")].days == 0
    sourcing.source("S-2", "BOLT", status="blocked")
    assert lead_spreads()[item("BOLT")].days > 2


def test_too_few_or_none_say_nothing(world: list[Receipt]) -> None:
    assert lead_spreads() == {}
    world += came("BOLT", "S-1", 0, 1, 2, 3)
    assert lead_spreads() == {}


def test_who_may_not_be_bought_from_is_not_the_one_who_is_asked_first(world: list[Receipt]) -> None:
    sourcing.source("S-1", "BOLT", rank=2)
    sourcing.source("S-2", "BOLT", rank=1)
    world += came("BOLT", "S-1", 0, 4, 0, 4, 0, 4)
    world += came("BOLT", "S-2", 1, 1, 1, 1, 1)
    assert lead_spreads()[item("BOLT")].supplier_id == Partner.objects.get(code="S-2").pk
    expired = TODAY - dt.timedelta(days=1)
    sourcing.qualification("S-2", expires_on=expired, is_required=True)
    assert lead_spreads()[item("BOLT")].supplier_id == Partner.objects.get(code="S-1").pk
