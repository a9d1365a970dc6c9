"""A line's page: how many days a quantity takes, at the desk and on a phone."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from gendan.catalog import services as catalog
from gendan.testing.make import masters
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
SIZES = [(DESK, "en", "light"), (PHONE, "zh-hans", "dark")]


@pytest.fixture
def line(transactional_db: None) -> int:
    masters.calendar()
    masters.item("SHIRT", supply="make", name_en="Polo shirt", name_zh="针织衫")
    row = catalog.LearningCurveRow("NEW", "New style", "新款爬坡", percents=[45, 65, 80, 100])
    catalog.save_learning_curves(rows=[row], by=None)
    center = masters.work_center(
        "SEW",
        name_en="Sewing line 1",
        name_zh="缝制一线",
        operators=20,
        efficiency_percent=Decimal(80),
        learning_curve="NEW",
    )
    steps = [catalog.RoutingStepRow(10, "SEW", "sewing", sam_minutes=Decimal("7.68"))]
    catalog.save_routings(rows=[catalog.RoutingRow("SHIRT", steps)], by=None)
    return center.pk


@pytest.mark.parametrize(("size", "language", "theme"), SIZES)
def test_days_for_a_quantity_are_reckoned(
    open_as: Callable[..., Page], line: int, size: tuple[int, int], language: str, theme: str
) -> None:
    look = {"size": size, "language": language, "theme": theme}
    page = open_as("mei", f"/items/work-centers/{line}/", **look)
    page.locator("[name=sam]").fill("7.68")
    page.locator("[name=quantity]").fill("4400")
    page.locator("#days button").click()
    days = page.locator("#days tbody tr")
    expect(days).to_have_count(5, timeout=10_000)  # alike days are one row
    expect(days.first).to_contain_text("450")
    expect(days.last).to_contain_text("4,400")
    check_looks(page)
