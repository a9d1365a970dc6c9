"""The facts about promises: held, released, and given priority."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class PromiseHeld(Fact):
    """What is promised for a draft is kept for it until a moment."""

    order_id: int
    until: str


@dataclass(frozen=True, kw_only=True)
class PromiseReleased(Fact):
    """What was kept for a draft is free again."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class RushPromised(Fact):
    """An order was promised before others; `moved` are the numbers of those that became later."""

    order_id: int
    promised_on: str
    moved: list[str] = field(default_factory=list)
