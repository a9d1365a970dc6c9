"""Goods in the simulated world: bought for an order, received, made, delivered."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from gendan.catalog.models import Item
from gendan.engine.calendars import WorkCalendar
from gendan.inventory import services as inventory
from gendan.inventory.models import Balance, ExpectedSupply, Reservation
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.orders.models import Line, Order
from gendan.orders.services import DeliveredLine, record_delivery, reserve_lines
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.testing.world.needs import materials_of, open_lines
from gendan.testing.world.places import ARRIVED, FINISHED, FLOOR, bin_of
from gendan.testing.world.planner import use_material
from gendan.testing.world.receiving import Receivers

SHORT = 0.08  # so many deliveries are short


class Store:
    """Warehouse, buyers and the floor, as far as stock is concerned."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar
        self.orders_bought = 0
        self.receivers = Receivers(rng, people)
        # Whether goods are bought by purchase orders and carried from the arrivals to their bins.
        self.has_detail = False

    def buy(self, order: Order, day: dt.date) -> bool:
        """Ask for each line's materials (one level down), or for the goods where they are bought.

        What is bought for a line already is not bought again; tells whether anything was missing.
        """
        self.orders_bought += 1
        lines = open_lines(order)
        needed = materials_of(lines)
        needed += [(line, line.item, line.quantity) for line in lines if line.item.supply == "buy"]
        coming = _expected_for(lines)
        missing = [
            (line, item, quantity - coming[ref(line), item.pk])
            for line, item, quantity in needed
            if quantity > coming[ref(line), item.pk]
        ]
        if self.has_detail:
            return self._request(missing, day)
        self._expect(missing, f"PO-{day:%y%m}-{self.orders_bought:03}", day)
        return False

    def _request(self, missing: Sequence[tuple[Line, Item, Decimal]], day: dt.date) -> bool:
        asked = _requested_for({ref(line) for line, _item, _quantity in missing})
        rows = [
            PurchaseRow(
                item=item.code,
                quantity=quantity,
                needed_on=self._soonest(item, day),
                order_by_on=day,
                demands=[ref(line)],
            )
            for line, item, quantity in missing
            if (ref(line), item.pk) not in asked
        ]
        if rows:
            request_purchases(rows=rows, by=self.people["bo"])
        return bool(rows)

    def _expect(
        self, missing: Sequence[tuple[Line, Item, Decimal]], number: str, day: dt.date
    ) -> None:
        rows = [
            inventory.ExpectedRow(
                item=item.code,
                quantity=quantity,
                due_on=self._soonest(item, day),
                reference=number,
                demand=ref(line),
            )
            for line, item, quantity in missing
        ]
        if rows:
            inventory.expect_supplies(rows=rows, by=self.people["bo"])

    def _soonest(self, item: Item, day: dt.date) -> dt.date:
        return self.calendar.add_days(day, max(2, item.lead_days))

    def receive(self, day: dt.date) -> None:
        """What is due arrives, mostly; the rest comes some days later."""
        if self.has_detail:
            self._put_away()
            self.receivers.judge()
        due = ExpectedSupply.objects.filter(
            is_open=True, due_on__lte=day, work_order__isnull=True
        ).select_related("item")
        arrived = [supply for supply in due.order_by("pk") if self.rng.random() < 0.55]
        self._receive(arrived, day)

    def _put_away(self) -> None:
        """What came yesterday goes from the arrivals to the bins of its items."""
        there = Balance.objects.filter(location__code=ARRIVED, on_hand__gt=0)
        rows = [
            inventory.TransferRow(
                item=balance.item.code,
                quantity=balance.on_hand,
                source=ARRIVED,
                target=bin_of(balance.item.code),
                lot=balance.lot.code if balance.lot else "",
            )
            for balance in there.select_related("item", "lot").order_by("pk")
        ]
        if rows:
            inventory.transfer_stock(rows=rows, by=self.people["wen"])

    def _receive(self, arrived: Sequence[ExpectedSupply], day: dt.date) -> None:
        """Deliveries for purchase orders are held for a verdict; all else lies in the store."""
        came = [(supply, *self._came(supply)) for supply in arrived]
        taken = self.receivers.receive(came, day) if self.has_detail and came else set()
        rows = [
            inventory.ReceiptRow(
                expected_id=supply.pk,
                quantity=quantity,
                location=ARRIVED if self.has_detail else bin_of(supply.item.code),
                lot=f"R{day:%y%m%d}-{supply.pk}" if supply.item.traced == "lot" else "",
                is_last=is_last,
            )
            for supply, quantity, is_last in came
            if supply.pk not in taken
        ]
        if rows:
            inventory.take_in(rows=rows, by=None)

    def _came(self, supply: ExpectedSupply) -> tuple[Decimal, bool]:
        """How much of it is here, and whether no more will come: a few deliver short."""
        left = supply.quantity - supply.received
        if not self.has_detail or self.rng.random() > SHORT:
            return left, False
        less = (left * Decimal("0.94")).quantize(Decimal(1), rounding=ROUND_DOWN)
        return (less, self.rng.random() < 0.5) if less > 0 else (left, False)

    def make(self, order: Order, day: dt.date) -> None:
        """Finished goods come from the floor (bought goods lie in the main store already).

        Of what no work order has brought: the planner comes too late for some orders.
        """
        missing = _missing([line for line in open_lines(order) if line.item.supply != "buy"])
        self._use_material(order, [line for line, _quantity in missing], day)
        rows = [
            inventory.MoveRow(
                item=line.item.code,
                quantity=quantity,
                source=FLOOR,
                target=FINISHED,
                about=ref(order),
                reason=f"{order.number} finished",
            )
            for line, quantity in missing
        ]
        if rows:
            inventory.carry_moves(rows=rows, by=None)
        reserve_lines(order_id=order.pk, by=self.people["wen"])

    def _use_material(self, order: Order, lines: Sequence[Line], day: dt.date) -> None:
        """What these goods are made of has come by now, and has left the store for the floor."""
        late = ExpectedSupply.objects.filter(
            is_open=True, demand__in=[ref(line) for line in lines]
        ).select_related("item")
        self._receive(list(late.order_by("pk")), day)
        needs: dict[int, Decimal] = defaultdict(Decimal)
        for _line, item, quantity in materials_of(lines):
            needs[item.pk] += quantity
        reason = f"{order.number} material"
        use_material(needs, about=ref(order), reason=reason)

    def deliver(self, order: Order) -> None:
        """Everything that is open leaves."""
        record_delivery(
            order_id=order.pk,
            lines=[
                DeliveredLine(line_id=line.pk, quantity=line.quantity - line.delivered)
                for line in open_lines(order)
            ],
            by=self.people["lin"],
        )


def _expected_for(lines: Sequence[Line]) -> dict[tuple[str, int], Decimal]:
    """By order line and item: what is bought for it already, arrived or not."""
    found: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    rows = ExpectedSupply.objects.filter(demand__in=[ref(line) for line in lines])
    for demand, item_id, quantity in rows.values_list("demand", "item_id", "quantity"):
        found[demand, item_id] += quantity
    return found


def _requested_for(demands: set[str]) -> set[tuple[str, int]]:
    """Order lines and items for which a purchase request stands already."""
    rows = PurchaseRequest.objects.filter(demands__overlap=sorted(demands))
    living = rows.exclude(state=PurchaseRequest.State.CANCELLED)
    return {
        (demand, item_id)
        for item_id, names in living.values_list("item_id", "demands")
        for demand in names
    }


def _missing(lines: Sequence[Line]) -> list[tuple[Line, Decimal]]:
    """What of these lines neither is kept for them nor lies free in the finished goods store."""
    free: dict[int, Decimal] = defaultdict(Decimal)
    for balance in Balance.objects.filter(
        item__in=[line.item_id for line in lines], location__kind="store"
    ):
        free[balance.item_id] += balance.on_hand - balance.reserved
    kept: dict[str, Decimal] = defaultdict(Decimal)
    for one in Reservation.objects.filter(demand__in=[ref(line) for line in lines]):
        kept[one.demand] += one.quantity
    found = []
    for line in lines:
        needed = line.quantity - line.delivered - kept[ref(line)]
        there = min(free[line.item_id], max(needed, Decimal(0)))
        free[line.item_id] -= there
        if needed > there:
            found.append((line, needed - there))
    return found
