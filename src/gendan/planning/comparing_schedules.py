"""What the finite schedules of two plans say otherwise: what is made on other days."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from gendan.planning.comparing import MOST_SHOWN, NO_ITEM, asked, items_of
from gendan.production.models import WorkOrder


@dataclass(frozen=True)
class MovedSchedule:
    """A work order or a planned order that is in both plans and made on other days.

    Days on which it ends None: not within the days that plan looked at.
    """

    item_id: int
    item: str
    item_name: str
    work_order_id: int | None  # None: a planned order
    work_order: str
    quantity: Decimal
    was_starts_on: dt.date | None
    was_ends_on: dt.date | None
    starts_on: dt.date | None
    ends_on: dt.date | None

    @property
    def days(self) -> int | None:
        """How many days later it is ready; None where one of the days is not known."""
        if self.was_ends_on is None or self.ends_on is None:
            return None
        return (self.ends_on - self.was_ends_on).days

    @property
    def earlier(self) -> int:
        """How many days earlier it is ready; 0 where it is not."""
        return max(-(self.days or 0), 0)


# A work order is known by itself, planned orders by item and quantity, paired by rising day. What
# is only in one of the plans is told by the comparison of planned orders. As there, the database
# cuts and counts.
_SCHEDULES = """
WITH one AS (
  SELECT *, row_number() OVER (PARTITION BY work_order_id, item_id, amount
                               ORDER BY ends_on, starts_on) AS nth FROM (
    SELECT work_order_id, item_id, CASE WHEN work_order_id IS NULL THEN quantity END AS amount,
           starts_on, ends_on FROM planning_scheduledorder WHERE run_id = %(one)s
    EXCEPT ALL
    SELECT work_order_id, item_id, CASE WHEN work_order_id IS NULL THEN quantity END,
           starts_on, ends_on FROM planning_scheduledorder WHERE run_id = %(two)s) x
), two AS (
  SELECT *, row_number() OVER (PARTITION BY work_order_id, item_id, amount
                               ORDER BY ends_on, starts_on) AS nth FROM (
    SELECT work_order_id, item_id, CASE WHEN work_order_id IS NULL THEN quantity END AS amount,
           starts_on, ends_on FROM planning_scheduledorder WHERE run_id = %(two)s
    EXCEPT ALL
    SELECT work_order_id, item_id, CASE WHEN work_order_id IS NULL THEN quantity END,
           starts_on, ends_on FROM planning_scheduledorder WHERE run_id = %(one)s) x
)
SELECT two.item_id, two.work_order_id, two.amount, one.starts_on, one.ends_on, two.starts_on,
       two.ends_on, count(*) OVER () AS whole
FROM one JOIN two ON one.item_id = two.item_id AND one.nth = two.nth
  AND coalesce(one.work_order_id, 0) = coalesce(two.work_order_id, 0)
  AND coalesce(one.amount, 0) = coalesce(two.amount, 0)
ORDER BY (two.ends_on IS NULL AND one.ends_on IS NOT NULL) DESC,
         two.ends_on - one.ends_on DESC NULLS LAST, two.ends_on, two.item_id, two.work_order_id,
         two.amount, two.nth
LIMIT %(limit)s OFFSET %(offset)s
"""


def compare_schedules(
    first_id: int, second_id: int, *, offset: int = 0, limit: int = MOST_SHOWN
) -> tuple[list[MovedSchedule], int]:
    """What plan `second_id` makes on other days than `first_id`, the latest first, and how much
    of it there is. 3 queries, 1 more behind the end; parts as of `comparing.compare`.
    """
    cut = {"offset": max(offset, 0), "limit": min(max(limit, 1), MOST_SHOWN)}
    rows, (whole, *_none) = asked(_SCHEDULES, {"one": first_id, "two": second_id} | cut, 7)
    items = items_of({row[0] for row in rows})
    ids = {row[1] for row in rows if row[1]}
    orders = {one.pk: one for one in WorkOrder.objects.filter(pk__in=ids)} if ids else {}
    found = []
    for item_id, work_id, amount, was_starts, was_ends, starts, ends in rows:
        work = orders.get(work_id)
        found.append(
            MovedSchedule(
                item_id=item_id,
                item=items.get(item_id, NO_ITEM)[0],
                item_name=items.get(item_id, NO_ITEM)[1],
                work_order_id=work_id if work else None,
                work_order=work.number if work else "",
                quantity=work.quantity if work else amount or Decimal(0),
                was_starts_on=was_starts,
                was_ends_on=was_ends,
                starts_on=starts,
                ends_on=ends,
            )
        )
    return found, whole
