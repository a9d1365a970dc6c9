"""Stock that is too much: slow, more than a year needs, expiring, left over; who wants it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    JSONField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Round

from gendan.catalog.models import Alternate, BomLine, Item
from gendan.catalog.queries import current_bom_edges
from gendan.inventory.models import Balance, Location, Move
from gendan.inventory.queries import reserved_for
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.money import minor_digits
from gendan.orders.models import Line, OrderState
from gendan.orders.queries import demand_of, orders_seen_by
from gendan.purchasing.models import GoodsReceiptLine
from gendan.purchasing.receipt_queries import where_released
from gendan.stocking.demand import USERS
from gendan.stocking.models import SurplusDecision, SurplusStart

SLOW_MONTHS = 6
EXPIRY_DAYS = 90
LEFT_OVER_DAYS = 365
MOST_OFFERS = 50
_QUANTITY = DecimalField(max_digits=18, decimal_places=6)
_WANTED_STATES = (OrderState.CONFIRMED, OrderState.DRAFT)


@dataclass(frozen=True, slots=True)
class Offer:
    """An open order line that an item's surplus could serve: of the same item, of another size of
    its style, or of something made with a component (`instead_of`) that it may stand in for.

    `wanted` is how much of the surplus item that would take.
    """

    line: Line
    missing: Decimal
    is_same_item: bool
    instead_of: str = ""
    wanted: Decimal = Decimal(0)


def _stores() -> "QuerySet[Balance]":
    return Balance.objects.filter(
        item=OuterRef("pk"), is_own=True, location__kind=Location.Kind.STORE
    ).order_by()


def surplus_for(user: User, planned: Mapping[int, Decimal] | None = None) -> "QuerySet[Item]":
    """Items with stock to spare, each with `free`, `value` and why it may be too much.

    `planned` is what of the free stock the plan in force takes, by item: that is not to spare.
    `is_slow`: it has lain for six months and was not used in them; `is_excess`: more than the
    forecast of a year (`year_need`); `expires_on`: the first day on which a lot ends, within 90
    days; `is_left_over`: an order line for it was cancelled in the last year, or, where nothing is
    forecast of it, one for what is made with it that no open line needs any more. Only what is at
    least one of these, also what came after the last forecasts. `last_out`: when it was last used,
    also in the present month. One query for any number.
    """
    today = clock.today()
    since = clock.moment_on(_months_before(today, SLOW_MONTHS), hour=0)
    lies = Exists(_stores().filter(on_hand__gt=F("reserved")))
    rows = Item.objects.visible_to(user).filter(lies)
    rows = rows.annotate(
        last_used_on=F("forecast__last_used_on"),
        year_need=Coalesce(F("forecast__expected"), 0.0),
        last_out=Subquery(_used().order_by("-at").values("at")[:1]),
        stock=Coalesce(
            Subquery(
                _stores()
                .values("item")
                .annotate(one=Sum(F("on_hand") - F("reserved")))
                .values("one")
            ),
            Value(Decimal(0)),
            output_field=_QUANTITY,
        ),
        expires_on=Subquery(
            _stores()
            .filter(on_hand__gt=F("reserved"), lot__expires_on__lte=_in_days(today, EXPIRY_DAYS))
            .values("item")
            .annotate(one=Min("lot__expires_on"))
            .values("one")
        ),
        is_left_over=_left_over(today),
        decision=Subquery(SurplusDecision.objects.filter(item=OuterRef("pk")).values("kind")[:1]),
        # Counted apart: each by its own index.
        offers=_count(_wanted().filter(item=OuterRef("pk")))
        + _count(_other_sizes(OuterRef("pk"), OuterRef("style"), OuterRef("colour")))
        + _count(_with_substitutes(_outer)),
    )
    unused = Q(last_used_on__isnull=True) | Q(last_used_on__lt=_months_before(today, SLOW_MONTHS))
    unused &= Q(last_out__isnull=True) | Q(last_out__lt=since)
    rows = rows.annotate(
        free=ExpressionWrapper(F("stock") - _by_item(planned or {}), output_field=_QUANTITY)
    )
    rows = rows.filter(free__gt=0).annotate(
        # What lies longest is used first: what came lately is what is left of it.
        is_slow=_flag(unused & Q(free__gt=_came_since(since))),
        is_excess=_flag(Q(year_need__gt=0, stock__gt=Cast("year_need", _QUANTITY))),
        value=Round(
            ExpressionWrapper(F("free") * F("cost"), output_field=_QUANTITY),
            precision=minor_digits(settings.COMPANY_CURRENCY),
        ),
    )
    too_much = Q(is_slow=True) | Q(is_excess=True) | Q(is_left_over=True)
    return rows.filter(too_much | Q(expires_on__isnull=False)).select_related("unit")


def _by_item(quantities: Mapping[int, Decimal]) -> Coalesce:
    """A quantity for each item, given from outside: one value for any number of items."""
    table = Value({str(key): str(one) for key, one in quantities.items()}, JSONField())
    found = Func(
        table,
        Cast("pk", TextField()),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    return Coalesce(Cast(found, _QUANTITY), Value(Decimal(0)), output_field=_QUANTITY)


def _used() -> "QuerySet[Move]":
    """Moves of an item to those who use it, as far as they were not moved back."""
    return Move.objects.filter(
        item=OuterRef("pk"),
        source__kind__in=Location.OWN,
        target__kind__in=USERS,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )


def _came_since(moment: dt.datetime) -> Coalesce:
    """What came into our places since then, besides what users brought back."""
    moves = Move.objects.filter(
        item=OuterRef("pk"),
        at__gte=moment,
        target__kind__in=Location.OWN,
        reverses__isnull=True,
        reversed_by__isnull=True,
    ).exclude(source__kind__in=(*Location.OWN, *USERS))
    whole = moves.order_by().values("item").annotate(one=Sum("quantity")).values("one")
    return Coalesce(Subquery(whole), Value(Decimal(0)), output_field=_QUANTITY)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _in_days(today: dt.date, days: int) -> dt.date:
    return today + dt.timedelta(days=days)


def _months_before(today: dt.date, months: int) -> dt.date:
    number = today.year * 12 + today.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


def _left_over(today: dt.date) -> Any:
    """Whether a line for it was cancelled, or, where nothing is expected of it, for its makes."""
    since = clock.moment_on(_in_days(today, -LEFT_OVER_DAYS), hour=0)
    cancelled = Line.objects.filter(order__made_at__gte=since).filter(
        Q(is_cancelled=True) | Q(order__state=OrderState.CANCELLED)
    )
    needed = Exists(_wanted().filter(item=OuterRef("pk"))) | _for_makes(_wanted())
    of_makes = Q(year_need__lte=0) & Q(_for_makes(cancelled)) & ~Q(needed)
    return _flag(Q(Exists(cancelled.filter(item=OuterRef("pk")))) | of_makes)


def _for_makes(lines: "QuerySet[Line]") -> Any:
    """Whether there are such lines for what is made with the item, in itself or in its parts.

    Looked for apart: each by its own index.
    """
    parts = BomLine.objects.filter(bom__is_current=True)
    direct = parts.filter(component=_outer(2)).values("bom__item")
    inside = parts.filter(component=_outer(3)).values("bom__item")
    whole = parts.filter(component__in=inside).values("bom__item")
    return Exists(lines.filter(item__in=direct)) | Exists(lines.filter(item__in=whole))


def _wanted() -> "QuerySet[Line]":
    """Lines of open orders that still need something."""
    return Line.objects.filter(
        order__state__in=_WANTED_STATES, is_cancelled=False, quantity__gt=F("delivered")
    )


def _other_sizes(item: Any, style: Any, colour: Any) -> "QuerySet[Line]":
    """Such lines for other sizes of a style and colour."""
    lines = _wanted().filter(item__style=style, item__colour=colour)
    return lines.exclude(item__style="").exclude(item=item)


def _outer(depth: int) -> Any:
    """The item of the surplus row, seen from so many queries inside it."""
    found: Any = "pk"
    for _level in range(depth):
        found = OuterRef(found)
    return found


def _with_substitutes(item: Callable[[int], Any]) -> "QuerySet[Line]":
    """Such lines for what needs something that an item may stand in for, in itself or in its parts.

    `item(n)` names the item inside n queries.
    """
    parents = _made_with(item(2)).values("bom__item")
    whole = BomLine.objects.filter(
        bom__is_current=True, component__in=_made_with(item(3)).values("bom__item")
    ).values("bom__item")
    lines = _wanted().filter(Q(item__in=parents) | Q(item__in=whole))
    return lines.exclude(item=item(1))


def _made_with(item: Any) -> "QuerySet[BomLine]":
    """Lines of bills of material in force for which an item may stand in."""
    everywhere = Q(component__alternates__parent=None)
    there = Q(component__alternates__parent=F("bom__item"))
    return BomLine.objects.filter(
        everywhere | there, bom__is_current=True, component__alternates__alternate=item
    )


def _count(lines: "QuerySet[Line]") -> Coalesce:
    one = lines.order_by().values("is_cancelled").annotate(one=Count("pk")).values("one")
    return Coalesce(Subquery(one), 0)


@dataclass(frozen=True, slots=True)
class Returnable:
    """Goods of a receipt's line that lie free in the store and could go back."""

    line: GoodsReceiptLine
    place: str
    quantity: Decimal


def returnable_of(item: Item, user: User) -> list[Returnable]:
    """Which of an item's released goods could go back to whom, the latest receipt first: 2
    queries."""
    rows = GoodsReceiptLine.objects.visible_to(user).filter(item=item, released__gt=0)
    lines = list(
        rows.select_related("receipt__supplier", "lot", "order_line__order").order_by("-pk")[:20]
    )
    places = where_released(lines)
    return [
        Returnable(one, code, quantity)
        for one in lines
        for code, quantity in places.get(one.pk, ())
    ]


def makes_of(item: Item, user: User) -> "QuerySet[Item]":
    """What is made of an item by the bills of material in force, at most fifty."""
    rows = Item.objects.visible_to(user).filter(boms__is_current=True, boms__lines__component=item)
    return rows.exclude(supply=Item.Supply.BUY).distinct().order_by("code")[:50]


def starts_of(item: Item, user: User) -> "QuerySet[SurplusStart]":
    """What was begun about an item's surplus, the latest first."""
    return SurplusStart.objects.visible_to(user).filter(item=item).select_related("by")


def offers_of(item: Item, user: User) -> list[Offer]:
    """Order lines that the item's free stock could serve, the earliest first: 2 queries, and 2 more
    where it may stand in for something.

    The same item comes before other sizes of its style, these before what it is a substitute in;
    what is kept for a line is not missing.
    """
    same = _wanted().filter(item=item) | _other_sizes(item.pk, item.style, item.colour)
    stands_in = _with_substitutes(lambda depth: item.pk)
    lines = _wanted().filter(Q(pk__in=same.values("pk")) | Q(pk__in=stands_in.values("pk")))
    lines = lines.filter(order__in=orders_seen_by(user).order_by().values("pk"))
    rows = list(
        lines.select_related("order__customer", "item__unit").order_by(
            F("requested_on").asc(nulls_last=True), "pk"
        )[:MOST_OFFERS]
    )
    kept = reserved_for(demand_of(one.pk) for one in rows)
    found = []
    needs = _needs_of(item, [one for one in rows if not _is_close(one.item, item)])
    for one in rows:
        missing = one.quantity - one.delivered - kept.get(demand_of(one.pk), Decimal(0))
        if missing > 0:
            code, per = needs.get(one.item_id, ("", Decimal(1)))
            wanted = (missing * per).quantize(Decimal("0.000001"))
            found.append(Offer(one, missing, one.item_id == item.pk, code, wanted))
    return sorted(found, key=lambda one: (bool(one.instead_of), not one.is_same_item))


def _is_close(other: Item, item: Item) -> bool:
    """Whether it is the item itself, or another size of its style and colour."""
    if other.pk == item.pk:
        return True
    return bool(item.style) and (other.style, other.colour) == (item.style, item.colour)


def _needs_of(item: Item, rows: Sequence[Line]) -> dict[int, tuple[str, Decimal]]:
    """For what is made with a component the item may stand in for: its code, and how much of the
    item one piece takes. No query without rows, else 2."""
    if not rows:
        return {}
    standing = {
        (one.component_id, one.parent_id): (one.component.code, one.quantity)
        for one in Alternate.objects.filter(alternate=item).select_related("component")
    }
    edges = current_bom_edges()

    def inside(parent: int, *, deeper: bool) -> tuple[str, Decimal] | None:
        found: tuple[str, Decimal] | None = None
        for component, per, lost in edges.get(parent, ()):
            known = standing.get((component, parent)) or standing.get((component, None))
            if known is None and deeper:
                known = inside(component, deeper=False)
            if known is not None:
                taken = known[1] * per * (1 + lost / 100)
                found = (known[0], taken + (found[1] if found else 0))
        return found

    needed = {one.item_id: inside(one.item_id, deeper=True) for one in rows}
    return {pk: known for pk, known in needed.items() if known is not None}
