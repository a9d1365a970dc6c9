"""What must always be true of purchase requests; each broken rule is told in a sentence."""

from django.db.models import F

from gendan.purchasing.models import PurchaseRequest

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 1 query."""
    states = PurchaseRequest.State
    wrong = PurchaseRequest.objects.filter(state=states.ORDERED, covered__lt=F("quantity"))
    return [f"purchase request {one} is ordered, not in full" for one in wrong[:MOST_TOLD]]
