"""The verbs of the inventory: the only code that writes its tables."""

from gendan.inventory.services.book import NotEnoughStock, SerialStandsTwice
from gendan.inventory.services.moves import (
    AlreadyReversed,
    MoveRow,
    OpeningRow,
    post_moves,
    post_opening_stock,
    reverse_move,
)
from gendan.inventory.services.places import LocationRow, LotRow, save_locations, save_lots
from gendan.inventory.services.reservations import (
    Demand,
    lower_reservations,
    release_reservations,
    reserve,
    ship_from_stock,
)
from gendan.inventory.services.supplies import (
    ExpectedRow,
    ReceiptRow,
    SupplyIsClosed,
    TooManyReceived,
    drop_expected,
    expect_supplies,
    receive_expected,
    refuse_odd_day,
)

__all__ = [
    "AlreadyReversed",
    "Demand",
    "ExpectedRow",
    "LocationRow",
    "LotRow",
    "MoveRow",
    "NotEnoughStock",
    "OpeningRow",
    "ReceiptRow",
    "SerialStandsTwice",
    "SupplyIsClosed",
    "TooManyReceived",
    "drop_expected",
    "expect_supplies",
    "lower_reservations",
    "post_moves",
    "post_opening_stock",
    "receive_expected",
    "refuse_odd_day",
    "release_reservations",
    "reserve",
    "reverse_move",
    "save_locations",
    "save_lots",
    "ship_from_stock",
]
