"""Today, the board and kinds of journey in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.followup import services
from gendan.testing.cast import person
from gendan.testing.make import followup, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_mei_chases_the_customer_from_today(open_as: Open) -> None:
    followup.template()
    journey = followup.followed(days=15, number="PO-LATE")
    page = open_as("mei", "/today/")
    row = page.locator(".td-row", has_text=journey.order.number)
    row.locator("summary").first.click()
    box = row.locator("textarea")
    expect(box).not_to_be_empty()
    box.fill("Please pay today")
    row.get_by_role("button", name="I have asked them").click()
    expect(page.locator(".td-row", has_text=journey.order.number)).to_have_count(0)
    expect(page.locator("#messages")).to_contain_text("asked about")


def test_a_date_in_the_past_is_refused_in_its_own_form(open_as: Open) -> None:
    followup.template()
    followup.followed(days=15)
    page = open_as("mei", "/today/")
    row = page.locator(".td-row").first
    row.locator("summary").first.click()
    form = row.locator("[data-verb=expect_milestone]")
    form.locator("[name=expected_on]").evaluate("one => one.removeAttribute('min')")
    form.locator("[name=expected_on]").fill("2020-01-01")
    form.locator("button[type=submit]").click()
    expect(form.locator(".gd-refused")).to_contain_text("past")


def test_the_board_opens_what_is_late_and_shows_what_it_drags_along(open_as: Open) -> None:
    followup.template()
    journey = followup.followed(days=90)
    deposit = followup.milestone(journey, "deposit")
    services.expect_milestone(
        milestone_id=deposit.pk, expected_on=orders.in_days(85), by=person("mei")
    )
    page = open_as("mei", "/board/")
    page.locator(".bd-cell.gd-late").first.click()
    expect(page.locator("#milestone-name")).to_contain_text("Deposit")
    expect(page.locator(".fu-milestone")).to_contain_text("What it drags along")
    page.goto(page.url.split("/orders/")[0] + "/board/")
    page.locator("#health").select_option("on_track")
    expect(page.locator("#board")).to_contain_text("Nothing fits")


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_pages_fit_and_are_accessible(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    template = followup.template()
    followup.followed(days=15, number="PO-1", by=person("zhao"))
    page = open_as("zhao", "/today/", language=language, theme=theme, size=size)
    base = page.url.removesuffix("/today/")
    check_looks(page)
    page.locator(".td-row summary").first.click()
    check_looks(page)
    for address in (
        "/board/?whose=all",
        "/templates/",
        f"/templates/{template.pk}/",
        f"/templates/{template.pk}/save/",
    ):
        page.goto(base + address)
        check_looks(page)
