"""New dates: agreed at once within the company's limit, else by a manager."""

import datetime as dt
from typing import Any

import pytest

from gendan.followup.models import Revision, Template
from gendan.followup.queries import today_for
from gendan.followup.services import (
    approve_revision,
    reach_milestone,
    refuse_revision,
    revise_milestone,
)
from gendan.followup.services.refusals import DateRefused, NothingIsProposed, OwnProposal
from gendan.kernel import reactions
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def revise(milestone: Any, day: str, **given: Any) -> Revision:
    values: dict[str, Any] = {"reason": "payment", "party": "customer", "by": person("mei")} | given
    return revise_milestone(milestone_id=milestone.pk, revised_on=day, **values)


def test_within_the_limit_it_is_agreed(small: Template) -> None:
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-03-12", remark="Bank holiday")
    assert (revision.state, revision.was_on) == ("agreed", dt.date(2026, 3, 9))
    deposit = make.milestone(journey, "deposit")
    assert deposit.revised_on == deposit.forecast_on == dt.date(2026, 3, 12)
    assert make.milestone(journey, "material").forecast_on == dt.date(2026, 3, 26)
    assert deposit.planned_on == dt.date(2026, 3, 9)


def test_beyond_the_limit_it_waits_for_a_manager(small: Template) -> None:
    person("zhao")
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-03-13")
    deposit = make.milestone(journey, "deposit")
    assert (revision.state, deposit.revised_on) == ("proposed", None)
    assert deposit.forecast_on == dt.date(2026, 3, 13)  # known is known, agreed or not
    reactions.run_due()
    notice = person("zhao").notices.get()
    assert (notice.must_act, notice.entry.fact) == (True, "RevisionProposed")
    row = today_for(person("zhao"))[0]
    assert (row.action, row.revision_id) == ("approve_revision", revision.pk)


def test_a_manager_agrees(small: Template) -> None:
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-04-10")
    reactions.run_due()
    approve_revision(revision_id=revision.pk, remark="Asked them", by=person("zhao"))
    deposit = make.milestone(journey, "deposit")
    assert (deposit.revised_on, deposit.expected_on) == (dt.date(2026, 4, 10), None)
    revision.refresh_from_db()
    assert (revision.state, revision.decided_by) == ("agreed", person("zhao"))
    reactions.run_due()
    assert person("mei").notices.get().entry.fact == "RevisionApproved"
    with pytest.raises(NothingIsProposed):
        approve_revision(revision_id=revision.pk, by=person("zhao"))


def test_a_manager_refuses(small: Template) -> None:
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-04-10")
    with pytest.raises(Invalid, match="why"):
        refuse_revision(revision_id=revision.pk, remark="", by=person("zhao"))
    refuse_revision(revision_id=revision.pk, remark="Ship on time", by=person("zhao"))
    deposit = make.milestone(journey, "deposit")
    assert (deposit.revised_on, deposit.expected_on) == (None, None)
    assert deposit.forecast_on == dt.date(2026, 3, 9)


def test_nobody_approves_his_own(small: Template) -> None:
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-04-10", by=person("zhao"))
    assert revision.state == "proposed"
    with pytest.raises(OwnProposal, match="yourself"):
        approve_revision(revision_id=revision.pk, by=person("zhao"))
    assert today_for(person("zhao"))[:1] == [] or today_for(person("zhao"))[0].revision_id is None


def test_many_small_moves_are_one_large_one(small: Template) -> None:
    journey = make.followed()
    revise(make.milestone(journey, "deposit"), "2026-03-11")
    revise(make.milestone(journey, "deposit"), "2026-03-12")
    assert revise(make.milestone(journey, "deposit"), "2026-03-13").state == "proposed"


def test_after_a_managers_word_the_limit_counts_anew(small: Template) -> None:
    journey = make.followed()
    proposed = revise(make.milestone(journey, "deposit"), "2026-04-10")
    approve_revision(revision_id=proposed.pk, by=person("zhao"))
    assert revise(make.milestone(journey, "deposit"), "2026-04-13").state == "agreed"


def test_it_refuses_what_makes_no_sense(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    for day in ("2026-03-01", "2026-03-09", "2033-01-01"):
        with pytest.raises(DateRefused):
            revise(deposit, day)
    with pytest.raises(Invalid, match="why"):
        revise(deposit, "2026-03-11", reason="because")
    with pytest.raises(Invalid, match="whose move"):
        revise(deposit, "2026-03-11", party="nobody")
    revise(deposit, "2026-04-11")
    with pytest.raises(DateRefused, match="waits for approval"):
        revise(deposit, "2026-04-12")


def test_only_who_may_approves(small: Template) -> None:
    revision = revise(make.milestone(make.followed(), "deposit"), "2026-04-10")
    for verb in (approve_revision, refuse_revision):
        with pytest.raises(NotAllowed):
            verb(revision_id=revision.pk, remark="x", by=person("jun"))


def test_a_proposal_for_what_is_done_meanwhile_is_void(small: Template) -> None:
    journey = make.followed()
    revision = revise(make.milestone(journey, "deposit"), "2026-04-10")
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    with pytest.raises(NothingIsProposed, match="done meanwhile"):
        approve_revision(revision_id=revision.pk, by=person("zhao"))
