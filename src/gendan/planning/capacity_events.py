"""The facts about capacity and goals: `codes` are the work centres, or what a goal is set for."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class CapacityChanged(RowsSaved):
    """Work centres can do more or less on some days than their calendars say."""


@dataclass(frozen=True, kw_only=True)
class CrewsSaved(RowsSaved):
    """Which people a work centre needs was written or changed."""


@dataclass(frozen=True, kw_only=True)
class ProductionGoalsSaved(RowsSaved):
    """Goals of production were set, changed or given up."""


@dataclass(frozen=True, kw_only=True)
class WorkOrderMoved(Fact):
    """Somebody gave a work order another due day."""

    work_order_id: int
    number: str
    was_on: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class PlannedOrderFixed(Fact):
    """Somebody fixed what is planned of an item for a day: it is to be ready on another."""

    fixed_order_id: int
    item: str
    needed_on: str
    ends_on: str
    work_center: str = ""


@dataclass(frozen=True, kw_only=True)
class FixedOrderReleased(Fact):
    """A planned order is dated by the plan again."""

    fixed_order_id: int
    item: str
    needed_on: str
