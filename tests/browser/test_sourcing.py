"""Suppliers and the purchase plan in a real browser, wide and narrow."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.orders.queries import demand_of
from gendan.partners.models import Partner
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.sourcing import services
from gendan.testing.make import masters, orders, sourcing
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def mill(transactional_db: None) -> Partner:
    """Two mills, yarn to be bought for an order, all that a profile can hold."""
    today = clock.today()
    masters.payment_terms("TT30", ("contract", 30, 0), ("invoice", 70, 30))
    found = masters.supplier("MILL", name="Yarn Mill Ltd", name_zh="华丰纱厂")
    masters.supplier("SPIN", name="Spinning Works GmbH", country="DE", currency="EUR")
    masters.rate("EUR", "7.8")
    masters.contact("MILL", "Li Wei", email="li@mill.example", is_main=True)
    masters.item("YARN", name_en="Cotton yarn 32s", name_zh="32支棉纱")
    masters.item("BUTTON", name_en="Button", name_zh="纽扣")
    order = orders.draft(lines=[orders.line("YARN", 100)])
    sourcing.source("MILL", "YARN", breaks={0: 10, 1000: 9}, lead_days=5, weekly_capacity=8000)
    sourcing.source("SPIN", "YARN", "1.2", lead_days=20, nominated_by=order.customer.code)
    sourcing.closing("MILL", today + dt.timedelta(days=9), today + dt.timedelta(days=16))
    sourcing.qualification("MILL", "ISO-9001-77", expires_on=today + dt.timedelta(days=20))
    sourcing.qualification(
        "MILL", "LIC-1", kind="licence", expires_on=today - dt.timedelta(days=2), is_required=False
    )
    services.save_supplier_contracts(
        rows=[
            services.SupplierContractRow(
                "MILL",
                "FC-1",
                valid_from_on=today,
                payment_terms="TT30",
                penalty_percent=Decimal("0.5"),
                penalty_most_percent=Decimal(10),
                quality_terms="Evenness as sample.",
            )
        ],
        by=None,
    )
    month = today.replace(day=1)
    for back, score in ((70, 60), (40, 80), (0, 90)):
        day = month - dt.timedelta(days=back)
        services.save_service_scores(
            rows=[services.ServiceScoreRow("MILL", day, score, "said")], by=None
        )
    line = demand_of(order.lines.get().pk)
    needed, order_by = today + dt.timedelta(days=30), today + dt.timedelta(days=5)
    request_purchases(
        rows=[
            PurchaseRow("YARN", Decimal(995), needed, order_by),
            PurchaseRow("YARN", Decimal(100), needed, order_by, [line]),
            PurchaseRow("BUTTON", Decimal(500), needed, order_by),
        ],
        by=None,
    )
    return found


def test_from_the_plan_to_a_draft(open_as: Open, mill: Partner) -> None:
    page = open_as("bo", reverse("purchase_plan"))
    expect(page.locator("#page")).to_contain_text("the higher break is cheaper in all")
    row = page.locator("tr", has_text="YARN").filter(has=page.locator("input[type=checkbox]"))
    row.first.locator("xpath=following-sibling::tr[1]").locator("summary").click()
    expect(page.locator(".pp-alternative").first).to_contain_text("Lateness")
    row.first.locator("input[type=checkbox]").check()
    page.locator("[data-verb=order_proposals] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("PO-")
    assert PurchaseOrder.objects.get().lines.count() == 1


def test_the_pages_look_right(open_as: Open, mill: Partner) -> None:
    addresses = (
        reverse("supplier", args=[mill.pk]),
        reverse("purchase_plan"),
        reverse("supplier_scores"),
    )
    for size, language, theme in ((DESK, "en", "light"), (PHONE, "zh-hans", "dark")):
        page = open_as("bo", addresses[0], language=language, theme=theme, size=size)
        for address in addresses:
            page.goto(page.url.split("/purchasing/")[0] + address)
            check_looks(page)
