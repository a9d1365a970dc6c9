"""Reactions of the contracts room, each one line: call one of our own verbs."""

from gendan.contracts import services
from gendan.contracts.events import PaperAccepted, TermsSaved
from gendan.kernel.journal import DayStarted, Fact, listens
from gendan.kernel.models import Entry
from gendan.orders.events import OrderAmended, OrderCancelled, OrderEdited, OrderPromised


@listens(PaperAccepted)
def send_acceptance_record(fact: PaperAccepted, entry: Entry) -> None:
    """Both sides get the proof for their files."""
    services.send_acceptance_record(paper_id=fact.paper_id)


@listens(OrderAmended, OrderEdited, OrderPromised, OrderCancelled, TermsSaved)
def void_changed_papers(
    fact: OrderAmended | OrderEdited | OrderPromised | OrderCancelled | TermsSaved, entry: Entry
) -> None:
    """What nobody has accepted and what is no longer true becomes void, with its links."""
    services.void_papers(order_id=fact.order_id)


@listens(DayStarted)
def warn_of_letters(fact: Fact, entry: Entry) -> None:
    """Every morning the letters of credit are looked at."""
    services.warn_of_letters()
