"""When the goods of orders are made: by the live plan, and by their own pace on the shop floor.

One forecast: the milestone at which production ends (the last of that stage) is not expected before
the goods are there. A plan makes goods as late as it can, so its day is no forecast as long as it
is in time; only what it cannot make in time counts, and a work order that is behind its pace. But
it says by when they are made at the latest: our own work on them takes no longer than until then,
whatever such milestones usually take.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from gendan.followup.models import GoodsBy, Journey
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Line
from gendan.planning.models import PlanDemand
from gendan.production.queries import behind_their_pace


@dataclass(frozen=True, slots=True)
class GoodsDay:
    """When an order's goods are there, by what (GoodsBy), and its number."""

    on: dt.date
    by: str
    ref: str


@dataclass(frozen=True, slots=True)
class PlanDays:
    """When all of an order is ready to leave our works by the live plan, and the last material that
    is bought for it is there (None: nothing is bought)."""

    ready_on: dt.date
    material_on: dt.date | None


def plan_days(order_ids: Collection[int] | None) -> dict[int, PlanDays]:
    """By the live plan, of orders (None: all) of which it has a day for everything: 1 query."""
    rows = PlanDemand.objects.filter(run__is_live=True, order__isnull=False)
    if order_ids is not None:
        rows = rows.filter(order__in=list(order_ids))
    never = Count("pk", filter=Q(ready_on=None))
    by_order = rows.order_by().values_list("order")
    found = by_order.annotate(Max("ready_on"), Max("material_on"), never=never)
    return {
        pk: PlanDays(ready_on, material_on)
        for pk, ready_on, material_on, missing in found
        if pk is not None and not missing
    }


def goods_days(order_ids: Collection[int] | None) -> dict[int, GoodsDay]:
    """The later of both days for each of these orders (None: all) that has one: 3 queries."""
    found = _by_plan(order_ids)
    for pk, one in _by_pace(order_ids).items():
        if pk not in found or found[pk].on <= one.on:
            found[pk] = one
    return found


def _by_plan(order_ids: Collection[int] | None) -> dict[int, GoodsDay]:
    """When the last of what the live plan cannot make in time is ready in our works; what it has no
    day for is left out. 1 query."""
    rows = PlanDemand.objects.filter(run__is_live=True, is_late=True, ready_on__isnull=False)
    rows = rows.filter(order__isnull=False)
    if order_ids is not None:
        rows = rows.filter(order__in=list(order_ids))
    days = rows.order_by().values_list("order", "run__number").annotate(Max("ready_on"))
    return {pk: GoodsDay(day, GoodsBy.PLAN, number) for pk, number, day in days if pk is not None}


def _by_pace(order_ids: Collection[int] | None) -> dict[int, GoodsDay]:
    behind = behind_their_pace()
    names = {name for one in behind for name in one.demands}
    if not names:
        return {}
    lines = Line.objects.filter(pk__in=line_ids_of(names), is_cancelled=False)
    if order_ids is not None:
        lines = lines.filter(order__in=list(order_ids))
    order_of = dict(lines.values_list("pk", "order_id"))
    found: dict[int, GoodsDay] = {}
    for one in behind:
        for line_id in line_ids_of(one.demands):
            pk = order_of.get(line_id)
            if pk is not None and (pk not in found or found[pk].on < one.forecast_on):
                found[pk] = GoodsDay(one.forecast_on, GoodsBy.PACE, one.number)
    return found


def orders_with_other_goods_days() -> list[int]:
    """Open journeys that count on another day of the goods than is known now: 6 queries."""
    now = goods_days(None)
    rows = Journey.objects.filter(is_open=True)
    counted = rows.exclude(goods_by="").values_list("order_id", "goods_on", "goods_by")
    was = {pk: (on, by) for pk, on, by in counted}
    changed = {pk for pk, one in was.items() if pk not in now or one != (now[pk].on, now[pk].by)}
    return sorted(changed | (set(now) - set(was)) | _with_other_plan_days())


def _with_other_plan_days() -> set[int]:
    """2 queries."""
    now, none = plan_days(None), (None, None)
    rows = Journey.objects.filter(is_open=True)
    counted = rows.values_list("order_id", "plan_on", "plan_material_on")
    known = {pk: (one.ready_on, one.material_on) for pk, one in now.items()}
    return {pk for pk, *was in counted if tuple(was) != known.get(pk, none)}
