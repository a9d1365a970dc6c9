"""The pace of work orders: what was reported, received and begun, read for the engine's outlook."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from gendan.catalog.queries import calendars
from gendan.engine.calendars import WorkCalendar
from gendan.engine.pace import Operation, Outlook, Rate, outlook, rate_of
from gendan.kernel import clock
from gendan.production.models import StepReport, WorkOrder, WorkStep
from gendan.production.queries import received_by_day

ByDay = Mapping[dt.date, Decimal]
LOOKED_BACK = 90  # days of reports that are read
_NOTHING: ByDay = {}


@dataclass(frozen=True)
class Paced:
    """A work order's outlook with its steps and their rates; None: nothing is known of it yet."""

    order: WorkOrder
    steps: Sequence[WorkStep]
    rates: Sequence[Rate]
    outlook: Outlook | None


def paces_of(orders: Sequence[WorkOrder]) -> list[Paced]:
    """What their own pace says of these open work orders (`expected` joined): 9 queries at most.

    Where nothing is reported of the last operation, what came into the stores is its output. What
    is begun without a report is taken to go on as planned since then.
    """
    today = clock.today()
    ids = [one.pk for one in orders]
    steps: dict[int, list[WorkStep]] = defaultdict(list)
    rows = WorkStep.objects.filter(work_order__in=ids).select_related("work_center")
    for step in rows.order_by("work_order", "sequence"):
        steps[step.work_order_id].append(step)
    reported = _reported(ids, today)
    silent = [pk for pk in ids if steps[pk] and not reported.get(steps[pk][-1].pk)]
    came = received_by_day(silent)
    worked = calendars()
    found = []
    for order in orders:
        own = steps[order.pk]
        output = {one.pk: reported.get(one.pk, _NOTHING) for one in own}
        if own and not output[own[-1].pk]:
            output[own[-1].pk] = came.get(order.pk, _NOTHING)
        found.append(_paced(order, own, output, worked, today))
    return found


def _reported(work_order_ids: Sequence[int], today: dt.date) -> dict[int, dict[dt.date, Decimal]]:
    """Good pieces by step and day. 1 query."""
    rows = StepReport.objects.filter(
        step__work_order__in=work_order_ids, made_on__gte=today - dt.timedelta(days=LOOKED_BACK)
    )
    found: dict[int, dict[dt.date, Decimal]] = defaultdict(dict)
    for step_id, day, good in rows.order_by().values_list("step", "made_on").annotate(Sum("good")):
        found[step_id][day] = good
    return found


def _paced(
    order: WorkOrder,
    steps: Sequence[WorkStep],
    output: Mapping[int, ByDay],
    worked: Mapping[int | None, WorkCalendar],
    today: dt.date,
) -> Paced:
    rates, operations = [], []
    for step in steps:
        days = worked[step.work_center.calendar_id]
        made = {day.toordinal(): float(good) for day, good in output[step.pk].items()}
        rate = rate_of(made, planned_rate(order, step), days, today.toordinal())
        rates.append(rate)
        operations.append(_operation(order, step, rate, days, made, today))
    is_known = any(one.is_known or output[one.pk] for one in steps)
    if not is_known or order.state != WorkOrder.State.RELEASED:
        return Paced(order, steps, rates, None)
    today_on, starts, due = (one.toordinal() for one in (today, order.starts_on, order.due_on))
    return Paced(order, steps, rates, outlook(operations, today_on, starts, due))


def planned_rate(order: WorkOrder, step: WorkStep) -> float:
    """Pieces per working day with the work centre to itself, by the routing."""
    a_day = float(step.work_center.minutes_per_day)
    quantity = float(order.quantity)
    minutes = float(step.minutes)
    return quantity * a_day / minutes if minutes > 0 and a_day > 0 else quantity


def pieces_left(step: WorkStep, whole: Decimal, received: Decimal) -> Decimal:
    """Good pieces of an operation that are still to be made."""
    if step.state == WorkStep.State.DONE:
        return Decimal(0)
    made: Decimal = max(step.good, received)
    return max(whole - made, Decimal(0))


def _operation(
    order: WorkOrder,
    step: WorkStep,
    rate: Rate,
    days: WorkCalendar,
    made: Mapping[int, float],
    today: dt.date,
) -> Operation:
    left = float(pieces_left(step, order.quantity, order.expected.received))
    is_begun = step.state == WorkStep.State.BEGUN or bool(made)
    if step.state == WorkStep.State.BEGUN and step.begun_at and not made:
        gone = days.count(clock.date_of(step.begun_at), today)
        # What should be done already takes what is left of one day at least.
        left = max(left - rate.a_day * gone, min(left, rate.a_day))
    return Operation(
        left=left,
        rate=rate,
        calendar=days,
        today=made.get(today.toordinal(), 0.0) if left else 0.0,
        batch=float(step.transfer_quantity or 0),
        is_begun=is_begun,
    )
