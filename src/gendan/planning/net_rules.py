"""Items' planning rules, lead times and substitutes as the columns of net requirements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from gendan.catalog.models import Alternate, Item
from gendan.engine.boms import WHOLE, hundredths
from gendan.engine.netting import Alternates, BomLines

RULES = (
    *("pk", "code", "supply", "lead_days", "lot_rule", "lot_size", "lot_minimum", "lot_maximum"),
    *("period_days", "safety_stock", "yield_percent", "fence_days", "demand_fence_days"),
    "unit__step",
)
Steps = Callable[..., int]  # place, quantity, up
_LARGEST = 2**62


def item_rows() -> list[Any]:
    """The rules of every item by id, named as in RULES: 1 query."""
    return list(Item.objects.order_by("pk").values_list(*RULES, named=True))


def lot_columns(rows: Sequence[Any], steps: Steps) -> "dict[str, np.ndarray[Any, Any]]":
    """Lot rules, yield and safety stock as columns of engine Items; `rows` by place."""
    lots = [_lot(place, row, steps) for place, row in enumerate(rows)]
    names = ("multiple", "minimum", "maximum", "period_days")
    columns = {name: ints(lot[place] for lot in lots) for place, name in enumerate(names)}
    return columns | {
        "good_share": ints(hundredths(row.yield_percent) for row in rows),
        "safety_stock": ints(
            steps(place, row.safety_stock, up=True) for place, row in enumerate(rows)
        ),
    }


def _lot(place: int, row: Any, steps: Steps) -> tuple[int, int, int, int]:
    """Multiple, minimum, maximum and period in steps of the unit."""
    counted = counted_lots(row)
    if counted is None:
        return 1, 0, 0, 0
    size, least = (steps(place, one, up=True) for one in counted[:2])
    most = steps(place, counted[2], up=row.lot_rule == Item.LotRule.FIXED)  # it is the size then
    return size, least, most, row.period_days if row.lot_rule == Item.LotRule.PERIOD else 0


def counted_lots(row: Any) -> tuple[Decimal, Decimal, Decimal] | None:
    """Multiple, smallest and largest lot of an item, of the columns that its rule counts; 0: there
    is no such limit; None: as much as is needed."""
    if row.lot_rule == Item.LotRule.AS_NEEDED:
        return None
    if row.lot_rule == Item.LotRule.MULTIPLE:
        return row.lot_size, Decimal(0), Decimal(0)
    if row.lot_rule == Item.LotRule.FIXED:
        return row.lot_size, row.lot_size, row.lot_size
    return row.lot_size, row.lot_minimum, row.lot_maximum


def good_of(steps: int, share: int) -> int:
    """What of a quantity started or ordered is good."""
    return steps * share // WHOLE


def started_for(steps: int, share: int) -> int:
    """What must be started or ordered for so much to be good."""
    return -(-steps * WHOLE // share)


def alternates(
    lines: BomLines, place: Mapping[int, int], micro_steps: Sequence[int], codes: Sequence[str]
) -> tuple[Alternates, list[str]]:
    """The substitutes plans may use, by BOM line, and their names: 1 query.

    What is written for one made item holds there instead of what holds everywhere.
    """
    found = Alternate.objects.filter(is_planned=True, alternate__is_active=True)
    ways: dict[int, list[tuple[int | None, int, Any, int]]] = defaultdict(list)
    for component, parent, other, quantity, rank in found.order_by("rank", "pk").values_list(
        "component_id", "parent_id", "alternate_id", "quantity", "rank"
    ):
        within = None if parent is None else place[parent]
        ways[place[component]].append((within, place[other], quantity, rank))
    rows: list[tuple[int, ...]] = []
    names = []
    usable = np.flatnonzero(np.isin(lines.component, ints(ways))) if ways else ()
    for line in map(int, usable):
        made, component = int(lines.parent[line]), int(lines.component[line])
        own = {other for within, other, *_rest in ways[component] if within == made}
        for only_in, other, quantity, rank in ways[component]:
            if other == made or only_in != (made if other in own else None):
                continue
            ratio = Fraction(quantity) * micro_steps[component] / micro_steps[other]
            parts = (min(one, _LARGEST) for one in (ratio.numerator, ratio.denominator))
            rows.append((line, other, rank, *parts))
            names.append(f"{codes[made]} > {codes[component]} → {codes[other]}")
    columns = np.array(rows, np.int64).reshape(len(rows), 5).T
    return Alternates(
        line=columns[0],
        item=columns[1],
        priority=columns[2],
        numerator=columns[3],
        denominator=columns[4],
    ), names


def ints(values: Iterable[int]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Whole numbers as an array."""
    return np.fromiter(values, np.int64)
