"""The job that calculates a plan: reads, calculates outside any transaction, writes at once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

from django.db import connection, transaction
from procrastinate.contrib.django import app

from gendan.engine.netting import QuantityTooLarge
from gendan.planning import services
from gendan.planning.assumed import assumed
from gendan.planning.calculating import calculate
from gendan.planning.deferring import LOCK, PAUSE_SECONDS, QUEUE, calculation
from gendan.planning.finite import read_shop, schedule, with_dates
from gendan.planning.models import PlanRun
from gendan.planning.net_snapshot import net_input
from gendan.planning.queries import assumptions_in_force

log = logging.getLogger(__name__)
WAIT_SECONDS = 0.5


class _Stopped(Exception):
    """Somebody has cancelled the run, or another worker has taken it up."""


@app.task(name="calculate_plan", queue=QUEUE)
def calculate_plan(*, run_id: int) -> None:
    """Calculate one plan, as a job of the worker; while another process calculates one, later."""
    connection.close_if_unusable_or_obsolete()
    if not calculate_now(run_id):
        calculation(run_id, in_seconds=PAUSE_SECONDS)


def calculate_in_turn(run_id: int) -> None:
    """Have a plan calculated before this returns: here, or by whoever has taken it up already.

    While another plan is being calculated, wait for its end; what was firmed meanwhile has it
    calculated again.
    """
    while not calculate_now(run_id) or _is_open(run_id):
        sleep(WAIT_SECONDS)


def calculate_now(run_id: int) -> bool:
    """Calculate a plan here and now; a run that was cancelled or is done is left alone.

    False: another process is calculating a plan; nothing was done. What goes wrong is written on
    the run. A bug surfaces besides: its job is parked in sight.
    """
    with _only_one() as is_ours:
        if is_ours:
            _calculate(run_id)
    return is_ours


def _is_open(run_id: int) -> bool:
    run = PlanRun.objects.filter(pk=run_id).first()
    return run is not None and run.is_open


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether this process alone calculates a plan of the company now.

    The lock is one of the database's session, so that a killed worker leaves none behind.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and not connection.needs_rollback:  # a lost session has lost its lock
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


def _calculate(run_id: int) -> None:
    run = services.take_up_plan_run(run_id=run_id)
    if run is None:
        return

    def note(stage: str, percent: int) -> None:
        noted = services.note_plan_progress(
            run_id=run_id, attempt=run.attempts, stage=stage, percent=percent
        )
        if not noted:
            raise _Stopped

    try:
        with one_moment():
            changes = [*assumptions_in_force(), *run.changes]
            given = net_input(assumed(changes))
            shop = read_shop(given, assumed(changes))
        done = calculate(given, note)
        finite = schedule(done, shop, note)
        done = with_dates(done, finite)
        note("writing", 60)
        services.finish_plan_run(run_id=run_id, attempt=run.attempts, done=done, finite=finite)
    except _Stopped:
        return
    except QuantityTooLarge as error:
        code = given.snapshot.items.code[error.item]
        services.fail_plan_run(run_id=run_id, failure="too_large", detail=code)
    except Exception:
        log.exception("plan run %s failed", run_id)
        services.fail_plan_run(run_id=run_id, failure="bug")
        raise


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything is read as it is at one moment (a test's own transaction stays as it is)."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
