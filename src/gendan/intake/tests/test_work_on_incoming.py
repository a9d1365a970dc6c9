"""Saying who works on a document, so that nobody does it twice."""

import pytest

from gendan.intake.services import TakenBySomebody, refuse_draft, work_on_incoming
from gendan.kernel.errors import IllegalStep, NotThere
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_it_is_taken_and_given_back(customer: Partner) -> None:
    incoming = make.incoming()
    assert work_on_incoming(incoming_id=incoming.pk, by=person("mei")).worked_on_by == person("mei")
    with pytest.raises(TakenBySomebody, match="works on"):
        work_on_incoming(incoming_id=incoming.pk, by=person("jun"))
    taken = work_on_incoming(incoming_id=incoming.pk, take_over=True, by=person("jun"))
    assert (taken.worked_on_by, taken.worked_on_since is None) == (person("jun"), False)
    given = work_on_incoming(incoming_id=incoming.pk, is_taken=False, by=person("jun"))
    assert (given.worked_on_by, given.worked_on_since) == (None, None)


def test_what_is_done_or_not_there_is_refused(customer: Partner) -> None:
    draft = make.draft()
    refuse_draft(draft_id=draft.pk, reason="no", by=person("mei"))
    with pytest.raises(IllegalStep):
        work_on_incoming(incoming_id=draft.incoming_id, by=person("mei"))
    with pytest.raises(NotThere):
        work_on_incoming(incoming_id=0, by=person("mei"))
