"""Counting on a phone: one card a line, big buttons, the books hidden."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.inventory.models import CountLine
from gendan.inventory.services import start_count
from gendan.testing.make import masters
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser


def test_a_line_is_counted_on_a_phone_without_seeing_the_books(
    open_as: Callable[..., Page],
) -> None:
    masters.items({"A-1": {}, "B-1": {}})
    masters.stock("A-1", 137)
    masters.stock("B-1", 5)
    count = start_count(basis="full", by=None)
    page = open_as("wen", f"/stock/counts/{count.pk}/count/", size=PHONE, language="zh-hans")
    check_looks(page)
    assert "137" not in page.content()
    card = page.locator(".st-count").first
    box = card.locator("button[type=submit]").bounding_box()
    assert box is not None
    assert box["height"] >= 44  # for gloves
    card.locator("input[name=quantity]").fill("137")
    card.locator("button[type=submit]").click()
    expect(page.locator(".st-count")).to_have_count(1)
    assert CountLine.objects.filter(state="counted", counted=137).count() == 1
