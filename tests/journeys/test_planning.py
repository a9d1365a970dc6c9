"""From confirmed orders to work orders and purchases; a supplier slips, and the right one hears."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.services import ExpectedRow, ReceiptRow, expect_supplies, receive_expected
from gendan.kernel import audit, clock, reactions
from gendan.kernel.models import Entry
from gendan.notices.models import Notice
from gendan.planning import jobs, queries, services
from gendan.planning.models import PlanDemand, PlannedOrder, PlanRun
from gendan.planning.tests.factory import MONDAY, chairs
from gendan.production.models import WorkOrder
from gendan.purchasing.models import PurchaseRequest
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        yield


def day(number: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, number)


def let_the_workers_work() -> None:
    """Reactions, then the plan they asked for, then what that one caused."""
    reactions.run_due()
    for run in PlanRun.objects.filter(state="waiting").order_by("pk"):
        jobs.calculate_now(run.pk)
    reactions.run_due()


def told(name: str) -> list[str]:
    rows = Notice.objects.filter(user=person(name), entry__fact="PlanEndangersOrder")
    return list(rows.values_list("entry__fact", flat=True))


def a_week_later(request: PurchaseRequest, expected_id: int) -> None:
    later = request.needed_on + dt.timedelta(days=7)
    row = ExpectedRow("SEAT", Decimal(10), later, request.number, expected_id=expected_id)
    expect_supplies(rows=[row], by=person("bo"))
    let_the_workers_work()


def test_confirm_plan_firm_buy_slip_and_tell_the_one_it_concerns() -> None:
    chairs()
    masters.location()
    customer = masters.customer()

    def confirmed(by: str, due: dt.date, quantity: int) -> int:
        line = orders.line("CHAIR", quantity, requested_on=due)
        return orders.confirmed(customer, [line], by=person(by), incoterm="EXW").pk

    # Mei and Jun confirm an order each; the plan comes by itself and is in time.
    meis, juns = confirmed("mei", day(30), 10), confirmed("jun", day(30, 4), 20)
    followup.approved(meis, juns)
    let_the_workers_work()
    live = queries.live_run()
    assert live is not None
    assert live.cause == "facts"
    assert live.figures["late_sales_orders"] == 0
    assert not told("mei")

    # Ping firms what Mei's order needs; Bo orders the seats and says when they come.
    first = PlannedOrder.objects.filter(run=live, due_on__lte=day(30))
    ids = list(first.values_list("pk", flat=True))
    services.firm_planned_orders(planned_order_ids=ids, by=person("ping"))
    seats = PurchaseRequest.objects.get(item__code="SEAT")
    row = ExpectedRow("SEAT", Decimal(10), seats.needed_on, seats.number)
    [supply] = expect_supplies(rows=[row], by=person("bo"))
    let_the_workers_work()
    seats.refresh_from_db()
    assert seats.state == "ordered"
    assert not told("mei")

    # In the week before, too late to buy elsewhere, the supplier slips by a week: only Mei hears.
    with clock.at(clock.moment_on(day(19))):
        a_week_later(seats, supply.pk)
    live = queries.live_run()
    assert live is not None
    line = PlanDemand.objects.get(run=live, order=meis)
    assert line.is_late
    assert not PlanDemand.objects.get(run=live, order=juns).is_late
    assert len(told("mei")) == 1
    assert not told("jun")
    with clock.at(clock.moment_on(day(19))):
        services.run_plan(by=person("ping"))
        let_the_workers_work()
    assert len(told("mei")) == 1
    entry = Entry.objects.get(fact="PlanEndangersOrder")
    assert entry.data["days_late"] == 7

    # The chairs arrive all the same: the work order is done, and the plan calm again.
    chair = WorkOrder.objects.get(item__code="CHAIR")
    receive_expected(rows=[ReceiptRow(chair.expected_id, Decimal(10), "STORE")], by=person("wen"))
    let_the_workers_work()
    chair.refresh_from_db()
    assert chair.state == "done"
    live = queries.live_run()
    assert live is not None
    assert live.figures["late_sales_orders"] == 0
    assert audit.audit() == {}
