"""What the catalog does when something happens elsewhere."""

from gendan.catalog.services import keep_calendars_filled
from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry


@listens(DayStarted)
def fill_calendars_of_the_year(fact: DayStarted, entry: Entry) -> None:
    """Holidays of the coming year are written as soon as they are known."""
    keep_calendars_filled()
