"""When everything a plan rests on can really be there: counted forward, from materials upward.

Net requirements count backward, so an order may have to be released in the past. Here it begins
when all its material is there, not before the first day, and takes its lead time. Capacity is
without limits, as in the plan.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gendan.engine.calendars import LAST, CalendarEnds, WorkCalendar

from .pegging import CUSTOMER, NEED, ON_HAND, ORDER, RECEIPT, Pegging, Pegs
from .snapshot import EVER, Flags, Ints

NEVER = EVER  # the day of what is short, or lies beyond the calendar


@dataclass(frozen=True, eq=False)
class Readiness:
    """Ordinal days, NEVER for what nothing serves.

    `order`: shape (orders,), when a planned order's goods can be there, not before they are due.
    `receipt`: shape (receipts,). `demand`: shape (demand,), when the last piece of it is there, not
    before it is asked for. `peg`: shape (pegs,), of the supply of each peg of `pegs`
    (Pegging.direct).
    """

    order: Ints
    receipt: Ints
    demand: Ints
    peg: Ints


def readiness(
    pegging: Pegging,
    pegs: Pegs,
    *,
    feeds: Ints | None = None,
    earliest: Ints | None = None,
    dated: Flags | None = None,
) -> Readiness:
    """When supplies and demands of a plan can be there.

    `pegs`: all pegs, from pegging.direct(). `feeds`: shape (demand,), the receipt that waits for
    this demand (the component of a firm work order), -1 for none: it comes as many working days
    later as its latest component, as far as its item is above the component's. `earliest`: shape
    (receipts,), ordinal days before which they cannot come, whatever they are due. `dated`: shape
    (orders,), which orders somebody else dates by their operations: they take no lead time here.
    """
    plan, rows, supplies = pegging.plan, pegging.requirements, pegging.supplies
    snapshot, orders = plan.snapshot, plan.orders
    zero = snapshot.first_day
    begin = np.maximum(orders.release, zero)
    ready = np.maximum(orders.due, zero)
    receipt = np.maximum(snapshot.receipts.due, zero if earliest is None else earliest)
    receipt = np.maximum(receipt, zero)
    demand = np.maximum(snapshot.demand.due, zero)
    supply_day = np.full(supplies.item.size, zero, np.int64)
    peg_day = np.full(pegs.item.size, NEVER, np.int64)
    feeds = np.full(demand.size, -1, np.int64) if feeds is None else feeds
    lead = np.asarray(snapshot.items.lead_days)[orders.item]
    lead = lead if dated is None else np.where(dated, 0, lead)
    order_level = plan.level[orders.item]
    receipt_level = plan.level[snapshot.receipts.item]
    peg_level = plan.level[pegs.item]
    supply_level = plan.level[supplies.item]
    for level in range(int(plan.level.max(initial=-1)), -1, -1):
        _delay(pegging, receipt, demand, feeds, receipt_level == level)
        now = np.flatnonzero(order_level == level)
        late = now[begin[now] > orders.release[now]]
        ready[late] = np.maximum(ready[late], _finished(pegging, late, begin[late], lead[late]))
        here = np.flatnonzero(supply_level == level)
        for kind, days in ((ORDER, ready), (RECEIPT, receipt)):
            which = here[supplies.kind[here] == kind]
            supply_day[which] = days[supplies.source[which]]
        part = np.flatnonzero((peg_level == level) & (pegs.supply >= 0))
        peg_day[part] = supply_day[pegs.supply[part]]
        part = np.flatnonzero(peg_level == level)
        source, kinds = rows.source[pegs.requirement[part]], rows.kind[pegs.requirement[part]]
        for kind, days in ((NEED, begin), (CUSTOMER, demand)):
            np.maximum.at(days, source[kinds == kind], peg_day[part[kinds == kind]])
    on_hand = pegs.supply_kind == ON_HAND
    peg_day[on_hand] = zero
    return Readiness(ready, receipt, demand, peg_day)


def _delay(
    pegging: Pegging, receipt: Ints, demand: Ints, feeds: Ints, is_now: "np.ndarray[Any, Any]"
) -> None:
    """Receipts come later by the working days that the latest of what they wait for is late.

    By each item's calendar: what is a week-end late stops nobody.
    """
    snapshot = pegging.plan.snapshot
    waiting = np.flatnonzero(feeds >= 0)
    waiting = waiting[is_now[feeds[waiting]]]
    wanted = np.maximum(snapshot.demand.due[waiting], snapshot.first_day)
    late = np.flatnonzero(demand[waiting] > wanted)
    if not late.size:
        return
    fed = feeds[waiting[late]]
    calendars = np.asarray(snapshot.items.calendar)[snapshot.receipts.item]
    days = _days_between(pegging, calendars[fed], wanted[late], demand[waiting[late]])
    delay = np.zeros(receipt.size, np.int64)
    np.maximum.at(delay, fed, days)
    rows = np.flatnonzero(delay > 0)
    receipt[rows] = _later(pegging, calendars[rows], receipt[rows], delay[rows])


def _days_between(pegging: Pegging, which: Ints, first: Ints, second: Ints) -> Ints:
    """Working days after `first` up to `second` by each row's calendar; NEVER stays NEVER."""
    days = np.where(second >= NEVER, NEVER, second - first)
    for place, calendar in enumerate(pegging.plan.snapshot.calendars):
        part = np.flatnonzero((which == place) & (second < NEVER))
        days[part] = calendar.between(np.minimum(first[part], LAST), np.minimum(second[part], LAST))
    return days


def _later(pegging: Pegging, which: Ints, begin: Ints, count: Ints) -> Ints:
    """So many working days after `begin` by each row's calendar; NEVER beyond it."""
    is_never = (begin >= NEVER) | (count >= NEVER)
    days = np.where(is_never, NEVER, np.minimum(begin + count, NEVER))
    for place, calendar in enumerate(pegging.plan.snapshot.calendars):
        part = np.flatnonzero((which == place) & ~is_never)
        days[part] = _added(calendar, begin[part], count[part])
    return days


def _finished(pegging: Pegging, rows: Ints, begin: Ints, lead: Ints) -> Ints:
    """The day a lead time after the beginning, by each item's calendar."""
    items, orders = pegging.plan.snapshot.items, pegging.plan.orders
    which = np.asarray(items.calendar)[orders.item[rows]]
    return _later(pegging, which, begin, lead)


def _added(calendar: WorkCalendar, begin: Ints, lead: Ints) -> Ints:
    try:
        return calendar.add(begin, lead)
    except CalendarEnds:
        days = [_added_one(calendar, *one) for one in zip(begin, lead, strict=True)]
        return np.array(days, np.int64)


def _added_one(calendar: WorkCalendar, begin: int, lead: int) -> int:
    try:
        return int(calendar.add(int(begin), int(lead)))
    except CalendarEnds:
        return NEVER
