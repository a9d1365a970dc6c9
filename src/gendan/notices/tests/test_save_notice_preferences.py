"""How somebody is told: ways, hours, quiet."""

import datetime as dt
from typing import Any

import pytest

from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.notices.models import NoticePreference
from gendan.notices.preferences import choice_for, is_quiet, mail_moment, shows_toast
from gendan.notices.rules import Rule, rule_of
from gendan.notices.services import save_notice_preferences
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "mail": {"urgent": "instant", "low": "off"}, "kinds": {"HoldPlaced": "digest"},
    "toasts": ["urgent"], "digest_hours": [14, 9], "quiet_from": dt.time(20),
    "quiet_until": dt.time(7), "quiet_days_off": True,
}  # fmt: skip


def save(**given: Any) -> NoticePreference:
    return save_notice_preferences(**{**GOOD, "by": person("mei"), **given})


def rule(fact: str) -> Rule:
    found = rule_of(fact)
    assert found is not None
    return found


def moment(kept: NoticePreference | None, fact: str, at: str) -> str:
    now = dt.datetime.fromisoformat(f"2026-03-{at}").replace(tzinfo=clock.zone())
    found = mail_moment(rule(fact), kept, now, calendar(None))
    return f"{found.astimezone(clock.zone()):%d %H:%M}" if found else "never"


def test_the_persons_word_is_stronger_than_the_rule(monday: dt.date) -> None:
    kept = save()
    assert kept.digest_hours == [9, 14]
    assert choice_for(rule("HoldPlaced"), kept) == "digest"  # its kind
    assert choice_for(rule("OrderCancelled"), kept) == "instant"  # its importance
    assert choice_for(rule("OrderConfirmed"), kept) == "off"
    assert choice_for(rule("OrderAmended"), None) == "instant"  # the rule's
    assert not shows_toast(kept, "normal")


@pytest.mark.parametrize(
    ("fact", "at", "mailed"),
    [
        ("OrderCancelled", "02 10:15", "02 10:15"),
        ("OrderCancelled", "02 21:00", "03 07:00"),  # over midnight
        ("OrderCancelled", "03 05:00", "03 07:00"),
        ("OrderCancelled", "07 12:00", "09 07:00"),  # Saturday, then the quiet night
        ("HoldPlaced", "02 10:15", "02 14:00"),
        ("HoldPlaced", "02 14:00", "03 09:00"),
        ("HoldPlaced", "06 18:00", "09 07:00"),  # Saturday's hour waits for Monday
        ("OrderConfirmed", "02 10:15", "never"),
    ],
)
def test_when_it_is_mailed(monday: dt.date, fact: str, at: str, mailed: str) -> None:
    assert moment(save(), fact, at) == mailed


def test_quiet_hours_hold_for_short_messages(monday: dt.date) -> None:
    kept = save()
    days = calendar(None)
    assert not is_quiet(kept, clock.now(), days)
    assert is_quiet(kept, clock.now() + dt.timedelta(hours=12), days)
    assert not is_quiet(None, clock.now() + dt.timedelta(hours=12), days)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mail": {"urgent": "pigeon"}}, "mail"),
        ({"mail": {"very": "off"}}, "mail"),
        ({"kinds": {"Nonsense": "off"}}, "kinds"),
        ({"toasts": ["very"]}, "toasts"),
        ({"digest_hours": []}, "digest_hours"),
        ({"digest_hours": [24]}, "digest_hours"),
        ({"digest_hours": [1, 2, 3, 4, 5, 6, 7]}, "digest_hours"),
        ({"quiet_from": None}, "quiet_from"),
        ({"quiet_until": None}, "quiet_until"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(**given)
    assert refused.value.field == field
