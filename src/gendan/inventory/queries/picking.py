"""Suggestions for the store: into which bins, and from which ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from gendan.catalog.models import Item
from gendan.engine.storing import NEVER, Bin, Pick, Pile, PutAway, pick, put_away
from gendan.inventory.models import Balance, Location, Reservation
from gendan.kernel import clock
from gendan.kernel.models import User

NOTHING = Decimal(0)
MOST_SUGGESTED = 500  # of what waits: each looks at every bin
Purpose = Location.Purpose
# Where goods are kept for longer; not where they arrive, leave or wait for a verdict.
KEEPING = frozenset({"", Purpose.STORAGE, Purpose.PICKING})


def put_away_for(item: Item, quantity: Decimal) -> tuple[list[PutAway], Decimal]:
    """Into which bins a quantity of an item may go, and what finds no room: 2 queries."""
    return put_away(_bins(), item.pk, item.family_id, quantity)


def put_away_list(waiting: Sequence[Balance]) -> list[tuple[Balance, PutAway | None, Decimal]]:
    """What waits, a row for each bin it may go to, one after another as if carried: 2 queries.

    Without a bin stands what finds no room, and what waits behind the first `MOST_SUGGESTED`.
    """
    bins = {one.place_id: one for one in _bins()}
    rows: list[tuple[Balance, PutAway | None, Decimal]] = []
    for one in waiting[:MOST_SUGGESTED]:
        chosen, left = put_away(list(bins.values()), one.item_id, one.item.family_id, one.on_hand)
        for part in chosen:
            bin_ = bins[part.place_id]
            bins[part.place_id] = replace(
                bin_, filled=bin_.filled + part.quantity, item_ids=bin_.item_ids | {one.item_id}
            )
            rows.append((one, part, part.quantity))
        if left > 0:
            rows.append((one, None, left))
    return rows + [(one, None, one.on_hand) for one in waiting[MOST_SUGGESTED:]]


def _bins() -> list[Bin]:
    """The bins in which goods are kept, with what lies there: 2 queries."""
    places = _places()
    parents = {one.parent_id for one in places.values()}
    contents: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = Balance.objects.filter(location__kind=Location.Kind.STORE, on_hand__gt=0)
    for place_id, item_id, on_hand in rows.values_list("location_id", "item_id").annotate(
        Sum("on_hand")
    ):
        contents[place_id][item_id] = on_hand
    return [
        Bin(
            place_id=one.pk,
            walk=walk_of(one),
            family_id=_inherited(one, places, "family_id"),
            capacity=one.capacity,
            filled=sum(contents[one.pk].values(), NOTHING),
            item_ids=frozenset(contents[one.pk]),
        )
        for one in places.values()
        if one.pk not in parents
        and one.kind == Location.Kind.STORE
        and (_inherited(one, places, "purpose") or "") in KEEPING
    ]


def picks_for(
    item: Item, quantity: Decimal, demand: str = "", *, by_expiry: bool = True
) -> tuple[list[Pick], Decimal]:
    """From where to take a quantity, first what is kept for the demand; and what is lacking.

    What others keep, what has expired and what is on hold is never suggested. 2 queries.
    """
    balances = list(
        Balance.objects.filter(
            item=item, on_hand__gt=0, location__kind__in=[Location.Kind.STORE]
        ).select_related("location", "lot")
    )
    mine = dict(
        Reservation.objects.filter(
            demand=demand, balance_id__in=[one.pk for one in balances]
        ).values_list("balance_id", "quantity")
        if demand
        else []
    )
    today = clock.today().toordinal()
    own = [_pile(one, mine[one.pk]) for one in balances if one.pk in mine]
    kept, left = pick(own, quantity, today, by_expiry=by_expiry)
    free = [_pile(one, one.on_hand - one.reserved) for one in balances]
    more, lacking = pick(free, left, today, by_expiry=by_expiry) if left > 0 else ([], NOTHING)
    return [*kept, *more], lacking


def waiting_to_be_put_away(user: User) -> "QuerySet[Balance]":
    """What lies in places of receiving."""
    places = _places()
    ids = [
        one.pk for one in places.values() if _inherited(one, places, "purpose") == Purpose.RECEIVING
    ]
    rows = Balance.objects.visible_to(user).filter(location_id__in=ids, on_hand__gt=0)
    return rows.select_related("item__unit", "location", "lot").order_by("since", "pk")


def walk_of(place: Location) -> tuple[int, str]:
    """Where a bin stands on the way through the warehouse."""
    return place.sequence, place.code


def places_under(place_id: int) -> set[int]:
    """A place and all places inside it: one query."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent_id in Location.objects.values_list("pk", "parent_id"):
        children[parent_id].append(pk)
    found, waiting = set(), [place_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children[one]
    return found


def _places() -> dict[int, Location]:
    rows = Location.objects.filter(is_active=True, kind__in=Location.OWN)
    return {one.pk: one for one in rows}


def _inherited(one: Location, places: dict[int, Location], name: str) -> Any:
    """A place's own value, else that of the nearest place around it that has one."""
    place: Location | None = one
    while place is not None:
        if value := getattr(place, name):
            return value
        place = places.get(place.parent_id or 0)
    return None


def _pile(one: Balance, free: Decimal) -> Pile:
    lot = one.lot
    came = clock.date_of(one.since) if one.since else clock.today()
    made = lot.made_on if lot and lot.made_on else came
    return Pile(
        balance_id=one.pk,
        place_id=one.location_id,
        lot_id=one.lot_id,
        walk=walk_of(one.location),
        free=free,
        came=made.toordinal(),
        expires=lot.expires_on.toordinal() if lot and lot.expires_on else NEVER,
    )
