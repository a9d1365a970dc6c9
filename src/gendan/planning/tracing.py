"""Following a plan's pegs: down from an order line to what it rests on, up from an order to lines.

A part of an order's good output, from the x-th piece to the y-th, is the part of its need R of a
component from ceil(x * R / good) to ceil(y * R / good): as in the engine's pegging.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from django.db.models import QuerySet

from gendan.catalog.models import Item
from gendan.engine.boms import hundredths
from gendan.orders.demands import line_id_of
from gendan.planning.models import Peg, PlanDemand, PlannedOrder, PlanRun
from gendan.planning.net_rules import good_of
from gendan.production.models import WorkOrder
from gendan.production.queries import COMPONENT

MOST_NODES = 2000
MOST_LEVELS = 30


@dataclass
class Node:
    """A supply of the tree: so much of an item from stock, a receipt or a planned order."""

    item: str
    name: str
    unit: str
    kind: str
    label: str
    quantity: Decimal
    needed_on: dt.date | None
    ready_on: dt.date | None
    is_late: bool
    item_id: int = 0
    instead_of: str = ""  # the component that this substitute is taken for
    order: PlannedOrder | None = None
    expected_id: int | None = None
    below: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """What a demand rests on. `is_cut`: the tree was too large to be shown whole."""

    demand: PlanDemand
    nodes: list[Node]
    is_cut: bool


@dataclass(frozen=True)
class _Stretch:
    """A part of a requirement, wanted by a node: `low` to `high` of the whole."""

    above: list[Node]
    needed_on: dt.date | None
    low: Decimal
    high: Decimal


def lines_served(orders: Iterable[PlannedOrder]) -> dict[int, list[str]]:
    """By planned order, the demands of order lines it serves, through all levels above.

    A query for each level. Which lines, not how much of each.
    """
    start = {one.pk for one in orders}
    above: dict[int, set[int]] = defaultdict(set)  # order → the orders it is material for
    named: dict[int, set[str]] = defaultdict(set)
    known: set[int] = set()
    front = start
    for _level in range(MOST_LEVELS):
        if not front:
            break
        known |= front
        rows = Peg.objects.filter(order__in=front)
        reached = set()
        for order_id, parent_id, name in rows.values_list("order_id", "parent_id", "demand__name"):
            if parent_id is not None:
                above[order_id].add(parent_id)
                reached.add(parent_id)
            elif name and line_id_of(name) is not None:
                named[order_id].add(name)
        front = reached - known
    return {pk: sorted(_gathered(pk, above, named)) for pk in start}


def demands_of_order(order: PlannedOrder) -> list[str]:
    """The demands of all kinds that a planned order serves, through all levels; of parts of work
    orders besides the lines these are made for. A query a level and two."""
    found: set[str] = set()
    known: set[int] = set()
    front = {order.pk}
    for _level in range(MOST_LEVELS):
        if not front:
            break
        known |= front
        rows = list(Peg.objects.filter(order__in=front).values_list("parent_id", "demand__name"))
        found |= {name for _parent, name in rows if name}
        front = {parent for parent, _name in rows if parent is not None} - known
    owners = _owners(found)
    works = WorkOrder.objects.filter(pk__in=set(owners.values())) if owners else ()
    return sorted(found | {name for one in works for name in one.demands})


def lines_of_work_orders(work_ids: Iterable[int]) -> dict[int, set[str]]:
    """By work order, the demands of order lines it serves by the live plan, on all levels above.

    Through planned orders and through work orders whose components it makes. What the live plan
    does not know is left out. Some queries for each level of work orders.
    """
    serves: dict[int, set[str]] = {}
    above: dict[int, set[int]] = defaultdict(set)
    front = wanted = set(work_ids)
    for _level in range(MOST_LEVELS):
        if not front:
            break
        fresh = _served_directly(front)
        components = {name for names in fresh.values() for name in names} - _lines(fresh)
        owners = _owners(components)
        for pk, names in fresh.items():
            serves[pk] = {name for name in names if line_id_of(name) is not None}
            above[pk] |= {owners[name] for name in names if name in owners}
        front = set(owners.values()) - serves.keys()
    return {pk: _gathered(pk, above, serves) for pk in wanted if pk in serves}


def _lines(found: dict[int, set[str]]) -> set[str]:
    return {name for names in found.values() for name in names if line_id_of(name) is not None}


def _owners(components: Iterable[str]) -> dict[str, int]:
    """By name of a component of a work order, the work order. 1 query."""
    digits = [one.removeprefix(COMPONENT) for one in components if one.startswith(COMPONENT)]
    rows = WorkOrder.objects.filter(components__in=[int(one) for one in digits if one.isdecimal()])
    return {f"{COMPONENT}{part}": pk for part, pk in rows.values_list("components", "pk")}


def _served_directly(work_ids: Iterable[int]) -> dict[int, set[str]]:
    """By work order the demands it serves, itself or through planned orders."""
    expected = dict(WorkOrder.objects.filter(pk__in=set(work_ids)).values_list("expected_id", "pk"))
    rows = list(
        Peg.objects.filter(run__is_live=True, expected__in=list(expected)).values_list(
            "expected_id", "parent_id", "demand__name"
        )
    )
    parents = {parent for _expected, parent, _name in rows if parent is not None}
    through = lines_served(PlannedOrder.objects.filter(pk__in=parents)) if parents else {}
    found: dict[int, set[str]] = defaultdict(set)
    for expected_id, parent_id, name in rows:
        found[expected[expected_id]] |= {name} if name else set()
        found[expected[expected_id]] |= set(through.get(parent_id or 0, ()))
    return found


def orders_below(order_number: str, orders: "QuerySet[PlannedOrder]") -> set[int]:
    """Which of these planned orders (of one run) a customer's order rests on, on all levels.

    A query for each level.
    """
    run = orders.values("run")[:1]
    pegs = Peg.objects.filter(run__in=run, order__isnull=False)
    front = set(pegs.filter(demand__order__number=order_number).values_list("order_id", flat=True))
    found: set[int | None] = set()
    for _level in range(MOST_LEVELS):
        if not front:
            break
        found |= front
        front = set(pegs.filter(parent__in=front).values_list("order_id", flat=True)) - found
    return {pk for pk in found if pk is not None}


def _gathered(start: int, above: dict[int, set[int]], named: dict[int, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting, seen = [start], {start}
    while waiting:
        one = waiting.pop()
        found |= named.get(one, set())
        fresh = above.get(one, set()) - seen
        seen |= fresh
        waiting += fresh
    return found


def trees_of(run: PlanRun, names: Sequence[str]) -> list[Tree]:
    """What the demands of these names rest on, down to stock, receipts and bought orders.

    Firm work orders are followed to their components. 3 queries a level.
    """
    rows = PlanDemand.objects.filter(run=run, name__in=names).select_related("item__unit")
    trees = [Tree(one, [], is_cut=False) for one in rows.order_by("needed_on", "pk")]
    walk = _Walk(run)
    for tree in trees:
        walk.demands[tree.demand.pk].append(
            _Stretch(tree.nodes, tree.demand.needed_on, Decimal(0), tree.demand.quantity)
        )
    is_cut = walk.to_the_end()
    return [Tree(tree.demand, tree.nodes, is_cut) for tree in trees]


class _Walk:
    """Down from level to level: stretches of demands and of planned orders' output."""

    def __init__(self, run: PlanRun) -> None:
        self.run = run
        self.demands: dict[int, list[_Stretch]] = defaultdict(list)
        self.outputs: dict[int, list[_Stretch]] = defaultdict(list)
        self.orders: dict[int, PlannedOrder] = {}
        self.good: dict[int, Decimal] = {}  # what comes of the orders
        self.size = 0

    def to_the_end(self) -> bool:
        """Follow everything; True if it had to be cut."""
        for _level in range(MOST_LEVELS):
            if not self.demands and not self.outputs:
                return False
            if self.size > MOST_NODES:
                return True
            self._level()
        return True

    def _level(self) -> None:
        demands, self.demands = self.demands, defaultdict(list)
        outputs, self.outputs = self.outputs, defaultdict(list)
        pegs = Peg.objects.filter(run=self.run).select_related(
            "item__unit", "order", "expected", "request", "instead_of"
        )
        works: dict[int, list[_Stretch]] = defaultdict(list)
        if demands:
            for peg in pegs.filter(demand__in=list(demands)).order_by("pk"):
                for wanted in demands[peg.demand_id or 0]:
                    self._take(peg, wanted, works)
        if outputs:
            whole: dict[_Need, Decimal] = defaultdict(Decimal)
            found = list(pegs.filter(parent__in=list(outputs)).order_by("pk"))
            for peg in found:
                whole[_need(peg)] += peg.quantity
            for peg in found:
                needed = whole[_need(peg)]
                for part in outputs[peg.parent_id or 0]:
                    self._take(peg, self._share(peg, part, needed), works)
        if works:
            self._components(works)

    def _share(self, peg: Peg, part: _Stretch, needed: Decimal) -> _Stretch:
        """The part of a need that a part of the parent's output stands for."""
        parent, step = self.orders[peg.parent_id or 0], peg.item.unit.step
        good = self.good[parent.pk]
        low, high = (_part(edge, needed, good, step) for edge in (part.low, part.high))
        return _Stretch(part.above, parent.release_on, low, high)

    def _take(self, peg: Peg, wanted: _Stretch, works: dict[int, list[_Stretch]]) -> None:
        """The part of a peg that a stretch of its requirement wants, as a node of the tree."""
        low = max(wanted.low, peg.of_requirement)
        high = min(wanted.high, peg.of_requirement + peg.quantity)
        if high <= low:
            return
        node = _node(peg, high - low, wanted.needed_on)
        wanted.above.append(node)
        self.size += 1
        begin = peg.of_supply + low - peg.of_requirement
        stretch = _Stretch(node.below, node.needed_on, begin, begin + high - low)
        if peg.order is not None:
            self.orders[peg.order.pk] = peg.order
            self.good[peg.order.pk] = _good(peg.order.quantity, peg.item)
            self.outputs[peg.order.pk].append(stretch)
        elif peg.expected_id is not None:
            works[peg.expected_id].append(stretch)

    def _components(self, works: dict[int, list[_Stretch]]) -> None:
        """Work orders among receipts: their components are demands of the plan.

        A part of what a work order brings stands for the same part of its material.
        """
        rows = WorkOrder.objects.filter(expected__in=list(works), state__in=WorkOrder.OPEN)
        above: dict[str, WorkOrder] = {}
        rows = rows.select_related("expected", "item__unit")
        for order in rows.prefetch_related("components"):
            above |= {f"{COMPONENT}{one.pk}": order for one in order.components.all()}
        demands = PlanDemand.objects.filter(run=self.run, name__in=list(above))
        for demand in demands.select_related("item__unit").order_by("pk"):
            order = above[demand.name]
            step = demand.item.unit.step
            # What has come in since the plan was made leaves at least the last step.
            whole = max(_good(order.quantity - order.expected.received, order.item), step)
            for part in works[order.expected_id]:
                low, high = (
                    min(_part(edge, demand.quantity, whole, step), demand.quantity)
                    for edge in (part.low, part.high)
                )
                stretch = _Stretch(part.above, demand.needed_on, low, high)
                self.demands[demand.pk].append(stretch)


_Need = tuple[int, int, int | None]


def _need(peg: Peg) -> _Need:
    """What an order needs of an item: as the component, or as a substitute of another."""
    return peg.parent_id or 0, peg.item_id, peg.instead_of_id


def _good(quantity: Decimal, item: Item) -> Decimal:
    """What of a quantity started or ordered is good, in whole steps; at least one."""
    step = item.unit.step
    good = good_of(int(quantity / step), hundredths(item.yield_percent))
    return max(good, 1) * step


def _part(edge: Decimal, needed: Decimal, whole: Decimal, step: Decimal) -> Decimal:
    """Where in a need the `edge`-th piece of `whole` pieces stands, in steps of its unit."""
    return (edge * needed / whole / step).to_integral_value(ROUND_CEILING) * step


def _node(peg: Peg, quantity: Decimal, needed_on: dt.date | None) -> Node:
    label = ""
    if peg.expected is not None:
        label = peg.expected.reference
    elif peg.request is not None:
        label = peg.request.number
    elif peg.order is not None:
        label = peg.order.made
    late = needed_on is not None and (peg.ready_on is None or peg.ready_on > needed_on)
    return Node(
        item=peg.item.code,
        name=peg.item.name,
        unit=peg.item.unit.code,
        kind=peg.kind,
        label=label,
        quantity=quantity,
        needed_on=needed_on,
        ready_on=peg.ready_on,
        is_late=late and peg.kind not in (Peg.Kind.STOCK, Peg.Kind.RESERVED),
        item_id=peg.item_id,
        instead_of=peg.instead_of.code if peg.instead_of else "",
        order=peg.order,
        expected_id=peg.expected_id,
    )
