"""The simulated world: days turned through the real verbs, every evening the auditor looks."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import F

from gendan.followup.models import Journey, Milestone
from gendan.inventory.models import Count, CountLine
from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.orders.models import Order
from gendan.planning.capacity import capacity_by_day
from gendan.planning.models import CapacityChange, PlanRun, ProductionGoal
from gendan.planning.promise_people import people_minutes
from gendan.production.models import WorkOrder
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    SupplierWord,
)
from gendan.testing.world.turn import World
from tests.simulation.replay import replayed_since

pytestmark = pytest.mark.django_db
FIRST_DAY = dt.date(2026, 3, 2)


def live(seed: int, days: int, orders_a_day: float, patience: float = 1.0) -> World:
    """A world that has lived; whenever its people promise, all promises are replayed: the earlier
    ones are not broken, and what was computed can be kept."""
    world = World(
        seed=seed, first_day=FIRST_DAY, orders_a_day=orders_a_day, patience=patience, plans=3
    )
    world.found()
    for name in ("on_drafts", "talk"):
        setattr(world.work, name, replaying(getattr(world.work, name)))
    world.run(days)
    return world


def replaying(act: Callable[[dt.date], None]) -> Callable[[dt.date], None]:
    def acting(day: dt.date) -> None:
        began = clock.now()
        act(day)
        broken, misled = replayed_since(began)
        assert broken == [], f"on {day} a promise broke others"
        assert misled == [], f"on {day} a date was told that cannot be kept"

    return acting


def test_a_season_in_small_keeps_every_invariant() -> None:
    live(seed=11, days=54, orders_a_day=0.45, patience=0.35)
    assert Order.objects.filter(state="confirmed").count() >= 5
    assert Journey.objects.filter(is_open=True).exists()
    assert Milestone.objects.filter(state="reached").count() >= 20
    assert Milestone.objects.filter(state="reached", closed_by_fact__isnull=False).exists()
    assert PlanRun.objects.get(is_live=True).figures["orders"] > 0
    assert set(WorkOrder.objects.values_list("state", flat=True)) >= {"firm", "done"}
    assert Entry.objects.filter(fact="WorkOrderReleased").count() >= 5  # most are done the same day
    assert PurchaseRequest.objects.filter(state="ordered").count() >= 10
    _bought_and_counted()
    assert ProductionGoal.objects.filter(quantity__gt=0).exists()
    assert CapacityChange.objects.count() >= 8
    assert people_minutes(capacity_by_day(FIRST_DAY, FIRST_DAY))


def _bought_and_counted() -> None:
    """Goods are bought by orders, suppliers answer as they like; the store holds and counts."""
    assert PurchaseOrder.objects.filter(state="confirmed").count() >= 5
    assert PurchaseOrderLine.objects.filter(expected__received__gt=0).count() >= 5
    assert PurchaseOrderLine.objects.exclude(confirmed_on=F("requested_on")).exists()
    assert SupplierWord.objects.filter(state__in=["proposed", "accepted", "refused"]).exists()
    assert GoodsReceipt.objects.filter(state="decided").count() >= 5
    assert GoodsReceiptLine.objects.filter(released__gt=0).count() >= 5
    assert Count.objects.filter(state="closed").count() >= 2
    assert CountLine.objects.filter(state="posted").count() >= 10


def test_the_same_seed_lives_the_same_life() -> None:
    def life(seed: int) -> list[tuple[str, str]]:
        last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        live(seed=seed, days=4, orders_a_day=1.5)
        entries = Entry.objects.filter(pk__gt=last).order_by("pk")
        return [(entry.fact, str(entry.data.get("total", ""))) for entry in entries]

    from django.db import transaction

    lives = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            lives.append(life(seed))
            transaction.set_rollback(True)
    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_days(seed: int) -> None:
    world = live(seed=seed, days=200, orders_a_day=1.0)
    assert Order.objects.filter(state="closed").count() >= 15
    assert world.reactions > 1000
