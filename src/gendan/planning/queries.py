"""Questions about plans: the live one, the last runs, what they plan and for whom."""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from gendan.catalog.models import Item, RoutingStep, WorkCenter
from gendan.kernel import clock, journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import Entry, User
from gendan.orders import demands as order_demands
from gendan.orders.models import Line, Order
from gendan.partners.models import Partner
from gendan.planning.fixed_again import GONE
from gendan.planning.models import (
    Assumption,
    FixedOrder,
    Peg,
    PlanDemand,
    PlanMessage,
    PlannedOrder,
    PlanRun,
    ScheduledOrder,
    SourceDecision,
)
from gendan.planning.promise_models import PromiseHold


def live_run() -> PlanRun | None:
    """The live plan, if there is one."""
    return PlanRun.objects.filter(is_live=True).first()


def stock_planned() -> dict[int, Decimal]:
    """What of each item's free stock the live plan takes: 1 query."""
    rows = Peg.objects.filter(run__is_live=True, kind=Peg.Kind.STOCK).order_by()
    return dict(rows.values_list("item_id").annotate(Sum("quantity")))


def late_by_plan(order_id: int) -> tuple[bool, dt.date | None]:
    """Whether an order is late by the live plan, and when all of it is ready (None: never).

    1 query.
    """
    rows = PlanDemand.objects.filter(run__is_live=True, order=order_id, is_late=True)
    days = list(rows.values_list("ready_on", flat=True))
    known = [day for day in days if day is not None]
    return bool(days), max(known) if len(known) == len(days) and known else None


def runs_for(user: User) -> "QuerySet[PlanRun]":
    """The plan runs that are kept, the newest first."""
    return PlanRun.objects.visible_to(user).select_related("asked_by").order_by("-pk")


def open_run(user: User) -> PlanRun | None:
    """The run that is being calculated or waits to be, if it is to become the live plan."""
    states = (PlanRun.State.WAITING, PlanRun.State.RUNNING)
    rows = runs_for(user).filter(state__in=states).exclude(cause=PlanRun.Cause.SCENARIO)
    return rows.order_by("pk").first()


def run_seen(run_id: int, user: User) -> PlanRun:
    """One run, if this user may see it."""
    found = runs_for(user).filter(pk=run_id).first()
    if found is None:
        raise NotThere(_("There is no such plan run."))
    return found


def no_plan_words() -> str:
    """What is said where nothing was planned yet."""
    return _("Nothing has been planned yet.")


def line_ids_of(order_id: int) -> list[int]:
    """The lines of an order that are not cancelled, in their order: 1 query."""
    rows = Line.objects.filter(order=order_id, is_cancelled=False).order_by("position")
    return list(rows.values_list("pk", flat=True))


def lines_named(demands: Iterable[str]) -> list[Line]:
    """The order lines among demands ("orders.line:12"), with their orders: 1 query."""
    rows = Line.objects.filter(pk__in=order_demands.line_ids_of(demands)).select_related("order")
    return list(rows.order_by("order__number", "position"))


def orders_of(run: PlanRun) -> "QuerySet[PlannedOrder]":
    """The planned orders of a run with their items."""
    swaps = Peg.objects.filter(instead_of__isnull=False).select_related("item__unit", "instead_of")
    rows = PlannedOrder.objects.filter(run=run).select_related("item__unit")
    return rows.prefetch_related(Prefetch("needs", swaps.order_by("pk"), to_attr="substitutes"))


def messages_of(run: PlanRun) -> "QuerySet[PlanMessage]":
    """What a plan says is to be done, with what it is about and for whom."""
    return PlanMessage.objects.filter(run=run).select_related(
        *("item__unit", "expected", "request", "order"),
        *("demand__order", "demand__line", "parent__item"),
        *("expected__work_order", "expected__purchase_line__order__supplier"),
    )


def assumptions_for(user: User) -> "QuerySet[Assumption]":
    """What every live plan counts on besides the facts, with where it came from."""
    rows = Assumption.objects.visible_to(user).filter(withdrawn_at=None)
    return rows.select_related("scenario", "adopted_by").order_by("pk")


def assumptions_in_force() -> list[dict[str, Any]]:
    """The changes every live plan counts on, in the order they were adopted: 1 query."""
    rows = Assumption.objects.filter(withdrawn_at=None).order_by("pk")
    return list(rows.values_list("change", flat=True))


def promise_hold_of(order_id: int) -> PromiseHold | None:
    """What is held for a draft at this moment."""
    held = PromiseHold.objects.filter(order_id=order_id, released_at__isnull=True)
    return held.filter(until_at__gt=clock.now()).select_related("by").first()


def no_rush_words() -> str:
    """What is said where priority would bring nothing."""
    return _("Before all others this order would be promised no earlier.")


def last_rush(order: Order) -> Entry | None:
    """The fact of when this order last went before others; None: it never did. 1 query."""
    return journal.timeline(order).filter(fact="RushPromised").first()


def moved_for(order: Order) -> list[str]:
    """The numbers of the orders that became later when this one last went first. 1 query."""
    last = last_rush(order)
    return list(last.data["moved"]) if last is not None else []


def scheduled_of(order: PlannedOrder) -> ScheduledOrder | None:
    """When the finite schedule of its plan makes a planned order."""
    return ScheduledOrder.objects.filter(order=order).first()


def fixed_orders(user: User) -> list[FixedOrder]:
    """What planners have fixed, as far as this user may see it. 1 query."""
    rows = FixedOrder.objects.visible_to(user)
    related = rows.select_related("item__unit", "from_center", "to_center", "fixed_by")
    return list(related.order_by("ends_on", "pk"))


def fixed_without_need(run: PlanRun) -> set[int]:
    """Ids of what planners have fixed, for which a plan has nothing any more."""
    return {row["fixed"] for one in run.problems if one["code"] == GONE for row in one["rows"]}


def centers_of_routing(item_id: int) -> list[WorkCenter]:
    """The work centres an item's routing in force names, in the order of its steps."""
    steps = RoutingStep.objects.filter(routing__item=item_id, routing__is_current=True)
    rows = steps.select_related("work_center").order_by("sequence")
    return list({one.work_center_id: one.work_center for one in rows}.values())


def centers_by_id() -> dict[int, str]:
    """The code of every work centre. 1 query."""
    return dict(WorkCenter.objects.values_list("pk", "code"))


def names_of_centers(codes: Iterable[str]) -> list[str]:
    """Work centres as people call them, by code. 1 query."""
    rows = WorkCenter.objects.filter(code__in=set(codes)).order_by("code")
    return [one.name or one.code for one in rows]


def called_centers(codes: Collection[str]) -> dict[str, str]:
    """Work centres with their names beside the codes, by code. 1 query, none for none."""
    if not codes:
        return {}
    rows = WorkCenter.objects.filter(code__in=codes)
    return {one.code: one.code if one.name in ("", one.code) else str(one) for one in rows}


def called_items(codes: Collection[str]) -> dict[str, str]:
    """Items with their names beside the codes, by code. 1 query, none for none."""
    if not codes:
        return {}
    rows = Item.objects.filter(code__in=codes)
    return {one.code: f"{one.code} {one.name}".rstrip() for one in rows}


def centers_that_bind(run_id: int) -> list[tuple[str, int]]:
    """The work centres, their people included, that make orders of a run late, and how many; the
    one with most first. 1 query."""
    rows = ScheduledOrder.objects.filter(run=run_id, is_late=True, bound_center__isnull=False)
    counted = rows.values_list("bound_center__code").annotate(count=Count("pk"))
    return [(code, count) for code, count in counted.order_by("-count", "bound_center__code")]


def decisions_of(item_id: int, user: User, most: int = 10) -> list[SourceDecision]:
    """How an item was got before, the newest first. 1 query."""
    rows = SourceDecision.objects.visible_to(user).filter(item=item_id)
    return list(rows.select_related("supplier", "decided_by").order_by("-decided_at", "-pk")[:most])


def suppliers_decided(numbers: Iterable[str]) -> dict[str, Partner]:
    """From whom purchase requests (by number) are to be bought, where somebody said so: 1 query."""
    wanted = set(numbers)
    if not wanted:
        return {}
    rows = SourceDecision.objects.filter(made__in=wanted, supplier__isnull=False)
    found = {one.made: one.supplier for one in rows.select_related("supplier").order_by("pk")}
    return {number: one for number, one in found.items() if one is not None}
