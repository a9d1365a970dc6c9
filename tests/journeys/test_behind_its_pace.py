"""Work goes on more slowly than it must: it is said before the date passes, the order's forecast
moves, only its merchandiser hears of it, and when the reports catch up the warning ends."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import translation

from gendan.followup.models import Journey
from gendan.followup.queries import slips_since
from gendan.kernel import audit, clock, reactions
from gendan.notices.models import Notice
from gendan.orders.models import Order
from gendan.planning import jobs
from gendan.planning.models import PlanRun
from gendan.planning.tests.shop_factory import released, step, workshop
from gendan.production import services
from gendan.production.models import WorkOrder
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
PROMISED = dt.date(2026, 6, 19)
STEPS = (
    make.step("packing", 2),
    make.step("ex_works", 1, {"packing": 0}, stage="shipping", anchor="ex_works"),
)


@contextmanager
def on(day: int, hour: int = 8) -> Iterator[None]:
    """That day in June 2026 (the 10th is a Wednesday), begun as the worker begins it."""
    with clock.at(clock.moment_on(dt.date(2026, 6, day), hour)), translation.override("en"):
        reactions.open_day()
        reactions.run_due()
        yield


def let_the_planner_plan() -> None:
    for run in PlanRun.objects.filter(state="waiting").order_by("pk"):
        jobs.calculate_now(run.pk)
    reactions.run_due()


def made_for(by: str, item: str, quantity: int) -> tuple[Order, WorkOrder]:
    line = orders.line(item, quantity, requested_on=PROMISED)
    order = orders.confirmed(masters.customer(), [line], by=person(by), incoterm="EXW")
    demand = f"orders.line:{order.lines.get().pk}"
    return order, released(item, quantity, dt.date(2026, 6, 17), demands=[demand])


def told(name: str, fact: str) -> int:
    return Notice.objects.filter(user=person(name), entry__fact=fact).count()


def journey(order: Order) -> Journey:
    return Journey.objects.get(order=order)


def test_a_warning_before_the_date_and_its_end() -> None:
    with on(10):
        workshop()
        make.template(STEPS)
        meis, work = made_for("mei", "RED", 600)
        juns, _other = made_for("jun", "BLUE", 60)
        services.begin_step(step_id=step(work).pk, machine=1, by=person("gang"))
        reactions.run_due()
        let_the_planner_plan()
        assert journey(meis).forecast_on <= PROMISED
    for day in (10, 11, 12):
        with on(day, 17):
            services.report_step(step_id=step(work).pk, good=70, by=person("gang"))
            reactions.run_due()
    assert (told("mei", "WorkOrderBehind"), told("jun", "WorkOrderBehind")) == (0, 0)

    with on(15):  # two working days before the work order is due, four before the promise
        work.refresh_from_db()
        assert work.is_behind
        assert work.forecast_on == dt.date(2026, 6, 24)  # the 19th is a holiday
        assert (told("mei", "WorkOrderBehind"), told("jun", "WorkOrderBehind")) == (1, 0)
        found = journey(meis)
        assert (found.goods_on, found.goods_by) == (work.forecast_on, "pace")
        assert (found.forecast_on, found.health) == (dt.date(2026, 6, 25), "late")
        meis.refresh_from_db()
        assert meis.forecast_on == found.forecast_on
        slips = slips_since(person("mei"), clock.moment_on(dt.date(2026, 6, 15), 0))
        assert [(one.order_id, one.step) for one in slips] == [(meis.pk, "Packing")]
        assert (
            slips[0].goods == f"Work order {work.number} is behind its pace: goods on 2026-06-24."
        )
        assert journey(juns).goods_by == ""

        let_the_planner_plan()  # the plan that was asked for counts on the pace, and asks for none
        assert not PlanRun.objects.filter(state="waiting").exists()
        assert journey(meis).health == "late"

    with on(15, 17):
        services.report_step(step_id=step(work).pk, good=390, is_done=True, by=person("gang"))
        reactions.run_due()
        let_the_planner_plan()
        work.refresh_from_db()
        assert not work.is_behind
        found = journey(meis)
        assert found.goods_by == ""
        assert found.forecast_on <= PROMISED
        assert told("mei", "WorkOrderBackOnPace") == 1
    with on(16):
        assert told("mei", "WorkOrderBehind") == 1
        assert audit.audit() == {}
