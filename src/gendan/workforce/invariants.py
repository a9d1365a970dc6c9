"""What must always be true of people; each broken rule is told in a sentence."""

from django.db.models import F

from gendan.workforce.models import Person


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 1 query."""
    wrong = Person.objects.filter(left_on__lt=F("joined_on")).order_by("code")
    return [f"person {one.code} left before joining" for one in wrong[:20]]
