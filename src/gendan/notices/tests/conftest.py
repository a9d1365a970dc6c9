"""What the tests of the notices share: the fixed morning and the small journey of follow-up."""

from gendan.followup.tests.conftest import english, monday, small, turn_to

__all__ = ["english", "monday", "small", "turn_to"]
