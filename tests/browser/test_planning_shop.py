"""The machine schedule in a real browser: from asking to the workshop's phone."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.planning import shop_jobs
from gendan.planning.models import ShopSequence
from gendan.planning.tests.shop_factory import released, rows, workshop
from gendan.testing.make import masters, orders
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WAIT = 10_000  # milliseconds


@pytest.fixture
def shop_floor(transactional_db: None) -> None:
    """Work orders for customers' orders, one of them late, one that cannot be sequenced."""
    workshop()
    today = clock.today()
    masters.items({"BARE": {"supply": "make"}})
    for number, (item, quantity) in enumerate([("RED", 260), ("BLUE", 180), ("RED", 900)]):
        order = orders.confirmed(masters.customer(), [orders.line(item, quantity)], incoterm="EXW")
        due = today + dt.timedelta(days=0 if number == 2 else 20)
        line = order.lines.get()
        released(item, quantity, due, start=today, demands=[f"orders.line:{line.pk}"])
    released("BARE", 5, today + dt.timedelta(days=9), start=today)


def test_from_asking_to_the_phone_of_the_workshop(open_as: Open, shop_floor: None) -> None:
    page = open_as("ping", reverse("shop"))
    page.locator(f"a[href='{reverse('sequence_shop')}']").first.click()
    page.locator("input[name=seconds]").fill("0")
    page.locator("[data-verb=sequence_shop] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("SQ-", timeout=WAIT)
    sequence = ShopSequence.objects.get()
    shop_jobs.calculate_sequence_now(sequence.pk)
    expect(page.locator("#chart")).to_contain_text("PRESS 1", timeout=WAIT)
    expect(page.locator("#chart")).to_contain_text("RED · SO-")
    expect(page.locator("#page")).to_contain_text("Not in sequence")
    check_looks(page)
    page.locator("[data-verb=adopt_sequence] button").first.click()
    page.locator("#confirm button[value=yes]").click()
    expect(page.locator("h1")).to_contain_text("Dispatch list", timeout=WAIT)
    first = min(rows(sequence), key=lambda one: one.starts_at)
    day = clock.date_of(first.starts_at).isoformat()
    phone = open_as("gang", f"{reverse('dispatch_list')}?day={day}", size=PHONE)
    check_looks(phone)
    phone.locator("[data-verb=begin_step] button").first.click()
    expect(phone.locator("[data-verb=reopen_step] button").first).to_be_visible(timeout=WAIT)
