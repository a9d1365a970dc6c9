"""Asking the customer: mailed in their language, and their move until they answer."""

import datetime as dt
import re

import pytest

from gendan.followup.effects import effect_of
from gendan.followup.invariants import check
from gendan.followup.models import Journey, Milestone, Question, Template
from gendan.followup.queries import order_followup, today_for
from gendan.followup.services import (
    answer_question,
    ask_question,
    reach_milestone,
    wait_for,
    withdraw_question,
)
from gendan.kernel import clock, journal, reactions, sending
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotThere
from gendan.kernel.models import Link, Mail
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 3, 6)


def asked(journey: Journey, **given: object) -> Question:
    values: dict[str, object] = {
        "text": "Which shade of blue?",
        "due_on": FRIDAY,
        "email": "anna@example.com",
        "name": "Anna",
    }
    return ask_question(order_id=journey.order_id, **values | given, by=person("mei"))  # type: ignore[arg-type]


def ours(journey: Journey) -> Milestone:
    """A milestone that is our own move: the deposit is paid, the buyer's turn."""
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    material = make.milestone(journey, "material")
    wait_for(milestone_id=material.pk, party="buyer", by=person("mei"))
    return material


def test_it_is_mailed_with_a_link_and_kept_in_the_timeline(
    small: Template, mailbox: object
) -> None:
    journey = make.followed(number="PO-77")
    question = asked(journey)
    sending.send_waiting()
    [mail] = mailbox.received  # type: ignore[attr-defined]
    text = mail.get_content()
    assert mail["To"] == "anna@example.com"
    assert "PO-77" in mail["Subject"]
    assert "Which shade of blue?" in text
    assert "2026-03-06" in text
    assert re.search(r"/l/\S+/", text)
    told = journal.timeline(journey.order)[0]
    assert (told.fact, told.data["text"]) == ("QuestionAsked", "Which shade of blue?")
    assert "/l/" not in str(told.data)
    assert (question.owner, question.position) == (person("mei"), 1)
    assert str(asked(journey)) == f"{journey.order.number} Q2"


def test_a_chinese_customer_reads_chinese(small: Template) -> None:
    journey = make.followed()
    masters.customer(currency="CNY", language="zh-hans")
    asked(journey, milestone_id=ours(journey).pk)
    text = Mail.objects.get().text
    assert "您好" in text
    assert "交期" in text


def test_it_is_the_customers_move_and_no_day_is_counted_twice(small: Template) -> None:
    journey = make.followed()
    material = ours(journey)
    question = asked(journey, milestone_id=material.pk)
    assert make.milestone(journey, "material").waiting_for == "customer"
    second = asked(journey, milestone_id=material.pk)
    with clock.at(clock.now() + dt.timedelta(days=2)):
        answer_question(question_id=question.pk, text="Navy", by=person("mei"))
        assert make.milestone(journey, "material").waiting_for == "customer"  # one is open still
    with clock.at(clock.now() + dt.timedelta(days=3)):
        answer_question(question_id=second.pk, text="Navy", by=person("mei"))
        assert make.milestone(journey, "material").waiting_for == "buyer"
        found = order_followup(journey.order_id)
        assert found is not None
        row = next(row for row in found.milestones if row.milestone.code == "material")
        days = {part.party: part.days for part in row.waits}
        assert days["customer"] == pytest.approx(3)
        assert sum(days.values()) == pytest.approx(row.elapsed_days)
        assert check() == []


def test_who_has_been_asked_is_not_chased_besides(small: Template) -> None:
    journey = make.followed(days=30)  # late from the start: everything is to be chased
    material = ours(journey)
    assert material.pk in {row.milestone_id for row in today_for(person("mei"))}
    question = asked(journey, milestone_id=material.pk)
    assert material.pk not in {row.milestone_id for row in today_for(person("mei"))}
    answer_question(question_id=question.pk, text="Navy", by=person("mei"))
    assert material.pk in {row.milestone_id for row in today_for(person("mei"))}


def test_a_milestone_that_opens_meanwhile_waits_for_the_answer(small: Template) -> None:
    journey = make.followed()
    question = asked(journey, milestone_id=make.milestone(journey, "material").pk)
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    assert make.milestone(journey, "material").waiting_for == "customer"
    withdraw_question(question_id=question.pk, reason="clear now", by=person("mei"))
    assert make.milestone(journey, "material").waiting_for == "supplier"
    assert check() == []


def test_whoever_was_put_in_charge_meanwhile_stays(small: Template) -> None:
    journey = make.followed()
    material = ours(journey)
    question = asked(journey, milestone_id=material.pk)
    wait_for(milestone_id=material.pk, party="planner", by=person("mei"))
    answer_question(question_id=question.pk, text="Navy", by=person("mei"))
    assert make.milestone(journey, "material").waiting_for == "planner"


def test_what_a_late_answer_does_to_the_date(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")  # the customer's own: the answer ends it
    effect = effect_of(asked(journey, milestone_id=deposit.pk))
    assert effect is not None
    assert effect.needed_on == deposit.latest_on
    sewing = make.milestone(journey, "sewing")  # ten days of ours begin with the answer
    late = asked(journey, milestone_id=sewing.pk, due_on=sewing.latest_on)
    effect = effect_of(late)
    assert effect is not None
    assert effect.late_days == 10
    assert effect_of(asked(journey)) is None


def test_a_draft_is_asked_about_too_and_by_phone(monday: dt.date) -> None:
    order = orders.draft()
    question = ask_question(
        order_id=order.pk,
        line_id=order.lines.get().pk,
        text="Which carton?",
        due_on=FRIDAY,
        is_mailed=False,
        by=person("mei"),
    )
    assert (question.to_email, Mail.objects.count(), Link.objects.count()) == ("", 0, 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "\x07"}, "text"),
        ({"due_on": "2026-03-01"}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"language": "fr"}, "language"),
        ({"line_id": 10**9}, "line_id"),
        ({"milestone_id": 10**9}, "milestone_id"),
        ({"owner_id": 10**9}, "owner_id"),
    ],
)
def test_it_refuses_what_cannot_be_meant(
    small: Template, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(make.followed(), **given)
    assert refused.value.field == field
    assert not Question.objects.exists()


def test_nothing_is_asked_about_what_is_over(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    question = asked(journey, milestone_id=deposit.pk)
    reach_milestone(milestone_id=deposit.pk, by=person("mei"))
    with pytest.raises(Invalid, match="is done"):
        asked(journey, milestone_id=deposit.pk)
    other = make.milestone(make.followed(), "deposit")
    with pytest.raises(Invalid):
        asked(journey, milestone_id=other.pk)
    cancel_order(order_id=journey.order_id, reason="gone", by=person("mei"))
    with pytest.raises(DomainError, match="cancelled"):
        asked(journey)
    reactions.run_due()
    question.refresh_from_db()
    assert question.state == "withdrawn"
    with pytest.raises(IllegalStep):
        withdraw_question(question_id=question.pk, reason="again", by=person("mei"))
    with pytest.raises(NotThere):
        ask_question(order_id=10**9, text="?", due_on=FRIDAY, by=person("mei"))
