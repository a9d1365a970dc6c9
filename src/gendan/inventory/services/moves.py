"""Verbs of the ledger: moves, opening stock, moving a mistake back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.events import MOST_NAMED, MoveReversed, StockMoved
from gendan.inventory.models import Location, Move
from gendan.inventory.queries.waiting import entered_before
from gendan.inventory.services.book import Book, NotEnoughStock, Posting, post
from gendan.inventory.services.by_hand import Carried, refuse_by_hand, refuse_of_document
from gendan.inventory.services.places import far_sides
from gendan.inventory.services.reopening import reopen_received
from gendan.inventory.services.rows import (
    LotWish,
    Names,
    lots_of,
    refuse_odd_cost,
    refuse_wrong_tracing,
)
from gendan.kernel import journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service


class AlreadyReversed(DomainError):
    """A move that was moved back, or is itself a moving back, stays."""


@dataclass(frozen=True)
class MoveRow:
    """Take a quantity of an item from one place to another; everything by code.

    `unit_cost` says what one unit (the item's own) cost in the company's currency, where goods
    become ours; without it they are worth what the others of their kind are.
    """

    item: str
    quantity: Decimal
    source: str
    target: str
    lot: str = ""
    unit: str = ""
    about: str = ""
    reason: str = ""
    unit_cost: Decimal | None = None


@dataclass(frozen=True)
class OpeningRow:
    """What lies in a place on the first day."""

    item: str
    quantity: Decimal
    location: str
    lot: str = ""
    unit: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    unit_cost: Decimal | None = None


@service(gettext_lazy("Move goods"))
def post_moves(*, rows: Sequence[MoveRow], by: User | None) -> list[Move]:
    """Move goods between places by hand; all rows or none.

    What receipts wait for stays until it is released, rejected or returned there, and what a
    document moves (a delivery, a receipt, an issue) is moved at the document. Goods that come from
    or go to outside our places need a reason, and beyond the amount a count may post without
    approval the role that approves variances.
    """
    problems = Problems()
    carried = _read(rows, problems)
    if by is not None:  # the house itself has asked already
        refuse_by_hand(carried, problems, by)
    return _carry(carried, problems, by)


@service
def carry_moves(*, rows: Sequence[MoveRow], by: User | None) -> list[Move]:
    """Move goods for a document of a room above, which knows that they may move; all or none."""
    problems = Problems()
    return _carry(_read(rows, problems), problems, by)


def _read(rows: Sequence[MoveRow], problems: Problems) -> list[Carried]:
    refuse_unless_sensible(rows)
    names = Names.of(rows, (code for row in rows for code in (row.source, row.target)))
    carried = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = names.item(row.item)
            field = "source"
            source = names.location(row.source)
            field = "target"
            target = names.location(row.target)
            if source.pk == target.pk:
                raise Unusable(_("Goods move from one place to another, not to the same."))
            field = "quantity"
            quantity = names.quantity(row)
            field = "lot"
            refuse_wrong_tracing(item, row.lot, quantity)
            field = "unit_cost"
            refuse_odd_cost(row.unit_cost)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
            continue
        carried.append(
            Carried(
                row=index,
                item=item,
                lot=row.lot,
                source=source,
                target=target,
                quantity=quantity,
                about=row.about[:80],
                reason=row.reason[:200],
                unit_cost=row.unit_cost,
            )
        )
    return carried


def _carry(carried: Sequence[Carried], problems: Problems, by: User | None) -> list[Move]:
    wishes = [
        LotWish(one.row, one.item, one.lot, may_be_new=not one.source.is_own) for one in carried
    ]
    lots = lots_of(wishes, problems, by=by)
    problems.refuse_if_any()
    moves = post(
        [
            Posting(
                item_id=one.item.pk,
                lot_id=lots[one.item.pk, one.lot].pk if one.lot else None,
                source_id=one.source.pk,
                target_id=one.target.pk,
                quantity=one.quantity,
                about=one.about,
                reason=one.reason,
                unit_cost=one.unit_cost,
            )
            for one in carried
        ],
        by=by,
    )
    record_moves(moves, by=by)
    return moves


def move_or_note(*, rows: Sequence[MoveRow], by: User | None) -> list[Move]:
    """Move goods as `post_moves`; where more is asked than the books have, call for a count."""
    from gendan.inventory.services.counting import note_shortage

    try:
        return post_moves(rows=rows, by=by)
    except NotEnoughStock as error:
        if short := error.params.get("below_nothing"):
            note_shortage(item_ids=short, by_whom=by, by=None)
        raise


@service(gettext_lazy("Enter opening stock"))
def post_opening_stock(*, rows: Sequence[OpeningRow], by: User | None) -> list[Move]:
    """What lies in the stores on the first day, moved in from “opening stock”, once.

    Where something lies already, or opening stock was entered before, a count puts it right.
    """
    refuse_unless_sensible(rows)
    names = Names.of(rows, (row.location for row in rows))
    problems = Problems()
    wishes = []
    read: list[tuple[OpeningRow, Decimal, Location]] = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = names.item(row.item)
            field = "location"
            location = names.location(row.location)
            if not location.is_own:
                raise Unusable(_("Stock lies in a store or on quality hold."))
            field = "quantity"
            quantity = names.quantity(row)
            field = "lot"
            refuse_wrong_tracing(item, row.lot, quantity)
            field = "unit_cost"
            refuse_odd_cost(row.unit_cost)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
            continue
        wishes.append(LotWish(index, item, row.lot, True, row.made_on, row.expires_on))
        read.append((row, quantity, location))
    lots = lots_of(wishes, problems, by=by)
    problems.refuse_if_any()
    opening = far_sides([Location.Kind.OPENING])[Location.Kind.OPENING]
    postings = [
        Posting(
            item_id=wish.item.pk,
            lot_id=lots[wish.item.pk, wish.code].pk if wish.code else None,
            source_id=opening.pk,
            target_id=location.pk,
            quantity=quantity,
            about="opening",
            unit_cost=row.unit_cost,
        )
        for wish, (row, quantity, location) in zip(wishes, read, strict=True)
    ]
    book = None
    if by is not None:  # the house itself has asked already
        places = [(wish, place) for wish, (_row, _much, place) in zip(wishes, read, strict=True)]
        book = _locked_first_day(postings, places, problems)
    moves = post(postings, by=by, book=book)
    record_moves(moves, by=by)
    return moves


def _locked_first_day(
    postings: Sequence[Posting], places: Sequence[tuple[LotWish, Location]], problems: Problems
) -> Book:
    """The balances of these places, locked; refused where something lies or was entered before."""
    book = Book.open(
        (one.item_id for one in postings), (one.lot_id for one in postings if one.lot_id)
    )
    # Two who enter the same at once: the second waits here, and finds what the first has entered.
    book.ensure((one.item_id, one.lot_id, one.target_id) for one in postings)
    entered = entered_before({one.item_id for one in postings}, postings[0].source_id)
    for posting, (wish, place) in zip(postings, places, strict=True):
        key = (posting.item_id, posting.lot_id, posting.target_id)
        there = book.balances[key].on_hand
        if there or key in entered:
            words = _(
                "%(there)s of %(item)s lie in %(place)s already; opening stock is entered once: "
                "a count puts it right."
            )
            values = {
                "there": f"{there.normalize():f}",
                "item": wish.item.code,
                "place": place.code,
            }
            problems.add(wish.index, "quantity", words % values)
    problems.refuse_if_any()
    return book


@service(gettext_lazy("Move back"))
def reverse_move(*, move_id: int, reason: str, by: User | None) -> Move:
    """Move a mistake back, once; the mistaken move itself stays in the ledger.

    What a document has moved (a receipt, a delivery, a count) is put right at the document. What
    was received of goods expected by hand is expected again.
    """
    if not reason.strip():
        raise Invalid(_("Say why the move was wrong."), field="reason")
    # Locks the row although it never changes: who reverses second waits, then is refused.
    found = Move.objects.select_for_update(of=("self",)).filter(pk=move_id).first()
    if found is None:
        raise NotThere(_("There is no such move."))
    if found.reverses_id is not None:
        raise AlreadyReversed(_("This move takes back another one; it stays."))
    if Move.objects.filter(reverses_id=move_id).exists():
        raise AlreadyReversed(_("This move was taken back already."))
    refuse_of_document(found)
    (move,) = post(
        [
            Posting(
                item_id=found.item_id,
                lot_id=found.lot_id,
                source_id=found.target_id,
                target_id=found.source_id,
                quantity=found.quantity,
                about=found.about,
                reason=reason.strip()[:200],
                reverses_id=found.pk,
            )
        ],
        by=by,
    )
    reopen_received(found, by=by)
    fact = MoveReversed(move_id=found.pk, item_ids=[found.item_id], reason=move.reason)
    journal.record(fact, about=["inventory", f"catalog.item:{found.item_id}"], by=by)
    return move


def record_moves(moves: Sequence[Move], *, by: User | None) -> None:
    """One fact for all moves of a call, about the items and papers if they are few."""
    items = sorted({one.item_id for one in moves})
    papers = sorted({one.about for one in moves if ":" in one.about})
    about = [*(f"catalog.item:{pk}" for pk in items), *papers]
    journal.record(
        StockMoved(moves=len(moves), item_ids=items if len(items) <= MOST_NAMED else []),
        about=["inventory", *(about if len(about) <= MOST_REFERRED else papers[:MOST_REFERRED])],
        by=by,
    )
