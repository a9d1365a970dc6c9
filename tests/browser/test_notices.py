"""A notice reaches an open page by itself: a real worker, a real browser, a clock."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from gendan.kernel.models import User
from gendan.orders.services import cancel_order, comment_on_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Starts a worker process on the test's database, as in production.

    To be called when what the test begins with stands: until then the test itself runs the
    reactions, and two would do the same at once.
    """
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        database = connection.settings_dict
        host = database["HOST"] or "localhost"
        url = f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "gendan.cli", "work", "--queue", "reactions"],
                env=os.environ
                | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gendan.config.settings"},
            )
        )
        _wait_for_worker(running[0])

    yield start
    for process in running:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_worker(running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert running.poll() is None, "the worker has ended"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_workers")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.2)
    raise AssertionError("no worker")


def test_a_notice_arrives_without_reloading(
    open_as: Open, start_worker: Callable[[], None]
) -> None:
    followup.template()
    order = followup.followed().order
    person("bo")
    start_worker()
    page = open_as("bo", "/notices/")
    expect(page.locator("#list")).to_contain_text("Nothing")
    taken = []
    for number in range(5):
        page.wait_for_timeout(700 + 130 * number)  # no resonance with the page's own second
        comment_on_order(order_id=order.pk, text=f"@bo no. {number}", by=person("mei"))
        committed = time.monotonic()
        page.locator(".nt-toast", has_text=f"no. {number}").wait_for(timeout=30_000)
        taken.append(time.monotonic() - committed)
    expect(page.locator("[data-bell-count]")).to_have_text("5")
    expect(page.locator("#list")).to_contain_text("no. 4")  # the list as well
    # With -s: the figures for docs/performance.md.
    sys.stdout.write(f"commit to page, seconds: {[round(one, 2) for one in taken]}\n")


def test_two_tabs_ask_once_and_show_it_once(
    open_as: Open, start_worker: Callable[[], None]
) -> None:
    followup.template()
    order = followup.followed().order
    person("bo")
    start_worker()
    page = open_as("bo", "/notices/")
    other = page.context.new_page()
    other.goto(page.url)
    asked: list[str] = []
    for one in (page, other):
        one.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3500)
    assert 1 <= sum("/notices/news/" in url for url in asked) <= 5, asked
    comment_on_order(order_id=order.pk, text="@bo look", by=person("mei"))
    expect(other.locator("[data-bell-count]")).to_have_text("1")
    expect(page.locator("[data-bell-count]")).to_have_text("1")
    other.wait_for_timeout(1500)
    shown = page.locator(".nt-toast").count() + other.locator(".nt-toast").count()
    assert shown == 1


def test_a_duty_is_done_from_the_list(open_as: Open, start_worker: Callable[[], None]) -> None:
    followup.template()
    order = followup.followed().order
    start_worker()
    page = open_as("mei", "/notices/")
    cancel_order(order_id=order.pk, reason="Bankrupt", by=person("sun"))
    row = page.locator("#list tr", has_text="Bankrupt")
    row.wait_for(timeout=30_000)
    row.get_by_role("button", name="Done").click()
    expect(page.locator("#list tr", has_text="Bankrupt")).to_have_count(0)  # done is read
    page.goto(page.url.split("?")[0] + "?which=")
    expect(page.locator("#list tr", has_text="Bankrupt")).to_contain_text("said it is done")


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
@pytest.mark.parametrize("what", ["list", "rules", "rule", "preferences", "readers"])
def test_pages_fit_and_are_accessible(
    open_as: Open, size: tuple[int, int], language: str, theme: str, what: str
) -> None:
    from gendan.kernel import reactions

    followup.template()
    zhao = person("zhao")
    order = followup.followed(by=zhao).order
    User.objects.filter(pk=zhao.pk).update(email="zhao@example.com")
    place_hold(
        order_id=order.pk, stage="ship", reason="等客户确认唛头 Shipping mark", by=person("sun")
    )
    place_hold(order_id=order.pk, stage="buy", reason="等定金 Deposit", by=person("sun"))
    comment_on_order(order_id=order.pk, text="@zhao @mei see the marks", by=person("sun"))
    cancel_order(order_id=order.pk, reason="Customer bankrupt 客户破产", by=person("sun"))
    reactions.run_due()
    address = {
        "list": "/notices/",
        "rules": "/settings/notices/",
        "rule": "/settings/notices/OrderCancelled/",
        "preferences": "/settings/mine/notices/",
        "readers": f"/orders/{order.pk}/?tab=readers",
    }[what]
    page = open_as("zhao", address, language=language, theme=theme, size=size)
    page.wait_for_timeout(1500)
    check_looks(page)
