"""Why a supplier is not asked about an order: put on, and let go once the supplier was heard."""

from gendan.kernel import journal
from gendan.kernel.models import User
from gendan.purchasing.events import ChasingHeld, ChasingResumed
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services.sharing import about_of, lines_of, said_of

FIELDS = ("chasing_hold", "chasing_reason")


def put_chasing_hold(order: PurchaseOrder, why: str, reason: str, by: User | None) -> None:
    """Nobody asks about the order from now on (saved)."""
    order.chasing_hold, order.chasing_reason = why, reason
    order.save(update_fields=FIELDS)
    lines = lines_of(order)
    fact = ChasingHeld(**said_of(order, lines), why=why, reason=reason)
    journal.record(fact, about=about_of(order, lines), by=by)


def end_chasing_hold(order: PurchaseOrder, by: User | None, *, every: bool = False) -> None:
    """Let it go (saved) where the supplier was heard, or (`every`) whatever it was for."""
    if not order.chasing_hold or not (every or order.chasing_hold in PurchaseOrder.HOLDS_OF_MAILS):
        return
    lines = lines_of(order)
    fact = ChasingResumed(**said_of(order, lines), why=order.chasing_hold)
    order.chasing_hold = order.chasing_reason = ""
    order.save(update_fields=FIELDS)
    journal.record(fact, about=about_of(order, lines), by=by)
