"""What the API operations of the orders room take and give."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from gendan.api.rows import Rows
from gendan.orders import queries, reasons
from gendan.orders.entry import LineChange, LineData, Number, OrderChanges, OrderData
from gendan.orders.models import Line, LineCheck, LinePromise, Order
from gendan.orders.services import CustomerItemRow, CustomerPriceListRow, DeliveredLine

Lines = Annotated[list[LineData], Field(max_length=2000)]


class MatrixIn(Schema):
    """Lines of a style by colour and size: {"red": {"S": 10, "M": 20}}; the rest holds for all."""

    style: str
    cells: dict[str, dict[str, Number]]
    unit_price: Number | None = None
    requested_on: dt.date | None = None
    carton_rule: str = ""


class AssortmentIn(Schema):
    """Lines of one colour from a pre-pack: pieces per size in a pack, packs, packs per carton."""

    style: str
    colour: str
    ratio: dict[str, int]
    packs: int
    packs_per_carton: int = 1
    unit_price: Number | None = None
    requested_on: dt.date | None = None


class OrderIn(Schema):
    """A new order; matrices and assortments become lines after `lines`."""

    order: OrderData
    lines: Lines = []
    matrices: Annotated[list[MatrixIn], Field(max_length=50)] = []
    assortments: Annotated[list[AssortmentIn], Field(max_length=50)] = []
    allow_duplicate: bool = False


class EditIn(Schema):
    """Changes of a draft; `lines`, when given, are all its lines."""

    changes: OrderChanges | None = None
    lines: Lines | None = None
    revision: int | None = None
    allow_duplicate: bool = False


class AmendIn(Schema):
    """Changes of a confirmed order as agreed with the customer."""

    changes: OrderChanges | None = None
    change_lines: Annotated[list[LineChange], Field(max_length=2000)] = []
    add_lines: Lines = []
    cancel_lines: Annotated[list[int], Field(max_length=2000)] = []
    reason: str = ""
    revision: int | None = None


class ConfirmIn(Schema):
    """`despite` says why red checks are accepted; `seen_warnings` are ids of rules that warn."""

    revision: int | None = None
    despite: str = ""
    seen_warnings: Annotated[list[int], Field(max_length=500)] = []


class RevisionIn(Schema):
    """The revision that was seen; null does not ask."""

    revision: int | None = None


class CancelIn(RevisionIn):
    """Why the order is cancelled."""

    reason: str


class HoldIn(Schema):
    """A stage (confirm, buy, produce, ship) that is kept back, and why."""

    stage: str
    reason: str


class ReleaseIn(Schema):
    """Why the hold is released; needed to override one whose condition is not met."""

    reason: str = ""


class ReserveIn(Schema):
    """Lines by id, all when left out."""

    line_ids: list[int] | None = None
    take_what_is_there: bool = True


class UnreserveIn(Schema):
    """Lines by id, all when left out."""

    line_ids: list[int] | None = None


class DeliveryIn(Schema):
    """What has left, and when."""

    lines: Annotated[list[DeliveredLine], Field(max_length=2000)]
    delivered_on: dt.date | None = None
    remark: str = ""


class CommentIn(Schema):
    """People are named with @."""

    text: str


class FollowIn(Schema):
    """Somebody else than oneself."""

    user_id: int | None = None


class CustomerItemsIn(Schema):
    """What customers call our items."""

    rows: Rows[CustomerItemRow]


class CustomerPriceListsIn(Schema):
    """Which price lists hold for customers."""

    rows: Rows[CustomerPriceListRow]


class OrderRowOut(Schema):
    """An order in a list."""

    id: int
    number: str
    customer_id: int
    customer: str
    customer_order_number: str
    state: str
    currency: str
    total: Decimal
    merchandiser_id: int | None
    requested_on: dt.date | None
    promised_on: dt.date | None
    forecast_on: dt.date | None
    confirmed_at: dt.datetime | None
    version: int
    revision: int

    @staticmethod
    def resolve_customer(order: Order) -> str:
        return order.customer.name


class ReasonOut(Schema):
    """A reason with its words in the reader's language."""

    code: str
    words: str
    params: dict[str, Any]
    binding: bool = False


def reason_of(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A kept reason as the API gives it."""
    return {
        "code": reason["code"],
        "words": reasons.words(reason),
        "params": reason.get("params", {}),
        "binding": bool(reason.get("binding", False)),
    }


class CheckOut(Schema):
    """The verdict of one check on a line."""

    line_id: int
    kind: str
    verdict: str
    reasons: list[ReasonOut]
    at: dt.datetime

    @staticmethod
    def resolve_reasons(check: LineCheck) -> list[dict[str, Any]]:
        return [reason_of(reason) for reason in check.reasons]


class DatedDeliveryOut(Schema):
    """One of several dated deliveries."""

    id: int
    quantity: Decimal
    requested_on: dt.date | None
    promised_on: dt.date | None


class LineOut(Schema):
    """A line of an order."""

    id: int
    position: int
    item_id: int
    item: str
    customer_code: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal
    amount: Decimal
    assortment: dict[str, Any] | None
    carton_rule: str
    requested_on: dt.date | None
    promised_on: dt.date | None
    forecast_on: dt.date | None
    delivered: Decimal
    is_cancelled: bool
    deliveries: list[DatedDeliveryOut]
    checks: list[CheckOut]

    @staticmethod
    def resolve_item(line: Line) -> str:
        return line.item.code

    @staticmethod
    def resolve_unit(line: Line) -> str:
        return line.item.unit.code


class OrderOut(OrderRowOut):
    """An order with its lines."""

    channel: str
    ordered_on: dt.date | None
    received_at: dt.datetime
    incoterm: str
    incoterm_place: str
    basis: str
    delivery_method: str
    destination_country: str
    destination: str
    ship_policy: str
    over_percent: Decimal
    short_percent: Decimal
    packing: str
    shipping_marks: str
    documents_required: list[str]
    remark: str
    end_reason: str
    lines: list[LineOut]

    @staticmethod
    def resolve_lines(order: Order) -> list[Line]:
        return list(queries.lines_of(order.pk))


class HoldOut(Schema):
    """A hold, open while released_at is null."""

    id: int
    order_id: int
    stage: str
    key: str
    reason: str
    placed_at: dt.datetime
    released_at: dt.datetime | None
    release_reason: str
    is_override: bool


class VersionOut(Schema):
    """The order as it was confirmed or amended."""

    number: int
    at: dt.datetime
    by_id: int | None
    reason: str
    difference: list[dict[str, str]]
    snapshot: dict[str, Any]


class DateChangeOut(Schema):
    """A change of a requested, promised or forecast date."""

    line_id: int | None
    kind: str
    was_on: dt.date | None
    is_on: dt.date | None
    at: dt.datetime
    by_id: int | None
    reason: str


class LinePromiseOut(Schema):
    """A line's promised dates and why."""

    line_id: int
    ex_works_on: dt.date
    on_board_on: dt.date
    at_door_on: dt.date
    earliest_on: dt.date | None
    reasons: list[ReasonOut]

    @staticmethod
    def resolve_reasons(line: LinePromise) -> list[dict[str, Any]]:
        return [reason_of(reason) for reason in line.reasons]


class PromiseOut(Schema):
    """A promise, its method, and its lines."""

    id: int
    at: dt.datetime
    engine: str
    ex_works_on: dt.date
    on_board_on: dt.date
    at_door_on: dt.date
    lines: list[LinePromiseOut]


class KeptOut(Schema):
    """Quantities by line id."""

    lines: dict[str, Decimal]


class EntryMadeOut(Schema):
    """A comment as the journal keeps it."""

    id: int
    at: dt.datetime
    mentioned: list[int]


class AttachmentOut(Schema):
    """A file on an order."""

    id: int
    name: str
    kind: str
    at: dt.datetime


class CustomerItemOut(Schema):
    """A customer's code of one of our items."""

    id: int
    customer_id: int
    item_id: int
    code: str
    name: str


class CustomerPriceListOut(Schema):
    """A price list that holds for a customer."""

    id: int
    customer_id: int
    price_list_id: int
    rank: int
