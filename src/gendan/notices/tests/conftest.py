"""What the tests of the notices share: the fixed morning and the small journey of follow-up."""

from gendan.followup.tests.conftest import english, monday, small, turn_to
from gendan.kernel.models import User
from gendan.notices.models import Notice

__all__ = ["english", "monday", "small", "turn_to"]


def of(user: User, fact: str) -> Notice:
    """The one notice somebody has of a kind of fact."""
    return Notice.objects.get(user=user, fact=fact)
