"""Questions asked of the inventory by other rooms: what is there, free, kept and coming."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from gendan.inventory.models import Balance, ExpectedSupply, Location, Reservation
from gendan.kernel import clock
from gendan.kernel.models import User

NOTHING = Decimal(0)
EXPIRED = "expired"
_STORE = Location.Kind.STORE


@dataclass(frozen=True)
class Incoming:
    """Expected goods that are still to come; `due_on` is as said, perhaps already past."""

    expected_id: int
    due_on: dt.date
    quantity: Decimal
    reference: str
    demand: str


@dataclass(frozen=True)
class Availability:
    """What there is of an item: in the stores, kept for others, on quality hold, and coming.

    What has expired and what lies at suppliers' is not in `on_hand`. `incoming` rises by date; what
    is overdue is counted as coming `today`, not in the past.
    """

    item_id: int
    today: dt.date
    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    on_hold: Decimal = NOTHING
    incoming: tuple[Incoming, ...] = field(default=())
    expired: Decimal = NOTHING  # in the stores, but past its day
    outside: Decimal = NOTHING  # ours, at suppliers'

    @property
    def free(self) -> Decimal:
        """What lies in the stores and is kept for nobody."""
        return self.on_hand - self.reserved

    def incoming_until(self, day: dt.date, demand: str = "") -> Decimal:
        """What comes until a day: for everybody, or meant for this demand."""
        return sum(
            (
                one.quantity
                for one in self.incoming
                if max(one.due_on, self.today) <= day and one.demand in ("", demand)
            ),
            NOTHING,
        )

    def available_on(self, day: dt.date, demand: str = "") -> Decimal:
        """What is free now plus what comes until that day."""
        return self.free + self.incoming_until(day, demand)

    def earliest(self, quantity: Decimal, demand: str = "") -> dt.date | None:
        """The first day on which so much is available; None if what is coming is not enough."""
        left = quantity - self.free
        if left <= 0:
            return self.today
        for one in self.incoming:
            if one.demand in ("", demand):
                left -= one.quantity
                if left <= 0:
                    return max(one.due_on, self.today)
        return None


def availability(item_ids: Iterable[int], on: dt.date | None = None) -> dict[int, Availability]:
    """What there is of each item: 2 queries. `on` is the day that counts as today."""
    ids = set(item_ids)
    today = on or clock.today()
    sums = _stock_sums(today, Balance.objects.filter(item_id__in=ids))
    incoming: dict[int, list[Incoming]] = defaultdict(list)
    open_ones = ExpectedSupply.objects.filter(item_id__in=ids, is_open=True)
    for pk, item_id, due_on, quantity, received, reference, demand in open_ones.order_by(
        "due_on", "pk"
    ).values_list("pk", "item_id", "due_on", "quantity", "received", "reference", "demand"):
        if quantity > received:
            incoming[item_id].append(Incoming(pk, due_on, quantity - received, reference, demand))
    empty = (NOTHING, NOTHING)
    return {
        item_id: Availability(
            item_id=item_id,
            today=today,
            on_hand=sums.get((item_id, Location.Kind.STORE), empty)[0],
            reserved=sums.get((item_id, Location.Kind.STORE), empty)[1],
            on_hold=sums.get((item_id, Location.Kind.QUALITY), empty)[0],
            expired=sums.get((item_id, EXPIRED), empty)[0],
            outside=sums.get((item_id, Location.Kind.OUTSIDE), empty)[0],
            incoming=tuple(incoming.get(item_id, ())),
        )
        for item_id in ids
    }


def free_stock(on: dt.date | None = None) -> dict[int, Decimal]:
    """What of each item lies in the stores, is fit for use and kept for nobody: 1 query.

    The same as `availability(…)[item].free`, of every item; items of which there is nothing are
    left out.
    """
    sums = _stock_sums(on or clock.today(), Balance.objects.filter(location__kind=_STORE))
    return {
        item_id: on_hand - reserved
        for (item_id, kind), (on_hand, reserved) in sums.items()
        if kind == _STORE
    }


def _stock_sums(
    today: dt.date, balances: "QuerySet[Balance]"
) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
    """(on hand, reserved) of our own goods by item and kind of place; what lies in a store and has
    expired is EXPIRED. 1 query."""
    sums: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    rows = balances.filter(is_own=True).exclude(on_hand=0)
    for item_id, kind, is_expired, on_hand, reserved in (
        rows.annotate(is_expired=Q(lot__isnull=False, lot__expires_on__lt=today))
        .values_list("item_id", "location__kind", "is_expired")
        .annotate(Sum("on_hand"), Sum("reserved"))
    ):
        key = (item_id, EXPIRED if is_expired and kind == _STORE else kind)
        before = sums.get(key, (NOTHING, NOTHING))
        sums[key] = (before[0] + on_hand, before[1] + reserved)
    return sums


def reserved_for(demands: Iterable[str]) -> dict[str, Decimal]:
    """What is kept for each demand ("orders.line:12"): one query; nothing kept is left out."""
    rows = Reservation.objects.filter(demand__in=list(demands)).values_list("demand")
    return dict(rows.annotate(Sum("quantity")))


def expected_for(demands: Iterable[str]) -> dict[str, list[Incoming]]:
    """What is still to come for each demand alone, by rising date: one query."""
    found: dict[str, list[Incoming]] = defaultdict(list)
    rows = ExpectedSupply.objects.filter(demand__in=list(demands), is_open=True)
    for one in rows.order_by("due_on", "pk"):
        if one.quantity > one.received:
            left = one.quantity - one.received
            found[one.demand].append(Incoming(one.pk, one.due_on, left, one.reference, one.demand))
    return dict(found)


def arrivals_for(user: User, since: dt.date, limit: int) -> list[ExpectedSupply]:
    """Goods still to come, due from a day on, the earliest first, for those who see stock."""
    rows = ExpectedSupply.objects.visible_to(user).filter(is_open=True, due_on__gte=since)
    return list(rows.select_related("item__unit").order_by("due_on", "pk")[:limit])
