"""The simulated world: days turned through the real verbs, every evening the auditor looks."""

import datetime as dt

import pytest

from gendan.followup.models import Journey, Milestone
from gendan.kernel.models import Entry
from gendan.orders.models import Order
from gendan.testing.world.turn import World

pytestmark = pytest.mark.django_db
FIRST_DAY = dt.date(2026, 3, 2)


def live(seed: int, days: int, orders_a_day: float) -> World:
    world = World(seed=seed, first_day=FIRST_DAY, orders_a_day=orders_a_day)
    world.found()
    world.run(days)
    return world


def test_a_season_in_small_keeps_every_invariant() -> None:
    live(seed=11, days=45, orders_a_day=0.5)
    assert Order.objects.filter(state="confirmed").count() >= 5
    assert Journey.objects.filter(is_open=True).exists()
    assert Milestone.objects.filter(state="reached").count() >= 20
    assert Milestone.objects.filter(state="reached", closed_by_fact__isnull=False).exists()


def test_the_same_seed_lives_the_same_life() -> None:
    def life(seed: int) -> list[tuple[str, str]]:
        last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        live(seed=seed, days=6, orders_a_day=1.5)
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
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_days(seed: int) -> None:
    world = live(seed=seed, days=200, orders_a_day=0.9)
    assert Order.objects.filter(state="closed").count() >= 15
    assert world.reactions > 1000
