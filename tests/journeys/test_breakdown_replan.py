"""A machine breaks down, somebody falls ill, pieces are scrapped: the plan follows by itself, and
only the merchandiser whose order it concerns hears of it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.services import ReceiptRow, drop_expected, receive_expected
from gendan.kernel import audit, clock, reactions
from gendan.notices.models import Notice
from gendan.planning import jobs, queries, services
from gendan.planning.models import PlanDemand, PlannedOrder, PlanRun, ScheduledOrder
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.planning.tests.factory import MONDAY, chairs
from gendan.production.models import WorkOrder
from gendan.purchasing.models import PurchaseRequest
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders
from gendan.workforce.services import AbsenceRow, save_absences

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        yield


def day(number: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, number)


def let_the_workers_work() -> PlanRun:
    """Reactions, then the plan they asked for, then what that one caused; the live plan."""
    reactions.run_due()
    for run in PlanRun.objects.filter(state="waiting").order_by("pk"):
        jobs.calculate_now(run.pk)
    reactions.run_due()
    live = queries.live_run()
    assert live is not None
    return live


def told(name: str) -> int:
    return Notice.objects.filter(user=person(name), entry__fact="PlanEndangersOrder").count()


def confirmed(by: str, due: dt.date, quantity: int) -> int:
    line = orders.line("CHAIR", quantity, requested_on=due)
    customer = masters.customer()
    return orders.confirmed(customer, [line], by=person(by), incoterm="EXW").pk


def ready_on(run: PlanRun, order_id: int) -> dt.date | None:
    return PlanDemand.objects.get(run=run, order=order_id).ready_on


def everything_comes(work: WorkOrder) -> None:
    """What the work order takes is in the store."""
    legs = WorkOrder.objects.get(item__code="LEG")
    rows = [ReceiptRow(legs.expected_id, legs.quantity, "STORE")]
    receive_expected(rows=rows, by=person("wen"))
    for code in ("SEAT", "WOOD"):
        request = PurchaseRequest.objects.get(item__code=code)
        masters.stock(code, request.quantity)
        request.refresh_from_db()


def test_confirm_plan_firm_then_a_breakdown_an_absence_and_scrap() -> None:
    chairs()
    masters.location()
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    meis, juns = confirmed("mei", day(30), 60), confirmed("jun", day(30, 4), 20)
    followup.approved(meis, juns)
    live = let_the_workers_work()
    assert live.figures["late_sales_orders"] == 0
    first = PlannedOrder.objects.filter(run=live, due_on__lte=day(30))
    services.firm_planned_orders(
        planned_order_ids=list(first.values_list("pk", flat=True)), by=person("ping")
    )
    let_the_workers_work()
    chair = WorkOrder.objects.get(item__code="CHAIR")
    everything_comes(chair)
    live = let_the_workers_work()
    assert (ready_on(live, meis), ready_on(live, juns)) == (day(30), day(30, 4))
    assert (told("mei"), told("jun")) == (0, 0)

    # The day after the work should have begun the assembly breaks down for two weeks.
    with clock.at(clock.moment_on(day(26))):
        save_capacity_changes(
            rows=[CapacityChangeRow("ASSEMBLY", "breakdown", day(26), day(8, 4))],
            by=person("ping"),
        )
        live = let_the_workers_work()
    assert live.cause == "facts"
    late = ScheduledOrder.objects.get(run=live, work_order=chair)
    assert (late.ends_on, late.reason, late.is_late) == (day(9, 4), "centre", True)
    assert (ready_on(live, meis), ready_on(live, juns)) == (day(9, 4), day(30, 4))
    assert (told("mei"), told("jun")) == (1, 0)

    # Then its only fitter falls ill: one day later, and Mei hears that, too.
    with clock.at(clock.moment_on(day(27))):
        save_crews(rows=[CrewRow("ASSEMBLY", "WORKS", people=Decimal(1))], by=person("ping"))
        save_absences(rows=[AbsenceRow("P-1", day(9, 4), day(9, 4), "sick")], by=None)
        live = let_the_workers_work()
    assert ready_on(live, meis) == day(10, 4)
    assert (told("mei"), told("jun")) == (2, 0)

    # Of sixty chairs ten are scrap: what is missing is planned again.
    with clock.at(clock.moment_on(day(10, 4))):
        rows = [ReceiptRow(chair.expected_id, Decimal(50), "STORE")]
        receive_expected(rows=rows, by=person("wen"))
        drop_expected(expected_ids=[chair.expected_id], reason="ten are scrap", by=person("wen"))
        live = let_the_workers_work()
    again = PlannedOrder.objects.filter(run=live, item__code="CHAIR").order_by("due_on")
    assert [int(one.quantity) for one in again] == [10, 20]
    assert (told("mei"), told("jun")) == (3, 0)
    assert audit.audit() == {}
