"""Capacity and schedule in a real browser, wide and narrow."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.planning import queries
from gendan.planning.capacity_load import weeks_from
from gendan.planning.models import ScheduledOrder
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    ProductionGoalRow,
    save_capacity_changes,
    save_crews,
    save_production_goals,
)
from gendan.planning.tests.factory import chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.make import masters
from gendan.workforce.models import Department
from gendan.workforce.services import AbsenceRow, ShiftRow, save_absences, save_shifts
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def day(days: int) -> dt.date:
    """A day counted from the Monday of next week."""
    return weeks_from(clock.today(), 2)[1] + dt.timedelta(days=days)


@pytest.fixture
def works(transactional_db: None) -> str:
    """A small factory with much to do; the address of its fullest cell."""
    chairs()
    masters.item("CHAIR", supply="make", cost=Decimal(50), name_en="Chair", name_zh="椅子")
    masters.work_center("SAW", name_en="Saw", name_zh="锯床")
    center = masters.work_center("ASSEMBLY", name_en="Assembly line", name_zh="装配线")
    masters.work_center("PAINT", name_en="Paint shop", name_zh="喷漆车间", is_outside=True)
    masters.department("WORKS", name_en="Workshop", name_zh="车间")
    save_shifts(rows=[ShiftRow("DAY", "Day shift", "白班")], by=None)
    for number in range(3):
        masters.staff(f"P-{number}", department="WORKS", shift="DAY", skills=["weld"][:number])
    save_absences(rows=[AbsenceRow("P-1", day(0), day(4), "leave")], by=None)
    rows = [
        CrewRow("ASSEMBLY", "WORKS", people=Decimal(2)),
        CrewRow("SAW", "WORKS", skill="weld", people=Decimal(1)),
    ]
    save_crews(rows=rows, by=None)
    works_orders = [(300, 0, 4), (150, 2, 4), (60, 7, 9), (40, -9, -4), (100, 14, 18)]
    firm_work_orders(
        rows=[
            WorkOrderRow("CHAIR", Decimal(quantity), day(start), day(end))
            for quantity, start, end in works_orders
        ],
        by=None,
    )
    ordered(120, day=day(40))
    planned()
    changes = [
        CapacityChangeRow("SAW", "breakdown", day(0), day(1), reason="Blade broken"),
        CapacityChangeRow("PAINT", "closed", day(0), day(25)),
    ]
    save_capacity_changes(rows=changes, by=None)
    goals = [
        ProductionGoalRow("month", day(4), item="CHAIR", quantity=Decimal(900)),
        ProductionGoalRow("week", day(4), family="HW", quantity=Decimal(700)),
        ProductionGoalRow("month", day(4), value=Decimal(20000)),
    ]
    save_production_goals(rows=goals, by=None)
    return reverse("capacity_cell", args=[center.pk, day(0).isoformat()])


def test_from_too_much_to_overtime(open_as: Open, works: str) -> None:
    page = open_as("ping", "/planning/capacity/?view=alone")
    page.locator("#show").select_option("over")
    expect(page.locator("#heat tbody").first).not_to_contain_text("PAINT")
    page.locator(f"a.bd-cell[href='{works}?view=alone']").click()
    expect(page.locator("h1")).to_contain_text("too much", timeout=10_000)
    page.get_by_role("link", name=re.compile("^Overtime: ")).click()
    page.locator("[data-verb=save_capacity_changes] button[type=submit]").click()
    expect(page.locator("#page")).to_contain_text("overtime", timeout=10_000)
    page.get_by_role("link", name=re.compile("^as if alone: ")).click()
    expect(page.locator("h1")).to_contain_text("tight", timeout=10_000)


def test_the_schedule_leads_to_the_work_order(open_as: Open, works: str) -> None:
    page = open_as("ping", "/planning/gantt/?view=alone")
    page.locator("#center").select_option("ASSEMBLY")
    expect(page.locator("#chart .gt-row")).to_have_count(2)  # the days, and the work centre
    expect(page.locator("#chart")).to_contain_text("It should have begun on")
    page.locator("#view").select_option("")
    expect(page.locator("#chart")).to_contain_text("It waits for WOOD, which cannot be there")
    page.locator(".gt-late-list a", has_text="WO-").first.click()
    expect(page.locator("h1")).to_contain_text("WO-")


def test_a_work_order_is_dragged_to_other_days(open_as: Open, works: str) -> None:
    page = open_as("ping", "/planning/gantt/")
    bar = page.locator("a[data-move$='/move/']").nth(1)
    address, due = bar.get_attribute("data-move"), bar.get_attribute("data-due")
    box = bar.locator("rect").bounding_box()
    chart = page.locator(".gt-bars").first.bounding_box()
    assert box is not None
    assert chart is not None
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10 + chart["width"] / 21 * 7, box["y"] + 12, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: f"{address}?due_on=" in url)
    then = dt.date.fromisoformat(str(due)) + dt.timedelta(days=7)
    assert page.url.endswith(f"due_on={then.isoformat()}")
    check_looks(page)
    page.locator("[data-verb=move_work_order] button[type=submit]").click()
    expect(page.locator("#messages")).to_contain_text("is due on")
    moved = page.locator(f"a[data-move='{address}']")
    expect(moved).to_have_attribute("data-due", then.isoformat())


def test_a_planned_order_is_dragged_to_another_work_centre_and_day(
    open_as: Open, works: str
) -> None:
    run = queries.live_run()
    one = ScheduledOrder.objects.get(run=run, order__isnull=False, quantity=240)  # legs
    assert one.starts_on is not None
    assert one.ends_on is not None
    first = one.starts_on - dt.timedelta(days=10)
    page = open_as("ping", f"/planning/gantt/?from={first.isoformat()}")
    bar = page.locator(f"a[data-move='/planning/gantt/planned/{one.order_id}/']").first
    box = bar.locator("rect").bounding_box()
    row = page.locator(".gt-row[data-center=ASSEMBLY] .gt-bars").bounding_box()
    assert box is not None
    assert row is not None
    page.mouse.move(box["x"] + 8, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 - row["width"] / 21 * 2, row["y"] + 8, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: "ends_on=" in url)
    then = one.ends_on - dt.timedelta(days=2)
    assert f"ends_on={then.isoformat()}&from_center=SAW&to_center=ASSEMBLY" in page.url
    expect(page.locator("#page")).to_contain_text("Nothing is moved yet")
    check_looks(page)
    page.locator("[data-verb=fix_planned_order] button[type=submit]").click()
    expect(page.locator("#messages")).to_contain_text("in every plan from now on")
    expect(page.locator("#chart")).to_contain_text("Fixed by hand")


def _people(works: str) -> str:
    department = Department.objects.get(code="WORKS").pk
    return reverse("capacity_people", args=[department, works.rstrip("/").rpartition("/")[2]])


def _move() -> str:
    order = WorkOrder.objects.get(quantity=150)
    later = order.due_on + dt.timedelta(days=7)
    return reverse("move_work_order", args=[order.pk]) + f"?due_on={later.isoformat()}"


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
@pytest.mark.parametrize("name", ["capacity", "cell", "gantt", "goals", "forms"])
def test_pages_fit_and_are_accessible(
    open_as: Open, works: str, name: str, size: tuple[int, int], language: str, theme: str
) -> None:
    addresses = {
        "capacity": ["/planning/capacity/"],
        "cell": [_people(works), works],
        "gantt": ["/planning/gantt/?days=42", _move(), "/planning/gantt/"],
        "goals": ["/planning/crews/", "/planning/goals/"],
        "forms": ["/planning/capacity/changes/", "/planning/capacity/changes/save/"],
    }[name]
    page = open_as("ping", addresses[0], language=language, theme=theme, size=size)
    check_looks(page)
    base = page.url.removesuffix(addresses[0])
    for address in addresses[1:]:
        page.goto(base + address)
        check_looks(page)
