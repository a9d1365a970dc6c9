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
from decimal import Decimal

import numpy as np
from django.db import connection

from gendan.catalog.models import RoutingStep
from gendan.catalog.queries import calendar, calendars
from gendan.engine.promise import CentreFacts, Component, Load, Operation, Standing
from gendan.kernel import clock
from gendan.orders.queries import demand_of
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.promise_people import people_minutes
from gendan.production.models import Component as WorkOrderComponent
from gendan.production.models import WorkOrder, WorkStep

Below = Callable[[Collection[int]], dict[int, tuple[Component, ...]]]

# So many other promises are booked one by one, the earliest first; those after them are put
# together by item and month, on the first day of any of them. So the cost of a promise is bounded.
_ONE_BY_ONE = 5_000
_DAYS = 1_200  # of changes of capacity that are looked at


@dataclass(frozen=True, slots=True)
class Works:
    """All of it; by item id, and centres by their id."""

    components: dict[int, tuple[Component, ...]]
    operations: dict[int, tuple[Operation, ...]]
    centres: dict[int, CentreFacts]
    standing: tuple[Standing, ...]
    load: tuple[Load, ...]


def works_of(item_ids: Collection[int], below: Below, order_id: int | None) -> Works:
    """What the promise of these items has to share with all other orders (16 queries at most)."""
    components = below(item_ids)
    own = _with_parts(item_ids, components)
    standing = [*_order_lines(own, order_id), *_work_order_parts(own)]
    others = {one.item_id for one in standing} - own
    if others:
        components |= below(others)
    needed = _with_parts([*own, *(one.item_id for one in standing)], components)
    operations = _operations(needed)
    used = {step.centre_id for steps in operations.values() for step in steps}
    return Works(components, operations, _centres(used), tuple(standing), _load(used))


def _with_parts(item_ids: Iterable[int], components: dict[int, tuple[Component, ...]]) -> set[int]:
    return set(item_ids) | {part.item_id for parts in components.values() for part in parts}


# From the asked items up to everything that is made of them or on the same work centres. UNION
# drops what was reached before, so that a BOM loop ends the walk.
_OTHERS = """
WITH RECURSIVE own (item_id) AS (SELECT unnest(%(items)s::bigint[])),
touched (item_id) AS (
  SELECT item_id FROM own
  UNION
  SELECT other.item_id FROM catalog_routing mine
  JOIN catalog_routingstep my_step ON my_step.routing_id = mine.id
  JOIN catalog_routingstep step ON step.work_center_id = my_step.work_center_id
  JOIN catalog_routing other ON other.id = step.routing_id AND other.is_current
  WHERE mine.is_current AND mine.item_id IN (SELECT item_id FROM own)
  UNION
  SELECT bom.item_id FROM touched
  JOIN catalog_bomline line ON line.component_id = touched.item_id
  JOIN catalog_bom bom ON bom.id = line.bom_id AND bom.is_current
)
SELECT l.id, o.number, l.item_id,
  l.quantity - l.delivered
  - coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
      WHERE r.demand = 'orders.line:' || l.id), 0)
  - coalesce((SELECT sum(e.quantity - e.received) FROM inventory_expectedsupply e
      WHERE e.demand = 'orders.line:' || l.id AND e.is_open AND e.item_id = l.item_id
      AND e.quantity > e.received), 0) AS needed,
  coalesce(kept.ex_works_on, l.promised_on)
FROM orders_line l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN LATERAL (
  SELECT p.ex_works_on FROM orders_linepromise p WHERE p.line_id = l.id ORDER BY p.id DESC LIMIT 1
) kept ON true
WHERE (o.state = 'confirmed' OR o.state = 'draft' AND EXISTS (
    SELECT 1 FROM planning_promisehold h
    WHERE h.order_id = o.id AND h.released_at IS NULL AND h.until_at > %(now)s))
  AND NOT l.is_cancelled AND l.delivered < l.quantity
  AND l.promised_on IS NOT NULL AND o.id IS DISTINCT FROM %(order)s
  AND l.item_id IN (SELECT item_id FROM touched)
ORDER BY 5, l.id
"""


def _order_lines(item_ids: Collection[int], order_id: int | None) -> list[Standing]:
    """Open lines of other orders, less what is kept or comes for each alone."""
    found: list[Standing] = []
    later: dict[tuple[int, int, int], tuple[Decimal, dt.date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, {"items": list(item_ids), "order": order_id, "now": clock.now()})
        for line_id, number, item_id, needed, on in cursor.fetchall():
            if needed <= 0:
                continue
            if len(found) < _ONE_BY_ONE:
                found.append(Standing(demand_of(line_id), item_id, needed, on, number))
                continue
            month = (item_id, on.year, on.month)
            so_far, first = later.get(month, (Decimal(0), on))
            later[month] = (so_far + needed, first)
    return found + [
        Standing(f"{month}", month[0], needed, on) for month, (needed, on) in later.items()
    ]


def _work_order_parts(item_ids: Collection[int]) -> Iterable[Standing]:
    """What open work orders still take of these items."""
    rows = WorkOrderComponent.objects.filter(
        work_order__state__in=WorkOrder.OPEN, item_id__in=item_ids
    ).order_by("work_order__starts_on", "pk")
    for pk, number, item_id, quantity, on in rows.values_list(
        "pk", "work_order__number", "item_id", "quantity", "work_order__starts_on"
    )[: 2 * _ONE_BY_ONE]:
        yield Standing(f"production.component:{pk}", item_id, quantity, on, number)


def _operations(item_ids: Collection[int]) -> dict[int, tuple[Operation, ...]]:
    found: dict[int, list[Operation]] = defaultdict(list)
    rows = RoutingStep.objects.filter(routing__is_current=True, routing__item_id__in=item_ids)
    for item_id, sequence, centre_id, setup, run in rows.order_by("sequence").values_list(
        "routing__item_id", "sequence", "work_center_id", "setup_minutes", "run_minutes_per_unit"
    ):
        found[item_id].append(Operation(sequence, centre_id, setup, run))
    return {item_id: tuple(steps) for item_id, steps in found.items()}


def _load(centre_ids: Collection[int]) -> tuple[Load, ...]:
    """The steps of open work orders."""
    rows = WorkStep.objects.filter(
        work_order__state__in=WorkOrder.OPEN, work_center_id__in=centre_ids
    )
    return tuple(
        Load(centre_id, minutes, due_on)
        for centre_id, minutes, due_on in rows.order_by("pk").values_list(
            "work_center_id", "minutes", "work_order__due_on"
        )
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
