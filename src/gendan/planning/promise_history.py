"""How long things really took against what was planned: what the odds of a promise rest on.

Bought: from the day goods were first expected to the day the last of them came. Planned is the day
they were first asked for; where goods expected by hand were moved in between, the item's lead time,
as a due day that was moved along says nothing. Made: from the planned start of a work order to its
end. Counted is what should have been there before today, whether it is or not: of what is still to
come only those that come early would be seen, and of what is late the latest would be missing. The
newest MOST_ROWS rows of the last two years at most; all in working days.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds, WorkCalendar
from gendan.engine.promise.odds import Approved, Days, Odds, odds
from gendan.engine.promise.scene import Scene
from gendan.engine.promise.search import Need
from gendan.engine.promise.spreads import ASSUMED, Lived, Spread, learned, power_of
from gendan.kernel import clock
from gendan.production.models import WorkOrder

MOST_ROWS = 400
DAYS = 730
# A delay beyond so many times what was planned is a mistake in the books, not a duration; a short
# one may be late by so many days.
LARGEST, LARGEST_DAYS = 5, 30

_BOUGHT = """
WITH due AS (
  SELECT e.id, e.item_id, e.due_on, e.is_open, i.lead_days, l.requested_on, o.supplier_id
  FROM inventory_expectedsupply e
  JOIN catalog_item i ON i.id = e.item_id
  LEFT JOIN purchasing_purchaseorderline l ON l.expected_id = e.id
  LEFT JOIN purchasing_purchaseorder o ON o.id = l.order_id
  WHERE e.due_on >= %(since)s AND (e.is_open OR e.received > 0)
    AND COALESCE(l.requested_on, e.due_on) < %(today)s
    AND NOT EXISTS (SELECT 1 FROM production_workorder w WHERE w.expected_id = e.id)
  ORDER BY e.item_id = ANY(%(items)s) DESC, e.id DESC LIMIT %(most)s
)
SELECT due.item_id, due.supplier_id, due.requested_on, due.due_on, due.lead_days,
  said.first_at, said.times, CASE WHEN due.is_open THEN NULL ELSE came.last_at END
FROM due,
LATERAL (SELECT min(j.at) AS first_at, count(*) AS times FROM kernel_entry j
  WHERE j.about @> ARRAY['inventory.expectedsupply:' || due.id]::varchar[]
    AND j.fact = 'SuppliesExpected') said,
LATERAL (SELECT max(j.at) AS last_at FROM kernel_entry j
  WHERE j.about @> ARRAY['inventory.expectedsupply:' || due.id]::varchar[]
    AND j.fact = 'SuppliesReceived') came
WHERE said.first_at IS NOT NULL AND (due.is_open OR came.last_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that should be there: of which item, from whom, when it began, was planned, came.

    `ended_on` is None for what has not come yet.
    """

    item_id: int
    supplier_id: int | None
    begun_on: dt.date
    planned_on: dt.date
    ended_on: dt.date | None


@dataclass(frozen=True)
class Durations:
    """Durations of one kind (bought or made), the newest first, and their spreads."""

    rows: Sequence[tuple[Kept, Lived]] = ()
    spreads: dict[int, Spread] = field(default_factory=dict)

    def spread(self, item_id: int) -> Spread:
        """That of an item, mixed with its last supplier's and with all of the kind."""
        if item_id not in self.spreads:
            supplier = self._supplier.get(item_id)
            wider = self._all
            if supplier is not None:
                wider = learned(self._by_supplier[supplier], wider, self._power)
            self.spreads[item_id] = learned(self._by_item.get(item_id, ()), wider, self._power)
        return self.spreads[item_id]

    @cached_property
    def _power(self) -> float:
        return power_of([lived for _kept, lived in self.rows])

    @cached_property
    def _all(self) -> Spread:
        return learned([lived for _kept, lived in self.rows], ASSUMED, self._power)

    @cached_property
    def _by_item(self) -> dict[int, list[Lived]]:
        found = defaultdict(list)
        for kept, lived in self.rows:
            found[kept.item_id].append(lived)
        return found

    @cached_property
    def _by_supplier(self) -> dict[int | None, list[Lived]]:
        found = defaultdict(list)
        for kept, lived in self.rows:
            found[kept.supplier_id].append(lived)
        return found

    @cached_property
    def _supplier(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for kept, _lived in self.rows:
            if kept.supplier_id is not None:
                found.setdefault(kept.item_id, kept.supplier_id)
        return found


@dataclass(frozen=True, slots=True)
class History:
    """Real and planned durations of what was bought and of what was made."""

    bought: Durations = field(default_factory=Durations)
    made: Durations = field(default_factory=Durations)

    def spread(self, item_id: int, *, is_bought: bool) -> Spread:
        """How long the item really takes against what is planned for it."""
        return (self.bought if is_bought else self.made).spread(item_id)


def history_of(item_ids: Collection[int]) -> History:
    """What is known of these items and of all others (3 queries and the calendar's)."""
    today = clock.today()
    since = today - dt.timedelta(days=DAYS)
    days = calendar(None)
    return History(
        durations(_bought(item_ids, since, today, days), today, days),
        durations(_made(item_ids, since, today), today, days),
    )


def spread_of(scene: Scene, history: History) -> Callable[[Need], Spread]:
    """Which spread a need of a scene has."""
    ids = {row: item_id for item_id, row in scene.items.items()}

    def found(need: Need) -> Spread:
        is_made = need.made > 0 and need.source is None
        return history.spread(ids[need.item], is_bought=not is_made)

    return found


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure days of a scene are: by what durations and waits for approvals really were."""

    spread: Callable[[Need], Spread]
    approved: Approved | None = None
    paid: Approved | None = None

    def of(self, needs: Sequence[Need], days: Days) -> Odds:
        """The odds that all of these needs are there."""
        return odds(needs, self.spread, days, approved=self.approved, paid=self.paid)


def durations(rows: Iterable[Kept], today: dt.date, days: WorkCalendar) -> Durations:
    """These as planned and real durations until today; what makes no sense is left out."""
    found = []
    for one in rows:
        planned = days.count(one.begun_on, one.planned_on)
        real = days.count(one.begun_on, one.ended_on or today)
        if planned < 0 or real < 0 or real > max(LARGEST * planned, LARGEST_DAYS):
            continue
        found.append((one, Lived(planned, real, one.ended_on is not None)))
    return Durations(found)


def _bought(
    item_ids: Collection[int], since: dt.date, today: dt.date, days: WorkCalendar
) -> list[Kept]:
    values: dict[str, Any] = {
        "items": list(item_ids), "since": since, "today": today, "most": MOST_ROWS
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT, values)
        rows = cursor.fetchall()
    found = []
    for item_id, supplier_id, requested_on, due_on, lead_days, first_at, times, last_at in rows:
        begun, planned = clock.date_of(first_at), requested_on or due_on
        if requested_on is None and times > 1:
            try:
                planned = days.add_days(begun, lead_days or 0)
            except CalendarEnds:
                continue
            if not lead_days or planned >= today:
                continue
        ended = clock.date_of(last_at) if last_at else None
        found.append(Kept(item_id, supplier_id, begun, planned, ended))
    return found


def _made(item_ids: Collection[int], since: dt.date, today: dt.date) -> list[Kept]:
    ended = Q(state=WorkOrder.State.DONE, ended_at__isnull=False)
    due = WorkOrder.objects.filter(
        ended | Q(state__in=WorkOrder.OPEN), due_on__gte=since, due_on__lt=today
    )
    fields = ("item_id", "starts_on", "due_on", "ended_at")
    own = due.filter(item_id__in=item_ids).order_by("-pk").values_list(*fields)[:MOST_ROWS]
    rest = due.exclude(item_id__in=item_ids).order_by("-pk").values_list(*fields)[:MOST_ROWS]
    return [
        Kept(item_id, None, start, due_on, clock.date_of(end) if end else None)
        for item_id, start, due_on, end in [*own, *rest][:MOST_ROWS]
    ]
