"""The company changes who hears of what; nonsense is refused in a sentence."""

from typing import Any

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.notices.models import NoticeRule
from gendan.notices.rules import rule_of, rules
from gendan.notices.rules_data import SHIPPED
from gendan.notices.services import save_notice_rule
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "fact": "HoldPlaced", "know": ["team", "role:finance"], "act": ["merchandiser"],
    "importance": "urgent", "channels": ["robot", "mail"], "escalate_hours": 4,
    "escalate_to": "manager",
}  # fmt: skip


def save(**given: Any) -> NoticeRule:
    return save_notice_rule(**{**GOOD, "by": person("zhao"), **given})


def test_a_rule_holds_in_place_of_the_shipped_one() -> None:
    save()
    rule = rule_of("HoldPlaced")
    assert rule is not None
    assert (rule.know, rule.act) == (("team", "role:finance"), ("merchandiser",))
    assert (rule.channels, rule.escalate_hours) == (("mail", "robot"), 4)
    assert rule.is_changed
    assert not rules()["OrderCancelled"].is_changed
    assert journal.timeline("company")[0].fact == "NoticeRuleSaved"


def test_two_at_once_are_noticed() -> None:
    first = save()
    save(revision=first.revision)
    with pytest.raises(StaleRevision):
        save(revision=first.revision)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"know": ["everybody"]}, "know"),
        ({"act": ["role:customer"]}, "act"),
        ({"act": ["person:password"]}, "act"),
        ({"importance": "very"}, "importance"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"escalate_hours": 0}, "escalate_hours"),
        ({"escalate_hours": 9999}, "escalate_hours"),
        ({"escalate_to": "king"}, "escalate_to"),
        ({"escalate_to": ""}, "escalate_to"),
        ({"escalate_hours": None}, "escalate_hours"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(**given)
    assert refused.value.field == field


def test_a_fact_without_a_rule_is_not_there() -> None:
    with pytest.raises(NotThere):
        save(fact="JourneysDue")


def test_only_managers_rule() -> None:
    with pytest.raises(NotAllowed):
        save(by=person("mei"))


def test_what_is_shipped_makes_sense() -> None:
    """Every shipped rule could be typed on its page, and names facts that exist."""
    from gendan.kernel.journal import FACTS

    for rule in SHIPPED.values():
        assert {rule.fact, *rule.acted_by} <= set(FACTS), rule.fact
        assert (rule.escalate_hours is None) == (not rule.escalate_to), rule.fact
        save(
            fact=rule.fact, know=rule.know, act=rule.act, importance=rule.importance,
            channels=rule.channels, escalate_hours=rule.escalate_hours,
            escalate_to=rule.escalate_to,
        )  # fmt: skip
