"""Verbs of a running count: what was found, who approves it, and its way into the ledger."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.events import CountPosted, ReservationsReleased
from gendan.inventory.models import (
    Balance,
    Count,
    CountCall,
    CountLine,
    ItemValue,
    Location,
    Lot,
    Move,
    Reservation,
)
from gendan.inventory.queries.claims import ranks_of
from gendan.inventory.queries.counting import exceeds
from gendan.inventory.services.book import Book, Place, Posting, post
from gendan.inventory.services.counting import call_for_count, locked_count
from gendan.inventory.services.moves import record_moves
from gendan.inventory.services.places import far_sides
from gendan.inventory.services.valuing import own_money
from gendan.kernel import clock, journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service

NOTHING = Decimal(0)
State = CountLine.State
LATEST = dt.timedelta(hours=24)  # a sheet is typed in at most so long after counting


class CountedAlready(DomainError):
    """Somebody else has counted the line meanwhile."""


class AnotherPersonCounts(DomainError):
    """The second count of a line is by somebody who did not do the first."""


class NothingToPost(DomainError):
    """No counted line may be posted now."""


@dataclass(frozen=True)
class CountedRow:
    """What was found: `round` is the line's as it was seen, `counted_at` when it was counted."""

    line_id: int
    quantity: Decimal
    round: int = 1
    counted_at: dt.datetime | None = None


@service(gettext_lazy("Enter what was counted"))
def record_counts(*, count_id: int, rows: Sequence[CountedRow], by: User | None) -> list[CountLine]:
    """Compare what was found with the books at the moment of counting, all rows or none.

    A variance beyond the tolerance is counted again by another person; the second count holds.
    """
    refuse_unless_sensible(rows)
    count = locked_count(count_id)
    count.step("record_counts")
    lines = {
        one.pk: one
        for one in count.lines.select_for_update(of=("self",))
        .select_related("item__unit", "counted_by")
        .filter(pk__in=[row.line_id for row in rows])
        .order_by("pk")
    }
    book = Book.open({one.item_id for one in lines.values()})
    book.ensure(_place(one) for one in lines.values())
    later = _moved_since(rows, lines)
    values = {
        one.item_id: one.unit_value or NOTHING
        for one in ItemValue.objects.filter(item_id__in={one.item_id for one in lines.values()})
    }
    problems = Problems()
    for index, row in enumerate(rows):
        field = "line_id"
        try:
            line = lines.get(row.line_id)
            if line is None:
                raise Unusable(_("There is no such line in this count."))
            _refuse_second(line, row, by)
            field = "counted_at"
            moment = _moment(row, count)
            field = "quantity"
            found = _found(row, line)
        except (Unusable, DomainError) as error:
            is_of_line = isinstance(error, DomainError) and not isinstance(error, Invalid)
            if len(rows) == 1 and is_of_line:
                raise
            problems.add(index, field, str(error))
            continue
        there = book.balances[_place(line)].on_hand - later.get(row.line_id, NOTHING)
        _write_down(count, line, found, there, moment, values.get(line.item_id, NOTHING), by)
    problems.refuse_if_any()
    CountLine.objects.bulk_update(
        list(lines.values()),
        ["state", "round", "book", "counted", "counted_at", "counted_by", "value",
         "first_book", "first_counted", "first_by"],
    )  # fmt: skip
    return [lines[row.line_id] for row in rows]


@service(gettext_lazy("Add a line to the count"))
def add_count_line(
    *, count_id: int, item: str, location: str, lot: str = "", by: User | None
) -> CountLine:
    """Something was found that is not on the list; it is counted like the others."""
    count = locked_count(count_id)
    count.step("add_count_line")
    found = Item.objects.filter(code=" ".join(item.split())[:40]).first()
    if found is None:
        raise Invalid(_("There is no item called “%(code)s”.") % {"code": item[:60]}, field="item")
    place = Location.objects.filter(code=location[:40], is_active=True).first()
    if place is None or not place.is_own:
        raise Invalid(_("Only our own places are counted."), field="location")
    if (found.traced == Item.Traced.NO) is bool(lot.strip()):
        words = (
            _("%(item)s is not traced by lot.")
            if lot.strip()
            else _("%(item)s is traced: name its lot or serial number.")
        )
        raise Invalid(words % {"item": found.code}, field="lot")
    of_lot = None
    if lot.strip():
        of_lot = Lot.objects.filter(item=found, code=lot.strip()[:60]).first()
        if of_lot is None:
            raise Invalid(
                _("%(item)s has no lot %(lot)s.") % {"item": found.code, "lot": lot[:60]},
                field="lot",
            )
    same = CountLine.objects.filter(item=found, lot=of_lot, location=place)
    if same.filter(is_open=True).exists() or same.filter(count=count).exists():
        raise Invalid(_("This stands in a running count already."), field="item")
    return CountLine.objects.create(count=count, item=found, lot=of_lot, location=place)


@service(gettext_lazy("Approve variances"))
def approve_variances(
    *, count_id: int, line_ids: Sequence[int], by: User | None
) -> list[CountLine]:
    """Let variances go into the ledger that are worth more than may be posted without approval."""
    count = locked_count(count_id)
    count.step("approve_variances")
    lines = _lines(count, line_ids, State.COUNTED)
    for one in lines:
        if by is not None and by.pk in (one.counted_by_id, one.first_by_id):
            raise AnotherPersonCounts(_("Who counted a line does not approve its variance."))
        one.state, one.approved_by = State.APPROVED, by
    CountLine.objects.bulk_update(lines, ["state", "approved_by"])
    return lines


@service(gettext_lazy("Count again"))
def count_again(*, count_id: int, line_ids: Sequence[int], by: User | None) -> list[CountLine]:
    """A variance is not believed: the lines are counted once more, by somebody else."""
    count = locked_count(count_id)
    count.step("count_again")
    lines = _lines(count, line_ids, State.COUNTED, State.APPROVED)
    for one in lines:
        one.first_book, one.first_counted, one.first_by_id = (
            one.book,
            one.counted,
            one.counted_by_id,
        )
        one.state, one.approved_by = State.AGAIN, None
    CountLine.objects.bulk_update(
        lines, ["state", "first_book", "first_counted", "first_by", "approved_by"]
    )
    return lines


@service(gettext_lazy("Post the count"))
def post_count(*, count_id: int, by: User | None) -> list[Move]:
    """Write variances to the ledger, to or from loss and adjustment; what needs approval waits.

    A shortage of goods that are kept for demands frees them: the least urgent lose first.
    """
    count = locked_count(count_id)
    count.step("post_count")
    counted = count.lines.select_for_update(of=("self",)).select_related("item", "location", "lot")
    lines = list(counted.filter(state__in=[State.COUNTED, State.APPROVED]).order_by("pk"))
    for one in lines:
        one.count = count
    ready = [one for one in lines if not one.needs_approval]
    if not ready:
        waiting = len(lines)
        raise NothingToPost(
            _("%(count)s variances wait for approval.") % {"count": waiting}
            if waiting
            else _("No line has been counted since the last posting.")
        )
    moves = _post(count, ready, by)
    variances = [one for one in ready if one.variance]
    by_line = dict(zip((one.pk for one in variances), moves, strict=True))
    for one in ready:
        one.state, one.is_open, one.move = State.POSTED, False, by_line.get(one.pk)
    CountLine.objects.bulk_update(ready, ["state", "is_open", "move"])
    for one in variances:
        if one.is_large:
            call_for_count(CountCall.Kind.VARIANCE, one.item_id, None, count.number, by)
    items = sorted({one.item_id for one in variances})
    fact = CountPosted(count_id=count.pk, lines=len(ready), moves=len(moves), item_ids=items[:1000])
    journal.record(fact, about=["inventory", count], by=by)
    return moves


def _post(count: Count, ready: Sequence[CountLine], by: User | None) -> list[Move]:
    loss = far_sides([Location.Kind.LOSS])[Location.Kind.LOSS]
    book = Book.open({one.item_id for one in ready}, {one.lot_id for one in ready if one.lot_id})
    book.ensure(_place(one) for one in ready)
    short: dict[Place, Decimal] = {}
    postings = []
    for one in ready:
        variance = one.variance or NOTHING
        if not variance:
            continue
        if variance < 0:
            _refuse_gone(book.balances[_place(one)], one, -variance)
            short[_place(one)] = -variance
        ends = (loss.pk, one.location_id) if variance > 0 else (one.location_id, loss.pk)
        postings.append(
            Posting(one.item_id, one.lot_id, *ends, abs(variance), f"inventory.count:{count.pk}",
                    count.number)
        )  # fmt: skip
    _free_what_is_gone(book, short, by)
    moves = post(postings, by=by, book=book) if postings else []
    if not postings:
        book.close()
    if moves:
        record_moves(moves, by=by)
    counted = {book.balances[_place(one)].pk: one.counted_at for one in ready}
    balances = [Balance(pk=pk, counted_at=at) for pk, at in counted.items()]
    Balance.objects.bulk_update(balances, ["counted_at"])
    return moves


def _refuse_gone(balance: Balance, line: CountLine, missing: Decimal) -> None:
    """Found too little, and more than what is left has moved since: nobody knows any more."""
    if balance.on_hand < missing:
        raise Invalid(
            _("%(item)s in %(place)s has moved since it was counted; count it again.")
            % {"item": line.item.code, "place": line.location.code},
            field="line_id",
        )


def _free_what_is_gone(book: Book, short: dict[Place, Decimal], by: User | None) -> None:
    """Free reservations of goods that are not there, the least urgent first: 3 queries."""
    over = {}
    for place, missing in short.items():
        balance = book.balances[place]
        if balance.reserved > balance.on_hand - missing:
            over[balance.pk] = (place, balance.reserved - (balance.on_hand - missing))
    if not over:
        return
    rows = list(Reservation.objects.filter(balance_id__in=over))
    ranks = ranks_of(row.demand for row in rows)
    rows.sort(key=lambda row: (ranks[row.demand], row.at, row.pk), reverse=True)
    freed: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        place, left = over[row.balance_id]
        part = min(left, row.quantity)
        if part <= 0:
            continue
        over[row.balance_id] = (place, left - part)
        book.change(place, reserved=-part)
        freed[row.demand] += part
        row.quantity -= part
        if row.quantity:
            row.save(update_fields=["quantity"])
        else:
            row.delete()
    fact = ReservationsReleased(
        quantities={key: f"{one.normalize():f}" for key, one in freed.items()},
        item_ids=sorted({place[0] for place, _left in over.values()}),
    )
    journal.record(fact, about=["inventory", *sorted(freed)[:50]], by=by)


def _lines(count: Count, line_ids: Sequence[int], *states: str) -> list[CountLine]:
    """The named lines of the count in these states, locked; refused where one is not."""
    ids = {pk for pk in line_ids if 0 < pk < 2**63}
    rows = count.lines.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    lines = list(rows.filter(state__in=states))
    if not lines or len(lines) < len(set(line_ids)):
        raise NotThere(_("Some of these lines are not counted, or posted already."))
    return lines


def _place(line: CountLine) -> Place:
    return line.item_id, line.lot_id, line.location_id


def _refuse_second(line: CountLine, row: CountedRow, by: User | None) -> None:
    if line.state not in CountLine.WAITING or line.round != row.round:
        who = str(line.counted_by or "Gendan")
        at = line.counted_at.astimezone(clock.zone()) if line.counted_at else None
        raise CountedAlready(
            _("%(who)s has counted this already, at %(time)s.")
            % {"who": who, "time": f"{at:%H:%M}" if at else "–"}
        )
    if line.state == State.AGAIN and by is not None and line.first_by_id == by.pk:
        raise AnotherPersonCounts(_("You counted this first; the second count is by another."))


def _moment(row: CountedRow, count: Count) -> dt.datetime:
    """When it was counted: now, or earlier on a sheet that is typed in afterwards."""
    now = clock.now()
    if row.counted_at is None:
        return now
    if not isinstance(row.counted_at, dt.datetime) or row.counted_at.tzinfo is None:
        raise Unusable(_("This must be a moment with its time zone."))
    if not max(count.made_at, now - LATEST) <= row.counted_at <= now:
        raise Unusable(_("It was counted after the count began, within a day, and not ahead."))
    return row.counted_at


def _found(row: CountedRow, line: CountLine) -> Decimal:
    typed = read_decimal(row.quantity)
    if not typed:
        return NOTHING
    if typed < 0:
        raise Unusable(_("Less than nothing was not counted; nothing there is 0."))
    found = read_quantity(row.quantity, step=line.item.unit.step)
    if line.item.traced == Item.Traced.SERIAL and found > 1:
        raise Unusable(_("A serial number stands for exactly one piece."))
    return found


def _moved_since(rows: Sequence[CountedRow], lines: dict[int, CountLine]) -> dict[int, Decimal]:
    """What came into each line's place since it was counted, less what left: 2 queries a line
    that was counted earlier than now."""
    found = {}
    for row in rows:
        line = lines.get(row.line_id)
        if line is None or not isinstance(row.counted_at, dt.datetime) or not row.counted_at.tzinfo:
            continue
        moved = Move.objects.filter(item=line.item_id, lot=line.lot_id, at__gt=row.counted_at)
        into = moved.filter(target=line.location_id).aggregate(whole=Sum("quantity"))["whole"]
        out = moved.filter(source=line.location_id).aggregate(whole=Sum("quantity"))["whole"]
        found[line.pk] = (into or NOTHING) - (out or NOTHING)
    return found


def _write_down(
    count: Count,
    line: CountLine,
    found: Decimal,
    there: Decimal,
    moment: dt.datetime,
    unit_value: Decimal,
    by: User | None,
) -> None:
    line.book, line.counted = there, found
    line.counted_at, line.counted_by = moment, by
    line.value = own_money((found - there) * unit_value)
    line.round += 1
    is_first = line.state == State.OPEN
    if is_first and exceeds(found - there, there, found, count.tolerance_percent):
        line.first_book, line.first_counted, line.first_by = there, found, by
        line.state = State.AGAIN
    else:
        line.state = State.COUNTED
