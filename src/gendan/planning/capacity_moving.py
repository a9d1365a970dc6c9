"""What would be if a work order were due on another day: read, never written."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.kernel import clock
from gendan.planning.capacity import SCALE
from gendan.planning.capacity_load import Cell, Load, by_week, read_load, weeks_from
from gendan.planning.capacity_schedule import Bar, Late, bars_between, late_orders
from gendan.planning.finite_load import Schedule, by_days, read_schedule, scheduled_weeks, spans_of
from gendan.planning.finite_shown import maker_of, scheduled_run
from gendan.planning.models import Peg, PlanRun, ScheduledOperation, ScheduledOrder
from gendan.production.models import WorkOrder
from gendan.production.queries import COMPONENT

WEEK = dt.timedelta(days=7)
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
    before, after), other orders that get worse or better off, and who waits for the goods.

    `run`: the live plan, on whose finite schedule all of it rests; None: the plan does not schedule
    the work order, so it is dated as if it were alone. `material_on`: the day its material is there
    by the plan, if not yet; `has_material` no: the plan finds none.
    """

    due_on: dt.date
    ready_on: dt.date | None
    operations: list[tuple[str, Bar, Bar]]
    cells: list[tuple[str, Cell, Cell]]
    worse: list[Late]
    better: list[Late]
    needed: list[Needed]
    run: PlanRun | None = None
    material_on: dt.date | None = None
    has_material: bool = True


def what_if(order: WorkOrder, due_on: dt.date) -> WhatIf:
    """What would be: by the live plan's schedule where it has the work order, else as if alone."""
    run = scheduled_run()
    return (_by_plan(run, order, due_on) if run else None) or _alone(order, due_on)


def _by_plan(run: PlanRun, order: WorkOrder, due_on: dt.date) -> WhatIf | None:
    """Its operations moved within the live plan's schedule; all other orders keep their days.
    None: the plan does not schedule it. About 25 queries."""
    there = material_day(order)  # None: never
    rows = ScheduledOperation.objects.filter(run=run, scheduled__work_order=order)
    found = list(rows.select_related("scheduled__work_order").order_by("place"))
    planned = _shifted(found, order, due_on, there) if found else []
    if not planned:
        return None
    ends = [now.end_on for _was, now in planned if now.end_on]
    ready_on = max(ends) if there else None
    last = max([due_on, order.due_on, *ends])
    schedule = read_schedule(run, clock.today(), last + 2 * WEEK)
    codes = {one.pk: one.code for one in schedule.capacity.centers}
    weeks = weeks_from(clock.today(), (last - clock.today()).days // 7 + 2)
    others = _without(schedule, [one for one, _then in planned])
    was = scheduled_weeks(_with(others, [one for one, _then in planned]), weeks)
    now = scheduled_weeks(_with(others, [then for _was, then in planned]), weeks)
    return WhatIf(
        due_on=due_on,
        ready_on=ready_on,
        operations=[(codes[one.center_id], one, then) for one, then in planned],
        cells=[
            (code, replace(one, late=0), replace(then, late=0))
            for code, one, then in _changed(was, now, codes)
        ],
        worse=[],
        better=[],
        needed=_needed(order, max(ready_on or due_on, due_on)),
        run=run,
        material_on=there if there and there > clock.today() else None,
        has_material=there is not None,
    )


def _without(schedule: Schedule, own: Sequence[Bar]) -> Schedule:
    """The schedule without these operations: what the others take. 1 query."""
    capacity, has = schedule.capacity, schedule.has.copy()
    spans = spans_of(schedule.run.pk, capacity.first, capacity.last)
    for bar in own:
        spans[bar.center_id, bar.start_on, bar.end_on or bar.start_on] -= _amount(bar)
    for center_id in {bar.center_id for bar in own}:
        place = capacity.place[center_id]
        given = [
            (max((begin - capacity.first).days, 0), (end - capacity.first).days, amount)
            for (where, begin, end), amount in spans.items()
            if where == center_id and amount > 0
        ]
        has[place] = 0
        for day, amount in by_days(given, capacity.amounts[place].tolist()):
            has[place, day] = amount
    return replace(schedule, has=has)


def _with(schedule: Schedule, own: Sequence[Bar]) -> Schedule:
    """The schedule with these operations on their days, first where the others leave room; what
    finds none is too much on the last of them."""
    capacity, has = schedule.capacity, schedule.has.copy()
    for bar in own:
        place, left = capacity.place[bar.center_id], _amount(bar)
        begin = max((bar.start_on - capacity.first).days, 0)
        end = min(((bar.end_on or bar.start_on) - capacity.first).days, capacity.days - 1)
        for day in range(begin, end + 1):
            part = min(left, max(int(capacity.amounts[place, day] - has[place, day]), 0))
            has[place, day] += part
            left -= part
        has[place, max(end, 0)] += left
    return replace(schedule, has=has)


def _amount(bar: Bar) -> int:
    return round(bar.minutes * SCALE)


def _alone(order: WorkOrder, due_on: dt.date) -> WhatIf:
    """The load as it is against the load with the work order due on another day, each order as if
    it were alone."""
    until = max(order.due_on, due_on) + AHEAD
    before, after = read_load(until), read_load(until, {order.pk: due_on})
    codes = {one.pk: one.code for one in after.capacity.centers}
    weeks = weeks_from(after.today, (until - after.today).days // 7 + 1)
    cells_before, cells_after = (by_week(one, weeks) for one in (before, after))
    was, now = (late_orders(one, until) for one in (before, after))
    return WhatIf(
        due_on=due_on,
        ready_on=_ready(after, order, due_on),
        operations=_operations(before, after, order, codes),
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


def material_day(order: WorkOrder) -> dt.date | None:
    """From when the live plan has all its material: today where nothing is waited for; None: some
    of it never. 2 queries and 1 for what is planned."""
    names = [f"{COMPONENT}{pk}" for pk in order.components.values_list("pk", flat=True)]
    pegs = Peg.objects.filter(run__is_live=True, demand__name__in=names)
    pegs = pegs.exclude(kind__in=(Peg.Kind.STOCK, Peg.Kind.RESERVED))
    rows = list(pegs.values_list("kind", "order_id", "ready_on"))
    ids = [order_id for _kind, order_id, _day in rows if order_id]
    ends = dict(
        ScheduledOrder.objects.filter(order__in=ids).values_list("order_id", "ends_on")
        if ids
        else ()
    )
    last = clock.today()
    for kind, order_id, ready_on in rows:
        day = ends.get(order_id, ready_on)
        if kind == Peg.Kind.SHORT or day is None:
            return None
        last = max(last, day)
    return last


def _shifted(
    found: Sequence[ScheduledOperation],
    order: WorkOrder,
    due_on: dt.date,
    there: dt.date | None,
) -> list[tuple[Bar, Bar]]:
    """Its operations on the days the live plan has them, and as many working days on as it is due:
    each keeps its length and its place, and nothing begins before today or its material is there.
    Nothing where the calendar ends.
    """
    days = calendar(None)
    try:
        end = max(one.ends_on for one in found)
        shift = days.count(max(end, order.due_on), due_on)
        if end > order.due_on:  # something holds it up: no earlier day helps
            shift = max(shift, 0)
        first = min(one.starts_on for one in found)
        shift = max(shift, days.count(first, days.add_days(clock.today(), 0)))
        if there is not None:  # where the plan begins before, so may it
            shift = max(shift, min(days.count(first, days.add_days(there, 0)), 0))
        return [
            (
                _bar(one, one.starts_on, one.ends_on),
                _bar(one, days.add_days(one.starts_on, shift), days.add_days(one.ends_on, shift)),
            )
            for one in found
        ]
    except CalendarEnds:
        return []


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
