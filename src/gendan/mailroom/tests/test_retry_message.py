"""Sorting: what a mail belongs to, what is left aside, what is parked and tried again."""

import email.utils
from email.message import EmailMessage
from typing import Any

import pytest

from gendan.intake.models import Incoming
from gendan.kernel import files, mail, reactions, sending
from gendan.kernel.errors import DomainError, Invalid, NotAllowed
from gendan.kernel.models import Entry, Mail
from gendan.kernel.services import save_setting
from gendan.mailroom import invariants, reading, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.services import sorting
from gendan.notices.models import Notice
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.mail_server import MailServer
from gendan.testing.mailbox import Mailbox as Outside
from gendan.testing.make import mailroom as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def order() -> Order:
    """A draft of Mei's for Anna of Nordwind."""
    customer = masters.customer()
    masters.contact(customer.code, email="anna@nordwind.example")
    return orders.draft(customer)


def sent(order: Order, mailbox: Outside, **values: Any) -> EmailMessage:
    """A mail of ours about the order, as it arrived at the customer."""
    given: dict[str, Any] = {
        "to": ["anna@nordwind.example"],
        "subject": "Which colour?",
        "text": "Please tell us the colour.",
        "about": order,
        "by": person("mei"),
    }
    mail.write_mail(**given | values)
    sending.send_waiting()
    return mailbox.received[-1]


def answer_to(received: EmailMessage, text: str, *papers: tuple[str, bytes], **heads: str) -> bytes:
    """What the customer's mail program makes of "reply"."""
    reply = EmailMessage()
    own = received["Message-ID"].strip()
    given = {
        "From": "Anna Berg <anna@nordwind.example>",
        "To": received["From"],
        "Subject": f"Re: {received['Subject']}",
        "Date": "Tue, 03 Mar 2026 10:00:00 +0100",
        "Message-ID": email.utils.make_msgid(domain="nordwind.example"),
        "In-Reply-To": own,
        "References": f"{received['References']} {own}",
    }
    for name, value in (given | {key.replace("_", "-"): one for key, one in heads.items()}).items():
        if value:
            reply[name] = value
    reply.set_content(f"{text}\n\nOn Mon, 2 Mar 2026, Mei wrote:\n> {received.get_content()}")
    for name, content in papers:
        reply.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return reply.as_bytes()


def read(box: Mailbox, imap: MailServer, *raws: bytes) -> MailMessage:
    """Deliver mails and read the mailbox; the last of them."""
    for raw in raws:
        imap.deliver(box.user, raw)
    make.read(box)
    assert box.problem == ""
    assert invariants.check() == []
    return make.came(box)


def facts(about: str) -> list[str]:
    rows = Entry.objects.filter(about__contains=[about]).order_by("pk")
    return list(rows.values_list("fact", flat=True))


# Answers --------------------------------------------------------------------------------------


def test_an_answer_lands_on_the_order_and_the_merchandiser_hears_of_it(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    reactions.run_due()
    photo = ("colour.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
    message = read(box, imap, answer_to(received, "Blue, please.", photo))
    assert (message.state, message.kind, message.order) == ("attached", "answer", order)
    assert message.answered == Mail.objects.get()
    assert (message.text, message.is_cut) == ("Blue, please.", True)
    assert Incoming.objects.count() == 0
    entry = Entry.objects.get(fact="MailReceived")
    assert f"orders.order:{order.pk}" in entry.about
    assert entry.data["text"] == "Blue, please."
    [kept] = files.attachments_of(order)
    assert (kept.name, kept.kind, kept.file.media_type) == ("colour.png", "mail", "image/png")
    assert entry.data["files"] == [{"attachment_id": kept.pk, "name": "colour.png"}]
    assert b"Please tell us" in services.raw_of(message)
    reactions.run_due()
    assert Notice.objects.filter(entry=entry, user=person("mei")).exists()


def test_an_answer_that_carries_a_paper_is_a_document_of_the_intake_as_well(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    reply = answer_to(sent(order, mailbox), "See attached.", ("PO 4500.pdf", PDF))
    message = read(box, imap, reply)
    assert (message.state, message.order) == ("attached", order)
    assert message.incoming == Incoming.objects.get()
    assert Entry.objects.get(fact="MailReceived").data["incoming_number"] == str(message.incoming)


def test_only_the_references_may_name_our_mail(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    chain = f"<x@y.example> {received['Message-ID'].strip()} <z@nordwind.example>"
    reply = answer_to(received, "Blue.", In_Reply_To="<z@nordwind.example>", References=chain)
    assert read(box, imap, reply).order == order


def test_the_root_of_a_thread_counts_for_people_of_the_customer_and_for_no_stranger(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    root = received["References"]
    known = answer_to(
        received, "Blue.", In_Reply_To="", References=root, From="Max <max@nordwind.example>"
    )
    assert read(box, imap, known).order == order
    stranger = answer_to(
        received, "Red!", In_Reply_To="", References=root, From="Eve <eve@evil.example>"
    )
    message = read(box, imap, stranger)
    assert (message.state, message.order) == ("taken", None)


def test_an_order_number_in_the_subject_is_a_hint_only(
    order: Order, box: Mailbox, imap: MailServer
) -> None:
    message = read(box, imap, make.letter(f"[{order.number}] more pens"))
    assert (message.state, message.order, message.hinted_order) == ("taken", None, order)
    assert facts(f"orders.order:{order.pk}") == facts(f"orders.order:{order.pk}")[:1]


def test_an_answer_about_a_document_of_the_intake_comes_into_the_intake(
    box: Mailbox, imap: MailServer, mailbox: Outside, order: Order
) -> None:
    first = read(box, imap, make.letter())
    assert first.incoming is not None
    received = sent(order, mailbox, about=first.incoming, answers=first.message_id)
    assert received["In-Reply-To"] == first.message_id
    message = read(box, imap, answer_to(received, "Then 20 pens."))
    assert message.about == [f"intake.incoming:{first.incoming.pk}"]
    assert message.incoming not in {None, first.incoming}


def test_an_answer_in_html_only_is_read_as_text(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    reply = (
        f"From: anna@nordwind.example\r\nIn-Reply-To: {received['Message-ID'].strip()}\r\n"
        "Content-Type: text/html; charset=gb18030\r\n\r\n"
    ).encode()
    reply += (
        "<style>p{}</style><p>蓝色，<b>谢谢</b>&amp;</p><script>alert(1)</script>"
        "<blockquote>Which colour?</blockquote>"
    ).encode("gb18030")
    message = read(box, imap, reply)
    assert (message.text, message.is_cut) == ("蓝色，谢谢&", True)


# Machines -------------------------------------------------------------------------------------


def test_an_automatic_reply_is_on_the_order_and_no_document(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    reply = answer_to(
        sent(order, mailbox), "I am away.", ("card.pdf", PDF), Auto_Submitted="auto-replied"
    )
    message = read(box, imap, reply)
    assert (message.state, message.kind, message.incoming) == ("attached", "automatic", None)
    assert facts(f"orders.order:{order.pk}")[-1] == "AutomaticReplyReceived"
    lost = read(box, imap, make.letter("Away", Auto_Submitted="auto-replied (vacation)"))
    assert (lost.state, lost.problem) == ("ignored", "automatic")
    assert Incoming.objects.count() == 0


def test_an_order_that_a_machine_sent_is_an_order(box: Mailbox, imap: MailServer) -> None:
    message = read(box, imap, make.letter("PO 4500", Auto_Submitted="auto-generated"))
    assert message.state == "taken"


def bounce(received: EmailMessage, action: str = "failed", **heads: str) -> bytes:
    """What a mail server says about a mail it could not deliver (RFC 3464)."""
    head = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in heads.items())
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.nordwind.example>\r\n"
        "To: follow-up@haichuan.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n{head}"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.nordwind.example\r\n\r\n"
        f"Final-Recipient: rfc822; anna@nordwind.example\r\nAction: {action}\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        f"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{received.as_string()}\r\n--b--\r\n"
    ).encode()


def test_a_mail_that_came_back_is_marked_as_failed_and_its_writer_told(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    reactions.run_due()
    message = read(box, imap, bounce(received))
    assert (message.state, message.kind, message.order) == ("attached", "returned", order)
    outgoing = Mail.objects.get(message_id=received["Message-ID"].strip())
    assert outgoing.state == "parked"
    assert "anna@nordwind.example: 550 5.1.1 no such user" in outgoing.last_error
    entry = Entry.objects.get(fact="MailReturned")
    assert f"orders.order:{order.pk}" in entry.about
    reactions.run_due()
    assert Notice.objects.filter(entry=entry, user=person("mei")).exists()
    assert Incoming.objects.count() == 0


def test_a_mail_that_is_only_late_has_not_failed(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    message = read(box, imap, bounce(sent(order, mailbox), "delayed"))
    assert (message.state, message.kind) == ("attached", "automatic")
    assert Mail.objects.get().state == "sent"


def test_a_bounce_of_a_mail_that_is_not_ours_is_left_aside_in_sight(
    box: Mailbox, imap: MailServer
) -> None:
    foreign = EmailMessage()
    foreign["Message-ID"] = "<spam@elsewhere.example>"
    foreign.set_content("buy")
    message = read(box, imap, bounce(foreign))
    assert (message.state, message.problem) == ("ignored", "unknown_return")


def test_a_bounce_in_prose_is_recognised_by_the_mail_it_returns(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    raw = make.letter(
        "failure notice",
        f"Sorry, no mailbox here by that name.\n\nMessage-ID: {received['Message-ID'].strip()}\n",
        From="MAILER-DAEMON@mx.qq.example",
    )
    assert read(box, imap, raw).kind == "returned"
    assert Mail.objects.get().state == "parked"


def test_a_receipt_that_a_mail_was_read_is_no_failure(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox)
    raw = (
        "From: anna@nordwind.example\r\nSubject: Read: Which colour?\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nYour mail was read.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Original-Message-ID: {received['Message-ID'].strip()}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    ).encode()
    message = read(box, imap, raw)
    assert (message.kind, message.order, message.text) == (
        "automatic",
        order,
        "Your mail was read.",
    )
    assert Mail.objects.get().state == "sent"


def test_our_own_mail_that_comes_back_is_left_aside(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    message = read(box, imap, sent(order, mailbox).as_bytes())
    assert (message.state, message.kind, message.problem) == ("ignored", "own", "own_mail")
    colleague = make.letter("Fwd: order", From="海川 <follow-up@haichuan.example>")
    assert read(box, imap, colleague).state == "taken"


def test_an_answer_to_a_mail_about_an_account_is_nobodys_correspondence(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    received = sent(order, mailbox, about=person("mei"))
    assert read(box, imap, answer_to(received, "Hello?")).state == "taken"


# Parked ---------------------------------------------------------------------------------------


def test_a_mail_that_raises_is_parked_and_the_others_go_on(
    order: Order,
    box: Mailbox,
    imap: MailServer,
    mailbox: Outside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    received = sent(order, mailbox)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr(sorting, "read_body", fail)
        read(box, imap, answer_to(received, "Blue."), make.letter())
    bad, good = MailMessage.objects.order_by("pk")
    assert (bad.state, bad.problem, bad.problem_detail) == ("parked", "unexpected", "RuntimeError")
    assert good.state == "taken"
    assert b"Blue." in services.raw_of(bad)
    services.retry_message(message_id=bad.pk, by=person("mei"))
    reading.sort_waiting()
    bad.refresh_from_db()
    assert (bad.state, bad.order, bad.problem) == ("attached", order, "")


def test_an_answer_nested_deeper_than_any_letter_is_parked(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    raw = f"From: a@b.example\r\nIn-Reply-To: {sent(order, mailbox)['Message-ID'].strip()}\r\n"
    for level in range(120):
        raw += f'Content-Type: multipart/mixed; boundary="{level}"\r\n\r\n--{level}\r\n'
    message = read(box, imap, raw.encode() + b"\r\nend", make.letter())
    assert message.state == "taken"
    deep = MailMessage.objects.earliest("pk")
    assert (deep.state, deep.problem) == ("parked", "too_deep")


def test_what_ends_the_process_is_not_sorted_for_ever(box: Mailbox, imap: MailServer) -> None:
    message = read(box, imap, make.letter())
    MailMessage.objects.update(state="waiting", attempts=3)
    assert reading.sort_waiting() == 1
    message.refresh_from_db()
    assert (message.state, message.problem) == ("parked", "crashed")


def test_drop_message_puts_it_aside_and_it_can_be_tried_again(
    box: Mailbox, imap: MailServer
) -> None:
    message = read(box, imap, make.letter("", Auto_Submitted="auto-replied"))
    with pytest.raises(DomainError):
        services.drop_message(message_id=message.pk, by=person("mei"))
    MailMessage.objects.update(state="parked", problem="unexpected")
    with pytest.raises(NotAllowed):
        services.drop_message(message_id=message.pk, by=person("wen"))
    services.drop_message(message_id=message.pk, by=person("mei"))
    services.retry_message(message_id=message.pk, by=person("mei"))
    with pytest.raises(DomainError):
        services.retry_message(message_id=message.pk, by=person("mei"))
    assert facts(f"mailroom.mailmessage:{message.pk}") == ["MailDropped", "MailRetried"]


def test_take_mail_to_intake_makes_a_document_of_what_was_sorted_elsewhere(
    order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    message = read(box, imap, answer_to(sent(order, mailbox), "And 20 pens more."))
    taken = services.take_mail_to_intake(message_id=message.pk, by=person("sun"))
    assert (taken.state, taken.order, taken.incoming) == ("taken", order, Incoming.objects.get())
    assert facts(f"mailroom.mailmessage:{message.pk}")[-1] == "MailTakenToIntake"
    with pytest.raises(DomainError):
        services.take_mail_to_intake(message_id=message.pk, by=person("sun"))


def test_a_mail_that_was_dragged_in_by_hand_before_is_the_same_document(
    box: Mailbox, imap: MailServer
) -> None:
    from gendan.intake.services import add_incoming

    raw = make.letter().replace(b"\n", b"\r\n")
    known = add_incoming(content=raw, name="order.eml", by=person("mei"))
    message = read(box, imap, raw)
    assert (message.state, message.incoming) == ("taken", known)


def test_a_mail_of_which_nothing_came_cannot_be_read_as_an_order(
    box: Mailbox, imap: MailServer
) -> None:
    message = services.take_mail(
        mailbox_id=box.pk, uid=9, raw=b"", size=0, problem="not_handed_over"
    )
    assert message is not None
    with pytest.raises(Invalid):
        services.take_mail_to_intake(message_id=message.pk, by=person("mei"))


def test_answers_go_to_the_address_that_is_read(order: Order, mailbox: Outside) -> None:
    save_setting(key="order_address", value="orders@haichuan.example", by=person("zhao"))
    assert sent(order, mailbox)["Reply-To"] == "orders@haichuan.example"
