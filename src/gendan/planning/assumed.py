"""What a plan may assume besides the facts: the changes of a scenario, as data and in words.

A change is a plain dict with a `kind`:
  add_demand   item_id, quantity (text), on, title      something nobody has ordered yet
  move_line    line_id, on                              an order line is needed on another day
  change_line  line_id, quantity (text; "0": nothing)   another quantity is still needed of it
  move_supply  expected_id, on                          expected goods come on another day
  lose_supply  expected_id                              expected goods do not come
  lead_days    item_id, days                            another lead time in working days
  capacity     work_center_id, of, on, until, minutes, on_days_off   a work centre can do more or
               less on some days; `of`: a kind of CapacityChange
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Change = Mapping[str, Any]

KINDS = (
    "add_demand",
    "move_line",
    "change_line",
    "move_supply",
    "lose_supply",
    "lead_days",
    "capacity",
)


MORE = ("overtime", "extra_shift", "second_line")


@dataclass(frozen=True)
class AddedDemand:
    """A quantity of an item that nobody has ordered yet."""

    item_id: int
    quantity: Decimal
    on: dt.date
    title: str


@dataclass(frozen=True)
class AssumedCapacity:
    """More or less capacity of a work centre, as CapacityChange has it."""

    work_center_id: int
    kind: str
    from_on: dt.date
    until_on: dt.date
    minutes: int
    on_days_off: bool

    @property
    def is_more(self) -> bool:
        """Whether the work centre can do more, not less."""
        return self.kind in MORE


@dataclass(frozen=True)
class Assumed:
    """All changes together, by what they are about; of two about the same the later one holds."""

    added: tuple[AddedDemand, ...] = ()
    line_days: Mapping[int, dt.date] = field(default_factory=dict)
    line_quantities: Mapping[int, Decimal] = field(default_factory=dict)
    supply_days: Mapping[int, dt.date] = field(default_factory=dict)
    lost_supplies: frozenset[int] = frozenset()
    lead_days: Mapping[int, int] = field(default_factory=dict)
    capacity: tuple[AssumedCapacity, ...] = ()


def assumed(changes: Iterable[Change]) -> Assumed:
    """Changes as the snapshot needs them."""
    by_kind: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for change in changes:
        by_kind[change["kind"]].append(change)
    return Assumed(
        added=tuple(
            AddedDemand(one["item_id"], Decimal(one["quantity"]), _day(one), one.get("label", ""))
            for one in by_kind["add_demand"]
        ),
        line_days={one["line_id"]: _day(one) for one in by_kind["move_line"]},
        line_quantities={
            one["line_id"]: Decimal(one["quantity"]) for one in by_kind["change_line"]
        },
        supply_days={one["expected_id"]: _day(one) for one in by_kind["move_supply"]},
        lost_supplies=frozenset(one["expected_id"] for one in by_kind["lose_supply"]),
        lead_days={one["item_id"]: int(one["days"]) for one in by_kind["lead_days"]},
        capacity=tuple(
            AssumedCapacity(
                work_center_id=one["work_center_id"],
                kind=one["of"],
                from_on=_day(one),
                until_on=dt.date.fromisoformat(one["until"]),
                minutes=int(one["minutes"]),
                on_days_off=bool(one["on_days_off"]),
            )
            for one in by_kind["capacity"]
        ),
    )


def _day(change: Change) -> dt.date:
    return dt.date.fromisoformat(change["on"])
