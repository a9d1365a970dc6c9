"""What a decision about a supply exception starts: dates, parts, orders, requests, freight."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.catalog.models import Alternate
from gendan.inventory.queries import availability
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_day
from gendan.partners.models import DeliveryMethod
from gendan.purchasing.choices import Choice
from gendan.purchasing.freight import reckoned_for
from gendan.purchasing.letters import Reader, air_letter, parts_letter
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseSending,
    SupplyException,
)
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.services.drafting import (
    DraftLineRow,
    DraftOrderRow,
    draft_purchase_orders,
)
from gendan.purchasing.services.parting import Part, PartRow, part_line, read_parts
from gendan.purchasing.services.quoting import InviteRow, RfqLineRow, draft_rfq
from gendan.purchasing.services.requesting import PurchaseRow, request_purchases
from gendan.purchasing.services.sending import (
    expect_lines,
    new_link,
    reader_of,
    write_letter,
)
from gendan.purchasing.services.sharing import lines_of, living, next_due, refuse_far_day
from gendan.purchasing.services.stepping import plan_steps

Kinds = SupplyException.Choice
DAYS_TO_QUOTE = 3


class NothingToStart(DomainError):
    """A choice that the order as it stands does not allow."""


@dataclass(frozen=True)
class Wish:
    """What was said with a choice: the day to wait until, the parts of a line that is split."""

    on: dt.date | str | None = None
    parts: Sequence[PartRow] = ()


@dataclass(frozen=True)
class Started:
    """What was started (as the journal names it), and for which day."""

    name: str = ""
    on: dt.date | None = None


def start(found: SupplyException, chosen: Choice, wish: Wish, by: User | None) -> Started:
    """Begin what was chosen; the order of the exception is locked."""
    if chosen.kind == Kinds.WAIT:
        return _wait(found, _day(wish.on) or chosen.on, by)
    if chosen.kind == Kinds.SPLIT:
        return _split(found, wish, by)
    if chosen.kind == Kinds.OTHER_SUPPLIER:
        return Started(_buy_elsewhere(found, chosen, by), chosen.on)
    if chosen.kind == Kinds.SUBSTITUTE:
        return Started(_take_substitute(found, chosen.of, by), chosen.on)
    if chosen.kind == Kinds.AIR:
        return _fly(found, chosen, by)
    return Started(on=chosen.on)


def _wait(found: SupplyException, on: dt.date | None, by: User | None) -> Started:
    """The goods are expected on that day; what ended short is expected again, as a part."""
    if found.kind == SupplyException.Kind.WRONG:
        return Started(on=on)
    if on is None:
        raise Invalid(_("Say until when you wait."), field="on")
    if on < clock.today():
        raise Invalid(_("That day has passed."), field="on")
    order = _with_supplier(found)
    line = found.line
    if line.is_open:
        line.due_on = on
        _follow(order, _lines(found), by)
    else:
        _part(found, [(clock.today(), line.received), (on, line.quantity - line.received)], by)
    return Started(ref(order), on)


def _split(found: SupplyException, wish: Wish, by: User | None) -> Started:
    """The line becomes dated parts; the supplier is asked to confirm them."""
    order, line = _with_supplier(found), found.line
    rows = list(wish.parts)
    if not rows and line.received > 0:
        rest = _day(wish.on)
        if rest is None:
            raise Invalid(_("Say when the rest comes."), field="on")
        parts: list[Part] = [
            (clock.today(), line.received),
            (rest, line.quantity - line.received),
        ]
        if rest < clock.today():
            raise Invalid(_("That day has passed."), field="on")
    else:
        parts = read_parts(line, rows, at="parts")
    made = _part(found, parts, by)
    _tell_parts(order, [line, *made] if line.is_open else made, by)
    return Started(ref(order), parts[-1][0])


def _part(
    found: SupplyException, parts: Sequence[Part], by: User | None
) -> list[PurchaseOrderLine]:
    line = found.line
    if parts[-1][1] <= 0:
        raise NothingToStart(_("Nothing of this line is still to come."))
    lines = _lines(found)
    made = part_line(line, parts)
    if line.is_open:
        line.due_on = parts[0][0]
        line.confirmed_on = line.confirmed_quantity = None
    else:  # agreed by word: the link of an order that had ended answers nothing more
        for one, (day, quantity) in zip(made, parts[1:], strict=True):
            one.confirmed_on, one.confirmed_quantity = day, quantity
    _follow(line.order, [*lines, *made], by)
    return made


def _buy_elsewhere(found: SupplyException, chosen: Choice, by: User | None) -> str:
    """An order to the other supplier, or where no price is agreed, a request for its quotation.

    The order asks for the day that was decided on: its supplier cannot come before.
    """
    line, wanted = found.line, max(found.needed_on, clock.today())
    if chosen.cost is None:
        rfq = draft_rfq(
            lines=[
                RfqLineRow(
                    item=line.item.code,
                    quantity=found.quantity,
                    needed_on=wanted,
                    demands=line.demands,
                )
            ],
            suppliers=[InviteRow(chosen.of)],
            answer_by_on=clock.today() + dt.timedelta(days=DAYS_TO_QUOTE),
            by=by,
        )
        return ref(rfq)
    row = DraftLineRow(
        item=line.item.code,
        quantity=max(found.quantity, chosen.quantity or found.quantity),
        requested_on=chosen.on or wanted,
        demands=line.demands,
        remark=_("in place of %(line)s") % {"line": line},
    )
    [order] = draft_purchase_orders(rows=[DraftOrderRow(chosen.of, lines=[row])], by=by)
    return ref(order)


def _take_substitute(found: SupplyException, code: str, by: User | None) -> str:
    """Ask for what is missing of the substitute; what is free in the store is there already."""
    line = found.line
    known = Alternate.objects.filter(component=line.item_id, alternate__code=code)
    one = known.select_related("alternate__unit").order_by("rank", "pk")[:1].get()
    step = one.alternate.unit.step
    wanted = -(-found.quantity * one.quantity // step) * step
    missing = wanted - max(availability([one.alternate_id])[one.alternate_id].free, Decimal(0))
    if missing <= 0:
        return ref(one.alternate)
    missing = -(-missing // step) * step
    [request] = request_purchases(
        rows=[
            PurchaseRow(
                item=code,
                quantity=missing,
                needed_on=max(found.needed_on, clock.today()),
                order_by_on=clock.today(),
                demands=line.demands,
            )
        ],
        by=by,
    )
    return ref(request)


def _fly(found: SupplyException, chosen: Choice, by: User | None) -> Started:
    """The order travels by air, for what that is reckoned to cost; the supplier is told so."""
    order, line = _with_supplier(found), found.line
    if not line.is_open:
        raise NothingToStart(_("Nothing of this line is still to come."))
    others = reckoned_for(order, without_line=line.pk)  # another line of it may fly as well
    order.transport = DeliveryMethod.AIR
    order.freight_cost = None if chosen.cost is None else others + chosen.cost
    if chosen.on is not None:
        line.due_on = chosen.on
    _follow(order, _lines(found), by)
    to = recipient_of(order)
    letter = air_letter(
        order,
        _reader(order, to, by),
        line=f"{line.position} ({line.item.code})",
        day=str(chosen.on or ""),
    )
    write_letter(order, to, letter, by)
    return Started(ref(order), chosen.on)


def _tell_parts(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], by: User | None) -> None:
    to = recipient_of(order)
    reader = _reader(order, to, by)
    rows = [
        f"{line.position} {line.supplier_code or line.item.code}: "
        f"{line.typed_quantity.normalize():f} {line.typed_unit}, {line.due_on.isoformat()}"
        for line in lines
    ]
    write_letter(order, to, parts_letter(order, reader, rows), by)


def _reader(order: PurchaseOrder, to: Recipient, by: User | None) -> Reader:
    """With a link to the order's page as long as it can be answered there."""
    rows = PurchaseSending.objects.filter(order=order, state=PurchaseSending.State.OPEN)
    sending = rows.first()
    if sending is None:
        return reader_of(to, by)
    _link, token, until = new_link(order, sending.sha256, to, by)
    return reader_of(to, by, token, until)


def _with_supplier(found: SupplyException) -> PurchaseOrder:
    """The exception's order, as far as the supplier has it as it stands."""
    order: PurchaseOrder = found.line.order
    if order.state == PurchaseOrder.State.CLOSED and not order.end_reason:
        order.step("await_replacement")  # what ended short is wanted after all
        order.ended_at = None
    order.step("record_supplier_answer")
    return order


def _lines(found: SupplyException) -> list[PurchaseOrderLine]:
    """All lines of the order; that of the exception is the same object."""
    line = found.line
    return [line if one.pk == line.pk else one for one in lines_of(line.order)]


def _follow(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], by: User | None) -> None:
    expect_lines(order, lines, by=by)
    alive = living(lines)
    plan_steps([line for line in alive if line.is_open])
    if order.state in PurchaseOrder.WITH_SUPPLIER and any(
        line.is_open and line.confirmed_on is None for line in alive
    ):
        order.step("supplier_unconfirmed")
        order.confirmed_at = None
    order.due_on = next_due(alive)
    order.revision += 1
    order.save()


def _day(value: dt.date | str | None) -> dt.date | None:
    day = read_day(value, field="on")
    if day is not None:
        refuse_far_day(day, field="on")
    return day
