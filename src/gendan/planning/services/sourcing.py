"""The verb that decides how a planned order is got: own line, outside factory, supplier."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning.events import SourceDecided
from gendan.planning.models import PlannedOrder, SourceDecision
from gendan.planning.services.doubling import refuse_what_is_there
from gendan.planning.services.fixing import locked_planned_order
from gendan.planning.source_options import MAKE, SourceOption, options_of
from gendan.planning.substitutes import taken_instead
from gendan.planning.tracing import lines_served
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.services import PurchaseRow, request_purchases


@service(gettext_lazy("Decide how to get it"))
def decide_source(
    *,
    planned_order_id: int,
    how: str,
    supplier: str = "",
    even_if_made: bool = False,
    by: User | None,
) -> SourceDecision:
    """Make a work order or a purchase request of a planned order, whatever its item usually is.

    Every later plan counts on it. The supplier is kept with the decision for whoever buys. Without
    `even_if_made` it refuses what an open work order or request is for already, see
    `refuse_what_is_there`.
    """
    order = locked_planned_order(planned_order_id)
    chosen = _chosen(order, how, supplier)
    served = lines_served([order])
    if not even_if_made:
        refuse_what_is_there([order], served)
    demands = served.get(order.pk, [])
    made, about = _done(order, chosen, demands, by)
    order.state, order.made = PlannedOrder.State.FIRMED, made
    order.save(update_fields=["state", "made"])
    run = order.run
    run.firmings += 1
    run.save(update_fields=["firmings"])
    decision = SourceDecision.objects.create(
        item=order.item,
        quantity=chosen.quantity,
        needed_on=order.due_on,
        how=chosen.how,
        supplier_id=chosen.supplier_id,
        ready_on=chosen.ready_on,
        cost=chosen.cost,
        made=made,
        decided_at=clock.now(),
        decided_by=by,
    )
    fact = SourceDecided(
        run_id=run.pk,
        number=run.number,
        item=order.item.code,
        how=chosen.how,
        supplier=chosen.supplier,
        made=made,
    )
    journal.record(fact, about=[about, order.item, run, "planning", *demands], by=by)
    return decision


def _chosen(order: PlannedOrder, how: str, supplier: str) -> SourceOption:
    options = options_of(order)
    found = [one for one in options if (one.how, one.supplier) == (how, supplier)]
    if not found:
        raise Invalid(
            _("%(item)s cannot be got in this way: there is no such source, or no routing.")
            % {"item": order.item.code},
            field="supplier" if supplier else "how",
        )
    return found[0]


def _done(
    order: PlannedOrder, chosen: SourceOption, demands: list[str], by: User | None
) -> tuple[str, models.Model]:
    """The work order or the purchase request that was made, and its number."""
    today = clock.today()
    if chosen.how == MAKE:
        due_on = max(chosen.ready_on or order.due_on, today)
        row = WorkOrderRow(
            item=order.item.code,
            quantity=order.quantity,
            starts_on=min(chosen.order_by_on, due_on),
            due_on=due_on,
            demands=demands,
        )
        swaps = taken_instead([order]).get(order.pk, [])
        (work,) = firm_work_orders(rows=[row], instead={0: swaps}, by=by)
        return work.number, work
    (request,) = request_purchases(
        rows=[
            PurchaseRow(
                item=order.item.code,
                quantity=chosen.quantity,
                needed_on=max(order.due_on, today),
                order_by_on=min(chosen.order_by_on, max(order.due_on, today)),
                demands=demands,
            )
        ],
        by=by,
    )
    return request.number, request
