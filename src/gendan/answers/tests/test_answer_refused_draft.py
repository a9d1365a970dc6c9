"""Telling the sender of a refused document that we take none of its lines, in their format."""

from typing import Any

import pytest

from gendan.answers.models import Answer
from gendan.answers.services import (
    NothingToAnswer,
    NotReadyToAnswer,
    SameAnswer,
    answer_refused_draft,
)
from gendan.answers.services.answering import Given
from gendan.engine.reading.document import read_document
from gendan.intake.models import Draft
from gendan.intake.services import refuse_draft
from gendan.kernel import files, journal, sending
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import contracts, intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(db: None) -> Draft:
    contracts.letterhead()
    intake.goods()
    intake.customer()
    draft = make.drafted()
    refuse_draft(draft_id=draft.pk, reason="prices of last year", by=person("mei"))
    return draft


def test_every_line_is_rejected_in_their_format(refused: Draft, mailbox: Any) -> None:
    given = Given(notes={1: "No longer made."})
    answer = answer_refused_draft(draft_id=refused.pk, given=given, by=person("mei"))
    assert (answer.state, answer.verdict, answer.order) == ("sent", "rejected", None)
    sending.send_waiting()
    [mail] = [one for one in mailbox.received if answer.pdf_name in _names(one)]
    assert "we cannot accept your order" in mail.get_body().get_content()
    # Why we refused is our own note; the customer reads what was written for them.
    assert "prices of last year" not in mail.get_body().get_content()
    assert answer.file is not None
    with files.open_file(answer.file) as stream:
        [read] = read_document(stream.read(), filename="answer.xml").documents
    assert (read.doc_type, read.order_number) == ("order_response", "NH-4711")
    facts = [entry.fact for entry in journal.timeline(refused.incoming)]
    assert "RefusalAnswered" in facts


def _names(mail: Any) -> list[str]:
    return [part.get_filename() for part in mail.iter_attachments()]


def test_it_is_said_once(refused: Draft) -> None:
    answer_refused_draft(draft_id=refused.pk, by=person("mei"))
    with pytest.raises(SameAnswer):
        answer_refused_draft(draft_id=refused.pk, by=person("mei"))
    assert Answer.objects.count() == 1


def test_only_what_was_refused_and_asked_for_something() -> None:
    intake.goods()
    intake.customer()
    draft = make.drafted()
    with pytest.raises(NotReadyToAnswer, match="Refuse the document first"):
        answer_refused_draft(draft_id=draft.pk, by=person("mei"))
    with pytest.raises(NotThere):
        answer_refused_draft(draft_id=draft.pk + 999, by=person("mei"))
    with pytest.raises(NotAllowed):
        answer_refused_draft(draft_id=draft.pk, by=person("qiu"))
    Draft.objects.filter(pk=draft.pk).update(
        state="refused", data=draft.data | {"doc_type": "not_an_order"}
    )
    with pytest.raises(NotReadyToAnswer, match="asked us for nothing"):
        answer_refused_draft(draft_id=draft.pk, by=person("mei"))


def test_without_lines_there_is_nothing_to_answer(refused: Draft) -> None:
    refused.refresh_from_db()
    Draft.objects.filter(pk=refused.pk).update(data=refused.data | {"lines": []})
    with pytest.raises(NothingToAnswer, match="no lines"):
        answer_refused_draft(draft_id=refused.pk, by=person("mei"))
