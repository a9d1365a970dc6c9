"""The auditor notices what cannot be."""

import datetime as dt
from typing import Any

import pytest

from gendan.followup.models import Template
from gendan.kernel import clock, reactions
from gendan.notices.invariants import check
from gendan.notices.models import Notice
from gendan.orders.services import place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"read_at": clock.now() - dt.timedelta(days=4000)}, "was read before"),
        ({"fact": "HoldReleased"}, "another fact"),
        ({"read_at": clock.now(), "due_at": clock.now()}, "still to be escalated"),
        ({"must_act": True, "acted_at": clock.now()}, "without saying how"),
    ],
)
def test_what_cannot_be_is_named(small: Template, wrong: dict[str, Any], words: str) -> None:
    place_hold(order_id=make.followed().order_id, stage="ship", reason="x", by=person("sun"))
    reactions.run_due()
    assert check() == []
    Notice.objects.filter(fact="HoldPlaced").update(**wrong)
    assert any(words in line for line in check())
