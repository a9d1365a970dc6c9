"""What differs between two plans: demands whose day moved, planned orders new, gone and moved."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from gendan.catalog.models import Item
from gendan.orders.models import Order

MOST_SHOWN = 500
NO_ITEM = ("", "")


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
    item_name: str
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

    @property
    def earlier(self) -> int:
        """How many days earlier it is ready; 0 where it is not."""
        return max(-(self.days or 0), 0)


@dataclass(frozen=True)
class MovedOrder:
    """A planned order that is only in one of the plans, or is due on another day."""

    item_id: int
    item: str
    item_name: str
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
    earlier_count: int  # demands that are ready earlier, or at all


@dataclass(frozen=True)
class Standing:
    """How a plan stands by customers' orders: how many are late, how many of their lines, these
    lines' days of lateness together, and how many of them are never ready."""

    orders: int
    lines: int
    days: int
    never: int


@dataclass(frozen=True)
class Verdict:
    """Two plans by customers' orders."""

    was: Standing
    now: Standing

    @property
    def is_better(self) -> bool:
        """Better in something and worse in nothing."""
        return self._has(-1) and not self._has(1)

    @property
    def is_worse(self) -> bool:
        """Worse in something and better in nothing."""
        return self._has(1) and not self._has(-1)

    def _has(self, sign: int) -> bool:
        one, two = self.was, self.now
        pairs = ((one.orders, two.orders), (one.days, two.days), (one.never, two.never))
        return any((now - was) * sign > 0 for was, now in pairs)


# Both lists are cut and counted by the database: however much two plans differ, only so many rows
# are read. `whole` is the number of all rows, `later` and `earlier` of those ready on such days.
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
                        AND (is_on IS NULL OR is_on > was_on)) OVER () AS later,
       count(*) FILTER (WHERE is_on IS NOT NULL AND NOT is_new AND NOT is_gone
                        AND (was_on IS NULL OR is_on < was_on)) OVER () AS earlier
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


# Parts of a line are one line, as late as its latest part.
_STANDING = """
SELECT run_id, count(DISTINCT order_id), count(*), coalesce(sum(days), 0),
       count(*) FILTER (WHERE is_never)
FROM (
  SELECT run_id, order_id, name, max(ready_on - needed_on) AS days, bool_or(ready_on IS NULL)
         AS is_never
  FROM planning_plandemand
  WHERE run_id IN (%(one)s, %(two)s) AND order_id IS NOT NULL AND is_late
  GROUP BY run_id, order_id, name
) late GROUP BY run_id
"""


def verdict(first_id: int, second_id: int) -> Verdict:
    """Whether plan `second_id` is better for customers' orders than `first_id`. 1 query."""
    values = {"one": first_id, "two": second_id}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, values)
        found = {row[0]: Standing(*map(int, row[1:])) for row in cursor.fetchall()}
    none = Standing(0, 0, 0, 0)
    return Verdict(found.get(first_id, none), found.get(second_id, none))


def compare(
    first_id: int, second_id: int, *, offset: int = 0, limit: int = MOST_SHOWN
) -> Comparison:
    """What plan `second_id` says otherwise than `first_id`: 4 queries, 2 more behind the end.

    Of both lists `limit` rows (MOST_SHOWN at most) behind the first `offset`; counts are of all.
    """
    plans = {"one": first_id, "two": second_id}
    cut = {"offset": max(offset, 0), "limit": min(max(limit, 1), MOST_SHOWN)}
    demands, (whole, later, earlier) = asked(_DEMANDS, plans | cut, 8)
    orders, (order_count, *_none) = asked(_ORDERS, plans | cut, 5)
    items = items_of({row[2] for row in demands} | {row[0] for row in orders})
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
                item=items.get(item_id, NO_ITEM)[0],
                item_name=items.get(item_id, NO_ITEM)[1],
                needed_on=needed,
                was_on=was,
                is_on=now,
                is_new=is_new,
                is_gone=is_gone,
            )
            for name, order_id, item_id, needed, was, now, is_new, is_gone in demands
        ],
        orders=[
            MovedOrder(item_id, *items.get(item_id, NO_ITEM), kind, quantity, was, now)
            for item_id, kind, quantity, was, now in orders
        ],
        demand_count=whole,
        order_count=order_count,
        later_count=later,
        earlier_count=earlier,
    )


def items_of(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Codes and names of items by id (1 query; none for no items)."""
    rows = Item.objects.filter(pk__in=ids) if ids else ()
    return {one.pk: (one.code, one.name) for one in rows}


def asked(
    statement: str, values: dict[str, int], width: int
) -> tuple[list[Any], tuple[int, int, int]]:
    """The rows of a statement, `width` columns each, and its counts of all rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
        counts: tuple[int, ...] = rows[0][width:] if rows else ()
        if not rows and values["offset"]:
            cursor.execute(statement, values | {"offset": 0, "limit": 1})
            counts = next((row[width:] for row in cursor.fetchall()), ())
    first, second, third = (*counts, 0, 0, 0)[:3]
    return [row[:width] for row in rows], (first, second, third)
