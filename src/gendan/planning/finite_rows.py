"""A finite schedule as rows ready to be written, and in numbers."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from gendan.planning.calculating import Calculated, Ids
from gendan.planning.capacity import SCALE
from gendan.planning.finite import Finite


def scheduled(done: Calculated, finite: Finite) -> list[int]:
    """The tasks that are written down: what has operations, work orders, what is late, and what is
    needed earlier than the net requirements say."""
    due = (done.plan.orders.due - done.given.today.toordinal()).tolist()
    orders, ends = len(due), finite.dated.end
    return [
        place
        for place, steps in enumerate(finite.steps)
        if steps or place >= orders or place in finite.dated.bound or ends[place] < due[place]
    ]


def schedule_rows(
    done: Calculated, finite: Finite, ids: Ids, schedule_ids: Mapping[int, int]
) -> Iterator[tuple[Any, ...]]:
    """(id, run, order, work order, item, quantity, needed, starts, ends, is fixed, is late, days
    late, reason, work centre, item that bind)."""
    dated = finite.dated
    for place, pk in schedule_ids.items():
        order, firm, item_id, quantity, needed_on = _about(done, finite, ids, place)
        bound = dated.bound.get(place)
        ends_on = finite.day(dated.end[place])
        late = max((ends_on - needed_on).days, 1) if bound and ends_on else None
        yield (
            *(pk, ids.run, order, firm, item_id, quantity, needed_on),
            *(finite.day(dated.start[place]), ends_on, place in finite.is_fixed),
            *(bound is not None, late, bound.reason if bound else ""),
            finite.shop.capacity.centers[bound.centre].pk if bound and bound.centre >= 0 else None,
            _item_of(done, finite, bound.task) if bound else None,
        )


def operation_rows(
    finite: Finite, run_id: int, schedule_ids: Mapping[int, int]
) -> Iterator[tuple[Any, ...]]:
    """(run, scheduled order, place, name, work centre, minutes, starts, ends)."""
    for place, pk in schedule_ids.items():
        days: dict[int, tuple[int, int]] = {}
        for step, day, _amount in finite.dated.work[place]:
            first, _last = days.get(step, (day, day))
            days[step] = (first, day)
        for step, (first, last) in days.items():
            one = finite.steps[place][step]
            yield (
                *(run_id, pk, step, one.name, one.center_id, one.amount / SCALE),
                *(finite.day(first), finite.day(last)),
            )


def schedule_figures(finite: Finite) -> dict[str, Any]:
    """Scheduled orders, late ones, by what binds them."""
    reasons = Counter(bound.reason for bound in finite.dated.bound.values())
    return {
        "orders": sum(bool(steps) for steps in finite.steps),
        "late": len(finite.dated.bound),
        "reasons": dict(sorted(reasons.items())),
        "until": finite.shop.capacity.last.isoformat(),
    }


def _about(
    done: Calculated, finite: Finite, ids: Ids, place: int
) -> tuple[int | None, int | None, int, Any, dt.date]:
    """(planned order, work order, item, quantity, needed on) of a task."""
    orders = done.plan.orders
    if place >= len(ids.orders):
        firm = finite.shop.firm[place - len(ids.orders)]
        return None, firm.pk, firm.item_id, firm.quantity, firm.due_on
    item = int(orders.item[place])
    quantity = done.given.quantity(item, int(orders.quantity[place]))
    due = dt.date.fromordinal(int(orders.due[place]))
    return ids.orders[place], None, done.given.item_ids[item], quantity, due


def _item_of(done: Calculated, finite: Finite, place: int) -> int:
    orders = len(done.plan.orders)
    if place >= orders:
        return finite.shop.firm[place - orders].item_id
    return done.given.item_ids[int(done.plan.orders.item[place])]
