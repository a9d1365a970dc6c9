"""A plan, calculated: net requirements, pegs and messages, what is late, what is to be said.

Pure: from a NetInput to a Calculated. Everything is known by its place; plan_rows.py makes rows of
it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gendan.engine.netting import (
    NEVER,
    Messages,
    NetPlan,
    Pegging,
    Pegs,
    Problem,
    QuantityTooLarge,
    Readiness,
    Snapshot,
    messages,
    plan,
    readiness,
)
from gendan.engine.netting.levels import low_level_codes
from gendan.engine.netting.messages import (
    ACTIONS,
    CANCEL,
    DECIDE,
    DECREASE,
    DEFER,
    first_needs,
)
from gendan.engine.netting.pegging import ORDER
from gendan.engine.netting.pegging import RECEIPT as RECEIPT_SUPPLY
from gendan.planning.net_snapshot import NetInput

TOLERANCE_DAYS = 2  # a receipt that comes so much too early or too late is let be
MOST_LEAD_DAYS = 2500  # of all levels together; longer ones are typing errors
MOST_NAMED = 20  # records of one problem that are named; the others are counted


@dataclass(frozen=True, eq=False)
class Calculated:
    """One plan. `pegs`: of Pegging.direct with `of_requirement` and `of_supply` (steps).

    `demand_place`: for each row of the plan's demand its place in the input's `asked`;
    `receipt_place`: for each row of the plan's receipts its place in the input's `coming`.
    """

    given: NetInput
    plan: NetPlan
    pegging: Pegging
    pegs: Pegs
    of_requirement: Any
    of_supply: Any
    ready: Readiness
    messages: Messages
    demand_place: list[int]
    receipt_place: list[int]
    is_late_order: Any
    material: Mapping[int, int] = field(default_factory=dict)  # by place in `asked`, ordinal days

    def ready_days(self) -> list[int]:
        """When each of the input's `asked` can be ready, as ordinal days; NEVER if it cannot."""
        today = self.given.today.toordinal()
        days = [max(one.needed_on.toordinal(), today) for one in self.given.asked]
        for place in self.given.planned:
            days[place] = NEVER
        for row, place in enumerate(self.demand_place):
            days[place] = int(self.ready.demand[row])
        for place, one in enumerate(self.given.asked):
            for kept in one.kept:
                days[place] = max(days[place], kept.ready_on.toordinal())
        return days


def calculate(
    given: NetInput, note: Callable[[str, int], None] = lambda stage, percent: None
) -> Calculated:
    """The plan of an input. `note(stage, percent)` is told how far it is, and may raise.

    Raises QuantityTooLarge where requirements cannot be counted, or not be written down.
    """
    note("netting", 20)
    found = plan(_receipts_first(given.snapshot))
    note("pegging", 40)
    pegging = Pegging(found)
    pegs, of_requirement, of_supply = pegging.direct()
    orders = found.orders
    _refuse_what_no_table_holds(given, orders.item, orders.quantity)
    _refuse_what_no_table_holds(
        given, pegs.item, pegs.quantity + np.maximum(of_requirement, of_supply)
    )
    due = given.snapshot.receipts.due[found.receipt_row]
    ready = _ready(given, pegging, pegs)
    today = given.today.toordinal()
    said = _messages(pegging, _as_said(found, due), today)
    return Calculated(
        given=given,
        plan=found,
        pegging=pegging,
        pegs=pegs,
        of_requirement=of_requirement,
        of_supply=of_supply,
        ready=ready,
        messages=said,
        demand_place=[given.planned[row] for row in found.demand_row.tolist()],
        receipt_place=found.receipt_row.tolist(),
        is_late_order=_late(pegging, pegs, ready),
    )


def _refuse_what_no_table_holds(given: NetInput, item: Any, steps: Any) -> None:
    """Tables have twelve digits before the point."""
    most = 10**18 // np.array(given.micro_steps, np.int64)
    too_large = np.flatnonzero(steps >= most[item])
    if too_large.size:
        raise QuantityTooLarge(int(item[too_large[0]]))


def _receipts_first(snapshot: Snapshot) -> Snapshot:
    """What comes before anything new could be there serves before anything new is planned.

    Such receipts are asked to come when they are needed (that is what "expedite" says); when they
    really come counts for the day something is ready.
    """
    receipts, today = snapshot.receipts, snapshot.first_day
    soonest = _soonest(snapshot)[receipts.item]
    is_soon = (receipts.due > today) & (receipts.due <= soonest)
    due = np.where(is_soon, today, receipts.due)
    return replace(snapshot, receipts=replace(receipts, due=due))


def _soonest(snapshot: Snapshot) -> Any:
    """By item: the day something new can be there, made and bought on all levels one by one."""
    items, lines = snapshot.items, snapshot.lines
    size = len(items.code)
    lead = np.clip(np.broadcast_to(items.lead_days, size), 0, MOST_LEAD_DAYS)
    level, _loops, kept = low_level_codes(size, lines.parent, lines.component)
    below = np.zeros(size, np.int64)
    for now in range(int(level.max(initial=0)), -1, -1):
        rows = np.flatnonzero(kept & (level[lines.parent] == now))
        component = lines.component[rows]
        np.maximum.at(below, lines.parent[rows], lead[component] + below[component])
    days = np.minimum(lead + below, MOST_LEAD_DAYS)
    return snapshot.calendars[0].add(snapshot.first_day, days)


def _as_said(found: NetPlan, due: Any) -> Pegging:
    """The plan with its receipts on the days that were said, which messages compare with needs."""
    receipts = replace(found.snapshot.receipts, due=due)
    return Pegging(replace(found, snapshot=replace(found.snapshot, receipts=receipts)))


def _messages(pegging: Pegging, as_said: Pegging, today: int) -> Messages:
    """When things should come by the days that were said; what is too much by the plan itself.

    By the days that were said a wish may come before goods that are really there sooner: then the
    plan takes these, and it is the wish that nobody needs. It names what it would have been for.
    """
    said = messages(as_said, release_until=today, tolerance_days=TOLERANCE_DAYS)
    spare = messages(pegging, release_until=today, with_new=False)
    spare = _rows_of(spare, np.isin(spare.action, (DECREASE, CANCEL)))
    due = as_said.plan.snapshot.receipts.due[spare.row]
    cancelled = spare.action == CANCEL
    reason = np.where(cancelled, first_needs(as_said)[spare.row], spare.reason)
    spare = replace(spare, day=due, to_day=due, reason=reason)
    other = ~np.isin(said.action, (DECREASE, CANCEL))
    of_receipts = said.kind == RECEIPT_SUPPLY
    said = _rows_of(said, other & ~(of_receipts & np.isin(said.row, spare.row[cancelled])))
    names = Messages.__dataclass_fields__
    columns = [np.concatenate([getattr(one, name) for one in (said, spare)]) for name in names]
    order = np.argsort(columns[0], kind="stable")
    return Messages(*(column[order] for column in columns))


def _rows_of(found: Messages, which: Any) -> Messages:
    return Messages(*(getattr(found, name)[which] for name in Messages.__dataclass_fields__))


def _ready(given: NetInput, pegging: Pegging, pegs: Pegs, dated: Any = None) -> Readiness:
    found = pegging.plan
    due = given.snapshot.receipts.due[found.receipt_row]
    earliest = np.maximum(given.earliest()[found.receipt_row], due)
    feeds = _feeds(given, found)
    return readiness(pegging, pegs, feeds=feeds, earliest=earliest, dated=dated)


def without_lead(done: Calculated, dated: Any) -> Calculated:
    """The plan, with these orders (a flag each) ready as soon as what they are made of is there:
    a schedule says how long they take, their lead times do not."""
    ready = _ready(done.given, done.pegging, done.pegs, dated)
    return replace(done, ready=ready, is_late_order=_late(done.pegging, done.pegs, ready))


def _feeds(given: NetInput, found: NetPlan) -> Any:
    """NetInput.feeds by the rows that are left in the plan."""
    feeds = given.feeds()[found.demand_row]
    place = np.full(len(given.coming) + 1, -1, np.int64)
    place[found.receipt_row] = np.arange(found.receipt_row.size)
    return place[feeds]  # -1 stands at the end


def _late(pegging: Pegging, pegs: Pegs, ready: Readiness) -> Any:
    """Which planned orders can be there only after something they serve needs them."""
    needed = np.full(len(pegging.plan.orders), NEVER, np.int64)
    rows = np.flatnonzero(pegs.supply_kind == ORDER)
    order = pegging.supplies.source[pegs.supply[rows]]
    np.minimum.at(needed, order, pegging.requirements.day[pegs.requirement[rows]])
    return ready.order > needed


def figures_of(done: Calculated) -> dict[str, Any]:
    """The plan in numbers: planned orders by kind, late ones, messages by action."""
    given, orders = done.given, done.plan.orders
    kinds = Counter(given.supply[item] for item in orders.item.tolist())
    actions = Counter(action for action, *_rest in told(done))
    days = done.ready_days()
    late = [
        one for one, day in zip(given.asked, days, strict=True) if day > one.needed_on.toordinal()
    ]
    return {
        "demands": len(given.asked),
        "late_demands": len(late),
        "late_sales_orders": len({one.order_id for one in late if one.order_id}),
        "receipts": len(given.coming),
        "orders": len(orders),
        "make": kinds["make"],
        "buy": kinds["buy"],
        "outsource": kinds["outsource"],
        "late_orders": int(done.is_late_order.sum()),
        "messages": {ACTIONS[action]: count for action, count in sorted(actions.items())},
    }


def problems_of(done: Calculated) -> list[dict[str, Any]]:
    """What was not right with the data: a code, and the records by name; the rest is counted."""
    return [
        {
            "code": problem.code,
            "table": problem.table,
            "count": int(problem.rows.size),
            "is_left_out": bool(problem.is_left_out),
            "rows": [
                _named(done.given, problem, row) for row in problem.rows[:MOST_NAMED].tolist()
            ],
        }
        for problem in done.plan.problems
    ]


def _named(given: NetInput, problem: Problem, row: int) -> dict[str, Any]:
    """The name of a record, and how the journal calls it ("" where it has no page)."""
    if problem.table == "items":
        return {
            "name": given.snapshot.items.code[row],
            "ref": f"catalog.item:{given.item_ids[row]}",
        }
    if problem.table == "demand":
        one = given.asked[given.planned[row]]
        return {"name": one.label, "ref": f"orders.order:{one.order_id}" if one.order_id else ""}
    if problem.table == "receipts":
        return {"name": given.coming[row].label, "ref": ""}
    if problem.table == "alternates":
        return {"name": given.alternate_codes[row], "ref": ""}
    return {"name": given.line_codes[row], "ref": ""}


# --- rows -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ids:
    """The ids the rows of a plan will have."""

    run: int
    demands: Sequence[int]  # by place in `asked`
    orders: Sequence[int]  # by planned order


def told(done: Calculated) -> Iterator[tuple[int, ...]]:
    """(action, kind, row, item, quantity, to quantity, day, to day, reason) of what is to be done.

    Not told: to decide in the fence, which is our own (the order that can be placed is planned);
    what waits for a verdict, which nobody can hasten, defer or cancel; to put off what the plan
    itself takes on its day: by the days that were said a request comes before it, but not really;
    and to do without what comes sooner than others that something late, or just in time, waits for.
    """
    names = ("action", "kind", "row", "item", "quantity", "to_quantity", "day", "to_day", "reason")
    columns = [getattr(done.messages, name).tolist() for name in names]
    taken, wanted = _taken_on(done), _wanted_sooner(done)
    for one in zip(*columns, strict=True):
        action, kind, row = one[:3]
        is_receipt = kind == RECEIPT_SUPPLY
        is_here = is_receipt and done.given.coming[done.receipt_place[row]].is_here
        is_taken = action == DEFER and is_receipt and taken[row] <= one[6] + TOLERANCE_DAYS
        is_wanted = action in (DECREASE, CANCEL) and row in wanted
        if action != DECIDE and not is_here and not is_taken and not is_wanted:
            yield one


def _wanted_sooner(done: Calculated) -> set[int]:
    """The receipts that are too many, but come before others that something late waits for.

    Late, or in time by a few days at most, by the finite schedule: work orders that are made later
    than they were firmed for leave their place to what nobody would need otherwise.
    """
    said, pegs = done.messages, done.pegs
    spare = said.row[np.isin(said.action, (DECREASE, CANCEL))]
    if not spare.size:
        return set()
    needed = done.pegging.requirements.day[pegs.requirement]
    firm_or_planned = np.isin(pegs.supply_kind, (RECEIPT_SUPPLY, ORDER))
    tight = firm_or_planned & (done.ready.peg >= needed - TOLERANCE_DAYS)
    items = done.plan.snapshot.receipts.item
    rows = np.flatnonzero(tight & np.isin(pegs.item, items[spare]))
    waits: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for item, day, supply in zip(
        *(one[rows].tolist() for one in (pegs.item, done.ready.peg, pegs.supply)), strict=True
    ):
        waits[item].append((day, supply))
    supplies = done.pegging.supplies
    return {
        row
        for row in set(spare.tolist())
        if any(
            day > done.ready.receipt[row]
            and not (supplies.kind[supply] == RECEIPT_SUPPLY and supplies.source[supply] == row)
            for day, supply in waits[int(items[row])]
        )
    }


def _taken_on(done: Calculated) -> list[int]:
    """By receipt, the first day on which the plan needs it for something; NEVER for nothing."""
    pegs, supplies = done.pegs, done.pegging.supplies
    found = np.full(len(done.receipt_place), NEVER, np.int64)
    rows = np.flatnonzero(pegs.supply_kind == RECEIPT_SUPPLY)
    needed = done.pegging.requirements.day[pegs.requirement[rows]]
    np.minimum.at(found, supplies.source[pegs.supply[rows]], needed)
    return [int(day) for day in found]
