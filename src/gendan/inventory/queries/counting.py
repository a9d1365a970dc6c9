"""What is to be counted next, what was counted, and how good the books are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count as Number
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Abs, Greatest
from django.db.models.lookups import GreaterThan

from gendan.inventory.models import (
    Balance,
    Count,
    CountCall,
    CountLine,
    ItemValue,
    ValueEntry,
)
from gendan.kernel import clock
from gendan.kernel.models import User

NOTHING = Decimal(0)
# Class → after how many days it is counted again. A: the items that make 80 % of what goes out
# by value in a year, B: the next 15 %, C: all others.
INTERVALS = {"A": 30, "B": 90, "C": 180}
_SHARES = (("A", Decimal("0.80")), ("B", Decimal("0.95")))
EMPTY_FOR_DAYS = 30  # an empty bin is looked at if it became empty within these
NEXT = 8


@dataclass(frozen=True)
class Accuracy:
    """How good the books were in the counts that ended in a month ("2026-11")."""

    month: str
    lines: int
    right: int  # within the count's tolerance
    exact: int
    gained: Decimal
    lost: Decimal

    @property
    def percent(self) -> Decimal:
        """Lines within tolerance, of 100."""
        return (Decimal(self.right) * 100 / self.lines).quantize(Decimal("0.1"))


def classes_of_items() -> dict[int, str]:
    """Every item with stock or with issues in a year: A, B or C by value that went out. 2 queries.

    Where nothing went out, what lies there counts as a month's value.
    """
    since = clock.now() - dt.timedelta(days=365)
    rows = ValueEntry.objects.filter(kind=ValueEntry.Kind.OUT, at__gte=since).order_by()
    worth = {
        pk: -(value or NOTHING) for pk, value in rows.values_list("item_id").annotate(Sum("value"))
    }
    for pk, value in ItemValue.objects.values_list("item_id", "value"):
        worth.setdefault(pk, value / 12)
    whole = sum(worth.values(), NOTHING)
    classes, before = {}, NOTHING
    for pk in sorted(worth, key=lambda pk: (-worth[pk], pk)):
        share = before / whole if whole else NOTHING
        classes[pk] = next((name for name, most in _SHARES if whole and share < most), "C")
        before += worth[pk]
    return classes


def due_balances(most: int = 200) -> list[tuple[Balance, str]]:
    """Balances whose turn it is, each with why: "empty", or its class. What waits longest first.

    A bin that became empty is looked at (it costs a glance), others by the class of their item.
    """
    now = clock.now()
    classes = classes_of_items()
    rows = countable().filter(
        Q(on_hand__gt=0, counted_at=None)
        | Q(on_hand__gt=0, counted_at__lt=now - dt.timedelta(days=min(INTERVALS.values())))
        | Q(
            on_hand=0,
            moved_at__gte=now - dt.timedelta(days=EMPTY_FOR_DAYS),
        )
    )
    found: list[tuple[int, dt.datetime, Balance, str]] = []
    for one in rows.exclude(on_hand=0, counted_at__gte=F("moved_at")):
        kind = classes.get(one.item_id, "C")
        last = one.counted_at or one.since or now
        waited = (now - last).days
        if one.on_hand == 0:
            found.append((0, last, one, "empty"))
        elif one.counted_at is None or waited >= INTERVALS[kind]:
            found.append((1 if one.counted_at is None else 2, last, one, kind))
    found.sort(key=lambda row: (row[0], row[1], row[2].pk))
    return [(one, why) for _rank, _last, one, why in found[:most]]


def countable() -> "QuerySet[Balance]":
    """Balances of our own premises that stand in no open count."""
    open_lines = CountLine.objects.filter(
        is_open=True, item_id=OuterRef("item_id"), location_id=OuterRef("location_id")
    )
    rows = Balance.objects.filter(is_own=True)
    rows = rows.exclude(Exists(open_lines.filter(lot_id=OuterRef("lot_id"))))
    return rows.exclude(Q(lot=None) & Exists(open_lines.filter(lot=None)))


def counts_for(user: User) -> "QuerySet[Count]":
    """Counts with how many lines they have, and how many are still to be counted."""
    waiting = Q(lines__state__in=CountLine.WAITING)
    return (
        Count.objects.visible_to(user)
        .select_related("place", "made_by")
        .annotate(
            all_lines=Number("lines"),
            waiting_lines=Number("lines", filter=waiting),
            counted_lines=Number("lines", filter=Q(lines__state__in=["counted", "approved"])),
        )
    )


def lines_for(count: Count) -> "QuerySet[CountLine]":
    """A count's lines with all that a list shows."""
    return CountLine.objects.filter(count=count).select_related(
        "count", "item__unit", "lot", "location", "counted_by", "first_by", "approved_by"
    )


def to_approve(rows: "QuerySet[CountLine]") -> "QuerySet[CountLine]":
    """Those of the lines that `needs_approval`, as the database says it."""
    limit = F("count__approval_amount")
    beyond = GreaterThan(
        Abs(F("counted") - F("book")) * Decimal(100),
        F("count__tolerance_percent") * Greatest("book", "counted"),
    )
    return rows.filter(state=CountLine.State.COUNTED).filter(
        Q(value__gt=limit) | Q(value__lt=-limit) | (Q(value__isnull=True) | Q(value=0)) & Q(beyond)
    )


def next_lines(count: Count, user: User, most: int = NEXT) -> list[CountLine]:
    """What this person may count next, in walking order: no second count of one's own."""
    rows = lines_for(count).filter(state__in=CountLine.WAITING)
    mine = rows.exclude(state=CountLine.State.AGAIN, first_by=user)
    ordered = mine.order_by("location__sequence", "location__code", "item__code", "lot__code")
    return list(ordered[:most])


def calls_for(user: User) -> "QuerySet[CountCall]":
    """What asks for a count, the newest first."""
    return CountCall.objects.visible_to(user).select_related("item", "location", "answered", "by")


def accuracy(months: int = 12) -> list[Accuracy]:
    """The accuracy of the books by month of the counts' ends, the oldest first: one query."""
    since = clock.now() - dt.timedelta(days=31 * months)
    rows = CountLine.objects.filter(
        count__state=Count.State.CLOSED, count__ended_at__gte=since, state="posted"
    ).values_list(
        "count__ended_at", "count__tolerance_percent", "book", "counted", "first_book",
        "first_counted", "value",
    )  # fmt: skip
    months_of: dict[str, list[tuple[bool, bool, Decimal]]] = {}
    for ended, tolerance, book, counted, first_book, first_counted, value in rows:
        if ended is None or book is None or counted is None:
            continue  # what is posted was counted
        is_exact = counted == book and first_counted in (None, first_book)
        is_right = not exceeds(counted - book, book, counted, tolerance)
        month = f"{clock.date_of(ended):%Y-%m}"
        months_of.setdefault(month, []).append((is_right, is_exact, value or NOTHING))
    return [_of_month(month, lines) for month, lines in sorted(months_of.items())]


def _of_month(month: str, lines: Sequence[tuple[bool, bool, Decimal]]) -> Accuracy:
    return Accuracy(
        month=month,
        lines=len(lines),
        right=sum(right for right, _exact, _value in lines),
        exact=sum(exact for _right, exact, _value in lines),
        gained=sum((value for *_rest, value in lines if value > 0), NOTHING),
        lost=-sum((value for *_rest, value in lines if value < 0), NOTHING),
    )


def exceeds(variance: Decimal, book: Decimal, counted: Decimal, percent: Decimal) -> bool:
    """Whether a variance is beyond the tolerance, in percent of the larger quantity."""
    return abs(variance) * 100 > percent * max(book, counted)


def on_hand_of(line: CountLine) -> Decimal:
    """What the books have now where a line is counted."""
    rows = Balance.objects.filter(
        item=line.item_id, lot=line.lot_id, location=line.location_id
    ).values_list("on_hand", flat=True)
    return rows.first() or NOTHING


def books_of(lines: Sequence[CountLine]) -> dict[int, Decimal]:
    """What the books have now where each of the lines is counted: one query."""
    rows = Balance.objects.filter(
        item__in={one.item_id for one in lines}, location__in={one.location_id for one in lines}
    ).values_list("item_id", "lot_id", "location_id", "on_hand")
    found: dict[tuple[int, int | None, int], Decimal] = {
        (item, lot, place): on_hand for item, lot, place, on_hand in rows
    }
    return {one.pk: found.get((one.item_id, one.lot_id, one.location_id), NOTHING) for one in lines}
