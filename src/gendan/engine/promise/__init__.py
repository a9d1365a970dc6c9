"""What can be promised: by fixed lead times, or by material and capacity together."""

from .facts import (
    BUY,
    MAKE,
    OUTSOURCE,
    Component,
    Demand,
    ItemFacts,
    LineResult,
    PromiseSnapshot,
    Reason,
    Supply,
    WorkingDays,
)
from .fixed import promise

__all__ = [
    "BUY",
    "MAKE",
    "OUTSOURCE",
    "Component",
    "Demand",
    "ItemFacts",
    "LineResult",
    "PromiseSnapshot",
    "Reason",
    "Supply",
    "WorkingDays",
    "promise",
]
