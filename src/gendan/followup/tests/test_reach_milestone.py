"""Reporting a milestone done: who may, when it is refused, what follows."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Milestone, Template
from gendan.followup.services import reach_milestone
from gendan.followup.services.refusals import DateRefused, JourneyHasEnded
from gendan.kernel import files, journal, reactions
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.orders.models import Hold
from gendan.orders.services import cancel_order, place_hold
from gendan.orders.services.refusals import OrderIsHeld
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def test_it_closes_the_milestone_and_opens_the_next(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    done = reach_milestone(milestone_id=deposit.pk, note="T/T copy", by=person("fang"))
    assert (done.state, done.reached_on, done.note) == ("reached", dt.date(2026, 3, 2), "T/T copy")
    assert done.closed_by == person("fang")
    material = make.milestone(journey, "material")
    assert (material.state, material.waiting_for) == ("open", "supplier")
    assert material.forecast_on == dt.date(2026, 3, 16)  # a week earlier than planned
    assert journal.timeline(deposit)[0].fact == "MilestoneReached"
    reactions.run_due()
    assert check() == []


def test_its_gate_opens(small: Template) -> None:
    journey = make.followed()
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    hold = Hold.objects.get(order=journey.order)
    assert hold.released_at is not None
    assert not hold.is_override


def test_it_may_have_happened_some_days_ago(small: Template, turn_to: Callable[..., None]) -> None:
    journey = make.followed()
    turn_to(dt.date(2026, 3, 5))
    deposit = make.milestone(journey, "deposit")
    done = reach_milestone(milestone_id=deposit.pk, reached_on="2026-03-03", by=person("mei"))
    assert done.forecast_on == done.reached_on == dt.date(2026, 3, 3)


@pytest.mark.parametrize("day", ["2026-03-03", "2026-03-01", "2026-02-30", "soon"])
def test_it_refuses_a_day_that_cannot_be(small: Template, day: str) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(DateRefused):
        reach_milestone(milestone_id=deposit.pk, reached_on=day, by=person("mei"))


def test_it_refuses_what_a_hold_keeps_back(small: Template) -> None:
    journey = make.followed()
    material = make.milestone(journey, "material")
    with pytest.raises(OrderIsHeld, match="Deposit"):
        reach_milestone(milestone_id=material.pk, by=person("bo"))
    assert make.milestone(journey, "material").state == "to_come"


def test_a_hold_by_hand_keeps_it_back_too(small: Template) -> None:
    journey = make.followed()
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    place_hold(order_id=journey.order_id, stage="buy", reason="Fair postponed", by=person("mei"))
    with pytest.raises(OrderIsHeld, match="Fair postponed"):
        reach_milestone(milestone_id=make.milestone(journey, "material").pk, by=person("bo"))


@pytest.mark.parametrize("name", ["wen", "jun", "qiu"])
def test_it_refuses_who_has_nothing_to_do_with_it(small: Template, name: str) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(NotAllowed, match="finance"):
        reach_milestone(milestone_id=deposit.pk, by=person(name))


@pytest.mark.parametrize("name", ["stranger"])
def test_it_refuses_a_stranger(small: Template, name: str) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(NotAllowed):
        reach_milestone(milestone_id=deposit.pk, by=person(name))


@pytest.mark.parametrize("name", ["fang", "mei", "zhao"])
def test_its_owner_the_merchandiser_and_the_manager_may(small: Template, name: str) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    assert reach_milestone(milestone_id=deposit.pk, by=person(name)).state == "reached"


def test_it_refuses_twice(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    reach_milestone(milestone_id=deposit.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        reach_milestone(milestone_id=deposit.pk, by=person("mei"))


def test_it_refuses_on_a_cancelled_order_and_one_that_is_not_there(small: Template) -> None:
    journey = make.followed()
    cancel_order(order_id=journey.order_id, reason="Shop closed", by=person("mei"))
    reactions.run_due()
    with pytest.raises(JourneyHasEnded, match="no longer followed"):
        reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    with pytest.raises(NotThere):
        reach_milestone(milestone_id=10**9, by=person("mei"))


def test_photos_are_kept_with_it_and_bad_ones_undo_everything(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    with pytest.raises(files.FileRefused):
        reach_milestone(
            milestone_id=deposit.pk, photos=[("a.png", PNG), ("b.png", b"")], by=person("mei")
        )
    assert make.milestone(journey, "deposit").state == Milestone.State.OPEN
    reach_milestone(milestone_id=deposit.pk, photos=[("a.png", PNG)], by=person("mei"))
    photo = files.attachments_of(deposit).get()
    assert (photo.name, photo.kind, photo.file.media_type) == ("a.png", "photo", "image/png")


def test_it_refuses_a_note_that_is_none(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    for note in ("x" * 501, "bell \x07"):
        with pytest.raises(Invalid):
            reach_milestone(milestone_id=deposit.pk, note=note, by=person("mei"))


def test_done_before_its_turn_counts(small: Template) -> None:
    """Reality does not always follow the plan: sewing is done although nobody reported material."""
    journey = make.followed()
    reach_milestone(milestone_id=make.milestone(journey, "sewing").pk, by=person("gang"))
    packing = make.milestone(journey, "packing")
    assert (packing.state, packing.forecast_on) == ("open", dt.date(2026, 3, 4))
    assert make.milestone(journey, "material").state == "to_come"
    assert check() == []
