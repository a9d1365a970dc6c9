"""What must always be true of the ledger; each broken rule is told in a sentence."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F, Q, Sum

from gendan.catalog.models import Item
from gendan.inventory.models import (
    Balance,
    Count,
    CountLine,
    ExpectedSupply,
    ItemValue,
    Lot,
    Move,
    Reservation,
    ValueEntry,
)

MOST_TOLD = 20
Place = tuple[int, int | None, int]


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 15 queries."""
    return [
        *_all_sums_are_zero(),
        *_balances_follow_the_moves(),
        *_reserved_is_what_is_reserved(),
        *_nothing_is_negative(),
        *_serials_are_in_one_place(),
        *_expected_is_open_until_it_is_there(),
        *_values_follow_the_moves(),
        *_posted_lines_are_in_the_ledger(),
        *_ended_counts_count_no_more(),
    ]


def _all_sums_are_zero() -> list[str]:
    rows = Balance.objects.values_list("item_id", "lot_id").annotate(whole=Sum("on_hand"))
    wrong = rows.exclude(whole=0)[:MOST_TOLD]
    return [f"item {item}, lot {lot}: all balances sum to {whole}" for item, lot, whole in wrong]


def _balances_follow_the_moves() -> list[str]:
    moved: dict[Place, Decimal] = defaultdict(Decimal)
    for side, sign in (("target_id", 1), ("source_id", -1)):
        rows = Move.objects.values_list("item_id", "lot_id", side).annotate(Sum("quantity"))
        for item_id, lot_id, place_id, quantity in rows:
            moved[item_id, lot_id, place_id] += sign * quantity
    held: dict[Place, Decimal] = {
        (item_id, lot_id, place_id): on_hand
        for item_id, lot_id, place_id, on_hand in Balance.objects.values_list(
            "item_id", "lot_id", "location_id", "on_hand"
        )
    }
    nothing = Decimal(0)
    wrong = [
        f"item {item}, lot {lot}, location {place}: the balance is {held.get((item, lot, place))}, "
        f"the moves give {moved.get((item, lot, place), nothing)}"
        for item, lot, place in moved.keys() | held.keys()
        if held.get((item, lot, place), nothing) != moved.get((item, lot, place), nothing)
    ]
    return wrong[:MOST_TOLD]


def _reserved_is_what_is_reserved() -> list[str]:
    kept = dict(Reservation.objects.values_list("balance_id").annotate(Sum("quantity")))
    noted = dict(Balance.objects.exclude(reserved=0).values_list("pk", "reserved"))
    wrong = [
        f"balance {pk}: {noted.get(pk, 0)} is noted as reserved, its reservations are "
        f"{kept.get(pk, 0)}"
        for pk in kept.keys() | noted.keys()
        if kept.get(pk, 0) != noted.get(pk, 0)
    ]
    return wrong[:MOST_TOLD]


def _nothing_is_negative() -> list[str]:
    wrong = Balance.objects.filter(
        Q(is_own=True, on_hand__lt=0)
        | Q(reserved__lt=0)
        | Q(is_own=True, reserved__gt=F("on_hand"))
    )
    return [
        f"balance {one.pk} of item {one.item_id}: {one.on_hand} on hand, {one.reserved} reserved"
        for one in wrong[:MOST_TOLD]
    ]


def _serials_are_in_one_place() -> list[str]:
    serials = Lot.objects.filter(item__traced=Item.Traced.SERIAL)
    rows = Balance.objects.filter(lot__in=serials, is_own=True).values_list("lot__code")
    wrong = rows.annotate(whole=Sum("on_hand")).filter(whole__gt=1)[:MOST_TOLD]
    return [f"serial number {code}: {whole} are in stock" for code, whole in wrong]


def _expected_is_open_until_it_is_there() -> list[str]:
    wrong = ExpectedSupply.objects.filter(is_open=True, received__gte=F("quantity"))[:MOST_TOLD]
    return [f"expected supply {one.pk} is open although everything arrived" for one in wrong]


def _values_follow_the_moves() -> list[str]:
    """The value of an item: of all that is ours, and the sum of its entries; never below zero."""
    own = Balance.objects.filter(is_own=True).order_by().values_list("item_id")
    held = dict(own.annotate(whole=Sum("on_hand")).exclude(whole=0))
    sums = ValueEntry.objects.order_by().values_list("item_id")
    entered = {
        pk: (quantity, value)
        for pk, quantity, value in sums.annotate(Sum("quantity"), Sum("value"))
    }
    states = {
        pk: (quantity, value)
        for pk, quantity, value in ItemValue.objects.values_list("item_id", "quantity", "value")
    }
    nothing = (Decimal(0), Decimal(0))
    wrong = []
    for pk in sorted(held.keys() | entered.keys() | states.keys()):
        quantity, value = states.get(pk, nothing)
        if quantity != held.get(pk, 0):
            wrong.append(f"item {pk}: {quantity} is valued, {held.get(pk, 0)} are ours")
        if (quantity, value) != entered.get(pk, nothing):
            wrong.append(f"item {pk}: worth {value} for {quantity}, entered {entered.get(pk)}")
        if value < 0 or (not quantity and value):
            wrong.append(f"item {pk}: {quantity} are worth {value}")
    return wrong[:MOST_TOLD]


def _posted_lines_are_in_the_ledger() -> list[str]:
    """A posted variance has its move, of exactly that quantity."""
    lines = CountLine.objects.filter(state=CountLine.State.POSTED).exclude(counted=F("book"))
    wrong = lines.annotate(gap=F("counted") - F("book")).exclude(
        Q(move__quantity=F("gap")) | Q(move__quantity=-F("gap"))
    )
    return [f"count line {one.pk}: its variance is not in the ledger" for one in wrong[:MOST_TOLD]]


def _ended_counts_count_no_more() -> list[str]:
    wrong = CountLine.objects.filter(is_open=True).exclude(count__state=Count.State.OPEN)
    return [f"count line {one.pk} is open in a count that has ended" for one in wrong[:MOST_TOLD]]
