"""The book of balances: locked in one order, changed together, never below nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Q
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.inventory.models import Balance, Location, Lot, Move
from gendan.inventory.services.valuing import Crossing, TooLarge, value_crossings
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.quantity import LARGEST

Place = tuple[int, int | None, int]  # item, lot, location: the order in which balances are locked


class NotEnoughStock(DomainError):
    """More would be taken than lies there, or than nobody else has reserved."""


class SerialStandsTwice(DomainError):
    """A serial number would be in stock more than once."""


@dataclass(frozen=True)
class Posting:
    """A move to be made, in ids; the quantity in the item's own unit."""

    item_id: int
    lot_id: int | None
    source_id: int
    target_id: int
    quantity: Decimal
    about: str = ""
    reason: str = ""
    reverses_id: int | None = None
    unit_cost: Decimal | None = None  # what one unit cost, where goods become ours


@dataclass
class Book:
    """Locked balances of some items, changed in memory and written once."""

    balances: dict[Place, Balance]
    today: dt.date = field(default_factory=clock.today)
    changed: dict[Place, Balance] = field(default_factory=dict)
    _stores: dict[int, list[Balance]] | None = None  # by item, as they were when first asked for

    @classmethod
    def open(cls, item_ids: Iterable[int], lot_ids: Iterable[int] = ()) -> "Book":
        """Lock what there is of the items, in the order of item, lot, location: one query."""
        rows = (
            Balance.objects.select_for_update(of=("self",))
            .select_related("location", "lot")
            .filter(item_id__in=set(item_ids))
            # Used-up lots need no lock unless they are asked for.
            .filter(Q(lot_id__isnull=True) | Q(lot_id__in=set(lot_ids)) | ~Q(on_hand=0))
            .order_by("item_id", F("lot_id").asc(nulls_first=True), "location_id")
        )
        return cls({(one.item_id, one.lot_id, one.location_id): one for one in rows})

    def ensure(self, places: Iterable[Place]) -> None:
        """Make and lock the balances that do not exist yet: no query if all do, else 3."""
        missing = sorted(set(places) - set(self.balances), key=_order)
        if not missing:
            return
        locations = Location.objects.in_bulk({place[2] for place in missing})
        Balance.objects.bulk_create(
            (
                Balance(
                    item_id=item_id,
                    lot_id=lot_id,
                    location_id=location_id,
                    is_own=locations[location_id].is_own,
                )
                for item_id, lot_id, location_id in missing
            ),
            ignore_conflicts=True,
        )
        rows = Balance.objects.select_for_update(of=("self",)).filter(
            item_id__in={place[0] for place in missing},
            location_id__in={place[2] for place in missing},
        )
        wanted = set(missing)
        for one in rows.select_related("location", "lot").order_by(
            "item_id", F("lot_id").asc(nulls_first=True), "location_id"
        ):
            place = (one.item_id, one.lot_id, one.location_id)
            if place in wanted:
                self.balances[place] = one

    def change(
        self, place: Place, *, on_hand: Decimal = Decimal(0), reserved: Decimal = Decimal(0)
    ) -> None:
        """Add to a balance; what the sum may be is looked at when the book is closed."""
        balance = self.balances[place]
        if on_hand:
            balance.moved_at = clock.now()
            if balance.on_hand <= 0:
                balance.since = balance.moved_at
            balance.on_hand += on_hand
        balance.reserved += reserved
        self.changed[place] = balance

    def stores(self, item_id: int) -> list[Balance]:
        """Where the item lies usable in stores, what expires first first, then what came first."""
        if self._stores is None:
            self._stores = defaultdict(list)
            for one in self.balances.values():
                is_usable = one.lot is None or not one.lot.is_expired_on(self.today)
                is_in_store = one.on_hand > 0 and one.location.kind == Location.Kind.STORE
                if is_in_store and is_usable:
                    self._stores[one.item_id].append(one)
        return sorted(
            self._stores.get(item_id, []),
            key=lambda one: (
                one.lot is None or one.lot.expires_on is None,
                (one.lot and one.lot.expires_on and one.lot.expires_on.toordinal()) or 0,
                one.pk,
            ),
        )

    def close(self) -> None:
        """Write all changes, or refuse them all: one query (3 to name what is lacking)."""
        lacking = [
            one for one in self.changed.values() if one.is_own and one.on_hand < one.reserved
        ]
        if lacking:
            _refuse(lacking)
        if any(abs(one.on_hand) > LARGEST for one in self.changed.values()):
            raise TooLarge(_("So much in one place is too large to be true."))
        if self.changed:
            Balance.objects.bulk_create(
                [self.changed[place] for place in sorted(self.changed, key=_order)],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["on_hand", "reserved", "since", "moved_at"],
            )
        self.changed = {}


def _order(place: Place) -> tuple[int, int, int]:
    return place[0], place[1] or 0, place[2]


def _refuse(lacking: Sequence[Balance]) -> None:
    codes = dict(
        Item.objects.filter(pk__in={one.item_id for one in lacking}).values_list("pk", "code")
    )
    sentences = []
    for one in lacking:
        values = {
            "item": codes[one.item_id],
            "location": one.location.code,
            "lot": f" ({one.lot.code})" if one.lot else "",
            "short": f"{(one.reserved - one.on_hand).normalize():f}",
        }
        if one.on_hand < 0:
            values["short"] = f"{-one.on_hand.normalize():f}"
            sentences.append(
                _("%(item)s%(lot)s: %(short)s more would leave %(location)s than lie there.")
                % values
            )
        else:
            sentences.append(
                _("%(item)s%(lot)s in %(location)s: %(short)s of it are reserved for others.")
                % values
            )
    below = sorted({one.item_id for one in lacking if one.on_hand < 0})
    sentence = " ".join(sentences[:5])
    raise NotEnoughStock(sentence, item_ids=sorted(codes), below_nothing=below)


def post(postings: Sequence[Posting], *, by: User | None, book: Book | None = None) -> list[Move]:
    """Write moves and let balances and values follow: 6 queries, more where goods are new."""
    book = book or Book.open(
        (one.item_id for one in postings), (one.lot_id for one in postings if one.lot_id)
    )
    book.ensure(
        (one.item_id, one.lot_id, location)
        for one in postings
        for location in (one.source_id, one.target_id)
    )
    for one in postings:
        source = book.balances[one.item_id, one.lot_id, one.source_id]
        target = book.balances[one.item_id, one.lot_id, one.target_id]
        # Goods do not get younger by being carried to another bin.
        came = source.since if source.is_own and target.on_hand <= 0 else None
        book.change((one.item_id, one.lot_id, one.source_id), on_hand=-one.quantity)
        book.change((one.item_id, one.lot_id, one.target_id), on_hand=one.quantity)
        target.since = came or target.since
    _refuse_serials_twice(postings, book)
    book.close()
    moment = clock.now()
    moves = Move.objects.bulk_create(
        Move(
            item_id=one.item_id,
            lot_id=one.lot_id,
            source_id=one.source_id,
            target_id=one.target_id,
            quantity=one.quantity,
            at=moment,
            by=by,
            about=one.about,
            reason=one.reason,
            reverses_id=one.reverses_id,
        )
        for one in postings
    )
    value_crossings(_crossings(postings, moves, book), by=by)
    return moves


def _crossings(postings: Sequence[Posting], moves: Sequence[Move], book: Book) -> list[Crossing]:
    """The moves by which goods become ours or leave us."""
    found = []
    for one, move in zip(postings, moves, strict=True):
        source = book.balances[one.item_id, one.lot_id, one.source_id]
        target = book.balances[one.item_id, one.lot_id, one.target_id]
        if source.is_own != target.is_own:
            quantity = one.quantity if target.is_own else -one.quantity
            found.append(Crossing(move, quantity, one.unit_cost))
    return found


def _refuse_serials_twice(postings: Sequence[Posting], book: Book) -> None:
    """A serial number is one thing in one place: at most one of it lies in our own places."""
    lots = {one.lot_id for one in postings if one.lot_id is not None}
    if not lots:
        return
    serials = dict(
        Lot.objects.filter(pk__in=lots, item__traced=Item.Traced.SERIAL).values_list("pk", "code")
    )
    held: dict[int, Decimal] = {}
    for (_item, lot_id, _location), balance in book.balances.items():
        if lot_id in serials and balance.is_own:
            held[lot_id] = held.get(lot_id, Decimal(0)) + balance.on_hand
    twice = sorted(serials[lot_id] for lot_id, quantity in held.items() if quantity > 1)
    if twice:
        raise SerialStandsTwice(
            _("The serial number %(lot)s would be in stock more than once.") % {"lot": twice[0]}
        )
