"""What would be if a work order were due on another day: read, never written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.kernel import clock
from gendan.planning.capacity_load import Cell, Load, by_week, read_load, weeks_from
from gendan.planning.capacity_schedule import Bar, Late, bars_between, late_orders
from gendan.planning.finite_shown import maker_of, scheduled_run
from gendan.planning.models import Peg, ScheduledOperation
from gendan.production.models import WorkOrder

AHEAD = dt.timedelta(days=90)  # later orders than so long after both days are not compared


@dataclass(frozen=True)
class Needed:
    """Something the live plan makes this work order for: an order line, or a planned order of the
    item above, and the day it needs the goods."""

    label: str
    order_id: int | None
    needed_on: dt.date
    is_late: bool


@dataclass(frozen=True)
class WhatIf:
    """What differs: operations of the work order (before, after), cells of work centres (code,
    before, after), other orders that get worse or better off, and who waits for the goods."""

    due_on: dt.date
    ready_on: dt.date | None
    operations: list[tuple[str, Bar, Bar]]
    cells: list[tuple[str, Cell, Cell]]
    worse: list[Late]
    better: list[Late]
    needed: list[Needed]


def what_if(order: WorkOrder, due_on: dt.date) -> WhatIf:
    """The load as it is against the load with the work order due on another day. 33 queries."""
    until = max(order.due_on, due_on) + AHEAD
    before, after = read_load(until), read_load(until, {order.pk: due_on})
    codes = {one.pk: one.code for one in after.capacity.centers}
    planned = _as_planned(order, due_on, codes)
    weeks = weeks_from(after.today, (until - after.today).days // 7 + 1)
    cells_before, cells_after = (by_week(one, weeks) for one in (before, after))
    was, now = (late_orders(one, until) for one in (before, after))
    return WhatIf(
        due_on=due_on,
        ready_on=planned[-1][2].end_on if planned else _ready(after, order, due_on),
        operations=planned or _operations(before, after, order, codes),
        cells=_changed(cells_before, cells_after, codes),
        worse=_worse(was, now),
        better=_worse(now, was),
        needed=_needed(order, due_on),
    )


def _ready(after: Load, order: WorkOrder, due_on: dt.date) -> dt.date | None:
    """When it would be ready; None: beyond the days looked at. Without steps: when it is due."""
    for place, one in enumerate(after.makers):
        if _is(one.is_firm, one.pk, order):
            ready = int(after.loaded.ready[place])
            return after.capacity.day(ready) if ready < after.capacity.days else None
    return due_on


def _is(is_firm: bool, pk: int, order: WorkOrder) -> bool:
    return is_firm and pk == order.pk


def _operations(
    before: Load, after: Load, order: WorkOrder, codes: Mapping[int, str]
) -> list[tuple[str, Bar, Bar]]:
    def bars(found: Load) -> list[Bar]:
        every = bars_between(found, found.today, found.capacity.last)
        own = [one for group in every.values() for one in group]
        return [one for one in own if _is(one.maker.is_firm, one.maker.pk, order)]

    pairs = zip(
        *(sorted(bars(one), key=lambda bar: bar.row) for one in (before, after)), strict=False
    )
    return [(codes[was.center_id], was, now) for was, now in pairs]


def _as_planned(
    order: WorkOrder, due_on: dt.date, codes: Mapping[int, str]
) -> list[tuple[str, Bar, Bar]]:
    """Its operations on the days the live plan has them, and as many working days on as it is due:
    each keeps its length and its place, and nothing begins before today. Nothing without a plan.
    """
    run = scheduled_run()
    rows = ScheduledOperation.objects.filter(run=run, scheduled__work_order=order)
    found = list(rows.select_related("scheduled__work_order").order_by("place")) if run else []
    days = calendar(None)
    try:
        end = max((one.ends_on for one in found), default=order.due_on)
        shift = days.count(max(end, order.due_on), due_on)
        if end > order.due_on:  # something holds it up: no earlier day helps
            shift = max(shift, 0)
        first = min((one.starts_on for one in found), default=order.starts_on)
        shift = max(shift, days.count(first, days.add_days(clock.today(), 0)))
        pairs = [
            (one, days.add_days(one.starts_on, shift), days.add_days(one.ends_on, shift))
            for one in found
        ]
    except CalendarEnds:
        return []
    return [
        (codes[one.work_center_id], _bar(one, one.starts_on, one.ends_on), _bar(one, begin, end))
        for one, begin, end in pairs
    ]


def _bar(one: ScheduledOperation, start_on: dt.date, end_on: dt.date) -> Bar:
    return Bar(
        maker=maker_of(one.scheduled),
        place=one.scheduled_id,
        row=one.pk,
        center_id=one.work_center_id,
        name=one.name,
        start_on=start_on,
        end_on=end_on,
        minutes=float(one.minutes),
    )


def _changed(
    before: Mapping[int, list[Cell]], after: Mapping[int, list[Cell]], codes: Mapping[int, str]
) -> list[tuple[str, Cell, Cell]]:
    return [
        (codes[pk], was, now)
        for pk, cells in before.items()
        for was, now in zip(cells, after[pk], strict=True)
        if abs(was.load - now.load) > 0.5
    ]


def _worse(before: Mapping[int, Late], after: Mapping[int, Late]) -> list[Late]:
    """What is late or in danger after and was not before, or was in danger only."""
    known = {(one.maker.is_firm, one.maker.pk): one.is_late for one in before.values()}
    return [
        one
        for one in after.values()
        if known.get((one.maker.is_firm, one.maker.pk)) not in (True, one.is_late)
    ]


def _needed(order: WorkOrder, due_on: dt.date) -> list[Needed]:
    pegs = Peg.objects.filter(run__is_live=True, expected=order.expected_id).select_related(
        "demand__order", "demand__line", "parent__item"
    )
    found = []
    for one in pegs.order_by("pk"):
        if one.demand is not None:
            known = one.demand.order
            label, day = known.number if known else one.demand.name, one.demand.needed_on
            found.append(Needed(label, known.pk if known else None, day, due_on > day))
        elif one.parent is not None:
            day = one.parent.release_on
            found.append(Needed(one.parent.item.code, None, day, due_on > day))
    return found
