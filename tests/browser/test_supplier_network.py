"""A supplier's phone with a slow and cut network: what is typed and pressed is never lost."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from gendan.kernel import clock
from gendan.purchasing.models import SupplierWord
from gendan.purchasing.tests import ordered
from gendan.testing.make import masters
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SOON = 15_000
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 20_000}


def write(page: Page, day: dt.date, remark: str) -> None:
    """Open the first line and write what can be done."""
    page.locator("#line-1 > details > summary").click()
    page.locator("#on-1").fill(day.isoformat())
    page.locator("#remark-1").fill(remark)


def test_what_is_typed_and_pressed_on_a_cut_network_arrives_once(open_as: Open) -> None:
    masters.item("CLOTH", name_en="Twill, indigo", name_zh="靛蓝斜纹布")
    due = clock.today() + dt.timedelta(days=60)
    _order, token = ordered.sent(ordered.line("CLOTH", 1000, requested_on=due))
    later = due + dt.timedelta(days=40)
    page = open_as("", f"/l/{token}/?language=zh-hans", size=PHONE)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)

    # The phone is put away before anything is sent: what was typed is still there.
    write(page, later, "染厂排期已满")
    page.reload()
    expect(page.locator("#remark-1")).to_be_visible(timeout=SOON)
    expect(page.locator("#remark-1")).to_have_value("染厂排期已满")
    expect(page.locator("#on-1")).to_have_value(later.isoformat())
    expect(page.locator("#line-1 .gd-kept")).to_be_visible()
    check_looks(page)

    # No network when it is pressed; then our answer is lost on the way; then all is well.
    network.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})
    page.locator("#line-1 button[type=submit]").click()
    expect(page.locator("#line-1 .gd-kept")).to_contain_text("没有网络", timeout=SOON)
    assert not SupplierWord.objects.exists()
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # we have it, the phone never hears so
        route.abort()

    page.route("**/l/**", lose_the_first)
    network.send("Network.emulateNetworkConditions", SLOW)
    expect(page.locator("[role=status]")).to_contain_text("已收到", timeout=3 * SOON)
    assert lost == [200]
    word = SupplierWord.objects.get()
    assert (word.on, word.remark) == (later, "染厂排期已满")

    # What we have is not kept on the phone any more.
    page.reload()
    expect(page.locator("#line-1")).to_be_visible(timeout=SOON)
    expect(page.locator(".gd-kept")).to_have_count(0)

    # A refusal that is no page of ours is seen, not sent again and again; what was typed is kept.
    page.unroute("**/l/**")
    write(page, later + dt.timedelta(days=3), "再晚三天")
    refused: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        refused.append(route.request.method)
        route.fulfill(status=413, content_type="text/html", body="<h1>too large</h1>")

    page.route("**/l/**", refuse)
    page.locator("#line-1 button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("too large", timeout=SOON)
    assert len(refused) == 2  # once by the page, once by the browser that shows it
    page.unroute("**/l/**")
    page.goto(f"{page.url.split('?')[0]}?language=zh-hans")
    expect(page.locator("#remark-1")).to_have_value("再晚三天", timeout=SOON)
