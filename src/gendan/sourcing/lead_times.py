"""The one answer to who is asked first for a bought item, and to how long the item takes.

It is the source of the lowest rank among those that may be bought from: approved for the item, of a
supplier whose required documents have not expired. Its days are the supplier's working days; what
is answered are our own, from an order placed today. Where nobody may be asked the item's own lead
time holds.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gendan.catalog.models import Item
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

    def of_item(self, item: Item) -> int:
        """How long an item takes, however it is got: only what is bought has sources."""
        own = item.lead_days
        return self.days(item.pk, own) if item.supply == Item.Supply.BUY else own

    def is_sourced(self, item_id: int) -> bool:
        """Whether somebody may be asked; where nobody has written down any source, nobody knows."""
        return item_id in self.of or not self.listed


def lead_times(
    today: dt.date, own: WorkCalendar, item_ids: Collection[int] | None = None
) -> LeadTimes:
    """The lead times of bought items (all, unless said): 1 query, 10 with sources.

    `own`: our own calendar.
    """
    given = _listed(item_ids)
    if not given:
        return LeadTimes()
    days, calendars = _Days(today, own), calendars_of({one.supplier_id for one in given})
    found: dict[int, LeadTime] = {}
    for item_id, one in _first(given, today).items():
        theirs = one.items_own if one.lead_days is None else one.lead_days
        found[item_id] = LeadTime(
            days=days.ours(one.supplier_id, calendars[one.supplier_id], theirs),
            source_id=one.pk,
            supplier_id=one.supplier_id,
            supplier=one.supplier,
            supplier_days=theirs,
            is_own=one.lead_days is None,
        )
    return LeadTimes(found, frozenset(one.item_id for one in given))


def asked_first(today: dt.date, item_ids: Collection[int] | None = None) -> dict[int, int]:
    """Item (all, unless said) → the supplier who is asked first for it: 1 query, 3 with sources."""
    given = _listed(item_ids)
    return {pk: one.supplier_id for pk, one in _first(given, today).items()} if given else {}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row of the approved list."""

    pk: int
    item_id: int
    supplier_id: int
    status: str
    lead_days: int | None
    items_own: int
    supplier: str


def _listed(item_ids: Collection[int] | None) -> list[_Listed]:
    """Whoever stands on the list, in the order in which they are asked.

    Who only told us a price, and is not approved yet, says nothing about who may be asked.
    """
    rows = Source.objects.filter(supplier__is_active=True).exclude(status=Source.Status.PROSPECT)
    if item_ids is not None:
        rows = rows.filter(item_id__in=set(item_ids))
    columns = ("pk", "item_id", "supplier_id", "status", "lead_days", "item__lead_days")
    ordered = rows.order_by("rank", "supplier__code", "pk")
    return [_Listed(*row) for row in ordered.values_list(*columns, "supplier__code")]


def _first(given: Iterable[_Listed], today: dt.date) -> dict[int, _Listed]:
    """By item the first of the list who may be bought from today."""
    asked = [one for one in given if one.status not in Source.NOT_BOUGHT_FROM]
    verdicts = may_buy_from_many({one.supplier_id for one in asked}, today)
    found: dict[int, _Listed] = {}
    for one in asked:
        if verdicts[one.supplier_id].may:
            found.setdefault(one.item_id, one)
    return found


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
