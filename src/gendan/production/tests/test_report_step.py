"""Reports from the shop floor: pieces made, taken back, refused; what they say of the pace."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gendan.inventory.events import SuppliesReceived
from gendan.inventory.services import ExpectedRow, ReceiptRow, plan_supplies, receive_expected
from gendan.kernel import clock, reactions
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.quantity import QuantityRefused
from gendan.planning.tests.shop_factory import released, step, workshop
from gendan.production import handlers, queries, services
from gendan.production.models import StepReport, WorkOrder, WorkStep
from gendan.production.services import (
    AlreadyTakenBack,
    NotReleased,
    ReportedMeanwhile,
    TooManyReported,
)
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.date(2026, 6, 10)


def on(day: int, hour: int = 8) -> Any:
    """That day in June 2026: 10 is a Wednesday."""
    return clock.at(clock.moment_on(dt.date(2026, 6, day), hour))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with on(10):
        workshop()
        yield


def begun(quantity: int = 600, due: dt.date = dt.date(2026, 6, 17)) -> WorkOrder:
    order = released("RED", quantity, due)
    services.begin_step(step_id=step(order).pk, machine=1, by=None)
    return order


def report(order: WorkOrder, good: Any, scrap: Any = 0, **more: Any) -> StepReport:
    return services.report_step(
        step_id=step(order).pk, good=good, scrap=scrap, **{"by": None, **more}
    )


def told(order: WorkOrder, fact: str) -> list[Entry]:
    return list(Entry.objects.filter(fact=fact, data__work_order_id=order.pk).order_by("pk"))


def test_report_step_adds_up() -> None:
    order = begun()
    report(order, "1,20.0", 3, reason="burrs", by=person("gang"))
    report(order, 30)
    one = step(order)
    assert (one.good, one.scrap, one.state) == (150, 3, "begun")
    assert [r.reason for r in one.reports.order_by("pk")] == ["burrs", ""]
    assert told(order, "StepReported")[0].data["good"] == "120"


def test_take_back_report_turns_it_round_once() -> None:
    order = begun()
    first = report(order, 120, 5)
    back = services.take_back_report(report_id=first.pk, reason="wrong order", by=None)
    one = step(order)
    assert (one.good, one.scrap) == (0, 0)
    assert (back.good, back.undoes_id) == (-120, first.pk)
    for wrong in (first, back):
        with pytest.raises(AlreadyTakenBack):
            services.take_back_report(report_id=wrong.pk, reason="again", by=None)
    with pytest.raises(Invalid):
        services.take_back_report(report_id=report(order, 1).pk, reason=" ", by=None)
    with pytest.raises(NotThere):
        services.take_back_report(report_id=10**9, reason="x", by=None)


def test_reports_are_never_changed() -> None:
    one = report(begun(), 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepReport.objects.filter(pk=one.pk).update(good=11)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepReport.objects.filter(pk=one.pk).delete()


def test_more_than_the_order_is_for_is_refused() -> None:
    order = begun(100)
    report(order, 100)
    report(order, 5)  # the usual tolerance
    with pytest.raises(TooManyReported, match="is for 100 and 105"):
        report(order, 1)
    report(order, 0, 7)  # scrap is what it is


@pytest.mark.parametrize("good", ["", 0, "none", "-4", "1e99", "0.5", "NaN", None])
def test_odd_pieces_are_refused(good: Any) -> None:
    order = begun()
    with pytest.raises((Invalid, QuantityRefused)):
        report(order, good)
    assert not StepReport.objects.exists()


def test_odd_days_and_wrong_moments_are_refused() -> None:
    order = begun()
    for day in (dt.date(2026, 6, 11), dt.date(2026, 6, 9), "2026-06-10", clock.now()):
        with pytest.raises(Invalid):
            report(order, 5, made_on=day)
    paint = step(order, 1)
    with pytest.raises(IllegalStep):  # not begun
        services.report_step(step_id=paint.pk, good=5, by=None)
    with pytest.raises(NotAllowed):
        report(order, 5, by=person("mei"))
    with pytest.raises(NotThere):
        services.report_step(step_id=10**9, good=5, by=None)
    services.cancel_work_order(work_order_id=order.pk, reason="not wanted", by=None)
    with pytest.raises(NotReleased):
        report(order, 5)


def test_two_taps_are_one_report() -> None:
    order = begun()
    report(order, 40, seen=0)
    with pytest.raises(ReportedMeanwhile, match="40 good pieces"):
        report(order, 40, seen=0)
    report(order, 40, seen=1)
    assert step(order).good == 80


def test_the_last_pieces_end_the_operation() -> None:
    order = begun()
    report(order, 598, 2, is_done=True)
    assert step(order).state == "done"
    assert [one.data["step_id"] for one in told(order, "StepDone")] == [step(order).pk]


def slowly(order: WorkOrder, a_day: int, days: tuple[int, ...]) -> None:
    """So many pieces on each of these days of June."""
    for day in days:
        with on(day, 17):
            report(order, a_day)


def test_behind_its_pace_it_is_told_once_and_back_in_time_once() -> None:
    order = begun(600, dt.date(2026, 6, 17))  # six working days: needs 100 a day
    slowly(order, 70, (10, 11, 12))
    order.refresh_from_db()
    assert not told(order, "WorkOrderBehind")  # two days have gone by: too few to say so
    with on(15):
        services.follow_paces()
        order.refresh_from_db()
        (fact,) = told(order, "WorkOrderBehind")
        assert order.is_behind
        assert (fact.data["makes"], fact.data["needs"]) == (
            "70",
            "195",
        )  # painting takes a day more
        assert fact.data["operation"] == "10 press"
        assert order.forecast_on is not None
        assert order.forecast_on > order.due_on
        assert fact.data["days_late"] == (order.forecast_on - order.due_on).days
        services.follow_paces()
    slowly(order, 70, (15,))
    with on(16):
        services.follow_paces()
    assert len(told(order, "WorkOrderBehind")) == 1
    with on(16, 17):
        report(order, 320, is_done=True)
    order.refresh_from_db()
    assert not order.is_behind
    assert len(told(order, "WorkOrderBackOnPace")) == 1


def test_another_due_day_is_another_verdict_at_once() -> None:
    order = begun(600, dt.date(2026, 6, 17))
    WorkStep.objects.filter(work_order=order).update(name="")
    slowly(order, 70, (10, 11, 12))
    with on(15):
        services.follow_paces()
        assert [one.data["operation"] for one in told(order, "WorkOrderBehind")] == ["10 PRESS"]
        later = ExpectedRow("RED", Decimal(600), dt.date(2026, 7, 8), expected_id=order.expected_id)
        plan_supplies(rows=[later], by=None)
        reactions.run_due()
        order.refresh_from_db()
        assert (order.due_on, order.is_behind) == (later.due_on, False)
    assert len(told(order, "WorkOrderBackOnPace")) == 1


def test_what_has_no_report_is_known_by_what_is_begun_and_received() -> None:
    quiet = released("RED", 600)
    services.follow_paces()
    quiet.refresh_from_db()
    assert quiet.forecast_on is None
    order = begun(960, dt.date(2026, 6, 11))  # a day on the presses, then a day of paint
    order.refresh_from_db()
    assert (order.forecast_on, order.is_behind) == (dt.date(2026, 6, 11), False)
    with on(12):
        services.follow_paces()
        order.refresh_from_db()
        assert order.forecast_on is not None
        assert order.forecast_on > dt.date(2026, 6, 12)  # pressed by today, and then painted
        assert order.is_behind


def test_goods_that_come_in_are_the_output_of_the_last_operation() -> None:
    masters.location("STORE")
    order = begun(500, dt.date(2026, 6, 17))
    services.finish_step(step_id=step(order).pk, by=None)
    for day in (10, 11, 12):
        with on(day, 16):
            receive_expected(
                rows=[ReceiptRow(order.expected_id, Decimal(50), "STORE")],
                by=None,
            )
    with on(15):
        services.follow_paces()
        order.refresh_from_db()
        assert step(order, 1).pace == 50
        assert order.makes_a_day == 50
        assert order.is_behind  # 350 more at 50 a day
    assert queries.received_by_day([order.pk])[order.pk][dt.date(2026, 6, 11)] == 50
    assert queries.received_by_day([]) == {}


def test_what_is_left_to_do_follows_what_was_reported() -> None:
    order = begun(600, dt.date(2026, 6, 17))

    def left() -> list[Decimal]:
        return [one.minutes for one in queries.open_steps(work_order_ids=[order.pk])]

    assert left() == [600, 300]
    slowly(order, 70, (10, 11, 12))
    assert left() == [390, 300]
    with on(15):
        services.follow_paces()
    assert left() == [390 * queries.MOST_SLOWER, 300]  # 960 a day by the routing, 70 in truth
    report(order, 390)
    services.follow_paces()
    assert left() == [0, 300]


def test_the_number_of_queries_is_the_same_for_many(
    django_assert_max_num_queries: Any,
) -> None:
    for _time in range(4):
        order = released("RED", 60)
        services.begin_step(step_id=step(order).pk, machine=1, by=None)
        report(order, 20, is_done=True)
    with on(11), django_assert_max_num_queries(17):
        services.follow_paces()


def test_all_are_looked_at_in_parts_each_in_its_own_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gendan.production.services.pacing.MOST_AT_ONCE", 1)
    order = begun(600, dt.date(2026, 6, 17))
    released("RED", 50, dt.date(2026, 6, 30))
    slowly(order, 70, (10, 11, 12))
    with on(15):
        assert services.follow_paces_in_parts() == 2
        assert not told(order, "WorkOrderBehind")
        parts = Entry.objects.filter(fact="PacesDue").order_by("pk")
        assert parts.count() == 2
        received = SuppliesReceived(expected_ids=[], demands=[])  # too many to be named
        handlers.follow_their_goods(received, parts[0])
        assert Entry.objects.filter(fact="PacesDue").count() == 4
        reactions.run_due()  # the telling of a work order no plan knows is among them
    assert len(told(order, "WorkOrderBehind")) == 1
