"""From the database to the input of net requirements: a fixed number of queries for any company.

Demand is what is still to be delivered of confirmed orders, less what is kept or expected for each
line alone, on the day it must leave our works; and the components of open work orders. Receipts
are expected supplies, goods that are here and wait for a verdict, and purchase requests that are
not covered by an expected supply.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from django.db.models import F, Sum

from gendan.catalog.models import BomLine, Item, Routing
from gendan.catalog.queries import calendar
from gendan.engine.boms import hundredths
from gendan.engine.netting import (
    BomLines,
    Demand,
    Items,
    Receipts,
    Snapshot,
    likely_days,
)
from gendan.inventory.models import ExpectedSupply, Reservation
from gendan.inventory.queries import free_stock
from gendan.kernel import clock
from gendan.orders.models import Delivery, Line, Order, OrderState
from gendan.orders.queries import demand_of, transit_of, with_lane
from gendan.planning.assumed import Assumed
from gendan.planning.held import held_goods
from gendan.planning.net_facts import (
    RECEIPT,
    REQUEST,
    Asked,
    Coming,
    Kept,
    earmarks,
    taken_of,
)
from gendan.planning.net_rules import alternates, good_of, item_rows, lot_columns
from gendan.planning.net_rules import ints as _ints
from gendan.production.queries import open_components
from gendan.purchasing.models import PurchaseRequest
from gendan.sourcing.lead_times import LeadTimes, lead_times
from gendan.stocking.queries import forecast_demands

FORECAST_DAYS = 366  # ahead that plans count forecasts


@dataclass(frozen=True, eq=False)
class NetInput:
    """What net requirements are calculated from, and which records its rows are.

    Items are known by their place; `micro_steps` is each unit's smallest step in millionths. Of
    `asked` only the rows in `planned` (places) are demand of the snapshot: the others are served
    by what is kept for them.
    """

    snapshot: Snapshot
    today: dt.date
    item_ids: list[int]
    supply: list[str]
    micro_steps: list[int]
    asked: list[Asked]
    planned: list[int]
    coming: list[Coming]
    line_codes: list[str]  # of BOM lines: "parent > component"
    alternate_codes: list[str]  # of substitutes: "parent > component → substitute"

    def quantity(self, item: int, steps: int) -> Decimal:
        """A number of steps as a quantity of the item's unit."""
        return Decimal(steps * self.micro_steps[item]).scaleb(-6)

    def earliest(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """For each receipt the ordinal day before which it cannot come."""
        return _ints((one.earliest_on or self.today).toordinal() for one in self.coming)

    def feeds(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """For each row of the demand: the receipt of the work order it is a component of, or -1."""
        row_of = {
            one.work_order_id: row for row, one in enumerate(self.coming) if one.work_order_id
        }
        waiting = [self.asked[place].work_order_id for place in self.planned]
        return _ints(row_of.get(one, -1) if one else -1 for one in waiting)


def net_input(changes: Assumed | None = None) -> NetInput:
    """Everything a plan depends on, as it is now and with what is assumed besides. 17 queries,
    nine more where plans count forecasts, nine more where sources are written down."""
    changes = changes or Assumed()
    reader = _Reader(changes)
    items = reader.items()
    lines, codes = reader.lines()
    others, names = alternates(lines, reader.place, reader.micro_steps, reader.codes)
    asked = [*reader.order_lines(), *reader.components(), *reader.forecast(), *reader.added()]
    planned = [place for place, one in enumerate(asked) if one.quantity > 0]
    coming = [*reader.expected(), *reader.requests()]
    snapshot = Snapshot(
        first_day=reader.today.toordinal(),
        items=items,
        lines=lines,
        demand=Demand(
            item=_ints(asked[place].item for place in planned),
            quantity=_ints(asked[place].quantity for place in planned),
            due=_ints(asked[place].needed_on.toordinal() for place in planned),
        ),
        receipts=Receipts(
            item=_ints(one.item for one in coming),
            quantity=_ints(one.quantity for one in coming),
            due=_ints(one.due_on.toordinal() for one in coming),
        ),
        alternates=others,
        earmarks=earmarks(asked, planned, coming, reader.today),
        calendars=(reader.calendar,),
    )
    return NetInput(
        snapshot=snapshot,
        today=reader.today,
        item_ids=reader.ids,
        supply=reader.supply,
        micro_steps=reader.micro_steps,
        asked=asked,
        planned=planned,
        coming=coming,
        line_codes=codes,
        alternate_codes=names,
    )


class _Reader:
    """Reads table after table; items by their place."""

    def __init__(self, changes: Assumed) -> None:
        self.changes = changes
        self.today = clock.today()
        self.calendar = calendar(None)
        self.place: dict[int, int] = {}
        self.ids: list[int] = []
        self.codes: list[str] = []
        self.supply: list[str] = []
        self.micro_steps: list[int] = []
        self.dedicated: dict[str, list[Kept]] = defaultdict(list)
        self.left_over: list[Coming] = []
        self._shared: list[Coming] = []
        self._item_of: dict[int, int] = {}  # of expected supplies
        self._maker_of: dict[int, int | None] = {}  # work orders of expected supplies
        self._lead: list[int] = []
        self.share: list[int] = []  # of good pieces, of WHOLE
        self._forecast_days: list[int] = []  # within which no forecast counts

    def steps(self, item: int, quantity: Decimal, *, up: bool = False) -> int:
        """A quantity in whole steps of the item's unit: supplies rounded down, needs up."""
        micro, step = int(quantity.scaleb(6)), self.micro_steps[item]
        return -(-micro // step) if up else micro // step

    # --- items and what they are made of ---

    def items(self) -> Items:
        rows = item_rows()
        for place, row in enumerate(rows):
            self.place[row.pk] = place
            self.ids.append(row.pk)
            self.codes.append(row.code)
            self.supply.append(row.supply)
            self.micro_steps.append(int(row.unit__step.scaleb(6)))
        lots = lot_columns(rows, self.steps)
        self.share = lots["good_share"].tolist()
        self._forecast_days = [row.demand_fence_days for row in rows]
        times = lead_times(self.today, self.calendar)
        routed = set(Routing.objects.filter(is_current=True).values_list("item_id", flat=True))
        self._lead = [self._lead_days(row, times) for row in rows]
        return Items(
            code=self.codes,
            is_made=np.array([supply != Item.Supply.BUY for supply in self.supply], bool),
            on_hand=self._free(),
            lead_days=_ints(self._lead),
            # Nothing that is not ordered yet is there before its lead time: what is short until
            # then waits for what is coming, or for the order that is placed today.
            fence_days=_ints(
                max(lead, row.fence_days) for lead, row in zip(self._lead, rows, strict=True)
            ),
            calendar=0,
            is_sourced=np.array([_is_sourced(row, times, routed) for row in rows], bool),
            **lots,
        )

    def _lead_days(self, row: Any, times: LeadTimes) -> int:
        """What is assumed, or what the source asked first takes, or the item's own."""
        usual = row.lead_days
        if row.supply == Item.Supply.BUY:
            usual = times.days(row.pk, usual)
        return int(self.changes.lead_days.get(row.pk, usual))

    def _free(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """What lies in the stores and is kept for nobody, in steps."""
        free = np.zeros(len(self.ids), np.int64)
        for item_id, quantity in free_stock(self.today).items():
            place = self.place[item_id]
            free[place] = self.steps(place, quantity)
        return free

    def lines(self) -> tuple[BomLines, list[str]]:
        """BOMs in force, in steps of the component per step of the parent."""
        rows = BomLine.objects.filter(bom__is_current=True).order_by("pk")
        parents, components, tops, bottoms, scraps, codes = [], [], [], [], [], []
        for parent_id, component_id, per, scrap in rows.values_list(
            F("bom__item_id"), "component_id", "quantity_per", "scrap_percent"
        ):
            parent, component = self.place[parent_id], self.place[component_id]
            ratio = Fraction(per) * self.micro_steps[parent] / self.micro_steps[component]
            parents.append(parent)
            components.append(component)
            tops.append(min(ratio.numerator, 2**62))
            bottoms.append(min(ratio.denominator, 2**62))
            scraps.append(hundredths(scrap))
            codes.append(f"{self.codes[parent]} > {self.codes[component]}")
        table = BomLines(
            parent=_ints(parents),
            component=_ints(components),
            numerator=_ints(tops),
            denominator=_ints(bottoms),
            scrap=_ints(scraps),
        )
        return table, codes

    # --- demand ---

    def order_lines(self) -> Iterator[Asked]:
        """What is still to be delivered of confirmed orders, part by part."""
        orders = {
            one.pk: one
            for one in with_lane(Order.objects.filter(state=OrderState.CONFIRMED)).order_by("pk")
        }
        lines = list(
            Line.objects.filter(
                order__state=OrderState.CONFIRMED, is_cancelled=False, quantity__gt=F("delivered")
            ).order_by("order_id", "position")
        )
        parts: dict[int, list[Delivery]] = defaultdict(list)
        for one in Delivery.objects.filter(line__in=[line.pk for line in lines]).order_by(
            "position"
        ):
            parts[one.line_id].append(one)
        kept = self._kept()
        self._read_expected()
        for line in lines:
            order = orders.get(line.order_id)
            if order is not None:
                yield from self._line(order, line, parts.get(line.pk, []), kept)

    def _line(
        self, order: Order, line: Line, parts: list[Delivery], kept: Mapping[str, int]
    ) -> Iterator[Asked]:
        item, name = self.place[line.item_id], demand_of(line.pk)
        own = [
            one
            for one in self.dedicated.get(name, ())
            if one.expected_id is not None and self._item_of[one.expected_id] == item
        ]
        if own:
            del self.dedicated[name]
        if name in kept:
            own = [Kept(kept[name], self.today), *own]
        way = transit_of(order)
        moved = self.changes.line_days.get(line.pk)
        for quantity, day in self._wanted(line, parts):
            needed = moved or (
                way.from_basis(day, order.basis.value).ex_works_on if day else self.today
            )
            whole = self.steps(item, quantity, up=True)
            taken, own = taken_of(own, whole)
            # What comes too late serves the line only if nothing lies there for it.
            late = [one for one in taken if one.is_late_for(needed)]
            self._give_back(late, name)
            taken = tuple(one for one in taken if one not in late)
            yield Asked(
                name=name,
                label=f"{order.number}/{line.position}",
                item=item,
                quantity=whole - sum(one.quantity for one in taken),
                needed_on=needed,
                order_id=order.pk,
                line_id=line.pk,
                kept=taken,
            )
        self._give_back(own)

    def _wanted(self, line: Line, parts: list[Delivery]) -> list[tuple[Decimal, dt.date | None]]:
        """Quantities and days in the order's basis; what is delivered came off the first parts."""
        day = line.promised_on or line.requested_on
        instead = self.changes.line_quantities.get(line.pk)
        if instead is not None:
            return [(instead, day)] if instead > 0 else []
        if not parts:
            return [(line.quantity - line.delivered, day)]
        dated = [(one.promised_on or one.requested_on or day, one.quantity) for one in parts]
        dated.sort(key=lambda one: one[0] or dt.date.min)
        gone, found = line.delivered, []
        for on, quantity in dated:
            done = min(gone, quantity)
            gone -= done
            if quantity > done:
                found.append((quantity - done, on))
        return found

    def _kept(self) -> dict[str, int]:
        """Steps reserved for each demand."""
        rows = Reservation.objects.values_list("demand", "balance__item_id")
        return {
            demand: self.steps(self.place[item_id], quantity)
            for demand, item_id, quantity in rows.annotate(Sum("quantity"))
        }

    def components(self) -> Iterator[Asked]:
        """What open work orders still need, on the day they start."""
        for one in open_components():
            item = self.place[one.item_id]
            yield Asked(
                name=one.demand,
                label=f"{one.number} ← {self.codes[item]}",
                item=item,
                quantity=self.steps(item, one.quantity, up=True),
                needed_on=one.starts_on,
                work_order_id=one.work_order_id,
            )

    def forecast(self) -> Iterator[Asked]:
        """What is forecast and not ordered yet, of items whose policy lets plans count it."""
        until = self.today + dt.timedelta(days=FORECAST_DAYS)
        counted = self.calendar.add(self.today.toordinal(), _ints(self._forecast_days))
        for one in forecast_demands(None, self.today, until):
            item = self.place[one.item_id]
            if self._forecast_days[item] and one.day.toordinal() < int(counted[item]):
                continue  # so near only orders count
            label = f"{self.codes[item]} {one.month:%Y-%m}"
            yield Asked(one.name, label, item, self.steps(item, one.quantity, up=True), one.day)

    def added(self) -> Iterator[Asked]:
        """What a scenario or an adopted assumption asks for besides."""
        for number, one in enumerate(self.changes.added, 1):
            item = self.place.get(one.item_id)
            if item is None:
                continue
            quantity = self.steps(item, one.quantity, up=True)
            yield Asked(f"assumed:{number}", one.title, item, quantity, one.on)

    # --- receipts ---

    def expected(self) -> list[Coming]:
        """Expected supplies that are not meant for one order line, or more than it needs."""
        for name, own in self.dedicated.items():  # for lines that need nothing any more, or parts
            self._give_back(own, name)
        return [*self._shared, *self.left_over]

    def _read_expected(self) -> None:
        rows = ExpectedSupply.objects.filter(is_open=True, quantity__gt=F("received"))
        columns = (
            *("pk", "item_id", "quantity", "received", "due_on", "reference", "demand"),
            *("work_order__pk", "work_order__demands", "purchase_line__demands"),
        )
        for row in rows.order_by("due_on", "pk").values_list(*columns):
            pk, item_id, quantity, received, due_on, reference, demand, work_order, *names = row
            if pk in self.changes.lost_supplies:
                continue
            item = self.place[item_id]
            due = self.changes.supply_days.get(pk, due_on)
            ordered = self.steps(item, quantity - received)
            steps = good_of(ordered, self.share[item])
            self._item_of[pk], self._maker_of[pk] = item, work_order
            if demand and steps > 0:
                self.dedicated[demand].append(Kept(steps, max(due, self.today), pk))
            elif steps > 0:
                label = reference or self.codes[item]
                self._shared.append(
                    Coming(
                        *(RECEIPT, pk, label, item, steps, due, work_order),
                        ordered=ordered,
                        demands=tuple(name for some in names for name in some or ()),
                    )
                )
        self._read_held()

    def _read_held(self) -> None:
        """What has come and waits for a verdict: free at the earliest when quality has looked."""
        for one, day in held_goods(self.today, self.calendar):
            item = self.place[one.item_id]
            steps = self.steps(item, one.quantity)
            self._item_of[one.expected_id] = item
            if one.demand and steps > 0:
                kept = Kept(steps, day, one.expected_id, is_here=True)
                self.dedicated[one.demand].append(kept)
            elif steps > 0:
                self._shared.append(
                    Coming(
                        *(RECEIPT, one.expected_id, one.receipt, item, steps, day),
                        earliest_on=day,
                        is_here=True,
                    )
                )

    def _give_back(self, own: Iterable[Kept], name: str = "") -> None:
        """What is expected for a line beyond what it needs serves everybody; parts of what the line
        asks for, and what comes too late for it, serve it first (`name`)."""
        for one in own:
            if one.expected_id is not None:
                item = self._item_of[one.expected_id]
                label = self.codes[item]
                self.left_over.append(
                    Coming(
                        *(RECEIPT, one.expected_id, label, item, one.quantity, one.ready_on),
                        work_order_id=self._maker_of.get(one.expected_id),
                        demands=(name,) if name else (),
                    )
                )

    def requests(self) -> Iterator[Coming]:
        """Purchase requests, as far as nothing is expected for them yet."""
        rows = PurchaseRequest.objects.filter(state=PurchaseRequest.State.OPEN).order_by("pk")
        for pk, number, item_id, quantity, covered, needed_on, names in rows.values_list(
            "pk", "number", "item_id", "quantity", "covered", "needed_on", "demands"
        ):
            item = self.place[item_id]
            ordered = self.steps(item, quantity - covered)
            steps = good_of(ordered, self.share[item])
            if steps > 0:
                soonest = self.calendar.add_days(self.today, likely_days(self._lead[item]))
                yield Coming(
                    *(REQUEST, pk, number, item, steps, needed_on),
                    earliest_on=soonest,
                    ordered=ordered,
                    demands=tuple(names),
                )


def _is_sourced(row: Any, times: LeadTimes, routed: set[int]) -> bool:
    if row.supply == Item.Supply.BUY:
        return times.is_sourced(row.pk)
    return row.supply != Item.Supply.MAKE or row.pk in routed
