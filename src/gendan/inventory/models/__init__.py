"""Tables of the inventory room."""

from gendan.inventory.models.arrivals import ArrivalRule
from gendan.inventory.models.claims import USUAL_RANK, DemandRank, StockClaim
from gendan.inventory.models.counts import Count, CountCall, CountLine
from gendan.inventory.models.ledger import (
    Balance,
    ExpectedSupply,
    Location,
    Lot,
    Move,
    Reservation,
)
from gendan.inventory.models.values import ItemValue, LandedCost, ValueEntry

__all__ = [
    "USUAL_RANK",
    "ArrivalRule",
    "Balance",
    "Count",
    "CountCall",
    "CountLine",
    "DemandRank",
    "ExpectedSupply",
    "ItemValue",
    "LandedCost",
    "Location",
    "Lot",
    "Move",
    "Reservation",
    "StockClaim",
    "ValueEntry",
]
