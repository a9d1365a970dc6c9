"""Refusing: the reason is kept, the document leaves the queue, a polite answer is ready."""

import pytest

from gendan.intake.events import DraftRefused
from gendan.intake.services import NothingSaid, refuse_draft
from gendan.intake.words import polite_reply
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_the_reason_is_kept_and_the_document_is_done(customer: Partner) -> None:
    draft = make.draft()
    refuse_draft(draft_id=draft.pk, reason="We no longer make hinges.", by=person("mei"))
    draft.refresh_from_db()
    assert (draft.state, draft.refusal) == ("refused", "We no longer make hinges.")
    assert draft.incoming.state == "done"
    assert DraftRefused.name in {entry.fact for entry in journal.timeline(draft.incoming)}
    with pytest.raises(IllegalStep):
        refuse_draft(draft_id=draft.pk, reason="again", by=person("mei"))


def test_the_answer_names_sender_number_and_reason(customer: Partner) -> None:
    draft = make.draft()
    reply = polite_reply(draft, "Our Company Ltd", "We no longer make hinges.")
    assert reply.startswith("Dear Anna Berg,")
    assert "your order NH-4711" in reply
    assert "We no longer make hinges." in reply
    assert reply.endswith("Our Company Ltd")


def test_it_refuses_to_refuse_without_a_reason_or_by_the_wrong_role(customer: Partner) -> None:
    draft = make.draft()
    with pytest.raises(NothingSaid, match="Say why"):
        refuse_draft(draft_id=draft.pk, reason="  ", by=person("mei"))
    with pytest.raises(NotAllowed):
        refuse_draft(draft_id=draft.pk, reason="no", by=person("wen"))
