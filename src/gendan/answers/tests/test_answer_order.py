"""Answering an order: the mail with PDF and file, what refuses it, what it supersedes."""

from typing import Any

import pytest

from gendan.answers.models import Answer
from gendan.answers.services import (
    CannotBeMailed,
    NotReadyToAnswer,
    SameAnswer,
    answer_order,
)
from gendan.answers.services.answering import Given
from gendan.engine.reading.document import read_document
from gendan.kernel import journal, sending
from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Mail
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import contracts, masters, orders

pytestmark = pytest.mark.django_db


def amended(order: Order) -> Order:
    """A later date for the third line, and the second cancelled."""
    lines = {line.item.code: line.pk for line in order.lines.select_related("item")}
    amend_order(
        order_id=order.pk,
        change_lines=[LineChange(line_id=lines["HW-1003"], promised_on=make.day("2027-05-10"))],
        cancel_lines=[lines["HW-1002"]],
        reason="capacity",
        by=person("mei"),
    )
    return Order.objects.get(pk=order.pk)


def test_it_mails_pdf_and_file_below_the_customers_mail(mailbox: Any) -> None:
    order = amended(make.ubl_confirmed())
    answer = make.answer(order, notes={2: "The tool is broken."}, message="With thanks.")
    assert (answer.state, answer.verdict, answer.format) == ("sent", "changed", "ubl")
    sending.send_waiting()
    [mail] = mailbox.received
    assert mail["To"] == "anna@nordichome.example"
    assert mail["Subject"] == "Re: Purchase order NH-4711"
    assert "<4711@nordichome.example>" in mail["References"]
    body = mail.get_body().get_content()
    assert "With thanks." in body
    assert "NH-4711" in body
    assert "20  B-HW-1002: not accepted (The tool is broken)" in body
    assert "date 2027-05-10 instead of 2027-04-01" in body
    pdf, file = list(mail.iter_attachments())
    assert (pdf.get_filename(), file.get_filename()) == (answer.pdf_name, answer.file_name("ubl"))
    assert pdf.get_content().startswith(b"%PDF")
    content = file.get_content()
    raw = content.encode() if isinstance(content, str) else content
    [read] = read_document(raw, filename="answer.xml").documents
    assert (read.doc_type, read.order_number) == ("order_response", "NH-4711")
    [told] = [entry for entry in journal.timeline(order) if entry.fact == "OrderAnswered"]
    assert (told.data["accepted"], told.data["changed"], told.data["rejected"]) == (1, 1, 1)


def test_the_lines_keep_what_was_asked_and_said() -> None:
    answer = make.answer(amended(make.ubl_confirmed()), by_mail=False)
    kept = list(answer.lines.values_list("line_no", "verdict", "differences", "quantity"))
    assert [row[:3] for row in kept] == [
        ("10", "accepted", []),
        ("20", "rejected", []),
        ("30", "changed", ["date"]),
    ]
    assert answer.state == "made"
    assert Mail.objects.count() == 0


def test_a_newer_one_takes_its_place_and_the_same_again_is_refused(mailbox: Any) -> None:
    order = make.ubl_confirmed()
    first = make.answer(order)
    with pytest.raises(SameAnswer, match=first.number):
        make.answer(order)
    second = make.answer(amended(order))
    first.refresh_from_db()
    assert (first.state, second.previous) == ("superseded", first)
    sending.send_waiting()
    assert f"replaces our answer {first.number}" in mailbox.received[1].get_body().get_content()
    third = make.answer(Order.objects.get(pk=order.pk), message="Once more in words.")
    assert third.previous == second


def test_without_a_server_the_files_are_made_only() -> None:
    order = make.ubl_confirmed()
    with pytest.raises(CannotBeMailed, match="No mail server"):
        make.answer(order, by_mail=True)
    assert not Answer.objects.exists()
    answer = make.answer(order)
    assert (answer.state, answer.mail) == ("made", None)
    assert answer.file is not None


def test_without_an_address_it_says_so(mailbox: Any) -> None:
    order = orders.confirmed(masters.customer(), customer_order_number="PO-77")
    with pytest.raises(CannotBeMailed, match="No e-mail address"):
        make.answer(order, by_mail=True)
    assert make.answer(order).state == "made"
    again = make.answer(order, email="bob@example.com", message="To Bob.")
    assert (again.state, again.to_email, again.to_name) == ("sent", "bob@example.com", "")


def test_chinese_customers_read_chinese(mailbox: Any) -> None:
    customer = masters.customer(language="zh-hans")
    masters.contact("C-1", email="li@example.com", is_main=True)
    order = orders.confirmed(customer, customer_order_number="PO-77")
    make.answer(order)
    sending.send_waiting()
    [mail] = mailbox.received
    assert "订单回复" in mail["Subject"]
    assert "接受" in mail.get_body().get_content()


@pytest.mark.parametrize("form", ["ubl", "edifact", "x12"])
def test_another_format_can_be_chosen(form: str) -> None:
    order = orders.confirmed(masters.customer(), customer_order_number="PO-77")
    answer = make.answer(order, format=form)
    assert answer.format == form
    assert answer.file is not None


def test_a_draft_is_confirmed_first() -> None:
    with pytest.raises(NotReadyToAnswer, match="confirm the order first"):
        make.answer(orders.draft())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"format": "pdf"}, "format"),
        ({"notes": {9: "x"}}, "notes.9"),
        ({"notes": {0: "x"}}, "notes.0"),
        ({"notes": {1: "x" * 501}}, "notes.1"),
        ({"message": "x" * 4001}, "message"),
        ({"email": "nobody"}, "email"),
        ({"language": "de"}, "language"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_it_refuses_what_cannot_be_meant(given: dict[str, Any], field: str) -> None:
    order = orders.confirmed(masters.customer())
    with pytest.raises(Invalid) as refused:
        make.answer(order, **given)
    assert refused.value.field == field
    assert not Answer.objects.exists()


def test_a_stale_page_is_refused() -> None:
    order = orders.confirmed(masters.customer())
    with pytest.raises(StaleRevision):
        answer_order(order_id=order.pk, revision=order.revision - 1, by=person("mei"))


def test_others_may_not() -> None:
    order = orders.confirmed(masters.customer())
    with pytest.raises(NotAllowed):
        answer_order(order_id=order.pk, by=person("wen"))


def test_what_is_not_there_is_not_answered() -> None:
    order = orders.confirmed(masters.customer())
    with pytest.raises(NotThere):
        answer_order(order_id=order.pk + 999, by=person("mei"))
    with pytest.raises(NotThere, match="this document"):
        answer_order(order_id=order.pk, draft_id=12345, by=person("mei"))


def test_text_stays_text() -> None:
    contracts.letterhead()
    order = orders.confirmed(masters.customer(), customer_order_number="PO-77")
    given = Given(message='#read("/etc/passwd") <script>', notes={1: "*x* $y$ \\ #z"})
    answer = answer_order(order_id=order.pk, given=given, by=person("mei"))
    assert answer.lines.get().note == "*x* $y$ \\ #z"
