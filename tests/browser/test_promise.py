"""The page of what can be promised in a real browser: why, how else, hold, and a rush order."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.orders.models import Order
from gendan.orders.services import confirm_order
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def wanted(transactional_db: None) -> Order:
    """A draft behind a confirmed order that fills the only work centre for a week."""
    masters.item("A-1", supply="make", name_en="Chair", name_zh="椅子")
    masters.work_center("CUT", minutes_per_day=100, name_en="Cutting", name_zh="裁剪")
    masters.routing("A-1", ("CUT", 0, 10))
    first, second = (
        orders.draft(lines=[orders.line("A-1", quantity, requested_on=None)])
        for quantity in (50, 20)
    )
    promise_order(order_id=first.pk, by=person("mei"))
    confirm_order(order_id=first.pk, by=person("mei"))
    return second


@pytest.mark.parametrize(
    ("size", "language", "theme"), [(DESK, "en", "light"), (PHONE, "zh-hans", "dark")]
)
def test_the_page_looks_right(
    open_as: Open, wanted: Order, size: tuple[int, int], language: str, theme: str
) -> None:
    url = reverse("possible_promise", args=[wanted.pk]) + "?overtime_minutes=100&cost_per_hour=30"
    page = open_as("mei", url, size=size, language=language, theme=theme)
    expect(page.locator("[data-binds]")).to_contain_text("CUT")
    check_looks(page)


def test_promise_hold_release_and_rush(open_as: Open, wanted: Order) -> None:
    page = open_as("mei", reverse("order", args=[wanted.pk]) + "?tab=promise")
    page.get_by_role("link", name="Look at what is possible").click()
    expect(page.locator("h1")).to_have_text("What can be promised")
    page.locator("[data-try] summary").click()
    page.locator("#overtime_minutes").fill("100")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_role("cell", name="Overtime at CUT")).to_be_visible()
    page.locator("[data-verb=promise_order] button").first.click()
    page.get_by_role("link", name="Look at what is possible").click()
    page.locator("#hours").select_option("72")
    page.locator("[data-verb=hold_promise] button").click()
    expect(page.get_by_text("Material and minutes are held until")).to_be_visible()
    page.locator("[data-verb=release_promise] button").click()
    expect(page.get_by_text("Material and minutes are held until")).to_have_count(0)
    page.locator("[data-verb=promise_rush] button").click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_text("before all others, as a rush order")).to_be_visible()
