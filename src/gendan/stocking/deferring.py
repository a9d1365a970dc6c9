"""Jobs of the stocking room: in the queue of plans, one calculation after another."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

QUEUE = "planning"
TASK = "calculate_item_forecasts"
LOCK = "stocking.run"


def calculation(run_id: int) -> None:
    """Have all forecasts calculated, after the present transaction."""
    app.configure_task(TASK, queue=QUEUE, lock=LOCK).defer(run_id=run_id)


def runs_in_the_queue() -> list[int]:
    """The runs whose job waits or is being done: 1 query."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    return [int(args["run_id"]) for args in rows.values_list("args", flat=True)]
