"""Verbs for capacity and goals: changes of some days, crews of work centres, production goals."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.planning.capacity_events import CapacityChanged, CrewsSaved, ProductionGoalsSaved
from gendan.planning.capacity_goals import FURTHEST_YEARS, is_near
from gendan.planning.models import CapacityChange, Crew, ProductionGoal

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class CapacityChangeRow:
    """More or less capacity of a work centre on some days, both included.

    `minutes` a day; 0 of maintenance, breakdown and closed: the whole day. A row is known by work
    centre, kind and first day.
    """

    work_center: str
    kind: str
    from_on: dt.date
    until_on: dt.date | None = None
    minutes: int | None = None
    on_days_off: bool | None = None
    reason: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class CrewRow:
    """Which people (department, skill if any) a work centre needs, and how many at a time."""

    work_center: str
    department: str | None = None
    skill: str | None = None
    people: Decimal | None = None
    remove: bool = False


@dataclass(frozen=True)
class ProductionGoalRow:
    """A goal of the month or week in which `starts_on` lies, for an item, a family or in all.

    `quantity` in the item's unit (pieces of a family), `value` at standard cost.
    """

    period: str
    starts_on: dt.date
    family: str = ""
    item: str = ""
    quantity: Decimal | Clear | None = None
    value: Decimal | Clear | None = None
    remark: str | None = None
    remove: bool = False


@service(gettext_lazy("Save changes of capacity"))
def save_capacity_changes(
    *, rows: Sequence[CapacityChangeRow], by: User | None
) -> list[CapacityChange]:
    """Make, change or remove overtime, extra shifts, maintenance, breakdowns of work centres."""

    def check(change: CapacityChange, index: int, problems: Problems) -> None:
        if change.until_on is not None and change.until_on < change.from_on:
            problems.add(index, "until_on", _("The last day is before the first."))
        if change.is_more and not change.minutes:
            problems.add(index, "minutes", _("Say how many minutes a day are worked besides."))
        # A line of thirty people has 14 400 minutes a day: only the absurd is refused.
        if change.minutes > 1000 * DAY_MINUTES:
            problems.add(index, "minutes", _("No work centre has so many minutes a day."))

    saved = upsert(CapacityChange, rows, key=("work_center", "kind", "from_on"), check=check)
    codes = [row.work_center for row in rows]
    record_saved(CapacityChanged, saved, room="planning", codes=codes, by=by)
    return saved.objects


@service(gettext_lazy("Save crews"))
def save_crews(*, rows: Sequence[CrewRow], by: User | None) -> list[Crew]:
    """Write which people work centres need, so that load can be compared with who is there."""

    def check(crew: Crew, index: int, problems: Problems) -> None:
        if crew.people <= 0:
            problems.add(index, "people", _("A crew has somebody."))

    saved = upsert(Crew, rows, key=("work_center",), check=check)
    codes = [row.work_center for row in rows]
    record_saved(CrewsSaved, saved, room="planning", codes=codes, by=by)
    return saved.objects


@service(gettext_lazy("Save production goals"))
def save_production_goals(
    *, rows: Sequence[ProductionGoalRow], by: User | None
) -> list[ProductionGoal]:
    """Set, change or give up goals; any day of a month or week names the whole of it."""

    def check(goal: ProductionGoal, index: int, problems: Problems) -> None:
        if not is_near(goal.starts_on):
            problems.add(
                index,
                "starts_on",
                _("A goal begins at most %(years)s years from today; check the year.")
                % {"years": FURTHEST_YEARS},
            )
        if goal.family_id is not None and goal.item_id is not None:
            problems.add(index, "item", _("A goal is for an item or for a family, not for both."))
        if not goal.quantity and not goal.value:
            problems.add(index, "quantity", _("Say how much: a quantity, a value, or both."))
        if goal.quantity and goal.family_id is None and goal.item_id is None:
            problems.add(
                index, "quantity", _("A quantity needs an item or a family; in all, say a value.")
            )

    whole = [replace(row, starts_on=_first_day(row.period, row.starts_on)) for row in rows]
    key = ("period", "starts_on", "family", "item")
    saved = upsert(ProductionGoal, whole, key=key, check=check)
    codes = [row.item or row.family for row in rows if row.item or row.family]
    record_saved(ProductionGoalsSaved, saved, room="planning", codes=codes, by=by)
    return saved.objects


def _first_day(period: str, day: dt.date) -> dt.date:
    """The first day of the period a day lies in; what is no date is left to the row's check."""
    if not isinstance(day, dt.date):
        return day
    if period == ProductionGoal.Period.MONTH:
        return day.replace(day=1)
    return clock.monday_of(day)
