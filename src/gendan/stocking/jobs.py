"""The job that calculates forecasts: reads, calculates outside any transaction, writes at once."""

import logging

from django.db import connection
from procrastinate.contrib.django import app

from gendan.stocking import services
from gendan.stocking.calculating import calculate
from gendan.stocking.deferring import QUEUE, TASK

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Another worker has taken the run up."""


@app.task(name=TASK, queue=QUEUE)
def calculate_item_forecasts(*, run_id: int) -> None:
    """Calculate all forecasts, as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    calculate_now(run_id)


def calculate_now(run_id: int) -> None:
    """Calculate here and now; a run that is done is left alone. A bug is written on the run."""
    run = services.take_up_forecast_run(run_id=run_id)
    if run is None:
        return

    def note(percent: int) -> None:
        noted = services.note_forecast_progress(
            run_id=run_id, attempt=run.attempts, percent=percent
        )
        if not noted:
            raise _Stopped

    try:
        done = calculate(note)
        services.finish_forecast_run(run_id=run_id, attempt=run.attempts, done=done)
    except _Stopped:
        return
    except Exception:
        log.exception("forecast run %s failed", run_id)
        services.fail_forecast_run(run_id=run_id, failure="bug")
        raise
