"""What the exports of pages say that are no lists of one table: plans, scores, what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.sourcing.scoring import SupplierScore
from gendan.web import words
from gendan.web.lists import Column
from gendan.web.sourcing_words import PART_WORDS, figure_words


def _first(title: Any) -> str:
    words = str(title)
    return words[:1].upper() + words[1:]


LATE_LINES = (
    Column("order", _("Order"), lambda row: row[0].order.number),
    Column("line", _("Line"), lambda row: row[0].line.position),
    Column("customer", _("Customer"), lambda row: str(row[0].order.customer)),
    Column("item", _("Item"), lambda row: row[0].line.item.code),
    Column("name", _("Name"), lambda row: row[0].line.item.name),
    Column("quantity", _("Quantity"), lambda row: row[0].line.quantity),
    Column("unit", _("Unit"), lambda row: str(row[0].line.item.unit)),
    Column("requested_on", _("Wished for"), lambda row: row[0].line.requested_on),
    Column("promised_on", _("Promised"), lambda row: row[0].line.promised_on),
    Column("needed_on", _("Needed in our works"), lambda row: row[0].needed_on),
    Column("ready_on", _("Ready by the plan"), lambda row: row[0].ready_on),
    Column("days_late", _("Days late"), lambda row: row[0].days_late),
    Column("binding", _("What binds"), lambda row: row[1]),
)

REORDERS = (
    Column("item", _("Item"), lambda one: one.code),
    Column("name", _("Name"), lambda one: one.policy.item.name),
    Column("method", _("Method"), lambda one: one.policy.get_method_display()),
    Column("free", _("Free"), lambda one: one.stock),
    Column("comes", _("Comes"), lambda one: one.coming),
    Column("limit", _("Limit"), lambda one: one.policy.trigger),
    Column("quantity", _("To order"), lambda one: one.quantity),
    Column("unit", _("Unit"), lambda one: str(one.policy.item.unit)),
    Column("how", _("How"), lambda one: one.policy.item.get_supply_display()),
)

ACCURACY = (
    Column("month", _("Month"), lambda one: one.month),
    Column("percent", _("Within tolerance"), lambda one: one.percent),
    Column("lines", _("Lines"), lambda one: one.lines),
    Column("exact", _("Exact"), lambda one: one.exact),
    Column("gained", _("Gained"), lambda one: one.gained),
    Column("lost", _("Lost"), lambda one: one.lost),
)

# Of (group, line): what is to be ordered from the source with the lowest total cost.
PROPOSALS = (
    Column("supplier", _("Supplier"), lambda row: row[0].offer.supplier_code),
    Column("supplier_name", _("Name"), lambda row: row[0].offer.name),
    Column("item", _("Item"), lambda row: row[1].item.code),
    Column("quantity", _("Quantity"), lambda row: row[1].quantity),
    Column("unit", _("Unit"), lambda row: str(row[1].item.unit)),
    Column("order_by_on", _("Order by"), lambda row: row[1].order_by_on),
    Column("needed_on", _("Needed on"), lambda row: row[1].needed_on),
    Column("price", _("Price"), lambda row: row[1].best.unit_price),
    Column("currency", _("Currency"), lambda row: row[0].offer.currency),
    Column(
        "requests", _("Requests"), lambda row: ", ".join(one.words for one, _n in row[1].wanted)
    ),
)

ARRIVALS = (
    Column("due_on", _("Due"), lambda one: one.line.due_on),
    Column("supplier", _("Supplier"), lambda one: str(one.line.order.supplier)),
    Column("order", _("Purchase order"), lambda one: one.line.order.number),
    Column("line", _("Line"), lambda one: one.line.position),
    Column("item", _("Item"), lambda one: one.line.item.code),
    Column("left", _("Still to come"), lambda one: one.left),
    Column("unit", _("Unit"), lambda one: str(one.line.item.unit)),
    Column("orders", _("For order lines"), lambda one: ", ".join(str(of) for of in one.orders)),
    Column(
        "plan",
        _("The plan says"),
        lambda one: one.message.get_action_display() if one.message else "",
    ),
)

# Of (balance, bin, quantity, why): what waits where goods arrive, and into which bins it may go.
WAITING = (
    Column("item", _("Item"), lambda row: row[0].item.code),
    Column("name", _("Name"), lambda row: row[0].item.name),
    Column("lot", _("Lot"), lambda row: row[0].lot.code if row[0].lot else ""),
    Column("location", _("Location"), lambda row: row[0].location.code),
    Column("quantity", _("Quantity"), lambda row: row[2]),
    Column("unit", _("Unit"), lambda row: words.unit(row[0].item.unit)),
    Column("bin", _("Bin"), lambda row: row[1].code if row[1] else ""),
    Column("why", _("Why"), lambda row: str(row[3])),
    Column("since", _("Since"), lambda row: row[0].since),
)

# Of (item, bin, quantity, why): into which bins a quantity may go.
BINS = (
    Column("item", _("Item"), lambda row: row[0].code),
    Column("name", _("Name"), lambda row: row[0].name),
    Column("bin", _("Bin"), lambda row: row[1].code),
    Column("quantity", _("Quantity"), lambda row: row[2]),
    Column("unit", _("Unit"), lambda row: words.unit(row[0].unit)),
    Column("why", _("Why"), lambda row: str(row[3])),
)

# Of (item, place, lot, pick), in walking order.
PICKS = (
    Column("item", _("Item"), lambda row: row[0].code),
    Column("name", _("Name"), lambda row: row[0].name),
    Column("location", _("Location"), lambda row: row[1].code),
    Column("lot", _("Lot"), lambda row: row[2].code if row[2] else ""),
    Column("expires", _("Expires"), lambda row: row[2].expires_on if row[2] else None),
    Column("quantity", _("Quantity"), lambda row: row[3].quantity),
    Column("unit", _("Unit"), lambda row: words.unit(row[0].unit)),
    Column("whole", _("all of it"), lambda row: row[3].is_whole),
)

RECEIVED = (
    Column("receipt", _("Receipt"), lambda one: one.receipt.number),
    Column("note", _("Delivery note"), lambda one: one.receipt.delivery_note),
    Column("at", _("Received"), lambda one: one.receipt.at),
    Column("line", _("Line"), lambda one: one.position),
    Column("order", _("Purchase order"), lambda one: str(one.order_line)),
    Column("item", _("Item"), lambda one: one.item.code),
    Column("name", _("Name"), lambda one: one.item.name),
    Column("lot", _("Lot"), lambda one: one.lot.code if one.lot else ""),
    Column("quantity", _("Quantity"), lambda one: one.quantity),
    Column("released", _("Released"), lambda one: one.released),
    Column("rejected", _("Rejected"), lambda one: one.rejected),
    Column("returned", _("Sent back"), lambda one: one.returned),
    Column("unit", _("Unit"), lambda one: words.unit(one.item.unit)),
    Column("over", _("More than ordered because"), lambda one: one.over_reason),
)


@dataclass(frozen=True)
class ChasingRow:
    """A supplier's order and whether it is asked about; why and about which lines, where it is."""

    how: str
    order: PurchaseOrder
    why: str = ""
    lines: Sequence[PurchaseOrderLine] = ()

    @property
    def reason(self) -> str:
        """Why it is asked about, or why it is not."""
        if self.order.chasing_hold:
            said = [self.order.get_chasing_hold_display(), self.order.chasing_reason]
            return _first(": ".join(one for one in said if one))
        return str(WHY_CHASED.get(self.why, ""))


WHY_CHASED = {
    "late": _("Goods are overdue."),
    "step": _("A step should have been reported."),
    "unconfirmed": _("The order is not confirmed."),
    "near": _("Goods are due soon."),
}
CHASING = (
    Column("how", _("State"), lambda row: row.how),
    Column("order", _("Purchase order"), lambda row: row.order.number),
    Column("supplier", _("Supplier"), lambda row: str(row.order.supplier)),
    Column("due_on", _("Due"), lambda row: row.order.due_on),
    Column("why", _("Why"), lambda row: row.reason),
    Column(
        "lines",
        _("Lines"),
        lambda row: ", ".join(f"{one.position} {one.item.code}" for one in row.lines),
    ),
    Column("asked_at", _("Last asked"), lambda row: row.order.chased_at),
)


def score_columns(parts: tuple[str, ...]) -> list[Column]:
    """Of (supplier, score): the whole, how much of it had data, each part and its figure."""

    def part(name: str) -> list[Column]:
        def found(score: SupplierScore) -> Any:
            return next(one for one in score.parts if one.part == name)

        title = _first(PART_WORDS[name])
        named = gettext("%(part)s: figure") % {"part": title}
        figure = Column(f"{name}_figure", named, lambda row: figure_words(found(row[1])))
        return [Column(name, title, lambda row: _points(found(row[1]).score)), figure]

    return [
        Column("supplier", _("Supplier"), lambda row: row[0].code),
        Column("name", _("Name"), lambda row: row[0].name),
        Column("score", _("Score"), lambda row: _points(row[1].total)),
        Column("covered", _("Covered"), lambda row: row[1].covered_percent),
        *(column for name in parts for column in part(name)),
    ]


def _points(score: float | None) -> float | None:
    return None if score is None else round(score, 1)
