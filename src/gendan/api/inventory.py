"""API operations of the inventory room."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, SavedOut, asker, plain, saved
from gendan.catalog.models import Item
from gendan.inventory import queries, services
from gendan.inventory.models import Balance, ExpectedSupply, Location, Lot, Move, Reservation

router = Router(tags=["inventory"])
MOST_ITEMS = 200


class LocationOut(Schema):
    """A place goods can be."""

    id: int
    code: str
    name_en: str
    name_zh: str
    is_active: bool
    kind: str
    parent_id: int | None
    purpose: str
    sequence: int
    capacity: Decimal | None
    family_id: int | None
    partner_id: int | None


class LotOut(Schema):
    """A lot or serial number."""

    id: int
    item_id: int
    code: str
    made_on: dt.date | None
    expires_on: dt.date | None


class MoveOut(Schema):
    """A quantity taken from one place to another."""

    id: int
    item_id: int
    lot_id: int | None
    source_id: int
    target_id: int
    quantity: Decimal
    at: dt.datetime
    by_id: int | None
    about: str
    reason: str
    reverses_id: int | None


class BalanceOut(Schema):
    """What lies in one of our places."""

    id: int
    item_id: int
    lot_id: int | None
    location_id: int
    on_hand: Decimal
    reserved: Decimal


class ReservationOut(Schema):
    """What is kept for a demand."""

    id: int
    balance_id: int
    demand: str
    quantity: Decimal
    at: dt.datetime


class ExpectedOut(Schema):
    """Goods that will arrive on a day."""

    id: int
    item_id: int
    quantity: Decimal
    received: Decimal
    due_on: dt.date
    reference: str
    demand: str
    is_open: bool


class IncomingOut(Schema):
    """What is still to come of an expected supply."""

    expected_id: int
    due_on: dt.date
    quantity: Decimal
    reference: str
    demand: str


class AvailabilityOut(Schema):
    """What there is of an item: in the stores, kept, on quality hold, coming."""

    item_id: int
    on_hand: Decimal
    reserved: Decimal
    free: Decimal
    on_hold: Decimal
    expired: Decimal
    outside: Decimal
    incoming: list[IncomingOut]


class LocationsIn(Schema):
    """Places to make or change."""

    rows: Rows[services.LocationRow]


class LotsIn(Schema):
    """Lots to make or change."""

    rows: Rows[services.LotRow]


class MovesIn(Schema):
    """Goods to move."""

    rows: Rows[services.MoveRow]


class OpeningIn(Schema):
    """What lies in the stores on the first day."""

    rows: Rows[services.OpeningRow]


class ReverseIn(Schema):
    """Why the move was wrong."""

    reason: Reason


class ExpectedIn(Schema):
    """Goods that will arrive."""

    rows: Rows[services.ExpectedRow]


class ReceiptsIn(Schema):
    """What has arrived."""

    rows: Rows[services.ReceiptRow]


class ArrivalRuleIn(Schema):
    """Whether deliveries are held for a verdict; why, where they are not."""

    is_inspected: bool
    reason: Reason = ""


class ArrivalRuleOut(Schema):
    """Whether deliveries of an item are held for a verdict."""

    item_id: int
    is_inspected: bool


class DropIn(Schema):
    """What will not come, and why."""

    expected_ids: Rows[Id]
    reason: Reason


class DroppedOut(Schema):
    """What is no longer expected."""

    count: int
    ids: list[int]


@router.get("/locations", response=Page[LocationOut], operation_id="list_locations")
def list_locations(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Places by code."""
    return page_of(Location.objects.visible_to(asker(request)), paging, "code")


@router.post("/locations", response=SavedOut, operation_id="save_locations")
def save_locations(request: HttpRequest, given: LocationsIn) -> Any:
    """Make or change places by code, all or none."""
    return saved(services.save_locations(rows=given.rows, by=asker(request)))


@router.get("/lots", response=Page[LotOut], operation_id="list_lots")
def list_lots(request: HttpRequest, paging: Query[Paging], item: str = "") -> Any:
    """Lots and serial numbers, of one item (its code) if asked for."""
    rows = Lot.objects.visible_to(asker(request))
    return page_of(rows.filter(item__code=plain(item, 40)) if item else rows, paging)


@router.post("/lots", response=SavedOut, operation_id="save_lots")
def save_lots(request: HttpRequest, given: LotsIn) -> Any:
    """Make or change lots, all or none."""
    return saved(services.save_lots(rows=given.rows, by=asker(request)))


@router.get("/stock/moves", response=Page[MoveOut], operation_id="list_moves")
def list_moves(request: HttpRequest, paging: Query[Paging], item: str = "", about: str = "") -> Any:
    """Moves, the newest first; of one item (its code) or document if asked for."""
    rows = Move.objects.visible_to(asker(request))
    if item:
        rows = rows.filter(item__code=plain(item, 40))
    if about:
        rows = rows.filter(about=plain(about, 80))
    return page_of(rows, paging)


@router.post("/stock/moves", response=SavedOut, operation_id="post_moves")
def post_moves(request: HttpRequest, given: MovesIn) -> Any:
    """Move goods between places, all rows or none."""
    return saved(services.move_or_note(rows=given.rows, by=asker(request)))


@router.post("/stock/opening", response=SavedOut, operation_id="post_opening_stock")
def post_opening_stock(request: HttpRequest, given: OpeningIn) -> Any:
    """Enter what lies in the stores on the first day, all rows or none."""
    return saved(services.post_opening_stock(rows=given.rows, by=asker(request)))


@router.post("/stock/moves/{int:move_id}/reverse", response=MoveOut, operation_id="reverse_move")
def reverse_move(request: HttpRequest, move_id: int, given: ReverseIn) -> Any:
    """Move a mistake back, once."""
    return services.reverse_move(move_id=move_id, reason=given.reason, by=asker(request))


@router.get("/stock/balances", response=Page[BalanceOut], operation_id="list_balances")
def list_balances(
    request: HttpRequest, paging: Query[Paging], item: str = "", location: str = ""
) -> Any:
    """What lies in our own places."""
    rows = Balance.objects.visible_to(asker(request)).filter(is_own=True).exclude(on_hand=0)
    if item:
        rows = rows.filter(item__code=plain(item, 40))
    if location:
        rows = rows.filter(location__code=plain(location, 40))
    return page_of(rows, paging, "pk")


@router.get("/stock/reservations", response=Page[ReservationOut], operation_id="list_reservations")
def list_reservations(request: HttpRequest, paging: Query[Paging], demand: str = "") -> Any:
    """What is kept for demands, for one ("orders.line:12") if asked for."""
    rows = Reservation.objects.visible_to(asker(request))
    return page_of(rows.filter(demand=plain(demand, 80)) if demand else rows, paging)


@router.get("/stock/availability", response=list[AvailabilityOut], operation_id="get_availability")
def get_availability(
    request: HttpRequest, item: Query[list[str]], on: dt.date | None = None
) -> Any:
    """What there is of up to 200 items (codes): free, kept, on hold, coming."""
    visible = Item.objects.visible_to(asker(request))
    found = visible.filter(code__in=[plain(code, 40) for code in item[:MOST_ITEMS]])
    there = queries.availability(found.values_list("pk", flat=True), on)
    return [there[pk] for pk in sorted(there)]


@router.get("/stock/expected", response=Page[ExpectedOut], operation_id="list_expected")
def list_expected(
    request: HttpRequest,
    paging: Query[Paging],
    item: str = "",
    reference: str = "",
    is_open: bool | None = None,
) -> Any:
    """Goods that are expected, by day."""
    rows = ExpectedSupply.objects.visible_to(asker(request))
    if item:
        rows = rows.filter(item__code=plain(item, 40))
    if reference:
        rows = rows.filter(reference=plain(reference, 80))
    if is_open is not None:
        rows = rows.filter(is_open=is_open)
    return page_of(rows, paging, "due_on")


@router.post("/stock/expected", response=SavedOut, operation_id="expect_supplies")
def expect_supplies(request: HttpRequest, given: ExpectedIn) -> Any:
    """Write down what will arrive and when, or change it, all rows or none."""
    return saved(services.expect_supplies(rows=given.rows, by=asker(request)))


@router.post("/stock/expected/receive", response=SavedOut, operation_id="receive_expected")
def receive_expected(request: HttpRequest, given: ReceiptsIn) -> Any:
    """Expected goods have arrived, in whole or in part, all rows or none."""
    return saved(services.receive_expected(rows=given.rows, by=asker(request)))


@router.post("/items/{int:item_id}/arrival", response=ArrivalRuleOut,
             operation_id="set_arrival_inspection")  # fmt: skip
def set_arrival_inspection(request: HttpRequest, item_id: int, given: ArrivalRuleIn) -> Any:
    """Whether deliveries of an item are held for a verdict; a reason where they are not."""
    services.set_arrival_inspection(item_id=item_id, **given.dict(), by=asker(request))
    return {"item_id": item_id, "is_inspected": given.is_inspected}


@router.post("/stock/expected/drop", response=DroppedOut, operation_id="drop_expected")
def drop_expected(request: HttpRequest, given: DropIn) -> Any:
    """What was expected, or the rest of it, will not come."""
    return saved(
        services.drop_expected(
            expected_ids=given.expected_ids, reason=given.reason, by=asker(request)
        )
    )
