"""What must always be true of work orders; each broken rule is told in a sentence."""

from django.db.models import F

from gendan.production.models import WorkOrder

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 2 queries."""
    ended = WorkOrder.objects.exclude(state__in=WorkOrder.OPEN).filter(expected__is_open=True)
    other = WorkOrder.objects.exclude(expected__item=F("item"))
    return [
        *(
            f"work order {one} is over and its goods are still expected"
            for one in ended[:MOST_TOLD]
        ),
        *(f"work order {one} expects another item" for one in other[:MOST_TOLD]),
    ]
