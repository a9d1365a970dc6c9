"""Reactions of the purchasing room: requests follow what is said to come for them."""

from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.purchasing import services


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def cover_what_was_requested(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    services.cover_requests(expected_ids=fact.expected_ids)
