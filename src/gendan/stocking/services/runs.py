"""Verbs of forecast runs: asked for, calculated by a worker, written all at once or not at all."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.stocking import deferring
from gendan.stocking.calculating import Calculated
from gendan.stocking.events import ForecastsAsked, ForecastsFailed, ForecastsMade
from gendan.stocking.models import ForecastRun, ItemForecast

MOST_ATTEMPTS = 3
RUNS_KEPT = 24
_OPEN = (ForecastRun.State.WAITING, ForecastRun.State.RUNNING)


@service(gettext_lazy("Calculate forecasts"))
def calculate_forecasts(*, by: User | None) -> ForecastRun:
    """Have the demand of all items forecast anew; a run that waits already is the one."""
    waiting = ForecastRun.objects.filter(state=ForecastRun.State.WAITING)
    if (found := waiting.select_for_update().first()) is not None:
        return found
    made = ForecastRun(asked_at=clock.now(), asked_by=by)
    # Two that ask at once get one run (the constraint forecast_run_one_waits).
    ForecastRun.objects.bulk_create([made], ignore_conflicts=True)
    run = waiting.get()
    if run.asked_at == made.asked_at:
        deferring.calculation(run.pk)
        journal.record(ForecastsAsked(run_id=run.pk), about=[run, "stocking"], by=by)
    return run


@service
def ask_monthly_forecasts(*, by: None = None) -> bool:
    """A month is over: forecast anew, where forecasts are used at all; whether it was asked."""
    last = ForecastRun.objects.order_by("-pk").first()
    if last is None or last.is_open:
        return False
    today, asked = clock.today(), clock.date_of(last.asked_at)
    if (asked.year, asked.month) == (today.year, today.month):
        return False
    calculate_forecasts(by=None)
    return True


@service
def resume_forecast_runs(*, by: None = None) -> int:
    """Put runs whose job was lost back into the queue; returns how many."""
    known = set(deferring.runs_in_the_queue())
    open_ones = ForecastRun.objects.filter(state__in=_OPEN).order_by("pk")
    ids = [pk for pk in open_ones.values_list("pk", flat=True) if pk not in known]
    for run_id in ids:
        deferring.calculation(run_id)
    return len(ids)


@service
def take_up_forecast_run(*, run_id: int, by: None = None) -> ForecastRun | None:
    """A worker begins with a run, perhaps again; None where there is nothing to do any more.

    A run that has ended a worker several times is not tried for ever.
    """
    run = ForecastRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not run.is_open:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        fail_forecast_run(run_id=run_id, failure="crashed")
        return None
    run.step("take_up_forecast_run")
    run.attempts += 1
    run.started_at, run.progress = clock.now(), 0
    run.save()
    return run


@service
def note_forecast_progress(*, run_id: int, attempt: int, percent: int, by: None = None) -> bool:
    """How far a run is; False when another worker has taken it up."""
    running = ForecastRun.objects.filter(
        pk=run_id, state=ForecastRun.State.RUNNING, attempts=attempt
    )
    return bool(running.update(progress=percent))


@service
def finish_forecast_run(
    *, run_id: int, attempt: int, done: Calculated, by: None = None
) -> ForecastRun | None:
    """Write the forecasts down in place of those before; None when another worker has the run."""
    run = _locked(run_id)
    if run.state != ForecastRun.State.RUNNING or run.attempts != attempt:
        return None
    run.step("finish_forecast_run")
    ItemForecast.objects.all().delete()
    ItemForecast.objects.bulk_create(done.forecasts, batch_size=1000)
    run.finished_at, run.progress = clock.now(), 100
    run.items, run.methods = len(done.forecasts), done.methods
    run.value_trend = [list(one) for one in done.value_trend]
    run.save()
    fact = ForecastsMade(run_id=run.pk, items=run.items)
    journal.record(fact, about=[run, "stocking"])
    kept = ForecastRun.objects.order_by("-pk").values_list("pk", flat=True)[:RUNS_KEPT]
    ForecastRun.objects.exclude(pk__in=list(kept)).exclude(state__in=_OPEN).delete()
    return run


@service
def fail_forecast_run(*, run_id: int, failure: str, by: None = None) -> ForecastRun:
    """Forecasts could not be calculated; those before stay as they are."""
    run = _locked(run_id)
    if run.is_open:
        run.step("fail_forecast_run")
        run.finished_at, run.failure = clock.now(), failure
        run.save()
        fact = ForecastsFailed(run_id=run.pk, failure=failure)
        journal.record(fact, about=[run, "stocking"])
    return run


def _locked(run_id: int) -> ForecastRun:
    run = ForecastRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotThere(_("There is no such forecast run."))
    return run
