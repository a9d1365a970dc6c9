"""Who supplies what a promise needs: approved sources with their days, lots and prices."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gendan.catalog.queries import calendar, exchange_rates
from gendan.engine.calendars import WorkCalendar
from gendan.engine.promise import Offer
from gendan.kernel import clock
from gendan.sourcing.lead_times import own_days
from gendan.sourcing.models import Source
from gendan.sourcing.queries import (
    SourceOffer,
    arrival_on,
    calendars_of,
    may_buy_from_many,
    sources_of,
)


@dataclass(frozen=True, slots=True)
class Suppliers:
    """`offers`: by item id, the first to be asked first. `nobody`: items whose sources are all
    blocked or may not be bought from; `unknown`: those nobody has written a source of, where
    others have one. `nominated`: by customer id and item id the offers in the order they are asked
    for a customer who has nominated somebody, where it is another than for all.
    """

    offers: dict[int, tuple[Offer, ...]]
    nobody: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    nominated: Mapping[int, Mapping[int, tuple[Offer, ...]]] = field(default_factory=dict)


def suppliers_of(item_ids: Collection[int]) -> Suppliers:
    """Who may supply these items today (2 queries, 10 with sources)."""
    today = clock.today()
    every = sources_of(item_ids, on=today, and_blocked=True)
    # Who only told us a price says nothing about who may be asked.
    asked = {
        item_id: [one for one in rows if one.status != Source.Status.PROSPECT]
        for item_id, rows in every.items()
    }
    found = {item_id: rows for item_id, rows in asked.items() if rows}
    if not found:
        return Suppliers({})
    ids = {one.supplier_id for offers in found.values() for one in offers}
    may = {pk for pk, verdict in may_buy_from_many(ids, today).items() if verdict.may}
    calendars, own = calendars_of(ids), calendar(None)
    rates = exchange_rates({one.currency for offers in found.values() for one in offers}, today)
    offers: dict[int, tuple[Offer, ...]] = {}
    nominated: dict[int, dict[int, tuple[Offer, ...]]] = defaultdict(dict)
    for item_id, rows in found.items():
        usable = [
            one for one in rows if one.status != Source.Status.BLOCKED and one.supplier_id in may
        ]
        known = [(_offer(one, today, calendars, own, rates), one.nominated_by_id) for one in usable]
        offers[item_id] = tuple(offer for offer, _by in known)
        for customer in {by for _offer, by in known if by is not None}:
            first = sorted(known, key=lambda one: one[1] != customer)
            nominated[customer][item_id] = tuple(offer for offer, _by in first)
    return Suppliers(
        offers,
        frozenset(item_id for item_id, there in offers.items() if not there),
        frozenset(set(item_ids) - set(found)),
        nominated,
    )


def _offer(
    one: SourceOffer,
    today: dt.date,
    calendars: Mapping[int, WorkCalendar],
    own: WorkCalendar,
    rates: Mapping[str, Decimal],
) -> Offer:
    rate = rates.get(one.currency)
    return Offer(
        name=one.name,
        lead_days=own_days(today, arrival_on(one, today, calendars), own),
        minimum=one.minimum,
        multiple=one.multiple,
        breaks=() if rate is None else tuple((start, price * rate) for start, price in one.breaks),
    )
