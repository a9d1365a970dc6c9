"""Reactions of the follow-up to facts of all rooms: each looks again by one of our own verbs."""

from gendan.catalog.events import CalendarsSaved
from gendan.contracts.events import PaperAccepted
from gendan.followup import services
from gendan.followup.events import (
    JourneysDue,
    MilestoneExpected,
    MilestoneFact,
    MilestoneReached,
    MilestoneReopened,
    MilestoneRevised,
    MilestoneSkipped,
    RevisionApproved,
)
from gendan.followup.queries import orders_of_demands
from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import DayStarted, Fact, listens
from gendan.kernel.models import Entry
from gendan.kernel.row_facts import MOST_NAMED
from gendan.orders.events import (
    DeliveryRecorded,
    LinesReserved,
    LinesUnreserved,
    MerchandiserChanged,
    OrderAmended,
    OrderCancelled,
    OrderChecked,
    OrderClosed,
    OrderConfirmed,
    OrderPromised,
)
from gendan.planning.events import PlanFinished
from gendan.production.events import PacesMoved
from gendan.purchasing.events import GoodsRejected, GoodsReleased, GoodsReturned
from gendan.purchasing.queries import demands_of_supplies


@listens(OrderConfirmed)
def start_journey(fact: OrderConfirmed, entry: Entry) -> None:
    """A confirmed order is followed."""
    services.start_journeys(order_ids=[fact.order_id])


@listens(
    OrderAmended,
    OrderChecked,
    OrderPromised,
    DeliveryRecorded,
    LinesReserved,
    LinesUnreserved,
    MerchandiserChanged,
    PaperAccepted,
)
def look_again(
    fact: OrderAmended | OrderChecked | OrderPromised | DeliveryRecorded | LinesReserved
    | LinesUnreserved | MerchandiserChanged | PaperAccepted,
    entry: Entry,
) -> None:  # fmt: skip
    """Something of an order has changed that its journey depends on."""
    services.refresh_journeys(order_ids=[fact.order_id])


@listens(SuppliesExpected, SuppliesReceived, ExpectedDropped)
def look_again_at_material(
    fact: SuppliesExpected | SuppliesReceived | ExpectedDropped, entry: Entry
) -> None:
    """Material meant for orders will come, has come, or will not."""
    demands = {*fact.demands, *demands_of_supplies(fact.expected_ids)}
    services.refresh_journeys(order_ids=orders_of_demands(demands))


@listens(GoodsReleased, GoodsRejected, GoodsReturned)
def look_again_after_verdict(
    fact: GoodsReleased | GoodsRejected | GoodsReturned, entry: Entry
) -> None:
    """What was received is in house when it is released, and not before."""
    services.refresh_journeys(order_ids=orders_of_demands(fact.demands))


@listens(PacesMoved)
def look_again_at_pace(fact: PacesMoved, entry: Entry) -> None:
    """Goods are made sooner or later than it looked; a fact that names so many may lack some."""
    if len(fact.demands) >= MOST_NAMED:
        services.refresh_by_plan()
    else:
        services.refresh_journeys(order_ids=orders_of_demands(fact.demands))


@listens(PlanFinished)
def look_again_at_plan(fact: PlanFinished, entry: Entry) -> None:
    """The live plan makes other goods too late than the one before."""
    if fact.is_live:
        services.refresh_by_plan()


@listens(
    *(MilestoneReached, MilestoneSkipped, MilestoneReopened),
    *(MilestoneExpected, MilestoneRevised, RevisionApproved),
)
def plan_by_approvals(fact: MilestoneFact, entry: Entry) -> None:
    """What production waits for is expected on another day: the plan rests on it."""
    services.plan_by_approvals(order_id=fact.order_id)


@listens(OrderClosed, OrderCancelled)
def end_journey(fact: OrderClosed | OrderCancelled, entry: Entry) -> None:
    """The order has ended, and with it its journey."""
    services.end_journeys(order_ids=[fact.order_id])


@listens(OrderCancelled)
def withdraw_questions(fact: OrderCancelled, entry: Entry) -> None:
    """What was still asked about the order needs no answer."""
    services.withdraw_questions(order_ids=[fact.order_id])


@listens(CalendarsSaved, DayStarted)
def look_at_all_again(fact: Fact, entry: Entry) -> None:
    """Other working days, or a new one: everything overdue moves."""
    services.refresh_in_parts()


@listens(JourneysDue)
def look_at_part_again(fact: JourneysDue, entry: Entry) -> None:
    """One part of all journeys."""
    services.refresh_part(first_id=fact.first_id, last_id=fact.last_id)
