"""What the worker does by the clock: collected mails, and what nobody has answered in time."""

from django.db import connection
from procrastinate.contrib.django import app

from gendan.kernel.reactions import QUEUE
from gendan.notices import services


@app.periodic(cron="*/2 * * * *")
@app.task(name="notices_due", queue=QUEUE, priority=5, queueing_lock="notices_due")
def notices_due(timestamp: int) -> None:
    """Two questions that an index answers; work only where something is due."""
    connection.close_if_unusable_or_obsolete()
    look()


def look() -> None:
    """Escalate and mail whatever is due at this moment."""
    services.escalate_due()
    services.mail_due_notices()
