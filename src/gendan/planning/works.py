"""What a promise has to share: the routings and work centres, and what is promised to others.

Others are the open lines of confirmed orders, and of drafts whose promise is held, if the asked
lines need their items, materials or work centres too; and the components of open work orders. The
days of work centres follow their calendars, changes of capacity, the people of their crews and the
steps of open work orders. A fixed number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from gendan.catalog.models import Alternate, RoutingStep, WorkCenter
from gendan.catalog.queries import calendar, calendars
from gendan.engine.promise import CentreFacts, Component, Load, Operation, Standing
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.promise_others import ONE_BY_ONE, order_lines
from gendan.planning.promise_people import people_minutes
from gendan.production.queries import open_components, open_steps

Below = Callable[[Collection[int]], dict[int, tuple[Component, ...]]]

_DAYS = 1_200  # of changes of capacity that are looked at


@dataclass(frozen=True, slots=True)
class Works:
    """All of it; by item id, and centres by their id."""

    components: dict[int, tuple[Component, ...]]
    operations: dict[int, tuple[Operation, ...]]
    centres: dict[int, CentreFacts]
    standing: tuple[Standing, ...]
    load: tuple[Load, ...]
    alternates: frozenset[int] = frozenset()


def works_of(
    item_ids: Collection[int], below: Below, order_id: int | None, *, with_ways: bool = False
) -> Works:
    """What the promise of these items has to share with all other orders (16 queries at most).

    `with_ways`: with substitutes of their components and second lines, too (19 queries).
    """
    components = below(item_ids)
    own = _with_parts(item_ids, components)
    alternates = _alternates(own) if with_ways else frozenset()
    if alternates:
        components |= below(alternates)
        own = _with_parts([*own, *alternates], components)
    standing = [*order_lines(own, order_id, with_ways=with_ways), *_work_order_parts(own)]
    others = {one.item_id for one in standing} - own
    if others:
        components |= below(others)
    needed = _with_parts([*own, *(one.item_id for one in standing)], components)
    operations = _operations(needed)
    used = {step.centre_id for steps in operations.values() for step in steps}
    if with_ways:
        seconds = WorkCenter.objects.filter(pk__in=used, second_line__isnull=False)
        used |= {pk for pk in seconds.values_list("second_line_id", flat=True) if pk is not None}
    return Works(components, operations, _centres(used), tuple(standing), _load(used), alternates)


def _alternates(item_ids: Collection[int]) -> frozenset[int]:
    """What may be taken instead of these items."""
    rows = Alternate.objects.filter(component_id__in=item_ids, alternate__is_active=True)
    return frozenset(rows.values_list("alternate_id", flat=True))


def _with_parts(item_ids: Iterable[int], components: dict[int, tuple[Component, ...]]) -> set[int]:
    return set(item_ids) | {part.item_id for parts in components.values() for part in parts}


def _work_order_parts(item_ids: Collection[int]) -> Iterable[Standing]:
    """What open work orders still take of these items."""
    for one in open_components(item_ids=item_ids, most=2 * ONE_BY_ONE):
        if one.quantity > 0:
            yield Standing(one.demand, one.item_id, one.quantity, one.starts_on, one.number)


def _operations(item_ids: Collection[int]) -> dict[int, tuple[Operation, ...]]:
    found: dict[int, list[Operation]] = defaultdict(list)
    rows = RoutingStep.objects.filter(routing__is_current=True, routing__item_id__in=item_ids)
    for item_id, sequence, centre_id, setup, run in rows.order_by("sequence").values_list(
        "routing__item_id", "sequence", "work_center_id", "setup_minutes", "run_minutes_per_unit"
    ):
        found[item_id].append(Operation(sequence, centre_id, setup, run))
    return {item_id: tuple(steps) for item_id, steps in found.items()}


def _load(centre_ids: Collection[int]) -> tuple[Load, ...]:
    """What is left of the steps of open work orders."""
    return tuple(
        Load(one.work_center_id, one.minutes, one.due_on)
        for one in open_steps(centre_ids)
        if one.minutes > 0
    )


def _centres(centre_ids: Collection[int]) -> dict[int, CentreFacts]:
    if not centre_ids:
        return {}
    company, every = calendar(None), calendars()
    today = clock.today()
    last = today + dt.timedelta(days=_DAYS - 1)
    capacity = capacity_by_day(today, last)
    rows = [one for one in capacity.centers if one.pk in centre_ids]
    people = people_minutes({one.pk: one.minutes_per_day for one in rows}, today, last)
    found = {}
    for one in rows:
        days = every[one.calendar_id] if one.calendar_id is not None else company
        found[one.pk] = CentreFacts(
            centre_id=one.pk,
            code=one.code,
            minutes_per_day=one.minutes_per_day if one.is_active else 0,
            calendar=days,
            changes=_changed(capacity, capacity.place[one.pk]),
            people_minutes=people.get(one.pk, {}),
            is_outside=one.is_outside,
        )
    return found


def _changed(capacity: Capacity, place: int) -> dict[dt.date, int]:
    """The minutes of each day that is not as usual."""
    amounts, usual = capacity.amounts[place], capacity.usual[place]
    return {
        capacity.day(day): int(amounts[day]) // SCALE
        for day in np.flatnonzero(amounts != usual).tolist()
    }
