"""Plans in a real browser: asked for, watched, firmed; how the pages look."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.kernel import clock
from gendan.planning import jobs, services
from gendan.planning.models import PlanRun
from gendan.planning.services import ScenarioChange
from gendan.planning.tests.factory import chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.testing.make import masters
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def factory() -> None:
    chairs()
    masters.stock("LEG", 8)
    masters.expected("SEAT", 4, in_days=30, reference="PO-9")
    ordered(10, day=clock.today() + dt.timedelta(days=40))
    ordered(3, day=clock.today() + dt.timedelta(days=6))


def test_a_plan_is_asked_for_watched_and_firmed(open_as: Open) -> None:
    factory()
    page = open_as("ping", "/planning/")
    expect(page.locator("#page")).to_contain_text("Nothing has been planned yet")
    page.locator(".gd-head [data-verb=run_plan] button").click()
    expect(page.locator("#page")).to_contain_text("waits to be calculated")
    run = PlanRun.objects.get(cause="hand")
    services.take_up_plan_run(run_id=run.pk)
    services.note_plan_progress(run_id=run.pk, attempt=1, stage="netting", percent=20)
    expect(page.locator("#page progress")).to_have_attribute("value", "20")
    jobs.calculate_now(run.pk)
    expect(page.locator("#page")).to_contain_text("The live plan")
    page.get_by_role("link", name="Planned orders").first.click()
    page.locator("#firm button").click()
    expect(page.locator("#page")).to_contain_text("Choose planned orders first.")
    page.get_by_label("Choose CHAIR").first.check()
    page.locator("#firm button").click()
    expect(page.locator("#messages")).to_contain_text("1 planned order is firmed.")
    expect(page.locator("#list")).to_contain_text(WorkOrder.objects.get().number)


PAGES = (
    "/planning/",
    "/planning/orders/",
    "/planning/messages/?action=new",
    "/planning/scenarios/?kind=overtime",
    "/planning/runs/{run}/",
    "/planning/runs/{run}/comparison/",
    "/orders/{order}/?tab=supply",
    "/production/orders/{work}/",
    "/purchasing/requests/",
)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(DESK, "en", "light"), (DESK, "zh-hans", "dark"), (PHONE, "zh-hans", "light")],
)
@pytest.mark.parametrize("address", PAGES)
def test_how_they_look(
    open_as: Open, address: str, size: tuple[int, int], language: str, theme: str
) -> None:
    factory()
    run = planned()
    orders = run.orders.filter(item__code__in=["CHAIR", "SEAT"]).values_list("pk", flat=True)
    services.firm_planned_orders(planned_order_ids=list(orders), by=None)
    change = ScenarioChange("lead_days", "SEAT", days=30)
    scenario = services.make_scenario(title="Slow seats", changes=[change], by=None)
    jobs.calculate_now(scenario.pk)
    found = run.demands.filter(order__isnull=False).values_list("order_id", flat=True)
    work = WorkOrder.objects.latest("pk")
    page = open_as(
        "ping",
        address.format(run=scenario.pk, order=found.order_by("pk")[0], work=work.pk),
        size=size,
        language=language,
        theme=theme,
    )
    check_looks(page)
