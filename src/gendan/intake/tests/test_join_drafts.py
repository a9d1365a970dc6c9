"""Joining: what the reader took for two orders is one."""

import pytest

from gendan.intake.draft_data import lines_of
from gendan.intake.events import DraftsJoined
from gendan.intake.invariants import check
from gendan.intake.models import Draft
from gendan.intake.services import (
    accept_draft,
    correct_draft,
    join_drafts,
    refuse_draft,
    split_draft,
)
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(customer: Partner) -> tuple[Draft, Draft]:
    draft = make.draft()
    other = split_draft(draft_id=draft.pk, lines=[1], order_number="NH-4712", by=person("mei"))
    draft.refresh_from_db()
    return draft, other


def test_the_lines_come_with_places_matches_and_what_was_looked_at(
    pair: tuple[Draft, Draft],
) -> None:
    draft, other = pair
    correct_draft(draft_id=other.pk, values={"lines.1.quantity": "210"}, by=person("mei"))
    joined = join_drafts(draft_id=draft.pk, other_id=other.pk, by=person("mei"))
    found = list(lines_of(joined.data))
    assert [line["quantity"] for _index, line in found] == ["500", "210"]
    index = found[1][0]
    assert joined.data["found_at"][f"lines.{index}.quantity"]["text"] == "200"
    assert joined.matches["lines"][index]["reason"] == "our_code"
    assert f"lines.{index}.quantity" in joined.corrected
    assert not Draft.objects.filter(pk=other.pk).exists()
    assert journal.timeline(draft.incoming)[0].fact == DraftsJoined.name
    order = accept_draft(draft_id=joined.pk, by=person("mei"))
    assert order.lines.count() == 2
    assert check() == []


def test_it_refuses_itself_strangers_and_what_is_decided(pair: tuple[Draft, Draft]) -> None:
    draft, other = pair
    stranger = make.draft(make.sheet("NH-9"), "po.xlsx")
    for wrong in (draft.pk, stranger.pk, 0):
        with pytest.raises(NotThere):
            join_drafts(draft_id=draft.pk, other_id=wrong, by=person("mei"))
    with pytest.raises(StaleRevision):
        join_drafts(draft_id=draft.pk, other_id=other.pk, revision=99, by=person("mei"))
    with pytest.raises(NotAllowed):
        join_drafts(draft_id=draft.pk, other_id=other.pk, by=person("wen"))
    refuse_draft(draft_id=other.pk, reason="no", by=person("mei"))
    with pytest.raises(IllegalStep):
        join_drafts(draft_id=draft.pk, other_id=other.pk, by=person("mei"))
