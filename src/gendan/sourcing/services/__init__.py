"""The verbs of the sourcing room."""

from gendan.sourcing.services.prices import SourcePriceRow, save_source_prices
from gendan.sourcing.services.sources import (
    ClosingRow,
    SourceRow,
    save_sources,
    save_supplier_closings,
)

__all__ = [
    "ClosingRow",
    "SourcePriceRow",
    "SourceRow",
    "save_source_prices",
    "save_sources",
    "save_supplier_closings",
]
