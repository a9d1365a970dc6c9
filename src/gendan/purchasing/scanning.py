"""What somebody scanned or typed at the door: an order, an item, a label, of whom."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.partners.models import Partner
from gendan.purchasing import gs1
from gendan.purchasing.labels import PATH
from gendan.purchasing.models import GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine

LONGEST = 300


@dataclass(frozen=True)
class Scanned:
    """What it means: an order or a supplier (all lines), or an item with what else a label says."""

    order: PurchaseOrder | None = None
    supplier: Partner | None = None
    item: Item | None = None
    lot: str = ""
    expires_on: dt.date | None = None
    quantity: Decimal | None = None


def understand(text: str, user: User) -> Scanned:
    """One field for all: number of an order, code of an item or supplier, GTIN, label.

    Raises Invalid with a sentence where it is none of them.
    """
    text = text.strip(" \t\r\n")
    if not text or len(text) > LONGEST or not text.replace(gs1.SEPARATOR, "").isprintable():
        raise Invalid(_("Scan or type an order, an item or a label."), field="scan")
    if "://" in text:
        return _own_label(text, user)
    orders = PurchaseOrder.objects.visible_to(user).select_related("supplier")
    order = orders.filter(number__iexact=text).first()
    if order is not None:
        return Scanned(order=order)
    item = _items(user).filter(code__iexact=text).first()
    if item is not None:
        return Scanned(item=item)
    supplier = Partner.objects.visible_to(user).filter(code__iexact=text).first()
    if supplier is not None:
        return Scanned(supplier=supplier)
    if gs1.looks_like(text):
        return _element_string(text, user)
    try:
        return Scanned(item=_by_gtin(gs1.gtin14(text), user))
    except gs1.NotGs1:
        raise Invalid(
            _("Nothing is known as “%(text)s”: no order, no item, no label.") % {"text": text[:60]},
            field="scan",
        ) from None


def open_lines(user: User, found: Scanned) -> "QuerySet[PurchaseOrderLine]":
    """The lines that can be received now for what was scanned, the first due first."""
    rows = PurchaseOrderLine.objects.visible_to(user).filter(
        is_cancelled=False, expected__is_open=True, order__state__in=PurchaseOrder.OPEN
    )
    if found.order is not None:
        rows = rows.filter(order=found.order)
    if found.supplier is not None:
        rows = rows.filter(order__supplier=found.supplier)
    if found.item is not None:
        rows = rows.filter(item=found.item)
    rows = rows.select_related("order__supplier", "item__unit", "expected")
    return rows.order_by("due_on", "pk")


def _own_label(text: str, user: User) -> Scanned:
    """The QR code of one of our labels: its host is ours, its path names the receipt's line."""
    try:
        address = urlsplit(text)
        ours = urlsplit(settings.PUBLIC_URL)
        is_ours = address.netloc.lower() == ours.netloc.lower()
    except ValueError:
        is_ours = False
    if not is_ours:
        raise Invalid(_("This label is not ours: it belongs to another company."), field="scan")
    number = address.path.removeprefix(PATH).strip("/")
    rows = GoodsReceiptLine.objects.visible_to(user).select_related("item__unit", "lot")
    is_label = address.path.startswith(PATH) and number.isdecimal() and len(number) < 18
    line = rows.filter(pk=int(number)).first() if is_label else None
    if line is None:
        raise Invalid(_("This address of ours is no label of goods."), field="scan")
    lot = line.lot
    return Scanned(
        item=line.item,
        lot=lot.code if lot else "",
        expires_on=lot.expires_on if lot else None,
        quantity=line.quantity,
    )


def _element_string(text: str, user: User) -> Scanned:
    try:
        said = gs1.read(text)
        expires = gs1.day_of(said["17"]) if "17" in said else None
    except gs1.NotGs1:
        raise Invalid(
            _("This label cannot be read; type the item and the lot."), field="scan"
        ) from None
    gtin = said.get("02") or said.get("01")
    own = _items(user).filter(code=said["240"]).first() if "240" in said else None
    item = own or (_by_gtin(gtin, user) if gtin else None)
    if item is None:
        raise Invalid(_("This label names no item of ours."), field="scan")
    return Scanned(
        item=item,
        lot=said.get("21") or said.get("10") or "",
        expires_on=expires,
        quantity=Decimal(said["37"]) if said.get("37", "0").strip("0") else None,
    )


def _by_gtin(gtin: str, user: User) -> Item:
    """The item with this GTIN, however many zeros were written before it."""
    plain = gtin.lstrip("0")
    codes = {plain.zfill(length) for length in (8, 12, 13, 14) if len(plain) <= length}
    found = list(_items(user).filter(barcode__in=codes)[:2])
    if len(found) != 1:
        sentence = (
            _("Several items have the GTIN %(code)s; type the item's code.")
            if found
            else _("No item of ours has the GTIN %(code)s.")
        )
        raise Invalid(sentence % {"code": gtin}, field="scan")
    return found[0]


def _items(user: User) -> "QuerySet[Item]":
    return Item.objects.visible_to(user).select_related("unit")
