"""Receiving deliveries: counted against the orders' lines, held until there is a verdict."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.queries import exchange_rates
from gendan.inventory.models import Lot
from gendan.inventory.services import ExpectedRow, ReceiptRow, plan_supplies, take_in
from gendan.inventory.services.rows import refuse_wrong_tracing
from gendan.kernel import clock, company, journal, numbering
from gendan.kernel import files as kept_files
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.papers import of_paper, paper_number
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.services.reading import read_text
from gendan.purchasing.events import GoodsCameShort, GoodsReceived
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
)
from gendan.purchasing.services.matching import match_again
from gendan.purchasing.services.receiving_places import hold_place, store_places
from gendan.purchasing.services.receiving_rules import (
    ReceivedAlready,
    SeveralSuppliers,
    refuse_changed,
    refuse_odd_lot,
    refuse_repeated,
    refuse_too_much,
    refuse_unexpected,
    skipped_items,
)
from gendan.purchasing.services.sharing import locked_purchase_order

NOTHING = Decimal(0)
MOST_FILES = 20


@dataclass(frozen=True)
class ArrivedRow:
    """So much of an order's line has arrived (in the item's own unit), of one lot or serial number.

    `item` is what the label said, where one was read: another item is refused. `is_last`: nothing
    more of the line will come. `seen` is how much of the line had come when it was looked at: where
    that has changed, the row is refused, so that nothing is booked twice.
    """

    line_id: int
    quantity: Decimal
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    item: str = ""
    is_last: bool = False
    seen: Decimal | None = None


@dataclass
class _Arrival:
    """A row as it is understood; `places` are where it goes, `is_held` whether for a verdict."""

    row: ArrivedRow
    line: PurchaseOrderLine
    quantity: Decimal
    over_reason: str = ""
    is_held: bool = True
    places: list[tuple[str, Decimal]] = field(default_factory=list)


@service(gettext_lazy("Receive a delivery"))
def receive_goods(
    *,
    rows: Sequence[ArrivedRow],
    delivery_note: str = "",
    location: str = "",
    reason: str = "",
    remark: str = "",
    files: Sequence[tuple[str, Any]] = (),
    again: bool = False,
    by: User | None,
) -> GoodsReceipt:
    """Goods of one supplier have arrived for lines of its orders.

    They are held in a quality place (`location`, or the usual one) until somebody releases or
    rejects them; what its source says is not inspected goes straight to the store. Whoever may
    change orders may take more than was ordered, with a reason. `files`: names and contents of
    pictures or papers that came along. Without a delivery note and without `seen`, the very same of
    the same person within ten minutes is taken for a repetition, unless it is said to have come
    `again`.
    """
    refuse_unless_sensible(rows)
    note = paper_number(read_text(delivery_note, 60, field="delivery_note")).upper()[:60]
    reason = read_text(reason, 500, field="reason")
    remark = read_text(remark, 500, field="remark")
    lines, orders = _locked(rows)
    supplier = next(iter(orders.values())).supplier
    arrivals = _read(rows, lines, reason, by)
    if not (note or again or all(row.seen is not None for row in rows)):
        refuse_repeated(supplier, rows, by)
    _find_places(arrivals, location, by)
    receipt = _made(supplier, note, remark, by)
    _raise_expected(arrivals, by)
    _post(receipt, arrivals, by)
    for name, content in files[:MOST_FILES]:
        kept_files.attach(content, name=name, about=receipt, by=by, kind="delivery")
    _record(receipt, arrivals, by)
    match_again({line.pk for line in lines.values()})
    return receipt


def _locked(
    rows: Sequence[ArrivedRow],
) -> tuple[dict[int, PurchaseOrderLine], dict[int, PurchaseOrder]]:
    """The lines, read after their orders were locked: who comes second sees what is left."""
    wanted = {row.line_id for row in rows if 0 < row.line_id < 2**63}
    ids = dict(PurchaseOrderLine.objects.filter(pk__in=wanted).values_list("pk", "order_id"))
    if not ids or {row.line_id for row in rows} - set(ids):
        raise NotThere(_("There is no such line of a purchase order."))
    orders = {pk: locked_purchase_order(pk) for pk in sorted(set(ids.values()))}
    if len({one.supplier_id for one in orders.values()}) > 1:
        raise SeveralSuppliers(_("A delivery comes from one supplier; receive each on its own."))
    found = PurchaseOrderLine.objects.filter(pk__in=wanted)
    lines = {one.pk: one for one in found.select_related("item__unit", "expected")}
    for one in lines.values():
        one.order = orders[one.order_id]
    return lines, orders


def _read(
    rows: Sequence[ArrivedRow],
    lines: dict[int, PurchaseOrderLine],
    reason: str,
    by: User | None,
) -> list[_Arrival]:
    problems, arrivals = Problems(), []
    arrived: dict[int, Decimal] = {}
    lots = _known_lots(rows, lines)
    for index, row in enumerate(rows):
        line, name = lines[row.line_id], "line_id"
        try:
            refuse_changed(line, row.seen)
            refuse_unexpected(line)
            name = "item"
            if row.item and row.item != line.item.code:
                raise Unusable(
                    _("This is %(other)s; line %(line)s of %(order)s is for %(item)s.")
                    % {
                        "other": row.item[:60],
                        "line": line.position,
                        "order": line.order.number,
                        "item": line.item.code,
                    }
                )
            name = "quantity"
            quantity = read_quantity(row.quantity, step=line.item.unit.step)
            so_far = line.received + arrived.get(line.pk, NOTHING)
            over = refuse_too_much(line, so_far, quantity, reason, by)
            name = "lot"
            refuse_wrong_tracing(line.item, row.lot, quantity)
            refuse_odd_lot(row.lot, row.made_on, row.expires_on, lots.get((line.item_id, row.lot)))
        except (Unusable, DomainError) as error:
            problems.add(index, name, str(error))
            continue
        arrived[line.pk] = arrived.get(line.pk, NOTHING) + quantity
        arrivals.append(_Arrival(row, line, quantity, over))
    problems.refuse_if_any()
    return arrivals


def _known_lots(
    rows: Sequence[ArrivedRow], lines: dict[int, PurchaseOrderLine]
) -> dict[tuple[int, str], Lot]:
    codes = {row.lot for row in rows if row.lot}
    if not codes:
        return {}
    items = {one.item_id for one in lines.values()}
    found = Lot.objects.filter(code__in=codes, item__in=items)
    return {(one.item_id, one.code): one for one in found}


def _find_places(arrivals: Sequence[_Arrival], location: str, by: User | None) -> None:
    """Held, or straight into the store where the source is not inspected and a bin has room."""
    hold = hold_place(location, by)
    supplier_id = arrivals[0].line.order.supplier_id
    skipped = skipped_items(supplier_id, {one.line.item_id for one in arrivals})
    for one in arrivals:
        one.places = [(hold.code, one.quantity)]
        if one.line.item_id not in skipped:
            continue
        try:
            one.places = store_places(one.line.item, one.quantity, "")
            one.is_held = False
        except Invalid:
            pass  # nowhere to put it: it waits where everything waits


def _made(supplier: Any, note: str, remark: str, by: User | None) -> GoodsReceipt:
    values = {
        "number": numbering.draw("goods_receipt"),
        "remark": remark,
        "at": clock.now(),
        "by": by,
    }
    if not note:
        return GoodsReceipt.objects.create(supplier=supplier, **values)
    # Two people with the same paper: the second waits for the first, and finds it.
    twin = of_paper(GoodsReceipt.objects.filter(supplier=supplier), "delivery_note", note).first()
    found, is_new = GoodsReceipt.objects.get_or_create(
        supplier=supplier, delivery_note=twin.delivery_note if twin else note, defaults=values
    )
    if not is_new:
        raise ReceivedAlready(
            _("Delivery note %(note)s of %(supplier)s was received already: %(receipt)s.")
            % {"note": note, "supplier": supplier, "receipt": found.number},
            field="delivery_note",
        )
    return found


def _raise_expected(arrivals: Sequence[_Arrival], by: User | None) -> None:
    """The ledger takes no more than is expected: say first that more comes."""
    usual = 1 + Decimal(str(company.value("default_over_percent"))) / 100
    whole: dict[int, Decimal] = {}
    for one in arrivals:
        whole[one.line.pk] = whole.get(one.line.pk, one.line.received) + one.quantity
    lines = {one.line.pk: one.line for one in arrivals}
    rows = [
        ExpectedRow(
            item=line.item.code,
            quantity=whole[pk],
            due_on=line.expected.due_on,
            reference=line.expected.reference,
            demand=line.expected.demand,
            expected_id=line.expected.pk,
            apart=True,
        )
        for pk, line in lines.items()
        if line.expected is not None and whole[pk] > line.expected.quantity * usual
    ]
    if rows:
        plan_supplies(rows=rows, by=by)


def _post(receipt: GoodsReceipt, arrivals: Sequence[_Arrival], by: User | None) -> None:
    """The goods move in at the price of the order, for this receipt."""
    costs = _unit_costs(arrivals)
    ending = {one.line.pk for one in arrivals if one.row.is_last}
    rows: list[ReceiptRow] = []
    meant = []
    for one in arrivals:
        for place, quantity in one.places:
            rows.append(
                ReceiptRow(
                    expected_id=one.line.expected_id or 0,
                    quantity=quantity,
                    location=place,
                    lot=one.row.lot,
                    made_on=one.row.made_on,
                    expires_on=one.row.expires_on,
                    unit_cost=costs[one.line.pk],
                    about=f"purchasing.goodsreceipt:{receipt.pk}",
                )
            )
            meant.append(one)
    for at in range(len(rows) - 1, -1, -1):
        # Only the last row of a line may close it: the ones after it would find it closed.
        if meant[at].line.pk in ending:
            ending.discard(meant[at].line.pk)
            rows[at] = replace(rows[at], is_last=True)
    moves = take_in(rows=rows, by=by)
    GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(
            receipt=receipt,
            position=position,
            order_line=one.line,
            item_id=one.line.item_id,
            lot_id=move.lot_id,
            quantity=move.quantity,
            released=NOTHING if one.is_held else move.quantity,
            location_id=move.target_id,
            over_reason=one.over_reason,
        )
        for position, (one, move) in enumerate(zip(meant, moves, strict=True), 1)
    )
    if not any(one.is_held for one in arrivals):
        receipt.step("finish_receipt")
        receipt.save(update_fields=["state"])


def _unit_costs(arrivals: Sequence[_Arrival]) -> dict[int, Decimal | None]:
    """What one unit of each line costs in the company's currency; None: no rate is known."""
    currencies = {one.line.order.currency for one in arrivals}
    rates = exchange_rates(currencies, clock.today()) | {settings.COMPANY_CURRENCY: Decimal(1)}
    costs: dict[int, Decimal | None] = {}
    for one in arrivals:
        line, rate = one.line, rates.get(one.line.order.currency)
        per = line.price * line.typed_quantity / line.quantity
        costs[line.pk] = None if rate is None else round(per * rate, 6)
    return costs


def receipt_said(receipt: GoodsReceipt, lines: Sequence[PurchaseOrderLine]) -> dict[str, Any]:
    """What every fact about a receipt says."""
    return {
        "receipt_id": receipt.pk,
        "number": receipt.number,
        "supplier_id": receipt.supplier_id,
        "orders": sorted({one.order.number for one in lines}),
        "buyer_ids": sorted({one.order.made_by_id for one in lines if one.order.made_by_id}),
        "item_codes": sorted({one.item.code for one in lines})[:1000],
        "demands": sorted({demand for one in lines for demand in one.demands})[:1000],
    }


def about_receipt(receipt: GoodsReceipt, lines: Sequence[PurchaseOrderLine]) -> list[Any]:
    """Where facts about a receipt are shown."""
    orders = sorted({f"purchasing.purchaseorder:{one.order_id}" for one in lines})[:50]
    demands = sorted({demand for one in lines for demand in one.demands})[:50]
    supplier = f"partners.partner:{receipt.supplier_id}"
    return [receipt, "purchasing", supplier, *orders, *demands]


def _record(receipt: GoodsReceipt, arrivals: Sequence[_Arrival], by: User | None) -> None:
    lines = list({one.line.pk: one.line for one in arrivals}.values())
    said, about = receipt_said(receipt, lines), about_receipt(receipt, lines)
    fact = GoodsReceived(
        **said,
        delivery_note=receipt.delivery_note,
        is_held=any(one.is_held for one in arrivals),
    )
    journal.record(fact, about=about, by=by)
    lacking: dict[str, str] = {}
    for line in lines:
        mine = [one for one in arrivals if one.line.pk == line.pk]
        whole = line.received + sum((one.quantity for one in mine), NOTHING)
        if any(one.row.is_last for one in mine) and whole < line.least:
            lacking[line.item.code] = f"{(line.quantity - whole).normalize():f}"
    if lacking:
        journal.record(GoodsCameShort(**said, lacking=lacking), about=about, by=by)
