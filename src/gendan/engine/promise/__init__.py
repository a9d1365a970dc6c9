"""What can be promised: by fixed lead times, or by material and capacity together."""

from .capable import capable
from .facts import (
    BUY,
    MAKE,
    OUTSOURCE,
    CentreFacts,
    Component,
    Demand,
    Given,
    ItemFacts,
    LineResult,
    Load,
    NoDate,
    Offer,
    Operation,
    PromiseSnapshot,
    Rank,
    Reason,
    Standing,
    Supply,
    WorkingDays,
)
from .fixed import promise

__all__ = [
    "BUY",
    "MAKE",
    "OUTSOURCE",
    "CentreFacts",
    "Component",
    "Demand",
    "Given",
    "ItemFacts",
    "LineResult",
    "Load",
    "NoDate",
    "Offer",
    "Operation",
    "PromiseSnapshot",
    "Rank",
    "Reason",
    "Standing",
    "Supply",
    "WorkingDays",
    "capable",
    "promise",
]
