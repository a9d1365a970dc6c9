"""API operations of the orders room."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from gendan.api.orders_schemas import (
    AmendIn,
    AttachmentOut,
    CancelIn,
    CheckOut,
    CommentIn,
    ConfirmIn,
    CustomerItemOut,
    CustomerItemsIn,
    CustomerPriceListOut,
    CustomerPriceListsIn,
    DateChangeOut,
    DeliveryIn,
    EditIn,
    EntryMadeOut,
    FollowIn,
    HoldIn,
    HoldOut,
    KeptOut,
    OrderIn,
    OrderOut,
    OrderRowOut,
    ReleaseIn,
    ReserveIn,
    RevisionIn,
    UnreserveIn,
    VersionOut,
)
from gendan.api.outside import order_for_outside, row_for_outside
from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import SavedOut, asker, plain, saved
from gendan.orders import queries, services
from gendan.orders.entry import LineData, lines_from_assortment, lines_from_matrix

router = Router(tags=["orders"])


# Reading ------------------------------------------------------------------------------------


@router.get("/orders", response=Page[OrderRowOut], operation_id="list_orders")
def list_orders(
    request: HttpRequest,
    paging: Query[Paging],
    q: str = "",
    state: str = "",
    customer_id: int | None = None,
    merchandiser_id: int | None = None,
    promised_until: dt.date | None = None,
    late: bool = False,
    held: bool = False,
) -> Any:
    """Orders, the newest first; `q` is a part of a number, of theirs, or of the customer."""
    user = asker(request)
    orders = queries.containing(queries.orders_seen_by(user), plain(q, 80))
    if state:
        orders = orders.filter(state=plain(state, 10))
    if customer_id is not None:
        orders = orders.filter(customer=customer_id)
    if merchandiser_id is not None:
        orders = orders.filter(merchandiser=merchandiser_id)
    if promised_until is not None:
        orders = orders.filter(promised_on__lte=promised_until)
    if late:
        orders = queries.late(orders)
    if held:
        orders = queries.held(orders)
    if not user.is_outside:
        return page_of(orders, paging)
    # Which of their orders we hold or expect to be late, and who of us sees to which, is ours.
    is_ours = late or held or merchandiser_id is not None
    found = page_of(orders.none() if is_ours else orders, paging)
    return found | {"items": [row_for_outside(order) for order in found["items"]]}


@router.get("/orders/{int:order_id}", response=OrderOut, operation_id="get_order")
def get_order(request: HttpRequest, order_id: int) -> Any:
    """An order with its lines, their checks and dated deliveries."""
    user = asker(request)
    order = queries.order_head(order_id, user)
    return order_for_outside(order) if user.is_outside else order


@router.get("/orders/{int:order_id}/dates", response=list[DateChangeOut], operation_id="list_dates")
def list_dates(request: HttpRequest, order_id: int) -> Any:
    """Every change of a date since the order was confirmed, the oldest first."""
    return queries.dates_of(_seen(request, order_id))[:2000]


@router.get("/orders/{int:order_id}/holds", response=list[HoldOut], operation_id="list_holds")
def list_holds(request: HttpRequest, order_id: int) -> Any:
    """All holds of an order, the open ones first."""
    return queries.holds_of(_seen(request, order_id))[:500]


@router.get(
    "/orders/{int:order_id}/versions", response=list[VersionOut], operation_id="list_versions"
)
def list_versions(request: HttpRequest, order_id: int) -> Any:
    """The order as it was confirmed and amended, the newest first."""
    return queries.versions_of(_seen(request, order_id))[:200]


@router.get(
    "/customers/{int:customer_id}/items",
    response=Page[CustomerItemOut],
    operation_id="list_customer_items",
)
def list_customer_items(request: HttpRequest, paging: Query[Paging], customer_id: int) -> Any:
    """What a customer calls our items."""
    customer = queries.seen_customer(customer_id, asker(request))
    return page_of(queries.item_codes_of(customer), paging, "code")


@router.get(
    "/customers/{int:customer_id}/price-lists",
    response=Page[CustomerPriceListOut],
    operation_id="list_customer_price_lists",
)
def list_customer_price_lists(request: HttpRequest, paging: Query[Paging], customer_id: int) -> Any:
    """Which price lists hold for a customer, in the order they are asked."""
    customer = queries.seen_customer(customer_id, asker(request))
    return page_of(queries.price_lists_of(customer), paging, "rank")


def _seen(request: HttpRequest, order_id: int) -> int:
    """The id of an order, if the user sees it; else 404 before anything else is said."""
    return queries.seen_order(order_id, asker(request))


# Drafts -------------------------------------------------------------------------------------


@router.post("/orders", response={201: OrderRowOut}, operation_id="draft_order")
def draft_order(request: HttpRequest, given: OrderIn) -> Any:
    """Write down an order; what is not given comes from the customer."""
    lines = [*given.lines, *_lines_of_styles(given)]
    order = services.draft_order(
        order=given.order, lines=lines, allow_duplicate=given.allow_duplicate, by=asker(request)
    )
    return Status(201, order)


def _lines_of_styles(given: OrderIn) -> list[LineData]:
    lines: list[LineData] = []
    for matrix in given.matrices:
        cells = {
            (colour, size): number
            for colour, sizes in matrix.cells.items()
            for size, number in sizes.items()
        }
        lines += lines_from_matrix(
            matrix.style,
            cells,
            unit_price=matrix.unit_price,
            requested_on=matrix.requested_on,
            carton_rule=matrix.carton_rule,
        )
    for one in given.assortments:
        lines += lines_from_assortment(
            one.style,
            one.colour,
            one.ratio,
            packs=one.packs,
            packs_per_carton=one.packs_per_carton,
            unit_price=one.unit_price,
            requested_on=one.requested_on,
        )
    return lines


@router.post("/orders/{int:order_id}/edit", response=OrderRowOut, operation_id="edit_order")
def edit_order(request: HttpRequest, order_id: int, given: EditIn) -> Any:
    """Change a draft: its head, and all its lines where `lines` is given."""
    return services.edit_order(
        order_id=_seen(request, order_id),
        changes=given.changes,
        lines=given.lines,
        revision=given.revision,
        allow_duplicate=given.allow_duplicate,
        by=asker(request),
    )


@router.post("/orders/{int:order_id}/check", response=list[CheckOut], operation_id="check_order")
def check_order(request: HttpRequest, order_id: int) -> Any:
    """Check product, price and stock of every line."""
    return services.check_order(order_id=_seen(request, order_id), by=asker(request))


@router.post("/orders/{int:order_id}/confirm", response=OrderRowOut, operation_id="confirm_order")
def confirm_order(request: HttpRequest, order_id: int, given: ConfirmIn) -> Any:
    """Promise the order to the customer."""
    return services.confirm_order(
        order_id=_seen(request, order_id), **given.dict(), by=asker(request)
    )


# Confirmed orders ---------------------------------------------------------------------------


@router.post("/orders/{int:order_id}/amend", response=OrderRowOut, operation_id="amend_order")
def amend_order(request: HttpRequest, order_id: int, given: AmendIn) -> Any:
    """Change a confirmed order as agreed with the customer: a new version."""
    return services.amend_order(
        order_id=_seen(request, order_id),
        changes=given.changes,
        change_lines=given.change_lines,
        add_lines=given.add_lines,
        cancel_lines=given.cancel_lines,
        reason=given.reason,
        revision=given.revision,
        by=asker(request),
    )


@router.post("/orders/{int:order_id}/cancel", response=OrderRowOut, operation_id="cancel_order")
def cancel_order(request: HttpRequest, order_id: int, given: CancelIn) -> Any:
    """End an order of which nothing was delivered."""
    return services.cancel_order(
        order_id=_seen(request, order_id), **given.dict(), by=asker(request)
    )


@router.post("/orders/{int:order_id}/close", response=OrderRowOut, operation_id="close_order")
def close_order(request: HttpRequest, order_id: int, given: RevisionIn) -> Any:
    """End an order of which everything is delivered within the tolerance."""
    return services.close_order(
        order_id=_seen(request, order_id), **given.dict(), by=asker(request)
    )


@router.post(
    "/orders/{int:order_id}/deliveries", response=OrderRowOut, operation_id="record_delivery"
)
def record_delivery(request: HttpRequest, order_id: int, given: DeliveryIn) -> Any:
    """Goods have left for the customer."""
    return services.record_delivery(
        order_id=_seen(request, order_id),
        lines=given.lines,
        delivered_on=given.delivered_on,
        remark=given.remark,
        by=asker(request),
    )


@router.post("/orders/{int:order_id}/reserve", response=KeptOut, operation_id="reserve_lines")
def reserve_lines(request: HttpRequest, order_id: int, given: ReserveIn) -> Any:
    """Keep stock for lines; gives what is newly kept."""
    kept = services.reserve_lines(
        order_id=_seen(request, order_id), **given.dict(), by=asker(request)
    )
    return _kept(kept)


@router.post("/orders/{int:order_id}/unreserve", response=KeptOut, operation_id="unreserve_lines")
def unreserve_lines(request: HttpRequest, order_id: int, given: UnreserveIn) -> Any:
    """Let go the stock kept for lines; gives how much."""
    released = services.unreserve_lines(
        order_id=_seen(request, order_id), line_ids=given.line_ids, by=asker(request)
    )
    return _kept(released)


def _kept(quantities: dict[int, Decimal]) -> dict[str, Any]:
    return {"lines": {str(pk): quantity for pk, quantity in quantities.items()}}


@router.post("/orders/{int:order_id}/holds", response={201: HoldOut}, operation_id="place_hold")
def place_hold(request: HttpRequest, order_id: int, given: HoldIn) -> Any:
    """Keep a stage of an order back."""
    hold = services.place_hold(order_id=_seen(request, order_id), **given.dict(), by=asker(request))
    return Status(201, hold)


@router.post("/holds/{int:hold_id}/release", response=HoldOut, operation_id="release_hold")
def release_hold(request: HttpRequest, hold_id: int, given: ReleaseIn) -> Any:
    """Let the stage go on."""
    hold = queries.seen_hold(hold_id, asker(request))
    return services.release_hold(hold_id=hold, reason=given.reason, by=asker(request))


# Talking ------------------------------------------------------------------------------------


@router.post(
    "/orders/{int:order_id}/comments",
    response={201: EntryMadeOut},
    operation_id="comment_on_order",
)
def comment_on_order(request: HttpRequest, order_id: int, given: CommentIn) -> Any:
    """Say something about an order; people are named with @."""
    entry = services.comment_on_order(
        order_id=_seen(request, order_id), text=given.text, by=asker(request)
    )
    user = asker(request)
    mentioned = [] if user.is_outside else entry.data["mentioned"]
    return Status(201, {"id": entry.pk, "at": entry.at, "mentioned": mentioned})


@router.post(
    "/orders/{int:order_id}/files", response={201: AttachmentOut}, operation_id="attach_to_order"
)
def attach_to_order(
    request: HttpRequest,
    order_id: int,
    file: File[UploadedFile],
    kind: Form[str] = "",
) -> Any:
    """Keep a file with the order."""
    attachment = services.attach_to_order(
        order_id=_seen(request, order_id),
        content=file.file,  # type: ignore[arg-type]
        name=file.name or "file",
        kind=kind,
        by=asker(request),
    )
    return Status(201, attachment)


@router.post("/orders/{int:order_id}/follow", response={204: None}, operation_id="follow_order")
def follow_order(request: HttpRequest, order_id: int, given: FollowIn) -> Any:
    """Hear of everything that happens to an order."""
    services.follow_order(
        order_id=_seen(request, order_id), user_id=given.user_id, by=asker(request)
    )
    return Status(204, None)


@router.post("/orders/{int:order_id}/unfollow", response={204: None}, operation_id="unfollow_order")
def unfollow_order(request: HttpRequest, order_id: int, given: FollowIn) -> Any:
    """No longer hear of an order."""
    services.unfollow_order(
        order_id=_seen(request, order_id), user_id=given.user_id, by=asker(request)
    )
    return Status(204, None)


# Customers ----------------------------------------------------------------------------------


@router.post("/customer-items", response=SavedOut, operation_id="save_customer_items")
def save_customer_items(request: HttpRequest, given: CustomerItemsIn) -> Any:
    """Make, change or remove what customers call our items, all or none."""
    return saved(services.save_customer_items(rows=given.rows, by=asker(request)))


@router.post("/customer-price-lists", response=SavedOut, operation_id="save_customer_price_lists")
def save_customer_price_lists(request: HttpRequest, given: CustomerPriceListsIn) -> Any:
    """Say which price lists hold for customers, all or none."""
    return saved(services.save_customer_price_lists(rows=given.rows, by=asker(request)))
