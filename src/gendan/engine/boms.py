"""How much of a component something takes: the one rule for what is lost on the way.

Exact decimals for single documents; for arrays a loss is counted in hundredths of a percent.
"""

from decimal import Decimal
from typing import Any

WHOLE = 10_000


def with_loss(quantity_per: Decimal, scrap_percent: Decimal) -> Decimal:
    """What a piece takes of a component, with what is lost of it."""
    return quantity_per * (1 + scrap_percent / 100)


def hundredths(scrap_percent: Decimal) -> int:
    """A loss in hundredths of a percent."""
    return int(scrap_percent * 100)


def parts_with_loss(loss: Any) -> Any:
    """What WHOLE good parts take, with a loss (or an array of them) in hundredths of a percent."""
    return WHOLE + loss
