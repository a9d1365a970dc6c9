"""Reactions of the production room: work orders follow what is said of their goods."""

from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry
from gendan.production import services
from gendan.production.events import PacesDue


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def follow_their_goods(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    """Their day and quantity, and then their pace: what came in says how fast it is made."""
    services.follow_supplies(expected_ids=fact.expected_ids)
    if fact.expected_ids:
        services.follow_paces(expected_ids=fact.expected_ids)
    else:  # too many to be named
        services.follow_paces_in_parts()


@listens(DayStarted)
def look_at_all_paces(fact: DayStarted, entry: Entry) -> None:
    """A day more has gone by, with or without output."""
    services.follow_paces_in_parts()


@listens(PacesDue)
def look_at_part_of_paces(fact: PacesDue, entry: Entry) -> None:
    """One part of all work orders: only its rows are locked while it is looked at."""
    services.follow_paces_part(first_id=fact.first_id, last_id=fact.last_id)
