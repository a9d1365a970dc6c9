"""Small factories written down by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gendan.engine.netting.snapshot import BomLines, Demand, Items, Receipts, Snapshot

from .worlds import CALENDARS, FIRST

Triple = tuple[int, int, int]


def ints(*values: int) -> Any:
    """An array of whole numbers."""
    return np.array(values, np.int64)


def factory(
    *,
    items: dict[str, Any],
    bom: Sequence[Triple] = (),
    demand: Sequence[Triple] = (),
    receipts: Sequence[Triple] = (),
    **more: Any,
) -> Snapshot:
    """Items by column (item 0, 1, …), BOM (parent, component, per), demand and receipts
    (item, quantity, days after the first day)."""
    columns = {name: np.array(values) for name, values in items.items()}
    size = columns["on_hand"].size
    columns.setdefault("is_made", np.ones(size, bool))
    columns["is_made"] = columns["is_made"].astype(bool)

    def table(rows: Sequence[Triple]) -> Any:
        return np.array(rows, np.int64).reshape(len(rows), 3).T

    parent, component, per = table(bom)
    asked, coming = table(demand), table(receipts)
    return Snapshot(
        first_day=FIRST,
        items=Items(code=[f"item {row}" for row in range(size)], **columns),
        lines=BomLines(parent=parent, component=component, numerator=per),
        demand=Demand(item=asked[0], quantity=asked[1], due=asked[2] + FIRST),
        receipts=Receipts(item=coming[0], quantity=coming[1], due=coming[2] + FIRST),
        calendars=CALENDARS,
        **more,
    )
