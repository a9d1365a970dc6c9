"""The pages of orders in a real browser: rows that grow, refusals in place, phones, no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.orders.models import Order
from gendan.testing.make import followup, masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TABS = (
    "lines",
    "followup",
    "promise",
    "checks",
    "supply",
    "money",
    "papers",
    "changes",
    "timeline",
)


def test_an_order_is_typed_in_with_two_deliveries(open_as: Open) -> None:
    masters.customer("ACME", name="Acme Ltd")
    masters.item("LAMP-1")
    page = open_as("mei", "/orders/new/")
    page.locator("[name=customer]").press_sequentially("acm")
    expect(page.locator("#customers option").first).to_have_attribute("value", "ACME")
    page.locator("[name=customer]").fill("ACME")
    page.locator("[name=lines-0-item]").press_sequentially("lam")
    expect(page.locator("#items option").first).to_have_attribute("value", "LAMP-1")
    page.locator("[name=lines-0-item]").fill("LAMP-1")
    page.locator("[name=lines-0-quantity]").fill("100")
    page.locator("[name=lines-0-unit_price]").fill("2.5")
    page.get_by_role("button", name="Several dated deliveries").first.click()
    expect(page.locator("[name=lines-0-delivery_quantity]")).to_have_count(2)
    expect(page.locator("[name=lines-0-item]")).to_have_value("LAMP-1")
    day = orders.in_days(40).isoformat()
    for number, quantity in enumerate(("60", "50")):
        page.locator("[name=lines-0-delivery_quantity]").nth(number).fill(quantity)
        page.locator("[name=lines-0-delivery_on]").nth(number).fill(day)
    page.get_by_role("button", name="Write down the order").click()
    expect(page.locator(".gd-refused")).to_contain_text("110")
    page.locator("[name=lines-0-delivery_quantity]").nth(1).fill("40")
    page.get_by_role("button", name="Write down the order").click()
    expect(page.locator("h1")).to_contain_text("SO-")
    assert Order.objects.get().lines.get().deliveries.count() == 2


def test_a_refusal_stands_at_the_button_and_the_page_stays(open_as: Open) -> None:
    order = orders.draft(lines=[])
    page = open_as("mei", f"/orders/{order.pk}/")
    page.get_by_text("Confirm the order").first.click()
    page.locator("[data-verb=confirm_order] button[type=submit]").click()
    refused = page.locator("[data-verb=confirm_order] .gd-refusal .gd-refused")
    expect(refused).to_contain_text("without lines")


def test_an_order_is_checked_promised_and_confirmed(open_as: Open) -> None:
    order = orders.draft()
    page = open_as("mei", f"/orders/{order.pk}/")
    page.locator("[data-verb=check_order] button").first.click()
    expect(page.locator(".od-check")).to_have_count(3)
    page.locator("[data-verb=promise_order] button").first.click()
    expect(page.locator(".od-way")).to_be_visible()
    page.locator("summary", has_text="Confirm the order").click()
    page.locator("[name=despite]").fill("agreed by phone")
    page.locator("[data-verb=confirm_order] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("confirmed")


def test_it_works_without_scripts(open_as: Open) -> None:
    customer, item = masters.customer(), masters.item()
    page = open_as("mei", "/orders/new/", scripts=False)
    page.locator("[name=customer]").fill(customer.code)
    page.locator("[name=lines-0-item]").fill(item.code)
    page.locator("[name=lines-0-quantity]").fill("10")
    page.get_by_role("button", name="More lines").click()
    expect(page.locator("[name=lines-7-item]")).to_be_visible()
    page.locator("[name=lines-0-unit_price]").fill("1")
    page.get_by_role("button", name="Write down the order").click()
    expect(page.locator("h1")).to_contain_text("SO-")
    page.locator("[data-verb=check_order] button").first.click()
    expect(page.locator(".od-check")).to_have_count(3)


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_every_tab_fits_and_is_accessible(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    followup.template()
    journey = followup.followed(number="PO-1")
    page = open_as(
        "zhao", f"/orders/{journey.order_id}/", language=language, theme=theme, size=size
    )
    for tab in TABS:
        page.goto(page.url.split("?")[0] + f"?tab={tab}")
        check_looks(page)
    for summary in page.locator(".od-actions summary").all():
        summary.click()
    check_looks(page)
    first = journey.milestones.order_by("position").first()
    assert first is not None
    page.goto(page.url.split("?")[0] + f"?tab=followup&milestone={first.pk}")
    check_looks(page)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_lists_and_forms_fit_and_are_accessible(open_as: Open, size: tuple[int, int]) -> None:
    draft, order = orders.draft(), orders.confirmed()
    page = open_as("zhao", "/orders/", size=size)
    base = page.url.removesuffix("/orders/")
    check_looks(page)
    for address in (
        "/orders/new/",
        f"/orders/{draft.pk}/",
        f"/orders/{draft.pk}/edit/",
        f"/orders/{order.pk}/amend/",
        f"/orders/{order.pk}/deliver/",
        "/orders/hand-over/",
    ):
        page.goto(base + address)
        check_looks(page)
