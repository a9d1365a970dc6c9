"""Verbs of operations on the shop floor: begun on a machine, done, or taken back."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.production.events import StepBegun, StepDone, StepReopened
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.services.pacing import look_at
from gendan.production.services.work_orders import about, locked, said


class NotReleased(DomainError):
    """Only released work orders are worked on."""


class MachineBusy(DomainError):
    """Something else runs on the machine."""


@service(gettext_lazy("Begin"))
def begin_step(*, step_id: int, machine: int = 1, by: User | None) -> WorkStep:
    """An operation begins on a machine of its work centre (outside: at the factory)."""
    order, step = step_locked(step_id)
    if isinstance(machine, bool) or not 1 <= machine <= max(step.work_center.machines, 1):
        raise Invalid(
            _("%(center)s has %(count)s machines.")
            % {"center": step.work_center.code, "count": step.work_center.machines},
            field="machine",
        )
    step.step("begin_step")
    if not step.work_center.is_outside:
        _refuse_if_busy(step, machine)
    step.machine, step.begun_at = machine, clock.now()
    step.save(update_fields=["state", "machine", "begun_at"])
    journal.record(StepBegun(**facts_of(order, step), machine=machine), about=about(order), by=by)
    look_at([order], by=by)
    return step


@service(gettext_lazy("Done"))
def finish_step(*, step_id: int, by: User | None) -> WorkStep:
    """An operation is done; one that nobody said was begun, too."""
    order, step = step_locked(step_id)
    finished(order, step, by)
    look_at([order], by=by)
    return step


def finished(order: WorkOrder, step: WorkStep, by: User | None) -> None:
    """Say that an operation (locked) is done, inside a verb."""
    step.step("finish_step")
    step.done_at = clock.now()
    step.save(update_fields=["state", "done_at"])
    journal.record(StepDone(**facts_of(order, step)), about=about(order), by=by)


@service(gettext_lazy("Take it back"))
def reopen_step(*, step_id: int, by: User | None) -> WorkStep:
    """What was said to be begun or done by mistake is not."""
    order, step = step_locked(step_id)
    step.step("reopen_step")
    step.machine = step.begun_at = step.done_at = None
    step.save(update_fields=["state", "machine", "begun_at", "done_at"])
    journal.record(StepReopened(**facts_of(order, step)), about=about(order), by=by)
    look_at([order], by=by)
    return step


def step_locked(step_id: int) -> tuple[WorkOrder, WorkStep]:
    """The operation, its work order locked first."""
    order_id = WorkStep.objects.filter(pk=step_id).values_list("work_order", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such operation."))
    order = locked(order_id)
    if order.state != WorkOrder.State.RELEASED:
        raise NotReleased(
            _("%(order)s is not released, or over: nothing is worked on it.")
            % {"order": order.number}
        )
    rows = WorkStep.objects.select_for_update(of=("self",)).select_related("work_center")
    return order, rows.get(pk=step_id)


def _refuse_if_busy(step: WorkStep, machine: int) -> None:
    """One operation at a time; two that begin at once wait for each other at the work centre."""
    type(step.work_center).objects.select_for_update().filter(pk=step.work_center_id).first()
    running = WorkStep.objects.filter(
        work_center=step.work_center_id,
        machine=machine,
        state=WorkStep.State.BEGUN,
        work_order__state=WorkOrder.State.RELEASED,
    )
    other = running.exclude(pk=step.pk).select_related("work_order__item").first()
    if other is not None:
        raise MachineBusy(
            _("On %(center)s %(machine)s runs %(item)s (%(order)s); say first that it is done.")
            % {
                "center": step.work_center.code,
                "machine": machine,
                "item": other.work_order.item.code,
                "order": other.work_order.number,
            }
        )


def facts_of(order: WorkOrder, step: WorkStep) -> dict[str, Any]:
    """What every fact says about an operation."""
    return {**said(order), "step_id": step.pk, "work_center": step.work_center.code}
