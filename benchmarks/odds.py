"""Back-test of odds on lived history: how often dates told for 50 and 90 in 100 cases were kept.

    .venv/bin/python benchmarks/odds.py [--seed 1] [--days 220] [--orders 1.0] [--detail 110]
        [--whole] [--patience 1.0]

Lets the simulated company live in a database of its own on the embedded server (or at
DATABASE_URL). Each evening what was newly bought or is to be made is noted with the dates that the
product gives from the history known then; later it is looked whether they came by then. Whole
orders only with `--whole`: then goods are made of what is there (see `testing/world/patient.py`;
else they are ready when their milestones say, whatever was bought and made), and each order that
is confirmed for the first day it can be had is told the odds of all its lines; it has come when
all of it is kept for it. Fewer days than usual of customers' patience make such orders. Counted is
what was told at least until the day of 90 in 100, whether it came or not. Prints JSON lines, every
thirty days and at the end: scores by kind, with own history and without, with the error of a share
in percent, and the error in working days against the planned duration alone. In the last `--detail`
days goods are bought by purchase orders.
"""

import argparse
import dataclasses
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from gendan.config import embedded_postgres  # noqa: E402
from gendan.engine.promise import NoDate  # noqa: E402
from gendan.engine.promise.capable import answered  # noqa: E402
from gendan.engine.promise.odds import odds  # noqa: E402
from gendan.engine.promise.scene import scene_of  # noqa: E402
from gendan.engine.promise.search import Need  # noqa: E402
from gendan.inventory.models import ExpectedSupply  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.kernel.errors import DomainError  # noqa: E402
from gendan.orders.models import Order  # noqa: E402
from gendan.planning.possible import sure_of  # noqa: E402
from gendan.planning.promise_history import history_of  # noqa: E402
from gendan.planning.snapshot import snapshot_of_order  # noqa: E402
from gendan.production.models import WorkOrder  # noqa: E402
from gendan.testing.backtest import Told, score  # noqa: E402
from gendan.testing.world.patient import PatientPlanner, PatientStore  # noqa: E402
from gendan.testing.world.turn import World  # noqa: E402

FIRST_DAY = dt.date(2026, 3, 2)


class NotingWorld(World):
    """A company whose evenings are noted: what is told of what is new, and what has come."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.open: dict[tuple[str, int], Told] = {}
        self.over: list[Told] = []
        self.last = {"bought": 0, "made": 0}
        self.whole = False
        self.asked: set[int] = set()

    def found(self) -> None:
        """Founded, with patient works if whole orders are looked at."""
        super().found()
        if self.whole:
            self.work.store = PatientStore(self.rng, self.work.people, self.calendar)
            self.work.planner = PatientPlanner(self.rng, self.work.people, self.calendar)

    def turn(self, day: dt.date) -> None:
        """A day, then its notes."""
        super().turn(day)
        with clock.at(clock.moment_on(day, 19)):
            self._came(day)
            self._note(day)
            if self.whole:
                self._orders_came(day)
                self._note_orders(day)
        if (day - self.first_day).days % 30 == 29:
            say(self, day)

    def _note(self, day: dt.date) -> None:
        bought = ExpectedSupply.objects.filter(
            pk__gt=self.last["bought"], made_for="", is_open=True
        ).exclude(pk__in=WorkOrder.objects.filter(expected__isnull=False).values("expected"))
        made = WorkOrder.objects.filter(pk__gt=self.last["made"], state__in=WorkOrder.OPEN)
        rows = [("bought", one.pk, one.item_id, day, one.due_on) for one in bought.order_by("pk")]
        rows += [
            ("made", one.pk, one.item_id, max(one.starts_on, day), one.due_on)
            for one in made.order_by("pk")
        ]
        if not rows:
            return
        history = history_of({item_id for _kind, _pk, item_id, *_days in rows})
        for kind, pk, item_id, begins, due in rows:
            self.last[kind] = max(self.last[kind], pk)
            if due < begins:
                continue  # late before it is begun
            spread = history.spread(item_id, is_bought=kind == "bought")
            planned = self.calendar.count(begins, due)
            found = odds([Need(0, 1, made=1, done=planned)], lambda _need: spread)  # noqa: B023
            self.open[kind, pk] = Told(
                kind,
                day,
                due,
                self.calendar.add_days(begins, found.half),
                self.calendar.add_days(begins, found.most),
                found.is_assumed,
            )

    def _came(self, day: dt.date) -> None:
        """What has come is noted; what was given up is forgotten."""
        bought = [pk for kind, pk in self.open if kind == "bought"]
        made = [pk for kind, pk in self.open if kind == "made"]
        ended: dict[tuple[str, int], bool] = {
            ("bought", one.pk): one.received > 0
            for one in ExpectedSupply.objects.filter(pk__in=bought, is_open=False)
        }
        ended |= {
            ("made", one.pk): one.state == WorkOrder.State.DONE
            for one in WorkOrder.objects.filter(pk__in=made).exclude(state__in=WorkOrder.OPEN)
        }
        for key, has_come in ended.items():
            told = self.open.pop(key)
            if has_come:
                self.over.append(dataclasses.replace(told, came_on=day))

    def _note_orders(self, day: dt.date) -> None:
        """What newly confirmed orders are told, if they are promised for the first day they can."""
        for order in Order.objects.filter(state="confirmed").order_by("pk"):
            if order.pk in self.asked:
                continue
            self.asked.add(order.pk)
            told = self._told(order, day)
            if told is not None:
                self.open["order", order.pk] = told

    def _told(self, order: Order, day: dt.date) -> Told | None:
        try:
            scene = scene_of(snapshot_of_order(order.pk).promise)
            answer = answered(scene)
        except (DomainError, NoDate):
            return None
        needs = [line.need for line in answer.lines if line.need is not None]
        is_waiting = any(not need.is_at_hand for need in needs)
        is_first = all(line.earliest == line.booked for line in answer.lines)
        if answer.complete is None or not is_waiting or not is_first:
            return None
        found = sure_of(scene, order).of(needs, scene.world)
        first_on, half_on, most_on = (
            day + dt.timedelta(days=one) for one in (answer.complete, found.half, found.most)
        )
        return Told("order", day, first_on, half_on, most_on, found.is_assumed)

    def _orders_came(self, day: dt.date) -> None:
        """Orders of which all is kept have come; what was cancelled is forgotten."""
        store = cast("PatientStore", self.work.store)
        ids = [pk for kind, pk in self.open if kind == "order"]
        for order in Order.objects.filter(pk__in=ids).order_by("pk"):
            if order.state == "cancelled":
                del self.open["order", order.pk]
            elif store.is_there(order):
                told = self.open.pop(("order", order.pk))
                self.over.append(dataclasses.replace(told, came_on=day))


@contextmanager
def company(
    seed: int, days: int, orders: float, detail: int, patience: float, *, whole: bool
) -> Iterator[NotingWorld]:
    """A company in a database of its own that has lived so many days."""
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        world = NotingWorld(
            seed=seed, first_day=FIRST_DAY, orders_a_day=orders, audits=1000, plans=3,
            detail_after=days - detail, told_after=days, patience=patience,
            say=lambda text: print(text, file=sys.stderr, flush=True),
        )  # fmt: skip
        world.whole = whole
        world.found()
        world.run(days)
        yield world


def say(world: NotingWorld, until: dt.date) -> None:
    """Scores as JSON lines."""
    every = [*world.over, *world.open.values()]
    for kind in ("bought", "made", "order"):
        for is_cold in (True, False):
            own = [one for one in every if one.kind == kind and one.is_cold == is_cold]
            found = score(own, until, world.calendar)
            if found is not None:
                row = {"seed": world.seed, "until": str(until), "what": kind, "is_cold": is_cold}
                print(json.dumps(row | dataclasses.asdict(found)), flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=220)
    parser.add_argument("--orders", type=float, default=1.0)
    parser.add_argument("--detail", type=int, default=110)
    parser.add_argument("--whole", action="store_true", help="whole orders, too")
    parser.add_argument("--patience", type=float, default=1.0)
    options = parser.parse_args()
    with company(
        options.seed, options.days, options.orders, options.detail, options.patience,
        whole=options.whole,
    ) as world:  # fmt: skip
        say(world, FIRST_DAY + dt.timedelta(days=options.days - 1))
        print(json.dumps({"client_cpu_s": round(time.process_time(), 1)}), flush=True)


if __name__ == "__main__":
    main()
