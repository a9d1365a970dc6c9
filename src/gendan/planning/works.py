"""What all promises share: routings and work centres, and what is promised.

Promised are the open lines of confirmed orders, and of drafts whose promise is held, and the
components of open work orders. The days of work centres follow their calendars, changes of
capacity, the people of their crews and the steps of open work orders. A fixed number of queries.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from gendan.catalog.makings import Making, makings
from gendan.engine.promise import CentreFacts, Component, Load, Operation, Standing
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.promise_others import order_lines
from gendan.planning.promise_people import people_minutes
from gendan.production.queries import open_components, open_steps
from gendan.production.styles import styles_of

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


def works_of(item_ids: Collection[int], below: Below) -> Works:
    """What the promises of these items share, with all that is promised (12 queries at most)."""
    standing = [*order_lines(), *_work_order_parts()]
    components = below({*item_ids, *(one.item_id for one in standing)})
    needed = {*item_ids, *(one.item_id for one in standing)}
    needed |= {part.item_id for parts in components.values() for part in parts}
    return Works(components, operations_of(needed), _centres(), tuple(standing), _load())


def _work_order_parts() -> Iterable[Standing]:
    """What open work orders still take."""
    for one in open_components():
        if one.quantity > 0:
            yield Standing(one.demand, one.item_id, one.quantity, one.starts_on, one.number)


def operations_of(item_ids: Collection[int]) -> dict[int, tuple[Operation, ...]]:
    """The steps by which these items are made now, by sequence (1 query, 2 where styles have to
    be learned).

    What is made already, or will be of an open work order, is known; each promise of a style that
    is not takes its learning for itself, so that none rests on another that may be cancelled.
    """
    found, today = makings(item_ids), clock.today()
    styles = styles_of(found)
    return {
        item_id: tuple(_operation(one) for one in styles.knowing(steps, today))
        for item_id, steps in found.items()
    }


def _operation(one: Making) -> Operation:
    effort = one.effort if one.effort.learns else None
    return Operation(one.sequence, one.center_id, one.setup_minutes, one.run_minutes, effort)


def _load() -> tuple[Load, ...]:
    """What is left of the steps of open work orders."""
    return tuple(
        Load(one.work_center_id, one.minutes, one.due_on) for one in open_steps() if one.minutes > 0
    )


def _centres() -> dict[int, CentreFacts]:
    today = clock.today()
    last = today + dt.timedelta(days=_DAYS - 1)
    capacity = capacity_by_day(today, last)
    rows = capacity.centers
    people = people_minutes(capacity)
    found = {}
    for one in rows:
        found[one.pk] = CentreFacts(
            centre_id=one.pk,
            code=one.code,
            minutes_per_day=one.minutes_per_day if one.is_active else 0,
            calendar=capacity.calendars[one.calendar_id],
            changes=_changed(capacity, capacity.place[one.pk]),
            people_minutes=people.get(one.pk, {}),
            is_outside=one.is_outside,
            names=(one.name_en, one.name_zh),
        )
    return found


def _changed(capacity: Capacity, place: int) -> dict[dt.date, int]:
    """The minutes of each day that is not as usual."""
    amounts, usual = capacity.amounts[place], capacity.usual[place]
    return {
        capacity.day(day): int(amounts[day]) // SCALE
        for day in np.flatnonzero(amounts != usual).tolist()
    }
