"""Carrying goods between bins: what is kept for a demand stays kept where it goes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.models import Location, Move, Reservation
from gendan.inventory.services.book import Book, Place, Posting, post
from gendan.inventory.services.moves import record_moves
from gendan.inventory.services.reservations import add_reservations
from gendan.inventory.services.rows import LotWish, Names, lots_of, refuse_wrong_tracing
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service


@dataclass(frozen=True)
class TransferRow:
    """Carry a quantity of an item from one bin to another; everything by code."""

    item: str
    quantity: Decimal
    source: str
    target: str
    lot: str = ""
    unit: str = ""
    reason: str = ""


@service(gettext_lazy("Carry to another bin"))
def transfer_stock(*, rows: Sequence[TransferRow], by: User | None) -> list[Move]:
    """Carry goods between bins of our stores, all rows or none.

    What is free goes first; what is kept for demands goes along and stays kept, so that a store
    may be tidied without freeing anything.
    """
    refuse_unless_sensible(rows)
    names = Names.of(rows, (code for row in rows for code in (row.source, row.target)))
    problems = Problems()
    wishes: list[LotWish] = []
    read: list[tuple[TransferRow, Decimal, Location, Location]] = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = names.item(row.item)
            field = "source"
            source = _bin(names, row.source)
            field = "target"
            target = _bin(names, row.target)
            if source.pk == target.pk:
                raise Unusable(_("Goods move from one place to another, not to the same."))
            field = "quantity"
            quantity = names.quantity(row)
            field = "lot"
            refuse_wrong_tracing(item, row.lot, quantity)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
            continue
        wishes.append(LotWish(index, item, row.lot, may_be_new=False))
        read.append((row, quantity, source, target))
    lots = lots_of(wishes, problems, by=by)
    problems.refuse_if_any()
    postings = [
        Posting(
            item_id=wish.item.pk,
            lot_id=lots[wish.item.pk, wish.code].pk if wish.code else None,
            source_id=source.pk,
            target_id=target.pk,
            quantity=quantity,
            reason=row.reason[:200],
        )
        for wish, (row, quantity, source, target) in zip(wishes, read, strict=True)
    ]
    book = Book.open(
        (one.item_id for one in postings), (one.lot_id for one in postings if one.lot_id)
    )
    _carry_reservations(book, postings, by)
    moves = post(postings, by=by, book=book)
    record_moves(moves, by=by)
    return moves


def _bin(names: Names, code: str) -> Location:
    place = names.location(code)
    if place.kind != Location.Kind.STORE:
        raise Unusable(
            _("%(place)s is no place in our stores; use “Move goods”.") % {"place": place.code}
        )
    return place


def _carry_reservations(book: Book, postings: Sequence[Posting], by: User | None) -> None:
    """Let reservations follow what is carried beyond the free quantity: 3 queries where any."""
    ends: list[tuple[Place, Place]] = [
        ((one.item_id, one.lot_id, one.source_id), (one.item_id, one.lot_id, one.target_id))
        for one in postings
    ]
    book.ensure(place for pair in ends for place in pair)
    free = {place: one.on_hand - one.reserved for place, one in book.balances.items()}
    kept: dict[Place, list[Reservation]] = defaultdict(list)
    sources = {book.balances[source].pk: source for source, _target in ends}
    taken: dict[Place, Decimal] = defaultdict(Decimal)
    for one, (source, _target) in zip(postings, ends, strict=True):
        taken[source] += one.quantity
    if all(taken[place] <= free[place] for place in taken):
        return
    for row in Reservation.objects.filter(balance_id__in=sources).order_by("-at", "-pk"):
        kept[sources[row.balance_id]].append(row)
    carried: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    lowered: dict[int, Reservation] = {}
    for one, (source, target) in zip(postings, ends, strict=True):
        left = one.quantity - min(one.quantity, max(free[source], Decimal(0)))
        free[source] -= one.quantity - left
        for row in kept[source]:
            part = min(left, row.quantity)
            if part <= 0:
                continue
            row.quantity -= part
            left -= part
            lowered[row.pk] = row
            carried[book.balances[target].pk, row.demand] += part
            book.change(source, reserved=-part)
            book.change(target, reserved=part)
    for row in lowered.values():
        if row.quantity:
            row.save(update_fields=["quantity"])
        else:
            row.delete()
    if carried:
        add_reservations(carried, by)
