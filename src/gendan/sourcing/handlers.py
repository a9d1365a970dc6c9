"""What the sourcing room does when something happens elsewhere."""

from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry
from gendan.sourcing.services import warn_of_expiring


@listens(DayStarted)
def warn_of_expiring_documents(fact: DayStarted, entry: Entry) -> None:
    """Buyers hear in time that a supplier's document ends."""
    warn_of_expiring()
