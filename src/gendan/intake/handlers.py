"""What the worker does when something came in: it has it read."""

from gendan.intake import jobs
from gendan.intake.events import CallNoted, IncomingAdded, ReadingAskedAgain
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry


@listens(IncomingAdded, CallNoted, ReadingAskedAgain)
def read_what_came_in(fact: IncomingAdded | CallNoted | ReadingAskedAgain, entry: Entry) -> None:
    jobs.defer_reading_of(fact.incoming_id)
