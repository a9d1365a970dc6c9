"""Reactions of the purchasing room: requests and orders follow what is said to come for them."""

from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.purchasing import services


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def cover_what_was_requested(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    services.cover_requests(expected_ids=fact.expected_ids)


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def follow_what_was_ordered(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    services.follow_purchase_supplies(expected_ids=fact.expected_ids)


@listens(SuppliesReceived)
def use_what_was_provided(fact: SuppliesReceived, entry: Entry) -> None:
    services.use_provided(expected_ids=fact.expected_ids)
