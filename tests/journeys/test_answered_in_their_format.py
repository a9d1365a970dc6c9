"""An order comes in as a message of the customer's system, and is answered in the same format."""

import datetime as dt
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gendan.answers.models import Answer
from gendan.answers.services import answer_order
from gendan.answers.services.answering import Given
from gendan.engine.reading.document import read_document
from gendan.engine.reading.results import OrderDocument
from gendan.intake.models import Draft
from gendan.intake.queries import open_doubts
from gendan.intake.services import accept_draft, add_incoming, read_incoming
from gendan.kernel import journal, reactions, sending
from gendan.kernel.audit import audit
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order, confirm_order, pass_review
from gendan.testing.cast import person
from gendan.testing.make import answers, contracts, intake

pytestmark = pytest.mark.django_db
XSD = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents" / "ubl_xsd21"

EDIFACT = b"""UNA:+.? '
UNB+UNOC:3+7300010000001:14+6901234000009:14+261120:0915+4711'
UNH+1+ORDERS:D:96A:UN:EAN008'
BGM+220+NH-4711+9'
DTM+137:20261120:102'
NAD+BY+7300010000001::9++Nordic Home AB'
NAD+SU+6901234000009::9'
CUX+2:USD:9'
LIN+10'
PIA+5+HW-1001:SA+B-1001:BP'
IMD+F++:::Steel hinge'
QTY+21:500:PCE'
DTM+2:20270315:102'
PRI+AAA:1.20'
LIN+20'
PIA+5+HW-1002:SA+B-1002:BP'
IMD+F++:::Door handle'
QTY+21:200:PCE'
DTM+2:20270315:102'
PRI+AAA:3.40'
LIN+30'
PIA+5+HW-1003:SA+B-1003:BP'
IMD+F++:::Hex bolt'
QTY+21:1000:PCE'
DTM+2:20270401:102'
PRI+AAA:0.15'
UNS+S'
CNT+2:3'
UNT+27+1'
UNZ+1+4711'
"""
X12 = b"""ISA*00*          *00*          *ZZ*NORDICHOME     *ZZ*HAICHUAN       *\
261120*0915*U*00401*000004711*0*P*>~
GS*PO*NORDICHOME*HAICHUAN*20261120*0915*4711*X*004010~
ST*850*0001~
BEG*00*SA*NH-4711**20261120~
CUR*BY*USD~
N1*BY*Nordic Home AB*92*NH01~
PO1*10*500*EA*1.20**VP*HW-1001*BP*B-1001~
PID*F****Steel hinge~
DTM*002*20270315~
PO1*20*200*EA*3.40**VP*HW-1002*BP*B-1002~
PID*F****Door handle~
DTM*002*20270315~
PO1*30*1000*EA*0.15**VP*HW-1003*BP*B-1003~
PID*F****Hex bolt~
DTM*002*20270401~
CTT*3~
SE*15*0001~
GE*1*4711~
IEA*1*000004711~
"""
MESSAGES = {
    "edifact": ("orders.edi", EDIFACT),
    "ubl": ("order.xml", answers.ubl_order()),
    "x12": ("order.x12", X12),
}


def mail_with(name: str, content: bytes) -> bytes:
    """Anna's mail with her system's message."""
    mail = EmailMessage()
    mail["From"] = "Anna Berg <anna@nordichome.example>"
    mail["To"] = "orders@haichuan.example"
    mail["Subject"] = "Order NH-4711"
    mail["Message-ID"] = "<nh-4711@nordichome.example>"
    mail["Date"] = "Fri, 20 Nov 2026 09:15:00 +0100"
    mail.set_content("Please find our order attached.\n")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def taken_in(content: bytes, name: str) -> Order:
    """The mail is dropped into the intake, read, looked at, accepted and confirmed."""
    mei = person("mei")
    incoming = add_incoming(content=content, name=name, by=mei)
    read_incoming(incoming_id=incoming.pk)
    draft = Draft.objects.get(incoming=incoming)
    looked_at = [doubt.field for doubt in open_doubts(draft)]
    order = accept_draft(draft_id=draft.pk, confirmed_doubts=looked_at, by=mei)
    for review in order.reviews.filter(is_required=True):
        pass_review(review_id=review.pk, by=person("zhao"))
    return confirm_order(order_id=order.pk, by=mei)


def changed(order: Order) -> Order:
    """We can deliver the third line later only, and the second not at all."""
    lines = {line.item.code: line.pk for line in order.lines.select_related("item")}
    amend_order(
        order_id=order.pk,
        change_lines=[LineChange(line_id=lines["HW-1003"], promised_on=dt.date(2027, 5, 10))],
        cancel_lines=[lines["HW-1002"]],
        reason="no brass until summer",
        by=person("mei"),
    )
    return Order.objects.get(pk=order.pk)


def file_of(mail: Any, answer: Answer) -> tuple[bytes, OrderDocument]:
    """The message in a mail that has arrived, read by our own reader."""
    parts = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert parts[answer.pdf_name].startswith(b"%PDF")
    content = parts[answer.file_name(answer.format)]
    raw = content.encode() if isinstance(content, str) else content
    [read] = read_document(raw, filename=answer.file_name(answer.format)).documents
    return raw, read


@pytest.mark.parametrize("form", MESSAGES)
def test_an_order_is_answered_in_the_format_it_came_in(form: str, mailbox: Any) -> None:
    contracts.letterhead()
    intake.goods()
    intake.customer()
    name, message = MESSAGES[form]
    order = changed(taken_in(mail_with(name, message), "order.eml"))
    assert order.customer_order_number == "NH-4711"
    reactions.run_due()

    given = Given(notes={2: "No brass until summer."})
    answer = answer_order(order_id=order.pk, given=given, by=person("mei"))
    assert (answer.state, answer.format, answer.verdict) == ("sent", form, "changed")
    sending.send_waiting()
    [mail] = mailbox.received
    assert mail["To"] == "anna@nordichome.example"
    assert mail["Subject"] == "Re: Order NH-4711"
    assert "<nh-4711@nordichome.example>" in mail["References"]

    raw, read = file_of(mail, answer)
    assert (read.doc_type, read.verdict) == ("order_response", "changed")
    assert (read.order_number, read.document_number) == ("NH-4711", answer.number)
    said = [(line.line_no, line.action, line.due_date) for line in read.lines]
    assert said == [
        ("10", "accepted", "2027-03-15"),
        ("20", "rejected", None),
        ("30", "changed", "2027-05-10"),
    ]
    assert Decimal(read.lines[2].quantity or 0) == Decimal(1000)
    assert Decimal(read.lines[0].unit_price or 0) == Decimal("1.20")
    assert not [doubt for doubt in read.doubts if doubt.field in ("lines", "source")]
    if form == "ubl" and XSD.is_dir():
        schema = etree.XMLSchema(etree.parse(next(XSD.rglob("UBL-OrderResponse-2.1.xsd"))))
        assert schema.validate(etree.fromstring(raw)), schema.error_log
    if form != "ubl":
        # Addressed back: who sent the order receives the answer.
        theirs = {"edifact": "7300010000001", "x12": "NORDICHOME"}[form]
        assert read.source.exchange["receiver"].strip() == theirs

    # A later promise: the answer is overtaken, and a new one takes its place.
    line = order.lines.get(item__code="HW-1001")
    later = LineChange(line_id=line.pk, promised_on=dt.date(2027, 6, 1))
    amend_order(order_id=order.pk, change_lines=[later], reason="mould", by=person("mei"))
    reactions.run_due()
    answer.refresh_from_db()
    assert answer.outdated_at is not None
    newer = answer_order(order_id=order.pk, given=given, by=person("mei"))
    answer.refresh_from_db()
    assert (answer.state, newer.previous) == ("superseded", answer)
    sending.send_waiting()
    _raw, again = file_of(mailbox.received[-1], newer)
    assert [line.action for line in again.lines] == ["changed", "rejected", "changed"]
    facts = [entry.fact for entry in journal.timeline(order)]
    assert (facts.count("OrderAnswered"), facts.count("AnswerOutdated")) == (2, 1)
    assert audit() == {}


def test_a_message_that_was_dropped_as_it_is_goes_to_the_customers_contact(mailbox: Any) -> None:
    contracts.letterhead()
    intake.goods()
    intake.customer()
    order = taken_in(EDIFACT, "orders.edi")
    answer = answer_order(order_id=order.pk, by=person("mei"))
    assert (answer.format, answer.verdict) == ("edifact", "accepted")
    assert answer.to_email == "anna@nordichome.example"
    sending.send_waiting()
    [mail] = mailbox.received
    assert mail["Subject"] == f"Order response {answer.number} to your order NH-4711"
    _raw, read = file_of(mail, answer)
    assert [line.action for line in read.lines] == ["accepted"] * 3
