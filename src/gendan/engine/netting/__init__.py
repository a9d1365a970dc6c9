"""Net requirements over many levels: what must be made and bought, until when, for whom.

`plan(snapshot)` calculates planned orders, `Pegging(plan)` says which supply serves which
requirement, `messages(pegging)` compares open receipts with what is needed, `readiness(…)` counts
forward when everything can really be there.
"""

from .checks import likely_days
from .messages import Messages, messages
from .pegging import Pegging, Pegs, Served
from .planner import plan
from .readiness import NEVER, Readiness, readiness
from .snapshot import (
    Alternates,
    BomLines,
    Demand,
    Earmarks,
    Items,
    NetPlan,
    Orders,
    Problem,
    QuantityTooLarge,
    Receipts,
    Snapshot,
    Substitutions,
)

__all__ = [
    "NEVER",
    "Alternates",
    "BomLines",
    "Demand",
    "Earmarks",
    "Items",
    "Messages",
    "NetPlan",
    "Orders",
    "Pegging",
    "Pegs",
    "Problem",
    "QuantityTooLarge",
    "Readiness",
    "Receipts",
    "Served",
    "Snapshot",
    "Substitutions",
    "likely_days",
    "messages",
    "plan",
    "readiness",
]
