"""What must always be true of plans; each broken rule is told in a sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from gendan.planning import shop_invariants
from gendan.planning.models import (
    Peg,
    PlanDemand,
    PlannedOrder,
    PlanRun,
    ScheduledOperation,
    ScheduledOrder,
)

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 12 queries, and one for each plan that
    has left more demands without supplies than it says."""
    return [
        *_only_whole_plans(),
        *_demands_are_pegged_in_full(),
        *_orders_serve_no_more_than_they_are(),
        *_pegs_stay_in_their_plan(),
        *_schedules_stay_in_their_plan(),
        *shop_invariants.check(),
    ]


def _only_whole_plans() -> list[str]:
    rows = PlanDemand.objects.exclude(run__state=PlanRun.State.DONE).order_by("run_id")
    numbers = rows.values_list("run__number", flat=True).distinct()[:MOST_TOLD]
    return [f"plan run {number} was not finished and has rows" for number in numbers]


def _demands_are_pegged_in_full() -> list[str]:
    """Every demand is served by something, or a missing quantity is pegged to it.

    Only what a plan has left out, and said so among its problems, has nothing (besides what is
    kept for it).
    """
    rows = PlanDemand.objects.annotate(pegged=Coalesce(Sum("pegs__quantity"), Decimal(0)))
    told: list[Any] = list(rows.filter(pegged__gt=F("quantity"))[:MOST_TOLD])
    lacking = rows.filter(pegged__lt=F("quantity"))
    counts = Counter(lacking.values_list("run_id", flat=True))
    runs = PlanRun.objects.filter(pk__in=counts).values_list("pk", "problems")
    for run_id, problems in runs.order_by("pk"):
        more = counts[run_id] - _left_out(problems)
        if more > 0:  # those that are said to be ready first: they cannot be left out
            of_run = lacking.filter(run=run_id).order_by(F("ready_on").asc(nulls_last=True), "pk")
            told += of_run[: min(more, MOST_TOLD)]
    return [
        f"demand {one.name} of plan run {one.run_id}: {one.quantity}, pegged {one.pegged}"
        for one in told[:MOST_TOLD]
    ]


def _left_out(problems: Sequence[Mapping[str, Any]]) -> int:
    """How many demands a plan says it has left out."""
    return sum(one["count"] for one in problems if one["table"] == "demand" and one["is_left_out"])


def _orders_serve_no_more_than_they_are() -> list[str]:
    rows = PlannedOrder.objects.annotate(pegged=Sum("serves__quantity"))
    wrong = rows.filter(pegged__gt=F("quantity"))[:MOST_TOLD]
    return [f"planned order {one.pk} of {one.quantity} serves {one.pegged}" for one in wrong]


def _pegs_stay_in_their_plan() -> list[str]:
    elsewhere = Peg.objects.exclude(order=None).exclude(order__run=F("run"))
    lost = Peg.objects.filter(kind=Peg.Kind.PLANNED, order__item=None)
    return [
        *(f"peg {pk} names an order of another plan" for pk in _ids(elsewhere)),
        *(f"peg {pk} names an order that is not there" for pk in _ids(lost)),
    ]


def _schedules_stay_in_their_plan() -> list[str]:
    """What is scheduled is an order of the same plan or a work order, and its days are in order."""
    elsewhere = ScheduledOrder.objects.exclude(order=None).exclude(order__run=F("run"))
    of_nothing = ScheduledOrder.objects.filter(order=None, work_order=None)
    wrong = ScheduledOperation.objects.exclude(scheduled__run=F("run"))
    backward = ScheduledOperation.objects.filter(ends_on__lt=F("starts_on"))
    return [
        *(
            f"scheduled order {pk} names no order of its plan"
            for pk in _ids(elsewhere | of_nothing)
        ),
        *(f"scheduled operation {pk} is of another plan" for pk in _ids(wrong)),
        *(f"scheduled operation {pk} ends before it begins" for pk in _ids(backward)),
    ]


def _ids(rows: "QuerySet[Any]") -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MOST_TOLD])
