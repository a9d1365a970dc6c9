"""Sending a paper: the PDF and a link; sent again, the former link opens nothing."""

import datetime as dt

import pytest

from gendan.contracts.models import PaperSending
from gendan.contracts.services import send_paper_for_acceptance
from gendan.contracts.services.accepting import accept_by_link
from gendan.contracts.tests.accepted import paper, token_of
from gendan.kernel import clock, journal, links, sending
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.links import LinkRefused
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def test_it_mails_the_pdf_and_a_link(mailbox: object) -> None:
    found = paper()
    sent = send_paper_for_acceptance(paper_id=found.pk, message="As discussed.", by=person("mei"))
    sending.send_waiting()
    [mail] = mailbox.received  # type: ignore[attr-defined]
    body = mail.get_body().get_content()
    assert mail["To"] == "anna@example.com"
    assert "As discussed." in body
    assert "PO-77" in body
    assert [part.get_filename() for part in mail.iter_attachments()] == [found.file_name]
    found.refresh_from_db()
    assert (found.state, sent.to_name) == ("sent", "Anna Schmidt")
    told = journal.timeline(found)[0]
    assert told.fact == "PaperSent"
    assert token_of() not in str(told.data)


def test_sent_again_the_former_link_is_void() -> None:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    first = token_of()
    send_paper_for_acceptance(paper_id=found.pk, email="bob@example.com", by=person("mei"))
    states = list(PaperSending.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["replaced", "open"]
    with pytest.raises(LinkRefused):
        accept_by_link(token=first, name="Anna", is_confirmed=True, sha256=found.sha256)
    assert links.find_link(token_of()).email == "bob@example.com"


def test_the_link_ends_after_its_days() -> None:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, valid_days=3, by=person("mei"))
    with clock.at(clock.now() + dt.timedelta(days=4)), pytest.raises(LinkRefused, match="expired"):
        accept_by_link(token=token_of(), name="Anna", is_confirmed=True, sha256=found.sha256)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"valid_days": 0}, "valid_days"),
        ({"valid_days": 91}, "valid_days"),
        ({"email": "nobody"}, "email"),
        ({"language": "de"}, "language"),
        ({"message": "x" * 4001}, "message"),
    ],
)
def test_it_refuses_what_cannot_be_sent(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        send_paper_for_acceptance(paper_id=paper().pk, **given, by=person("mei"))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_who_and_what() -> None:
    with pytest.raises(NotThere):
        send_paper_for_acceptance(paper_id=10**9, by=person("mei"))
    found = paper()
    with pytest.raises(NotAllowed):
        send_paper_for_acceptance(paper_id=found.pk, by=person("wen"))
    with pytest.raises(IllegalStep):
        send_paper_for_acceptance(
            paper_id=paper(found.order, version=2, state="void").pk, by=person("mei")
        )
    nobody = orders.confirmed(masters.customer("C-2"))
    with pytest.raises(Invalid, match="No e-mail address"):
        send_paper_for_acceptance(paper_id=paper(nobody).pk, by=None)
