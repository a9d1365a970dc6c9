"""A robot is set up: its key is sealed, never shown, never in a fact."""

import datetime as dt
import json
from typing import Any

import pytest

from gendan.kernel import journal, secrets
from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.notices.models import Robot
from gendan.notices.services import save_robot
from gendan.notices.tests.robot_peer import ADDRESSES, KEY, SIGNING_SECRET
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def saved(**more: Any) -> Robot:
    values: dict[str, Any] = {
        "kind": "dingtalk",
        "name": "跟单组",
        "roles": ["merchandiser", "planner"],
        "key": ADDRESSES["dingtalk"],
        "by": person("zhao"),
    }
    return save_robot(**(values | more))


def test_the_key_is_kept_sealed_and_is_in_no_fact() -> None:
    robot = saved(signing_secret=SIGNING_SECRET)
    assert KEY not in robot.sealed
    assert json.loads(secrets.unseal(robot.sealed)) == {
        "key": KEY,
        "signing_secret": SIGNING_SECRET,
    }
    entry = journal.timeline(robot).get()
    assert (entry.fact, entry.data["has_new_key"]) == ("RobotSaved", True)
    kept = json.dumps([one.data for one in Entry.objects.all()])
    assert KEY not in kept
    assert SIGNING_SECRET not in kept


def test_a_change_without_a_key_keeps_the_present_one() -> None:
    robot = saved(signing_secret=SIGNING_SECRET)
    changed = saved(robot_id=robot.pk, revision=1, name="New name", key="", is_active=False)
    assert (changed.sealed, changed.is_signed) == (robot.sealed, True)
    assert (changed.name, changed.revision, changed.is_active) == ("New name", 2, False)
    with pytest.raises(StaleRevision):
        saved(robot_id=robot.pk, revision=1, key="")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "telegram"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["customer"]}, "roles"),
        ({"roles": ["pirate"]}, "roles"),
        ({"key": ""}, "key"),
        ({"key": "https://example.com/robot"}, "key"),
        ({"kind": "wecom", "key": KEY, "signing_secret": "SEC1"}, "signing_secret"),
        ({"language": "fr"}, "language"),
        ({"quiet_from": dt.time(22)}, "quiet_until"),
    ],
)
def test_what_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        saved(**change)
    assert caught.value.field == field
    assert not Robot.objects.exists()


def test_another_service_needs_another_key() -> None:
    robot = saved()
    with pytest.raises(Invalid):
        saved(robot_id=robot.pk, kind="wecom", key="")


def test_only_who_administers_may() -> None:
    with pytest.raises(NotAllowed):
        saved(by=person("mei"))
    with pytest.raises(NotThere):
        saved(robot_id=9_999_999)
