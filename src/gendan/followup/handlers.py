"""Reactions of the follow-up to facts of all rooms: each looks again by one of our own verbs."""

from gendan.catalog.events import CalendarsSaved
from gendan.contracts.events import PaperAccepted
from gendan.followup import services
from gendan.followup.events import (
    JourneysDue,
    RevisionApproved,
    RevisionFact,
    RevisionProposed,
    RevisionRefused,
)
from gendan.followup.queries import orders_of_demands, proposer_of
from gendan.inventory.events import ExpectedDropped, SuppliesExpected, SuppliesReceived
from gendan.kernel.journal import DayStarted, Fact, listens
from gendan.kernel.models import Entry
from gendan.orders.events import (
    CommentWritten,
    DeliveryRecorded,
    LinesReserved,
    LinesUnreserved,
    MerchandiserChanged,
    OrderAmended,
    OrderCancelled,
    OrderChecked,
    OrderClosed,
    OrderConfirmed,
    OrderFollowed,
    OrderPromised,
)


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
    services.refresh_journeys(order_ids=orders_of_demands(fact.demands))


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


@listens(CommentWritten)
def tell_mentioned(fact: CommentWritten, entry: Entry) -> None:
    """Who is named in a comment hears of it."""
    services.tell(entry_id=entry.pk, user_ids=fact.mentioned, order_id=fact.order_id)


@listens(OrderAmended, OrderCancelled)
def tell_team(fact: OrderAmended | OrderCancelled, entry: Entry) -> None:
    """Whoever follows an order must know that it is another one now."""
    services.tell_followers(entry_id=entry.pk, order_id=fact.order_id, must_act=True)


@listens(OrderFollowed)
def tell_follower(fact: OrderFollowed, entry: Entry) -> None:
    """Somebody was put on an order's team by a colleague."""
    services.tell(entry_id=entry.pk, user_ids=[fact.user_id], order_id=fact.order_id)


@listens(RevisionProposed)
def tell_managers(fact: RevisionProposed, entry: Entry) -> None:
    """A new date waits for a manager."""
    services.tell_role(entry_id=entry.pk, role="manager", order_id=fact.order_id)


@listens(RevisionApproved, RevisionRefused)
def tell_proposer(fact: RevisionFact, entry: Entry) -> None:
    """Who proposed a date hears what became of it."""
    services.tell(entry_id=entry.pk, user_ids=proposer_of(fact.revision_id), order_id=fact.order_id)
