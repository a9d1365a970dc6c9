"""Demand as the books show it: what went out by month, what is ordered, money tied up."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from gendan.catalog.models import Item
from gendan.inventory.models import Location, Move
from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.orders.models import Delivery, Line, OrderState
from gendan.production.queries import open_components

MONTHS = 120  # of history that are read
NOTHING = Decimal(0)
# Goods that go there are used; what is lost or counted away is not.
USERS = (Location.Kind.CUSTOMER, Location.Kind.PRODUCTION)
_AMOUNT = DecimalField(max_digits=30, decimal_places=6)
_OUR_SOURCE = Q(source__kind__in=Location.OWN)
_OUR_TARGET = Q(target__kind__in=Location.OWN)


@dataclass(frozen=True, slots=True)
class Month:
    """A month, counted from the year 0, so that months are numbers."""

    number: int

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        """The month of a day."""
        return cls(day.year * 12 + day.month - 1)

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.number // 12, self.number % 12 + 1, 1)


def used_by_month(since: dt.date, until: dt.date) -> dict[int, dict[int, Decimal]]:
    """By item and month number: what left for customers and production, less what came back.

    A move that was moved back counts where it was made. Goods that were delivered past our stores
    are added. From the day `since` until before `until`; 3 queries.
    """
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    signed = Case(
        When(_OUR_SOURCE, then=F("quantity")),
        default=-F("quantity"),
        output_field=_AMOUNT,
    )
    out, back = _OUR_SOURCE & Q(target__kind__in=USERS), _OUR_TARGET & Q(source__kind__in=USERS)
    moves = Move.objects.filter(out | back).annotate(when=Coalesce("reverses__at", "at"))
    moves = moves.filter(when__gte=_begin(since), when__lt=_begin(until))
    rows = moves.annotate(month=TruncMonth("when", tzinfo=clock.zone())).values_list(
        "item_id", "month"
    )
    for item_id, month, quantity in rows.annotate(sum=Sum(signed)):
        found[item_id][Month.of(month.date()).number] += quantity
    for item_id, day, quantity in _delivered_past_the_stores(since, until):
        found[item_id][Month.of(day).number] += quantity
    return found


def _begin(day: dt.date) -> dt.datetime:
    return clock.moment_on(day, hour=0)


def _delivered_past_the_stores(
    since: dt.date, until: dt.date
) -> Iterator[tuple[int, dt.date, Decimal]]:
    """What customers got although it never lay in our stores, as deliveries were recorded."""
    facts = Entry.objects.filter(fact="DeliveryRecorded", at__gte=_begin(since))
    rows = []
    for data in facts.values_list("data", flat=True).iterator():
        day = dt.date.fromisoformat(data["delivered_on"])
        if since <= day < until:
            rows += [
                (row["item"], day, Decimal(row["quantity"]))
                for row in data["lines"]
                if row.get("from_stock") == "no"
            ]
    if not rows:
        return
    codes = {code for code, _day, _quantity in rows}
    ids = dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))
    for code, day, quantity in rows:
        if code in ids:
            yield ids[code], day, quantity


def ordered_by_month(item_ids: Collection[int], today: dt.date) -> dict[int, dict[int, Decimal]]:
    """By item and month number: what confirmed orders and open work orders still need.

    What should have gone out before counts in the present month. 4 queries.
    """
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    lines = Line.objects.filter(
        item_id__in=item_ids,
        order__state=OrderState.CONFIRMED,
        is_cancelled=False,
        quantity__gt=F("delivered"),
    )
    parts: dict[int, list[Delivery]] = defaultdict(list)
    for part in Delivery.objects.filter(line__in=lines).order_by("line_id", "position"):
        parts[part.line_id].append(part)
    for line in lines.select_related(None):
        for day, quantity in _still_wanted(line, parts.get(line.pk, [])):
            month = Month.of(max(day or today, today)).number
            found[line.item_id][month] += quantity
    for one in open_components(item_ids=item_ids):
        found[one.item_id][Month.of(max(one.starts_on, today)).number] += one.quantity
    return found


def _still_wanted(line: Line, parts: list[Delivery]) -> Iterator[tuple[dt.date | None, Decimal]]:
    day = line.promised_on or line.requested_on
    if not parts:
        yield day, line.quantity - line.delivered
        return
    gone = line.delivered
    for part in parts:
        done = min(gone, part.quantity)
        gone -= done
        if part.quantity > done:
            yield part.promised_on or part.requested_on or day, part.quantity - done


def value_by_month(today: dt.date, months: int = 24) -> list[tuple[dt.date, Decimal]]:
    """Money tied up at the end of each of the last months, at the standard cost of now: 1 query.

    The last one is of today.
    """
    signed = Case(
        When(_OUR_TARGET & ~_OUR_SOURCE, then=F("quantity") * F("item__cost")),
        When(_OUR_SOURCE & ~_OUR_TARGET, then=-F("quantity") * F("item__cost")),
        default=Value(NOTHING),
        output_field=_AMOUNT,
    )
    moves: QuerySet[Move] = Move.objects.filter(item__cost__isnull=False)
    rows = moves.annotate(month=TruncMonth("at", tzinfo=clock.zone())).values_list("month")
    change = {
        Month.of(month.date()).number: value for month, value in rows.annotate(sum=Sum(signed))
    }
    last = Month.of(today).number
    first = last - months + 1
    value = sum((one for month, one in change.items() if month < first), NOTHING)
    found = []
    for number in range(first, last + 1):
        value += change.get(number, NOTHING)
        found.append((Month(number).first, value))
    return found
