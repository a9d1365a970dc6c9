"""Makers of deliveries for the tests of receiving, verdicts, returns and invoices."""

from decimal import Decimal
from typing import Any

from gendan.inventory import services as inventory
from gendan.inventory.models import Balance
from gendan.inventory.services import LocationRow
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.services import ArrivedRow, DraftLineRow
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person


def store() -> None:
    """A bin in which goods are kept."""
    row = LocationRow(code="BIN-1", name_en="Bin 1", name_zh="一号库位", kind="store")
    inventory.save_locations(rows=[row], by=None)


def an_order(*lines: DraftLineRow, **head: Any) -> PurchaseOrder:
    """An order the mill has, and a store for what comes."""
    store()
    return ordered.sent(*lines, **head)[0]


def line(order: PurchaseOrder, position: int = 1) -> PurchaseOrderLine:
    """A line of an order."""
    return order.lines.get(position=position)


def arrived(order: PurchaseOrder, quantity: int = 100, **values: Any) -> ArrivedRow:
    """So much of the first line."""
    return ArrivedRow(line_id=line(order).pk, quantity=Decimal(quantity), **values)


def receive(*rows: ArrivedRow, who: str = "wen", **values: Any) -> GoodsReceipt:
    """Wen of the store receives."""
    return services.receive_goods(rows=rows, by=person(who), **values)


def lies(item: str = "CLOTH") -> dict[str, int]:
    """How much of an item lies in our own places, by place."""
    rows = Balance.objects.filter(item__code=item, is_own=True).exclude(on_hand=0)
    return {one.location.code: int(one.on_hand) for one in rows.select_related("location")}
