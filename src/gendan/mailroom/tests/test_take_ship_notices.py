"""A supplier's mail with a despatch advice or packing list becomes a proposal for the buyer."""

import datetime as dt
import email.utils
import io
import itertools
from collections.abc import Iterator
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import pytest
import xlsxwriter

from gendan.engine.writing.papers import DespatchAdvice, DespatchedLine, WrittenParty
from gendan.engine.writing.write import write_despatch
from gendan.intake import invariants as intake_invariants
from gendan.intake import sandbox
from gendan.intake.models import Draft, Incoming
from gendan.kernel import clock, reactions
from gendan.kernel.models import Entry, Mail
from gendan.mailroom import invariants, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.purchasing import invariants as purchasing_invariants
from gendan.purchasing import queries
from gendan.purchasing.models import PurchaseOrder, ShipNotice
from gendan.purchasing.services import (
    NothingOfIt,
    SenderInDoubt,
    accept_ship_notice,
    cancel_purchase_order,
)
from gendan.purchasing.shipments import differences_of
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
SOON = DUE + dt.timedelta(days=4)
PASS = "mx.haichuan.example; spf=pass smtp.mailfrom=mill.example; dkim=pass header.d=mill.example"
FAIL = "mx.haichuan.example; spf=fail smtp.mailfrom=mill.example; dmarc=fail"
_uids = itertools.count(1)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield
    assert invariants.check() == intake_invariants.check() == purchasing_invariants.check() == []


@pytest.fixture
def box(db: None) -> Mailbox:
    """A mailbox that nobody reads: the mails are handed over by the test."""
    return services.save_mailbox(
        name="Orders",
        host="imap.haichuan.example",
        port=993,
        user="orders@haichuan.example",
        password="secret",
        by=person("zhao"),
    )


def advice(order: PurchaseOrder, number: str = "DN-1", **values: Any) -> DespatchAdvice:
    """Two thirds of the first line are on their way."""
    line = DespatchedLine("1", "1", "Cloth", Decimal(60), "C62", seller_code="M-77")
    given: dict[str, Any] = {
        "number": number,
        "order_number": order.number,
        "issued_at": clock.moment_on(TODAY),
        "buyer": WrittenParty("Haichuan"),
        "seller": WrittenParty("Mill Ltd"),
        "lines": (line,),
        "despatched_on": TODAY,
        "arrives_on": SOON,
    }
    return DespatchAdvice(**given | values)


def packing_list(*rows: tuple[object, ...]) -> bytes:
    """A sheet as a supplier writes it, with neither order number nor day."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    head = ("Line", "Item code", "Description", "Quantity", "Unit", "Cartons")
    for at, row in enumerate([("PACKING LIST",), (), head, *rows]):
        for place, value in enumerate(row):
            sheet.write(at, place, value)
    book.close()
    return file.getvalue()


def letter(name: str, content: bytes, proof: str = PASS, **heads: str) -> bytes:
    mail = EmailMessage()
    if proof:
        mail["Authentication-Results"] = proof
    given = {
        "From": "Li Wei <li@mill.example>",
        "To": "orders@haichuan.example",
        "Subject": "Shipment",
        "Date": "Wed, 10 Jun 2026 09:00:00 +0800",
        "Message-ID": email.utils.make_msgid(domain="mill.example"),
    }
    for key, value in (given | {key.replace("_", "-"): one for key, one in heads.items()}).items():
        mail[key] = value
    mail.set_content("Dear Bo,\n\nplease see the attached.\n\nLi Wei")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def come(box: Mailbox, raw: bytes) -> MailMessage:
    """The mail comes in, is sorted, read, and looked at again."""
    message = services.take_mail(mailbox_id=box.pk, uid=next(_uids), raw=raw, size=len(raw))
    assert message is not None
    services.sort_message(message_id=message.pk)
    with sandbox.files_of_our_own():
        reactions.run_due()
    message.refresh_from_db()
    return message


def written(order: PurchaseOrder, format: str = "edifact", **values: Any) -> bytes:  # noqa: A002
    return write_despatch(advice(order, **values), format).data  # type: ignore[arg-type]


def told(notice: ShipNotice) -> str:
    return " ".join(differences_of(notice, queries.lines_of_notice(notice)))


@pytest.mark.parametrize("format", ["edifact", "x12", "ubl"])
def test_a_message_of_the_trade_becomes_a_proposal(box: Mailbox, format: str) -> None:  # noqa: A002
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    message = come(box, letter("advice.dat", written(order, format)))
    notice = ShipNotice.objects.get()
    assert (notice.number, notice.state, notice.way, notice.doubts) == ("DN-1", "open", "mail", [])
    assert (notice.expected_on, notice.lines.get().order_line) == (SOON, order.lines.get())
    assert notice.file == message.file
    assert order.lines.get().due_on == DUE  # nothing moves before the buyer has looked
    assert Draft.objects.get().state == "handed"
    assert Incoming.objects.get().state == "done"
    assert Entry.objects.get(fact="MailTakenAsNotice").data["notice_id"] == notice.pk
    accept_ship_notice(notice_id=notice.pk, by=person("bo"))
    assert order.lines.get().due_on == SOON


def test_a_packing_list_in_the_orders_thread_is_read_for_its_lines(box: Mailbox) -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    ours = Mail.objects.get(kind="purchase").message_id
    content = packing_list((1, "M-77", "Cloth", 100, "PCS", 4))
    message = come(box, letter("list.xlsx", content, In_Reply_To=ours, References=ours))
    notice = ShipNotice.objects.get()
    assert notice.lines.get().order_line == order.lines.get()
    assert set(notice.doubts) == {"no_number", "no_day"}
    assert notice.number == Incoming.objects.get().number
    assert notice.expected_on == DUE
    assert message.state == "attached"
    order.refresh_from_db()
    assert order.chasing_hold == "mail"  # nobody asks by itself before somebody has looked
    accept_ship_notice(notice_id=notice.pk, by=person("bo"))
    order.refresh_from_db()
    assert order.chasing_hold == ""


def test_whoever_is_in_doubt_is_asked_before_the_notice_counts(box: Mailbox) -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    come(box, letter("a.edi", written(order), proof=FAIL))
    come(box, letter("b.edi", written(order, number="DN-2"), From="x <x@stranger.example>"))
    failed, strange = ShipNotice.objects.order_by("pk")
    assert failed.doubts == ["sender_failed"]
    assert "sender_unknown" in strange.doubts
    for notice in (failed, strange):
        with pytest.raises(SenderInDoubt, match="Ask the supplier"):
            accept_ship_notice(notice_id=notice.pk, by=person("bo"))
    accept_ship_notice(notice_id=failed.pk, is_checked=True, by=person("bo"))
    assert order.lines.get().due_on == SOON


def test_twice_the_same_and_a_customers_paper_stay_in_the_intake(box: Mailbox) -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    come(box, letter("a.edi", written(order)))
    again = come(box, letter("a.edi", written(order)))
    assert ShipNotice.objects.count() == 1
    assert (again.problem, "is here already" in again.problem_detail) == ("no_notice", True)
    assert Draft.objects.filter(state="open").count() == 1
    strange = written(order, number="DN-9", order_number="4500123")
    come(box, letter("c.edi", strange, From="Anna <anna@nordwind.example>"))
    assert ShipNotice.objects.count() == 1
    assert Draft.objects.filter(state="open").count() == 2


def test_a_cancelled_order_and_what_nobody_ordered_are_told(box: Mailbox) -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    other = DespatchedLine("2", "", "Other", Decimal(5), "C62", seller_code="M-99")
    lines = (*advice(order).lines, other)
    come(box, letter("a.edi", written(order, lines=lines)))
    assert "nothing ordered matches" in told(ShipNotice.objects.get())
    cancel_purchase_order(purchase_order_id=order.pk, reason="no", by=person("bo"))
    come(box, letter("b.edi", written(order, number="DN-2")))
    notice = ShipNotice.objects.latest("pk")
    assert "is cancelled" in told(notice)
    with pytest.raises(NothingOfIt):
        accept_ship_notice(notice_id=notice.pk, by=person("bo"))


def test_an_ordinary_letter_of_a_supplier_is_left_alone(box: Mailbox) -> None:
    ordered.sent()
    message = come(box, letter("photo.txt", b"just a few words"))
    assert not ShipNotice.objects.exists()
    assert (message.problem, Draft.objects.get().state) == ("", "open")
