"""When the last of what is bought for each demand is there, by the plan and its finite schedule."""

from collections.abc import Sequence

import numpy as np

from gendan.engine.netting import NEVER
from gendan.engine.netting.pegging import CUSTOMER, NEED, ORDER, RECEIPT
from gendan.engine.promise import BUY
from gendan.engine.schedule.chains import consumers_first
from gendan.engine.schedule.tasks import Dated, Task
from gendan.planning.calculating import Calculated


def material_days(
    done: Calculated,
    tasks: Sequence[Task],
    dated: Dated,
    task_of_receipt: Sequence[int],
    task_of_demand: Sequence[int],
) -> dict[int, int]:
    """By place in `asked`, of orders' lines for which anything is bought: the ordinal day.

    `task_of_receipt`, `task_of_demand`: the work orders among the tasks that bring a receipt, or of
    which a demand is a component; -1 for others.
    """
    today = done.given.today.toordinal()
    bought = _bought(done, tasks, dated)
    there = [0] * len(tasks)  # by task, the last of its material
    for consumer, maker, ready in _pegs_below(done, task_of_receipt, task_of_demand):
        if maker < 0:
            there[consumer] = max(there[consumer], min(ready - today, NEVER))
    order, makers = consumers_first(tasks)
    for place in reversed(order):
        for maker in makers[place]:
            there[place] = max(there[place], bought.get(maker, there[maker]))
    found: dict[int, int] = {}
    for place, maker, ready in _pegs_of_lines(done, task_of_receipt):
        day = bought.get(maker, there[maker]) if maker >= 0 else ready - today
        if 0 < day < NEVER - today:
            found[place] = max(found.get(place, 0), today + day)
    return found


def _bought(done: Calculated, tasks: Sequence[Task], dated: Dated) -> dict[int, int]:
    """By task of what is bought, when it is there: as it was asked for, or as soon as it can be."""
    today, orders, supply = done.given.today.toordinal(), done.plan.orders, done.given.supply
    due = np.maximum(orders.due - today, 0).tolist()
    return {
        place: dated.end[place] if place in dated.bound else min(dated.end[place], due[place])
        for place, item in enumerate(orders.item.tolist())
        if supply[item] == BUY
    }


def _pegs_below(
    done: Calculated, task_of_receipt: Sequence[int], task_of_demand: Sequence[int]
) -> list[tuple[int, int, int]]:
    """(task, task that makes what it takes or -1, day) of what tasks take that was ordered."""
    pegs, needs, supplies = done.pegs, done.pegging.requirements, done.pegging.supplies
    rows = np.flatnonzero(pegs.supply_kind == RECEIPT)
    kinds, sources = needs.kind[pegs.requirement[rows]], needs.source[pegs.requirement[rows]]
    receipts = supplies.source[pegs.supply[rows]]
    columns = (kinds, sources, receipts, done.ready.peg[rows])
    found = []
    for kind, source, receipt, ready in zip(*(one.tolist() for one in columns), strict=True):
        task = source if kind == NEED else task_of_demand[source] if kind == CUSTOMER else -1
        if task >= 0:
            found.append((task, task_of_receipt[receipt], ready))
    return found


def _pegs_of_lines(done: Calculated, task_of_receipt: Sequence[int]) -> list[tuple[int, int, int]]:
    """(place in `asked`, task that serves it or -1, day) of what serves orders' lines."""
    pegs, needs, supplies = done.pegs, done.pegging.requirements, done.pegging.supplies
    is_line = needs.kind[pegs.requirement] == CUSTOMER
    rows = np.flatnonzero(is_line & np.isin(pegs.supply_kind, (RECEIPT, ORDER)))
    columns = (
        *(needs.source[pegs.requirement[rows]], pegs.supply_kind[rows]),
        *(supplies.source[pegs.supply[rows]], done.ready.peg[rows]),
    )
    asked, found = done.given.asked, []
    for demand, kind, source, ready in zip(*(one.tolist() for one in columns), strict=True):
        place = done.demand_place[demand]
        if asked[place].order_id is not None:
            maker = source if kind == ORDER else task_of_receipt[source]
            found.append((place, maker, ready))
    return found
