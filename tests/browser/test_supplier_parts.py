"""A supplier promises several deliveries on a phone; late goods are split on the buyer's page."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from gendan.kernel import clock, reactions
from gendan.purchasing.models import SupplierWord, SupplyException
from gendan.purchasing.services import find_supply_exceptions, report_supply_exception
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person
from gendan.testing.make import masters
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SOON = 10_000
PUBLIC_URL = settings.PUBLIC_URL


def test_parts_are_promised_on_a_phone_and_late_goods_are_split(open_as: Open) -> None:
    masters.item("CLOTH", name_en="Twill, indigo", name_zh="靛蓝斜纹布")
    due = clock.today() + dt.timedelta(days=30)
    order, token = ordered.sent(ordered.line("CLOTH", 1000, requested_on=due))
    phone = open_as("", f"/l/{token}/?language=zh-hans", size=PHONE)
    line = phone.locator("#line-1")
    line.locator("> details > summary").click()
    line.locator("details details summary").click()
    phone.locator("#quantity-1").fill("600")
    phone.locator("#on-1-2").fill((due + dt.timedelta(days=9)).isoformat())
    phone.locator("#quantity-1-2").fill("400")
    check_looks(phone)
    line.locator("button[type=submit]").click()
    expect(phone.locator("[role=status]")).to_be_visible(timeout=SOON)
    word = SupplierWord.objects.get()
    assert [int(quantity) for _day, quantity in word.dated_parts] == [600, 400]
    buyer = open_as("bo", f"/purchasing/orders/{order.pk}/", size=PHONE)
    check_looks(buyer)
    box = buyer.locator(f"#answer-{word.pk}")
    expect(box.locator("li")).to_have_count(2)
    box.get_by_role("button").first.click()
    expect(buyer.locator(f"#answer-{word.pk}")).to_have_count(0, timeout=SOON)
    shown = buyer.locator("#supplier-link")
    shown.get_by_role("button").click()  # the mail's own link is secret: another one, shown once
    expect(shown.locator("#shown-link")).to_be_visible(timeout=SOON)
    check_looks(buyer)
    seen = open_as("", shown.locator("#shown-link").input_value().removeprefix(PUBLIC_URL))
    expect(seen.locator("#line-2")).to_be_visible(timeout=SOON)
    buyer.reload()
    expect(buyer.locator("#supplier-link")).to_be_visible(timeout=SOON)
    expect(buyer.locator("#shown-link")).to_have_count(0)
    first = order.lines.get(position=1)
    report_supply_exception(line_id=first.pk, kind="late", quantity="600", by=person("bo"))
    find_supply_exceptions(order_ids=[order.pk])
    reactions.run_due()
    found = SupplyException.objects.get()
    page = open_as("bo", f"/purchasing/exceptions/{found.pk}/", size=PHONE)
    check_looks(page)
    choice = page.locator("form", has=page.locator("[name=part_on]"))
    page.locator("details", has=choice).locator("summary").click()
    days = choice.locator("[name=part_on]")
    amounts = choice.locator("[name=part_quantity]")
    for place, (later, much) in enumerate(((20, "250"), (40, "350"))):
        days.nth(place).fill((clock.today() + dt.timedelta(days=later)).isoformat())
        amounts.nth(place).fill(much)
    check_looks(page)
    choice.locator("button").click()
    expect(page.get_by_text("Changed by it")).to_be_visible(timeout=SOON)
    assert sorted(int(line.quantity) for line in order.lines.all()) == [250, 350, 400]
