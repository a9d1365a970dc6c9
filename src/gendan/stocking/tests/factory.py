"""What tests of the stocking room begin with: items with months of use behind them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from gendan.catalog.models import Item
from gendan.engine.forecast import library
from gendan.inventory.models import Location
from gendan.inventory.services import MoveRow, post_moves
from gendan.kernel import clock
from gendan.stocking import jobs, services
from gendan.stocking.models import ForecastRun
from gendan.testing.make import masters

WEDNESDAY = dt.date(2026, 6, 10)
NOW = clock.moment_on(WEDNESDAY)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the statistics library: it takes seconds to load, and the engine's tests use it."""
    monkeypatch.setattr(library, "is_library_installed", lambda: False)


def month_back(months: int) -> dt.date:
    """The tenth of a month before the present one."""
    today = clock.today()
    number = today.year * 12 + today.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 10)


def places() -> None:
    """The store, and the far side of what is used."""
    for code, kind in (("STORE", "store"), ("SHOP", "production"), ("OUT", "customer")):
        if not Location.objects.filter(code=code).exists():
            masters.location(code, kind)


def used(histories: Mapping[str, Sequence[int]], *, target: str = "SHOP") -> None:
    """Items used month by month until the last whole month, from a stock that was large enough."""
    places()
    with clock.at(clock.moment_on(month_back(max(map(len, histories.values())) + 1))):
        for code, history in histories.items():
            if sum(history):
                masters.stock(code, sum(history))
    for back in range(max(map(len, histories.values())), 0, -1):
        rows = [
            MoveRow(code, Decimal(history[-back]), "STORE", target)
            for code, history in histories.items()
            if len(history) >= back and history[-back]
        ]
        if rows:
            with clock.at(clock.moment_on(month_back(back))):
                post_moves(rows=rows, by=None)


def forecast() -> ForecastRun:
    """All forecasts, calculated here and now."""
    run = services.calculate_forecasts(by=None)
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    return run


def bolt(**values: object) -> Item:
    """A bought item at 2.00 with four weeks of lead time."""
    given = {"supply": "buy", "cost": Decimal(2), "lead_days": 21, **values}
    return masters.item("BOLT", **given)
