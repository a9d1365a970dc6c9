"""The verbs of stock that is too much: what becomes of it, and beginning it."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar, current_bom_edges
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.demands import told
from gendan.orders.models import Line
from gendan.orders.queries import demand_of
from gendan.orders.services import reserve_lines
from gendan.production.queries import paper_of
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.models import GoodsReceiptLine
from gendan.purchasing.services import ReturnRow, return_goods
from gendan.stocking.events import SurplusDecided, SurplusStarted
from gendan.stocking.models import SurplusDecision, SurplusStart

Kind = SurplusDecision.Kind

LONGEST_REASON = 300


@service(gettext_lazy("Decide about surplus"))
def decide_surplus(*, item_id: int, kind: str, reason: str, by: User | None) -> SurplusDecision:
    """Write down what becomes of an item's surplus; the last decision is in force."""
    if kind not in SurplusDecision.Kind.values:
        raise Invalid(_("Say what becomes of it."), field="kind")
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    return _decide(_item(item_id), kind, reason, by)


@service(gettext_lazy("Return surplus to its supplier"))
def return_surplus(
    *,
    item_id: int,
    line_id: int,
    location: str,
    quantity: Decimal,
    outcome: str,
    reason: str,
    due_on: dt.date | str | None = None,
    email: str = "",
    by: User | None,
) -> SurplusStart:
    """Send surplus that was received on a line of a receipt back from the store: a return with its
    note and mail to the supplier, for a credit note or for other goods."""
    item = _item(item_id)
    line = GoodsReceiptLine.objects.filter(pk=_known(line_id), item=item).first()
    if line is None:
        raise NotThere(_("There is no such line of a receipt."), field="line_id")
    if not location.strip():
        raise Invalid(_("Say from which place of the store it goes back."), field="location")
    document = return_goods(
        receipt_id=line.receipt_id,
        outcome=outcome,
        reason=reason,
        rows=[ReturnRow(line.pk, quantity, location)],
        due_on=due_on,
        email=email,
        by=by,
    )
    part = document.lines.get(line=line).quantity
    about = f"purchasing.supplierreturn:{document.pk}"
    return _started(item, Kind.RETURN, part, about, document.number, by)


@service(gettext_lazy("Rework surplus"))
def rework_surplus(
    *, item_id: int, into: str, quantity: Decimal, due_on: dt.date | None = None, by: User | None
) -> SurplusStart:
    """Make a work order for an item that the surplus goes into, for the stock; it takes its
    material as its bill of material says. `quantity` is of what is made."""
    item = _item(item_id)
    target = Item.objects.filter(code=" ".join(into.split())[:40]).first()
    if target is None:
        words = _("There is no item called “%(code)s”.") % {"code": into[:60]}
        raise Invalid(words, field="into")
    if all(line[0] != item.pk for line in current_bom_edges().get(target.pk, ())):
        values = {"item": item.code, "into": target.code}
        raise Invalid(_("%(into)s is not made of %(item)s.") % values, field="into")
    today = clock.today()
    day = due_on or calendar(None).add_days(today, target.lead_days)
    [made] = firm_work_orders(
        rows=[WorkOrderRow(target.code, quantity, starts_on=today, due_on=day)], by=by
    )
    return _started(item, Kind.REWORK, made.quantity, paper_of(made.pk), made.number, by)


@service(gettext_lazy("Keep surplus for an order line"))
def offer_surplus(*, item_id: int, line_id: int, by: User | None) -> SurplusStart:
    """Keep what is free of the item for a line of an open order that wants this very item."""
    item = _item(item_id)
    line = Line.objects.select_related("order").filter(pk=_known(line_id)).first()
    if line is None:
        raise NotThere(_("There is no such line of an order."), field="line_id")
    if line.item_id != item.pk:
        words = _("The line is of another item: change the order, or rework the surplus.")
        raise Invalid(words, field="line_id")
    kept = reserve_lines(order_id=line.order_id, line_ids=[line.pk], by=by)
    named = told(line.order.number, line.position)
    return _started(item, Kind.OFFER, kept[line.pk], demand_of(line.pk), named, by)


def _known(pk: int) -> int:
    """An id as the database can hold it; 0 where it cannot."""
    return pk if 0 < pk < 2**63 else 0


def _item(item_id: int) -> Item:
    item = Item.objects.filter(pk=_known(item_id)).first()
    if item is None:
        raise NotThere(_("There is no such item."))
    return item


def _decide(item: Item, kind: str, reason: str, by: User | None) -> SurplusDecision:
    made = SurplusDecision.objects.create(
        item=item, kind=kind, reason=reason.strip()[:LONGEST_REASON], at=clock.now(), by=by
    )
    fact = SurplusDecided(item_id=item.pk, item=item.code, decision=kind, reason=made.reason)
    journal.record(fact, about=[item, "stocking"], by=by)
    return made


def _started(
    item: Item, kind: str, quantity: Decimal, about: str, named: str, by: User | None
) -> SurplusStart:
    """Write down what was begun; what is begun is decided too, if it was not."""
    last = SurplusDecision.objects.filter(item=item).first()
    if last is None or last.kind != kind:
        _decide(item, kind, named, by)
    made = SurplusStart.objects.create(
        item=item, kind=kind, quantity=quantity, about=about, told=named, at=clock.now(), by=by
    )
    fact = SurplusStarted(
        item_id=item.pk,
        item=item.code,
        kind=kind,
        quantity=f"{quantity.normalize():f}",
        about=about,
        told=named,
    )
    journal.record(fact, about=[item, "stocking", about], by=by)
    return made
