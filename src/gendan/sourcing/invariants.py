"""What must always be true of the sourcing room; each broken rule is told in a sentence."""

from django.db.models.functions import Extract

from gendan.sourcing.models import Qualification, ServiceScore

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 2 queries (constraints keep the rest)."""
    scores = ServiceScore.objects.annotate(day=Extract("month_on", "day")).exclude(day=1)
    warned = Qualification.objects.filter(expires_on=None, warned_days__isnull=False)
    return [
        *(f"service score {one.pk} is of a day, not of a month" for one in scores[:MOST_TOLD]),
        *(f"qualification {one.pk} never ends, but was warned of" for one in warned[:MOST_TOLD]),
    ]
