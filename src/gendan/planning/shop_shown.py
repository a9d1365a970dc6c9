"""Questions about sequences of the shop floor: which there are, their rows, for which orders."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gendan.catalog.models import WorkCenter
from gendan.kernel import clock
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Line, Order
from gendan.planning.models import (
    KeptOperation,
    ScheduledOrder,
    SequencedOperation,
    SetupTime,
    ShopSequence,
)
from gendan.planning.tracing import lines_of_work_orders
from gendan.production.models import WorkOrder, WorkStep


def sequences_for(user: User) -> "QuerySet[ShopSequence]":
    """The sequences that are kept, the newest first."""
    rows = ShopSequence.objects.visible_to(user).select_related("asked_by", "adopted_by")
    return rows.order_by("-pk")


def sequence_seen(sequence_id: int, user: User) -> ShopSequence:
    """One sequence, if this user may see it."""
    found = sequences_for(user).filter(pk=sequence_id).first()
    if found is None:
        raise NotThere(_("There is no such sequence."))
    return found


def sequence_in_force(user: User) -> ShopSequence | None:
    """The sequence the workshop works by."""
    return sequences_for(user).filter(is_in_force=True).first()


def open_sequence(user: User) -> ShopSequence | None:
    """The sequence that is being calculated, or waits to be."""
    return sequences_for(user).filter(state__in=ShopSequence.OPEN).first()


def rows_of(sequence: ShopSequence) -> "QuerySet[SequencedOperation]":
    """Its operations by start, with all that a page shows of them."""
    rows = SequencedOperation.objects.filter(sequence=sequence)
    rows = rows.select_related("step", "work_center", "work_order__item__unit")
    return rows.order_by("work_center__code", "machine", "starts_at", "pk")


def rows_to_do(user: User) -> "QuerySet[SequencedOperation]":
    """Of the sequence in force, what is not done yet, by machine and start."""
    rows = SequencedOperation.objects.visible_to(user).filter(
        sequence__is_in_force=True, work_order__state=WorkOrder.State.RELEASED
    )
    rows = rows.exclude(step__state=WorkStep.State.DONE)
    rows = rows.select_related("step", "work_center", "work_order__item__unit")
    return rows.order_by("work_center__code", "machine", "starts_at", "pk")


def on_day(rows: "QuerySet[SequencedOperation]", day: dt.date) -> "QuerySet[SequencedOperation]":
    """What is worked on that day; today also what should have been begun before."""
    morning, night = clock.moment_on(day, 0), clock.moment_on(day + dt.timedelta(days=1), 0)
    rows = rows.filter(starts_at__lt=night)
    return rows if day == clock.today() else rows.filter(ends_at__gt=morning)


def next_day(rows: "QuerySet[SequencedOperation]", day: dt.date) -> dt.date | None:
    """The first day after this one on which something of these begins. 1 query."""
    later = rows.filter(starts_at__gte=clock.moment_on(day + dt.timedelta(days=1), 0))
    first = later.order_by("starts_at").values_list("starts_at", flat=True).first()
    return clock.date_of(first) if first else None


def kept_steps(step_ids: Collection[int]) -> dict[int, KeptOperation]:
    """By step, what planners keep. 1 query."""
    rows = KeptOperation.objects.filter(step__in=step_ids)
    return {one.step_id: one for one in rows}


def step_in_sequence(step_id: int, user: User) -> SequencedOperation | None:
    """An operation's place in the newest sequence that has it, the one in force first."""
    rows = SequencedOperation.objects.visible_to(user).filter(step=step_id)
    return rows.order_by("-sequence__is_in_force", "-sequence").first()


def step_seen(step_id: int, user: User) -> WorkStep:
    """One operation of a work order, if this user may see it."""
    rows = WorkStep.objects.visible_to(user)
    found = rows.select_related("work_order__item", "work_center").filter(pk=step_id).first()
    if found is None:
        raise NotThere(_("There is no such operation."))
    return found


def orders_behind(work_order_ids: Iterable[int], user: User) -> dict[int, list[Order]]:
    """By work order, the customers' orders it serves that this user may see, by number.

    2 queries and some for each level of work orders.
    """
    wanted = set(work_order_ids)
    served: dict[int, set[str]] = defaultdict(set)
    for pk, names in lines_of_work_orders(wanted).items():
        served[pk] |= names
    for pk, demands in WorkOrder.objects.filter(pk__in=wanted).values_list("pk", "demands"):
        served[pk] = served[pk] or set(demands)
    lines = {pk: set(line_ids_of(names)) for pk, names in served.items()}
    every = set().union(*lines.values()) if lines else set()
    rows = Line.objects.filter(pk__in=every, order__in=Order.objects.visible_to(user))
    order_of = {one.pk: one.order for one in rows.select_related("order__customer")}
    return {
        pk: sorted({order_of[one] for one in own if one in order_of}, key=lambda one: one.number)
        for pk, own in lines.items()
    }


def planned_ends(work_order_ids: Collection[int]) -> dict[int, dt.date]:
    """By work order, when it is ready by the live plan's schedule. 1 query."""
    rows = ScheduledOrder.objects.filter(
        run__is_live=True, work_order__in=list(work_order_ids), ends_on__isnull=False
    )
    ends = rows.values_list("work_order_id", "ends_on")
    return {pk: on for pk, on in ends if pk is not None and on is not None}


def orders_by_id(ids: Collection[int]) -> dict[int, WorkOrder]:
    """Work orders by id, with their items. 1 query."""
    rows = WorkOrder.objects.filter(pk__in=ids).select_related("item__unit")
    return {one.pk: one for one in rows}


def steps_by_id(ids: Collection[int]) -> dict[int, WorkStep]:
    """Operations by id. 1 query."""
    return {one.pk: one for one in WorkStep.objects.filter(pk__in=ids)}


def centers_with_machines(user: User) -> list[WorkCenter]:
    """The work centres whose machines can be sequenced, by code."""
    rows = WorkCenter.objects.visible_to(user).filter(is_active=True, is_outside=False)
    return list(rows.exclude(machines=0).order_by("code"))


def setup_times_for(user: User) -> "QuerySet[SetupTime]":
    """The times of set-ups this user may see."""
    return SetupTime.objects.visible_to(user).select_related("work_center")
