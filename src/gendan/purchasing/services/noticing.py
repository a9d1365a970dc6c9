"""Advance ship notices: by the order's link, by file or told; the buyer takes them or not."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import LARGEST, read_quantity
from gendan.kernel.rows import Problems, Unusable, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.services.reading import read_day, read_text
from gendan.partners.models import Partner
from gendan.purchasing.events import (
    ShipNoticeAccepted,
    ShipNoticeReceived,
    ShipNoticeRefused,
)
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
)
from gendan.purchasing.services.answering import order_behind
from gendan.purchasing.services.sending import expect_lines
from gendan.purchasing.services.sharing import (
    demands_of,
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    read_reason,
)
from gendan.purchasing.shipments import differences_of, match_rows, on_the_way

Way = ShipNotice.Way
MOST_LINES, MOST_PACKAGES, MOST_DAYS = 1000, 100_000, 400


class NoticedAlready(DomainError):
    """The supplier has sent a notice of this number before."""


@dataclass(frozen=True)
class NoticedRow:
    """So much of what is on its way; of a line by `position`, or by order number and article.

    The article is the supplier's number, ours, or the GTIN; without unit it is the ordered one.
    """

    quantity: Decimal | str
    position: int = 0
    order_number: str = ""
    article: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Shipment:
    """The head of a notice: which number, when it left, when it is here, how it travels."""

    number: str
    shipped_on: dt.date | str | None = None
    expected_on: dt.date | str | None = None
    carrier: str = ""
    tracking: str = ""
    packages: int | str | None = None
    remark: str = ""


@service
def notice_by_supplier_link(
    *,
    token: str,
    shipment: Shipment,
    rows: Sequence[NoticedRow],
    name: str = "",
    given: tuple[str, IO[bytes]] | None = None,
    by: None = None,
) -> ShipNotice:
    """The supplier says what has left; the token of the order's link is the permission."""
    order, _sending, link = order_behind(token)
    rows = _cleaned(rows)
    lines = {line.position: line for line in living(lines_of(order))}
    person = read_text(name, 120, field="name") or link.name
    found = [(lines.get(row.position), row) for row in rows]
    if any(line is None for line, _row in found):
        raise Invalid(_("There is no such line of this order."), field="rows")
    return _keep(order.supplier, shipment, found, (Way.LINK, person, None), given)


@service(gettext_lazy("Record a ship notice"))
def record_ship_notice(
    *,
    shipment: Shipment,
    rows: Sequence[NoticedRow],
    supplier: str = "",
    given: tuple[str, IO[bytes]] | None = None,
    by: User | None,
) -> ShipNotice:
    """A supplier has said what is on its way, by a file or otherwise.

    Without `supplier` it is the one of the first order that is named. What matches nothing that
    was ordered is kept and told as a difference.
    """
    rows = _cleaned(rows)
    partner = _supplier(read_text(supplier, 40, field="supplier"), rows)
    way = Way.FILE if given else Way.HAND
    return _keep(partner, shipment, match_rows(partner, rows), (way, "", by), given)


@service(gettext_lazy("Accept a ship notice"))
def accept_ship_notice(*, notice_id: int, by: User | None) -> ShipNotice:
    """The goods are expected as the notice says: its day, and its quantity within the tolerance.

    Where it brings only a part of a line, the line stays due as it was, or later where the part
    comes later.
    """
    notice, orders, rows = _locked(notice_id)
    notice.step("accept_ship_notice")
    for order in orders:
        order.step("record_supplier_answer")
    lines = {line.pk: line for order in orders for line in lines_of(order)}
    coming = on_the_way(lines)
    for row in rows:
        line = lines.get(row.order_line_id or 0)
        if line is not None and line.is_open:
            coming[line.pk] = coming.get(line.pk, Decimal(0)) + row.quantity
            _follow(line, line.received + coming[line.pk], notice.expected_on)
    for order in orders:
        _expect(order, [one for one in lines.values() if one.order_id == order.pk], by)
    notice.decided_at, notice.decided_by = clock.now(), by
    notice.save()
    _record(ShipNoticeAccepted, notice, rows, by)
    return notice


@service(gettext_lazy("Refuse a ship notice"))
def refuse_ship_notice(*, notice_id: int, reason: str, by: User | None) -> ShipNotice:
    """It is not right; the supplier may send one of the same number again."""
    notice, _orders, rows = _locked(notice_id)
    notice.step("refuse_ship_notice")
    notice.reason = read_reason(reason, _("Say why it is refused."))
    notice.decided_at, notice.decided_by = clock.now(), by
    notice.save()
    _record(ShipNoticeRefused, notice, rows, by)
    return notice


def _cleaned(rows: Sequence[NoticedRow]) -> list[NoticedRow]:
    """The rows with texts the database can keep and look for."""
    refuse_unless_sensible(rows)
    if len(rows) > MOST_LINES:
        raise Invalid(_("At most %(most)s lines.") % {"most": MOST_LINES}, field="rows")
    return [
        replace(
            row,
            order_number=read_text(row.order_number, 60, field="order_number"),
            article=read_text(row.article, 120, field="article"),
            unit=read_text(row.unit, 20, field="unit"),
        )
        for row in rows
    ]


def _supplier(code: str, rows: Sequence[NoticedRow]) -> Partner:
    if code:
        found = Partner.objects.filter(code=code, is_supplier=True).first()
        if found is None:
            raise Invalid(
                _("There is no supplier “%(code)s”.") % {"code": code[:60]}, field="supplier"
            )
        return found
    numbers = {row.order_number for row in rows if row.order_number}
    orders = PurchaseOrder.objects.filter(number__in=numbers, version__gt=0)
    partners = {one.supplier_id: one.supplier for one in orders.select_related("supplier")}
    if len(partners) != 1:
        raise Invalid(
            _("By its order numbers it is not clear whose notice this is; give the supplier."),
            field="supplier",
        )
    return next(iter(partners.values()))


def _keep(
    supplier: Partner,
    shipment: Shipment,
    found: Sequence[tuple[PurchaseOrderLine | None, NoticedRow]],
    who: tuple[str, str, User | None],
    given: tuple[str, IO[bytes]] | None,
) -> ShipNotice:
    head = _head(shipment)
    way, person, by = who
    lines = _read(found)
    # Of two who send the same at once, the second waits for the first and finds it.
    Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=supplier.pk)
    known = ShipNotice.objects.filter(supplier=supplier, number=head["number"])
    if known.exclude(state=ShipNotice.State.REFUSED).exists():
        raise NoticedAlready(
            _("Notice %(number)s of %(supplier)s is here already.")
            % {"number": head["number"], "supplier": supplier},
            field="number",
        )
    stored = files.keep(given[1], name=given[0]) if given else None
    notice = ShipNotice.objects.create(
        **head, supplier=supplier, way=way, person=person, file=stored, at=clock.now(), by=by
    )
    for line in lines:
        line.notice = notice
    ShipNoticeLine.objects.bulk_create(lines)
    _record(ShipNoticeReceived, notice, lines, by)
    return notice


def _head(shipment: Shipment) -> dict[str, Any]:
    number = " ".join(read_text(shipment.number, 60, field="number").split())
    if not number:
        raise Invalid(_("A notice has a number."), field="number")
    shipped = read_day(shipment.shipped_on, field="shipped_on") or clock.today()
    expected = read_day(shipment.expected_on, field="expected_on")
    if expected is None:
        raise Invalid(_("Say when the goods are here."), field="expected_on")
    if expected < shipped:
        raise Invalid(_("Goods are not here before they have left."), field="expected_on")
    if expected < clock.today():
        raise Invalid(_("That day has passed."), field="expected_on")
    if abs((expected - clock.today()).days) > MOST_DAYS or (
        abs((shipped - clock.today()).days) > MOST_DAYS
    ):
        raise Invalid(_("This day is too far away."), field="expected_on")
    return {
        "number": number,
        "shipped_on": shipped,
        "expected_on": expected,
        "carrier": read_text(shipment.carrier, 80, field="carrier"),
        "tracking": read_text(shipment.tracking, 80, field="tracking"),
        "packages": _packages(shipment.packages),
        "remark": read_text(shipment.remark, 500, field="remark"),
    }


def _packages(value: int | str | None) -> int | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:12]) <= MOST_PACKAGES):
        raise Invalid(_("This is no number of packages."), field="packages")
    return int(text)


def _read(
    found: Sequence[tuple[PurchaseOrderLine | None, NoticedRow]],
) -> list[ShipNoticeLine]:
    problems, lines, seen = Problems(), [], set()
    for index, (line, row) in enumerate(found):
        try:
            quantity = read_quantity(row.quantity)
        except (Unusable, DomainError) as error:
            problems.add(index, "quantity", str(error))
            continue
        if line is not None and line.pk in seen:
            problems.add(index, "position", _("A line stands once in a notice."))
            continue
        if line is not None:
            seen.add(line.pk)
            # What is said in the ordered unit is kept in the item's own one.
            own = {line.item.unit.code, line.item.unit.rec20}
            if row.unit not in own or not row.unit or row.unit == line.typed_unit:
                quantity = round(quantity * line.quantity / line.typed_quantity, 6)
            if not 0 < quantity <= LARGEST:
                problems.add(index, "quantity", _("This quantity cannot be meant."))
                continue
        lines.append(
            ShipNoticeLine(
                position=index + 1,
                order_line=line,
                said_order=row.order_number,
                said_article=row.article,
                said_unit=row.unit,
                quantity=quantity,
                received_before=line.received if line is not None else Decimal(0),
            )
        )
    problems.refuse_if_any()
    return lines


def _locked(notice_id: int) -> tuple[ShipNotice, list[PurchaseOrder], list[ShipNoticeLine]]:
    """The notice with the orders it is for: these are locked first."""
    rows = ShipNoticeLine.objects.filter(notice=notice_id).select_related(
        "order_line__order", "order_line__item", "order_line__expected"
    )
    lines = list(rows)
    if not lines:
        raise NotThere(_("There is no such ship notice."))
    ids = sorted({one.order_line.order_id for one in lines if one.order_line is not None})
    orders = [locked_purchase_order(pk) for pk in ids]
    notice = ShipNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    return notice, orders, lines


def _follow(line: PurchaseOrderLine, coming: Decimal, on: dt.date) -> None:
    """The line is due when its goods are here; `coming` is what has come and what is on its way."""
    if coming < line.least:
        line.due_on = max(line.due_on, on)
        return
    line.due_on = on
    if coming <= line.most and coming != (line.confirmed_quantity or line.quantity):
        line.confirmed_quantity = coming


def _expect(order: PurchaseOrder, lines: list[PurchaseOrderLine], by: User | None) -> None:
    for line in lines:
        line.order = order
    expect_lines(order, lines, by=by)
    order.due_on = next_due(living(lines))
    order.revision += 1
    order.save()


def _record(
    fact: type[Any], notice: ShipNotice, rows: Sequence[ShipNoticeLine], by: User | None
) -> None:
    lines = [one.order_line for one in rows if one.order_line is not None]
    demands = demands_of(lines)
    said: dict[str, Any] = {
        "notice_id": notice.pk,
        "number": notice.number,
        "supplier_id": notice.supplier_id,
        "orders": sorted({one.order.number for one in lines}),
        "buyer_ids": sorted({one.order.made_by_id for one in lines if one.order.made_by_id}),
        "expected_on": notice.expected_on.isoformat(),
        "demands": demands[:1000],
    }
    if fact is ShipNoticeReceived:
        said["differences"] = len(differences_of(notice, rows))
    if fact is ShipNoticeRefused:
        said["reason"] = notice.reason
    about: list[Any] = [
        notice,
        "purchasing",
        f"partners.partner:{notice.supplier_id}",
        *sorted({f"purchasing.purchaseorder:{one.order_id}" for one in lines})[:50],
        *demands[:50],
    ]
    journal.record(fact(**said), about=about, by=by)
