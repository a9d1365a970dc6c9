"""Goods that have come and wait for a verdict: from when plans and promises count on them.

One rule for both: quality is taken to decide in so many working days from today, and to release.
"""

import datetime as dt
from collections.abc import Iterator

from gendan.engine.calendars import WorkCalendar
from gendan.purchasing.receipt_queries import Held, held_for_verdict

VERDICT_DAYS = 2  # working days from today in which quality is taken to decide on what is held


def held_goods(today: dt.date, days: WorkCalendar) -> Iterator[tuple[Held, dt.date]]:
    """All that waits for a verdict, with the day from which it is counted on (1 query)."""
    free_on = days.add_days(today, VERDICT_DAYS)
    for one in held_for_verdict(today):
        yield one, free_on
