"""The finite schedule of the live plan as bars of the Gantt chart and as a list of what is late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q

from gendan.planning.capacity_load import Maker
from gendan.planning.capacity_schedule import DATED, Bar, Late
from gendan.planning.models import PlanRun, ScheduledOperation, ScheduledOrder

ENDED = ("done", "cancelled")  # work orders: since the plan was calculated


def scheduled_run() -> PlanRun | None:
    """The live plan, if it has a finite schedule."""
    run = PlanRun.objects.filter(is_live=True).first()
    return run if run is not None and "schedule" in run.figures else None


def scheduled_bars(run: PlanRun, first: dt.date, last: dt.date) -> dict[int, list[Bar]]:
    """By work centre id, the operations worked on from first to last, by start. 1 query.

    What was firmed since is a work order now, and in the next plan.
    """
    rows = ScheduledOperation.objects.filter(run=run, starts_on__lte=last, ends_on__gte=first)
    rows = rows.exclude(scheduled__order__state="firmed")
    rows = rows.exclude(scheduled__work_order__state__in=ENDED)
    rows = rows.select_related("scheduled__work_order").order_by("starts_on", "ends_on", "pk")
    bars: dict[int, list[Bar]] = defaultdict(list)
    for one in rows:
        bars[one.work_center_id].append(
            Bar(
                maker=maker_of(one.scheduled),
                place=one.scheduled_id,
                row=one.pk,
                center_id=one.work_center_id,
                name=one.name,
                start_on=one.starts_on,
                end_on=one.ends_on,
                minutes=float(one.minutes),
            )
        )
    return bars


def scheduled_late(run: PlanRun, most: int) -> tuple[dict[int, Late], int]:
    """By id of the scheduled order what is late, the latest first, and how many there are.

    2 queries.
    """
    rows = ScheduledOrder.objects.filter(run=run, is_late=True).exclude(order__state="firmed")
    rows = rows.exclude(work_order__state__in=ENDED)
    rows = rows.select_related("work_order", "bound_center", "bound_item")
    ranked = rows.order_by(F("late_days").desc(nulls_first=True), "needed_on", "pk")[:most]
    return {one.pk: late_of(one) for one in ranked}, rows.count()


def late_ids(run: PlanRun, scheduled_ids: Iterable[int]) -> dict[int, Late]:
    """What of these scheduled orders is late. 1 query."""
    rows = ScheduledOrder.objects.filter(run=run, is_late=True, pk__in=set(scheduled_ids))
    rows = rows.select_related("work_order", "bound_center", "bound_item")
    return {one.pk: late_of(one) for one in rows}


def late_by_supply(
    run: PlanRun, order_ids: Iterable[int], expected_ids: Iterable[int]
) -> dict[tuple[str, int], Late]:
    """Why planned orders ("order", id) and work orders ("expected", id of their goods) are late.

    1 query.
    """
    rows = ScheduledOrder.objects.filter(run=run, is_late=True).filter(
        Q(order__in=list(order_ids)) | Q(work_order__expected__in=list(expected_ids))
    )
    rows = rows.select_related("work_order", "bound_center", "bound_item")
    return {
        ("expected", one.work_order.expected_id)
        if one.work_order
        else ("order", one.order_id or 0): late_of(one)
        for one in rows
    }


def maker_of(one: ScheduledOrder) -> Maker:
    """A scheduled order as the pages of capacity know orders."""
    return Maker(
        is_firm=one.work_order_id is not None,
        pk=one.work_order_id or one.order_id or 0,
        number=one.work_order.number if one.work_order else "",
        item_id=one.item_id,
        quantity=one.quantity,
        release_on=one.starts_on or one.needed_on,
        due_on=one.needed_on,
        own_due_on=one.work_order.due_on if one.work_order else None,
        ready_on=one.ends_on,
        demands=tuple(one.work_order.demands) if one.work_order else (),
    )


def late_of(one: ScheduledOrder) -> Late:
    """Why a scheduled order is late, with the item and the work centre that bind."""
    work, ends_on = one.work_order, one.ends_on
    is_as_dated = work is not None and ends_on is not None and ends_on <= work.due_on
    return Late(
        maker=maker_of(one),
        ready_on=one.ends_on,
        reason=DATED if is_as_dated else one.reason,
        center=one.bound_center.code if one.bound_center else "",
        item=one.bound_item.code if one.bound_item else "",
        is_own=one.bound_item_id == one.item_id,
        center_name=one.bound_center.name if one.bound_center else "",
        approved_on=one.approved_on,
    )
