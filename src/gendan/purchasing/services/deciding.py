"""The verdict on received goods: into the store, or into quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services import MoveRow, carry_moves
from gendan.kernel import journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import MOST_ROWS, Problems
from gendan.kernel.service import service
from gendan.purchasing.events import GoodsRejected, GoodsReleased
from gendan.purchasing.models import GoodsReceipt, GoodsReceiptLine
from gendan.purchasing.services.receiving import about_receipt, receipt_said
from gendan.purchasing.services.receiving_places import quarantine_place, store_places
from gendan.purchasing.services.sharing import read_reason

NOTHING = Decimal(0)


class DecidedAlready(DomainError):
    """More is to be decided about than still waits."""


@dataclass(frozen=True)
class VerdictRow:
    """So much of a receipt's line; `location` is a bin (as the store suggests if left empty)."""

    line_id: int
    quantity: Decimal
    location: str = ""


Decided = list[tuple[GoodsReceiptLine, Decimal, str]]


@service(gettext_lazy("Release received goods"))
def release_receipt(
    *, receipt_id: int, rows: Sequence[VerdictRow] = (), by: User | None
) -> GoodsReceipt:
    """They are good and go into the store, where they may be promised; no rows: all that waits."""
    receipt = locked_receipt(receipt_id)
    receipt.step("release_receipt")
    decided = _read(receipt, rows)
    moves = []
    for line, quantity, location in decided:
        for place, part in store_places(line.item, quantity, location):
            moves.append(_move(receipt, line, part, place))
        line.released += quantity
    carry_moves(rows=moves, by=by)
    _end(receipt, decided)
    lines = [line.order_line for line, _quantity, _place in decided]
    fact = GoodsReleased(**receipt_said(receipt, lines), quantities=_by_item(decided))
    journal.record(fact, about=about_receipt(receipt, lines), by=by)
    return receipt


@service(gettext_lazy("Reject received goods"))
def reject_receipt(
    *, receipt_id: int, reason: str, rows: Sequence[VerdictRow] = (), by: User | None
) -> GoodsReceipt:
    """They are not good and go into quarantine; no rows: all that waits."""
    receipt = locked_receipt(receipt_id)
    reason = read_reason(reason, _("Say what is wrong with the goods."))
    receipt.step("reject_receipt")
    decided = _read(receipt, rows)
    quarantine = quarantine_place(by)
    moves = []
    for line, quantity, _place in decided:
        if line.location_id != quarantine.pk:
            moves.append(_move(receipt, line, quantity, quarantine.code, reason))
        line.rejected += quantity
        line.quarantine = quarantine
        line.reject_reason = reason
    if moves:  # where goods wait may have become the quarantine since they came
        carry_moves(rows=moves, by=by)
    _end(receipt, decided)
    lines = [line.order_line for line, _quantity, _place in decided]
    fact = GoodsRejected(
        **receipt_said(receipt, lines), quantities=_by_item(decided), reason=reason
    )
    journal.record(fact, about=about_receipt(receipt, lines), by=by)
    return receipt


def locked_receipt(receipt_id: int) -> GoodsReceipt:
    """The receipt, its row locked: whoever has it owns its lines. Raises NotThere."""
    rows = GoodsReceipt.objects.select_for_update(of=("self",)).select_related("supplier")
    found = rows.filter(pk=receipt_id).first()
    if found is None:
        raise NotThere(_("There is no such receipt."))
    return found


def receipt_lines(receipt: GoodsReceipt) -> dict[int, GoodsReceiptLine]:
    """All lines of a receipt with what they are of: 1 query."""
    rows = GoodsReceiptLine.objects.filter(receipt=receipt).select_related(
        "item__unit", "lot", "location", "quarantine", "order_line__order", "order_line__item"
    )
    return {one.pk: one for one in rows.order_by("position")}


def _read(receipt: GoodsReceipt, rows: Sequence[VerdictRow]) -> Decided:
    lines = receipt_lines(receipt)
    if not rows:
        return [(one, one.waiting, "") for one in lines.values() if one.waiting > 0]
    problems, decided = Problems(), []
    taken: dict[int, Decimal] = {}
    for index, row in enumerate(rows[:MOST_ROWS]):
        line = lines.get(row.line_id)
        if line is None:
            raise NotThere(_("There is no such line of a receipt."))
        try:
            quantity = read_quantity(row.quantity, step=line.item.unit.step)
            waiting = line.waiting - taken.get(line.pk, NOTHING)
            if quantity > waiting:
                raise DecidedAlready(
                    _("Line %(line)s: %(waiting)s of %(item)s still wait for a verdict.")
                    % {
                        "line": line.position,
                        "waiting": f"{waiting.normalize():f}",
                        "item": line.item.code,
                    }
                )
        except (Unusable, DomainError) as error:
            problems.add(index, "quantity", str(error))
            continue
        taken[line.pk] = taken.get(line.pk, NOTHING) + quantity
        decided.append((line, quantity, row.location.strip()))
    problems.refuse_if_any()
    return decided


def _move(
    receipt: GoodsReceipt, line: GoodsReceiptLine, quantity: Decimal, place: str, reason: str = ""
) -> MoveRow:
    return MoveRow(
        item=line.item.code,
        quantity=quantity,
        source=line.location.code,
        target=place,
        lot=line.lot.code if line.lot else "",
        about=f"purchasing.goodsreceipt:{receipt.pk}",
        reason=reason[:200],
    )


def _end(receipt: GoodsReceipt, decided: Decided) -> None:
    GoodsReceiptLine.objects.bulk_update(
        {line.pk: line for line, _quantity, _place in decided}.values(),
        ["released", "rejected", "quarantine", "reject_reason"],
    )
    if not any(line.waiting > 0 for line in receipt_lines(receipt).values()):
        receipt.step("finish_receipt")
        receipt.save(update_fields=["state"])


def _by_item(decided: Decided) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for line, quantity, _place in decided:
        sums[line.item.code] = sums.get(line.item.code, NOTHING) + quantity
    return {code: f"{quantity.normalize():f}" for code, quantity in sums.items()}
