"""The job that sequences the shop floor, in the queue of plans: one calculation after another."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.planning.deferring import QUEUE

TASK = "calculate_sequence"
LOCK = "planning.sequence"


def sequencing(sequence_id: int) -> None:
    """Have a sequence calculated, after the present transaction."""
    app.configure_task(TASK, queue=QUEUE, lock=LOCK).defer(sequence_id=sequence_id)


def sequences_in_the_queue() -> list[int]:
    """The sequences whose job waits or is being done: 1 query."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    return [int(args["sequence_id"]) for args in rows.values_list("args", flat=True)]
