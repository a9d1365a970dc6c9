"""The rows of a calculated plan, ready to be written, by the ids they are given.

Pure, as the calculation is (planning/calculating.py); services/writing.py writes them.
"""

import datetime as dt
from collections import Counter, defaultdict, deque
from typing import Any

import numpy as np

from gendan.engine.netting import NEVER
from gendan.engine.netting.messages import ACTIONS
from gendan.engine.netting.pegging import CUSTOMER, NEED, ON_HAND, ORDER
from gendan.engine.netting.pegging import RECEIPT as RECEIPT_SUPPLY
from gendan.planning.calculating import Calculated, Ids, told
from gendan.planning.net_facts import REQUEST
from gendan.planning.net_rules import started_for


class _Days:
    """Dates of ordinal days, each made once."""

    def __init__(self) -> None:
        self._known: dict[int, dt.date | None] = {NEVER: None}

    def __getitem__(self, day: int) -> dt.date | None:
        if day not in self._known:
            self._known[day] = dt.date.fromordinal(day)
        return self._known[day]


def demand_rows(done: Calculated, ids: Ids) -> Any:
    """(id, run, name, order, line, item, quantity, needed_on, ready_on, material_on, is_late)."""
    given, dates = done.given, _Days()
    rows = zip(ids.demands, given.asked, done.ready_days(), strict=True)
    for place, (pk, one, day) in enumerate(rows):
        material = done.material.get(place)
        whole = one.quantity + sum(kept.quantity for kept in one.kept)
        yield (
            *(pk, ids.run, one.name, one.order_id, one.line_id, given.item_ids[one.item]),
            *(given.quantity(one.item, whole), one.needed_on, dates[day]),
            dates[material] if material is not None else None,
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
    for action, kind, row, item, quantity, to_quantity, day, to_day, reason in told(done):
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
