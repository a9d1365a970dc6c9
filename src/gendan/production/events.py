"""The facts the production room publishes."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class WorkOrdersFirmed(Fact):
    """Work orders were made; `numbers` and `work_order_ids` of the first thousand."""

    work_order_ids: list[int]
    numbers: list[str]
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class WorkOrderFact(Fact):
    """Something about a work order."""

    work_order_id: int
    number: str
    item_id: int
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class WorkOrderReleased(WorkOrderFact):
    """The shop floor may begin."""


@dataclass(frozen=True, kw_only=True)
class WorkOrderFinished(WorkOrderFact):
    """Its goods have arrived in the store."""


@dataclass(frozen=True, kw_only=True)
class WorkOrderCancelled(WorkOrderFact):
    """It will not be made, or not to its end."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ComponentsIssued(WorkOrderFact):
    """Material left the stores for it: these items (of the first thousand)."""

    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ComponentsReturned(WorkOrderFact):
    """Material it did not use came back: these items (of the first thousand)."""

    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StepFact(WorkOrderFact):
    """Something about an operation of a work order."""

    step_id: int
    work_center: str


@dataclass(frozen=True, kw_only=True)
class StepBegun(StepFact):
    """An operation runs on a machine."""

    machine: int


@dataclass(frozen=True, kw_only=True)
class StepDone(StepFact):
    """An operation is done."""


@dataclass(frozen=True, kw_only=True)
class StepReopened(StepFact):
    """What was said of an operation was a mistake: it is not begun."""
