"""What nobody answers in time goes to a role, once, and the chain is in the journal."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.models import Template
from gendan.kernel import clock, journal, reactions
from gendan.notices.models import Notice
from gendan.notices.services import (
    acknowledge_notices,
    escalate_due,
    finish_notices,
    save_notice_rule,
)
from gendan.orders.services import cancel_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

from .conftest import of

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 3, 3)


@pytest.fixture
def cancelled(small: Template) -> Notice:
    """Mei must act on a cancellation of Monday, 9 o'clock, within 8 working hours."""
    person("zhao")
    cancel_order(order_id=make.followed().order_id, reason="Bankrupt", by=person("sun"))
    reactions.run_due()
    return of(person("mei"), "OrderCancelled")


def test_only_working_hours_count(cancelled: Notice, turn_to: Callable[..., None]) -> None:
    assert cancelled.due_at is not None
    assert cancelled.due_at.astimezone(clock.zone()).hour == 17  # 9:00 and 8 hours
    assert escalate_due() == 0


def test_the_named_role_hears_of_it_once(cancelled: Notice, turn_to: Callable[..., None]) -> None:
    turn_to(TUESDAY)
    assert (escalate_due(), escalate_due()) == (1, 0)
    reactions.run_due()
    raised = of(person("zhao"), "NoticeEscalated")
    assert (raised.is_to_act, raised.importance, raised.order_id) == (
        True, "urgent", cancelled.order_id,
    )  # fmt: skip
    assert raised.entry.data["user_ids"] == [person("mei").pk]
    assert "NoticeEscalated" in [one.fact for one in journal.timeline(cancelled.order or "")]
    cancelled.refresh_from_db()
    assert cancelled.escalated_at == clock.now()
    assert cancelled.is_to_act  # it is still hers


def test_when_it_is_done_after_all_the_escalation_ends(
    cancelled: Notice, turn_to: Callable[..., None]
) -> None:
    turn_to(TUESDAY)
    escalate_due()
    reactions.run_due()
    finish_notices(notice_ids=[cancelled.pk], by=person("mei"))
    raised = of(person("zhao"), "NoticeEscalated")
    assert (raised.is_to_act, raised.acted_how) == (False, "colleague")


def test_what_was_done_in_time_is_not_escalated(
    cancelled: Notice, turn_to: Callable[..., None]
) -> None:
    finish_notices(notice_ids=[cancelled.pk], by=person("mei"))
    turn_to(TUESDAY)
    assert escalate_due() == 0


def test_reading_is_enough_where_nothing_is_to_be_done(
    small: Template, turn_to: Callable[..., None]
) -> None:
    order_id = make.followed().order_id
    zhao = person("zhao")
    save_notice_rule(
        fact="HoldPlaced", know=["merchandiser"], act=[], importance="normal",
        escalate_hours=4, escalate_to="manager", by=zhao,
    )  # fmt: skip
    place_hold(order_id=order_id, stage="ship", reason="Wait", by=person("sun"))
    place_hold(order_id=order_id, stage="buy", reason="Wait too", by=person("sun"))
    reactions.run_due()
    acknowledge_notices(by=person("mei"))
    turn_to(TUESDAY)
    assert escalate_due() == 0
