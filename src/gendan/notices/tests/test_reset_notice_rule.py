"""The shipped rule comes back."""

import pytest

from gendan.kernel.errors import NotAllowed, NotThere
from gendan.notices.rules import rule_of
from gendan.notices.services import reset_notice_rule, save_notice_rule
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_back_to_the_shipped_rule() -> None:
    zhao = person("zhao")
    before = rule_of("HoldPlaced")
    save_notice_rule(fact="HoldPlaced", know=[], act=["team"], importance="urgent", by=zhao)
    reset_notice_rule(fact="HoldPlaced", by=zhao)
    assert rule_of("HoldPlaced") == before
    with pytest.raises(NotThere):
        reset_notice_rule(fact="HoldPlaced", by=zhao)


def test_only_managers_rule() -> None:
    with pytest.raises(NotAllowed):
        reset_notice_rule(fact="HoldPlaced", by=person("mei"))
