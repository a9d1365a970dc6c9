"""Material and readiness of work orders in a real browser, wide and narrow."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.planning.capacity_load import weeks_from
from gendan.planning.services import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.planning.tests.factory import chairs, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders, release_work_order
from gendan.testing.make import masters
from gendan.workforce.services import ShiftRow, save_shifts
from tests.browser.conftest import PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def day(days: int) -> dt.date:
    """A day counted from the Monday of next week."""
    return weeks_from(clock.today(), 2)[1] + dt.timedelta(days=days)


@pytest.fixture
def work(transactional_db: None) -> WorkOrder:
    """A released work order of chairs that lacks material and people, beside others."""
    chairs()
    masters.item("CHAIR", supply="make", name_en="Chair", name_zh="椅子")
    masters.item("LEG", supply="make", lead_days=2, is_sold=False, traced="lot", name_zh="椅腿")
    masters.work_center("ASSEMBLY", name_en="Assembly line", name_zh="装配线")
    masters.department("WORKS", name_en="Workshop", name_zh="车间")
    save_shifts(rows=[ShiftRow("DAY", "Day shift", "白班")], by=None)
    masters.staff("P-1", department="WORKS", shift="DAY", skills=["glue"])
    save_crews(rows=[CrewRow("ASSEMBLY", "WORKS", skill="glue", people=Decimal(2))], by=None)
    stop = CapacityChangeRow("ASSEMBLY", "maintenance", day(0), day(0), reason="New belt")
    save_capacity_changes(rows=[stop], by=None)
    masters.stock("LEG", 100, lot_code="L-1")
    masters.stock("LEG", 60, lot_code="L-2")
    masters.stock("SEAT", 25)
    masters.expected("SEAT", 20, day(1), reference="PO-9")
    rows = [
        WorkOrderRow("CHAIR", Decimal(quantity), day(start), day(end))
        for quantity, start, end in ((30, 0, 4), (20, 3, 7), (10, 7, 9))
    ]
    first = firm_work_orders(rows=rows, by=None)[0]
    planned()
    return release_work_order(work_order_id=first.pk, by=None)


def test_from_what_is_missing_to_issuing_what_is_there(open_as: Open, work: WorkOrder) -> None:
    page = open_as("gang", reverse("readiness"))
    expect(page.locator("#page")).to_contain_text("waits for material")
    check_looks(page)
    page.locator("a", has_text=work.number).first.click()
    expect(page.locator("#readiness")).to_contain_text("New belt")
    check_looks(page)
    page.get_by_role("link", name="Issue components").click()
    fields = page.locator("input[name=quantity]")
    assert [one.input_value() for one in fields.all()] == ["100", "20", "25"]
    check_looks(page)
    page.locator("[data-verb=issue_components] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text(work.number)
    page.get_by_role("link", name="Return components").click()
    page.locator("input[name=quantity]").first.fill("500")
    page.locator("[data-verb=return_components] button[type=submit]").click()
    expect(page.locator(".gd-refused")).to_contain_text("cannot come back")
    page.locator("input[name=quantity]").first.fill("5")
    page.locator("[data-verb=return_components] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text(work.number)


def test_it_fits_a_phone(open_as: Open, work: WorkOrder) -> None:
    for name in ("readiness", "work_order", "issue_components"):
        address = reverse(name, args=[] if name == "readiness" else [work.pk])
        check_looks(open_as("gang", address, language="zh-hans", theme="dark", size=PHONE))
