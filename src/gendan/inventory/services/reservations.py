"""Inner verbs for the rooms above: keep goods for a demand, let them go, ship them.

A demand is the name of what needs the goods, as the journal writes it: "orders.line:12".
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.inventory.events import (
    MOST_NAMED,
    ReservationsReleased,
    StockReserved,
    StockShipped,
)
from gendan.inventory.models import Balance, Location, Move, Reservation
from gendan.inventory.services.book import Book, NotEnoughStock, Posting, post
from gendan.inventory.services.moves import record_moves
from gendan.inventory.services.places import far_sides
from gendan.kernel import clock, journal
from gendan.kernel.journal import Fact
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_REFERRED
from gendan.kernel.service import service

Demand = tuple[str, int, Decimal]  # demand, item id, quantity in the item's own unit


class Kept(NamedTuple):
    """What was kept once for a demand: of which balance, of which item, how much."""

    balance_id: int
    demand: str
    item_id: int
    quantity: Decimal


NOTHING = Decimal(0)


@service
def reserve(
    *, demands: Sequence[Demand], take_what_is_there: bool = False, by: User | None
) -> dict[str, Decimal]:
    """Keep goods of the stores for demands, what expires first first; returns what is newly kept.

    Refused as a whole when something is lacking, unless `take_what_is_there`. The quantities come
    on top of what the demands have already. 5 queries, whatever the number of demands.
    """
    _refuse_nonsense(demands)
    if not demands:
        return {}
    book = Book.open(item_id for _demand, item_id, _quantity in demands)
    kept: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    taken: dict[str, Decimal] = {}
    lacking: dict[int, Decimal] = defaultdict(Decimal)
    for demand, item_id, quantity in demands:
        left = quantity
        for balance in book.stores(item_id):
            part = min(left, balance.on_hand - balance.reserved)
            if part > 0:
                place = (balance.item_id, balance.lot_id, balance.location_id)
                book.change(place, reserved=part)
                kept[balance.pk, demand] += part
                left -= part
        if left > 0:
            lacking[item_id] += left
        if left < quantity:
            taken[demand] = taken.get(demand, NOTHING) + quantity - left
    if lacking and not take_what_is_there:
        _refuse_lacking(lacking)
    if not taken:
        return {}
    add_reservations(kept, by)
    book.close()
    _record(StockReserved, taken, [item_id for _d, item_id, _q in demands], by)
    return taken


@service
def reserve_again(
    *, wanted: Sequence[Kept], limits: Mapping[str, Decimal], by: User | None
) -> dict[str, Decimal]:
    """Keep again what was kept once, in the same places as far as it lies free, else elsewhere.

    On top of what the demands have meanwhile, but not beyond `limits`; what is no longer there is
    left out. Returns what is newly kept.
    """
    held: dict[tuple[int, str], Decimal] = {}
    room = dict(limits)
    for pk, demand, quantity in Reservation.objects.filter(
        demand__in={one.demand for one in wanted}
    ).values_list("balance_id", "demand", "quantity"):
        held[pk, demand] = quantity
        room[demand] -= quantity
    missing = [
        one._replace(quantity=one.quantity - held.get((one.balance_id, one.demand), NOTHING))
        for one in wanted
    ]
    missing = [one for one in missing if one.quantity > 0 and room[one.demand] > 0]
    if not missing:
        return {}
    book = Book.open({one.item_id for one in missing})
    kept: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for is_same in (True, False):
        left = []
        for one in missing:
            rest = min(one.quantity, room[one.demand])
            for balance in book.stores(one.item_id):
                part = min(rest, balance.on_hand - balance.reserved)
                if part <= 0 or (balance.pk == one.balance_id) is not is_same:
                    continue
                book.change((balance.item_id, balance.lot_id, balance.location_id), reserved=part)
                kept[balance.pk, one.demand] += part
                taken[one.demand] += part
                room[one.demand] -= part
                rest -= part
            left.append(one._replace(quantity=rest))
        missing = left
    if taken:
        add_reservations(kept, by)
        book.close()
        _record(StockReserved, taken, sorted({one.item_id for one in wanted}), by)
    return dict(taken)


@service
def lower_reservations(*, limits: Mapping[str, Decimal], by: User | None) -> dict[str, Decimal]:
    """Let go what is kept for each demand beyond its limit; returns how much of each.

    What expires last goes first. 2 queries where nothing is too much.
    """
    held = Reservation.objects.filter(demand__in=list(limits))
    kept: dict[str, Decimal] = defaultdict(Decimal)
    for demand, quantity in held.values_list("demand", "quantity"):
        kept[demand] += quantity
    too_much = [demand for demand, quantity in kept.items() if quantity > limits[demand]]
    if not too_much:
        return {}
    held = held.filter(demand__in=too_much)
    book = Book.open(set(held.values_list("balance__item_id", flat=True)))
    by_demand = _held(book, too_much)
    freed: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[int, Decimal] = {}
    item_ids: set[int] = set()
    for demand, rows in by_demand.items():
        surplus = sum((row.quantity for row in rows.values()), NOTHING) - limits[demand]
        for balance in _last_first(book, rows):
            part = min(surplus, rows[balance.pk].quantity)
            if part <= 0:
                break
            used[rows[balance.pk].pk] = part
            book.change((balance.item_id, balance.lot_id, balance.location_id), reserved=-part)
            freed[demand] += part
            item_ids.add(balance.item_id)
            surplus -= part
    _use_up(by_demand, used)
    book.close()
    if freed:
        _record(ReservationsReleased, freed, sorted(item_ids), by)
    return dict(freed)


def _last_first(book: Book, rows: Mapping[int, Reservation]) -> list[Balance]:
    """The balances of a demand's reservations, what would be taken last first."""
    held = [one for one in book.balances.values() if one.pk in rows]
    rank = {
        one.pk: place
        for item in {one.item_id for one in held}
        for place, one in enumerate(book.stores(item))
    }
    return sorted(held, key=lambda one: rank.get(one.pk, len(rank)), reverse=True)


@service
def release_reservations(*, demands: Sequence[str], by: User | None) -> dict[str, Decimal]:
    """Let go what is kept for the demands; returns how much of each, nothing kept is left out."""
    held = Reservation.objects.filter(demand__in=list(demands))
    item_ids = set(held.values_list("balance__item_id", flat=True))
    if not item_ids:
        return {}
    book = Book.open(item_ids)
    by_balance = {balance.pk: place for place, balance in book.balances.items()}
    released: dict[str, Decimal] = defaultdict(Decimal)
    # Read again behind the lock: what somebody else has changed meanwhile counts.
    rows = list(held.filter(balance_id__in=by_balance))
    for row in rows:
        book.change(by_balance[row.balance_id], reserved=-row.quantity)
        released[row.demand] += row.quantity
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    book.close()
    if released:
        _record(ReservationsReleased, released, sorted(item_ids), by)
    return dict(released)


@service
def ship_from_stock(*, shipments: Sequence[Demand], about: str = "", by: User | None) -> list[Move]:
    """Move goods from the stores to the customers: first what is kept for the demand, then what is
    free; refused as a whole when it is not there."""
    moves, shipped = _take(shipments, Location.Kind.CUSTOMER, about, by)
    if moves:
        items = [item_id for _demand, item_id, _quantity in shipments]
        _record(StockShipped, shipped, items, by, [about] if ":" in about else [])
    return moves


@service
def issue_from_stock(*, issues: Sequence[Demand], about: str, by: User | None) -> list[Move]:
    """Move goods from the stores to production: first what is kept for the demand, then what is
    free; refused as a whole when it is not there. What expires first goes first."""
    moves, _taken = _take(issues, Location.Kind.PRODUCTION, about, by)
    if moves:
        record_moves(moves, by=by)
    return moves


def _take(
    shipments: Sequence[Demand], kind: Location.Kind, about: str, by: User | None
) -> tuple[list[Move], dict[str, Decimal]]:
    """Move goods from the stores to a far side; returns the moves and how much for each demand."""
    _refuse_nonsense(shipments)
    if not shipments:
        return [], {}
    item_ids = sorted({item_id for _demand, item_id, _quantity in shipments})
    far_side = far_sides([kind])[kind]
    book = Book.open(item_ids)
    held = _held(book, [demand for demand, _item, _quantity in shipments])
    postings: list[Posting] = []
    shipped: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[int, Decimal] = defaultdict(Decimal)  # reservation id → quantity
    lacking: dict[int, Decimal] = defaultdict(Decimal)
    gone: dict[int, Decimal] = defaultdict(Decimal)  # balance id → leaving with this call
    for demand, item_id, quantity in shipments:
        left = quantity
        for balance, reservation, part in _sources(book, item_id, held.get(demand, {}), used, gone):
            part = min(left, part)
            if part <= 0:
                continue
            if reservation is not None:
                used[reservation.pk] += part
                place = (balance.item_id, balance.lot_id, balance.location_id)
                book.change(place, reserved=-part)
            gone[balance.pk] += part
            postings.append(
                Posting(
                    item_id=item_id,
                    lot_id=balance.lot_id,
                    source_id=balance.location_id,
                    target_id=far_side.pk,
                    quantity=part,
                    about=about or demand,
                )
            )
            left -= part
        shipped[demand] += quantity
        if left > 0:
            lacking[item_id] += left
    if lacking:
        _refuse_lacking(lacking)
    _use_up(held, used)
    return post(postings, by=by, book=book), dict(shipped)


def _sources(
    book: Book,
    item_id: int,
    held: Mapping[int, Reservation],
    used: Mapping[int, Decimal],
    gone: Mapping[int, Decimal],
) -> list[tuple[Balance, Reservation | None, Decimal]]:
    """Where a shipment may take from: its own reservations, then what is free.

    `gone` leaves the on-hand quantity only when posted, while `reserved` has fallen already.
    """
    stores = book.stores(item_id)
    own = [
        (one, held[one.pk], held[one.pk].quantity - used.get(held[one.pk].pk, NOTHING))
        for one in stores
        if one.pk in held
    ]
    free = [
        (
            one,
            None,
            one.on_hand - gone.get(one.pk, NOTHING) - one.reserved,
        )
        for one in stores
    ]
    return [*own, *free]


def _held(book: Book, demands: Sequence[str]) -> dict[str, dict[int, Reservation]]:
    """Reservations by demand and balance: one query."""
    found: dict[str, dict[int, Reservation]] = defaultdict(dict)
    ids = [one.pk for one in book.balances.values()]
    for row in Reservation.objects.filter(demand__in=set(demands), balance_id__in=ids):
        found[row.demand][row.balance_id] = row
    return found


def _use_up(held: Mapping[str, Mapping[int, Reservation]], used: Mapping[int, Decimal]) -> None:
    """Lower the reservations by what is shipped of them; those used up go: 2 queries at most."""
    finished: list[Reservation] = []
    lowered: list[Reservation] = []
    for of_demand in held.values():
        for row in of_demand.values():
            if row.pk not in used:
                continue
            row.quantity -= used[row.pk]
            (lowered if row.quantity > 0 else finished).append(row)
    if finished:
        Reservation.objects.filter(pk__in=[row.pk for row in finished]).delete()
    if lowered:
        Reservation.objects.bulk_create(
            lowered, update_conflicts=True, unique_fields=["id"], update_fields=["quantity"]
        )


def add_reservations(kept: Mapping[tuple[int, str], Decimal], by: User | None) -> None:
    """Write what is newly kept on top of what is kept already: 2 queries."""
    standing = {
        (row.balance_id, row.demand): row.quantity
        for row in Reservation.objects.filter(
            balance_id__in={pk for pk, _demand in kept}, demand__in={demand for _pk, demand in kept}
        )
    }
    moment = clock.now()
    Reservation.objects.bulk_create(
        (
            Reservation(
                balance_id=pk,
                demand=demand,
                quantity=quantity + standing.get((pk, demand), NOTHING),
                at=moment,
                by=by,
            )
            for (pk, demand), quantity in sorted(kept.items())
        ),
        update_conflicts=True,
        unique_fields=["balance", "demand"],
        update_fields=["quantity", "at", "by"],
    )


def _refuse_nonsense(demands: Sequence[Demand]) -> None:
    if any(quantity <= 0 for _demand, _item, quantity in demands):
        raise ValueError("a demand is more than zero")


def _refuse_lacking(lacking: Mapping[int, Decimal]) -> None:
    codes = dict(Item.objects.filter(pk__in=lacking).values_list("pk", "code"))
    parts = [
        _("%(quantity)s of %(item)s")
        % {"quantity": f"{quantity.normalize():f}", "item": codes.get(pk, pk)}
        for pk, quantity in sorted(lacking.items())
    ]
    raise NotEnoughStock(
        _("There is not enough free stock; lacking: %s.") % "; ".join(parts[:10]),
        item_ids=sorted(lacking),
    )


def _record(
    fact: type[StockReserved] | type[ReservationsReleased] | type[StockShipped],
    quantities: Mapping[str, Decimal],
    item_ids: Sequence[int],
    by: User | None,
    papers: Sequence[str] = (),
) -> None:
    few = len(quantities) <= MOST_NAMED
    entry: Fact = fact(
        quantities={key: f"{one.normalize():f}" for key, one in quantities.items()} if few else {},
        item_ids=sorted(set(item_ids)) if few else [],
    )
    about = [*papers, *quantities]
    journal.record(entry, about=["inventory", *about[:MOST_REFERRED]], by=by)
