"""Rules decide who hears of a fact, who must act, and that nobody hears of it twice."""

import datetime as dt
from typing import Any

import pytest

from gendan.followup.models import Template
from gendan.followup.services import approve_revision, revise_milestone
from gendan.kernel import clock, journal, reactions
from gendan.kernel.events import AuditFoundProblems, PasswordChanged
from gendan.kernel.models import Entry
from gendan.notices.models import Notice
from gendan.notices.services import save_notice_rule, tell_of
from gendan.orders.models import Order
from gendan.orders.services import cancel_order, comment_on_order, follow_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

from .conftest import of

pytestmark = pytest.mark.django_db


def hold(order_id: int, by: str, reason: str = "Wait") -> None:
    place_hold(order_id=order_id, stage="ship", reason=reason, by=person(by))


def test_merchandiser_and_team_must_know(small: Template) -> None:
    order_id = make.followed().order_id
    follow_order(order_id=order_id, user_id=person("jun").pk, by=person("mei"))
    hold(order_id, "sun")
    reactions.run_due()
    told = Notice.objects.filter(fact="HoldPlaced").values_list("user__username", flat=True)
    assert sorted(told) == ["jun", "mei"]


def test_nobody_is_told_of_their_own_act(small: Template) -> None:
    order_id = make.followed().order_id
    hold(order_id, "zhao")
    Order.objects.filter(pk=order_id).update(merchandiser=person("zhao"))
    reactions.run_due()
    assert not Notice.objects.filter(fact="HoldPlaced").exists()


def test_what_touches_the_account_is_told_to_its_owner_all_the_same() -> None:
    mei = person("mei")
    journal.record(PasswordChanged(user_id=mei.pk, way="own"), about=mei, by=mei)
    reactions.run_due()
    assert of(mei, "PasswordChanged").importance == "normal"


def test_the_same_job_twice_tells_once(small: Template) -> None:
    order_id = make.followed().order_id
    hold(order_id, "sun")
    reactions.run_due()
    entry = Entry.objects.get(fact="HoldPlaced", by=person("sun"))
    assert tell_of(entry_id=entry.pk) == 0
    assert Notice.objects.filter(fact="HoldPlaced").count() == 1


def test_outsiders_and_who_has_left_hear_nothing() -> None:
    zhao = person("zhao")
    zhao.is_active = False
    zhao.save()
    journal.record(AuditFoundProblems(sentences=["x"]), about="company")
    reactions.run_due()
    assert not Notice.objects.exists()


def test_entries_that_say_the_same_are_one_line(small: Template) -> None:
    order_id = make.followed().order_id
    hold(order_id, "sun", "one")
    hold(order_id, "sun", "two")
    reactions.run_due()
    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        hold(order_id, "sun", "three")
        reactions.run_due()
    lines = Notice.objects.filter(fact="HoldPlaced", head=None)
    assert [line.others.count() for line in lines.order_by("pk")] == [1, 0]


def test_comments_stay_apart(small: Template) -> None:
    order_id = make.followed().order_id
    for text in ("@bo one", "@bo two"):
        comment_on_order(order_id=order_id, text=text, by=person("mei"))
    person("bo")
    reactions.run_due()
    for text in ("@bo three", "@bo four"):
        comment_on_order(order_id=order_id, text=text, by=person("mei"))
    reactions.run_due()
    assert Notice.objects.filter(user=person("bo"), head=None).count() == 2


def proposed(order: Any) -> Any:
    return revise_milestone(
        milestone_id=make.milestone(order, "deposit").pk, revised_on="2026-04-10",
        reason="payment", party="customer", by=person("mei"),
    )  # fmt: skip


def test_a_duty_is_proved_by_the_verb(small: Template) -> None:
    zhao = person("zhao")
    revision = proposed(make.followed())
    reactions.run_due()
    notice = of(zhao, "RevisionProposed")
    assert (notice.must_act, notice.is_by_hand, notice.is_to_act) == (True, False, True)
    approve_revision(revision_id=revision.pk, by=zhao)
    reactions.run_due()
    notice.refresh_from_db()
    assert (notice.acted_how, notice.is_to_act) == ("fact", False)
    assert notice.read_at is not None  # who has done it knows it
    assert notice.acted_entry is not None
    assert notice.acted_entry.fact == "RevisionApproved"


def test_what_was_done_before_it_was_told_is_no_duty(small: Template) -> None:
    zhao = person("zhao")
    revision = proposed(make.followed())
    approve_revision(revision_id=revision.pk, by=zhao)
    entry = Entry.objects.get(fact="RevisionApproved")
    tell_of(entry_id=entry.pk)  # another worker was faster with the second
    reactions.run_due()
    assert not of(zhao, "RevisionProposed").is_to_act


def test_the_duties_of_an_order_end_with_it(small: Template) -> None:
    zhao = person("zhao")
    journey = make.followed()
    proposed(journey)
    reactions.run_due()
    cancel_order(order_id=journey.order_id, reason="Bankrupt", by=zhao)
    reactions.run_due()
    assert of(zhao, "RevisionProposed").acted_how == "ended"
    cancelled = of(person("mei"), "OrderCancelled")
    assert (cancelled.is_to_act, cancelled.is_by_hand, cancelled.importance) == (
        True, True, "urgent",
    )  # fmt: skip


def test_a_rule_switched_off_tells_nobody_and_one_switched_on_does(small: Template) -> None:
    order_id = make.followed().order_id
    zhao = person("zhao")
    save_notice_rule(
        fact="HoldPlaced", know=["team"], act=[], importance="low", is_active=False, by=zhao
    )
    save_notice_rule(fact="FileAttached", know=["role:buyer"], act=[], importance="low", by=zhao)
    hold(order_id, "sun")
    from gendan.orders.services import attach_to_order

    bo = person("bo")
    attach_to_order(order_id=order_id, name="a.txt", content=b"hello", by=person("mei"))
    reactions.run_due()
    assert not Notice.objects.filter(fact="HoldPlaced").exists()
    assert of(bo, "FileAttached").importance == "low"


def test_a_fact_without_listeners_makes_no_job(small: Template) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    make.followed()
    jobs = ProcrastinateJob.objects.filter(args__listener="notices.handlers.tell")
    jobs = jobs.filter(status="todo")
    entries = Entry.objects.filter(pk__in=[job.args["entry_id"] for job in jobs])
    assert not set(entries.values_list("fact", flat=True)) & {"JourneyStarted", "ForecastSlipped"}


def test_notices_go_before_the_other_reactions(small: Template) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    hold(make.followed().order_id, "sun")
    jobs = ProcrastinateJob.objects.filter(args__listener="notices.handlers.tell")
    assert set(jobs.values_list("priority", flat=True)) == {10} or not jobs
