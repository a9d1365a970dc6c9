"""The job of large imports: in the queue that reads documents, one import after another."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

QUEUE = "reading"
TASK = "take_sheet"
LOCK = "exchange.import"


def taking(run_id: int) -> None:
    """Have a sheet taken, after the present transaction."""
    app.configure_task(TASK, queue=QUEUE, lock=LOCK).defer(run_id=run_id)


def runs_in_the_queue() -> list[int]:
    """The imports whose job waits or is being done: 1 query."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    return [int(args["run_id"]) for args in rows.values_list("args", flat=True)]
