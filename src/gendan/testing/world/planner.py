"""What the planner, the buyers and the works do in a simulated day: plan, firm, buy, make."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q

from gendan.engine.calendars import WorkCalendar
from gendan.inventory import services as inventory
from gendan.inventory.models import Balance, ExpectedSupply
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.orders.models import Line, Order
from gendan.planning.deferring import TASK
from gendan.planning.jobs import calculate_now
from gendan.planning.models import PlannedOrder, PlanRun
from gendan.planning.services import firm_planned_orders
from gendan.production.gates import open_gates
from gendan.production.models import Component, WorkOrder
from gendan.production.services import release_work_order
from gendan.purchasing.models import PurchaseRequest
from gendan.testing.world.needs import materials_of
from gendan.testing.world.places import FINISHED, FLOOR, STORE

# So many working days before its release day a planned order is firmed: suppliers slip, and the
# works like to know what comes.
AHEAD = {PlannedOrder.Kind.BUY: 20, PlannedOrder.Kind.OUTSOURCE: 12, PlannedOrder.Kind.MAKE: 8}
MOST_FIRMED = 400  # a day


class Planner:
    """Ping plans, Bo and Ting buy, Gang's people make; the same seed acts the same."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar

    # Plans ----------------------------------------------------------------------------------

    def calculate(self) -> int:
        """Calculate the plans that were asked for, as the worker would; how many there were."""
        waiting = PlanRun.objects.filter(state=PlanRun.State.WAITING).order_by("pk")
        runs = list(waiting.values_list("pk", flat=True))
        for run_id in runs:
            calculate_now(run_id)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [TASK])
        return len(runs)

    def firm(self, day: dt.date) -> None:
        """What must begin in the next days becomes work orders and purchase requests."""
        soon = Q()
        for kind, days in AHEAD.items():
            soon |= Q(kind=kind, release_on__lte=self.calendar.add_days(day, days))
        due = PlannedOrder.objects.filter(
            soon, run__is_live=True, state=PlannedOrder.State.PLANNED
        ).order_by("release_on", "pk")
        ids = list(due.values_list("pk", flat=True)[:MOST_FIRMED])
        if ids:
            firm_planned_orders(planned_order_ids=ids, by=self.people["ping"])

    # Buying ---------------------------------------------------------------------------------

    def buy(self, day: dt.date) -> None:
        """What was requested is ordered: its goods are expected from now on."""
        open_ones = PurchaseRequest.objects.filter(
            state=PurchaseRequest.State.OPEN, in_orders=0
        ).select_related("item")
        requests = list(open_ones.order_by("pk"))
        needs = _needs_of(requests)
        rows = [
            inventory.ExpectedRow(
                item=request.item.code,
                quantity=quantity,
                due_on=self._arrives(request, day),
                reference=request.number,
                demand=demand,
            )
            for request in requests
            for demand, quantity in _shares(request, needs)
        ]
        if rows:
            inventory.expect_supplies(rows=rows, by=self.people["bo"])

    def _arrives(self, request: PurchaseRequest, day: dt.date) -> dt.date:
        """When suppliers say it will come: mostly as needed, not before their lead time."""
        soonest = self.calendar.add_days(day, max(2, request.item.lead_days))
        return max(request.needed_on, soonest)

    # Making ---------------------------------------------------------------------------------

    def work(self, day: dt.date) -> None:
        """Work orders begin on their day and end on theirs, some of them later."""
        starting = WorkOrder.objects.filter(state=WorkOrder.State.FIRM, starts_on__lte=day)
        for one in ungated(starting.order_by("pk")):
            release_work_order(work_order_id=one.pk, by=self.people["gang"])
        due = WorkOrder.objects.filter(state__in=WorkOrder.OPEN, due_on__lte=day)
        done = [one for one in ungated(due.order_by("pk")) if self.rng.random() < 0.6]
        self._finish(done)

    def finish_for(self, order: Order) -> None:
        """The works finish what they make for an order before anything else."""
        demands = [ref(line) for line in order.lines.filter(is_cancelled=False)]
        own = WorkOrder.objects.filter(state__in=WorkOrder.OPEN, demands__overlap=demands)
        self._finish(list(own.order_by("pk")))

    def _finish(self, done: Sequence[WorkOrder]) -> None:
        """Material goes from the store to the floor, finished goods into their store."""
        if not done:
            return
        needs: dict[int, Decimal] = defaultdict(Decimal)
        for part in Component.objects.filter(work_order__in=done).order_by("pk"):
            needs[part.item_id] += part.quantity
        use_material(needs, about="", reason="工单领料 / work orders")
        supplies = ExpectedSupply.objects.filter(
            work_order__in=done, is_open=True, quantity__gt=F("received")
        ).select_related("item")
        rows = [
            inventory.ReceiptRow(
                expected_id=supply.pk,
                quantity=supply.quantity - supply.received,
                location=FINISHED,
                lot=f"W{supply.pk}" if supply.item.traced == "lot" else "",
            )
            for supply in supplies.order_by("pk")
        ]
        if rows:
            inventory.receive_expected(rows=rows, by=self.people["wen"])


def ungated(orders: Iterable[WorkOrder]) -> list[WorkOrder]:
    """Those that nobody's approval is waited for."""
    every = list(orders)
    gates = open_gates(every)
    return [one for one in every if one.pk not in gates]


def use_material(needs: Mapping[int, Decimal], *, about: str, reason: str) -> None:
    """Take from the main warehouse for the floor what is there of these items (by their id)."""
    left = dict(needs)
    there = Balance.objects.filter(item__in=left, location__code__startswith=STORE)
    rows = []
    for balance in there.select_related("item", "lot", "location").order_by("pk"):
        quantity = min(left[balance.item_id], balance.on_hand - balance.reserved)
        if quantity <= 0:
            continue
        left[balance.item_id] -= quantity
        rows.append(
            inventory.MoveRow(
                item=balance.item.code,
                quantity=quantity,
                source=balance.location.code,
                target=FLOOR,
                lot=balance.lot.code if balance.lot else "",
                about=about,
                reason=reason,
            )
        )
    if rows:
        inventory.carry_moves(rows=rows, by=None)


def _needs_of(requests: Sequence[PurchaseRequest]) -> dict[tuple[str, int], Decimal]:
    """By order line and item: what the line still needs bought for it alone."""
    demands = {demand for request in requests for demand in request.demands}
    ids = [int(demand.split(":")[1]) for demand in demands]
    lines = list(Line.objects.filter(pk__in=ids).select_related("item").order_by("pk"))
    needs: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for line, item, quantity in materials_of(lines):
        needs[ref(line), item.pk] += quantity
    for line in lines:
        if line.item.supply != "make":
            needs[ref(line), line.item_id] += line.quantity
    for demand, item_id, quantity in ExpectedSupply.objects.filter(demand__in=demands).values_list(
        "demand", "item_id", "quantity"
    ):
        needs[demand, item_id] -= quantity
    return needs


def _shares(
    request: PurchaseRequest, needs: dict[tuple[str, int], Decimal]
) -> list[tuple[str, Decimal]]:
    """A request's quantity by the order lines it is for; what is over is for anybody."""
    left = request.quantity - request.covered
    found = []
    for demand in request.demands:
        part = min(left, needs[demand, request.item_id])
        if part > 0:
            found.append((demand, part))
            needs[demand, request.item_id] -= part
            left -= part
    return [*found, ("", left)] if left > 0 else found
