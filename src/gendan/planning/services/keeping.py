"""Verbs about single operations of the shop floor: kept in their place; and times of set-ups."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service
from gendan.planning.models import KeptOperation, SetupTime
from gendan.planning.shop_events import OperationKept, OperationLetGo, SetupTimesSaved
from gendan.production.models import WorkOrder, WorkStep

WEEK = 10_080  # minutes


class OperationNotOpen(DomainError):
    """What is begun, done or given up is not placed any more."""


@dataclass(frozen=True)
class SetupTimeRow:
    """Minutes of set-up at a work centre from a family of operations to another (from empty: from
    every one for which nothing else is said)."""

    work_center: str
    to_family: str
    from_family: str = ""
    minutes: int | None = None
    remove: bool = False


@service(gettext_lazy("Save set-up times"))
def save_setup_times(*, rows: Sequence[SetupTimeRow], by: User | None) -> list[SetupTime]:
    """Write how long machines are set up between families of operations."""

    def check(setup: SetupTime, index: int, problems: Problems) -> None:
        if not setup.to_family:
            problems.add(index, "to_family", _("Say for which family it is set up."))
        if setup.from_family == setup.to_family:
            problems.add(index, "to_family", _("Within a family nothing is set up."))
        if setup.minutes > WEEK:
            problems.add(index, "minutes", _("A set-up takes a week at most."))

    key = ("work_center", "from_family", "to_family")
    saved = upsert(SetupTime, rows, key=key, check=check)
    codes = [row.work_center for row in rows]
    record_saved(SetupTimesSaved, saved, room="planning", codes=codes, by=by)
    return saved.objects


@service(gettext_lazy("Keep it here"))
def keep_operation(
    *, step_id: int, machine: int, starts_at: dt.datetime, by: User | None
) -> KeptOperation:
    """Keep an operation on a machine of its work centre, beginning at a moment, in every sequence
    that is calculated from now on. Once the moment has gone by, only the machine is kept."""
    step = _open_step(step_id)
    center = step.work_center
    if center.is_outside:
        raise OperationNotOpen(
            _("%(center)s is outside: its machines are not ours to keep.") % {"center": center.code}
        )
    if isinstance(machine, bool) or not 1 <= machine <= center.machines:
        raise Invalid(
            _("%(center)s has %(count)s machines.")
            % {"center": center.code, "count": center.machines},
            field="machine",
        )
    if starts_at.tzinfo is None:
        starts_at = starts_at.replace(tzinfo=clock.zone())
    if starts_at < clock.now() - dt.timedelta(minutes=1):
        raise Invalid(_("This time has gone by."), field="starts_at")
    if starts_at > clock.now() + dt.timedelta(days=366):
        raise Invalid(_("This is more than a year ahead."), field="starts_at")
    values = {
        "machine": machine,
        "starts_at": starts_at.replace(second=0, microsecond=0),
        "kept_at": clock.now(),
        "kept_by": by,
    }
    kept, _made = KeptOperation.objects.update_or_create(step=step, defaults=values)
    order = step.work_order
    fact = OperationKept(
        step_id=step.pk,
        number=order.number,
        work_center=center.code,
        machine=machine,
        starts_at=kept.starts_at.isoformat(),
    )
    journal.record(fact, about=[order, "planning"], by=by)
    return kept


@service(gettext_lazy("Let it go"))
def let_operation_go(*, step_id: int, by: User | None) -> None:
    """Have an operation placed by sequences again."""
    kept = (
        KeptOperation.objects.select_for_update(of=("self",))
        .select_related("step__work_order")
        .filter(step=step_id)
        .first()
    )
    if kept is None:
        raise NotThere(_("This operation is not kept."))
    order = kept.step.work_order
    kept.delete()
    fact = OperationLetGo(step_id=step_id, number=order.number)
    journal.record(fact, about=[order, "planning"], by=by)


def _open_step(step_id: int) -> WorkStep:
    rows = WorkStep.objects.select_for_update(of=("self",))
    step = rows.select_related("work_order", "work_center").filter(pk=step_id).first()
    if step is None:
        raise NotThere(_("There is no such operation."))
    if step.state != WorkStep.State.TODO or step.work_order.state not in WorkOrder.OPEN:
        raise OperationNotOpen(
            _("This operation of %(order)s is begun, done or given up; it stays where it is.")
            % {"order": step.work_order.number}
        )
    return step
