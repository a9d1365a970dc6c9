"""What the mailroom does when something was read; its jobs are registered by being imported."""

from gendan.intake.events import IncomingRead
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.mailroom import jobs, services

__all__ = ["jobs"]


@listens(IncomingRead)
def take_what_was_shipped(fact: IncomingRead, entry: Entry) -> None:
    services.take_ship_notices(incoming_id=fact.incoming_id)
