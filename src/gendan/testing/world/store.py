"""Goods in the simulated world: bought for an order, received, made, delivered."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_UP, Decimal

from gendan.catalog.models import BomLine, Item
from gendan.engine.calendars import WorkCalendar
from gendan.inventory import services as inventory
from gendan.inventory.models import Balance, ExpectedSupply
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.orders.models import Line, Order
from gendan.orders.services import DeliveredLine, record_delivery, reserve_lines


class Store:
    """Warehouse, buyers and the floor, as far as stock is concerned."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar
        self.orders_bought = 0

    def buy(self, order: Order, day: dt.date) -> None:
        """Order each line's materials (one level down), or the goods where they are bought."""
        self.orders_bought += 1
        number = f"PO-{day:%y%m}-{self.orders_bought:03}"
        lines = _open_lines(order)
        needed = _materials(lines)
        needed += [(line, line.item, line.quantity) for line in lines if line.item.supply == "buy"]
        rows = [
            inventory.ExpectedRow(
                item=item.code,
                quantity=quantity,
                due_on=self.calendar.add_days(day, max(2, item.lead_days)),
                reference=number,
                demand=ref(line),
            )
            for line, item, quantity in needed
        ]
        if rows:
            inventory.expect_supplies(rows=rows, by=self.people["bo"])

    def receive(self, day: dt.date) -> None:
        """What is due arrives, mostly; the rest comes some days later."""
        due = ExpectedSupply.objects.filter(is_open=True, due_on__lte=day).select_related("item")
        arrived = [supply for supply in due.order_by("pk") if self.rng.random() < 0.55]
        self._receive(arrived, day)

    def _receive(self, arrived: Sequence[ExpectedSupply], day: dt.date) -> None:
        rows = [
            inventory.ReceiptRow(
                expected_id=supply.pk,
                quantity=supply.quantity - supply.received,
                location="MAIN",
                lot=f"R{day:%y%m%d}-{supply.pk}" if supply.item.traced == "lot" else "",
            )
            for supply in arrived
        ]
        if rows:
            inventory.receive_expected(rows=rows, by=self.people["wen"])

    def make(self, order: Order, day: dt.date) -> None:
        """Finished goods come from the floor (bought goods lie in the main store already)."""
        self._use_material(order, day)
        rows = [
            inventory.MoveRow(
                item=line.item.code,
                quantity=line.quantity,
                source="FLOOR",
                target="FG",
                about=ref(order),
                reason=f"{order.number} finished",
            )
            for line in _open_lines(order)
            if line.item.supply != "buy"
        ]
        if rows:
            inventory.post_moves(rows=rows, by=self.people["wen"])
        reserve_lines(order_id=order.pk, by=self.people["wen"])

    def _use_material(self, order: Order, day: dt.date) -> None:
        """What the goods are made of has come by now, and has left the store for the floor."""
        lines = [line for line in _open_lines(order) if line.item.supply != "buy"]
        late = ExpectedSupply.objects.filter(
            is_open=True, demand__in=[ref(line) for line in lines]
        ).select_related("item")
        self._receive(list(late.order_by("pk")), day)
        needs: dict[int, Decimal] = defaultdict(Decimal)
        for _line, item, quantity in _materials(lines):
            needs[item.pk] += quantity
        there = Balance.objects.filter(item__in=needs, location__code="MAIN")
        rows = []
        for balance in there.select_related("item", "lot").order_by("pk"):
            quantity = min(needs[balance.item_id], balance.on_hand - balance.reserved)
            if quantity <= 0:
                continue
            needs[balance.item_id] -= quantity
            rows.append(
                inventory.MoveRow(
                    item=balance.item.code,
                    quantity=quantity,
                    source="MAIN",
                    target="FLOOR",
                    lot=balance.lot.code if balance.lot else "",
                    about=ref(order),
                    reason=f"{order.number} material",
                )
            )
        if rows:
            inventory.post_moves(rows=rows, by=self.people["wen"])

    def deliver(self, order: Order) -> None:
        """Everything that is open leaves."""
        record_delivery(
            order_id=order.pk,
            lines=[
                DeliveredLine(line_id=line.pk, quantity=line.quantity - line.delivered)
                for line in _open_lines(order)
            ],
            by=self.people["lin"],
        )


def _open_lines(order: Order) -> list[Line]:
    lines = order.lines.filter(is_cancelled=False).select_related("item").order_by("position")
    return [line for line in lines if line.delivered < line.quantity]


def _materials(lines: Sequence[Line]) -> list[tuple[Line, Item, Decimal]]:
    """What the lines' goods are made of, one level down, in whole pieces."""
    parts = defaultdict(list)
    found = BomLine.objects.filter(
        bom__is_current=True, bom__item__in=[line.item_id for line in lines]
    )
    for part in found.select_related("component", "bom").order_by("pk"):
        parts[part.bom.item_id].append(part)
    return [
        (line, part.component, _rounded_up(line.quantity * part.quantity_per, part.scrap_percent))
        for line in lines
        for part in parts[line.item_id]
    ]


def _rounded_up(quantity: Decimal, scrap_percent: Decimal) -> Decimal:
    return (quantity * (1 + scrap_percent / 100)).quantize(Decimal(1), rounding=ROUND_UP)
