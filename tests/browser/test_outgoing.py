"""Webhooks, outgoing mails, audit and calendars in a real browser, at the desk and on the phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gendan.kernel import journal, mail, reactions, sending
from gendan.kernel.events import TokenMade
from gendan.kernel.models import Webhook
from gendan.kernel.tests import targets
from gendan.kernel.webhooks import services
from gendan.testing.cast import person
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenAs = Callable[..., Page]
VIEWS = [(DESK, "en", "light"), (PHONE, "zh-hans", "light"), (DESK, "zh-hans", "dark")]


def some(settings: Any, server: targets.Target) -> Webhook:
    """A webhook with deliveries of each kind, and a mail that failed."""
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    settings.EMAIL_HOST = ""
    hook, _secret = services.save_webhook(
        name="仓库系统 WMS",
        url=server.url,
        facts=["TokenMade", "OrderConfirmed"],
        by=person("zhao"),
    )
    for number, behaviour in enumerate([200, 500, 302, 404]):
        server.behaviour = behaviour
        journal.record(TokenMade(token_id=number, token_name="x"), about="company")
        reactions.run_due()
        sending.send_waiting()
    mail.write_mail(
        to=["anna@nordwind.example"],
        subject="Contract SO-2026-000012 合同",
        text="Dear Anna,\n\nplease read the contract:\nhttp://localhost:8000/l/12-" + "x" * 40,
        about="orders.order:12",
        by=person("mei"),
    )
    sending.send_waiting()
    return hook


@pytest.mark.parametrize(("size", "language", "theme"), VIEWS)
@pytest.mark.parametrize(
    "path",
    ["settings/webhooks/", "settings/webhooks/{hook}/", "settings/webhooks/new/",
     "settings/outgoing/", "settings/outgoing/kernel.webhookdelivery/", "settings/audit/",
     "settings/outgoing/kernel.mail/{mail}/",
     "settings/outgoing/kernel.webhookdelivery/{delivery}/",
     "settings/audit/keys/", "settings/mine/", "settings/"],
)  # fmt: skip
def test_the_pages_look_right(
    open_as: OpenAs, settings: Any, path: str, size: Any, language: str, theme: str
) -> None:
    with targets.target() as server:
        hook = some(settings, server)
    ids = {
        "hook": hook.pk,
        "mail": mail.Mail.objects.latest("pk").pk,
        "delivery": hook.deliveries.order_by("pk")[1].pk,
    }
    address = "/" + path.format(**ids)
    page = open_as("zhao", address, size=size, language=language, theme=theme)
    expect(page.locator("h1")).to_be_visible()
    check_looks(page)


def test_a_ping_from_the_form_to_its_answer(open_as: OpenAs, settings: Any) -> None:
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    with targets.target() as server:
        page = open_as("zhao", "/settings/webhooks/new/")
        page.get_by_label("Name").fill("ERP")
        page.get_by_label("Address (https").fill("https://10.0.0.1/")
        page.get_by_role("button", name="Save the webhook").click()
        expect(page.locator("#page").get_by_text("is inside a private network")).to_be_visible()
        page.get_by_label("Address (https").fill(server.url)
        page.get_by_label("Order confirmed OrderConfirmed").check()
        page.get_by_role("button", name="Save the webhook").click()
        expect(page.locator(".gd-secret")).to_contain_text("whsec_")
        page.get_by_role("button", name="Send a ping").click()
        expect(page.get_by_role("heading", name="Ping")).to_be_visible()
        sending.send_waiting()
        page.reload()
        expect(page.get_by_text("thank you")).to_be_visible()


def test_a_calendar_address_is_shown_once(open_as: OpenAs) -> None:
    page = open_as("mei", "/settings/mine/", size=PHONE)
    page.get_by_role("button", name="Make a calendar address").first.click()
    expect(page.locator("#calendars .gd-secret")).to_contain_text(".ics")
    page.reload()
    expect(page.locator("#calendars .gd-secret")).to_have_count(0)
