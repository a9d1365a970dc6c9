"""A real Chromium and a live server: `open_as("mei")` is a page of Mei's browser.

The system's Chromium is used where there is one, else the browser tool's own download.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from gendan.testing.cast import person

# Playwright's own event loop lives in this thread; the tests themselves are plain.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(
    request: pytest.FixtureRequest, chromium: Browser, live_server: Any, transactional_db: None
) -> Iterator[Callable[..., Page]]:
    """`open_as("mei", "/orders/")`: a page of the live server, signed in; it watches for trouble.

    After the test no page may have reported an error of a script or of the content policy.
    """
    contexts: list[Any] = []
    trouble: list[str] = []

    def open_page(
        username: str = "",
        address: str = "/",
        *,
        language: str = "en",
        theme: str = "light",
        size: tuple[int, int] = DESK,
        scripts: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        contexts.append(context)
        cookies = {"gendan_language": language}
        if username:
            user = person(username)
            type(user).objects.filter(pk=user.pk).update(language=language, theme=theme)
            client = Client()
            client.force_login(user)
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: _note(said, trouble))
        page.goto(live_server.url + address)
        return page

    yield open_page
    for number, context in enumerate(contexts):
        _keep_screenshot(request, number, context)
        context.close()
    assert not trouble, trouble


def _note(said: Any, trouble: list[str]) -> None:
    # A refusal is an answer with an error status: the browser reports it, and it is no trouble.
    if said.type == "error" and "Failed to load resource" not in said.text:
        trouble.append(said.text)


def _keep_screenshot(request: pytest.FixtureRequest, number: int, context: Any) -> None:
    """With GENDAN_SCREENSHOTS=folder each test leaves a picture of its page, to be looked at."""
    folder = os.environ.get("GENDAN_SCREENSHOTS")
    if folder and context.pages:
        name = "".join(char if char.isalnum() else "-" for char in request.node.name)
        path = Path(folder) / f"{name.strip('-')}-{number}.png"
        context.pages[0].screenshot(path=path, full_page=True)


def check_looks(page: Page) -> None:
    """Nothing wider than the screen, and no finding of axe (WCAG 2.2 A and AA)."""
    wider = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((element) =>
            element.getBoundingClientRect().right > innerWidth + 1
            && !element.closest(".gd-scroll, .gd-nav, .gd-tabs, .gd-skip, .visually-hidden")
            && getComputedStyle(element).position !== "absolute"
        ).slice(0, 3).map((element) => element.outerHTML.slice(0, 120))"""
    )
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], (width, wider)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
