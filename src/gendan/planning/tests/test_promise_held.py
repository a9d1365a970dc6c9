"""Promises count on goods that wait for a verdict from the day it is expected, and say so."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import translation

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.orders import reasons
from gendan.orders.models import Order
from gendan.orders.services import confirm_order
from gendan.planning.held import VERDICT_DAYS
from gendan.planning.services import compute_promise, promise_order
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt
from gendan.purchasing.services import VerdictRow
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, receive
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


@pytest.fixture
def receipt() -> GoodsReceipt:
    found = receive(arrived(an_order(), 100))
    Item.objects.filter(code="CLOTH").update(lead_days=30, is_sold=True)
    return found


def asked(quantity: int, code: str = "CLOTH") -> Order:
    return orders.draft(lines=[orders.line(code, quantity, requested_on=None)])


def ready(order: Order, engine: str = "capable") -> int:
    """In how many working days the order could leave."""
    [line] = compute_promise(order.pk, engine).lines
    days = calendar(None)
    return days.count(TODAY, line.earliest_on)


def codes(order: Order) -> list[str]:
    return [reason.code for line in compute_promise(order.pk).lines for reason in line.reasons]


@pytest.mark.parametrize("engine", ["capable", "fixed_lead_times"])
def test_it_is_promised_for_the_day_of_the_verdict_and_the_reason_says_if_released(
    engine: str, receipt: GoodsReceipt
) -> None:
    order = asked(90)
    assert ready(order, engine) == VERDICT_DAYS
    [line] = compute_promise(order.pk, engine).lines
    assert (line.reasons[0].code, line.reasons[0].is_binding) == ("from_held", True)
    data = line.reasons[0].as_data()
    with translation.override("en"):
        said = reasons.words(data)
    assert receipt.number in said
    assert "in 2 working days" in said
    assert "if released" in said


def test_what_was_rejected_counts_no_more_and_what_was_released_is_stock(
    receipt: GoodsReceipt,
) -> None:
    order, [line] = asked(90), receipt.lines.all()
    rows = [VerdictRow(line.pk, Decimal(30))]
    services.reject_receipt(receipt_id=receipt.pk, rows=rows, reason="stains", by=person("qiu"))
    assert ready(order) == 30
    small = asked(70)
    assert ready(small) == VERDICT_DAYS
    services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    assert ready(small) == 0
    assert codes(small)[0] == "from_stock"


def test_a_product_that_waits_for_something_else_says_what_it_counts_on_besides(
    receipt: GoodsReceipt,
) -> None:
    masters.item("COAT", supply="make", lead_days=1)
    masters.item("ZIP", lead_days=9)
    masters.bom("COAT", {"CLOTH": 1, "ZIP": 1})
    found = codes(asked(40, "COAT"))
    assert "from_held" not in found  # the zips bind
    assert found.count("counts_on_held") == 1


def test_what_was_ordered_for_one_line_is_promised_to_it_alone(receipt: GoodsReceipt) -> None:
    mine, other = asked(90), asked(90)
    demand = f"orders.line:{mine.lines.get().pk}"
    ExpectedSupply.objects.filter(item__code="CLOTH").update(demand=demand)
    assert ready(other) == 30
    assert ready(mine) == VERDICT_DAYS


def test_it_is_promised_once(receipt: GoodsReceipt) -> None:
    first = asked(90)
    promise_order(order_id=first.pk, by=person("mei"))
    confirm_order(order_id=first.pk, by=person("mei"))
    assert ready(asked(20)) == 30
    assert ready(asked(10)) == VERDICT_DAYS
