"""The verbs that fix a planned order to a day and a work centre, and let it go again."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import RoutingStep, WorkCenter
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning.capacity_events import FixedOrderReleased, PlannedOrderFixed
from gendan.planning.models import FixedOrder, PlannedOrder, PlanRun, ScheduledOrder
from gendan.planning.services.firming import AlreadyFirmed, PlanNotLive
from gendan.planning.services.runs import run_plan
from gendan.planning.tracing import demands_of_order

FURTHEST = dt.timedelta(days=2 * 366)
MOST_DEMANDS = 1000  # that a fixed order is known by


@service(gettext_lazy("Fix the planned order"))
def fix_planned_order(
    *,
    planned_order_id: int,
    ends_on: dt.date,
    from_center: str = "",
    to_center: str = "",
    by: User | None,
) -> FixedOrder:
    """Have a planned order ready on a day, or made at another work centre, in every next plan.

    Orders that are not fixed make way for it. Fixed again, the later decision holds.
    """
    order = locked_planned_order(planned_order_id)
    if order.kind != PlannedOrder.Kind.MAKE:
        raise Invalid(_("Only what is made in our own works is fixed to a day."))
    if not clock.today() <= ends_on <= clock.today() + FURTHEST:
        raise Invalid(_("Choose a day from today to two years ahead."), field="ends_on")
    here, there = _centers(order, from_center, to_center)
    names = demands_of_order(order)[:MOST_DEMANDS]
    fixed = _fixed_before(order, names)
    fixed.needed_on, fixed.quantity, fixed.demands = order.due_on, order.quantity, names
    fixed.ends_on, fixed.from_center, fixed.to_center = ends_on, here, there
    fixed.fixed_at, fixed.fixed_by = clock.now(), by
    fixed.save()
    run_plan(by=by)
    fact = PlannedOrderFixed(
        fixed_order_id=fixed.pk,
        item=order.item.code,
        needed_on=order.due_on.isoformat(),
        ends_on=ends_on.isoformat(),
        work_center=there.code if there else "",
    )
    journal.record(fact, about=[order.item, "planning"], by=by)
    return fixed


def _fixed_before(order: PlannedOrder, names: list[str]) -> FixedOrder:
    """What was decided of the same order before: it serves the same, and the plan has taken it for
    that, or it was needed on the same day then."""
    rows = FixedOrder.objects.select_for_update().filter(item=order.item).order_by("pk")
    same = [one for one in rows if set(one.demands) & set(names) or one.demands == names]
    for one in same:
        if _is_now(one, order):
            return one
    on_its_day = (one for one in same if one.needed_on == order.due_on)
    return next(on_its_day, FixedOrder(item=order.item))


def _is_now(fixed: FixedOrder, order: PlannedOrder) -> bool:
    """Whether the plan has taken this very order for what was fixed."""
    rows = ScheduledOrder.objects.filter(order=order, is_fixed=True)
    return rows.filter(ends_on=fixed.ends_on).exists()


@service(gettext_lazy("Let the order go"))
def release_fixed_order(*, fixed_order_id: int, by: User | None) -> int:
    """The next plan dates the order as it does all others. Returns its former id."""
    fixed = FixedOrder.objects.select_for_update(of=("self",)).select_related("item")
    found = fixed.filter(pk=fixed_order_id).first()
    if found is None:
        raise NotThere(_("This is not fixed any more."))
    item, needed_on = found.item, found.needed_on
    found.delete()
    run_plan(by=by)
    fact = FixedOrderReleased(
        fixed_order_id=fixed_order_id, item=item.code, needed_on=needed_on.isoformat()
    )
    journal.record(fact, about=[item, "planning"], by=by)
    return fixed_order_id


def locked_planned_order(planned_order_id: int) -> PlannedOrder:
    """A planned order of the live plan that is not firmed yet, its run locked."""
    runs = PlanRun.objects.select_for_update().filter(orders=planned_order_id)
    run = runs.first()
    rows = PlannedOrder.objects.select_related("item__unit").filter(pk=planned_order_id)
    rows = rows.select_for_update(of=("self",))
    order = rows.first()
    if order is None or run is None:
        raise NotThere(_("A newer plan has taken the place of this one; look at it first."))
    if not run.is_live:
        raise PlanNotLive(_("This is not the live plan any more; look at the new one first."))
    if order.state == PlannedOrder.State.FIRMED:
        raise AlreadyFirmed(
            _("The planned order of %(item)s was firmed already: %(made)s.")
            % {"item": order.item.code, "made": order.made}
        )
    order.run = run
    return order


def _centers(
    order: PlannedOrder, from_center: str, to_center: str
) -> tuple[WorkCenter | None, WorkCenter | None]:
    """The work centre something is taken from and the one it is given to; both or none."""
    if not to_center or to_center == from_center:
        return None, None
    here = WorkCenter.objects.filter(code=from_center).first()
    there = WorkCenter.objects.filter(code=to_center, is_active=True).first()
    if there is None:
        raise Invalid(
            _("There is no work centre called “%(code)s” in use.") % {"code": to_center[:60]},
            field="to_center",
        )
    steps = RoutingStep.objects.filter(routing__item=order.item, routing__is_current=True)
    if here is None or not steps.filter(work_center=here).exists():
        raise Invalid(
            _("%(item)s has no step at the work centre “%(code)s”.")
            % {"item": order.item.code, "code": from_center[:60]},
            field="from_center",
        )
    return here, there
