"""A finite schedule as rows ready to be written, and in numbers."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gendan.engine.netting.pegging import CUSTOMER, NEED, RECEIPT
from gendan.engine.schedule.tasks import TIME, Bound
from gendan.planning.calculating import Calculated, Ids
from gendan.planning.capacity import SCALE
from gendan.planning.finite import Finite


def scheduled(done: Calculated, finite: Finite) -> list[int]:
    """The tasks that are written down: what has operations, work orders, what is late, what waits
    for an approval, and what is needed earlier than the net requirements say."""
    due = (done.plan.orders.due - done.given.today.toordinal()).tolist()
    orders, ends = len(due), finite.dated.end
    return [
        place
        for place, steps in enumerate(finite.steps)
        if steps
        or place >= orders
        or place in finite.dated.bound
        or finite.tasks[place].approved
        or ends[place] < due[place]
    ]


def schedule_rows(
    done: Calculated, finite: Finite, ids: Ids, schedule_ids: Mapping[int, int]
) -> Iterator[tuple[Any, ...]]:
    """(id, run, order, work order, item, quantity, needed, starts, ends, approved, is fixed, is
    late, days late, reason, work centre, item that bind)."""
    dated, late_ones = finite.dated, late_places(done, finite)
    needed_by = _needed_of_work_orders(done)
    for place, pk in schedule_ids.items():
        order, firm, item_id, quantity, needed_on = _about(done, finite, ids, place, needed_by)
        bound = late_ones.get(place)
        ends_on = finite.day(dated.end[place])
        late = max((ends_on - needed_on).days, 1) if bound and ends_on else None
        yield (
            *(pk, ids.run, order, firm, item_id, quantity, needed_on),
            *(finite.day(dated.start[place]), ends_on, _approved_on(finite, place)),
            place in finite.is_fixed,
            *(bound is not None, late, bound.reason if bound else ""),
            finite.shop.capacity.centers[bound.centre].pk if bound and bound.centre >= 0 else None,
            _item_of(done, finite, bound.task) if bound else None,
        )


def late_places(done: Calculated, finite: Finite) -> dict[int, Bound]:
    """The tasks that are late, with what binds them.

    A work order is late for what it serves by this plan, whatever day it was firmed for; where it
    keeps that day nothing but its own day binds it (TIME, itself): no work centre makes it wait.
    """
    found, needed_by = dict(finite.dated.bound), _needed_of_work_orders(done)
    for place, firm in enumerate(finite.shop.firm, len(done.plan.orders)):
        needed_on = needed_by.get(firm.expected_id)
        if needed_on is None:
            continue
        ends_on = finite.day(finite.dated.end[place])
        if ends_on is not None and ends_on <= needed_on:
            found.pop(place, None)
            continue
        is_as_dated = ends_on is not None and ends_on <= firm.due_on
        if place not in found or (is_as_dated and found[place].centre >= 0):
            found[place] = Bound(TIME, place, -1)
    return found


def _needed_of_work_orders(done: Calculated) -> dict[int, dt.date]:
    """By expected supply, the first day on which something needs it by this plan."""
    pegs, needs, supplies = done.pegs, done.pegging.requirements, done.pegging.supplies
    found: dict[int, dt.date] = {}
    rows = np.flatnonzero(pegs.supply_kind == RECEIPT)
    for supply, requirement in zip(
        pegs.supply[rows].tolist(), pegs.requirement[rows].tolist(), strict=True
    ):
        one = done.given.coming[done.receipt_place[int(supplies.source[supply])]]
        if one.work_order_id is not None and int(needs.kind[requirement]) in (CUSTOMER, NEED):
            day = dt.date.fromordinal(int(needs.day[requirement]))
            found[one.pk] = min(found.get(one.pk, day), day)
    for asked in done.given.asked:
        for kept in asked.kept:
            if kept.expected_id is not None:
                day = asked.needed_on
                found[kept.expected_id] = min(found.get(kept.expected_id, day), day)
    return found


def operation_rows(
    finite: Finite, run_id: int, schedule_ids: Mapping[int, int]
) -> Iterator[tuple[Any, ...]]:
    """(run, scheduled order, place, name, work centre, minutes, starts, ends)."""
    for place, pk in schedule_ids.items():
        days: dict[int, tuple[int, int]] = {}
        for step, day, _amount in finite.dated.work[place]:
            first, _last = days.get(step, (day, day))
            days[step] = (first, day)
        for step, (first, last) in days.items():
            one = finite.steps[place][step]
            yield (
                *(run_id, pk, step, one.name, one.center_id, one.amount / SCALE),
                *(finite.day(first), finite.day(last)),
            )


def schedule_figures(done: Calculated, finite: Finite) -> dict[str, Any]:
    """Scheduled orders, late ones, by what binds them."""
    late = late_places(done, finite)
    reasons = Counter(bound.reason for bound in late.values())
    return {
        "orders": sum(bool(steps) for steps in finite.steps),
        "late": len(late),
        "reasons": dict(sorted(reasons.items())),
        "until": finite.shop.capacity.last.isoformat(),
    }


def _about(
    done: Calculated,
    finite: Finite,
    ids: Ids,
    place: int,
    needed_by: Mapping[int, dt.date],
) -> tuple[int | None, int | None, int, Any, dt.date]:
    """(planned order, work order, item, quantity, needed on) of a task."""
    orders = done.plan.orders
    if place >= len(ids.orders):
        firm = finite.shop.firm[place - len(ids.orders)]
        needed_on = needed_by.get(firm.expected_id, firm.due_on)
        return None, firm.pk, firm.item_id, firm.quantity, needed_on
    item = int(orders.item[place])
    quantity = done.given.quantity(item, int(orders.quantity[place]))
    due = dt.date.fromordinal(int(orders.due[place]))
    return ids.orders[place], None, done.given.item_ids[item], quantity, due


def _approved_on(finite: Finite, place: int) -> dt.date | None:
    """None also for what waits beyond the days looked at: it has no days at all then."""
    approved = finite.tasks[place].approved
    return finite.day(approved) if approved else None


def _item_of(done: Calculated, finite: Finite, place: int) -> int:
    orders = len(done.plan.orders)
    if place >= orders:
        return finite.shop.firm[place - orders].item_id
    return done.given.item_ids[int(done.plan.orders.item[place])]
