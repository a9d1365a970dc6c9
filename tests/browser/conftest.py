"""A real Chromium and a live server: `open_as("mei")` is a page of Mei's browser.

The system's Chromium is used where there is one, else the browser tool's own download.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from gendan.testing.cast import person

# Playwright's own event loop lives in this thread; the tests themselves are plain.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Small machines have little shared memory: a page that runs out of it crashes.
    "--disable-dev-shm-usage",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WENT_WRONG = pytest.StashKey[bool]()
DESK, PHONE = (1440, 900), (390, 844)


class Chromium:
    """One browser for all tests; one that has crashed or hung is killed and replaced."""

    def __init__(self, playwright: Playwright) -> None:
        self.playwright = playwright
        self.browser: Browser | None = None
        self.is_suspect = False

    def ready(self) -> Browser:
        """A browser that lives."""
        if self.browser is not None and (self.is_suspect or not self.browser.is_connected()):
            self.kill()
        if self.browser is None:
            program = os.environ.get("GENDAN_CHROMIUM") or next(
                (path for name in PROGRAMS if (path := shutil.which(name))), None
            )
            self.browser = self.playwright.chromium.launch(executable_path=program, args=FLAGS)
            self.is_suspect = False
        return self.browser

    def kill(self) -> None:
        """End its processes without asking it: what hangs does not answer."""
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "chrom" in process.name().lower():
                    process.kill()
        self.browser = None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        one = Chromium(playwright)
        yield one
        one.kill()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets the fixtures know whether the test went wrong."""
    report = yield
    if report.failed:
        item.stash[WENT_WRONG] = True
    return report


@pytest.fixture
def open_as(
    request: pytest.FixtureRequest, chromium: Chromium, live_server: Any, transactional_db: None
) -> Iterator[Callable[..., Page]]:
    """`open_as("mei", "/orders/")`: a page of the live server, signed in; it watches for trouble.

    After the test no page may have reported an error of a script or of the content policy.
    """
    contexts: list[Any] = []
    trouble: list[str] = []
    browser = chromium.ready()

    def open_page(
        username: str = "",
        address: str = "/",
        *,
        language: str = "en",
        theme: str = "light",
        size: tuple[int, int] = DESK,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
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
        page.on("crash", lambda _page: trouble.append("the page crashed"))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: _note(said, trouble))
        page.goto(live_server.url + address)
        return page

    yield open_page
    if request.node.stash.get(WENT_WRONG, False) or "the page crashed" in trouble:
        chromium.is_suspect = True  # closing what hangs would hang
        contexts.clear()
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
    # The whole page at once: what a bar at the edge covers just now can be scrolled into sight.
    size, height = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
    if size is not None and height > size["height"]:
        page.set_viewport_size({"width": size["width"], "height": min(height + 200, 12_000)})
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    if size is not None:
        page.set_viewport_size(size)
    assert found.violations_count == 0, found.generate_report()
