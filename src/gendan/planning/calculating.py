"""A plan, calculated: net requirements, pegs and messages as rows ready to be written.

Pure: from a NetInput to a Calculated. Rows name each other by place; services/writing.py gives them
their ids.
"""

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from gendan.engine.netting.messages import ACTIONS, DECIDE, DEFER
from gendan.engine.netting.pegging import CUSTOMER, NEED, ON_HAND, ORDER
from gendan.engine.netting.pegging import RECEIPT as RECEIPT_SUPPLY
from gendan.planning.net_rules import started_for
from gendan.planning.net_snapshot import REQUEST, NetInput

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
    earliest = np.maximum(given.earliest()[found.receipt_row], due)
    ready = readiness(pegging, pegs, feeds=_feeds(given, found), earliest=earliest)
    today = given.today.toordinal()
    said = messages(_as_said(found, due), release_until=today, tolerance_days=TOLERANCE_DAYS)
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
    actions = Counter(action for action, *_rest in _told(done))
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


class _Days:
    """Dates of ordinal days, each made once."""

    def __init__(self) -> None:
        self._known: dict[int, dt.date | None] = {NEVER: None}

    def __getitem__(self, day: int) -> dt.date | None:
        if day not in self._known:
            self._known[day] = dt.date.fromordinal(day)
        return self._known[day]


def demand_rows(done: Calculated, ids: Ids) -> Any:
    """(id, run, name, order, line, item, quantity, needed_on, ready_on, is_late)."""
    given, dates = done.given, _Days()
    for pk, one, day in zip(ids.demands, given.asked, done.ready_days(), strict=True):
        whole = one.quantity + sum(kept.quantity for kept in one.kept)
        yield (
            *(pk, ids.run, one.name, one.order_id, one.line_id, given.item_ids[one.item]),
            *(given.quantity(one.item, whole), one.needed_on, dates[day]),
            day > one.needed_on.toordinal(),
        )


def order_rows(done: Calculated, ids: Ids) -> Any:
    """(id, run, item, kind, state, quantity, release_on, due_on, ready_on, is_late, made)."""
    given, orders, dates = done.given, done.plan.orders, _Days()
    columns = (orders.item, orders.quantity, orders.release, orders.due, done.ready.order)
    for pk, item, quantity, release, due, ready, is_late in zip(
        ids.orders, *(one.tolist() for one in columns), done.is_late_order.tolist(), strict=True
    ):
        yield (
            *(pk, ids.run, given.item_ids[item], given.supply[item], "planned"),
            *(given.quantity(item, quantity), dates[release], dates[due], dates[ready]),
            *(is_late, ""),
        )


def peg_rows(done: Calculated, ids: Ids) -> Any:
    """(run, item, demand, parent, kind, order, expected, request, quantity, of_requirement,
    of_supply, ready_on, instead_of)."""
    given, pegs, dates = done.given, done.pegs, _Days()
    needs, supplies = done.pegging.requirements, done.pegging.supplies
    columns = (
        *(pegs.item, needs.kind[pegs.requirement], needs.source[pegs.requirement]),
        *(pegs.supply_kind, supplies.source[pegs.supply] if supplies.source.size else pegs.supply),
        *(pegs.quantity, done.of_requirement, done.of_supply, done.ready.peg, pegs.requirement),
    )
    before, begun, replaced = _kept_before(done), _kept_of_supplies(done), _replaced(done)
    for item, kind, source, supply_kind, supply, quantity, in_need, in_supply, day, need in zip(
        *(one.tolist() for one in columns), strict=True
    ):
        place = done.demand_place[source] if kind == CUSTOMER else -1
        said = _supply(done, ids, supply_kind, supply)
        yield (
            *(ids.run, given.item_ids[item]),
            *(ids.demands[place] if place >= 0 else None,),
            *(ids.orders[source] if kind == NEED else None,),
            *said,
            given.quantity(item, quantity),
            given.quantity(item, in_need + (before[place] if place >= 0 else 0)),
            given.quantity(item, in_supply + begun[said[2]]),
            dates[day],
            given.item_ids[replaced[need]] if need in replaced else None,
        )
    yield from _kept_rows(done, ids)


def _replaced(done: Calculated) -> dict[int, int]:
    """By requirement of a substitute, the component it is taken for.

    What an order needs of one substitute stands in the order in which it was taken.
    """
    swaps, needs = done.plan.substitutions, done.pegging.requirements
    taken: dict[tuple[int, int], deque[int]] = defaultdict(deque)
    components = done.plan.snapshot.lines.component[swaps.line].tolist()
    for order, item, component in zip(
        swaps.order.tolist(), swaps.item.tolist(), components, strict=True
    ):
        taken[order, item].append(component)
    rows = np.flatnonzero((needs.kind == NEED) & (needs.line < 0)).tolist() if taken else []
    return {row: taken[int(needs.source[row]), int(needs.item[row])].popleft() for row in rows}


def _kept_before(done: Calculated) -> list[int]:
    """How much of each demand is served by what is kept for it, before what is planned."""
    return [sum(kept.quantity for kept in one.kept) for one in done.given.asked]


def _kept_of_supplies(done: Calculated) -> Counter[int | None]:
    """How much of each expected supply is kept for its line: the others get what is behind it."""
    found: Counter[int | None] = Counter()
    for one in done.given.asked:
        for kept in one.kept:
            if kept.expected_id is not None:
                found[kept.expected_id] += kept.quantity
    return found


def _kept_rows(done: Calculated, ids: Ids) -> Any:
    given = done.given
    begun: Counter[int] = Counter()  # of each expected supply, by the parts of its line
    for place, one in enumerate(given.asked):
        begin = 0
        for kept in one.kept:
            kind = "receipt" if kept.expected_id else "reserved"
            yield (
                *(ids.run, given.item_ids[one.item], ids.demands[place], None),
                *(kind, None, kept.expected_id, None),
                given.quantity(one.item, kept.quantity),
                given.quantity(one.item, begin),
                given.quantity(one.item, begun[kept.expected_id or 0]),
                kept.ready_on,
                None,
            )
            begin += kept.quantity
            begun[kept.expected_id or 0] += kept.quantity if kept.expected_id else 0


def _supply(done: Calculated, ids: Ids, kind: int, source: int) -> tuple[Any, ...]:
    """(kind, order, expected, request) of a supply."""
    if kind == ORDER:
        return ("planned", ids.orders[source], None, None)
    if kind == RECEIPT_SUPPLY:
        return _receipt(done, source)
    return ("stock" if kind == ON_HAND else "short", None, None, None)


def _receipt(done: Calculated, row: int) -> tuple[Any, ...]:
    one = done.given.coming[done.receipt_place[row]]
    if one.kind == REQUEST:
        return ("request", None, None, one.pk)
    return ("receipt", None, one.pk, None)


def _told(done: Calculated) -> Iterator[tuple[int, ...]]:
    """(action, kind, row, item, quantity, to quantity, day, to day, reason) of what is to be done.

    Not told: to decide in the fence, which is our own (the order that can be placed is planned);
    what waits for a verdict, which nobody can hasten, defer or cancel; and to put off what the plan
    itself takes on its day: by the days that were said a request comes before it, but not really.
    """
    names = ("action", "kind", "row", "item", "quantity", "to_quantity", "day", "to_day", "reason")
    columns = [getattr(done.messages, name).tolist() for name in names]
    taken = _taken_on(done)
    for one in zip(*columns, strict=True):
        action, kind, row = one[:3]
        is_receipt = kind == RECEIPT_SUPPLY
        is_here = is_receipt and done.given.coming[done.receipt_place[row]].is_here
        is_taken = action == DEFER and is_receipt and taken[row] <= one[6] + TOLERANCE_DAYS
        if action != DECIDE and not is_here and not is_taken:
            yield one


def _taken_on(done: Calculated) -> list[int]:
    """By receipt, the first day on which the plan needs it for something; NEVER for nothing."""
    pegs, supplies = done.pegs, done.pegging.supplies
    found = np.full(len(done.receipt_place), NEVER, np.int64)
    rows = np.flatnonzero(pegs.supply_kind == RECEIPT_SUPPLY)
    needed = done.pegging.requirements.day[pegs.requirement[rows]]
    np.minimum.at(found, supplies.source[pegs.supply[rows]], needed)
    return [int(day) for day in found]


def _ordered(done: Calculated, kind: int, row: int, good: int) -> int:
    """What is ordered for so much to be good: receipts are counted in good pieces, and are asked
    for in ordered ones."""
    if kind != RECEIPT_SUPPLY:
        return good
    one = done.given.coming[done.receipt_place[row]]
    if good == one.quantity and one.ordered:
        return one.ordered
    return started_for(good, int(np.asarray(done.plan.snapshot.items.good_share)[one.item]))


def message_rows(done: Calculated, ids: Ids) -> Any:
    """(run, action, item, order, expected, request, quantity, to_quantity, day, to_day, demand,
    parent)."""
    given, dates = done.given, _Days()
    needs = done.pegging.requirements
    for action, kind, row, item, quantity, to_quantity, day, to_day, reason in _told(done):
        why = int(needs.kind[reason]) if reason >= 0 else -1
        source = int(needs.source[reason]) if reason >= 0 else -1
        yield (
            *(ids.run, ACTIONS[action], given.item_ids[item]),
            *_supply(done, ids, kind, row)[1:],
            *(
                given.quantity(item, _ordered(done, kind, row, quantity)),
                given.quantity(item, _ordered(done, kind, row, to_quantity)),
            ),
            *(dates[day], dates[to_day]),
            ids.demands[done.demand_place[source]] if why == CUSTOMER else None,
            ids.orders[source] if why == NEED else None,
        )
