"""What expected goods do to the orders they are meant for: when they come, which orders they move.

A milestone that waits for material (evidence "material received") is forecast by the last of the
goods that are expected for its order.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gendan.engine.milestones import forecast_milestones
from gendan.followup.queries import orders_of_demands
from gendan.followup.snapshot import JourneyRow, load
from gendan.kernel import clock

Days = Mapping[int, dt.date]


@dataclass(frozen=True)
class Move:
    """An order that expected goods move: from when to when, against what was promised."""

    order_id: int
    number: str
    merchandiser_id: int | None
    promised_on: dt.date
    was_on: dt.date
    is_on: dt.date

    @property
    def days(self) -> int:
        """By how many calendar days it moves."""
        return (self.is_on - self.was_on).days

    @property
    def is_late(self) -> bool:
        """Whether it would be later than promised."""
        return self.is_on > self.promised_on


def orders_moved(demands: Collection[str], was: Days, now: Days) -> list[Move]:
    """The orders that are expected on another day when supplies come on other days: read only.

    `demands` say which orders may be meant; `was` and `now` give days by expected supply. The most
    delayed order first. Twice the queries of a refresh, without its locks.
    """
    order_ids = sorted(orders_of_demands(demands))
    before, after = _forecasts(order_ids, was), _forecasts(order_ids, now)
    found = [
        Move(
            order_id=row.order_id,
            number=row.number,
            merchandiser_id=row.order_merchandiser_id,
            promised_on=row.target_on,
            was_on=before[order_id][1],
            is_on=day,
        )
        for order_id, (row, day) in after.items()
        if order_id in before and before[order_id][1] != day
    ]
    return sorted(found, key=lambda one: (-one.days, one.number))


def merchandisers_hit(demands: Collection[str], moved: Mapping[str, Sequence[str]]) -> list[int]:
    """Who looks after orders that would be late by it; `moved` as SupplierCountered says it."""
    was, now = {}, {}
    for pk, (first, second) in moved.items():
        was[int(pk)], now[int(pk)] = dt.date.fromisoformat(first), dt.date.fromisoformat(second)
    rows = orders_moved(demands, was, now)
    late = (one.merchandiser_id for one in rows if one.is_late and one.days > 0)
    return sorted({person for person in late if person is not None})


def _forecasts(order_ids: Collection[int], days: Days) -> dict[int, tuple[JourneyRow, dt.date]]:
    """The journeys of orders and the days on which they are expected, if supplies come so."""
    if not order_ids:
        return {}
    loaded = load(sorted(order_ids), clock.today(), lock=False, supply_days=days)
    if loaded is None:
        return {}
    found = forecast_milestones(loaded.snapshot).anchor_forecast
    return {
        row.order_id: (row, dt.date.fromordinal(int(day)))
        for row, day in zip(loaded.journeys, found, strict=True)
    }
