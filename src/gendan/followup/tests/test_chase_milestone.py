"""Chasing: the words are ready in their language, and nobody is chased who waits for us."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.models import Template
from gendan.followup.queries import today_for
from gendan.followup.services import chase_milestone, reach_milestone, wait_for
from gendan.followup.services.refusals import TheyWaitForUs
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db

# While the customer pays, we owe him a sample on which he comments next.
BOTH_WAYS = (
    make.step("deposit", 5, owner_role="finance", waits_for="customer", stage="contract"),
    make.step("sample_sent", 3, owner_role="merchandiser", waits_for="production"),
    make.step("sample_comments", 4, {"sample_sent": 0}, owner_role="merchandiser",
              waits_for="customer"),
    make.step("ex_works", 10, {"sample_comments": 0, "deposit": 0}, anchor="ex_works"),
)  # fmt: skip


def test_the_message_is_in_their_language(small: Template, turn_to: Callable[..., None]) -> None:
    journey = make.followed(number="PO-77")
    turn_to(dt.date(2026, 3, 11))
    deposit = make.milestone(journey, "deposit")
    chase_milestone(milestone_id=deposit.pk, by=person("mei"))
    told = journal.timeline(deposit)[0]
    message = told.data["message"]
    assert told.fact == "MilestoneChased"
    assert journey.order.number in message
    assert "PO-77" in message
    assert "Deposit" in message
    assert "2026-03-31" in message  # the latest day
    assert "was planned for 2026-03-09" in message
    assert deposit.pk == make.milestone(journey, "deposit").pk


def test_a_chinese_supplier_reads_chinese(small: Template) -> None:
    journey = make.followed()
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    material = make.milestone(journey, "material")
    mill = masters.supplier(name="Keqiao Mill")
    wait_for(milestone_id=material.pk, party="supplier", partner_id=mill.pk, by=person("bo"))
    chase_milestone(milestone_id=material.pk, by=person("bo"))
    message = journal.timeline(material)[0].data["message"]
    assert "您好" in message
    assert "material（中文）" in message


def test_own_words_are_kept(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    chased = chase_milestone(milestone_id=deposit.pk, message="Hello?", by=person("mei"))
    assert chased.chased_at is not None
    assert journal.timeline(deposit)[0].data["message"] == "Hello?"


def test_nobody_is_chased_who_waits_for_us(monday: dt.date, turn_to: Callable[..., None]) -> None:
    make.template(BOTH_WAYS)
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    chase_milestone(milestone_id=deposit.pk, by=person("mei"))  # our sample is not due yet
    turn_to(dt.date(2026, 3, 10))  # it was due on the 5th
    with pytest.raises(TheyWaitForUs, match="Sample sent"):
        chase_milestone(milestone_id=deposit.pk, by=person("mei"))
    rows = {row.milestone_id: row for row in today_for(person("mei"))}
    sample = make.milestone(journey, "sample_sent")
    assert deposit.pk not in rows
    assert rows[sample.pk].reason.code == "they_wait"
    assert rows[sample.pk].action == "chase_milestone"  # production, not the customer
    reach_milestone(milestone_id=sample.pk, by=person("mei"))
    chase_milestone(milestone_id=deposit.pk, by=person("mei"))


def test_only_what_is_open_is_chased_by_those_it_concerns(small: Template) -> None:
    journey = make.followed()
    with pytest.raises(IllegalStep):
        chase_milestone(milestone_id=make.milestone(journey, "sewing").pk, by=person("mei"))
    with pytest.raises(NotAllowed):
        chase_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("wen"))
