"""What every promise rests on, read once and kept in this process as long as nothing of it changes.

Kept are the items, work centres and promises of the whole company with the book of what is booked
(`engine.promise.scene.Ground`). Every verb that writes a table it is read from records a fact in
the same transaction, so the journal says whether it still holds. Ids of entries are given before
transactions end, so one with a lower id may be seen later than one with a higher id; the proof that
none was missed has three parts, all of one statement's view (see `_HOLDS`):

- a transaction that began to write after the reading has entries above the last id seen then;
- one that was under way then is written down by its number: once it has ended well, all is stale
  (but for those of other databases of the server and of its own housekeeping);
- one that had taken an id but no number yet (the blink between the two) shows in the count of the
  last entries.

Whoever has written something himself in his transaction reads for himself and keeps nothing.
"""

import datetime as dt
import gc
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.engine.calendars import WorkCalendar
from gendan.engine.promise import ItemFacts, PromiseSnapshot, Standing, Supply
from gendan.engine.promise.scene import Ground, ground_of
from gendan.engine.transit import EX_WORKS, Transit
from gendan.inventory.queries import Availability, availability
from gendan.kernel import clock, journal
from gendan.orders.demands import LINE
from gendan.planning.components import components_below
from gendan.planning.held import VERDICT_DAYS, held_goods
from gendan.planning.net_rules import counted_lots
from gendan.planning.promise_models import PromiseHold
from gendan.planning.promise_suppliers import Suppliers, suppliers_of
from gendan.planning.works import Works, works_of
from gendan.planning.yields import (
    for_good_components,
    for_good_operations,
    good_supplies,
    whole_good_of,
)
from gendan.purchasing.models import PurchaseOrder

# Up to so many items all are read, so that whatever is asked next is there already; else only what
# is promised and asked.
MOST_ITEMS = 20_000

# Rooms that write no table a promise is read from; what they do to orders and goods they do by the
# verbs of those rooms, which record facts of their own.
QUIET_ROOMS = frozenset(
    {"answers", "changes", "contracts", "followup", "intake", "mailroom", "notices", "stocking"}
)
# Facts of other rooms that change nothing of it: a draft holds nothing until it is held.
QUIET_FACTS = frozenset(
    {
        "OrderDrafted", "OrderChecked", "CommentWritten", "FileAttached", "OrderFollowed",
        "OrderUnfollowed", "MerchandiserChanged", "ReviewsAsked", "ReviewsReopened", "ReviewPassed",
        "ReviewObjected", "ReviewWaived", "ReviewRulesSaved", "HoldPlaced", "HoldReleased",
        "PlanAsked", "PlanFinished", "PlanFailed", "PlanCancelled", "PlanEndangersOrder",
        "SignedIn", "SignInFailed", "SignedOut", "TokenMade", "TokenRevoked", "ReactionRetried",
    }
)  # fmt: skip

_NOW = """
WITH seen AS (SELECT coalesce(max(id), 0) AS last FROM kernel_entry)
SELECT seen.last,
  (SELECT count(*) FROM kernel_entry e
   WHERE e.id > seen.last - 1000 AND e.id <= seen.last AND e.fact <> ALL (%(quiet)s)),
  ARRAY(SELECT one FROM pg_snapshot_xip(pg_current_snapshot()) one
    WHERE NOT EXISTS (SELECT FROM pg_stat_activity a
      WHERE a.backend_xid = one::xid AND (a.backend_type <> 'client backend'
        OR a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))))::text[],
  pg_current_xact_id_if_assigned() IS NOT NULL
FROM seen
"""

_HOLDS = """
SELECT pg_current_xact_id_if_assigned() IS NULL
  AND EXISTS (SELECT FROM kernel_entry WHERE id = %(last)s)
  AND NOT EXISTS (
    SELECT FROM unnest(%(open)s::text[]) one
    WHERE coalesce(pg_xact_status(one::xid8), '') NOT IN ('in progress', 'aborted'))
  AND %(loud)s = (SELECT count(*) FROM kernel_entry e
    WHERE e.id > %(last)s - 1000 AND e.id <= %(last)s AND e.fact <> ALL (%(quiet)s))
  AND NOT EXISTS (
    SELECT FROM kernel_entry e
    WHERE e.id > %(last)s AND e.fact <> ALL (%(quiet)s)
      AND NOT (e.fact IN ('OrderEdited', 'OrderPromised') AND EXISTS (
        SELECT FROM orders_order o
        WHERE o.id = (e.data ->> 'order_id')::bigint AND o.state = 'draft'
          AND NOT EXISTS (SELECT FROM planning_promisehold h
            WHERE h.order_id = o.id AND h.released_at IS NULL AND h.until_at > %(now)s))))
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """How the journal stood before the reading: last id, loud ones among the last, who wrote."""

    last: int
    loud: int
    open: tuple[str, ...]
    database: str
    at: dt.datetime
    today: dt.date


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it. `until`: when the next hold of a draft ends by itself.

    `names`: by an order's number the names of what is promised to it. `nominated`: by customer id
    the items that other suppliers are asked first for.
    """

    stamp: Stamp
    until: dt.datetime | None
    calendar: WorkCalendar
    items: Mapping[int, ItemFacts]
    works: Works
    names: Mapping[str, frozenset[str]]
    nominated: Mapping[int, Mapping[int, ItemFacts]]
    ground: Ground


_lock = threading.Lock()
_kept: Kept | None = None


def ground_for(item_ids: Collection[int]) -> Kept:
    """What promises of these items rest on: what is kept if it still holds (1 query), else anew."""
    found = _kept
    if found is not None and _serves(found, item_ids):
        return found
    stamp, has_written = _stamp()
    if has_written:
        return read(item_ids, stamp)
    with _lock:  # one reads, the others wait for it; reading waits for nobody
        return _anew(item_ids)


def _anew(item_ids: Collection[int]) -> Kept:
    global _kept
    found = _kept
    if found is not None and _serves(found, item_ids):
        return found
    _kept = None  # never two of them at a time
    gc.unfreeze()
    stamp, has_written = _stamp()
    found = read(item_ids, stamp)
    if stamp.last and not has_written:
        _kept = found
        # Hundreds of thousands of objects without a cycle among them: no pass of the garbage
        # collector need walk through them, which is what the slowest asks waited for.
        gc.freeze()
    return found


def forget() -> None:
    """Keep nothing: the next ask reads anew."""
    global _kept
    with _lock:
        _kept = None


def _serves(kept: Kept, item_ids: Collection[int]) -> bool:
    """Whether what is kept has these items and still holds."""
    stamp, now = kept.stamp, clock.now()
    if (
        stamp.database != connection.settings_dict["NAME"]
        or stamp.today != clock.today()
        or now < stamp.at
        or (kept.until is not None and now >= kept.until)
        or not kept.items.keys() >= set(item_ids)
    ):
        return False
    values: dict[str, Any] = {
        "last": stamp.last, "loud": stamp.loud, "open": list(stamp.open), "quiet": _quiet(),
        "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, values)
        row = cursor.fetchone()
    return bool(row and row[0])


def _stamp() -> tuple[Stamp, bool]:
    """The stamp of now, and whether this transaction has written something."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"quiet": _quiet()})
        last, loud, under_way, has_written = cursor.fetchone()
    name = str(connection.settings_dict["NAME"])
    return Stamp(last, loud, tuple(under_way), name, clock.now(), clock.today()), has_written


@cache
def _quiet() -> list[str]:
    """The facts that change nothing a promise rests on."""
    rooms = {name: kind.__module__.split(".")[1] for name, kind in journal.FACTS.items()}
    return sorted(QUIET_FACTS | {name for name, room in rooms.items() if room in QUIET_ROOMS})


# Reading ------------------------------------------------------------------------------------


def read(item_ids: Collection[int], stamp: Stamp) -> Kept:
    """Everything from the database, booked anew (some 35 queries, whatever the number of lines)."""
    holds = PromiseHold.objects.filter(released_at__isnull=True, until_at__gt=stamp.at)
    until = holds.order_by("until_at").values_list("until_at", flat=True).first()
    every = list(Item.objects.values_list("pk", flat=True)[: MOST_ITEMS + 1])
    works = works_of(every if len(every) <= MOST_ITEMS else item_ids, components_below)
    ids = {*works.components, *item_ids, *(one.item_id for one in works.standing)}
    ids |= {part.item_id for parts in works.components.values() for part in parts}
    if len(every) <= MOST_ITEMS:
        ids |= set(every)
    suppliers = suppliers_of(ids)
    company = calendar(None)
    items = _items(ids, works, suppliers, _held(stamp.today, company))
    nominated = {
        customer: {pk: replace(items[pk], offers=offers) for pk, offers in rows.items()}
        for customer, rows in suppliers.nominated.items()
    }
    return Kept(
        stamp=stamp,
        until=until,
        calendar=company,
        items=items,
        works=works,
        names=_names(works.standing),
        nominated=nominated,
        ground=ground_of(replace(_shared(stamp.today, company, items, works), nominated=nominated)),
    )


def _shared(
    today: dt.date, company: WorkCalendar, items: dict[int, ItemFacts], works: Works
) -> PromiseSnapshot:
    """A snapshot that asks for nothing."""
    return PromiseSnapshot(
        today=today,
        calendar=company,
        transit=Transit(0, 0, 0),
        basis=EX_WORKS,
        is_together=False,
        items=items,
        demands=(),
        centres=works.centres,
        standing=works.standing,
        load=works.load,
    )


def _names(standing: Collection[Standing]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in standing:
        if one.name.startswith(LINE):
            found[one.order].add(one.name)
    return {number: frozenset(names) for number, names in found.items()}


def _items(
    ids: Collection[int], works: Works, suppliers: Suppliers, held: Mapping[int, list[Supply]]
) -> dict[int, ItemFacts]:
    there = availability(ids)
    called = _with_supplier(there.values())
    rows = Item.objects.filter(pk__in=ids).values_list(
        *("pk", "code", "supply", "lead_days", "lot_rule", "lot_size", "lot_minimum"),
        *("lot_maximum", "yield_percent", "cost", "name_en", "name_zh", "unit__step"),
        named=True,
    )
    return {
        (pk := one.pk): ItemFacts(
            item_id=pk,
            code=one.code,
            supply=one.supply,
            lead_days=one.lead_days,
            free=there[pk].free,
            incoming=(
                *held.get(pk, ()),
                *good_supplies(_incoming(there[pk], called), good := one.yield_percent),
            ),
            components=for_good_components(works.components.get(pk, ()), good),
            operations=for_good_operations(works.operations.get(pk, ()), good),
            cost=one.cost,
            offers=suppliers.offers.get(pk, ()),
            has_no_supplier=pk in suppliers.nobody,
            is_supplier_unknown=pk in suppliers.unknown,
            names=(one.name_en, one.name_zh),
            **_lots(one),
        )
        for one in rows.order_by("pk")
    }


def _lots(item: Any) -> dict[str, Decimal]:
    """Multiple, smallest and largest lot in good pieces; none where as much as needed is made."""
    counted = counted_lots(item) or ()
    names = ("lot_multiple", "lot_minimum", "lot_maximum")
    return {
        name: whole_good_of(one, item.yield_percent, item.unit__step)
        for name, one in zip(names, counted, strict=False)
    }


def _held(today: dt.date, company: WorkCalendar) -> dict[int, list[Supply]]:
    """By item what is here and waits for a verdict, as coming on the day it is taken to be free."""
    found: dict[int, list[Supply]] = defaultdict(list)
    for one, day in held_goods(today, company):
        supply = Supply(day, one.quantity, one.receipt, one.demand, VERDICT_DAYS)
        found[one.item_id].append(supply)
    return found


def _incoming(there: Availability, called: Mapping[str, str]) -> tuple[Supply, ...]:
    return tuple(
        Supply(one.due_on, one.quantity, called.get(one.reference, one.reference), one.demand)
        for one in there.incoming
    )


def _with_supplier(there: Iterable[Availability]) -> dict[str, str]:
    """The purchase orders goods come with, by number, with their suppliers' names. 1 query."""
    numbers = {one.reference for each in there for one in each.incoming}
    rows = PurchaseOrder.objects.filter(number__in=numbers)
    names = rows.values_list("number", "supplier__name")
    return {number: f"{number} ({name})" for number, name in names}
