"""Jobs of the planning room: in a queue of their own, one plan after another.

The job itself is in jobs.py. Facts come in bunches: a plan that they ask for waits some seconds.
"""

from procrastinate.contrib.django import app

QUEUE = "planning"
LOCK = "planning.run"
PAUSE_SECONDS = 5


def calculation(run_id: int, *, in_seconds: int = 0) -> None:
    """Have a plan calculated, after the present transaction."""
    task = app.configure_task("calculate_plan", queue=QUEUE, lock=LOCK)
    if in_seconds:
        task = app.configure_task(
            "calculate_plan", queue=QUEUE, lock=LOCK, schedule_in={"seconds": in_seconds}
        )
    task.defer(run_id=run_id)
