"""Mailboxes and mails in a real browser, on desk and phone, in both languages, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.mailroom import reading
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.tests.conftest import address, dovecot, imap
from gendan.mailroom.tests.test_retry_message import answer_to, bounce, sent
from gendan.testing.mail_server import PASSWORD, MailServer
from gendan.testing.mailbox import Mailbox as Outside
from gendan.testing.make import mailroom as make
from gendan.testing.make import masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

__all__ = ["address", "dovecot", "imap"]
pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_mailbox_is_connected_tried_and_read(
    open_as: Open, imap: MailServer, address: str
) -> None:
    imap.deliver(address, make.letter("Order 4500"))
    page = open_as("zhao", "/settings/mailboxes/new/")
    page.get_by_label("Name", exact=True).fill("Orders")
    page.get_by_label("Mail server (IMAP)").fill("localhost")
    page.get_by_label("Port").fill(str(imap.ssl_port))
    page.get_by_label("User name").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("[data-verb=save_mailbox] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("Orders")
    page.locator("[data-verb=test_mailbox] button").click()
    expect(page.locator("#page")).to_contain_text("being tried")
    box = Mailbox.objects.get()
    reading.try_out(box.pk)
    expect(page.locator("#page")).to_contain_text("signing in works")
    page.locator("[data-verb=read_mailbox_now] button").click()
    expect(page.locator("#page")).to_contain_text("being read")
    reading.read(box.pk)
    expect(page.locator("#list")).to_contain_text("Order 4500")


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(DESK, "en", "light"), (DESK, "zh-hans", "dark"), (PHONE, "zh-hans", "light")],
)
def test_how_they_look(
    open_as: Open,
    size: tuple[int, int],
    language: str,
    theme: str,
    imap: MailServer,
    address: str,
    mailbox: Outside,
) -> None:
    customer = masters.customer()
    order = orders.draft(customer)
    received = sent(order, mailbox)
    box = make.mailbox(imap, address, trusted_server="mx.haichuan.example")
    forged = make.letter(
        f"采购订单 4500 ({order.number})",
        Authentication_Results="mx.haichuan.example; spf=fail smtp.mailfrom=x; dmarc=fail",
    )
    answer = answer_to(received, "Blue, please.\nAnd thank you.", ("colour.txt", b"#00f"))
    for raw in (forged, make.letter("Photos of the goods"), answer, bounce(received)):
        imap.deliver(address, raw)
    make.read(box)
    photos = MailMessage.objects.filter(subject="Photos of the goods")
    photos.update(state="parked", problem="too_deep", incoming=None)
    broken = make.mailbox(imap, f"b.{address}", name="Samples", password="wrong")
    reading.read(broken.pk)
    reading.try_out(broken.pk)
    forged_message = MailMessage.objects.get(subject__startswith="采购")
    for path in (
        "/settings/mailboxes/",
        "/settings/mailboxes/new/",
        f"/settings/mailboxes/{box.pk}/",
        f"/settings/mailboxes/{broken.pk}/",
        "/intake/mails/",
        "/intake/mails/parked/",
        f"/intake/mails/{photos.get().pk}/",
        f"/intake/mails/{forged_message.pk}/",
        f"/orders/{order.pk}/?tab=timeline",
    ):
        check_looks(open_as("zhao", path, size=size, language=language, theme=theme))
