"""Works and store without miracles: goods are made of what is there, and leave when they are there.

In the usual simulated world goods are ready when milestones say, whatever was bought and made. Here
a work order waits for its material, takes it, then lasts as long as it is planned and some days
more; orders leave when all of theirs is there. For back-tests of what whole orders are told.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from gendan.catalog.models import BomLine
from gendan.engine.calendars import WorkCalendar
from gendan.inventory import services as inventory
from gendan.inventory.models import Balance, ExpectedSupply
from gendan.inventory.queries import reserved_for
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.orders.models import Order
from gendan.orders.queries import demand_of
from gendan.orders.services import reserve_lines
from gendan.production.models import Component, WorkOrder
from gendan.production.services import release_work_order
from gendan.testing.world.needs import open_lines
from gendan.testing.world.places import FINISHED, STORE, bin_of
from gendan.testing.world.planner import Planner, ungated, use_material
from gendan.testing.world.store import Store

READY = 0.6  # so many work orders that are due end on a day


class PatientPlanner(Planner):
    """Work orders begin when their material is there, and end no earlier than planned from then."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        super().__init__(rng, people, calendar)
        self.begun: dict[int, dt.date] = {}  # by work order: when its material was taken

    def work(self, day: dt.date) -> None:
        """Take the material of what may begin; end what has lasted long enough."""
        waiting = WorkOrder.objects.filter(state__in=WorkOrder.OPEN, starts_on__lte=day)
        for one in ungated(waiting.order_by("starts_on", "pk")):
            if one.pk not in self.begun and self._take(one):
                self.begun[one.pk] = day
                if one.state == WorkOrder.State.FIRM:
                    release_work_order(work_order_id=one.pk, by=self.people["gang"])
        ready = [one for one in waiting.order_by("pk") if self._is_ready(one, day)]
        self._bring([one for one in ready if self.rng.random() < READY])

    def finish_for(self, order: Order) -> None:
        """Nothing is finished because somebody says so."""

    def _is_ready(self, one: WorkOrder, day: dt.date) -> bool:
        since = self.begun.get(one.pk)
        if since is None:
            return False
        planned = self.calendar.count(one.starts_on, one.due_on)
        return self.calendar.count(since, day) >= planned

    def _take(self, one: WorkOrder) -> bool:
        """Its material goes to the floor if all of it lies in the store."""
        needs: dict[int, Decimal] = defaultdict(Decimal)
        for part in Component.objects.filter(work_order=one):
            needs[part.item_id] += part.quantity
        there: dict[int, Decimal] = defaultdict(Decimal)
        for place in Balance.objects.filter(item__in=needs, location__code__startswith=STORE):
            there[place.item_id] += place.on_hand - place.reserved
        if any(there[item_id] < quantity for item_id, quantity in needs.items()):
            return False
        if needs:
            use_material(needs, about="", reason="工单领料 / work orders")
        return True

    def _bring(self, done: Sequence[WorkOrder]) -> None:
        """Into the store of finished goods; what goes into other goods to the material."""
        inside = set(
            BomLine.objects.filter(component__in=[one.item_id for one in done]).values_list(
                "component_id", flat=True
            )
        )
        supplies = ExpectedSupply.objects.filter(work_order__in=done, is_open=True)
        rows = [
            inventory.ReceiptRow(
                expected_id=supply.pk,
                quantity=supply.quantity - supply.received,
                location=bin_of(supply.item.code) if supply.item_id in inside else FINISHED,
                lot=f"W{supply.pk}" if supply.item.traced == "lot" else "",
            )
            for supply in supplies.select_related("item").order_by("pk")
            if supply.quantity > supply.received
        ]
        if rows:
            inventory.receive_expected(rows=rows, by=self.people["wen"])


class PatientStore(Store):
    """What is not there cannot be kept for an order, and does not leave."""

    def make(self, order: Order, day: dt.date) -> None:
        """Nothing comes from nowhere: what is there is kept."""
        try:
            reserve_lines(order_id=order.pk, by=self.people["wen"])
        except DomainError:
            return

    def is_there(self, order: Order) -> bool:
        """Keep what has come for an order; whether all it still needs is kept."""
        self.make(order, dt.date.min)
        return not open_lines(order) or self._is_kept(order)

    @staticmethod
    def _is_kept(order: Order) -> bool:
        lines = open_lines(order)
        kept = reserved_for([demand_of(line.pk) for line in lines])
        return all(
            kept.get(demand_of(line.pk), Decimal(0)) >= line.quantity - line.delivered
            for line in lines
        )
