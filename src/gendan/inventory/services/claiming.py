"""Verbs of who gets stock: ranks of demands, claims on what is kept for others, certain lots.

What is kept for a demand is not taken by another: not by moves, deliveries or reservations. It
changes hands only by a claim that a role has granted, with both reasons on record.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.events import (
    ClaimRefused,
    DemandsRanked,
    ReservationsReleased,
    StockClaimed,
    StockHandedOver,
    StockReserved,
)
from gendan.inventory.models import DemandRank, Location, Lot, Reservation, StockClaim
from gendan.inventory.queries.claims import losers_of, needs_goods
from gendan.inventory.services.book import Book, NotEnoughStock
from gendan.inventory.services.reservations import add_reservations
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service

NOTHING = Decimal(0)
# As the journal names a document: "orders.line:12".
_DEMAND = re.compile(r"[a-z_]+\.[a-z_]+:[1-9][0-9]{0,17}")


class NobodyGivesWay(DomainError):
    """No less urgent demand keeps enough of it."""


class SameDecider(DomainError):
    """Who asks for the goods of another does not decide about it."""


@dataclass(frozen=True)
class RankRow:
    """How urgent a demand is: 1 before all others, 9 after them."""

    demand: str
    rank: int


@service(gettext_lazy("Set who gets stock first"))
def rank_demands(*, rows: Sequence[RankRow], by: User | None) -> list[DemandRank]:
    """Write down how urgent demands are; those without a rank count as 5."""
    refuse_unless_sensible(rows)
    problems = Problems()
    for index, row in enumerate(rows):
        try:
            refuse_odd_demand(row.demand)
        except Invalid as error:
            problems.add(index, "demand", str(error))
        if isinstance(row.rank, bool) or not isinstance(row.rank, int) or not 1 <= row.rank <= 9:
            problems.add(index, "rank", _("A rank is a number from 1 (first) to 9 (last)."))
    problems.refuse_if_any()
    moment = clock.now()
    wanted = {row.demand: row.rank for row in rows}
    ranks = DemandRank.objects.bulk_create(
        (
            DemandRank(demand=demand, rank=rank, at=moment, by=by)
            for demand, rank in sorted(wanted.items())
        ),
        update_conflicts=True,
        unique_fields=["demand"],
        update_fields=["rank", "at", "by"],
    )
    fact = DemandsRanked(ranks={key: str(rank) for key, rank in wanted.items()})
    journal.record(fact, about=["inventory", *sorted(wanted)[:50]], by=by)
    return ranks


@service(gettext_lazy("Ask for stock kept for others"))
def claim_stock(
    *, demand: str, item_id: int, quantity: Decimal, reason: str, by: User | None
) -> list[StockClaim]:
    """Ask less urgent demands for goods that are kept for them; a role decides about each claim.

    Refused while enough is free, and where no less urgent demand keeps enough.
    """
    _refuse_unknown_demand(demand)
    if not reason.strip():
        raise Invalid(_("Say why it is needed more here."), field="reason")
    item = Item.objects.select_related("unit").filter(pk=item_id).first()
    if item is None:
        raise NotThere(_("There is no such item."), field="item_id")
    quantity = read_quantity(quantity, step=item.unit.step, field="quantity")
    book = Book.open([item.pk])
    free = sum((one.on_hand - one.reserved for one in book.stores(item.pk)), NOTHING)
    if free >= quantity:
        raise Invalid(
            _("%(quantity)s of %(item)s are free: reserve them.")
            % {"quantity": f"{free.normalize():f}", "item": item.code},
            field="quantity",
        )
    losses = losers_of(demand, item.pk, quantity)
    found = sum((one.quantity for one in losses), NOTHING)
    if found < quantity:
        raise NobodyGivesWay(
            _("Less urgent demands keep only %(found)s of %(item)s.")
            % {"found": f"{found.normalize():f}", "item": item.code},
            field="quantity",
        )
    moment = clock.now()
    claims = [
        StockClaim(
            item=item,
            quantity=one.quantity,
            taker=demand,
            giver=one.demand,
            reason=reason.strip()[:200],
            asked_at=moment,
            asked_by=by,
        )
        for one in losses
    ]
    standing = StockClaim.objects.filter(
        item=item, taker=demand, state="asked", giver__in=[one.giver for one in claims]
    )
    if standing.exists():
        raise NobodyGivesWay(_("This was asked for already and is not decided yet."))
    claims = StockClaim.objects.bulk_create(claims)
    fact = StockClaimed(
        claim_ids=[one.pk for one in claims],
        item_id=item.pk,
        quantity=f"{quantity.normalize():f}",
        reason=reason.strip()[:200],
    )
    about = ["inventory", f"catalog.item:{item.pk}", demand, *(one.giver for one in claims)]
    journal.record(fact, about=about[:50], by=by)
    return claims


@service(gettext_lazy("Hand stock over"))
def hand_over_stock(*, claim_id: int, reason: str, by: User | None) -> StockClaim:
    """Give goods kept for one demand to another, on record; the giver's reservation shrinks."""
    claim = _decide(claim_id, "hand_over_stock", reason, by)
    book = Book.open([claim.item_id])
    rows = list(
        Reservation.objects.filter(
            demand=claim.giver,
            balance_id__in=[one.pk for one in book.stores(claim.item_id)],
        )
    )
    kept = sum((one.quantity for one in rows), NOTHING)
    if kept < claim.quantity:
        raise NotEnoughStock(
            _("Only %(kept)s are kept for the other demand now; refuse this and ask anew.")
            % {"kept": f"{kept.normalize():f}"}
        )
    by_balance = {one.balance_id: one for one in rows}
    left = claim.quantity
    moved: dict[tuple[int, str], Decimal] = {}
    for balance in reversed(book.stores(claim.item_id)):
        row = by_balance.get(balance.pk)
        part = min(left, row.quantity) if row else NOTHING
        if row is None or part <= 0:
            continue
        moved[balance.pk, claim.taker] = part
        row.quantity -= part
        left -= part
        if row.quantity:
            row.save(update_fields=["quantity"])
        else:
            row.delete()
    add_reservations(moved, by)
    quantity = f"{claim.quantity.normalize():f}"
    names = ["inventory", f"catalog.item:{claim.item_id}"]
    items = [claim.item_id]
    given = ReservationsReleased(quantities={claim.giver: quantity}, item_ids=items)
    taken = StockReserved(quantities={claim.taker: quantity}, item_ids=items)
    fact = StockHandedOver(
        claim_id=claim.pk,
        giver=claim.giver,
        taker=claim.taker,
        quantity=quantity,
        item_id=claim.item_id,
        reason=claim.answer,
    )
    journal.record_many(
        [
            (given, [*names, claim.giver]),
            (taken, [*names, claim.taker]),
            (fact, [*names, claim.giver, claim.taker]),
        ],
        by=by,
    )
    return claim


@service(gettext_lazy("Refuse the claim"))
def refuse_claim(*, claim_id: int, reason: str, by: User | None) -> StockClaim:
    """The goods stay where they are kept."""
    claim = _decide(claim_id, "refuse_claim", reason, by)
    fact = ClaimRefused(claim_id=claim.pk, item_id=claim.item_id, reason=claim.answer)
    about = ["inventory", f"catalog.item:{claim.item_id}", claim.giver, claim.taker]
    journal.record(fact, about=about, by=by)
    return claim


@service(gettext_lazy("Keep a certain lot"))
def keep_lot(
    *, demand: str, lot_id: int, quantity: Decimal, location: str = "", by: User | None
) -> Decimal:
    """Keep goods of one lot or serial number for a demand, in one place or wherever it lies.

    Refused when it is on hold, past its day, kept for others, or there is not so much.
    """
    _refuse_unknown_demand(demand)
    lot = Lot.objects.select_related("item__unit").filter(pk=lot_id).first()
    if lot is None:
        raise NotThere(_("There is no such lot."), field="lot_id")
    quantity = read_quantity(quantity, step=lot.item.unit.step, field="quantity")
    if lot.is_expired_on(clock.today()):
        raise Invalid(_("The lot %(lot)s has expired.") % {"lot": lot.code}, field="lot_id")
    if location and not Location.objects.filter(code=location[:40]).exists():
        raise Invalid(
            _("There is no location called “%(code)s”.") % {"code": location[:60]},
            field="location",
        )
    book = Book.open([lot.item_id])
    left = quantity
    kept: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for balance in book.stores(lot.item_id):
        part = min(left, balance.on_hand - balance.reserved)
        if balance.lot_id != lot.pk or part <= 0 or location not in ("", balance.location.code):
            continue
        book.change((balance.item_id, balance.lot_id, balance.location_id), reserved=part)
        kept[balance.pk, demand] += part
        left -= part
    if left > 0:
        raise NotEnoughStock(
            _("Only %(free)s of the lot %(lot)s are free in the stores.")
            % {"free": f"{(quantity - left).normalize():f}", "lot": lot.code}
        )
    add_reservations(kept, by)
    book.close()
    fact = StockReserved(quantities={demand: f"{quantity.normalize():f}"}, item_ids=[lot.item_id])
    journal.record(fact, about=["inventory", f"catalog.item:{lot.item_id}", demand], by=by)
    return quantity


def refuse_odd_demand(demand: object) -> None:
    """A demand is named as the journal names a document."""
    if not isinstance(demand, str) or len(demand) > 80 or not _DEMAND.fullmatch(demand):
        raise Invalid(
            _("A demand is named like “orders.line:12”, not “%(text)s”.")
            % {"text": str(demand)[:40]},
            field="demand",
        )


def _refuse_unknown_demand(demand: str) -> None:
    """Goods are kept only for what exists and still needs some."""
    refuse_odd_demand(demand)
    if not needs_goods(demand):
        raise Invalid(
            _("“%(name)s” needs no goods: it does not exist, or is delivered or cancelled.")
            % {"name": demand},
            field="demand",
        )


def _decide(claim_id: int, verb: str, reason: str, by: User | None) -> StockClaim:
    """The claim, locked and decided in memory and in its row."""
    claim = StockClaim.objects.select_for_update(of=("self",)).filter(pk=claim_id).first()
    if claim is None:
        raise NotThere(_("There is no such claim."))
    claim.step(verb)
    if not reason.strip():
        raise Invalid(_("Say why it is decided so."), field="reason")
    if by is not None and claim.asked_by_id == by.pk and verb == "hand_over_stock":
        raise SameDecider(_("Who asks for goods of others does not hand them over; ask somebody."))
    claim.answer = reason.strip()[:200]
    claim.decided_at, claim.decided_by = clock.now(), by
    claim.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    return claim
