"""The order lines that are late by a plan, each with what binds it: material, machine, people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, QuerySet

from gendan.catalog.queries import calendar
from gendan.engine.promise import Approval
from gendan.kernel.models import User
from gendan.orders.models import Line, Order
from gendan.planning.approvals import approvals_of
from gendan.planning.capacity_schedule import APPROVAL, MATERIAL, Late
from gendan.planning.finite_shown import late_of
from gendan.planning.models import Peg, PlanDemand, PlannedOrder, PlanRun, ScheduledOrder

MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class Binding:
    """What a late line waits for: the deepest supply that is late, and why by the schedule.

    `late` None: it is bought, or comes from outside the schedule, and is there on `ready_on`
    (None: never). `approval`: what its line's order waits for, where that binds.
    """

    kind: str  # as Peg.Kind
    item_id: int
    item: str
    label: str
    ready_on: dt.date | None
    late: Late | None = None
    order_id: int | None = None  # planned order
    work_order_id: int | None = None
    expected_id: int | None = None
    request_id: int | None = None
    purchase_order_id: int | None = None  # that brings the expected goods
    approval: Approval | None = None

    @property
    def is_unapproved(self) -> bool:
        """Whether it is not begun because something is not approved yet."""
        return self.late is not None and self.late.reason == APPROVAL


@dataclass(frozen=True, slots=True)
class LateLine:
    """A line, or a dated delivery of it, that is ready later than it is needed in our works."""

    line: Line
    order: Order
    needed_on: dt.date
    ready_on: dt.date | None
    binding: Binding | None

    @property
    def days_late(self) -> int | None:
        """None: it is never ready."""
        return (self.ready_on - self.needed_on).days if self.ready_on else None


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Late lines that wait for the same supply, or of one order for the same approval, the latest
    first; what waits for nothing that can be named, or for a place in the shop, is alone."""

    lines: tuple[LateLine, ...]

    @property
    def worst(self) -> LateLine:
        """The latest of them."""
        return self.lines[0]

    @property
    def binding(self) -> Binding | None:
        """What they wait for."""
        return self.worst.binding

    @property
    def needed_on(self) -> dt.date:
        """When the first of them is needed."""
        return min(one.needed_on for one in self.lines)

    @property
    def order_count(self) -> int:
        """How many customers' orders it holds up."""
        return len({one.order.pk for one in self.lines})


def grouped(lines: Iterable[LateLine]) -> list[LateGroup]:
    """Lines by the purchase request, the expected goods, the planned order or the approval they
    wait for.

    In the order in which the first of each stands.
    """
    groups: dict[tuple[str, int], list[LateLine]] = {}
    for place, one in enumerate(lines):
        is_unapproved = one.binding is not None and one.binding.is_unapproved
        of_order = ("approval", one.order.pk) if is_unapproved else None
        key = of_order or _supply_of(one.binding) or ("line", place)
        groups.setdefault(key, []).append(one)
    return [LateGroup(tuple(group)) for group in groups.values()]


def _supply_of(bound: Binding | None) -> tuple[str, int] | None:
    """The supply that binds; None: there is none, or the schedule says why and of whom."""
    if bound is None or (bound.late is not None and bound.late.reason != MATERIAL):
        return None
    for name in ("request_id", "expected_id", "order_id"):
        if (pk := getattr(bound, name)) is not None:
            return name, pk
    return None


def late_demands(run: PlanRun) -> "QuerySet[PlanDemand]":
    """The demands of customers' orders that a plan cannot have ready in time; never first."""
    rows = PlanDemand.objects.filter(run=run, is_late=True, order__isnull=False)
    late = F("ready_on") - F("needed_on")
    return rows.order_by(late.desc(nulls_first=True), "needed_on", "pk")


def late_order_count(run: PlanRun) -> int:
    """How many customers' orders have such a demand. 1 query."""
    return late_demands(run).order_by().values("order").distinct().count()


def late_lines(run: PlanRun, user: User, most: int, order_id: int | None = None) -> list[LateLine]:
    """The latest of those this user may see (of one order), with what binds them.

    3 queries and 3 for each level that what binds lies deep; 5 more where approvals bind.
    """
    seen = Order.objects.visible_to(user)
    rows = late_demands(run).filter(order__in=seen, line__isnull=False)
    rows = rows.filter(order=order_id) if order_id is not None else rows
    demands = list(rows.select_related("line__item__unit", "order__customer")[:most])
    bound = _bindings(run, demands)
    found = [
        LateLine(one.line, one.order, one.needed_on, one.ready_on, bound.get(one.pk))
        for one in demands
        if one.line is not None and one.order is not None
    ]
    return _with_approvals(found)


def _with_approvals(lines: Sequence[LateLine]) -> list[LateLine]:
    """The lines that wait for approvals with what these are, as it stands now."""
    waiting = {one.order.pk for one in lines if one.binding and one.binding.is_unapproved}
    if not waiting:
        return list(lines)
    approvals = approvals_of(waiting, calendar(None))
    return [
        replace(one, binding=replace(one.binding, approval=approvals.get(one.order.pk)))
        if one.binding is not None and one.binding.is_unapproved
        else one
        for one in lines
    ]


def _bindings(run: PlanRun, demands: Iterable[PlanDemand]) -> dict[int, Binding]:
    """By demand the deepest supply that makes it late: from level to level the latest one."""
    pegs = Peg.objects.filter(run=run).select_related(
        "item", "order", "expected__purchase_line", "request"
    )
    needed = {one.pk: one.needed_on for one in demands}
    latest = _latest(pegs.filter(demand__in=list(needed)), "demand_id", needed)
    found: dict[int, Binding] = {}
    waiting = dict(latest)
    for _level in range(MOST_LEVELS):
        if not waiting:
            break
        fresh = _bound(run, waiting.values())
        found |= {top: fresh[peg.pk] for top, peg in waiting.items()}
        below = {
            top: peg
            for top, peg in waiting.items()
            if peg.order is not None and _is_passed_on(found[top].late)
        }
        release = {peg.order_id or 0: peg.order.release_on for peg in below.values() if peg.order}
        deeper = _latest(pegs.filter(parent__in=list(release)), "parent_id", release)
        waiting = {
            top: deeper[peg.order_id or 0] for top, peg in below.items() if peg.order_id in deeper
        }
    return found


def _is_passed_on(late: Late | None) -> bool:
    """Whether the reason lies in what an order is made of: that binds, and is looked for."""
    return late is None or late.reason == MATERIAL


def _latest(pegs: "QuerySet[Peg]", key: str, needed: dict[int, dt.date]) -> dict[int, Peg]:
    """By what asks for them, the last of the supplies that come after they are needed."""
    groups: dict[int, list[Peg]] = defaultdict(list)
    there = (Peg.Kind.STOCK, Peg.Kind.RESERVED)
    for one in pegs.exclude(kind__in=there).order_by("pk"):
        asking = getattr(one, key)
        if one.ready_on is None or one.ready_on > needed[asking]:
            groups[asking].append(one)
    return {
        asking: max(group, key=lambda one: one.ready_on or dt.date.max)
        for asking, group in groups.items()
    }


def _bound(run: PlanRun, pegs: Iterable[Peg]) -> dict[int, Binding]:
    """By peg what it is, and why it is late by the schedule. 2 queries."""
    given = list(pegs)
    rows = ScheduledOrder.objects.filter(run=run, is_late=True)
    rows = rows.select_related("work_order", "bound_center", "bound_item")
    planned = {one.order_id: one for one in rows.filter(order__in=[peg.order_id for peg in given])}
    expected = [peg.expected_id for peg in given if peg.expected_id]
    works = {
        one.work_order.expected_id: one
        for one in rows.filter(work_order__expected__in=expected)
        if one.work_order
    }
    return {
        peg.pk: _binding(peg, planned.get(peg.order_id or 0) or works.get(peg.expected_id or 0))
        for peg in given
    }


def _binding(peg: Peg, scheduled: ScheduledOrder | None) -> Binding:
    label = ""
    if peg.expected is not None:
        label = peg.expected.reference
    elif peg.request is not None:
        label = peg.request.number
    elif peg.order is not None:
        label = peg.order.made
    return Binding(
        kind=peg.kind,
        item_id=peg.item_id,
        item=peg.item.code,
        label=label,
        ready_on=peg.ready_on,
        late=late_of(scheduled) if scheduled is not None else None,
        order_id=peg.order_id if _is_planned(peg.order) else None,
        work_order_id=scheduled.work_order_id if scheduled is not None else None,
        expected_id=peg.expected_id,
        request_id=peg.request_id,
        purchase_order_id=_purchase_of(peg),
    )


def _purchase_of(peg: Peg) -> int | None:
    line = getattr(peg.expected, "purchase_line", None)
    return line.order_id if line is not None else None


def _is_planned(order: PlannedOrder | None) -> bool:
    return order is not None and order.state == PlannedOrder.State.PLANNED
