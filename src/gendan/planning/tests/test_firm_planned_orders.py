"""Making work orders and purchase requests of what the live plan says."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.orders.queries import demand_of
from gendan.planning import invariants, jobs, services
from gendan.planning.calculating import calculate
from gendan.planning.models import PlanDemand, PlanMessage, PlannedOrder, PlanRun
from gendan.planning.net_snapshot import net_input
from gendan.planning.services.doubling import MadeAlready, NotInThePlan
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 3, 30)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def ids(run: PlanRun, *codes: str) -> list[int]:
    rows = PlannedOrder.objects.filter(run=run)
    chosen = rows.filter(item__code__in=codes) if codes else rows
    return list(chosen.values_list("pk", flat=True))


def test_what_is_made_becomes_work_orders_and_what_is_bought_requests() -> None:
    order = ordered(10, day=DUE)
    run = planned()
    firmed = services.firm_planned_orders(planned_order_ids=ids(run), by=person("ping"))
    assert (len(firmed.work_orders), len(firmed.purchase_requests)) == (2, 2)
    chair = WorkOrder.objects.get(item__code="CHAIR")
    assert (chair.quantity, chair.starts_on, chair.due_on) == (10, dt.date(2026, 3, 25), DUE)
    wood = PurchaseRequest.objects.get(item__code="WOOD")
    assert (wood.quantity, wood.needed_on, wood.order_by_on) == (
        20,
        dt.date(2026, 3, 23),
        dt.date(2026, 3, 16),
    )
    line = demand_of(order.lines.get().pk)
    works, requests = WorkOrder.objects.all(), PurchaseRequest.objects.all()
    assert [*works.values_list("demands"), *requests.values_list("demands")] == [([line],)] * 4


def test_the_next_plan_counts_on_them_and_says_the_same_days() -> None:
    order = ordered(10, day=DUE)
    run = planned()
    services.firm_planned_orders(planned_order_ids=ids(run), by=None)
    after = planned()
    assert not PlannedOrder.objects.filter(run=after).exists()
    assert PlanDemand.objects.get(run=after, order=order).ready_on == DUE
    assert not after.figures["late_demands"]
    assert invariants.check() == []


def test_components_that_come_late_make_the_work_order_late() -> None:
    order = ordered(10, day=DUE)
    run = planned()
    services.firm_planned_orders(planned_order_ids=ids(run, "CHAIR"), by=None)
    with clock.at(clock.moment_on(dt.date(2026, 3, 16))):
        after = planned()
    # Seats ordered on 16 March are there on 30 March, three working days after they are needed;
    # the chairs, due on that Monday, come as many working days later, on a Thursday.
    demand = PlanDemand.objects.get(run=after, order=order)
    assert (demand.ready_on, demand.is_late) == (dt.date(2026, 4, 2), True)


def test_a_work_order_is_not_said_to_come_before_its_material() -> None:
    ordered(10, day=dt.date(2026, 3, 10))
    services.firm_planned_orders(planned_order_ids=ids(planned()), by=None)
    # Seats are there on 16 March, and ten chairs are made within a day: the usual three working
    # days would only make them later.
    chair = WorkOrder.objects.get(item__code="CHAIR")
    assert (chair.starts_on, chair.due_on) == (dt.date(2026, 3, 16), dt.date(2026, 3, 16))
    assert chair.expected.due_on == chair.due_on


def test_what_is_firmed_is_not_firmed_again() -> None:
    ordered(10, day=DUE)
    run = planned()
    chosen = ids(run, "SEAT")
    services.firm_planned_orders(planned_order_ids=chosen, by=None)
    with pytest.raises(services.AlreadyFirmed):
        services.firm_planned_orders(planned_order_ids=chosen, by=None)
    assert PurchaseRequest.objects.count() == 1


def test_only_the_live_plan_is_firmed() -> None:
    ordered(10, day=DUE)
    old = planned()
    planned()
    with pytest.raises(services.PlanNotLive):
        services.firm_planned_orders(planned_order_ids=ids(old), by=None)


def test_an_item_that_is_bought_now_is_planned_again_first() -> None:
    ordered(10, day=DUE)
    run = planned()
    masters.item("LEG", supply="buy", lead_days=2, is_sold=False)
    with pytest.raises(services.ItemHasChanged):
        services.firm_planned_orders(planned_order_ids=ids(run), by=None)
    assert not WorkOrder.objects.exists()
    assert not PurchaseRequest.objects.exists()


def test_it_refuses_nothing_at_all_and_what_is_not_there() -> None:
    with pytest.raises(Invalid):
        services.firm_planned_orders(planned_order_ids=[], by=None)
    with pytest.raises(NotThere):
        services.firm_planned_orders(planned_order_ids=[1], by=None)
    with pytest.raises(NotAllowed):
        services.firm_planned_orders(planned_order_ids=[1], by=person("mei"))


def test_a_plan_that_does_not_know_what_was_firmed_meanwhile_is_calculated_again() -> None:
    ordered(10, day=DUE)
    live = planned()
    coming = services.run_plan(by=None)
    services.take_up_plan_run(run_id=coming.pk)
    coming.refresh_from_db()
    done = calculate(net_input())
    services.firm_planned_orders(planned_order_ids=ids(live), by=None)
    assert services.finish_plan_run(run_id=coming.pk, attempt=1, done=done) is None
    live.refresh_from_db()
    assert live.is_live
    jobs.calculate_now(coming.pk)
    coming.refresh_from_db()
    assert (coming.is_live, coming.attempts) == (True, 1)
    assert not PlannedOrder.objects.filter(run=coming).exists()


def test_it_warns_before_goods_are_made_twice_for_the_same_line() -> None:
    first, second = ordered(10, day=DUE), ordered(10, day=DUE)
    run = planned()
    # Firmed of the same plan one after the other is nothing twice.
    for code in ("CHAIR", "LEG"):
        services.firm_planned_orders(planned_order_ids=ids(run, code), even_if_made=False, by=None)
    work = WorkOrder.objects.get(item__code="CHAIR")
    # Half of it is lost, and the rest serves the first order: the plan makes the others anew.
    ExpectedSupply.objects.filter(pk=work.expected_id).update(quantity=10)
    run = planned()
    assert PlanDemand.objects.get(run=run, order=first).pegs.get().expected_id == work.expected_id
    again = ids(run, "CHAIR")
    assert again
    with pytest.raises(MadeAlready, match=f"{work.number} was .* for {second.number} already"):
        services.firm_planned_orders(planned_order_ids=again, even_if_made=False, by=None)
    assert WorkOrder.objects.filter(item__code="CHAIR").count() == 1
    services.firm_planned_orders(planned_order_ids=again, by=None)
    assert WorkOrder.objects.filter(item__code="CHAIR").count() == 2


def test_what_slips_is_waited_for_and_not_made_anew() -> None:
    order = ordered(10, day=DUE)
    firm(planned(), "CHAIR")
    work = WorkOrder.objects.get(item__code="CHAIR")
    late = DUE + dt.timedelta(days=60)
    WorkOrder.objects.filter(pk=work.pk).update(starts_on=late, due_on=late)
    ExpectedSupply.objects.filter(pk=work.expected_id).update(due_on=late)
    run = planned()
    assert not ids(run, "CHAIR")
    assert PlanDemand.objects.get(run=run, order=order).is_late
    told = PlanMessage.objects.get(run=run, expected=work.expected)
    assert (told.action, told.to_day) == ("expedite", DUE)
    assert told.demand is not None
    assert told.demand.order == order


def firm(run: PlanRun, code: str, **given: bool) -> None:
    services.firm_planned_orders(planned_order_ids=ids(run, code), by=None, **given)


def test_the_parts_of_a_work_order_are_not_bought_twice_unseen() -> None:
    order = ordered(10, day=DUE)
    first = planned()
    firm(first, "CHAIR")
    firm(first, "SEAT")
    request = PurchaseRequest.objects.get(item__code="SEAT")
    late = DUE + dt.timedelta(days=90)
    PurchaseRequest.objects.filter(pk=request.pk).update(needed_on=late)
    assert not ids(planned(), "SEAT")  # it is waited for
    # For a while nobody said whom it is for, and the plan bought the parts anew.
    PurchaseRequest.objects.filter(pk=request.pk).update(demands=[])
    again = planned()
    PurchaseRequest.objects.filter(pk=request.pk).update(demands=[demand_of(order.lines.get().pk)])
    with pytest.raises(MadeAlready, match=f"{request.number} was .* for {order.number} already"):
        firm(again, "SEAT", even_if_made=False)


def test_what_was_asked_for_since_the_plan_is_named() -> None:
    ordered(10, day=DUE)
    run = planned()
    with clock.at(clock.moment_on(MONDAY) + dt.timedelta(hours=1)):
        row = PurchaseRow("SEAT", Decimal(1000), dt.date(2026, 3, 20), MONDAY)
        [request] = request_purchases(rows=[row], by=None)
        with pytest.raises(NotInThePlan, match=f"{request.number} of SEAT was made after"):
            firm(run, "SEAT", even_if_made=False)
        firm(run, "LEG", even_if_made=False)  # another item is not concerned
        assert PurchaseRequest.objects.filter(item__code="SEAT").count() == 1
        after = planned()  # now it counts
        assert not ids(after, "SEAT")
