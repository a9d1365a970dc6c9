"""Plans count the forecast of items whose policy says so, less what orders have consumed."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.catalog.models import Item
from gendan.kernel import clock, reactions
from gendan.planning import invariants
from gendan.planning.models import PlanDemand, PlannedOrder, PlanRun
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.stocking.models import ItemForecast
from gendan.stocking.services import PolicyRow, save_stock_policies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        ItemForecast.objects.create(
            item=Item.objects.get(code="CHAIR"),
            method="average",
            pattern="smooth",
            starts_on=MONDAY.replace(day=1),
            mean=[10.0] * 3,
            spread=[1.0] * 3,
            total_spread=[1.0] * 3,
            made_at=clock.now(),
        )
        yield


def counts_forecast() -> None:
    save_stock_policies(rows=[PolicyRow("CHAIR", uses_forecast=True)], by=None)


def test_nothing_is_planned_for_a_forecast_nobody_counts() -> None:
    assert not PlannedOrder.objects.filter(run=planned()).exists()


def test_the_open_forecast_is_a_demand_and_planned_down_to_its_material() -> None:
    counts_forecast()
    ordered(4, day=dt.date(2026, 4, 20))
    run = planned()
    demands = PlanDemand.objects.filter(run=run, order__isnull=True).order_by("needed_on")
    item = Item.objects.get(code="CHAIR")
    assert [(one.name, one.quantity) for one in demands] == [
        (f"stocking.forecast:{item.pk}@2026-03", 10),
        (f"stocking.forecast:{item.pk}@2026-04", 6),
        (f"stocking.forecast:{item.pk}@2026-05", 10),
    ]
    assert demands[0].needed_on == dt.date(2026, 3, 15)
    legs = PlannedOrder.objects.filter(run=run, item__code="LEG")
    assert sum(one.quantity for one in legs) == 4 * (10 + 4 + 6 + 10)
    assert invariants.check() == []


def test_a_policy_that_counts_it_asks_for_a_new_plan() -> None:
    reactions.run_due()
    PlanRun.objects.all().delete()
    counts_forecast()
    reactions.run_due()
    assert PlanRun.objects.filter(cause="facts").exists()
