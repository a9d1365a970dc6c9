"""Reactions of the purchasing room: requests and orders follow what is said to come for them."""

from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import DayStarted, Fact, is_first_of_week, listens
from gendan.kernel.models import Entry
from gendan.purchasing import jobs, queries, services
from gendan.purchasing.events import (
    CounterDecided,
    GoodsReceived,
    GoodsRejected,
    GoodsReturned,
    PurchaseOrderApproved,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    SupplierConfirmed,
    SupplierCountered,
)


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


@listens(DayStarted)
def follow_requests_for_quotation(fact: DayStarted, entry: Entry) -> None:
    services.follow_rfqs()


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def find_exceptions_of_supplies(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    if fact.expected_ids:
        services.find_supply_exceptions(expected_ids=fact.expected_ids)


@listens(
    SupplierConfirmed,
    SupplierCountered,
    CounterDecided,
    PurchaseOrderClosed,
    PurchaseOrderCancelled,
)
def find_exceptions_of_order(fact: Fact, entry: Entry) -> None:
    services.find_supply_exceptions(order_ids=[entry.data["purchase_order_id"]])


@listens(PurchaseOrderApproved, SupplierConfirmed, PurchaseOrderClosed, PurchaseOrderCancelled)
def follow_what_exceptions_started(fact: Fact, entry: Entry) -> None:
    services.follow_started_order(purchase_order_id=entry.data["purchase_order_id"])


@listens(GoodsReceived, GoodsRejected, GoodsReturned)
def find_exceptions_of_receipt(fact: Fact, entry: Entry) -> None:
    services.find_supply_exceptions(order_ids=queries.orders_of_receipt(entry.data["receipt_id"]))


@listens(DayStarted)
def find_what_is_overdue(fact: DayStarted, entry: Entry) -> None:
    services.find_supply_exceptions()


@listens(DayStarted)
def chase_the_new_day(fact: DayStarted, entry: Entry) -> None:
    if is_first_of_week(entry):
        services.learn_supplier_spreads()  # a year's deliveries change little in a week
    jobs.look()
