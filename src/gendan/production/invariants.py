"""What must always be true of work orders; each broken rule is told in a sentence."""

from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from gendan.kernel.quantity import QuantityField
from gendan.production.models import WorkOrder, WorkStep

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 4 queries."""
    ended = WorkOrder.objects.exclude(state__in=WorkOrder.OPEN).filter(expected__is_open=True)
    other = WorkOrder.objects.exclude(expected__item=F("item"))
    merged = WorkOrder.objects.exclude(merged_into=None).exclude(state=WorkOrder.State.CANCELLED)
    steps = WorkStep.objects.filter(work_order__state__in=WorkOrder.OPEN)
    sums = {
        name: Coalesce(Sum(f"reports__{name}"), Decimal(0), output_field=QuantityField())
        for name in ("good", "scrap")
    }
    steps = steps.annotate(said_good=sums["good"], said_scrap=sums["scrap"])
    other_sums = steps.exclude(good=F("said_good"), scrap=F("said_scrap"))
    return [
        *(f"work order {one} was merged and is not over" for one in merged[:MOST_TOLD]),
        *(
            f"operation {one} of {one.work_order} counts other pieces than its reports"
            for one in other_sums.select_related("work_order")[:MOST_TOLD]
        ),
        *(
            f"work order {one} is over and its goods are still expected"
            for one in ended[:MOST_TOLD]
        ),
        *(f"work order {one} expects another item" for one in other[:MOST_TOLD]),
    ]
