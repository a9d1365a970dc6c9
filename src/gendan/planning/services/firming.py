"""The verb that turns planned orders into work orders and purchase requests."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.engine.calendars import WorkCalendar
from gendan.kernel import journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning.events import PlannedOrdersFirmed
from gendan.planning.models import PlannedOrder, PlanRun, ScheduledOrder
from gendan.planning.services.doubling import refuse_what_is_there
from gendan.planning.substitutes import taken_instead
from gendan.planning.tracing import lines_served
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.services import PurchaseRow, request_purchases

MOST_FIRMED = 1000
MAKE = PlannedOrder.Kind.MAKE


class PlanNotLive(DomainError):
    """Only what the live plan says is made true."""


class AlreadyFirmed(DomainError):
    """A planned order becomes a work order or a purchase request once."""


class ItemHasChanged(DomainError):
    """An item is made or bought otherwise than when the plan was calculated."""


@dataclass(frozen=True)
class Firmed:
    """What became of planned orders."""

    work_orders: list[str]
    purchase_requests: list[str]


@service(gettext_lazy("Firm planned orders"))
def firm_planned_orders(
    *, planned_order_ids: Sequence[int], even_if_made: bool = True, by: User | None
) -> Firmed:
    """Make work orders of what is to be made, purchase requests of what is to be bought.

    What is made in an outside factory is bought from it. All of them or none. With `even_if_made`
    off it refuses what an open work order or request is for already, see `refuse_what_is_there`.
    """
    ids = set(planned_order_ids)
    if not ids:
        raise Invalid(_("Choose planned orders first."), field="planned_order_ids")
    if len(ids) > MOST_FIRMED:
        raise Invalid(
            _("At most %(most)s planned orders are firmed at once.") % {"most": MOST_FIRMED},
            field="planned_order_ids",
        )
    runs = PlanRun.objects.filter(orders__in=ids).order_by("pk").distinct()
    locked = list(PlanRun.objects.select_for_update().filter(pk__in=runs.values("pk")))
    rows = PlannedOrder.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    orders = list(rows.select_related("item__unit", "run").order_by("release_on", "pk"))
    _refuse_unless_sound(ids, orders, locked)
    served = lines_served(orders)
    if not even_if_made:
        refuse_what_is_there(orders, served)
    made = _made([one for one in orders if one.kind == MAKE], served, by)
    bought = _bought([one for one in orders if one.kind != MAKE], served, by)
    for one in orders:
        one.state = PlannedOrder.State.FIRMED
        one.made = (made | bought)[one.pk]
    PlannedOrder.objects.bulk_update(orders, ["state", "made"])
    run = locked[0]
    run.firmings += 1
    run.save(update_fields=["firmings"])
    fact = PlannedOrdersFirmed(
        run_id=run.pk,
        number=run.number,
        work_orders=list(made.values()),
        purchase_requests=list(bought.values()),
    )
    journal.record(fact, about=[run, "planning"], by=by)
    return Firmed(list(made.values()), list(bought.values()))


def _refuse_unless_sound(
    ids: set[int], orders: Sequence[PlannedOrder], runs: Sequence[PlanRun]
) -> None:
    if len(orders) != len(ids) or not runs:
        raise NotThere(_("A newer plan has taken the place of this one; look at it first."))
    if any(not run.is_live for run in runs):
        raise PlanNotLive(_("This is not the live plan any more; look at the new one first."))
    for one in orders:
        if one.state == PlannedOrder.State.FIRMED:
            raise AlreadyFirmed(
                _("The planned order of %(item)s was firmed already: %(made)s.")
                % {"item": one.item.code, "made": one.made}
            )
        if one.kind != one.item.supply:
            raise ItemHasChanged(
                _("%(item)s was planned as “%(was)s” and is now “%(now)s”; plan again first.")
                % {
                    "item": one.item.code,
                    "was": Item.Supply(one.kind).label,
                    "now": Item.Supply(one.item.supply).label,
                }
            )


def _made(
    orders: Sequence[PlannedOrder], served: dict[int, list[str]], by: User | None
) -> dict[int, str]:
    """Numbers of the work orders, by planned order."""
    if not orders:
        return {}
    days = calendar(None)
    schedule = ScheduledOrder.objects.filter(order__in=[one.pk for one in orders])
    scheduled = {one.order_id: one for one in schedule}
    rows = [
        WorkOrderRow(
            item=one.item.code,
            quantity=one.quantity,
            starts_on=starts_on,
            due_on=due_on,
            demands=served.get(one.pk, []),
        )
        for one in orders
        for starts_on, due_on in (_possible(one, days, scheduled.get(one.pk)),)
    ]
    swaps = taken_instead(orders)
    instead = {place: swaps[one.pk] for place, one in enumerate(orders) if one.pk in swaps}
    made = firm_work_orders(rows=rows, instead=instead, by=by)
    return {one.pk: work.number for one, work in zip(orders, made, strict=True)}


def _possible(
    order: PlannedOrder, days: WorkCalendar, scheduled: ScheduledOrder | None
) -> tuple[dt.date, dt.date]:
    """Start and due day that can be kept: those of the finite schedule, else what waits for
    material is not said to come before."""
    if scheduled is not None and scheduled.starts_on and scheduled.ends_on:
        return scheduled.starts_on, scheduled.ends_on
    if order.ready_on is None or order.ready_on <= order.due_on:
        return order.release_on, order.due_on
    lead = days.count(order.release_on, order.due_on)
    return days.back_days(order.ready_on, lead), order.ready_on


def _bought(
    orders: Sequence[PlannedOrder], served: dict[int, list[str]], by: User | None
) -> dict[int, str]:
    """Numbers of the purchase requests, by planned order."""
    if not orders:
        return {}
    schedule = ScheduledOrder.objects.filter(order__in=[one.pk for one in orders])
    sooner = {one.order_id: one for one in schedule if one.starts_on and one.ends_on}
    rows = [
        PurchaseRow(
            item=one.item.code,
            quantity=one.quantity,
            needed_on=_earlier(one.due_on, sooner.get(one.pk), "ends_on"),
            order_by_on=_approved(
                one, _earlier(one.release_on, sooner.get(one.pk), "starts_on"), sooner.get(one.pk)
            ),
            demands=served.get(one.pk, []),
        )
        for one in orders
    ]
    made = request_purchases(rows=rows, by=by)
    return {one.pk: request.number for one, request in zip(orders, made, strict=True)}


def _approved(order: PlannedOrder, day: dt.date, scheduled: ScheduledOrder | None) -> dt.date:
    """Work outside is not ordered before it may be begun, though never after it is needed."""
    if scheduled is None or scheduled.approved_on is None:
        return day
    return max(day, min(scheduled.approved_on, order.due_on))


def _earlier(day: dt.date, scheduled: ScheduledOrder | None, name: str) -> dt.date:
    """The day of the plan, or an earlier one on which the finite schedule needs it."""
    return min(day, getattr(scheduled, name)) if scheduled else day
