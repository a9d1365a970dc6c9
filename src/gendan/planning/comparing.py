"""What differs between two plans: demands whose day moved, planned orders new, gone and moved."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from gendan.catalog.queries import codes_of
from gendan.orders.models import Order

MOST_SHOWN = 500


@dataclass(frozen=True)
class MovedDemand:
    """A demand (all parts of a line together) that is ready on another day, or only in one plan.

    `was_on` and `is_on` are the last part's days; None where that plan has no day for it.
    `needed_on`: the last part's, in the new plan (or, if it is gone, in the old).
    """

    name: str
    order_id: int | None
    order_number: str
    item_id: int
    item: str
    needed_on: dt.date
    was_on: dt.date | None
    is_on: dt.date | None
    is_new: bool = False
    is_gone: bool = False

    @property
    def days(self) -> int | None:
        """How many days later it is ready; None where one of the days is not known."""
        if self.was_on is None or self.is_on is None:
            return None
        return (self.is_on - self.was_on).days


@dataclass(frozen=True)
class MovedOrder:
    """A planned order that is only in one of the plans, or is due on another day."""

    item_id: int
    item: str
    kind: str
    quantity: Decimal
    was_on: dt.date | None
    is_on: dt.date | None


@dataclass(frozen=True)
class Comparison:
    """Two plans: what differs, the gravest first; lists are cut after MOST_SHOWN."""

    demands: list[MovedDemand]
    orders: list[MovedOrder]
    demand_count: int
    order_count: int
    later_count: int  # demands that are ready later than before, or no more at all


_DEMANDS = """
WITH one AS (
  SELECT name, max(order_id) AS order_id, max(item_id) AS item_id, max(needed_on) AS needed_on,
         max(ready_on) AS ready_on, bool_or(ready_on IS NULL) AS is_short
  FROM planning_plandemand WHERE run_id = %s GROUP BY name
), two AS (
  SELECT name, max(order_id) AS order_id, max(item_id) AS item_id, max(needed_on) AS needed_on,
         max(ready_on) AS ready_on, bool_or(ready_on IS NULL) AS is_short
  FROM planning_plandemand WHERE run_id = %s GROUP BY name
)
SELECT name, coalesce(two.order_id, one.order_id), coalesce(two.item_id, one.item_id),
       coalesce(two.needed_on, one.needed_on),
       CASE WHEN one.is_short THEN NULL ELSE one.ready_on END,
       CASE WHEN two.is_short THEN NULL ELSE two.ready_on END,
       one.item_id IS NULL, two.item_id IS NULL
FROM one FULL JOIN two USING (name)
WHERE one.ready_on IS DISTINCT FROM two.ready_on OR one.is_short IS DISTINCT FROM two.is_short
   OR one.item_id IS NULL OR two.item_id IS NULL
ORDER BY coalesce(two.is_short AND NOT one.is_short, false) DESC,
         (two.ready_on - one.ready_on) DESC NULLS LAST, name
"""

_ORDERS = """
(SELECT item_id, kind, quantity, due_on, count(*), 1
 FROM (SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(one)s
       EXCEPT ALL
       SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(two)s) x
 GROUP BY 1, 2, 3, 4)
UNION ALL
(SELECT item_id, kind, quantity, due_on, count(*), 2
 FROM (SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(two)s
       EXCEPT ALL
       SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(one)s) x
 GROUP BY 1, 2, 3, 4)
"""


def compare(first_id: int, second_id: int) -> Comparison:
    """What plan `second_id` says otherwise than `first_id`: 4 queries."""
    with connection.cursor() as cursor:
        cursor.execute(_DEMANDS, [first_id, second_id])
        demands = cursor.fetchall()
        cursor.execute(_ORDERS, {"one": first_id, "two": second_id})
        orders = _paired(cursor.fetchall())
    shown, moved = demands[:MOST_SHOWN], orders[:MOST_SHOWN]
    codes = codes_of({row[2] for row in shown} | {row[0] for row in moved})
    numbers = dict(
        Order.objects.filter(pk__in={row[1] for row in shown if row[1]}).values_list("pk", "number")
    )
    return Comparison(
        demands=[
            MovedDemand(
                name=name,
                order_id=order_id,
                order_number=numbers.get(order_id, ""),
                item_id=item_id,
                item=codes.get(item_id, ""),
                needed_on=needed,
                was_on=was,
                is_on=now,
                is_new=is_new,
                is_gone=is_gone,
            )
            for name, order_id, item_id, needed, was, now, is_new, is_gone in shown
        ],
        orders=[
            MovedOrder(item_id, codes.get(item_id, ""), kind, quantity, was, now)
            for item_id, kind, quantity, was, now in moved
        ],
        demand_count=len(demands),
        order_count=len(orders),
        later_count=sum(_is_later(*row[4:]) for row in demands),
    )


def _is_later(was: dt.date | None, now: dt.date | None, is_new: bool, is_gone: bool) -> bool:
    if was is None or is_new or is_gone:
        return False
    return now is None or now > was


def _paired(rows: list[Any]) -> list[Any]:
    """Orders of the same quantity of an item that are only in one plan, paired by rising day."""
    days: dict[Any, tuple[list[dt.date], list[dt.date]]] = defaultdict(lambda: ([], []))
    for item_id, kind, quantity, due_on, count, which in rows:
        days[item_id, kind, quantity][which - 1].extend([due_on] * count)
    found: list[Any] = []
    for (item_id, kind, quantity), (before, after) in days.items():
        before.sort()
        after.sort()
        for place in range(max(len(before), len(after))):
            was = before[place] if place < len(before) else None
            now = after[place] if place < len(after) else None
            found.append((item_id, kind, quantity, was, now))
    return sorted(found, key=lambda row: (row[4] or row[3], row[0]))
