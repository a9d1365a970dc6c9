"""Reporting pieces on the workshop's phone, in a real browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.planning.tests.shop_factory import released, step, workshop
from gendan.production.models import WorkOrder
from gendan.production.services import begin_step, report_step
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WAIT = 10_000  # milliseconds


@pytest.fixture
def order(transactional_db: None) -> WorkOrder:
    """A work order that runs, with forty pieces reported."""
    workshop()
    today = clock.today()
    order = released("RED", 600, today, start=today)
    begin_step(step_id=step(order).pk, machine=1, by=None)
    report_step(step_id=step(order).pk, good=40, scrap=2, reason="burrs", by=None)
    return order


def test_the_same_again_with_one_tap_then_the_last_pieces(open_as: Open, order: WorkOrder) -> None:
    page = open_as("gang", reverse("report_step", args=[step(order).pk]), size=PHONE)
    check_looks(page)
    page.locator("[data-verb=report_step] button", has_text="40 good").first.click()
    expect(page.locator("h1")).to_contain_text("Dispatch list", timeout=WAIT)
    page.goto(page.url.split("/planning")[0] + reverse("report_step", args=[step(order).pk]))
    expect(page.locator("#page")).to_contain_text("80 / 600", timeout=WAIT)
    page.locator("#id_good").fill("520")
    page.locator("input[name=is_done]").check()
    page.locator("[data-verb=report_step] button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Dispatch list", timeout=WAIT)
    assert (step(order).state, step(order).good) == ("done", 600)
