"""Questions about customer orders that more than one caller asks."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import (
    Count,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from gendan.catalog.queries import calendar
from gendan.engine.transit import ThreeDates, Transit, worked_by
from gendan.kernel import clock
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.orders.models import (
    CustomerItem,
    CustomerPriceList,
    DateChange,
    Hold,
    Line,
    LineCheck,
    LinePromise,
    Order,
    OrderOverride,
    OrderReview,
    OrderState,
    Promise,
    Verdict,
    Version,
)
from gendan.partners.models import DeliveryMethod, Lane, Partner
from gendan.partners.queries import ASSUMED

_RANKS = {Verdict.GREEN.value: 0, Verdict.AMBER.value: 1, Verdict.RED.value: 2}


# One order ----------------------------------------------------------------------------------


def order_head(order_id: int, user: User) -> Order:
    """The head of an order with everybody named in it, if this user may see it (1 query)."""
    order = (
        Order.objects.visible_to(user)
        .select_related("customer", "contact", "merchandiser", "taken_by", "payment_terms")
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        raise NotThere(_("There is no such order."))
    return order


def seen_order(order_id: int, user: User) -> int:
    """The id of an order, if this user may see it; a stranger hears there is none (1 query)."""
    if not Order.objects.visible_to(user).filter(pk=order_id).exists():
        raise NotThere(_("There is no such order."))
    return order_id


def seen_hold(hold_id: int, user: User) -> int:
    """The id of a hold, if this user may see its order."""
    seen = Order.objects.visible_to(user).values("pk")
    if not Hold.objects.filter(pk=hold_id, order__in=seen).exists():
        raise NotThere(_("There is no such hold."))
    return hold_id


def seen_customer(customer_id: int, user: User) -> int:
    """The id of a customer, if this user may see it."""
    if not Partner.objects.visible_to(user).filter(pk=customer_id).exists():
        raise NotThere(_("There is no such customer."))
    return customer_id


def no_promise_words() -> str:
    """What is said where nothing was promised yet."""
    return _("Nothing has been promised for this order yet.")


def lines_of(order_id: int) -> "QuerySet[Line]":
    """An order's lines with item, unit, checks and dated deliveries (3 queries).

    Cancelled lines are among them. `checks_of(line)` gives the checks by kind.
    """
    return (
        Line.objects.filter(order=order_id)
        .select_related("item__unit", "item__family", "typed_unit")
        .prefetch_related("checks", "deliveries")
        .order_by("position")
    )


def checks_of(line: Line) -> dict[str, LineCheck]:
    """A line's checks by kind (product, price, stock); not checked yet is left out."""
    return {check.kind: check for check in line.checks.all()}


def worst_of(line: Line) -> str:
    """The gravest verdict of a line's checks, empty when it was not checked."""
    verdicts = [check.verdict for check in line.checks.all()]
    return max(verdicts, key=lambda one: _RANKS[one], default="")


def promise_in_force(order_id: int) -> Promise | None:
    """The newest promise with its lines, their items and reasons (2 queries)."""
    lines = LinePromise.objects.select_related("line__item").order_by("line__position")
    return (
        Promise.objects.filter(order=order_id)
        .select_related("by")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-pk")
        .first()
    )


def say_worked_days(rows: Iterable[Promise | LinePromise]) -> None:
    """Let promises that are only shown name the last working day on which goods can leave: what is
    written down is by when they must, on whatever day of the week (2 queries)."""
    works = calendar(None)
    for one in rows:
        one.ex_works_on = worked_by(one.ex_works_on, works)


def promises_of(order_id: int) -> "QuerySet[Promise]":
    """Every promise that was computed or agreed, the newest first."""
    return Promise.objects.filter(order=order_id).select_related("by").order_by("-pk")


def dates_of(order_id: int) -> "QuerySet[DateChange]":
    """Every date the order and its lines have had since it was confirmed, the oldest first."""
    return DateChange.objects.filter(order=order_id).select_related("line", "by").order_by("pk")


def holds_of(order_id: int) -> "QuerySet[Hold]":
    """All holds of an order, the open ones first."""
    return (
        Hold.objects.filter(order=order_id)
        .select_related("placed_by", "released_by")
        .order_by(F("released_at").asc(nulls_first=True), "pk")
    )


def open_holds(order_ids: Collection[int]) -> dict[int, list[Hold]]:
    """The open holds of several orders: one query."""
    found: dict[int, list[Hold]] = {}
    for hold in Hold.objects.filter(order__in=order_ids, released_at=None).order_by("pk"):
        found.setdefault(hold.order_id, []).append(hold)
    return found


def versions_of(order_id: int) -> "QuerySet[Version]":
    """The order as it was confirmed and amended, the newest first."""
    return Version.objects.filter(order=order_id).select_related("by").order_by("-number")


# Many orders --------------------------------------------------------------------------------


def orders_seen_by(user: User) -> "QuerySet[Order]":
    """What a list of orders starts from: those this user sees, with customer and merchandiser."""
    return Order.objects.visible_to(user).select_related("customer", "merchandiser")


def containing(orders: "QuerySet[Order]", text: str) -> "QuerySet[Order]":
    """Orders whose number, customer's number or customer contains a text; empty keeps all."""
    text = text.strip()
    if not text:
        return orders
    return orders.filter(
        Q(number__icontains=text)
        | Q(customer_order_number__icontains=text)
        | Q(customer__in=customers_named(text))
    )


def customers_named(text: str) -> list[int]:
    """Ids of the companies whose name contains a text, or whose code it is: one query.

    Asked beforehand: an order's number or its customer's name in one condition over two tables
    would read every order; with the ids an index answers each part.
    """
    fits = Q(name__icontains=text) | Q(name_zh__icontains=text) | Q(code__iexact=text)
    return list(Partner.objects.filter(fits).values_list("pk", flat=True))


def late(orders: "QuerySet[Order]", on: dt.date | None = None) -> "QuerySet[Order]":
    """Confirmed orders that will miss, or have missed, their promised date."""
    day = on or clock.today()
    return orders.filter(state=OrderState.CONFIRMED, promised_on__isnull=False).filter(
        Q(forecast_on__gt=F("promised_on")) | Q(promised_on__lt=day)
    )


def held(orders: "QuerySet[Order]") -> "QuerySet[Order]":
    """Orders with an open hold."""
    return orders.filter(pk__in=Hold.objects.filter(released_at=None).values("order"))


def delivered_share(order_ids: Collection[int]) -> dict[int, float]:
    """How much of each order is delivered, 0 to 1, by quantity: one query."""
    rows = (
        Line.objects.filter(order__in=order_ids, is_cancelled=False)
        .values_list("order")
        .annotate(Sum("delivered"), Sum("quantity"))
    )
    return {pk: float(min(done / whole, 1)) if whole else 0.0 for pk, done, whole in rows}


def count_by_state(user: User) -> dict[str, int]:
    """How many orders this user sees in each state: one query."""
    rows = Order.objects.visible_to(user).values_list("state").annotate(Count("pk"))
    return dict(rows.order_by())


# Customers ----------------------------------------------------------------------------------


def item_codes_of(customer_id: int) -> "QuerySet[CustomerItem]":
    """What a customer calls our items."""
    return CustomerItem.objects.filter(customer=customer_id).select_related("item").order_by("code")


def price_lists_of(customer_id: int) -> "QuerySet[CustomerPriceList]":
    """Which price lists hold for a customer, in the order they are asked."""
    return (
        CustomerPriceList.objects.filter(customer=customer_id)
        .select_related("price_list")
        .order_by("rank", "pk")
    )


# For the rooms ------------------------------------------------------------------------------


def demand_of(line_id: int) -> str:
    """How inventory names what a line needs: the line as the journal writes it."""
    return f"orders.line:{line_id}"


def with_lane(orders: "QuerySet[Order]") -> "QuerySet[Order]":
    """Orders that know how long their way is, as `lane` (see `transit_of`), in the same query."""
    lanes = Lane.objects.filter(
        method=OuterRef("delivery_method"), country=OuterRef("destination_country")
    )
    days = JSONObject(
        port="to_port_days",
        transit="transit_days",
        door="to_door_days",
        cutoff="cutoff_days",
        sails="sails_on",
    )
    return orders.annotate(lane=Subquery(lanes.values_list(days)[:1]))


def transit_of(order: Order) -> Transit:
    """How long an order's goods travel; the order comes from `with_lane`, else it costs a query."""
    if not hasattr(order, "lane"):
        order = with_lane(Order.objects.all()).get(pk=order.pk)
    lane: Any = getattr(order, "lane", None)
    if lane:
        return Transit(
            lane["port"],
            lane["transit"],
            lane["door"],
            cutoff_days=lane["cutoff"],
            sails_on=tuple(lane["sails"]),
        )
    return ASSUMED[DeliveryMethod(order.delivery_method)]


def sailing_reasons(order: Order, dates: ThreeDates) -> list[dict[str, Any]]:
    """With what the goods sail, and when they must be at the port for it, as kept reasons."""
    sailing = transit_of(order).said(dates.on_board_on)
    return [] if sailing is None else [{"code": sailing[0], "params": sailing[1]}]


# Reviews ------------------------------------------------------------------------------------


def reviews_waiting(user: User) -> "QuerySet[OrderReview]":
    """The open reviews of drafts that this user's roles are asked for."""
    return OrderReview.objects.visible_to(user).filter(
        state=OrderReview.State.OPEN,
        is_required=True,
        role__in=user.roles,
        order__state=OrderState.DRAFT,
    )


def reviews_seen_by(user: User) -> "QuerySet[OrderReview]":
    """What a list of reviews starts from: those that rules ask of drafts now."""
    return (
        OrderReview.objects.visible_to(user)
        .filter(is_required=True, order__state=OrderState.DRAFT)
        .select_related("order__customer", "order__merchandiser", "by")
    )


def reviews_of(order_id: int) -> "QuerySet[OrderReview]":
    """All reviews of an order with who did them, also those no longer required."""
    return OrderReview.objects.filter(order=order_id).select_related("by").order_by("kind", "role")


def seen_review(review_id: int, user: User) -> OrderReview:
    """A review with its order, if this user may see it."""
    found = (
        OrderReview.objects.visible_to(user)
        .select_related("order__customer", "order__merchandiser", "order__payment_terms", "by")
        .filter(pk=review_id)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such review."))
    return found


def overrides_of(order_id: int) -> "QuerySet[OrderOverride]":
    """Everything that was let pass on an order although something stood against it.

    Overridden holds are told by `holds_of` (`is_override`).
    """
    return OrderOverride.objects.filter(order=order_id).select_related("by", "rule").order_by("-pk")
