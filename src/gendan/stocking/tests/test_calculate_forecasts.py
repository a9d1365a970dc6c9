"""Calculating forecasts: from the ledger to months, whatever the ledger says."""

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.services import MoveRow, post_moves, reverse_move
from gendan.kernel import clock, reactions
from gendan.kernel.errors import NotAllowed
from gendan.kernel.journal import DayStarted, record
from gendan.kernel.models import Entry
from gendan.stocking import invariants, jobs, services
from gendan.stocking.demand import value_by_month
from gendan.stocking.models import ForecastRun, ItemForecast
from gendan.stocking.tests.factory import (
    NOW,
    WEDNESDAY,
    bolt,
    forecast,
    month_back,
    places,
    used,
)
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(NOW):
        yield


def found(code: str = "BOLT") -> ItemForecast:
    return ItemForecast.objects.get(item__code=code)


def test_months_of_use_become_a_forecast() -> None:
    bolt()
    used({"BOLT": [90, 110, 100, 95, 105, 100, 100, 110, 90, 100, 95, 105]})
    run = forecast()
    assert (run.state, run.progress, run.items) == ("done", 100, 1)
    one = found()
    assert one.history == [90, 110, 100, 95, 105, 100, 100, 110, 90, 100, 95, 105]
    assert one.starts_on == dt.date(2026, 6, 1)
    assert len(one.mean) == 12
    assert all(90 < month < 110 for month in one.mean)
    assert (one.abc, one.xyz, one.used, one.used_value) == ("A", "X", 1200, 2400)
    assert one.last_used_on == dt.date(2026, 5, 1)
    assert one.month(7) == dt.date(2027, 1, 1)
    assert invariants.check() == []
    facts = Entry.objects.filter(fact__startswith="Forecasts").order_by("pk")
    assert list(facts.values_list("fact", flat=True)) == ["ForecastsAsked", "ForecastsMade"]


def test_what_comes_back_and_what_is_undone_is_not_used() -> None:
    bolt()
    used({"BOLT": [50, 50, 50, 50]}, target="OUT")
    with clock.at(clock.moment_on(month_back(1))):
        post_moves(rows=[MoveRow("BOLT", Decimal(20), "OUT", "STORE")], by=None)
    with clock.at(clock.moment_on(month_back(2))):
        [mistake] = post_moves(rows=[MoveRow("BOLT", Decimal(9), "STORE", "OUT")], by=None)
    with clock.at(clock.moment_on(month_back(1))):
        reverse_move(move_id=mistake.pk, reason="mistaken", by=None)
    forecast()
    assert found().history == [50, 50, 50, 30]


def test_deliveries_past_the_stores_count() -> None:
    places()
    with clock.at(clock.moment_on(month_back(3))):
        orders.delivered(orders.confirmed())
    with clock.at(clock.moment_on(month_back(1))):
        orders.delivered(orders.confirmed(masters.customer("C-2")))
    forecast()
    assert found("A-1").history == [100, 0, 100]


def test_items_nobody_can_foretell_have_a_sentence_not_an_error() -> None:
    for code in ("NEW", "ONCE", "NEVER", "BACK", "SPIKE"):
        masters.item(code, supply="buy")
    used({"NEW": [5, 7], "ONCE": [0, 0, 0, 40, 0, 0], "SPIKE": [4] * 20 + [90_000] + [4] * 5})
    masters.stock("NEVER", 5)
    with clock.at(clock.moment_on(month_back(2))):
        post_moves(rows=[MoveRow("BACK", Decimal(8), "OUT", "STORE")], by=None)
    assert forecast().state == "done"
    patterns = dict(ItemForecast.objects.values_list("item__code", "pattern"))
    assert patterns == {
        "NEW": "short",
        "ONCE": "single",
        "NEVER": "none",
        "BACK": "none",
        "SPIKE": "smooth",
    }
    assert found("BACK").notes == ["negative"]
    assert found("SPIKE").notes == ["spike"]
    assert max(found("SPIKE").mean) < 10
    for one in ItemForecast.objects.all():
        assert all(math.isfinite(number) for number in (*one.mean, *one.spread, *one.total_spread))


def test_nothing_at_all_is_calculated_too() -> None:
    run = forecast()
    assert (run.state, run.items) == ("done", 0)


def test_asking_twice_is_one_run_and_a_lost_job_comes_again() -> None:
    first = services.calculate_forecasts(by=person("ping"))
    assert services.calculate_forecasts(by=person("zhao")) == first
    assert ForecastRun.objects.count() == 1
    assert services.resume_forecast_runs() == 0  # its job waits
    reactions.run_due()
    jobs.calculate_now(first.pk)
    jobs.calculate_now(first.pk)  # done: left alone
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("done", 1)
    with pytest.raises(NotAllowed):
        services.calculate_forecasts(by=person("mei"))


def test_a_run_that_ends_its_worker_is_not_tried_for_ever() -> None:
    run = services.calculate_forecasts(by=None)
    for _attempt in range(3):
        assert services.take_up_forecast_run(run_id=run.pk)
    assert services.take_up_forecast_run(run_id=run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", "crashed")
    assert not services.note_forecast_progress(run_id=run.pk, attempt=3, percent=50)


def test_a_bug_is_written_on_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(note: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "calculate", broken)
    run = services.calculate_forecasts(by=None)
    with pytest.raises(ZeroDivisionError):
        jobs.calculate_now(run.pk)
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", "bug")


def test_a_new_month_is_forecast_by_itself_once_anybody_has_asked() -> None:
    assert not services.ask_monthly_forecasts()
    forecast()
    assert not services.ask_monthly_forecasts()  # the same month
    with clock.at(clock.moment_on(dt.date(2026, 7, 1))):
        record(DayStarted(day="2026-07-01"), about="kernel")
        reactions.run_due()
        assert ForecastRun.objects.filter(state="waiting").count() == 1


def test_money_tied_up_follows_the_ledger() -> None:
    bolt()
    masters.item("NUT", supply="buy")  # without a cost
    used({"BOLT": [10, 10, 0], "NUT": [1, 1, 1]})
    masters.stock("BOLT", 7)
    values = dict(value_by_month(WEDNESDAY, 5))
    assert [int(one) for one in values.values()] == [40, 20, 0, 0, 14]
    assert list(values)[-1] == dt.date(2026, 6, 1)
