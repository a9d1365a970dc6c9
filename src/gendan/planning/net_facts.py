"""What a plan is asked for and what comes, line by line: the rows behind the engine's arrays."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gendan.engine.netting import Earmarks

RECEIPT, REQUEST = "receipt", "request"


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a demand that is served before planning: reserved, or expected for it alone."""

    quantity: int  # steps of the item's unit
    ready_on: dt.date
    expected_id: int | None = None
    is_here: bool = False  # it has come and waits for a verdict

    def is_late_for(self, day: dt.date) -> bool:
        """Whether it is still to come, and comes after a day: what lies there is taken instead."""
        return self.expected_id is not None and not self.is_here and self.ready_on > day


@dataclass(frozen=True, slots=True)
class Asked:
    """One demand: `quantity` steps are to be planned, besides what is kept for it."""

    name: str
    label: str
    item: int  # place
    quantity: int
    needed_on: dt.date
    order_id: int | None = None
    line_id: int | None = None
    kept: tuple[Kept, ...] = ()
    work_order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """One receipt: an expected supply or a purchase request; `quantity` steps of it are good."""

    kind: str
    pk: int
    label: str
    item: int
    quantity: int
    due_on: dt.date
    work_order_id: int | None = None
    earliest_on: dt.date | None = None
    ordered: int = 0  # steps of which `quantity` are good, where not all are
    is_here: bool = False  # it waits for a verdict: nobody can hasten, defer or cancel it
    demands: tuple[str, ...] = ()  # the order lines it was bought or made for: it serves them first


def earmarks(
    asked: Sequence[Asked], planned: Sequence[int], coming: Sequence[Coming], today: dt.date
) -> Earmarks:
    """Which receipts are meant for which rows of the demand: for the line itself, and for what
    work orders that are made for it still take."""
    made_for = {one.work_order_id or 0: one.demands for one in coming}
    rows: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(planned):
        one = asked[place]
        names = (one.name,) if one.line_id else made_for.get(one.work_order_id or -1, ())
        for name in names:
            rows[name].append(row)
    pairs = [
        (receipt, row, max(one.earliest_on or today, one.due_on).toordinal())
        for receipt, one in enumerate(coming)
        for name in one.demands
        for row in rows.get(name, ())
    ]
    columns = np.array(pairs, np.int64).reshape(len(pairs), 3).T
    return Earmarks(receipt=columns[0], demand=columns[1], comes=columns[2])


def taken_of(own: list[Kept], whole: int) -> tuple[tuple[Kept, ...], list[Kept]]:
    """What of a line's own supplies serves so many steps, and what is left of them."""
    taken: list[Kept] = []
    left: list[Kept] = []
    for one in own:
        quantity = min(one.quantity, whole)
        whole -= quantity
        if quantity:
            taken.append(replace(one, quantity=quantity))
        if one.quantity > quantity:
            left.append(replace(one, quantity=one.quantity - quantity))
    return tuple(taken), left
