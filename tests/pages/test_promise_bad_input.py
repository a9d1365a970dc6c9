"""Promises of what makes no sense or cannot be: refused, or answered with the record named."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.orders.models import Order
from gendan.planning.possible import possible
from gendan.planning.services import compute_promise, promise_order
from gendan.planning.services.promising import NoDateToPromise
from gendan.testing.cast import person
from gendan.testing.make import masters, orders, sourcing

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)), translation.override("en"):
        masters.item("A-1", supply="make")
        masters.work_center("CUT", minutes_per_day=100)
        masters.routing("A-1", ("CUT", 0, 10))
        yield


def draft(quantity: Any = 10, code: str = "A-1", wish: dt.date | None = None) -> Order:
    return orders.draft(lines=[orders.line(code, quantity, requested_on=wish)])


@pytest.mark.parametrize("quantity", [0, -5, "x", "", "NaN", "1e30", 10**13])
def test_no_order_of_such_a_quantity_comes_so_far(quantity: Any) -> None:
    with pytest.raises(DomainError):
        draft(quantity)
    assert not Order.objects.exists()


def test_a_huge_quantity_names_the_work_centre_that_is_not_enough(browse: Any) -> None:
    order = draft(10**9)
    with pytest.raises(NoDateToPromise, match="free at the work centre CUT is not enough"):
        promise_order(order_id=order.pk, by=person("mei"))
    assert not order.promises.exists()
    assert "CUT is not enough" in page(browse, order)


def cannot_be() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """An item, what the refusal says, and how the item is."""
    yield "FAR", "FAR takes 5000 working days", {"lead_days": 5_000}
    yield "NOBODY", "Nobody supplies NOBODY", {"lead_days": 5}


@pytest.mark.parametrize(("code", "says", "given"), [*cannot_be()])
def test_what_cannot_be_is_named_and_the_rest_of_the_page_is_there(
    browse: Any, code: str, says: str, given: dict[str, Any]
) -> None:
    masters.item(code, **given)
    if code == "NOBODY":
        masters.supplier("BAD")
        sourcing.source("BAD", code, 3, status="blocked")
    order = orders.draft(
        lines=[orders.line("A-1", 5, requested_on=None), orders.line(code, 5, requested_on=None)]
    )
    with pytest.raises(NoDateToPromise, match=says):
        compute_promise(order.pk)
    text = page(browse, order)
    assert says in text
    assert "Promise these dates" not in text
    assert possible(order.pk).rush is None


def test_a_made_item_of_which_nobody_wrote_how_or_how_long_says_so() -> None:
    masters.item("KIT", supply="make")
    masters.item("PART", lead_days=4)
    masters.bom("KIT", {"PART": 1})
    Item.objects.filter(code="KIT").update(lead_days=0)
    [line] = compute_promise(draft(code="KIT").pk).lines
    unknown = [one for one in line.reasons if one.code == "lead_time_unknown"]
    assert [one.params["item"] for one in unknown] == ["KIT"]
    assert line.earliest_on == calendar(None).add_days(MONDAY, 4)


def test_a_wish_in_the_past_is_promised_for_the_first_day_that_can_be() -> None:
    order = draft(5)
    order.lines.update(requested_on=MONDAY - dt.timedelta(days=400))
    promise_order(order_id=order.pk, by=person("mei"))
    assert order.lines.get().promised_on == MONDAY


def test_a_wish_beyond_all_planned_days_is_promised_for_that_day() -> None:
    order = draft(5)
    wish = MONDAY + dt.timedelta(days=3_000)
    order.lines.update(requested_on=wish)
    promise_order(order_id=order.pk, by=person("mei"))
    assert order.lines.get().promised_on == wish


def test_the_smallest_part_of_a_piece_is_promised_like_any_other() -> None:
    order = draft(1)
    order.lines.update(quantity=Decimal("0.000001"))
    [line] = compute_promise(order.pk).lines
    assert line.earliest_on == MONDAY


def page(browse: Any, order: Order) -> str:
    answer = browse("mei").get(reverse("possible_promise", args=[order.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())
