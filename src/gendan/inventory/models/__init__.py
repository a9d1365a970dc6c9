"""Tables of the inventory room."""

from gendan.inventory.models.ledger import (
    Balance,
    ExpectedSupply,
    Location,
    Lot,
    Move,
    Reservation,
)

__all__ = [
    "Balance",
    "ExpectedSupply",
    "Location",
    "Lot",
    "Move",
    "Reservation",
]
