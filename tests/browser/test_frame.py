"""The frame in a real browser: keyboard, palette, refusals in place, phones, no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PAGES = [
    "/settings/",
    "/settings/mine/",
    "/settings/company/",
    "/settings/numbers/",
    "/settings/parked/",
    "/settings/audit/",
    "/notices/",
    "/search/?q=nothing",
]


def test_the_palette_finds_a_command_by_its_words(open_as: Open) -> None:
    page = open_as("zhao", "/settings/")
    page.keyboard.press("Control+k")
    page.keyboard.type("audit nothing")
    expect(page.locator("#palette-list li")).to_have_count(1)  # only the search is left
    page.locator("#palette input").fill("number pattern")
    expect(page.locator("#palette-list li").first).to_contain_text("number pattern")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_slash_goes_to_the_search_and_question_mark_explains(open_as: Open) -> None:
    page = open_as("mei", "/settings/")
    page.keyboard.press("/")
    expect(page.locator("#search-box")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_a_refusal_appears_where_the_action_was_and_keeps_what_was_typed(open_as: Open) -> None:
    page = open_as("zhao", "/settings/company/")
    box = page.locator("#setting-approval_limit_days")
    box.fill("many")
    box.press("Enter")
    form = page.locator("form", has=box)
    expect(form.locator(".gd-refused")).to_contain_text("is not a whole number")
    expect(box).to_have_value("many")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("5")
    box.press("Enter")
    expect(page.locator("#messages")).to_contain_text("The setting is saved.")
    expect(page.locator("#setting-approval_limit_days")).to_have_value("5")


def test_it_works_without_scripts(open_as: Open) -> None:
    page = open_as("zhao", "/settings/company/", scripts=False)
    page.fill("#setting-approval_limit_days", "4")
    page.locator("form", has=page.locator("#setting-approval_limit_days")).locator("button").click()
    expect(page.locator("#messages")).to_contain_text("The setting is saved.")
    page.fill("#setting-approval_limit_days", "x")
    page.locator("form", has=page.locator("#setting-approval_limit_days")).locator("button").click()
    expect(page.locator("h1")).to_have_text("This was not done")


def test_a_destructive_step_asks_once_and_names_the_thing(open_as: Open) -> None:
    page = open_as("mei", "/settings/mine/")
    page.fill('input[name="name"]', "web shop")
    page.click('form[data-verb="make_api_token"] button')
    expect(page.locator(".gd-secret")).to_contain_text("gd_")
    page.reload()
    expect(page.locator(".gd-secret")).to_have_count(0)
    page.click('form[data-verb="revoke_api_token"] button')
    expect(page.locator("#confirm")).to_contain_text("web shop")
    page.click('#confirm button[value="no"]')
    expect(page.locator('form[data-verb="revoke_api_token"]')).to_have_count(1)
    page.click('form[data-verb="revoke_api_token"] button')
    page.click('#confirm button[value="yes"]')
    expect(page.locator('form[data-verb="revoke_api_token"]')).to_have_count(0)


def test_the_language_and_colours_change_where_one_is(open_as: Open) -> None:
    page = open_as("mei", "/settings/about/")
    page.click('header button[lang="zh-hans"]')
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.click("header .gd-to-dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith("/settings/about/")


def test_the_navigation_opens_on_a_phone(open_as: Open) -> None:
    page = open_as("zhao", "/settings/", size=PHONE)
    expect(page.locator("#navigation")).not_to_be_in_viewport()
    page.click("[data-nav-open]")
    expect(page.locator("#navigation")).to_be_in_viewport()
    page.click("[data-nav-close]")
    expect(page.locator("#navigation")).not_to_be_in_viewport()


@pytest.mark.parametrize(
    ("size", "language", "theme"), [(DESK, "en", "light"), (PHONE, "zh-hans", "dark")]
)
@pytest.mark.parametrize("address", PAGES)
def test_pages_fit_and_can_be_read_by_everybody(
    open_as: Open, address: str, size: tuple[int, int], language: str, theme: str
) -> None:
    page = open_as("zhao", address, size=size, language=language, theme=theme)
    check_looks(page)


def test_the_sign_in_page_fits_a_phone(open_as: Open) -> None:
    check_looks(open_as("", "/sign-in/", size=PHONE, language="zh-hans"))
