"""Looking a snapshot over: columns filled, what cannot be planned with taken out and named."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gendan.engine.boms import WHOLE, parts_with_loss
from gendan.engine.calendars import FIRST, LAST, WorkCalendar

from .arrays import ceil_div
from .lots import good_of
from .snapshot import (
    CALENDAR_DAYS,
    EVER,
    Alternates,
    BomLines,
    Demand,
    Earmarks,
    Flags,
    Ints,
    Items,
    Problem,
    Receipts,
    Snapshot,
)

_FINEST = 2**31  # numerators and denominators stay below it, so that products fit
_LONGEST_DAYS = 10_000  # lead times, periods and fences; longer ones are typing errors


def likely_days(days: int) -> int:
    """A lead time as it is planned with: one that must be a typing error counts as none."""
    return days if 0 <= days <= _LONGEST_DAYS else 0


MOST = 2**50  # of one quantity
LEAST_SHARE = WHOLE // 100  # of good pieces; less is a typing error


@dataclass(slots=True)
class Findings:
    """The problems found so far."""

    problems: list[Problem]

    def add(self, code: str, table: str, wrong: Flags, *, left_out: bool) -> None:
        """Note the rows where `wrong`, if any."""
        if wrong.any():
            self.problems.append(Problem(code, table, np.flatnonzero(wrong), left_out))


@dataclass(frozen=True, eq=False)
class Checked:
    """A snapshot with full columns and only usable rows, and where its rows came from."""

    snapshot: Snapshot
    problems: list[Problem]
    demand_row: Ints
    line_row: Ints
    receipt_row: Ints
    alternate_row: Ints


def without_lines(facts: Checked, keep: Flags) -> Checked:
    """The same with some BOM lines and their alternates taken out."""
    lines, rows = _kept(facts.snapshot.lines, keep)
    place = np.full(keep.size, -1, np.int64)
    place[rows] = np.arange(rows.size)
    alternates = facts.snapshot.alternates
    moved = replace(alternates, line=place[alternates.line])
    alternates, left = _kept(moved, moved.line >= 0)
    return replace(
        facts,
        snapshot=replace(facts.snapshot, lines=lines, alternates=alternates),
        line_row=facts.line_row[rows],
        alternate_row=facts.alternate_row[left],
    )


def checked(snapshot: Snapshot) -> Checked:
    """The snapshot to plan with. Raises ValueError where arrays of a table differ in length."""
    found = Findings([])
    size = len(snapshot.items.code)
    items = _items(_filled(snapshot.items, size), found, snapshot.calendars)
    demand, demand_row = _demand(snapshot, items, found)
    receipts, receipt_row = _receipts(snapshot, size, found)
    lines, line_row = _lines(snapshot.lines, items, found)
    alternates, alternate_row = _alternates(snapshot, size, line_row, found)
    if not size:
        found.problems.append(Problem("no_items", "items", np.zeros(0, np.int64), True))
    elif not demand_row.size:
        found.problems.append(Problem("no_demand", "demand", np.zeros(0, np.int64), False))
    earmarks = _earmarks(snapshot, demand_row, receipt_row)
    whole = replace(
        snapshot,
        earmarks=earmarks,
        items=items,
        lines=lines,
        alternates=alternates,
        demand=demand,
        receipts=receipts,
        buckets=np.unique(snapshot.buckets),
    )
    return Checked(whole, found.problems, demand_row, line_row, receipt_row, alternate_row)


def _filled(table: Any, size: int) -> Any:
    """Every column as an array of `size` whole numbers or flags."""
    columns: dict[str, Any] = {}
    for one in fields(table):
        if one.name == "code":
            continue
        kind = bool if one.name.startswith("is_") else np.int64
        column = np.asarray(getattr(table, one.name), dtype=kind)
        if column.ndim and column.shape != (size,):
            raise ValueError(f"{type(table).__name__}.{one.name}: {column.shape}, not ({size},)")
        columns[one.name] = np.broadcast_to(column, (size,)).copy()
    return replace(table, **columns)


def _kept(table: Any, keep: Flags) -> tuple[Any, Ints]:
    rows = np.flatnonzero(keep)
    return replace(
        table, **{one.name: getattr(table, one.name)[rows] for one in fields(table)}
    ), rows


def _items(items: Items, found: Findings, calendars: tuple[WorkCalendar, ...]) -> Items:
    """Wrong values of items are named and replaced by the harmless one."""
    new: dict[str, Ints] = {}

    def limit(code: str, name: str, low: int, high: int, instead: int) -> None:
        values = np.asarray(getattr(items, name))
        wrong = (values < low) | (values > high)
        found.add(code, "items", wrong, left_out=False)
        new[name] = np.where(wrong, instead, values)

    limit("lot_not_positive", "multiple", 1, MOST, 1)
    limit("minimum_negative", "minimum", 0, MOST, 0)
    limit("maximum_negative", "maximum", 0, MOST, 0)
    limit("safety_stock_negative", "safety_stock", 0, MOST, 0)
    limit("lead_time_unlikely", "lead_days", 0, _LONGEST_DAYS, 0)
    limit("period_unlikely", "period_days", 0, _LONGEST_DAYS, 0)
    limit("fence_unlikely", "fence_days", 0, _LONGEST_DAYS, 0)
    limit("fence_unlikely", "demand_fence_days", 0, _LONGEST_DAYS, 0)
    limit("yield_not_a_share", "good_share", LEAST_SHARE, WHOLE, WHOLE)
    limit("calendar_unknown", "calendar", CALENDAR_DAYS, len(calendars) - 1, CALENDAR_DAYS)
    limit("stock_unlikely", "on_hand", -MOST, MOST, 0)
    found.add("negative_stock", "items", new["on_hand"] < 0, left_out=False)
    multiple = new["multiple"]
    least = np.maximum(ceil_div(new["minimum"], multiple), 1) * multiple
    most = new["maximum"] // multiple * multiple
    # A largest lot of which nothing is good would be ordered for ever.
    narrow = (most < least) | (good_of(most, new["good_share"]) < 1)
    narrow &= new["maximum"] > 0
    found.add("maximum_below_lot", "items", narrow, left_out=False)
    new["maximum"] = np.where(narrow, 0, new["maximum"])
    # Such an item is planned all the same: what is missing is who supplies it, not that it is.
    unsourced = ~np.asarray(items.is_sourced)
    made = np.asarray(items.is_made)
    found.add("no_supplier", "items", unsourced & ~made, left_out=False)
    found.add("no_routing", "items", unsourced & made, left_out=False)
    return replace(items, **new)  # type: ignore[arg-type]


def _quantities(table: Demand | Receipts, name: str, size: int, found: Findings) -> Flags:
    """Which rows name an item and a usable quantity; the others are noted."""
    unknown = (table.item < 0) | (table.item >= size)
    found.add("unknown_item", name, unknown, left_out=True)
    wrong = (table.quantity <= 0) | (table.quantity > MOST)
    found.add("quantity_not_usable", name, wrong, left_out=True)
    return np.asarray(~unknown & ~wrong)


def _days(days: Ints, snapshot: Snapshot, name: str, found: Findings) -> Flags:
    """Which days lie in the horizon; past ones count on the first day, and are noted."""
    found.add("due_in_the_past", name, days < snapshot.first_day, left_out=False)
    later = days > min(snapshot.last_day, LAST)
    code = "horizon_too_short" if snapshot.last_day < LAST else "day_unlikely"
    found.add(code, name, later, left_out=True)
    unlikely = days < FIRST
    found.add("day_unlikely", name, unlikely, left_out=True)
    return np.asarray(~later & ~unlikely)


def _demand(snapshot: Snapshot, items: Items, found: Findings) -> tuple[Demand, Ints]:
    size = len(items.code)
    demand = _filled(snapshot.demand, snapshot.demand.item.size)
    keep = _quantities(demand, "demand", size, found)
    keep &= _days(demand.due, snapshot, "demand", found)
    if np.any(demand.is_forecast):
        item = np.where(keep, demand.item, 0)
        fence = fences(items.demand_fence_days, items, snapshot)  # type: ignore[arg-type]
        keep &= ~(demand.is_forecast & (demand.due < fence[item])) if size else keep
    kept, rows = _kept(demand, keep)
    return kept, rows


def _receipts(snapshot: Snapshot, size: int, found: Findings) -> tuple[Receipts, Ints]:
    receipts = _filled(snapshot.receipts, snapshot.receipts.item.size)
    keep = _quantities(receipts, "receipts", size, found)
    keep &= _days(receipts.due, snapshot, "receipts", found)
    return _kept(receipts, keep)


def _lines(lines: BomLines, items: Items, found: Findings) -> tuple[BomLines, Ints]:
    size = len(items.code)
    lines = _filled(lines, lines.parent.size)
    unknown = (np.minimum(lines.parent, lines.component) < 0) | (
        np.maximum(lines.parent, lines.component) >= size
    )
    found.add("unknown_item", "lines", unknown, left_out=True)
    numerator, denominator = np.asarray(lines.numerator), np.asarray(lines.denominator)
    scrap = np.asarray(lines.scrap)
    wrong = (numerator <= 0) | (denominator <= 0) | (scrap < 0) | (scrap > 100 * WHOLE)
    found.add("quantity_not_usable", "lines", wrong, left_out=True)
    usable = ~unknown & ~wrong
    # One ratio for quantity and scrap, in lowest terms.
    top = np.where(usable, numerator, 1)
    bottom = np.where(usable, denominator, 1)
    common = np.gcd(top, bottom)
    top, bottom = top // common, bottom // common
    loss_top, loss_bottom = np.where(usable, parts_with_loss(scrap), 1), np.full(scrap.size, WHOLE)
    for one, other in ((loss_top, loss_bottom), (top, loss_bottom), (loss_top, bottom)):
        common = np.gcd(one, other)
        one //= common
        other //= common
    fine = (top >= _FINEST) | (bottom >= _FINEST)
    fine |= (top.astype(float) * loss_top >= _FINEST) | (
        bottom.astype(float) * loss_bottom >= _FINEST
    )
    found.add("ratio_too_fine", "lines", fine & usable, left_out=True)
    usable &= ~fine
    made = np.asarray(items.is_made)
    # Bought items explode no further (rule 6): their lines are not wrong, only without effect.
    usable[usable] = made[lines.parent[usable]]
    whole = replace(
        lines,
        numerator=top * loss_top,
        denominator=bottom * loss_bottom,
        scrap=np.zeros_like(scrap),
    )
    kept, rows = _kept(whole, usable)
    has_line = np.zeros(size, bool)
    has_line[kept.parent] = True
    found.add("no_bom", "items", made & ~has_line, left_out=False)
    return kept, rows


def _alternates(
    snapshot: Snapshot, size: int, line_row: Ints, found: Findings
) -> tuple[Alternates, Ints]:
    given = _filled(snapshot.alternates, snapshot.alternates.line.size)
    count = snapshot.lines.parent.size
    unknown = (given.item < 0) | (given.item >= size) | (given.line < 0) | (given.line >= count)
    found.add("unknown_item", "alternates", unknown, left_out=True)
    wrong = np.minimum(given.numerator, given.denominator) <= 0
    wrong |= np.maximum(given.numerator, given.denominator) >= _FINEST
    found.add("quantity_not_usable", "alternates", wrong, left_out=True)
    place = np.full(count, -1, np.int64)
    place[line_row] = np.arange(line_row.size)
    line = np.where(unknown, -1, place[np.where(unknown, 0, given.line)] if count else -1)
    return _kept(replace(given, line=line), ~wrong & (line >= 0))


def _earmarks(snapshot: Snapshot, demand_row: Ints, receipt_row: Ints) -> Earmarks:
    """Those between rows that are left, each once; others say nothing."""
    marks = snapshot.earmarks
    moved = []
    for given, count, kept in (
        (marks.receipt, snapshot.receipts.item.size, receipt_row),
        (marks.demand, snapshot.demand.item.size, demand_row),
    ):
        place = np.full(count + 1, -1, np.int64)
        place[kept] = np.arange(kept.size)
        moved.append(place[np.where((given < 0) | (given >= count), count, given)])
    receipt, demand = moved
    keep = np.flatnonzero((receipt >= 0) & (demand >= 0))
    pairs = np.stack([receipt[keep], demand[keep]])
    _found, first = np.unique(pairs, axis=1, return_index=True)
    keep = keep[np.sort(first)]
    return Earmarks(receipt=receipt[keep], demand=demand[keep], comes=marks.comes[keep])


def fences(days: Ints, items: Items, snapshot: Snapshot) -> Ints:
    """The first day after a fence of so many days, by item; the first day where there is none."""
    after = snapshot.first_day + days
    for which, calendar in enumerate(snapshot.calendars):
        rows = np.flatnonzero((np.asarray(items.calendar) == which) & (days > 0))
        after[rows] = calendar.add(snapshot.first_day, days[rows])
    return after


def bucketed(days: Ints, snapshot: Snapshot) -> Ints:
    """The days that stand for these: not before the first day, the beginning of their bucket."""
    days = np.maximum(days, snapshot.first_day)
    if not snapshot.buckets.size:
        return days
    place = np.searchsorted(snapshot.buckets, days, side="right") - 1
    begins = np.where(place >= 0, snapshot.buckets[np.maximum(place, 0)], days)
    return np.maximum(begins, snapshot.first_day)


__all__ = ["EVER", "Checked", "bucketed", "checked", "fences"]
