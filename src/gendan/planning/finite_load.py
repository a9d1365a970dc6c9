"""What the finite schedule of a plan puts on each work centre, day by day and week by week."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from gendan.planning.capacity import SCALE, Capacity, Ints, capacity_by_day
from gendan.planning.capacity_load import Cell, DayLoad, Maker, cells_of, days_of, first_week
from gendan.planning.capacity_schedule import Late
from gendan.planning.finite import crews_of
from gendan.planning.finite_shown import ENDED, late_of, maker_of
from gendan.planning.models import PlanRun, ScheduledOperation, ScheduledOrder

Span = tuple[int, int, int]  # first and last day, amount
Spans = dict[tuple[int, dt.date, dt.date], int]  # work centre, first and last day → amount


@dataclass(frozen=True, eq=False)
class Schedule:
    """The load of a plan's schedule from a day on: `has` (work centres × days, thousandths)."""

    run: PlanRun
    capacity: Capacity
    has: Ints


@dataclass(frozen=True, slots=True)
class Held:
    """What is late because of a work centre: how many orders, and the most days (None: never)."""

    count: int
    most_days: int | None


def read_schedule(
    run: PlanRun, first: dt.date, last: dt.date, *, with_people: bool = False
) -> Schedule:
    """What the schedule takes of each work centre on each day. 5 queries.

    `with_people`: on no day more than their people can do, as the schedule did. 5 queries more.
    """
    capacity = capacity_by_day(first, last)
    has = np.zeros(capacity.amounts.shape, np.int64)
    spans: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for (center_id, begin, end), amount in spans_of(run.pk, first, last).items():
        if center_id in capacity.place:
            days = (max((begin - first).days, 0), (end - first).days, amount)
            spans[capacity.place[center_id]].append(days)
    crews = crews_of(capacity) if with_people else None
    left: list[list[int]] = [list(row) for row in crews.present] if crews else []
    for place, given in sorted(spans.items()):
        can = capacity.amounts[place].tolist()
        if crews is None or crews.group[place] < 0:
            _put(has[place], given, can)
        else:
            _put_with_people(has[place], given, can, left[crews.group[place]], crews.share[place])
    return Schedule(run, capacity, has)


def _put(has: Ints, given: Iterable[Span], can: Sequence[int]) -> list[Span]:
    """Add amounts to days within what each can do; what found no room."""
    without: list[Span] = []
    for day, amount in by_days(given, can, without):
        has[day] += amount
    return without


def _put_with_people(
    has: Ints, given: Iterable[Span], can: Sequence[int], people: list[int], share: int
) -> None:
    """The same, within what people have left too, and take it of them.

    What finds no room so (people are away since the plan was made, or work centres that share
    them took it on other days than the plan) is put where the work centre has some.
    """
    both = [min(one, there * 100 // max(share, 1)) for one, there in zip(can, people, strict=True)]
    without = _put(has, given, both)
    if without:
        room = [one - taken for one, taken in zip(can, has.tolist(), strict=True)]
        _put(has, without, room)
    for day, amount in enumerate(has.tolist()):
        people[day] = max(people[day] + -(amount * share) // 100, 0)


def spans_of(run_id: int, first: dt.date | None = None, last: dt.date | None = None) -> Spans:
    """What the operations of a plan take, by work centre and days. 1 query."""
    rows = ScheduledOperation.objects.filter(run=run_id).order_by()
    rows = rows.filter(ends_on__gte=first) if first else rows
    rows = rows.filter(starts_on__lte=last) if last else rows
    columns = ("work_center_id", "starts_on", "ends_on")
    found: Spans = defaultdict(int)
    for center_id, begin, end, minutes in rows.values_list(*columns).annotate(Sum("minutes")):
        found[center_id, begin, end] = round(minutes * SCALE)
    return found


def by_days(
    spans: Iterable[Span], can: Sequence[int], without: list[Span] | None = None
) -> Iterable[tuple[int, int]]:
    """(day, amount) of (first day, last day, amount) within what each day can do.

    Only first and last day of an operation are kept. What ends first goes before the others: if
    all fits in any way, it fits so. `without` takes what found no room until its last day.
    """
    waiting: list[list[int]] = []  # last day, first day, what is left
    ahead, day = sorted(spans, reverse=True), 0
    while (ahead or waiting) and day < len(can):
        if not waiting:
            day = max(day, ahead[-1][0])
        while ahead and ahead[-1][0] <= day:
            first, last, amount = ahead.pop()
            heappush(waiting, [last, first, amount])
        taken = 0
        while waiting and day < len(can) and can[day] > taken:
            part = min(waiting[0][2], can[day] - taken)
            waiting[0][2] -= part
            taken += part
            if not waiting[0][2]:
                heappop(waiting)
        while waiting and waiting[0][0] <= day:
            # The work centre has lost capacity since the plan was made.
            last, first, amount = heappop(waiting)
            if without is not None:
                without.append((first, last, amount))
        if taken:
            yield day, taken
        day += 1


def scheduled_weeks(found: Schedule, weeks: Sequence[dt.date]) -> dict[int, list[Cell]]:
    """By work centre id its cells of these consecutive weeks, with what is late because of it.

    1 query.
    """
    is_first = weeks[0] <= first_week(found.capacity)
    late = _late_by_week(found.run, weeks, is_first=is_first)
    return cells_of(found.capacity, found.has, weeks, late)


def scheduled_days(found: Schedule, center_id: int, first: dt.date, last: dt.date) -> list[DayLoad]:
    """The days of a work centre from first to last, as far as they are looked at."""
    return days_of(
        found.capacity, found.has[found.capacity.place[center_id]], center_id, first, last
    )


def scheduled_makers(
    run: PlanRun, center_id: int, first: dt.date, last: dt.date
) -> list[tuple[Maker, float]]:
    """What is worked on there from first to last, and with how many minutes; the most first.

    Of what lies partly in other weeks its share by days. 1 query.
    """
    rows = ScheduledOperation.objects.filter(
        run=run, work_center=center_id, starts_on__lte=last, ends_on__gte=first
    ).exclude(scheduled__work_order__state__in=ENDED)
    rows = rows.select_related("scheduled__work_order").order_by("starts_on", "pk")
    minutes: Counter[int] = Counter()
    scheduled: dict[int, ScheduledOrder] = {}
    for one in rows:
        inside = (min(one.ends_on, last) - max(one.starts_on, first)).days + 1
        whole = (one.ends_on - one.starts_on).days + 1
        minutes[one.scheduled_id] += round(one.minutes * SCALE * inside / whole)
        scheduled[one.scheduled_id] = one.scheduled
    return [(maker_of(scheduled[pk]), amount / SCALE) for pk, amount in minutes.most_common()]


def held_by_centers(run: PlanRun) -> dict[int, Held]:
    """By work centre id, what is late because of it or its people. 1 query."""
    rows = _held(run).order_by().values("bound_center_id")
    return {
        one["bound_center_id"]: Held(
            one["count"], one["most"] if one["dated"] == one["count"] else None
        )
        for one in rows.annotate(count=Count("pk"), most=Max("late_days"), dated=Count("late_days"))
    }


def late_for(
    run: PlanRun, center_id: int, first: dt.date, last: dt.date, most: int
) -> tuple[list[Late], int]:
    """What is needed from first to last and late because of a work centre or its people, the
    latest first; and how many it makes late besides, needed on other days. 2 queries."""
    held = _held(run).filter(bound_center=center_id)
    here = Q(needed_on__gte=first, needed_on__lte=last)
    rows = held.filter(here).select_related("work_order", "bound_center", "bound_item")
    ranked = rows.order_by(F("late_days").desc(nulls_first=True), "needed_on", "pk")
    return [late_of(one) for one in ranked[:most]], held.exclude(here).count()


def _held(run: PlanRun) -> QuerySet[ScheduledOrder]:
    rows = ScheduledOrder.objects.filter(run=run, is_late=True, bound_center__isnull=False)
    return rows.exclude(order__state="firmed").exclude(work_order__state__in=ENDED)


def _late_by_week(
    run: PlanRun, weeks: Sequence[dt.date], *, is_first: bool
) -> Mapping[tuple[int, int], int]:
    """(work centre id, number of the week) → orders needed then that it makes late. 1 query.

    `is_first`: nothing is shown before these weeks, so what was needed before counts in the first.
    """
    found: Counter[tuple[int, int]] = Counter()
    for center_id, needed_on in _held(run).values_list("bound_center_id", "needed_on"):
        week = (needed_on - weeks[0]).days // 7
        week = max(week, 0) if is_first else week
        found[center_id, week] += 0 <= week < len(weeks)
    return found
