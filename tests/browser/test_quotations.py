"""A supplier quotes on a phone, and the buyer compares and awards at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.kernel.services import save_setting
from gendan.purchasing.models import Invitation, PurchaseOrder
from gendan.purchasing.services import RfqLineRow, quote_by_link
from gendan.purchasing.tests import quoting
from gendan.purchasing.tests.quoting import in_days, quote
from gendan.testing.make import masters
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_supplier_quotes_on_a_phone_and_the_buyer_awards(open_as: Open) -> None:
    save_setting(key="company_name", value={"en": "Haichuan Trading", "zh": "海川贸易"}, by=None)
    for code in ("CLOTH", "ZIP"):
        masters.item(code, name_en=code.title(), name_zh="靛蓝斜纹布")
    lines = [
        RfqLineRow(item=code, quantity="500", needed_on=in_days(60)) for code in ("CLOTH", "ZIP")
    ]
    rfq = quoting.drafted(*lines)
    sending = open_as("bo", f"/purchasing/quotations/{rfq.pk}/", size=DESK)
    sending.locator("form[action$='/send/'] button").click()
    expect(sending.locator("form[action$='/close/']")).to_be_visible(timeout=10_000)
    tokens = quoting.tokens()
    quote_by_link(token=tokens["MILL-A"], quote=quote("2", "3", days=90))
    page = open_as("", f"/l/{tokens['MILL-C']}/", size=PHONE)
    check_looks(page)
    page.locator("#price-1-0").fill("1.9")
    page.locator("#lead-1").fill("10")
    page.locator("button[value=save]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    page.locator("#price-2-0").fill("-1")
    page.locator("button[value=submit]").click()
    expect(page.locator("#line-2 .gd-refused")).to_be_visible()
    page.locator("#price-2-0").fill("2.5")
    page.locator("#lead-2").fill("12")
    page.locator("button[value=submit]").click()
    expect(page.locator("[role=status]")).to_contain_text("已收到")
    check_looks(page)
    assert Invitation.objects.get(supplier__code="MILL-C").state == "submitted"
    desk = open_as("bo", f"/purchasing/quotations/{rfq.pk}/compare/", size=DESK)
    check_looks(desk)
    expect(desk.locator(".rq-whole td").first).to_contain_text("ranked 1")
    desk.locator("form[action$='/award/'] button[type=submit]").click()
    expect(desk.locator("h1")).to_contain_text(rfq.number)
    assert PurchaseOrder.objects.get().supplier.code == "MILL-C"
