"""What the tests of the notices share: the fixed morning and the small journey of follow-up."""

from collections.abc import Iterator

import pytest

from gendan.followup.tests.conftest import english, monday, small, turn_to
from gendan.kernel.models import User
from gendan.notices import rules
from gendan.notices.models import Notice

__all__ = ["english", "monday", "small", "turn_to"]


@pytest.fixture(autouse=True)
def rules_as_shipped() -> Iterator[None]:
    """What one test switched on is not known to the next."""
    rules.forget()
    yield
    rules.forget()


def of(user: User, fact: str) -> Notice:
    """The one notice somebody has of a kind of fact."""
    return Notice.objects.get(user=user, fact=fact)
