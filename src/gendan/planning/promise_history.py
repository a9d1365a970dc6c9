"""How long things really took against what was planned: what the odds of a promise rest on.

Bought: from the day goods were first expected to the day the last of them came. Planned is the due
day; where it was changed in between, the item's lead time, as a due day that was moved along says
nothing. Made: from the start of a work order to its end. Whatever is younger than two years counts,
the newest MOST_ROWS rows at most.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.engine.promise.odds import LEAST_SEEN, Spread
from gendan.engine.promise.scene import Scene
from gendan.engine.promise.search import Need
from gendan.kernel import clock
from gendan.production.models import WorkOrder

MOST_ROWS = 400
DAYS = 730
LARGEST = 5.0  # a ratio beyond it is a mistake in the books, not a duration
_ASSUMED = Spread()

_BOUGHT = """
WITH closed AS (
  SELECT e.id, e.item_id, e.due_on, i.lead_days
  FROM inventory_expectedsupply e JOIN catalog_item i ON i.id = e.item_id
  WHERE NOT e.is_open AND e.received >= e.quantity AND e.due_on >= %(since)s
    AND NOT EXISTS (SELECT 1 FROM production_workorder w WHERE w.expected_id = e.id)
  ORDER BY e.item_id = ANY(%(items)s) DESC, e.id DESC LIMIT %(most)s
)
SELECT closed.item_id, closed.due_on, closed.lead_days, said.first_at, said.times, came.last_at
FROM closed,
LATERAL (SELECT min(j.at) AS first_at, count(*) AS times FROM kernel_entry j
  WHERE j.about @> ARRAY['inventory.expectedsupply:' || closed.id]::varchar[]
    AND j.fact = 'SuppliesExpected') said,
LATERAL (SELECT max(j.at) AS last_at FROM kernel_entry j
  WHERE j.about @> ARRAY['inventory.expectedsupply:' || closed.id]::varchar[]
    AND j.fact = 'SuppliesReceived') came
WHERE said.first_at IS NOT NULL AND came.last_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class History:
    """Ratios of real to planned durations, by item id and of all items together."""

    bought: dict[int, list[float]] = field(default_factory=dict)
    made: dict[int, list[float]] = field(default_factory=dict)

    def spread(self, item_id: int, *, is_bought: bool) -> Spread:
        """That of the item; with too few, of all that is bought (made); else the assumed one."""
        kind = self.bought if is_bought else self.made
        own = kind.get(item_id, [])
        every = own if len(own) >= LEAST_SEEN else [one for more in kind.values() for one in more]
        return Spread(tuple(every)) if len(every) >= LEAST_SEEN else _ASSUMED


def history_of(item_ids: Collection[int]) -> History:
    """What is known of these items and of all others (2 queries and the calendar's)."""
    since = clock.today() - dt.timedelta(days=DAYS)
    return History(_bought(item_ids, since), _made(item_ids, since))


def spread_of(scene: Scene, history: History) -> Callable[[Need], Spread]:
    """Which spread a need of a scene has."""
    ids = {row: item_id for item_id, row in scene.items.items()}

    def found(need: Need) -> Spread:
        is_made = need.made > 0 and need.source is None
        return history.spread(ids[need.item], is_bought=not is_made)

    return found


def _bought(item_ids: Collection[int], since: dt.date) -> dict[int, list[float]]:
    values: dict[str, Any] = {"items": list(item_ids), "since": since, "most": MOST_ROWS}
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT, values)
        rows = cursor.fetchall()
    days = calendar(None) if rows else None
    found = []
    for item_id, due_on, lead_days, first_at, times, last_at in rows:
        begun, end = clock.date_of(first_at), due_on
        if times > 1:
            if days is None or not lead_days:
                continue
            try:
                end = days.add_days(begun, lead_days)
            except CalendarEnds:
                continue
        found.append((item_id, begun, end, clock.date_of(last_at)))
    return _ratios(found)


def _made(item_ids: Collection[int], since: dt.date) -> dict[int, list[float]]:
    done = WorkOrder.objects.filter(
        state=WorkOrder.State.DONE, ended_at__isnull=False, due_on__gte=since
    )
    fields = ("item_id", "starts_on", "due_on", "ended_at")
    own = done.filter(item_id__in=item_ids).order_by("-pk").values_list(*fields)[:MOST_ROWS]
    rest = done.exclude(item_id__in=item_ids).order_by("-pk").values_list(*fields)[:MOST_ROWS]
    rows = [*own, *rest][:MOST_ROWS]
    return _ratios((pk, start, due, clock.date_of(end)) for pk, start, due, end in rows if end)


def _ratios(rows: Iterable[tuple[int, dt.date, dt.date, dt.date]]) -> dict[int, list[float]]:
    """By item id, from item, start, planned end and real end; what makes no sense is left out."""
    found: dict[int, list[float]] = defaultdict(list)
    for item_id, begun, planned, real in rows:
        ratio = (real - begun).days / max((planned - begun).days, 1)
        if planned > begun and 0 < ratio <= LARGEST:
            found[item_id].append(ratio)
    return dict(found)
