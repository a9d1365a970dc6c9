"""Jobs of the planning room: in a queue of their own, one plan after another.

The job itself is in jobs.py. Facts come in bunches: a plan that they ask for waits some seconds.
"""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

QUEUE = "planning"
TASK = "calculate_plan"
LOCK = "planning.run"
PAUSE_SECONDS = 5


def calculation(run_id: int, *, in_seconds: int = 0) -> None:
    """Have a plan calculated, after the present transaction."""
    task = app.configure_task(TASK, queue=QUEUE, lock=LOCK)
    if in_seconds:
        task = app.configure_task(TASK, queue=QUEUE, lock=LOCK, schedule_in={"seconds": in_seconds})
    task.defer(run_id=run_id)


def runs_in_the_queue() -> list[int]:
    """The runs whose job waits or is being done: 1 query."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    return [int(args["run_id"]) for args in rows.values_list("args", flat=True)]
