"""Reactions of the production room: work orders follow what is said of their goods."""

from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.production import services


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def follow_their_goods(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    services.follow_supplies(expected_ids=fact.expected_ids)
