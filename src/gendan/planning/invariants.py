"""What must always be true of plans; each broken rule is told in a sentence."""

from django.db.models import F, QuerySet, Sum

from gendan.planning.models import Peg, PlanDemand, PlannedOrder, PlanRun

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 5 queries."""
    return [
        *_only_whole_plans(),
        *_demands_are_pegged_in_full(),
        *_orders_serve_no_more_than_they_are(),
        *_pegs_stay_in_their_plan(),
    ]


def _only_whole_plans() -> list[str]:
    rows = PlanDemand.objects.exclude(run__state=PlanRun.State.DONE).order_by("run_id")
    numbers = rows.values_list("run__number", flat=True).distinct()[:MOST_TOLD]
    return [f"plan run {number} was not finished and has rows" for number in numbers]


def _demands_are_pegged_in_full() -> list[str]:
    rows = PlanDemand.objects.annotate(pegged=Sum("pegs__quantity"))
    wrong = rows.exclude(pegged=F("quantity")).filter(pegged__isnull=False)[:MOST_TOLD]
    return [
        f"demand {one.name} of plan run {one.run_id}: {one.quantity}, pegged {one.pegged}"
        for one in wrong
    ]


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


def _ids(rows: "QuerySet[Peg]") -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MOST_TOLD])
