"""What to do about receipts and planned orders: messages as data, each with what needs it and when.

Receipts of an item cover its requirements in order of due day, after its stock, which first covers
the safety stock. A receipt is needed on the day of the first requirement it covers; what serves the
demands it is earmarked for is needed when the first of them needs it.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import ceil_div, first_where
from .pegging import ORDER, RECEIPT, Pegging
from .snapshot import Ints

# Actions
EXPEDITE, DEFER, INCREASE, DECREASE, CANCEL, NEW, RELEASE, DECIDE = range(8)
ACTIONS = ("expedite", "defer", "increase", "decrease", "cancel", "new", "release", "decide")
# Subjects besides pegging's RECEIPT and ORDER
SUGGESTION = 4


@dataclass(frozen=True, eq=False)
class Messages:
    """Messages by action; arrays of shape (messages,).

    `action`: place in ACTIONS. `kind`, `row`: RECEIPT, ORDER or SUGGESTION and its place in the
    plan. `quantity`, `day`: what it says now; `to_quantity`, `to_day`: what it should say (for
    RELEASE the day on which to release). `reason`: place in Pegging.requirements of what needs it
    first; -1: the safety stock, or for CANCEL nothing. DECIDE: the fence keeps this order out of
    the plan; a person may still place it.
    """

    action: Ints
    kind: Ints
    row: Ints
    item: Ints
    quantity: Ints
    to_quantity: Ints
    day: Ints
    to_day: Ints
    reason: Ints

    def __len__(self) -> int:
        """How many there are."""
        return int(self.action.size)


def messages(
    pegging: Pegging, *, release_until: int, tolerance_days: int = 0, with_new: bool = True
) -> Messages:
    """Messages about all receipts, planned orders and suggestions of a plan.

    Orders whose release day is not after `release_until` (an ordinal day) are to be released; the
    others are new, unless `with_new` is false. Days that differ by at most `tolerance_days` are
    let be. A late order (its release day is past, or the fence puts it off beyond the day it is
    needed) asks for its quantity to be added to the last receipt that is there in time, besides
    being released itself.
    """
    parts = [
        *_about_receipts(pegging, tolerance_days),
        *_about_orders(pegging, release_until, with_new),
        _about_suggestions(pegging),
    ]
    names = Messages.__dataclass_fields__
    nothing = np.zeros(0, np.int64)
    columns = [np.concatenate([nothing, *(getattr(one, name) for one in parts)]) for name in names]
    order = np.argsort(columns[0], kind="stable")
    return Messages(*(column[order] for column in columns))


def first_needs(pegging: Pegging) -> Ints:
    """By receipt, the requirement it covers first; -1: the safety stock, or none."""
    items, receipts = pegging.plan.snapshot.items, pegging.plan.snapshot.receipts
    safety = np.asarray(items.safety_stock)[receipts.item]
    found = _within(pegging, receipts.item, _before_receipts(pegging)[0] - safety)
    own = _own_needs(pegging)
    return np.where(own >= 0, own, found)


def _needed_by(pegging: Pegging, item: Ints, position: Ints) -> Ints:
    """The requirement at a position of the item's requirements, -1 before their beginning.

    Past their end: the place after the last one of the item. They begin after what is paired.
    """
    rows = pegging.requirements
    found = first_where(rows.end, rows.first[item], rows.first[item + 1], position, strict=True)
    return np.where(position < pegging.paired[item], -1, found)


def _own_needs(pegging: Pegging) -> Ints:
    """By receipt, the earliest requirement that it is earmarked for and serves; -1: none."""
    rows, supplies, pieces = pegging.requirements, pegging.supplies, pegging.plan.pieces
    found = np.full(pegging.plan.snapshot.receipts.item.size, -1, np.int64)
    if not pieces.receipt.size:
        return found
    # Pieces stand first, and at the same place in both rows of the item.
    places = np.flatnonzero(supplies.end <= pegging.paired[supplies.item])
    asked = places - supplies.first[supplies.item[places]] + rows.first[supplies.item[places]]
    order = np.lexsort((asked, rows.day[asked]))[::-1]
    found[supplies.source[places[order]]] = asked[order]
    return found


def _about_receipts(pegging: Pegging, tolerance: int) -> list[Messages]:
    snapshot, rows = pegging.plan.snapshot, pegging.requirements
    receipts, item = snapshot.receipts, snapshot.receipts.item
    zero = snapshot.first_day
    safety = np.asarray(snapshot.items.safety_stock)[item]
    position, left = _before_receipts(pegging)
    position = position - safety
    own = _own_needs(pegging)
    sums = np.concatenate([np.zeros(1, np.int64), rows.end])
    first, after = rows.first[item], rows.first[item + 1]
    total = np.where(after > first, sums[after], 0)
    reason = _needed_by(pegging, item, position)
    is_needed = (position < total) & (left > 0)
    days = np.append(rows.day, zero)
    need_day = np.where(reason >= 0, days[np.where(is_needed & (reason >= 0), reason, -1)], zero)
    reason = np.where(is_needed, reason, -1)
    quantity = receipts.quantity
    needed = np.where(left > 0, np.clip(total - position, 0, left), 0) + quantity - left
    is_own = (own >= 0) & (~is_needed | (days[own] < need_day))
    need_day, reason = np.where(is_own, days[own], need_day), np.where(is_own, own, reason)
    is_needed |= own >= 0
    multiple = np.asarray(snapshot.items.multiple)[item]
    # As much as would be planned for it: whole lots, none below the minimum.
    least = np.maximum(needed, np.asarray(snapshot.items.minimum)[item])
    enough = np.minimum(ceil_div(least, multiple) * multiple, quantity)

    def say(action: int, where: Ints, to_quantity: Ints, to_day: Ints) -> Messages:
        kind = np.full(where.size, RECEIPT)
        days_ = (receipts.due[where], to_day[where])
        amounts = (quantity[where], to_quantity[where])
        many = np.full(where.size, action)
        return Messages(many, kind, where, item[where], *amounts, *days_, reason[where])

    due = np.maximum(receipts.due, zero)
    nothing = np.zeros_like(quantity)
    return [
        say(EXPEDITE, np.flatnonzero(is_needed & (need_day < due - tolerance)), quantity, need_day),
        say(DEFER, np.flatnonzero(is_needed & (need_day > due + tolerance)), quantity, need_day),
        say(DECREASE, np.flatnonzero(is_needed & (enough < quantity)), enough, receipts.due),
        say(CANCEL, np.flatnonzero(~is_needed), nothing, receipts.due),
    ]


def _before_receipts(pegging: Pegging) -> tuple[Ints, Ints]:
    """Stock and earlier receipts of the item before each receipt, and how much it is.

    Of a receipt that is earmarked: before what its own demands leave of it, and that.
    """
    supplies = pegging.supplies
    firm = np.flatnonzero(supplies.kind != ORDER)
    item, quantity = supplies.item[firm], supplies.quantity[firm]
    sums = np.cumsum(quantity) - quantity
    begins = np.searchsorted(item, item)
    before = sums - sums[begins]
    is_left = supplies.kind[firm] == RECEIPT
    is_left &= supplies.begin[firm] >= pegging.paired[item]
    result = np.zeros((2, pegging.plan.snapshot.receipts.item.size), np.int64)
    source = supplies.source[firm[is_left]]
    # The parts of a receipt that are left stand side by side.
    result[0, source[::-1]] = before[is_left][::-1]
    np.add.at(result[1], source, quantity[is_left])
    return result[0], result[1]


def _about_orders(pegging: Pegging, release_until: int, with_new: bool) -> list[Messages]:
    orders, supplies = pegging.plan.orders, pegging.supplies
    snapshot = pegging.plan.snapshot
    is_due = orders.release <= release_until
    rows = np.arange(len(orders)) if with_new else np.flatnonzero(is_due)
    place = pegging.place_of_orders()[rows]
    item = orders.item[rows]
    safety = np.asarray(snapshot.items.safety_stock)[item]
    reason = _within(pegging, item, supplies.begin[place] - safety)
    said = Messages(
        np.where(is_due[rows], RELEASE, NEW),
        np.full(rows.size, ORDER),
        rows,
        item,
        orders.quantity[rows],
        orders.quantity[rows],
        orders.due[rows],
        np.where(
            is_due[rows], np.maximum(orders.release[rows], snapshot.first_day), orders.due[rows]
        ),
        reason,
    )
    days = np.append(pegging.requirements.day, 0)  # of reason -1 the last, which nobody waits for
    wanted = np.minimum(orders.due[rows], np.maximum(days[reason], snapshot.first_day))
    wanted = np.where(reason < 0, orders.due[rows], wanted)
    is_past = orders.release[rows] < snapshot.first_day
    late = np.flatnonzero(is_past | (wanted < orders.due[rows]))
    return [said, _increases(pegging, rows[late], reason[late], wanted[late])]


def _within(pegging: Pegging, item: Ints, position: Ints) -> Ints:
    """As _needed_by, but -1 also past the last requirement."""
    found = _needed_by(pegging, item, position)
    return np.where(found < pegging.requirements.first[item + 1], found, -1)


def _increases(pegging: Pegging, late: Ints, reason: Ints, wanted: Ints) -> Messages:
    """Late orders as more of the last receipt of the item that is there when they are wanted."""
    orders, receipts = pegging.plan.orders, pegging.plan.snapshot.receipts
    span = int(max(wanted.max(initial=0), receipts.due.max(initial=0))) + 1
    by_day = np.lexsort((receipts.due, receipts.item))
    keys = receipts.item[by_day] * span + receipts.due[by_day]
    item = orders.item[late]
    found = np.searchsorted(keys, item * span + wanted, side="right") - 1
    has = found >= 0
    has[has] = receipts.item[by_day[found[has]]] == item[has]
    late, reason, receipt = late[has], reason[has], by_day[found[has]]
    rows, first, which = np.unique(receipt, return_index=True, return_inverse=True)
    more = np.zeros(rows.size, np.int64)
    np.add.at(more, which, orders.good[late])
    return Messages(
        np.full(rows.size, INCREASE),
        np.full(rows.size, RECEIPT),
        rows,
        receipts.item[rows],
        receipts.quantity[rows],
        receipts.quantity[rows] + more,
        receipts.due[rows],
        receipts.due[rows],
        reason[first],
    )


def _about_suggestions(pegging: Pegging) -> Messages:
    orders = pegging.plan.suggestions
    size = len(orders)
    days = pegging.requirements
    # The first requirement of the day it is due on, if there is one.
    span = int(max(days.day.max(initial=0), orders.due.max(initial=0))) + 1
    key = orders.item * span + orders.due
    keys = days.item * span + days.day
    found = np.searchsorted(keys, key)
    is_there = found < keys.size
    is_there[is_there] = keys[found[is_there]] == key[is_there]
    return Messages(
        np.full(size, DECIDE),
        np.full(size, SUGGESTION),
        np.arange(size),
        orders.item,
        orders.quantity,
        orders.quantity,
        orders.due,
        orders.due,
        np.where(is_there, found, -1),
    )
