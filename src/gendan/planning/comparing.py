"""What differs between two plans: demands whose day moved, planned orders new, gone and moved."""

import datetime as dt
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


# Both lists are cut and counted by the database: however much two plans differ, only so many rows
# are read. `whole` is the number of all rows, `later` of those that are ready later.
_DEMANDS = """
WITH one AS (
  SELECT name, max(order_id) AS order_id, max(item_id) AS item_id, max(needed_on) AS needed_on,
         max(ready_on) AS ready_on, bool_or(ready_on IS NULL) AS is_short
  FROM planning_plandemand WHERE run_id = %(one)s GROUP BY name
), two AS (
  SELECT name, max(order_id) AS order_id, max(item_id) AS item_id, max(needed_on) AS needed_on,
         max(ready_on) AS ready_on, bool_or(ready_on IS NULL) AS is_short
  FROM planning_plandemand WHERE run_id = %(two)s GROUP BY name
), differ AS (
  SELECT name, coalesce(two.order_id, one.order_id) AS order_id,
         coalesce(two.item_id, one.item_id) AS item_id,
         coalesce(two.needed_on, one.needed_on) AS needed_on,
         CASE WHEN one.is_short THEN NULL ELSE one.ready_on END AS was_on,
         CASE WHEN two.is_short THEN NULL ELSE two.ready_on END AS is_on,
         one.item_id IS NULL AS is_new, two.item_id IS NULL AS is_gone,
         coalesce(two.is_short AND NOT one.is_short, false) AS is_lost,
         two.ready_on - one.ready_on AS days
  FROM one FULL JOIN two USING (name)
  WHERE one.ready_on IS DISTINCT FROM two.ready_on OR one.is_short IS DISTINCT FROM two.is_short
     OR one.item_id IS NULL OR two.item_id IS NULL
)
SELECT name, order_id, item_id, needed_on, was_on, is_on, is_new, is_gone,
       count(*) OVER () AS whole,
       count(*) FILTER (WHERE was_on IS NOT NULL AND NOT is_new AND NOT is_gone
                        AND (is_on IS NULL OR is_on > was_on)) OVER () AS later
FROM differ
ORDER BY is_lost DESC, days DESC NULLS LAST, name
LIMIT %(limit)s OFFSET %(offset)s
"""

# Orders of the same quantity of an item that are only in one plan are paired by rising day.
_ORDERS = """
WITH one AS (
  SELECT *, row_number() OVER (PARTITION BY item_id, kind, quantity ORDER BY due_on) AS nth FROM (
    SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(one)s
    EXCEPT ALL
    SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(two)s) x
), two AS (
  SELECT *, row_number() OVER (PARTITION BY item_id, kind, quantity ORDER BY due_on) AS nth FROM (
    SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(two)s
    EXCEPT ALL
    SELECT item_id, kind, quantity, due_on FROM planning_plannedorder WHERE run_id = %(one)s) x
)
SELECT item_id, kind, quantity, one.due_on, two.due_on, count(*) OVER () AS whole
FROM one FULL JOIN two USING (item_id, kind, quantity, nth)
ORDER BY coalesce(two.due_on, one.due_on), item_id, kind, quantity, nth
LIMIT %(limit)s OFFSET %(offset)s
"""


def compare(
    first_id: int, second_id: int, *, offset: int = 0, limit: int = MOST_SHOWN
) -> Comparison:
    """What plan `second_id` says otherwise than `first_id`: 4 queries, 2 more behind the end.

    Of both lists `limit` rows (MOST_SHOWN at most) behind the first `offset`; counts are of all.
    """
    plans = {"one": first_id, "two": second_id}
    cut = {"offset": max(offset, 0), "limit": min(max(limit, 1), MOST_SHOWN)}
    demands, whole, later = asked(_DEMANDS, plans | cut, 8)
    orders, order_count, _none = asked(_ORDERS, plans | cut, 5)
    codes = codes_of({row[2] for row in demands} | {row[0] for row in orders})
    numbers = dict(
        Order.objects.filter(pk__in={row[1] for row in demands if row[1]}).values_list(
            "pk", "number"
        )
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
            for name, order_id, item_id, needed, was, now, is_new, is_gone in demands
        ],
        orders=[
            MovedOrder(item_id, codes.get(item_id, ""), kind, quantity, was, now)
            for item_id, kind, quantity, was, now in orders
        ],
        demand_count=whole,
        order_count=order_count,
        later_count=later,
    )


def asked(statement: str, values: dict[str, int], width: int) -> tuple[list[Any], int, int]:
    """The rows of a statement, `width` columns each, and its counts of all rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
        counts = rows[0][width:] if rows else ()
        if not rows and values["offset"]:
            cursor.execute(statement, values | {"offset": 0, "limit": 1})
            counts = next((row[width:] for row in cursor.fetchall()), ())
    whole, later = (*counts, 0, 0)[:2]
    return [row[:width] for row in rows], whole, later
