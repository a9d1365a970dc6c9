"""API operations of stock values, claims on stock, places and a lot's way."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, SavedOut, asker, plain, saved
from gendan.catalog.models import Item
from gendan.inventory import queries, services
from gendan.inventory.models import Lot
from gendan.inventory.queries.claims import claims_for
from gendan.inventory.queries.valuing import landed_costs_for, value_entries_for
from gendan.kernel import clock
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems
from gendan.orders.demands import names_of_lines

router = Router(tags=["inventory"])
Demand = Annotated[str, Field(max_length=80)]
Number = Annotated[Decimal, Field(max_digits=24, decimal_places=9)]


class PutAwayOut(Schema):
    """So much into that bin, and why."""

    place_id: int
    quantity: Decimal
    why: str


class PutAwaysOut(Schema):
    """Where a quantity may be put away, and what finds no room."""

    bins: list[PutAwayOut]
    without_room: Decimal


class PickOut(Schema):
    """Take so much from there."""

    balance_id: int
    place_id: int
    lot_id: int | None
    quantity: Decimal
    is_whole: bool


class PicksOut(Schema):
    """From where to take a quantity, and what is lacking."""

    picks: list[PickOut]
    lacking: Decimal


class TransfersIn(Schema):
    """Goods to carry between bins."""

    rows: Rows[services.TransferRow]


class HeldOut(Schema):
    """How much of an item (and lot) lay in a place."""

    item_id: int
    lot_id: int | None
    location_id: int
    quantity: Decimal


class WorthOut(Schema):
    """How much of an item is ours and what it is worth."""

    item_id: int
    quantity: Decimal
    value: Decimal
    unit_value: Decimal


class ValueEntryOut(Schema):
    """One change of what an item's stock is worth."""

    id: int
    item_id: int
    move_id: int | None
    kind: str
    quantity: Decimal
    value: Decimal
    rounding: Decimal
    variance: Decimal
    at: dt.datetime
    about: str


class LandedIn(Schema):
    """A cost that came on top of a receipt; `reason` where it is far above the goods' worth."""

    about: Annotated[str, Field(max_length=80)]
    kind: str
    reference: Annotated[str, Field(max_length=80)]
    basis: str
    amount: Number
    currency: Annotated[str, Field(max_length=3)] = ""
    reason: Annotated[str, Field(max_length=120)] = ""


class LandedOut(Schema):
    """A cost spread over a receipt."""

    id: int
    about: str
    kind: str
    reference: str
    basis: str
    amount: Decimal
    currency: str
    in_company_currency: Decimal


class StandardsIn(Schema):
    """How items are valued."""

    rows: Rows[services.StandardRow]


class LinkOut(Schema):
    """One end of a lot's way."""

    kind: str
    place: str
    about: str
    quantity: Decimal


class TracedOut(Schema):
    """A lot on the way, its ends, and what came next."""

    item_id: int
    lot_id: int | None
    item: str
    lot: str
    quantity: Decimal
    about: str
    is_cut: bool
    ends: list[LinkOut]
    next: list["TracedOut"]


class RanksIn(Schema):
    """How urgent demands are."""

    rows: Rows[services.RankRow]


class ClaimIn(Schema):
    """A demand that needs goods kept for others."""

    demand: Demand
    item_id: Id
    quantity: Number
    reason: Reason


class ClaimOut(Schema):
    """A claim on goods kept for a less urgent demand."""

    id: int
    state: str
    item_id: int
    quantity: Decimal
    taker: str
    giver: str
    reason: str
    answer: str
    asked_at: dt.datetime
    decided_at: dt.datetime | None


class LossOut(Schema):
    """Who would lose goods to a more urgent demand."""

    demand: str
    rank: int
    kept: Decimal
    quantity: Decimal


class DecisionIn(Schema):
    """Why it is decided so."""

    reason: Reason


class KeepIn(Schema):
    """Which lot to keep for which demand."""

    demand: Demand
    lot_id: Id
    quantity: Number
    location: Annotated[str, Field(max_length=40)] = ""


class KeptOut(Schema):
    """How much is kept now."""

    quantity: Decimal


def _item(request: HttpRequest, code: str) -> Item:
    rows = Item.objects.visible_to(asker(request)).select_related("unit")
    return get_object_or_404(rows, code=plain(code, 40))


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment without a zone is on the company's clock."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=clock.zone())


@router.get("/stock/put-away", response=PutAwaysOut, operation_id="suggest_put_away")
def suggest_put_away(request: HttpRequest, item: str, quantity: Decimal) -> Any:
    """Into which bins a quantity of an item (its code) may go."""
    found = _item(request, item)
    wanted = read_quantity(quantity, step=found.unit.step, field="quantity")
    bins, left = queries.put_away_for(found, wanted)
    return {"bins": bins, "without_room": left}


@router.get("/stock/picks", response=PicksOut, operation_id="suggest_picks")
def suggest_picks(
    request: HttpRequest,
    item: str,
    quantity: Decimal,
    demand: str = "",
    rule: Literal["fefo", "fifo"] = "fefo",
) -> Any:
    """From where to take a quantity: first expired first out, or "fifo"."""
    found = _item(request, item)
    wanted = read_quantity(quantity, step=found.unit.step, field="quantity")
    by_expiry = rule == "fefo"
    picks, lacking = queries.picks_for(found, wanted, plain(demand, 80), by_expiry=by_expiry)
    return {"picks": picks, "lacking": lacking}


@router.post("/stock/transfers", response=SavedOut, operation_id="transfer_stock")
def transfer_stock(request: HttpRequest, given: TransfersIn) -> Any:
    """Carry goods between bins of our stores; what is kept stays kept. All rows or none."""
    return saved(services.transfer_stock(rows=given.rows, by=asker(request)))


@router.get("/stock/past", response=list[HeldOut], operation_id="get_past_stock")
def get_past_stock(request: HttpRequest, at: dt.datetime, item: str) -> Any:
    """Where an item (its code) lay at a past moment."""
    found = _item(request, item)
    return queries.held_at(_aware(at) or clock.now(), item_ids=[found.pk])


@router.get("/stock/values", response=list[WorthOut], operation_id="list_stock_values")
def list_stock_values(
    request: HttpRequest, item: Query[list[str]], at: dt.datetime | None = None
) -> Any:
    """What the stock of up to 200 items (codes) is worth, or was at a moment."""
    visible = Item.objects.visible_to(asker(request))
    found = visible.filter(code__in=[plain(code, 40) for code in item[:200]])
    worth = queries.value_of(found.values_list("pk", flat=True), _aware(at))
    return [worth[pk] for pk in sorted(worth)]


@router.get("/stock/value-entries", response=Page[ValueEntryOut], operation_id="list_value_entries")
def list_value_entries(request: HttpRequest, paging: Query[Paging], item: str = "") -> Any:
    """Every change of value, the newest first; of one item (its code) if asked for."""
    rows = value_entries_for(asker(request))
    return page_of(rows.filter(item__code=plain(item, 40)) if item else rows, paging)


@router.get("/stock/landed-costs", response=Page[LandedOut], operation_id="list_landed_costs")
def list_landed_costs(request: HttpRequest, paging: Query[Paging], about: str = "") -> Any:
    """Costs spread over receipts, the newest first; of one paper if asked for."""
    rows = landed_costs_for(asker(request))
    return page_of(rows.filter(about=plain(about, 80)) if about else rows, paging)


@router.post("/stock/landed-costs", response=LandedOut, operation_id="add_landed_cost")
def add_landed_cost(request: HttpRequest, given: LandedIn) -> Any:
    """Spread freight, duty or the like over what came in with a paper; once per invoice."""
    return services.add_landed_cost(**given.dict(), by=asker(request))


@router.post("/stock/standard-costs", response=SavedOut, operation_id="save_standard_costs")
def save_standard_costs(request: HttpRequest, given: StandardsIn) -> Any:
    """Value items by moving average or standard cost from now on, all rows or none."""
    return saved(services.save_standard_costs(rows=given.rows, by=asker(request)))


@router.get("/lots/{int:lot_id}/way", response=TracedOut, operation_id="get_lot_way")
def get_lot_way(
    request: HttpRequest, lot_id: int, direction: Literal["forward", "backward"] = "forward"
) -> Any:
    """What a lot went into and where that was shipped ("forward"), or its origin ("backward")."""
    lot = get_object_or_404(Lot.objects.visible_to(asker(request)), pk=lot_id)
    return queries.genealogy(lot.item_id, lot.pk, forward=direction == "forward")


@router.get("/stock/claims", response=Page[ClaimOut], operation_id="list_claims")
def list_claims(request: HttpRequest, paging: Query[Paging], state: str = "") -> Any:
    """Claims on kept stock, the newest first."""
    rows = claims_for(asker(request))
    return page_of(rows.filter(state=plain(state, 20)) if state else rows, paging)


@router.get("/stock/claims/preview", response=list[LossOut], operation_id="preview_claim")
def preview_claim(request: HttpRequest, demand: str, item: str, quantity: Decimal) -> Any:
    """Who would lose how much of an item (its code) to a demand."""
    found = _item(request, item)
    wanted = read_quantity(quantity, step=found.unit.step, field="quantity")
    return queries.losers_of(plain(demand, 80), found.pk, wanted)


@router.post("/stock/claims", response=list[ClaimOut], operation_id="claim_stock")
def claim_stock(request: HttpRequest, given: ClaimIn) -> Any:
    """Ask less urgent demands for goods kept for them; one claim for each that would lose."""
    return services.claim_stock(**given.dict(), by=asker(request))


@router.post("/stock/claims/{int:claim_id}/hand-over", response=ClaimOut,
             operation_id="hand_over_stock")  # fmt: skip
def hand_over_stock(request: HttpRequest, claim_id: int, given: DecisionIn) -> Any:
    """Give goods kept for one demand to another, on record."""
    return services.hand_over_stock(claim_id=claim_id, reason=given.reason, by=asker(request))


@router.post("/stock/claims/{int:claim_id}/refuse", response=ClaimOut, operation_id="refuse_claim")
def refuse_claim(request: HttpRequest, claim_id: int, given: DecisionIn) -> Any:
    """The goods stay where they are kept."""
    return services.refuse_claim(claim_id=claim_id, reason=given.reason, by=asker(request))


@router.post("/stock/ranks", response=SavedOut, operation_id="rank_demands")
def rank_demands(request: HttpRequest, given: RanksIn) -> Any:
    """Write down how urgent demands are: 1 before all others, 9 after them."""
    by = asker(request)
    if by.may_do("rank_demands"):  # the verb refuses all others, who need not learn what exists
        _refuse_unknown(given.rows)
    return saved(services.rank_demands(rows=given.rows, by=by))


def _refuse_unknown(rows: Sequence[Any]) -> None:
    # The ledger below the orders cannot look: there, a demand is a name.
    known = names_of_lines(row.demand for row in rows)
    problems = Problems()
    for index, row in enumerate(rows):
        if row.demand not in known:
            sentence = _("“%(name)s” names no order line.") % {"name": row.demand[:60]}
            problems.add(index, "demand", sentence)
    problems.refuse_if_any()


@router.post("/stock/reservations/lot", response=KeptOut, operation_id="keep_lot")
def keep_lot(request: HttpRequest, given: KeepIn) -> Any:
    """Keep goods of one lot for a demand."""
    return {"quantity": services.keep_lot(**given.dict(), by=asker(request))}
