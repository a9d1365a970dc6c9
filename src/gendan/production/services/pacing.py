"""What the pace of work orders says, written down; who waits for one that falls behind is told.

Told once, when the verdict changes, and not each time the day moves: behind is what will more
likely than not be late, and it is over when that is unlikely again.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from gendan.engine.pace import Outlook
from gendan.kernel import journal
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_NAMED
from gendan.kernel.service import service
from gendan.production.events import (
    PaceFact,
    PacesDue,
    PacesMoved,
    WorkOrderBackOnPace,
    WorkOrderBehind,
)
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.pace import Paced, paces_of
from gendan.production.services.work_orders import about, said

BEHIND, IN_TIME_AGAIN = 0.5, 0.3  # chances of being late
MOST_AT_ONCE = 1000
_ORDER_FIELDS = (
    *("forecast_on", "sure_on", "late_chance", "is_behind", "slow_step"),
    *("needs_a_day", "makes_a_day"),
)
_STEP_FIELDS = ("pace", "forecast_on")
_PIECE = Decimal("0.01")


@service
def follow_paces(*, expected_ids: Collection[int] | None = None, by: User | None = None) -> int:
    """Look again at the pace of released work orders, of these goods or (none named) of all; how
    many say another day.

    The number of queries is the same for any number of work orders up to MOST_AT_ONCE.
    """
    rows = _paced()
    if expected_ids:
        rows = rows.filter(expected__in=expected_ids)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    moved = 0
    for start in range(0, len(ids), MOST_AT_ONCE):
        part = WorkOrder.objects.filter(pk__in=ids[start : start + MOST_AT_ONCE]).order_by("pk")
        part = part.select_for_update(of=("self",)).select_related("expected", "item")
        moved += look_at(list(part), by=by)
    return moved


@service
def follow_paces_in_parts(*, by: User | None = None) -> int:
    """The same for all work orders, in jobs of at most MOST_AT_ONCE; returns their number.

    Each job has its own transaction, so that nobody who reports waits for all of them.
    """
    ids = list(_paced().order_by("pk").values_list("pk", flat=True))
    parts = [ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE)]
    journal.record_many(
        [(PacesDue(first_id=part[0], last_id=part[-1]), "production") for part in parts], by=by
    )
    return len(ids)


@service
def follow_paces_part(*, first_id: int, last_id: int, by: User | None = None) -> int:
    """The same for the work orders with ids from first to last."""
    part = _paced().filter(pk__range=(first_id, last_id)).order_by("pk")
    part = part.select_for_update(of=("self",)).select_related("expected", "item")
    return look_at(list(part), by=by)


def _paced() -> "QuerySet[WorkOrder]":
    return WorkOrder.objects.filter(state=WorkOrder.State.RELEASED, expected__is_open=True)


def look_at(orders: Sequence[WorkOrder], *, by: User | None) -> int:
    """The same for work orders that are locked already, inside a verb."""
    orders = [one for one in orders if one.state == WorkOrder.State.RELEASED]
    if not orders:
        return 0
    moved, changed = [], []
    steps: list[WorkStep] = []
    for paced in paces_of(orders):
        steps += _steps_changed(paced)
        was, was_behind = _values(paced.order), paced.order.is_behind
        was_on = paced.order.forecast_on
        _apply(paced)
        if _values(paced.order) == was:
            continue
        changed.append(paced.order)
        if paced.order.forecast_on != was_on:
            moved.append(paced.order)
        if paced.order.is_behind != was_behind:
            _tell(paced, by)
    WorkStep.objects.bulk_update(steps, _STEP_FIELDS)
    WorkOrder.objects.bulk_update(changed, _ORDER_FIELDS)
    if moved:
        journal.record(
            PacesMoved(
                work_order_ids=[one.pk for one in moved][:MOST_NAMED],
                demands=sorted({name for one in moved for name in one.demands})[:MOST_NAMED],
            ),
            about="production",
            by=by,
        )
    return len(moved)


def _values(order: WorkOrder) -> list[Any]:
    return [getattr(order, name if name != "slow_step" else "slow_step_id")
            for name in _ORDER_FIELDS]  # fmt: skip


def _apply(paced: Paced) -> None:
    """Let a work order (not saved here) say what its outlook says."""
    order, found = paced.order, paced.outlook
    if found is None:
        order.forecast_on = order.sure_on = order.slow_step = None
        order.needs_a_day = order.makes_a_day = None
        order.late_chance, order.is_behind = 0.0, False
        return
    order.forecast_on, order.sure_on = _day(found.half), _day(found.most)
    order.late_chance = round(found.late, 2)
    limit = IN_TIME_AGAIN if order.is_behind else BEHIND
    order.is_behind = order.late_chance > limit
    place = found.slowest
    order.slow_step = None if place is None else paced.steps[place]
    order.needs_a_day = None if found.needs is None else _pieces(found.needs)
    rate = None if place is None else paced.rates[place]
    order.makes_a_day = _pieces(rate.a_day) if rate is not None and rate.is_measured else None


def _steps_changed(paced: Paced) -> Iterable[WorkStep]:
    ends: Sequence[tuple[int, int] | None] = _ends(paced.outlook, len(paced.steps))
    for step, rate, end in zip(paced.steps, paced.rates, ends, strict=True):
        pace = _pieces(rate.a_day) if rate.is_measured else None
        day = None if end is None else _day(end[0])
        if (step.pace, step.forecast_on) != (pace, day):
            step.pace, step.forecast_on = pace, day
            yield step


def _ends(found: Outlook | None, count: int) -> Sequence[tuple[int, int] | None]:
    return [None] * count if found is None else found.ends


def _tell(paced: Paced, by: User | None) -> None:
    order = paced.order
    values: dict[str, Any] = {
        **said(order),
        "due_on": str(order.due_on),
        "forecast_on": str(order.forecast_on or ""),
        "sure_on": str(order.sure_on or ""),
        "operation": _named(order.slow_step),
        "makes": _number(order.makes_a_day),
        "needs": _number(order.needs_a_day),
    }
    fact: PaceFact = WorkOrderBackOnPace(**values)
    if order.is_behind and order.forecast_on is not None:
        days = max((order.forecast_on - order.due_on).days, 0)
        fact = WorkOrderBehind(**values, days_late=days)
    journal.record(fact, about=about(order), by=by)


def _named(step: WorkStep | None) -> str:
    """An operation without a name by where it is done (`work_center` joined)."""
    return "" if step is None else f"{step.sequence} {step.name or step.work_center.code}"


def _pieces(number: float) -> Decimal:
    return Decimal(str(min(number, 1e11))).quantize(_PIECE)


def _number(pieces: Decimal | None) -> str:
    return "" if pieces is None else f"{pieces.normalize():f}"


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(ordinal)
