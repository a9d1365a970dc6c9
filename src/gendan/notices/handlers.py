"""Who hears of which facts."""

from gendan.followup.events import (
    RevisionApproved,
    RevisionFact,
    RevisionProposed,
    RevisionRefused,
)
from gendan.followup.queries import proposer_of
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.notices import services
from gendan.orders.events import CommentWritten, OrderAmended, OrderCancelled, OrderFollowed


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
