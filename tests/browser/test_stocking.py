"""Limits and forecasts in a real browser, wide and narrow."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from gendan.catalog.models import Item
from gendan.engine.forecast import library
from gendan.stocking import jobs, services
from gendan.stocking.models import ForecastRun
from gendan.stocking.services import PolicyRow
from gendan.stocking.tests.factory import forecast, used
from gendan.testing.make import masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SEASON = (60, 80, 120, 150, 120, 80, 60, 40, 30, 30, 40, 50)


@pytest.fixture
def store(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Item:
    """A store with a seasonal item, one by fits and starts, and one that nobody needs."""
    monkeypatch.setattr(library, "is_library_installed", lambda: False)
    bolt = masters.item(
        "BOLT", supply="buy", cost=Decimal(2), lead_days=21, name_en="Bolt M8", name_zh="螺栓 M8"
    )
    masters.item("VALVE", supply="buy", cost=Decimal(80), lead_days=40, name_zh="阀门")
    masters.item("OLD", supply="make", cost=Decimal(11), name_en="Old cover", name_zh="旧外壳")
    season = [SEASON[month % 12] + month for month in range(30)]
    used({"BOLT": season, "VALVE": [0, 0, 3, 0, 1] * 6})
    masters.stock("BOLT", 20)
    masters.stock("OLD", 300)
    orders.confirmed(lines=[orders.line("OLD", 40)])
    rows = [
        PolicyRow("BOLT", method="min_max", minimum=Decimal(90), maximum=Decimal(250)),
        PolicyRow("OLD", method="to_order", maximum=Decimal(100)),
        PolicyRow("VALVE", method="reorder_point", uses_forecast=True),
    ]
    services.save_stock_policies(rows=rows, by=None)
    forecast()
    return bolt


def test_from_the_forecast_to_the_order(open_as: Open, store: Item) -> None:
    page = open_as("ping", "/stock/forecasts/")
    page.locator("[data-verb=calculate_forecasts] button").first.click()
    expect(page.locator("#page")).to_contain_text("Forecasts wait to be calculated.")
    jobs.calculate_now(ForecastRun.objects.get(state="waiting").pk)
    expect(page.locator("#page")).not_to_contain_text("Forecasts wait to be calculated.")
    page.goto(page.url.replace("forecasts/", f"forecasts/{store.pk}/"))
    expect(page.locator("#page")).to_contain_text("season that repeats")
    page.locator("[data-verb=adopt_stock_policies] button").click()
    expect(page.locator("#messages")).to_contain_text("are in force")
    page.get_by_role("link", name="To order").click()
    page.locator("[data-verb=request_reorders] button").click()
    expect(page.locator("#messages")).to_contain_text(re.compile("Ordered: PR-"))


def test_pages_look_right(open_as: Open, store: Item) -> None:
    looks = (
        (f"/stock/forecasts/{store.pk}/", DESK, "en", "light"),
        (f"/stock/forecasts/{store.pk}/", PHONE, "zh-hans", "dark"),
        ("/stock/what-if/", PHONE, "en", "light"),
        ("/stock/classes/", PHONE, "zh-hans", "light"),
        ("/stock/reorders/", PHONE, "en", "dark"),
    )
    for address, size, language, theme in looks:
        check_looks(open_as("ping", address, size=size, language=language, theme=theme))
