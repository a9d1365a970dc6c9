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
class WorkOrderSplit(WorkOrderFact):
    """A part of its quantity has become a work order of its own."""

    part_id: int
    part: str
    quantity: str
    left: str


@dataclass(frozen=True, kw_only=True)
class WorkOrdersMerged(WorkOrderFact):
    """Other work orders have become parts of it."""

    merged_ids: list[int]
    merged: list[str]
    quantity: str


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


@dataclass(frozen=True, kw_only=True)
class StepReported(StepFact):
    """Pieces of an operation were made: good ones and scrap."""

    report_id: int
    made_on: str
    good: str
    scrap: str


@dataclass(frozen=True, kw_only=True)
class ReportTakenBack(StepFact):
    """What was reported of an operation was a mistake."""

    report_id: int
    made_on: str
    good: str
    scrap: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaceFact(WorkOrderFact):
    """What a work order's own pace says; quantities are pieces per working day."""

    due_on: str
    forecast_on: str
    sure_on: str
    operation: str
    makes: str
    needs: str


@dataclass(frozen=True, kw_only=True)
class WorkOrderBehind(PaceFact):
    """At the pace of its operations a work order ends after its due day."""

    days_late: int


@dataclass(frozen=True, kw_only=True)
class WorkOrderBackOnPace(PaceFact):
    """A work order that was behind will be ready in time after all."""


@dataclass(frozen=True, kw_only=True)
class PacesDue(Fact):
    """The pace of work orders with ids from first to last must be looked at again."""

    first_id: int
    last_id: int


@dataclass(frozen=True, kw_only=True)
class PacesMoved(Fact):
    """The pace of work orders says another day than before; ids of the first thousand."""

    work_order_ids: list[int]
    demands: list[str] = field(default_factory=list)
