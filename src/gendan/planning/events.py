"""The facts the planning room publishes."""

from dataclasses import dataclass, field
from typing import Any

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class PlanFact(Fact):
    """Something about a plan run."""

    run_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class PlanAsked(PlanFact):
    """Somebody wants a new plan."""


@dataclass(frozen=True, kw_only=True)
class PlanFinished(PlanFact):
    """A plan is calculated; a live one has taken the place of the one before."""

    is_live: bool
    orders: int
    late_sales_orders: int
    moved: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanFailed(PlanFact):
    """A plan could not be calculated; the live plan stays as it is."""

    failure: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanCancelled(PlanFact):
    """Somebody stopped a plan run; the live plan stays as it is."""


@dataclass(frozen=True, kw_only=True)
class PlannedOrdersFirmed(PlanFact):
    """Planned orders became work orders and purchase requests."""

    work_orders: list[str] = field(default_factory=list)
    purchase_requests: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PlanEndangersOrder(Fact):
    """By the new plan goods of an order are ready later than promised, or later than before.

    `lines` is [{"line", "item", "needed_on", "was_on", "ready_on"}]; dates are those in our works.
    """

    order_id: int
    run_id: int
    run_number: str
    days_late: int
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ScenarioMade(PlanFact):
    """Somebody asks what would be if: a plan beside the live one."""

    title: str
    changes: int


@dataclass(frozen=True, kw_only=True)
class ScenarioAdopted(PlanFact):
    """What a scenario assumes counts for the live plan from now on."""

    title: str
    changes: int


@dataclass(frozen=True, kw_only=True)
class AssumptionWithdrawn(Fact):
    """The live plan no longer counts on an assumption."""

    assumption_id: int
    change: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SourceDecided(PlanFact):
    """Somebody decided how a planned order is got: own line, outside factory, supplier."""

    item: str
    how: str
    supplier: str = ""
    made: str = ""
