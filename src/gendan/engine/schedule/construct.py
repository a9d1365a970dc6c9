"""A finite plan: found by several walks from the end, each made possible forward, the best kept.

One attempt: `Sweep` plans all lines as late as possible without a first day; if it had to put
orders before their material can be there, `forward` moves the front of the plan, as little of it as
does; `trim` cuts what lots and stock leave over, `settle` moves everything as late as it can stay;
`buy` orders the material. Attempts differ in the manner of the walk. Same input, same seed, same
number of attempts: same plan.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from .buying import buy
from .forward import forward, leave
from .reach import Reach, find_reach
from .settle import balances, settle, trim
from .sweep import Manner, Sweep
from .workshop import NEVER, Order, Plan, Workshop

FIRST_MANNERS = (
    Manner(strict_days=25, span=7),
    Manner(strict_days=25, span=14),
    Manner(strict_days=25, span=3),
    Manner(strict_days=NEVER, span=3),
    Manner(strict_days=25, span=7, noise=0.1),
    Manner(strict_days=NEVER, span=7),
)
_FRONTS = (0, 30, 60, NEVER)  # days after the last order that is too early, moved with it
# Orders planned in all attempts together, unless there is a time limit: so many when no line is
# late that need not be, and not many more than so many else.
_ENOUGH = 40_000
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt went: its number from 1, its plan, the best plan so far."""

    number: int
    plan: Plan
    best: Plan


def construct(workshop: Workshop, *, seed: int = 0) -> Plan:
    """The best plan of the usual number of attempts."""
    best: Plan | None = None
    for attempt in attempts(workshop, find_reach(workshop), seed=seed):
        best = attempt.best
    if best is None:
        raise ValueError("no attempt was made")
    return best


def attempts(
    workshop: Workshop, reach: Reach, *, seed: int = 0, endless: bool = False
) -> Iterator[Attempt]:
    """One attempt after the other; `endless` goes on until nobody asks for the next.

    Else it ends after some work, sooner once no line is later than its material.
    """
    least = sum(
        day is None or day > line.due for day, line in zip(reach.day, workshop.lines, strict=True)
    )
    best: Plan | None = None
    spent = 0
    for number, manner in enumerate(_manners(seed), 1):
        plan, orders = _attempt(workshop, reach, manner, least)
        spent += orders
        if best is None or plan.rank < best.rank:
            best = plan
        yield Attempt(number, plan, best)
        enough = _ENOUGH if best.late + best.unplanned <= least else _MOST
        if not endless and (spent + orders > enough or number == len(FIRST_MANNERS)):
            return


def _manners(seed: int) -> Iterator[Manner]:
    yield from FIRST_MANNERS
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    while True:
        yield Manner(
            strict_days=chance.choice((5, 15, 25, 35, 50, NEVER)),
            span=chance.choice((2, 3, 5, 7, 10, 14)),
            noise=chance.choice((0.0, 0.1, 0.3)),
            seed=chance.randrange(1 << 30),
        )


def _attempt(workshop: Workshop, reach: Reach, manner: Manner, least: int) -> tuple[Plan, int]:
    """The best plan of one walk, and how many orders were planned for it."""
    orders = Sweep(workshop, reach, manner).orders
    early = [order.start for order in orders if order.start < reach.reach[order.item]]
    first = max(early, default=-1) + 1
    spent = len(orders)
    best: Plan | None = None
    for front in (first + more for more in _FRONTS):
        plan = _finish(workshop, reach, orders, front)
        spent += len(orders)
        if plan is not None and (best is None or plan.rank < best.rank):
            best = plan
        if best is not None and best.late + best.unplanned <= least:
            break
    if best is None:
        raise ValueError("moving all orders forward did not give a plan")
    return best, spent


def _finish(workshop: Workshop, reach: Reach, orders: list[Order], front: int) -> Plan | None:
    """The plan whose orders before a day are moved; None if what stays then lacks material."""
    placed, bought, centres = forward(workshop, reach, orders, front)
    left = balances(workshop, placed)
    leaves = leave(workshop, reach, bought, left)
    if any(row and min(row) < 0 for row in left):
        return None
    placed = trim(workshop, reach.level, placed, left, centres)
    settle(workshop, reach.level, placed, left, centres)
    purchases, value = buy(workshop, placed, leaves)
    # Rows reach to the last order there was before some were cut: what is left over is counted
    # until the last day on which anything happens.
    last = max((*(one.available for one in placed), *(day or 0 for day in leaves)), default=0)
    value += sum(
        sum(row[: last + 1]) * product.price
        for row, product in zip(left, workshop.products, strict=True)
        if row
    )
    late = [
        day - line.due
        for line, day in zip(workshop.lines, leaves, strict=True)
        if day is not None and day > line.due
    ]
    unplanned = sum(day is None for day in leaves)
    return Plan(placed, purchases, leaves, len(late), sum(late), unplanned, value)
