"""Back-test of odds on lived history: how often dates told for 50 and 90 in 100 cases were kept.

    .venv/bin/python benchmarks/odds.py [--seed 1] [--days 220] [--orders 1.0] [--detail 110]

Lets the simulated company live in a database of its own on the embedded server (or at
DATABASE_URL). Each evening what was newly bought or is to be made is noted with the dates that the
product gives from the history known then; later it is looked whether they came by then. Orders are
left out: their goods are ready when their milestones say, whatever was bought and made. Counted is
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

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from gendan.config import embedded_postgres  # noqa: E402
from gendan.engine.promise.odds import odds  # noqa: E402
from gendan.engine.promise.search import Need  # noqa: E402
from gendan.inventory.models import ExpectedSupply  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.planning.promise_history import history_of  # noqa: E402
from gendan.production.models import WorkOrder  # noqa: E402
from gendan.testing.backtest import Told, score  # noqa: E402
from gendan.testing.world.turn import World  # noqa: E402

FIRST_DAY = dt.date(2026, 3, 2)


class NotingWorld(World):
    """A company whose evenings are noted: what is told of what is new, and what has come."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.open: dict[tuple[str, int], Told] = {}
        self.over: list[Told] = []
        self.last = {"bought": 0, "made": 0}

    def turn(self, day: dt.date) -> None:
        """A day, then its notes."""
        super().turn(day)
        with clock.at(clock.moment_on(day, 19)):
            self._came(day)
            self._note(day)
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


@contextmanager
def company(seed: int, days: int, orders: float, detail: int) -> Iterator[NotingWorld]:
    """A company in a database of its own that has lived so many days."""
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        world = NotingWorld(
            seed=seed, first_day=FIRST_DAY, orders_a_day=orders, audits=1000, plans=3,
            detail_after=days - detail, told_after=days,
            say=lambda text: print(text, file=sys.stderr, flush=True),
        )  # fmt: skip
        world.found()
        world.run(days)
        yield world


def say(world: NotingWorld, until: dt.date) -> None:
    """Scores as JSON lines."""
    every = [*world.over, *world.open.values()]
    for kind in ("bought", "made"):
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
    options = parser.parse_args()
    with company(options.seed, options.days, options.orders, options.detail) as world:
        say(world, FIRST_DAY + dt.timedelta(days=options.days - 1))
        print(json.dumps({"client_cpu_s": round(time.process_time(), 1)}), flush=True)


if __name__ == "__main__":
    main()
