"""What must always be true of orders; each broken rule is told in a sentence."""

from decimal import Decimal

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from gendan.inventory.models import Reservation
from gendan.orders.demands import line_ids_of
from gendan.orders.models import (
    DateChange,
    Delivery,
    Hold,
    Instalment,
    Line,
    Order,
    OrderReview,
    OrderState,
    Promise,
    Version,
)
from gendan.orders.review_sql import ASKED

MOST_TOLD = 20
_STARTED = (OrderState.CONFIRMED, OrderState.CLOSED)


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. A fixed number of queries."""
    return [
        *_totals_are_sums(),
        *_requested_is_the_earliest(),
        *_deliveries_add_up(),
        *_instalments_make_a_hundred(),
        *_nothing_beyond_the_tolerance(),
        *_confirmed_orders_are_complete(),
        *_histories_end_in_the_present(),
        *_ended_orders_keep_nothing(),
        *_holds_are_released_by_somebody(),
        *_reviews_are_of_what_stands_there(),
        *_decided_reviews_have_a_moment(),
    ]


def _totals_are_sums() -> list[str]:
    standing = Line.objects.filter(order=OuterRef("pk"), is_cancelled=False).order_by()
    total = standing.values("order").annotate(whole=Sum("amount")).values("whole")
    wrong = Order.objects.annotate(whole=Coalesce(Subquery(total), Decimal(0))).exclude(
        total=F("whole")
    )
    return [
        f"{number}: total {total}, its lines make {whole}"
        for number, total, whole in wrong.values_list("number", "total", "whole")[:MOST_TOLD]
    ]


def _requested_is_the_earliest() -> list[str]:
    standing = Line.objects.filter(
        order=OuterRef("pk"), is_cancelled=False, requested_on__isnull=False
    ).order_by("requested_on")
    first = Subquery(standing.values("requested_on")[:1])
    wrong = Order.objects.annotate(first=first).filter(
        ~Q(requested_on=F("first")), first__isnull=False
    )
    return [
        f"{number}: requested {day}, its first line {first_day}"
        for number, day, first_day in wrong.values_list("number", "requested_on", "first")[
            :MOST_TOLD
        ]
    ]


def _deliveries_add_up() -> list[str]:
    rows = (
        Delivery.objects.order_by()
        .values("line_id", "line__quantity")
        .annotate(whole=Sum("quantity"))
        .exclude(whole=F("line__quantity"))
    )
    return [
        f"line {row['line_id']}: {row['line__quantity']} ordered, deliveries of {row['whole']}"
        for row in rows[:MOST_TOLD]
    ]


def _instalments_make_a_hundred() -> list[str]:
    rows = Instalment.objects.order_by().values("order__number").annotate(whole=Sum("percent"))
    return [
        f"{row['order__number']}: its instalments make {row['whole']} %"
        for row in rows.exclude(whole=100)[:MOST_TOLD]
    ]


def _nothing_beyond_the_tolerance() -> list[str]:
    most = F("quantity") * (1 + F("order__over_percent") / 100)
    wrong = Line.objects.filter(delivered__gt=most).select_related("order")
    short = Line.objects.filter(order__state=OrderState.CLOSED, is_cancelled=False).filter(
        delivered__lt=F("quantity") * (1 - F("order__short_percent") / 100)
    )
    cancelled = Line.objects.filter(Q(is_cancelled=True) | Q(order__state=OrderState.CANCELLED))
    return [
        *(f"{line.order.number}/{line.position}: delivered too much" for line in wrong[:MOST_TOLD]),
        *(
            f"{line.order.number}/{line.position}: closed although goods are missing"
            for line in short.select_related("order")[:MOST_TOLD]
        ),
        *(
            f"{line.order.number}/{line.position}: cancelled although delivered"
            for line in cancelled.filter(delivered__gt=0).select_related("order")[:MOST_TOLD]
        ),
    ]


def _confirmed_orders_are_complete() -> list[str]:
    versions = Version.objects.filter(order=OuterRef("pk"), number=OuterRef("version"))
    promises = Promise.objects.filter(order=OuterRef("pk"))
    open_dates = Line.objects.filter(
        order=OuterRef("pk"), is_cancelled=False, promised_on__isnull=True
    )
    started = Order.objects.filter(state__in=_STARTED)
    wrong = started.filter(
        ~Exists(versions)
        | ~Exists(promises)
        | Exists(open_dates)
        | Q(promised_on=None)
        | Q(forecast_on=None)
        | Q(confirmed_at=None)
    )
    told = [f"{order.number}: confirmed without version, promise or dates" for order in wrong]
    last = Line.objects.filter(order=OuterRef("pk"), is_cancelled=False).order_by()
    latest = last.values("order").annotate(day=Max("promised_on")).values("day")
    other = started.annotate(latest=Subquery(latest)).exclude(promised_on=F("latest"))
    for number, day, last_day in other.values_list("number", "promised_on", "latest"):
        told.append(f"{number}: promised {day}, last line {last_day}")
    gaps = Order.objects.annotate(kept=Count("versions")).exclude(state=OrderState.DRAFT)
    few = gaps.filter(state__in=_STARTED).exclude(kept=F("version"))
    for number, kept, version in few.values_list("number", "kept", "version"):
        told.append(f"{number}: {kept} versions kept, version {version} in force")
    return told[:MOST_TOLD]


def _histories_end_in_the_present() -> list[str]:
    """The last change of each kind is what the row says, and each begins where the last ended."""
    told = []
    last: dict[tuple[int, int | None, str], object] = {}
    rows = DateChange.objects.order_by("pk").values_list(
        "order_id", "line_id", "kind", "was_on", "is_on"
    )
    for order_id, line_id, kind, was_on, is_on in rows.iterator(chunk_size=5000):
        key = (order_id, line_id, kind)
        if key in last and last[key] != was_on:
            told.append(f"order {order_id}, line {line_id}: the history of {kind} has a gap")
        last[key] = is_on
    kinds = ("requested", "promised", "forecast")
    started = Order.objects.filter(state__in=_STARTED)
    for pk, *days in started.values_list("pk", *(f"{kind}_on" for kind in kinds)):
        for kind, day in zip(kinds, days, strict=True):
            if last.get((pk, None, kind)) != day:
                told.append(f"order {pk}: its history of {kind} does not end at {day}")
    lines = Line.objects.filter(order__state__in=_STARTED, is_cancelled=False)
    for order_id, pk, *days in lines.values_list(
        "order_id", "pk", *(f"{kind}_on" for kind in kinds)
    ):
        for kind, day in zip(kinds, days, strict=True):
            if last.get((order_id, pk, kind), day) != day:
                told.append(f"line {pk}: its history of {kind} does not end at {day}")
    return told[:MOST_TOLD]


def _ended_orders_keep_nothing() -> list[str]:
    ended = Line.objects.filter(
        Q(is_cancelled=True) | Q(order__state__in=(OrderState.CLOSED, OrderState.CANCELLED))
    )
    kept = line_ids_of(Reservation.objects.values_list("demand", flat=True).distinct())
    told = [
        f"line {pk}: stock is kept although it has ended"
        for pk in ended.filter(pk__in=kept).values_list("pk", flat=True)
    ]
    gone = kept.difference(Line.objects.filter(pk__in=kept).values_list("pk", flat=True))
    told += [f"stock is kept for line {pk}, which does not exist" for pk in sorted(gone)]
    holds = Hold.objects.filter(
        released_at=None, order__state__in=(OrderState.CLOSED, OrderState.CANCELLED)
    )
    told += [f"hold {hold.pk} is open on an order that has ended" for hold in holds[:MOST_TOLD]]
    return told[:MOST_TOLD]


def _holds_are_released_by_somebody() -> list[str]:
    """An override has a reason and a name; an open hold has neither release nor override."""
    wrong = Hold.objects.filter(
        Q(is_override=True, release_reason="")
        | Q(is_override=True, released_by=None)
        | Q(released_at=None, is_override=True)
    )
    return [f"hold {hold.pk}: overridden without reason or name" for hold in wrong[:MOST_TOLD]]


_STALE = f"""
SELECT a.order_id, a.kind, a.role FROM ({ASKED}) a JOIN orders_orderreview v
  ON v.order_id = a.order_id AND v.kind = a.kind AND v.role = a.role
WHERE v.state <> 'open' AND v.digest <> a.digest LIMIT %(most)s
"""  # noqa: S608 (only constants are put together)


def _reviews_are_of_what_stands_there() -> list[str]:
    """No review of a draft counts as done for values that have changed since."""
    drafts = list(Order.objects.filter(state=OrderState.DRAFT).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"orders": drafts, "most": MOST_TOLD})
        rows = cursor.fetchall()
    return [
        f"order {pk}: the review of {kind} by {role} is of former values" for pk, kind, role in rows
    ]


def _decided_reviews_have_a_moment() -> list[str]:
    wrong = OrderReview.objects.filter(Q(state="open") ^ Q(at=None))
    return [f"review {one.pk}: {one.state}, decided at {one.at}" for one in wrong[:MOST_TOLD]]
