"""The live plan begins nothing that an order's approvals still hold back."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.catalog.queries import calendar
from gendan.followup import services
from gendan.followup.approvals import awaited
from gendan.followup.models import Journey, Milestone, Template
from gendan.followup.services import refresh_by_plan
from gendan.kernel import clock, reactions
from gendan.orders.models import Hold, Order
from gendan.orders.services import confirm_order, release_hold
from gendan.planning.finite_near import near
from gendan.planning.late_lines import late_lines
from gendan.planning.models import PlanDemand, PlannedOrder, PlanRun, ScheduledOrder
from gendan.planning.services import firm_planned_orders, promise_order
from gendan.planning.tests.factory import chairs, planned
from gendan.production.models import WorkOrder
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders
from gendan.testing.make.followup import step

from .conftest import MONDAY

# A sample is approved after fifteen days; one more is made of the material in four.
STEPS = (
    step("sample_approved", 15, stage="samples", waits_for="customer", gates="produce"),
    step("material_in", 30, stage="material", evidence="material_received"),
    step("pp_sample", 4, {"material_in": 0}, stage="samples", gates="produce"),
    step("sewing", 3, {"sample_approved": 0, "pp_sample": 0}, needs="produce"),
    step("ex_works", 1, {"sewing": 0}, stage="shipping", anchor="ex_works"),
)  # fmt: skip
PLAIN = (step("sewing", 3), step("ex_works", 1, {"sewing": 0}, anchor="ex_works"))


@pytest.fixture(autouse=True)
def works(monday: dt.date) -> None:
    chairs()


@pytest.fixture
def template(works: None) -> Template:
    return make.template(STEPS)


def confirmed(quantity: int = 10, **given: Any) -> Order:
    """Promised as early as it can be, confirmed and followed."""
    given = {"incoterm": "EXW"} | given
    order = orders.draft(lines=[orders.line("CHAIR", quantity, requested_on=None)], **given)
    promise_order(order_id=order.pk, by=person("mei"))
    confirm_order(order_id=order.pk, by=person("mei"))
    reactions.run_due()
    return Order.objects.get(pk=order.pk)


def in_days(count: int) -> dt.date:
    return calendar(None).add_days(MONDAY, count)


def scheduled(run: PlanRun, code: str = "CHAIR") -> ScheduledOrder:
    return ScheduledOrder.objects.select_related("order").get(run=run, item__code=code)


def expect(order: Order, code: str, on: dt.date) -> None:
    one = Milestone.objects.get(journey__order=order, code=code)
    services.expect_milestone(milestone_id=one.pk, expected_on=on, by=person("mei"))
    reactions.run_due()


def test_nothing_made_begins_before_the_approval_and_the_promise_is_kept(
    template: Template,
) -> None:
    order = confirmed()
    run = planned()
    # Bought seats take ten days, their sample four more: the customer's approval comes last.
    for code in ("CHAIR", "LEG"):
        one = scheduled(run, code)
        assert one.approved_on == in_days(15)
        assert one.starts_on is not None
        assert one.starts_on >= in_days(15)
        assert not one.is_late
    assert not PlanDemand.objects.get(run=run).is_late
    [work] = firmed("LEG")
    assert work.starts_on >= in_days(15)
    assert order.promised_on == in_days(15)  # both are made within minutes


def firmed(code: str) -> list[WorkOrder]:
    rows = PlannedOrder.objects.filter(run__is_live=True, item__code=code)
    ids = list(rows.values_list("pk", flat=True))
    firm_planned_orders(planned_order_ids=ids, by=person("ping"))
    return list(WorkOrder.objects.filter(item__code=code))


def test_the_sample_needs_its_material_sooner(template: Template) -> None:
    """Seats take twelve days: the sample of them is approved after sixteen, not fifteen."""
    masters.items({"SEAT": {"supply": "buy", "lead_days": 12, "is_sold": False}})
    order = confirmed()
    run = planned()
    assert scheduled(run).approved_on == in_days(16) == order.promised_on
    seats = scheduled(run, "SEAT")
    assert seats.ends_on == in_days(12)
    assert not seats.is_late
    assert not PlanDemand.objects.get(run=run).is_late


def test_what_is_approved_too_late_binds_with_its_name(template: Template, client: Client) -> None:
    order = confirmed()
    assert not PlanRun.objects.filter(state="done").exists()
    PlanRun.objects.all().delete()
    expect(order, "sample_approved", in_days(22))
    assert PlanRun.objects.filter(state="waiting").count() == 1  # it is planned anew
    run = planned()
    [late] = late_lines(run, person("ping"), 10)
    assert late.ready_on == in_days(22)
    bound = late.binding
    assert bound is not None
    assert bound.late is not None
    assert bound.approval is not None
    assert (bound.late.reason, bound.approval.names[0]) == ("approval", "Sample approved")
    client.force_login(person("ping"))
    html = client.get(reverse("late_order_lines")).content.decode()
    assert f"“Sample approved” is done, expected on {in_days(22)}" in html
    assert f"{reverse('order', args=[order.pk])}?tab=followup" in html
    answer = client.get("/api/v1/late-order-lines").json()
    [row] = answer["items"] if isinstance(answer, dict) else answer
    assert row["binding"]["reason"] == "approval"
    assert row["binding"]["approval"] == "Sample approved"
    gantt = client.get(reverse("gantt")).content.decode()
    assert "before it is approved" in gantt


def test_a_gate_that_was_opened_holds_nothing_up(template: Template) -> None:
    order = confirmed()
    PlanRun.objects.all().delete()
    for hold in Hold.objects.filter(order=order, stage="produce"):
        release_hold(hold_id=hold.pk, reason="agreed by phone", by=person("zhao"))
    reactions.run_due()
    assert PlanRun.objects.filter(state="waiting").count() == 1
    assert awaited(None, calendar(None)) == {}
    run = planned()
    assert scheduled(run).approved_on is None


def test_a_lot_for_several_orders_waits_for_the_first_of_them_only(template: Template) -> None:
    """Chairs for two customers on one day are one lot: one of them has approved long ago."""
    other = masters.customer("PLAIN")
    make.template(PLAIN, code="repeat", customer_id=other.pk)
    for customer in (None, other):
        wanted = orders.line("CHAIR", 10, requested_on=in_days(40))
        order = orders.draft(customer, [wanted], incoterm="EXW")
        promise_order(order_id=order.pk, by=person("mei"))
        confirm_order(order_id=order.pk, by=person("mei"))
    reactions.run_due()
    run = planned()
    lot = scheduled(run)
    assert lot.quantity == 20
    assert lot.approved_on is None
    for demand in PlanDemand.objects.filter(run=run):
        assert not demand.is_late


def test_a_firm_work_order_waits_until_it_has_begun(template: Template) -> None:
    confirmed()
    planned()
    [work] = firmed("CHAIR")
    run = planned()
    assert scheduled(run).approved_on == in_days(15)
    WorkOrder.objects.filter(pk=work.pk).update(state="released")
    assert scheduled(planned()).approved_on is None


def test_what_is_tried_waits_too(template: Template) -> None:
    confirmed()
    run = planned()
    order = scheduled(run).order
    assert order is not None
    found = near(order, in_days(5), [])
    assert found is not None
    assert found.tasks[0].approved == (in_days(15) - clock.today()).days


def test_many_orders_are_asked_for_at_once(
    template: Template, django_assert_num_queries: Any
) -> None:
    days = calendar(None)
    for _number in range(3):
        confirmed()
    with django_assert_num_queries(1):
        found = awaited(None, days)
    assert len(found) == 3
    assert {one.names[0] for one in found.values()} == {"Sample approved"}
    [pk, *_others] = found
    assert awaited([pk], days) == {pk: found[pk]}


def forecast(order: Order) -> tuple[dt.date, str, int]:
    one = Journey.objects.get(order=order)
    return one.forecast_on, one.health, one.float_days


def test_on_the_day_it_is_confirmed_an_order_forecasts_its_promise(works: None) -> None:
    """Usually the material takes thirty days and sewing twenty; here both take less, says the plan,
    and the approval of the sample comes before all."""
    steps = [replace(one, duration_days=20) if one.code == "sewing" else one for one in STEPS]
    make.template(steps)
    order = confirmed()
    promised = order.promised_on
    assert promised == in_days(15)
    assert forecast(order)[:2] == (in_days(30 + 4 + 20 + 1), "late")  # nothing is planned yet
    planned()
    reactions.run_due()
    assert forecast(order) == (promised, "at_risk", 0)
    dates = dict(Milestone.objects.filter(journey__order=order).values_list("code", "forecast_on"))
    planned_days = Milestone.objects.filter(journey__order=order).values_list("code", "planned_on")
    assert dict(planned_days) == dates  # it is measured, and chased, by what the first plan says
    assert dates["sample_approved"] == in_days(15) == dates["sewing"]
    assert dates["material_in"] <= in_days(11)
    latest = Milestone.objects.get(journey__order=order, code="sample_approved")
    assert (latest.latest_on, latest.is_critical) == (promised, True)
    # It slips by a week: the plan follows, and the forecast with it; nothing of it goes in a ring.
    PlanRun.objects.filter(state="waiting").delete()
    expect(order, "sample_approved", in_days(20))
    planned()
    reactions.run_due()
    assert forecast(order)[:2] == (in_days(20), "late")
    assert dict(planned_days.all()) == dates  # later plans are measured against it
    assert refresh_by_plan() == []
    assert PlanRun.objects.filter(state="waiting").count() == 1  # the one that was asked for
