"""Advance ship notices: by the order's link, by file or told; the buyer takes them or not."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import StoredFile, User
from gendan.kernel.papers import of_paper, paper_number
from gendan.kernel.quantity import LARGEST, read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
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
from gendan.purchasing.services.chasing_holds import end_chasing_hold
from gendan.purchasing.services.said import count_answer, refuse_more_files
from gendan.purchasing.services.sending import expect_lines
from gendan.purchasing.services.sharing import (
    demands_of,
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    read_reason,
)
from gendan.purchasing.shipments import (
    DOUBTS,
    SENDER_DOUBTS,
    differences_of,
    match_rows,
    on_the_way,
    shared_over_parts,
)

Way = ShipNotice.Way
MOST_LINES, MOST_PACKAGES, MOST_DAYS = 1000, 100_000, 400
FAR_TOO_MUCH = 10  # times what was ordered


class NoticedAlready(DomainError):
    """The supplier has sent a notice of this number before."""


class SenderInDoubt(DomainError):
    """A notice of which nobody has made sure that it is from the supplier."""


class NothingOfIt(DomainError):
    """A notice of which no line means anything that is ordered."""


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


@dataclass(frozen=True)
class Said:
    """By which way a notice came, from whom, and what is uncertain about it."""

    way: str
    person: str = ""
    by: User | None = None
    doubts: tuple[str, ...] = ()
    is_by_part: bool = False  # each row names the dated part it is of
    file: StoredFile | None = None


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
    order, sending, link = order_behind(token)
    rows = _cleaned(rows)
    lines = {line.position: line for line in living(lines_of(order))}
    person = read_text(name, 120, field="name") or link.name
    found = [(lines.get(row.position), row) for row in rows]
    if any(row.article for row in rows):  # read from the supplier's file
        found = match_rows(order.supplier, rows, within=order)
    elif any(line is None for line, _row in found):
        raise Invalid(_("There is no such line of this order."), field="rows")
    refuse_more_files(order, sending, 1 if given else 0)
    _refuse_far_too_much(found)
    is_by_part = not any(row.article for row in rows)
    said = Said(Way.LINK, person, is_by_part=is_by_part)
    notice = _keep(order.supplier, shipment, found, said, given)
    count_answer(sending)
    return notice


@service(gettext_lazy("Record a ship notice"))
def record_ship_notice(
    *,
    shipment: Shipment,
    rows: Sequence[NoticedRow],
    supplier: str = "",
    purchase_order_id: int | None = None,
    given: tuple[str, IO[bytes]] | None = None,
    by: User | None,
) -> ShipNotice:
    """A supplier has said what is on its way, by a file or otherwise.

    Without `supplier` it is the one of the order it was taken in for, or of the first order that is
    named. What matches nothing that was ordered is kept and told as a difference.
    """
    rows = _cleaned(rows)
    order = _order(purchase_order_id) if purchase_order_id is not None else None
    code = read_text(supplier, 40, field="supplier")
    partner = order.supplier if order and not code else _supplier(code, rows)
    said = Said(Way.FILE if given else Way.HAND, by=by)
    return _keep(partner, shipment, match_rows(partner, rows, within=order), said, given)


@service
def propose_ship_notice(
    *,
    supplier_id: int,
    shipment: Shipment,
    rows: Sequence[NoticedRow],
    purchase_order_id: int | None = None,
    person: str = "",
    file: StoredFile | None = None,
    doubts: Sequence[str] = (),
    by: None = None,
) -> ShipNotice:
    """A notice that came by mail: a proposal, which the buyer accepts or refuses.

    What is uncertain about it is kept beside it; a day that is missing or has passed is one of
    these, not a reason to lose the notice.
    """
    partner = Partner.objects.get(pk=supplier_id)
    order = _order(purchase_order_id) if purchase_order_id is not None else None
    found = match_rows(partner, _cleaned(rows), within=order)
    shipment, more = _dated(shipment, [line for line, _row in found if line is not None])
    who = read_text(person[:120], 120, field="person")
    said = Said(Way.MAIL, who, doubts=tuple(dict.fromkeys([*doubts, *more])), file=file)
    return _keep(partner, shipment, found, said, None)


@service(gettext_lazy("Accept a ship notice"))
def accept_ship_notice(*, notice_id: int, is_checked: bool = False, by: User | None) -> ShipNotice:
    """The goods are expected as the notice says: its day, and its quantity within the tolerance.

    Where it brings only a part of a line, the line stays due as it was, or later where the part
    comes later. `is_checked`: somebody has made sure that a mail in doubt is from the supplier.
    """
    notice, orders, rows = _locked(notice_id)
    notice.step("accept_ship_notice")
    _refuse_doubtful(notice, orders, is_checked=is_checked)
    for order in orders:
        order.step("record_supplier_answer")
        end_chasing_hold(order, by)
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


def _refuse_doubtful(
    notice: ShipNotice, orders: Sequence[PurchaseOrder], *, is_checked: bool
) -> None:
    if not orders:
        raise NothingOfIt(_("Nothing of it is ordered; refuse it and tell the supplier why."))
    doubts = [code for code in notice.doubts if code in SENDER_DOUBTS]
    if doubts and not is_checked:
        raise SenderInDoubt(
            _("%(doubt)s Ask the supplier whether the notice is theirs, then tick that you have.")
            % {"doubt": DOUBTS[doubts[0]]},
            field="is_checked",
        )


def _order(purchase_order_id: int) -> PurchaseOrder:
    """The order a notice is taken in for. Raises NotThere."""
    rows = PurchaseOrder.objects.select_related("supplier").filter(version__gt=0)
    found = rows.filter(pk=purchase_order_id).first()
    if found is None:
        raise NotThere(_("There is no such purchase order."))
    return found


def _dated(shipment: Shipment, lines: Sequence[PurchaseOrderLine]) -> tuple[Shipment, list[str]]:
    """With a day that can be expected, and what of it is uncertain."""
    today, doubts = clock.today(), []
    expected = read_day(shipment.expected_on, field="expected_on")
    shipped = read_day(shipment.shipped_on, field="shipped_on") or today
    if expected is None:
        doubts.append("no_day")
        expected = max([today, *(line.due_on for line in lines)])
    elif expected < today:
        doubts.append("day_passed")
        expected = today
    return replace(shipment, expected_on=expected, shipped_on=min(shipped, expected)), doubts


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
    said: Said,
    given: tuple[str, IO[bytes]] | None,
) -> ShipNotice:
    head = _head(shipment)
    lines = _read(found)
    # Of two who send the same at once, the second waits for the first and finds it.
    Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=supplier.pk)
    known = of_paper(ShipNotice.objects.filter(supplier=supplier), "number", head["number"])
    if known.exclude(state=ShipNotice.State.REFUSED).exists():
        raise NoticedAlready(
            _("Notice %(number)s of %(supplier)s is here already.")
            % {"number": head["number"], "supplier": supplier},
            field="number",
        )
    doubts = list(said.doubts)
    if not said.is_by_part:
        told = {one.order_line_id: one.quantity for one in lines}
        lines = shared_over_parts(lines)
        if told != {one.order_line_id: one.quantity for one in lines}:
            doubts.append("shared")
    notice = ShipNotice.objects.create(
        **head,
        supplier=supplier,
        way=said.way,
        person=said.person,
        file=files.keep(given[1], name=given[0]) if given else said.file,
        doubts=doubts,
        at=clock.now(),
        by=said.by,
    )
    for line in lines:
        line.notice = notice
    ShipNoticeLine.objects.bulk_create(lines)
    _record(ShipNoticeReceived, notice, lines, said.by)
    return notice


def _refuse_far_too_much(
    found: Sequence[tuple[PurchaseOrderLine | None, NoticedRow]],
) -> None:
    """A slip of the pen is told to who made it: ten times what is to come is never meant."""
    problems = Problems()
    for index, (line, row) in enumerate(found):
        if line is None or row.article:  # a file may say it in another unit
            continue
        try:
            typed = read_quantity(row.quantity)
        except (Unusable, DomainError):
            continue  # told in words where it is read
        if typed > line.typed_quantity * FAR_TOO_MUCH:
            words = _("Only %(ordered)s are ordered: so much cannot be meant.")
            shown = {"ordered": f"{line.typed_quantity.normalize():f}"}
            problems.add(index, "quantity", words % shown)
    problems.refuse_if_any()


def _head(shipment: Shipment) -> dict[str, Any]:
    number = paper_number(read_text(shipment.number, 60, field="number"))[:60]
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
