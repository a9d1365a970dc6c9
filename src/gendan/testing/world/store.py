"""Goods in the simulated world: bought for an order, received, made, delivered."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from gendan.catalog.models import BomLine
from gendan.engine.calendars import WorkCalendar
from gendan.inventory import services as inventory
from gendan.inventory.models import ExpectedSupply
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
        lines = _open_lines(order)
        parts = defaultdict(list)
        materials = BomLine.objects.filter(
            bom__is_current=True, bom__item__in=[line.item_id for line in lines]
        )
        for part in materials.select_related("component", "bom").order_by("pk"):
            parts[part.bom.item_id].append(part)
        self.orders_bought += 1
        number = f"PO-{day:%y%m}-{self.orders_bought:03}"
        rows = []
        for line in lines:
            needed = [
                (part.component, line.quantity * part.quantity_per * (1 + part.scrap_percent / 100))
                for part in parts[line.item_id]
            ]
            if line.item.supply == "buy":
                needed.append((line.item, line.quantity))
            rows += [
                inventory.ExpectedRow(
                    item=item.code,
                    quantity=quantity.quantize(Decimal(1), rounding=ROUND_UP),
                    due_on=self.calendar.add_days(day, max(2, item.lead_days)),
                    reference=number,
                    demand=ref(line),
                )
                for item, quantity in needed
            ]
        if rows:
            inventory.expect_supplies(rows=rows, by=self.people["bo"])

    def receive(self, day: dt.date) -> None:
        """What is due arrives, mostly; the rest comes some days later."""
        due = ExpectedSupply.objects.filter(is_open=True, due_on__lte=day).select_related("item")
        arrived = [supply for supply in due.order_by("pk") if self.rng.random() < 0.55]
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

    def make(self, order: Order) -> None:
        """Finished goods come from the floor (bought goods lie in the main store already)."""
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
