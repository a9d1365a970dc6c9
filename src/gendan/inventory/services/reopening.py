"""A receipt of goods expected by hand was a mistake: once moved back, they are expected again."""

from decimal import Decimal

from gendan.inventory.events import SuppliesExpected
from gendan.inventory.models import ExpectedSupply, Location, Move
from gendan.kernel import journal
from gendan.kernel.models import User

LABEL = "inventory.expectedsupply:"


def is_received(move: Move) -> bool:
    """Whether a move was a receipt of goods expected by hand.

    Whoever moves goods in without their being expected says why (`refuse_by_hand`); a receipt has
    no reason, and names its supply or the reference typed for it.
    """
    return move.source.kind == Location.Kind.SUPPLIER and not move.reason and bool(move.about)


def reopen_received(move: Move, *, by: User | None) -> None:
    """Take what the move has brought off the supplies it was received for, the latest first.

    What has ended before all had come is expected again as far as it had come, and no further: of
    the rest somebody has said that it does not come.
    """
    if not is_received(move):
        return
    rows = ExpectedSupply.objects.select_for_update(of=("self",)).filter(
        item=move.item_id, received__gt=0, comes_with="", made_for=""
    )
    key = move.about.removeprefix(LABEL)
    if move.about.startswith(LABEL) and key.isdecimal():
        rows = rows.filter(pk=int(key))
    else:
        rows = rows.filter(reference=move.about)
    left, reopened = move.quantity, []
    for one in rows.order_by("-due_on", "-pk"):
        part = min(left, one.received)
        if part <= 0:
            break
        _take_off(one, part)
        left -= part
        reopened.append(one)
    if not reopened:
        return
    ExpectedSupply.objects.bulk_update(reopened, ["quantity", "received", "is_open"])
    demands = sorted({one.demand for one in reopened if one.demand})
    fact = SuppliesExpected(
        expected_ids=[one.pk for one in reopened], demands=demands, item_ids=[move.item_id]
    )
    names = [f"{LABEL}{one.pk}" for one in reopened[:20]]
    journal.record(
        fact, about=["inventory", f"catalog.item:{move.item_id}", *demands[:20], *names], by=by
    )


def _take_off(one: ExpectedSupply, part: Decimal) -> None:
    if not one.is_open:
        one.quantity = min(one.quantity, one.received)
    one.received -= part
    one.is_open = one.received < one.quantity
