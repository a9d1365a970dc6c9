"""The one answer to how long a bought item takes: by plans, promises and the item's own page.

It is what the source that is asked first takes: the lowest rank among those that may be bought
from. Its days are the supplier's working days; what is answered are our own, from an order placed
today. Where nobody may be asked the item's own lead time holds.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from gendan.engine.calendars import CalendarEnds, WorkCalendar
from gendan.sourcing.models import Source
from gendan.sourcing.queries import calendars_of, may_buy_from_many


@dataclass(frozen=True, slots=True)
class LeadTime:
    """`days`: our working days until what is ordered today is here; `supplier_days`: those of the
    supplier. `source_id` None: nobody may be asked, the days are the item's own."""

    days: int
    source_id: int | None = None
    supplier_id: int | None = None
    supplier: str = ""
    supplier_days: int | None = None
    is_own: bool = False  # the source names no days: the item's are taken as the supplier's


@dataclass(frozen=True)
class LeadTimes:
    """`of`: by item id, where a source may be asked. `listed`: items somebody has written a source
    of, whether it may be asked or not."""

    of: Mapping[int, LeadTime] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()

    def days(self, item_id: int, own: int) -> int:
        """How long an item takes; `own` is the item's own lead time."""
        found = self.of.get(item_id)
        return own if found is None else found.days

    def is_sourced(self, item_id: int) -> bool:
        """Whether somebody may be asked; where nobody has written down any source, nobody knows."""
        return item_id in self.of or not self.listed


def lead_times(
    today: dt.date, own: WorkCalendar, item_ids: Collection[int] | None = None
) -> LeadTimes:
    """The lead times of bought items (all, unless said): 1 query, 10 with sources.

    `own`: our own calendar.
    """
    # Who only told us a price, and is not approved yet, says nothing about who may be asked.
    rows = Source.objects.filter(supplier__is_active=True).exclude(status=Source.Status.PROSPECT)
    if item_ids is not None:
        rows = rows.filter(item_id__in=set(item_ids))
    given = list(
        rows.order_by("rank", "supplier__code").values_list(
            *("pk", "item_id", "supplier_id", "status", "lead_days", "item__lead_days"),
            "supplier__code",
        )
    )
    if not given:
        return LeadTimes()
    ids = {row[2] for row in given}
    may = {pk for pk, verdict in may_buy_from_many(ids, today).items() if verdict.may}
    days, calendars = _Days(today, own), calendars_of(ids)
    found: dict[int, LeadTime] = {}
    for pk, item_id, supplier_id, status, lead, items_own, code in given:
        if item_id in found or status in Source.NOT_BOUGHT_FROM or supplier_id not in may:
            continue
        theirs = items_own if lead is None else lead
        found[item_id] = LeadTime(
            days=days.ours(supplier_id, calendars[supplier_id], theirs),
            source_id=pk,
            supplier_id=supplier_id,
            supplier=code,
            supplier_days=theirs,
            is_own=lead is None,
        )
    return LeadTimes(found, frozenset(row[1] for row in given))


def own_days(today: dt.date, arrives_on: dt.date, own: WorkCalendar) -> int:
    """How many of our working days later goods are here that come by a supplier's calendar."""
    days = np.arange(today.toordinal() + 1, arrives_on.toordinal() + 1)
    works = own.is_working(days)
    return int(works.sum()) + (0 if not days.size or works[-1] else 1)


class _Days:
    """Suppliers' days as ours, each worked out once."""

    def __init__(self, today: dt.date, own: WorkCalendar) -> None:
        self.today, self.own = today, own
        self.known: dict[tuple[int, int], int] = {}

    def ours(self, supplier_id: int, theirs: WorkCalendar, count: int) -> int:
        """So many working days of a supplier."""
        key = (supplier_id, count)
        if key not in self.known:
            try:
                arrives_on = theirs.add_days(self.today, count)
                self.known[key] = own_days(self.today, arrives_on, self.own)
            except CalendarEnds:  # a typing error, which the plan names
                self.known[key] = count
        return self.known[key]
