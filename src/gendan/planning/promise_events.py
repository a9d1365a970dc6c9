"""The facts about promises: held, released, and given priority."""

from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class OrderMovedForRush(Fact):
    """An order was promised later because another goes first.

    `moved` is [{"line", "item", "quantity", "was_on", "on"}], one for each line or delivery.
    """

    order_id: int
    rush_order_id: int
    rush_number: str
    was_on: str
    promised_on: str
    moved: list[dict[str, Any]] = field(default_factory=list)
