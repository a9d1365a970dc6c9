"""The verb that moves a work order to another due day."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services import ExpectedRow, plan_supplies
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning.capacity_events import WorkOrderMoved
from gendan.production.models import WorkOrder
from gendan.production.services import follow_supplies


class WorkOrderEnded(DomainError):
    """What is done or cancelled is not moved."""


@service(gettext_lazy("Move the work order"))
def move_work_order(*, work_order_id: int, due_on: dt.date, by: User | None) -> WorkOrder:
    """Give a work order another due day: its goods are expected then, so that promises, the plan
    and the load of work centres count on that day."""
    rows = WorkOrder.objects.select_for_update(of=("self",)).select_related("item", "expected")
    order = rows.filter(pk=work_order_id).first()
    if order is None:
        raise NotThere(_("There is no such work order."))
    if order.state not in WorkOrder.OPEN:
        raise WorkOrderEnded(_("%(order)s is not open any more.") % {"order": order.number})
    if due_on < clock.today():
        raise Invalid(_("Nothing can be due on a day that is past."), field="due_on")
    if due_on == order.due_on:
        raise Invalid(_("It is due on that day already."), field="due_on")
    was_on, supply = order.due_on, order.expected
    row = ExpectedRow(
        item=order.item.code,
        quantity=supply.quantity,
        due_on=due_on,
        reference=supply.reference,
        demand=supply.demand,
        expected_id=supply.pk,
    )
    plan_supplies(rows=[row], by=by)
    follow_supplies(expected_ids=[supply.pk])
    order.refresh_from_db()
    fact = WorkOrderMoved(
        work_order_id=order.pk,
        number=order.number,
        was_on=was_on.isoformat(),
        due_on=due_on.isoformat(),
    )
    journal.record(fact, about=[order, "planning", *order.demands], by=by)
    return order
