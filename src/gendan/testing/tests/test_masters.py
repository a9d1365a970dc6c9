"""The makers of master data work together, and making twice gives the same thing."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.catalog.models import Item
from gendan.inventory.queries import availability
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_everything_can_be_made_twice() -> None:
    for _again in range(2):
        masters.payment_terms()
        masters.customer(payment_terms="TT30")
        masters.supplier()
        masters.contact("C-1", is_main=True)
        masters.address("C-1")
        masters.lane()
        masters.items({"A-1": {}, "B-1": {"supply": "make"}})
        masters.bom("B-1", {"A-1": 2})
        masters.work_center()
        masters.routing("B-1", ("WC-1", 10, "0.5"))
        masters.price("B-1", "12.5")
        masters.rate()
        masters.unit("ctn")
        masters.conversion("ctn", "pcs", 12, "A-1")
        masters.calendar(off=(dt.date(2026, 5, 1),))
        masters.staff()
        masters.stock("A-1", 50)
        masters.expected("A-1", 25, reference="PO-1")
    found = Item.objects.get(code="A-1")
    there = availability([found.pk])[found.pk]
    assert there.free == 100
    assert [one.quantity for one in there.incoming] == [Decimal(25)]
