"""Which planned orders of a new plan are the ones that planners have fixed: by what they serve."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gendan.orders.demands import lines_told
from gendan.planning.calculating import MOST_NAMED, Calculated

if TYPE_CHECKING:
    from gendan.planning.finite import Finite

GONE = "fixed_need_gone"
FEW = 3  # order lines that are named

NEAR = 14  # days by which the need of what was fixed for no demand may move
MOST_ASKED = 200  # orders of an item whose demands are looked up, the nearest first


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a planner has decided of a planned order (models.FixedOrder)."""

    item_id: int
    needed_on: dt.date
    ends_on: dt.date
    from_center_id: int | None = None
    to_center_id: int | None = None
    demands: Sequence[str] = ()
    pk: int = 0


def recognised(
    done: Calculated, fixed: Sequence[Fixed], fixable: Mapping[int, Sequence[int]]
) -> dict[int, int]:
    """By id of what is fixed the place of the planned order it is now; `fixable`: by item id.

    Each order is one of them at most: the earlier decision chooses first.
    """
    found: dict[int, int] = {}
    served = _Served(done)
    taken: set[int] = set()
    for one in fixed:
        places = [place for place in fixable.get(one.item_id, ()) if place not in taken]
        chosen = _chosen(done, one, places, served)
        if chosen is not None:
            found[one.pk] = chosen
            taken.add(chosen)
    return found


def _chosen(done: Calculated, one: Fixed, places: Sequence[int], served: "_Served") -> int | None:
    """The order that serves most of the same demands; of those, the nearest by day."""
    due, wanted = done.plan.orders.due, one.needed_on.toordinal()
    near = sorted((abs(int(due[place]) - wanted), place) for place in places)
    if not one.demands:
        return near[0][1] if near and near[0][0] <= NEAR else None
    asked = frozenset(one.demands)
    ranked = []
    for away, place in near[:MOST_ASKED]:
        shared = len(served.by(place) & asked)
        if shared:
            ranked.append((-shared, away, place))
    return min(ranked)[2] if ranked else None


class _Served:
    """The names of the demands that planned orders serve, through all levels; each found once.

    Those of parts of a work order with the lines it is made for: the order above was firmed.
    """

    def __init__(self, done: Calculated) -> None:
        self.done = done
        self.made_for = {one.work_order_id: one.demands for one in done.given.coming}
        self.known: dict[int, frozenset[str]] = {}

    def by(self, order: int) -> frozenset[str]:
        """Those of the order at a place."""
        if order not in self.known:
            self.known[order] = frozenset(self._names(order))
        return self.known[order]

    def _names(self, order: int) -> Iterator[str]:
        for row in self.done.pegging.served_by_order(order).demand.tolist():
            asked = self.done.given.asked[self.done.demand_place[row]]
            yield asked.name
            if asked.work_order_id is not None:
                yield from self.made_for.get(asked.work_order_id, ())


def problems_of_fixed(done: Calculated, finite: "Finite") -> list[dict[str, Any]]:
    """What is fixed and serves nothing any more, as a problem of the plan: each by its item and the
    order lines it was for. 1 query, none where nothing is to be said."""
    gone = [one for one in finite.shop.fixed if one.pk in finite.without_need]
    if not gone:
        return []
    told = lines_told({name for one in gone for name in one.demands[:FEW]})
    codes = dict(zip(done.given.item_ids, done.given.snapshot.items.code, strict=True))
    rows = []
    for one in gone[:MOST_NAMED]:
        lines = [told[name] for name in one.demands[:FEW] if name in told]
        name = f"{codes.get(one.item_id, '')} {one.ends_on.isoformat()}"
        words = f"{name} ({', '.join(lines)})" if lines else name
        rows.append({"name": words, "ref": f"catalog.item:{one.item_id}", "fixed": one.pk})
    problem = {"code": GONE, "table": "fixed", "count": len(gone), "is_left_out": True}
    return [{**problem, "rows": rows}]
