"""What the worker does when something came in: it reads it."""

from gendan.intake import services
from gendan.intake.events import CallNoted, IncomingAdded, ReadingAskedAgain
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry


@listens(IncomingAdded, CallNoted, ReadingAskedAgain)
def read_what_came_in(fact: IncomingAdded | CallNoted | ReadingAskedAgain, entry: Entry) -> None:
    services.read_incoming(incoming_id=fact.incoming_id)
