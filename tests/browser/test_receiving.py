"""Receiving on a phone: scan the order, scan a label, count, hold; quality decides at a desk."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.purchasing.models import GoodsReceipt
from gendan.purchasing.tests import ordered, received
from gendan.testing.make import masters
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_delivery_is_scanned_on_a_phone_and_released_at_a_desk(open_as: Open) -> None:
    due = clock.today() + dt.timedelta(days=30)
    masters.item("CLOTH", name_en="Twill, indigo", name_zh="靛蓝斜纹布")
    masters.item("GLUE", name_en="Glue", name_zh="胶水", traced="lot")
    lines = [ordered.line("CLOTH", requested_on=due), ordered.line("GLUE", requested_on=due)]
    order = received.an_order(*lines)
    page = open_as("wen", "/receiving/", size=PHONE)
    check_looks(page)
    page.locator("#scan").fill(order.number)
    page.locator("#scan").press("Enter")
    expect(page.locator("section.st-count")).to_have_count(2)
    page.locator("#scan").fill("(240)GLUE(10)L7")
    page.locator("#scan").press("Enter")
    expect(page.locator("#l0")).to_have_value("L7")
    page.locator("#q0").fill("40")
    page.locator("#q1").fill("100")
    check_looks(page)
    page.locator("button[value=receive]").click()
    page.wait_for_url("**/receiving/receipts/*/")
    receipt = GoodsReceipt.objects.get()
    assert receipt.state == "held"
    check_looks(page)
    desk = open_as("qiu", f"/receiving/receipts/{receipt.pk}/", size=DESK)
    check_looks(desk)
    desk.locator("[data-verb=release_receipt] button").first.click()
    expect(desk.locator("h1 .gd-done")).to_be_visible()
    assert received.lies("GLUE") == {"BIN-1": 40}
