"""The queue of reactions: one job per fact and listener, on the same database as the facts.

Jobs are procrastinate's (PostgreSQL, LISTEN/NOTIFY, heartbeat). Tests and the simulated world run
the very same jobs in their own transaction with `run_due`.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.kernel import clock, journal
from gendan.kernel.locks import one_at_a_time
from gendan.kernel.models import Entry

log = logging.getLogger(__name__)

QUEUE = "reactions"
RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
STALLED_AFTER_SECONDS = 10
# Jobs of other tasks that a reaction leaves behind and that belong to what it does: run_due runs
# them as well (reading a document is slow and has a queue of its own).
FOLLOW_UPS: dict[str, Callable[..., None]] = {}


def react_now(entry_id: int, listener: str) -> None:
    """Let one listener look again because of one entry, all or nothing."""
    function = journal.LISTENERS.get(listener)
    if function is None:
        raise LookupError(f"no listener is called {listener}")
    entry = Entry.objects.select_related("by").get(pk=entry_id)
    fact = journal.read(entry)
    if fact is None:
        raise LookupError(f"no fact is called {entry.fact}")
    with transaction.atomic():
        function(fact, entry)


@app.task(name="react", queue=QUEUE, retry=RETRY)
def react(*, entry_id: int, listener: str) -> None:
    """A reaction as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    react_now(entry_id, listener)


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled", queue=QUEUE, pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed go back into the queue."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    for job in stalled:
        await manager.retry_job(job)


@app.periodic(cron="*/10 * * * *")
@app.task(name="start_day", queue=QUEUE)
def start_day(timestamp: int) -> None:
    """Record DayStarted once a day, soon after midnight in the company's zone."""
    connection.close_if_unusable_or_obsolete()
    open_day()


def open_day() -> bool:
    """Record today's DayStarted unless it stands already; tells whether it did."""
    with transaction.atomic():
        one_at_a_time("gendan.day")
        today = clock.today().isoformat()
        if Entry.objects.filter(about__contains=[f"day:{today}"]).exists():
            return False
        journal.record(journal.DayStarted(day=today), about=f"day:{today}")
        return True


def defer(jobs: Sequence[tuple[int, str]]) -> None:
    """Enqueue jobs (entry id, listener) in the present transaction: one query."""
    if jobs:
        made = [
            react.configure(priority=journal.PRIORITIES.get(name, 0)).make_new_job(
                entry_id=entry, listener=name
            )
            for entry, name in jobs
        ]
        react.configure().job_manager.batch_defer_jobs(jobs=made)


def run_due(limit: int = 100_000, *, without: frozenset[str] = frozenset()) -> int:
    """Run all waiting reactions here and now, in this connection; return how many were run.

    What they leave behind for other queues (FOLLOW_UPS) is run with them.

    For tests and simulated days. What a reaction raises surfaces at once. Jobs of the listeners
    named in `without` are dropped.
    """
    done = 0
    while done < limit:
        jobs = list(
            ProcrastinateJob.objects.filter(status="todo", task_name__in=["react", *FOLLOW_UPS])
            .order_by("id")
            .values_list("id", "task_name", "args")[:500]
        )
        if not jobs:
            break
        for _job_id, task, args in jobs:
            if task in FOLLOW_UPS:
                FOLLOW_UPS[task](**args)
            elif args["listener"] not in without:
                react_now(args["entry_id"], args["listener"])
        done += len(jobs)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = ANY(%s)",
                [[job for job, _task, _args in jobs]],
            )
    return done


def parked() -> list[dict[str, Any]]:
    """Reactions that failed for good: id, entry_id, listener, attempts, at."""
    rows = ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:200]
    return [
        {
            "id": row.id,
            "task": row.task_name,
            "entry_id": row.args.get("entry_id"),
            "listener": row.args.get("listener"),
            "attempts": row.attempts,
            "at": row.scheduled_at,
        }
        for row in rows
    ]


def try_again(job_id: int) -> None:
    """Put a parked job back into the queue."""
    app.job_manager.retry_job_by_id(job_id, clock.now())
