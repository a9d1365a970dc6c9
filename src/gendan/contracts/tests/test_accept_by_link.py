"""Accepting behind the link: once, this document only, with the proof kept and mailed."""

import io

import pypdfium2
import pytest

from gendan.contracts.models import Acceptance, Paper
from gendan.contracts.services import send_paper_for_acceptance, withdraw_paper
from gendan.contracts.services.accepting import (
    AnotherVersion,
    NameIsMissing,
    PaperIsAccepted,
    accept_by_link,
    ask_change_by_link,
)
from gendan.contracts.tests.accepted import paper, token_of
from gendan.kernel import files, journal, links, reactions, sending
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Mail
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def sent() -> tuple[Paper, str]:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    return found, token_of()


def accept(found: Paper, token: str, **given: object) -> Acceptance:
    values: dict[str, object] = {
        "name": "Anna Schmidt",
        "is_confirmed": True,
        "sha256": found.sha256,
        "address": "203.0.113.9",
        "user_agent": "Phone",
    }
    return accept_by_link(token=token, **values | given)  # type: ignore[arg-type]


def test_the_proof_is_kept_and_mailed_to_both_sides(mailbox: object) -> None:
    found, token = sent()
    proof = accept(found, token)
    assert (proof.name, proof.address, proof.sha256) == (
        "Anna Schmidt",
        "203.0.113.9",
        found.sha256,
    )
    told = journal.timeline(found)[0]
    assert (told.fact, told.by, told.data["person"]) == ("PaperAccepted", None, "Anna Schmidt")
    reactions.run_due()
    sending.send_waiting()
    thanks = mailbox.received[-1]  # type: ignore[attr-defined]
    assert len(list(thanks.iter_attachments())) == 2
    proof.refresh_from_db()
    assert proof.record is not None
    with files.open_file(proof.record) as content:
        text = pypdfium2.PdfDocument(io.BytesIO(content.read()))[0].get_textpage().get_text_range()
    for words in ("Anna Schmidt", "203.0.113.9", found.sha256[:20], "确认记录", "anna@example.com"):
        assert words in text
    reactions.run_due()
    assert Mail.objects.filter(kind="acceptance").count() == 1


@pytest.mark.parametrize("given", [{"name": "  "}, {"is_confirmed": False}])
def test_a_name_and_the_tick_are_needed(given: dict[str, object]) -> None:
    found, token = sent()
    with pytest.raises(NameIsMissing):
        accept(found, token, **given)
    assert accept(found, token).name == "Anna Schmidt"  # the link is still good


def test_it_is_accepted_once() -> None:
    found, token = sent()
    accept(found, token)
    with pytest.raises(PaperIsAccepted, match="already"):
        accept(found, token)
    with pytest.raises(PaperIsAccepted):
        ask_change_by_link(token=token, text="Wait")


def test_another_document_is_not_accepted() -> None:
    found, token = sent()
    with pytest.raises(AnotherVersion):
        accept(found, token, sha256="0" * 64)
    Paper.objects.filter(pk=found.pk).update(sha256="1" * 64)
    with pytest.raises(AnotherVersion):
        accept(found, token, sha256="1" * 64)


def test_a_withdrawn_paper_voids_the_link() -> None:
    found, token = sent()
    withdraw_paper(paper_id=found.pk, reason="wrong price", by=None)
    with pytest.raises(LinkRefused):
        accept(found, token)
    assert not Acceptance.objects.exists()


def test_a_link_of_another_purpose_accepts_nothing() -> None:
    found, _token = sent()
    link, other = links.make_link(
        purpose="answer_question",
        about=found,
        valid_until=links.find_link(_token).expires_at,
        binding=found.sha256,
    )
    with pytest.raises(LinkRefused, match="does not lead"):
        accept(found, other)
    assert link.used_at is None
