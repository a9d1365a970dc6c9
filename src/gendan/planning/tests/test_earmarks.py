"""Goods bought or made for an order line serve it, however late, and it is not bought for anew."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.orders.models import Line, Order
from gendan.orders.queries import demand_of
from gendan.planning import invariants, services
from gendan.planning.models import Peg, PlanDemand, PlanMessage, PlannedOrder, PlanRun
from gendan.planning.net_snapshot import net_input
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def day(number: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, number)


def name_of(order: Order) -> str:
    return demand_of(Line.objects.get(order=order).pk)


def bought(run: PlanRun, code: str) -> Decimal:
    """How much of an item the plan buys or makes anew."""
    rows = PlannedOrder.objects.filter(run=run, item__code=code)
    return sum((one.quantity for one in rows), Decimal(0))


def served_by(run: PlanRun, code: str, **which: Any) -> set[int | None]:
    """The customer orders that supplies of an item serve, directly or through one planned order."""
    found = set()
    for peg in Peg.objects.filter(run=run, item__code=code, **which):
        above = Peg.objects.filter(run=run, order=peg.parent) if peg.parent else [peg]
        found |= {one.demand.order_id for one in above if one.demand}
    return found


def test_material_that_comes_late_for_one_order_is_not_bought_for_it_anew() -> None:
    """Seats bought for the first order come long after seats could be bought anew."""
    masters.stock("LEG", 400)
    first, second = ordered(10, day=day(30)), ordered(10, day=day(30, 6))
    late = masters.expected("SEAT", 10, day(20, 5), reference="PO-1")
    run = planned()
    assert bought(run, "SEAT") == 10  # by day, for the first one
    assert served_by(run, "SEAT", expected=late) == {second.pk}
    late.demand = name_of(first)
    late.save()
    run = planned()
    assert served_by(run, "SEAT", expected=late) == {first.pk}
    assert served_by(run, "SEAT", order__isnull=False) == {second.pk}
    assert bought(run, "SEAT") == 10
    demand = PlanDemand.objects.get(run=run, order=first)
    assert demand.is_late
    assert demand.ready_on is not None
    assert demand.ready_on == day(20, 5)  # made on the day the seats come
    told = PlanMessage.objects.get(run=run, expected=late)
    assert (told.action, told.day, told.to_day) == ("expedite", day(20, 5), day(25))
    assert told.parent is not None
    assert invariants.check() == []


@pytest.mark.parametrize(("there", "safety"), [(10, 0), (10, 10), (0, 0)])
def test_a_line_whose_own_goods_come_late_takes_what_lies_there_instead(
    there: int, safety: int
) -> None:
    """Chairs bought for the first order come late; those in the store are for one in June, or are
    the safety stock. What comes late takes their place."""
    masters.item("CHAIR", supply="buy", lead_days=30)
    Item.objects.filter(code="CHAIR").update(safety_stock=safety)
    if there:
        masters.stock("CHAIR", there)
    first, second = ordered(10, day=day(30)), ordered(10, day=day(30, 6))
    late = masters.expected("CHAIR", 10, day(20, 4), reference="PO-1", demand=name_of(first))
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=first)
    assert (demand.is_late, demand.ready_on) == (not there, day(30) if there else day(20, 4))
    assert served_by(run, "CHAIR", kind=Peg.Kind.STOCK) == ({first.pk} if there else set())
    assert (second.pk in served_by(run, "CHAIR", expected=late)) == bool(there)
    assert bought(run, "CHAIR") == (safety if there else 10)
    assert invariants.check() == []


def test_a_request_serves_the_lines_it_was_asked_for_and_others_with_the_rest() -> None:
    masters.stock("LEG", 400)
    first, second = ordered(10, day=day(30)), ordered(10, day=day(30, 6))
    row = PurchaseRow("SEAT", Decimal(14), day(20, 5), MONDAY, (name_of(second),))
    [request] = request_purchases(rows=[row], by=None)
    run = planned()
    assert served_by(run, "SEAT", request=request) == {second.pk}
    assert bought(run, "SEAT") == 10  # the four that are left come too late for the first
    run_two = planned_with(request, [name_of(first)])
    assert served_by(run_two, "SEAT", request=request) == {first.pk, second.pk}
    assert bought(run_two, "SEAT") == 6


def planned_with(request: PurchaseRequest, demands: list[str]) -> PlanRun:
    PurchaseRequest.objects.filter(pk=request.pk).update(demands=demands)
    return planned()


def test_what_a_work_order_still_takes_is_for_the_lines_it_is_made_for() -> None:
    first, other = ordered(10, day=day(30)), ordered(10, day=day(27))
    masters.stock("LEG", 400)
    row = WorkOrderRow("CHAIR", Decimal(10), day(25), day(30), (name_of(first),))
    [work] = firm_work_orders(rows=[row], by=None)
    seats = masters.expected("SEAT", 10, day(20), reference="PO-1")
    seats.demand = name_of(first)
    seats.save()
    run = planned()
    # The work order is for the later order, and so are the seats: by day both were the other's.
    assert served_by(run, "CHAIR", expected=work.expected) == {first.pk}
    peg = Peg.objects.get(run=run, expected=seats)
    assert peg.demand is not None
    assert peg.demand.name.startswith("production.component:")
    assert served_by(run, "SEAT", order__isnull=False) == {other.pk}


def test_firming_a_plan_leaves_everything_where_it_was_planned() -> None:
    """What was firmed for a line is counted on for it, whatever is ordered besides later."""
    first = ordered(10, day=day(30))
    run = planned()
    ids = list(PlannedOrder.objects.filter(run=run).values_list("pk", flat=True))
    services.firm_planned_orders(planned_order_ids=ids, by=None)
    ordered(10, day=day(27))
    run = planned()
    tree = {
        one.item.code: one
        for one in Peg.objects.filter(run=run, demand__order=first).select_related("item")
    }
    assert tree["CHAIR"].kind == "receipt"
    demand = PlanDemand.objects.get(run=run, order=first)
    assert not demand.is_late
    assert invariants.check() == []


def test_earmarks_cost_no_query_more(django_assert_max_num_queries: Any) -> None:
    first = ordered(10, day=day(30))
    row = PurchaseRow("SEAT", Decimal(10), day(20), MONDAY, (name_of(first),))
    request_purchases(rows=[row], by=None)
    with django_assert_max_num_queries(17):
        given = net_input()
    assert given.snapshot.earmarks.receipt.size == 1
