"""The facts about sequences of the shop floor."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class SetupTimesSaved(RowsSaved):
    """How long machines are set up between families was written or changed."""


@dataclass(frozen=True, kw_only=True)
class SequenceFact(Fact):
    """Something about a sequence of the shop floor."""

    sequence_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class SequenceAsked(SequenceFact):
    """Somebody has the shop floor sequenced."""


@dataclass(frozen=True, kw_only=True)
class SequenceStopped(SequenceFact):
    """Somebody ended the search; what was best so far is taken."""


@dataclass(frozen=True, kw_only=True)
class SequenceFinished(SequenceFact):
    """A proposal is there."""

    orders: int
    late: int


@dataclass(frozen=True, kw_only=True)
class SequenceFailed(SequenceFact):
    """A sequence could not be calculated; the one in force stays."""

    failure: str


@dataclass(frozen=True, kw_only=True)
class SequenceAdopted(SequenceFact):
    """The workshop works by it from now on."""

    operations: int
    moved: int


@dataclass(frozen=True, kw_only=True)
class OperationKept(Fact):
    """A planner keeps an operation on its machine at its time."""

    step_id: int
    number: str
    work_center: str
    machine: int
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class OperationLetGo(Fact):
    """An operation is placed by sequences again."""

    step_id: int
    number: str
