"""What the worker does by the clock: suppliers are asked while they are at work."""

from django.db import connection
from procrastinate.contrib.django import app

from gendan.kernel.reactions import QUEUE
from gendan.purchasing import services


@app.periodic(cron="*/15 * * * *")
@app.task(name="chase_suppliers", queue=QUEUE, priority=-5, queueing_lock="chase_suppliers")
def chase_suppliers(timestamp: int) -> None:
    """A few questions; work only where somebody is to be asked at this hour."""
    connection.close_if_unusable_or_obsolete()
    look()


def look() -> None:
    """Ask whoever is to be asked at this moment."""
    services.chase_by_itself()
