"""Outgoing mail through a real SMTP server: threads, files, refusals, a server that is away."""

import datetime as dt
import socket
from typing import Any

import pytest

from gendan.kernel import clock, files, mail, sending
from gendan.kernel.errors import Invalid
from gendan.kernel.models import Mail
from gendan.kernel.services import save_setting
from gendan.testing.mailbox import Mailbox

pytestmark = pytest.mark.django_db


def write(to: str = "anna@nordwind.example", **values: Any) -> Mail:
    return mail.write_mail(
        to=[to],
        subject="Order 12\r\nBcc: x@y.example",
        text="您好",
        about="orders.order:12",
        **values,
    )


def test_it_arrives_with_its_thread_and_file(mailbox: Mailbox) -> None:
    paper = files.keep("合同".encode(), name="contract.txt")
    sent = write(attached=[(paper, "合同.txt")], reply_to="mei@haichuan.example")
    sending.send_waiting()
    [found] = mailbox.received
    assert found["Subject"] == "Order 12 Bcc: x@y.example"
    assert found["Bcc"] is None
    assert found["Message-ID"].strip() == sent.message_id
    assert found["References"] == mail.thread_id("orders.order:12")
    assert found["Reply-To"] == "mei@haichuan.example"
    [part] = list(found.iter_attachments())
    assert (part.get_filename(), part.get_content()) == ("合同.txt", "合同")
    assert Mail.objects.get().state == "sent"


def test_an_answer_stands_below_the_mail_it_answers(mailbox: Mailbox) -> None:
    sent = mail.write_mail(
        to=["anna@nordwind.example"],
        subject="回复: RE: Order 4500",
        text="您好",
        about="intake.incoming:3",
        answers=" <CA+12.x@nordwind.example>\r\n",
    )
    sending.send_waiting()
    [found] = mailbox.received
    assert found["Subject"] == sent.subject == "Re: Order 4500"
    assert found["In-Reply-To"] == "<CA+12.x@nordwind.example>"
    assert found["References"].split() == [
        mail.thread_id("intake.incoming:3"),
        "<CA+12.x@nordwind.example>",
    ]


@pytest.mark.parametrize("odd", ["", "no brackets", "<a b>", "<a>\nBcc: <x@y.example>", "<" * 400])
def test_what_is_no_message_id_is_not_put_into_a_header(odd: str, mailbox: Mailbox) -> None:
    write(answers=odd)
    sending.send_waiting()
    [found] = mailbox.received
    assert found["In-Reply-To"] == mail.thread_id("orders.order:12")
    assert found["Bcc"] is None


def test_answers_go_to_the_company_address_too_but_never_about_accounts(mailbox: Mailbox) -> None:
    save_setting(key="order_address", value=" orders@haichuan.example ", by=None)
    write()
    write(reply_to="mei@haichuan.example")
    write(reply_to="orders@haichuan.example")
    mail.write_mail(to=["a@b.example"], subject="x", text="x", about="kernel.user:1")
    sending.send_waiting()
    assert [found["Reply-To"] for found in mailbox.received] == [
        "orders@haichuan.example",
        "mei@haichuan.example, orders@haichuan.example",
        "orders@haichuan.example",
        None,
    ]
    with pytest.raises(Invalid):
        save_setting(key="order_address", value="orders at home", by=None)


def test_a_mail_is_sent_once(mailbox: Mailbox) -> None:
    kept = write()
    sending.attempt("kernel.mail", kept.pk)
    sending.attempt("kernel.mail", kept.pk)
    assert len(mailbox.received) == 1


def test_an_unknown_recipient_is_parked_at_once_and_can_be_sent_again(mailbox: Mailbox) -> None:
    mailbox.refusals["gone@nordwind.example"] = "550 no such user"
    kept = write("gone@nordwind.example")
    sending.send_waiting()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("parked", 1)
    assert "550" in kept.last_error
    mailbox.refusals.clear()
    sending.again(kept)
    sending.send_waiting()
    kept.refresh_from_db()
    assert kept.state == "sent"


def test_a_busy_server_is_asked_again_later(mailbox: Mailbox) -> None:
    mailbox.refusals["anna@nordwind.example"] = "451 try later"
    kept = write()
    sending.send_waiting()
    kept.refresh_from_db()
    assert kept.state == "waiting"
    assert kept.next_try_at is not None
    assert kept.next_try_at - clock.now() < dt.timedelta(minutes=2)


def test_a_server_that_is_away_parks_it_after_the_last_attempt(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    kept = write()
    for _number in range(len(sending.PAUSES_MINUTES) + 1):
        kept.refresh_from_db()
        assert kept.state == "waiting"
        sending.send_waiting(even_later=True)
    kept.refresh_from_db()
    assert kept.state == "parked"
    assert "cannot be reached" in kept.last_error


def test_without_a_server_it_is_kept_and_says_so(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    kept = write()
    sending.send_waiting()
    kept.refresh_from_db()
    assert kept.state == "parked"
    assert "GENDAN_SMTP_URL" in kept.last_error


@pytest.mark.parametrize("address", ["", "anna", "a@b", "a@b.c\nBcc: x@y.example", "a" * 400])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        write(address)


def test_a_server_that_never_answers_holds_nobody_for_long(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent.getsockname()[1]
        assert 0 < settings.EMAIL_TIMEOUT <= 20
        settings.EMAIL_TIMEOUT = 0.3
        kept = write()
        sending.send_waiting()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("waiting", 1)
    assert "cannot be reached" in kept.last_error
