"""What keeps a late order waiting at a work centre: since when it is full, and with what."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from gendan.kernel import clock
from gendan.planning.capacity_schedule import CENTRE, PEOPLE, Late
from gendan.planning.finite_load import Schedule, read_schedule
from gendan.planning.models import PlanRun, ScheduledOperation

FULL = 0.97  # of a day's minutes: nothing to speak of is left
MOST_BEFORE = 3  # orders that are named
MOST_JAMS = 12


@dataclass(frozen=True, slots=True)
class Jam:
    """A work centre that has no room from one day until another, and what it makes then.

    `before`: (number of the work order, else "", item, hours) of what takes most; `more` others.
    """

    center: str
    item: str
    first: dt.date
    last: dt.date
    before: tuple[tuple[str, str, float], ...]
    more: int


def jams(run: PlanRun, given: Collection[Late]) -> dict[tuple[str, str], Jam]:
    """By (work centre, item) of late orders that wait for a work centre or its people.

    9 queries and 2 for each.
    """
    wanted = {(one.center, one.item) for one in given if one.reason in (CENTRE, PEOPLE)}
    if not wanted:
        return {}
    ended = {key: _ended(run, *key) for key in sorted(wanted)[:MOST_JAMS]}
    today = clock.today()
    last = max((one for one in ended.values() if one is not None), default=today)
    found = read_schedule(run, today, max(last, today))
    codes = {one.code: one.pk for one in found.capacity.centers}
    jammed = {}
    for (center, item), day in ended.items():
        if day is None or center not in codes:
            continue
        span = _full(found, codes[center], day)
        if span is not None:
            jammed[center, item] = _jam(run, center, item, *span)
    return jammed


def _ended(run: PlanRun, center: str, item: str) -> dt.date | None:
    """When the last late order of the item is done there."""
    rows = ScheduledOperation.objects.filter(
        run=run, work_center__code=center, scheduled__item__code=item, scheduled__is_late=True
    )
    return rows.order_by("-ends_on").values_list("ends_on", flat=True).first()


def _full(found: Schedule, center_id: int, day: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days until one on which nothing is free, back to the first; that one may be its last."""
    place, capacity = found.capacity.place[center_id], found.capacity
    last = min((day - capacity.first).days, capacity.days - 1)
    full: list[int] = []
    for number in range(last, -1, -1):
        can = int(capacity.amounts[place, number])
        if can and found.has[place, number] < can * FULL and number < last:
            break
        if can:
            full.append(number)
    return (capacity.day(full[-1]), capacity.day(full[0])) if full else None


def _jam(run: PlanRun, center: str, item: str, first: dt.date, last: dt.date) -> Jam:
    rows = ScheduledOperation.objects.filter(
        run=run, work_center__code=center, starts_on__lte=last, ends_on__gte=first
    )
    rows = rows.exclude(scheduled__item__code=item, scheduled__is_late=True).order_by()
    names = ("scheduled__work_order__number", "scheduled__item__code")
    summed = rows.values_list(*names).annotate(minutes=Sum("minutes")).order_by("-minutes", *names)
    told = [(number or "", code, float(minutes) / 60) for number, code, minutes in summed]
    return Jam(center, item, first, last, tuple(told[:MOST_BEFORE]), len(told[MOST_BEFORE:]))
