"""Random small factories for comparing the plan with the obvious one."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.netting.snapshot import (
    Alternates,
    BomLines,
    Demand,
    Earmarks,
    Items,
    Receipts,
    Snapshot,
)

FIRST = 739_621  # 2026-01-05, a Monday
CALENDARS = (work_calendar(range(5), {}), work_calendar({1, 3, 4, 6}, {}))


def column(draw: Any, size: int, values: Any) -> Any:
    return np.array(draw(st.lists(values, min_size=size, max_size=size)), np.int64)


def lots(draw: Any, size: int) -> dict[str, Any]:
    """Lot rules of every kind; the maximum leaves room for the minimum and something good."""
    multiple = column(draw, size, st.sampled_from([1, 1, 3, 10]))
    minimum = column(draw, size, st.sampled_from([0, 0, 5, 25]))
    least = -(-np.maximum(minimum, 1) // multiple) * multiple
    maximum = column(draw, size, st.sampled_from([0, 0, 1])) * (least + multiple)
    share = column(draw, size, st.sampled_from([10_000, 10_000, 9_300, 5_000]))
    return {
        "multiple": multiple,
        "minimum": minimum,
        "maximum": np.where(maximum * share < 10_000, 0, maximum),
        "good_share": share,
        "period_days": column(draw, size, st.sampled_from([0, 1, 3, 9])),
    }


@st.composite
def worlds(draw: Any, *, simple: bool = False, alternates: bool = True) -> Snapshot:
    """Up to seven items, BOM lines downwards, demand and receipts over some weeks."""
    size = draw(st.integers(1, 7))
    is_made = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool)
    fence = [0] if simple else [0, 0, 4, 15]
    items = Items(
        code=[f"item {row}" for row in range(size)],
        is_made=is_made,
        on_hand=column(draw, size, st.integers(-20 if not simple else 0, 80)),
        safety_stock=column(draw, size, st.sampled_from([0, 0, 7, 30])),
        lead_days=column(draw, size, st.integers(0, 12)),
        calendar=-1 if simple else column(draw, size, st.integers(-1, len(CALENDARS) - 1)),
        fence_days=column(draw, size, st.sampled_from(fence)),
        demand_fence_days=column(draw, size, st.sampled_from(fence)),
        **({"multiple": column(draw, size, st.integers(1, 9))} if simple else lots(draw, size)),
    )
    pairs = [(one, two) for one in range(size) for two in range(one + 1, size) if is_made[one]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=10)) if pairs else []
    lines = bom(draw, chosen)
    return Snapshot(
        first_day=FIRST,
        items=items,
        lines=lines,
        demand=demand(draw, size),
        receipts=receipts(draw, size),
        alternates=standing_in(draw, lines, size if alternates and not simple else 0),
        calendars=CALENDARS,
        buckets=np.arange(FIRST - 7, FIRST + 70, 7)
        if draw(st.booleans()) and not simple
        else none(),
    )


@st.composite
def earmarked(draw: Any, *, alternates: bool = False) -> Snapshot:
    """The same with receipts that are meant for demands, and really come on some day."""
    snapshot: Snapshot = draw(worlds(alternates=alternates))
    coming, asked = snapshot.receipts.item.size, snapshot.demand.item.size
    pairs = [(one, two) for one in range(coming) for two in range(asked)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=6, unique=True)) if pairs else []
    comes = [draw(st.integers(FIRST, FIRST + 40)) for _ in range(coming)]
    marks = Earmarks(
        receipt=np.array([one for one, _ in chosen], np.int64),
        demand=np.array([two for _, two in chosen], np.int64),
        comes=np.array([comes[one] for one, _ in chosen], np.int64),
    )
    return replace(snapshot, earmarks=marks)


def none() -> Any:
    return np.zeros(0, np.int64)


def bom(draw: Any, pairs: list[tuple[int, int]]) -> BomLines:
    count = len(pairs)
    return BomLines(
        parent=np.array([one for one, _ in pairs], np.int64),
        component=np.array([two for _, two in pairs], np.int64),
        numerator=column(draw, count, st.integers(1, 5)),
        denominator=column(draw, count, st.sampled_from([1, 1, 2, 3])),
        scrap=column(draw, count, st.sampled_from([0, 0, 200, 550])),
        valid_from=column(draw, count, st.sampled_from([0, 0, FIRST + 9])),
        valid_until=column(draw, count, st.sampled_from([10**7, 10**7, FIRST + 20])),
    )


def demand(draw: Any, size: int) -> Demand:
    count = draw(st.integers(0, 8))
    return Demand(
        item=column(draw, count, st.integers(0, size - 1)),
        quantity=column(draw, count, st.integers(1, 90)),
        due=column(draw, count, st.integers(FIRST - 3, FIRST + 40)),
        priority=column(draw, count, st.integers(0, 2)),
        is_forecast=column(draw, count, st.sampled_from([0, 0, 1])).astype(bool),
    )


def receipts(draw: Any, size: int) -> Receipts:
    count = draw(st.integers(0, 5))
    return Receipts(
        item=column(draw, count, st.integers(0, size - 1)),
        quantity=column(draw, count, st.integers(1, 120)),
        due=column(draw, count, st.integers(FIRST - 3, FIRST + 40)),
    )


def standing_in(draw: Any, lines: BomLines, size: int) -> Alternates:
    """An alternate stands before what it replaces, so that there are no rounds."""
    pairs = [
        (line, item)
        for line, component in enumerate(lines.component.tolist())
        for item in range(min(component, size))
        if item != int(lines.parent[line])
    ]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    return Alternates(
        line=np.array([line for line, _ in chosen], np.int64),
        item=np.array([item for _, item in chosen], np.int64),
        priority=column(draw, len(chosen), st.integers(0, 2)),
        numerator=column(draw, len(chosen), st.integers(1, 3)),
        denominator=column(draw, len(chosen), st.integers(1, 3)),
    )
