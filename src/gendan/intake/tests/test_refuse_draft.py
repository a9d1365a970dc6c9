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


def test_the_answer_goes_to_the_sender_below_their_mail(customer: Partner) -> None:
    draft = make.draft()
    made = refuse_draft(
        draft_id=draft.pk, reason="We no longer make hinges.", send_reply=True, by=person("mei")
    )
    mail = made.mail
    assert mail is not None
    assert (mail.to, mail.answers) == (["anna@nordichome.example"], "<4711@nordichome.example>")
    assert mail.subject == "Re: Purchase order NH-4711"
    assert "We no longer make hinges." in mail.text
    assert made.reply == mail.text


def test_what_was_written_is_what_is_sent(customer: Partner) -> None:
    made = refuse_draft(
        draft_id=make.draft().pk,
        reason="internal: never again",
        reply="Dear Anna,\n\nsorry.",
        send_reply=True,
        by=person("mei"),
    )
    assert made.mail is not None
    assert made.mail.text == "Dear Anna,\n\nsorry."


def test_without_an_address_it_is_only_ready_to_copy(customer: Partner) -> None:
    draft = make.draft(make.sheet(), "po.xlsx")
    with pytest.raises(NothingSaid, match="without an address"):
        refuse_draft(draft_id=draft.pk, reason="no", send_reply=True, by=person("mei"))
    made = refuse_draft(draft_id=draft.pk, reason="We are closed.", by=person("mei"))
    assert made.mail is None
    assert "We are closed." in made.reply
