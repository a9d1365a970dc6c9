"""What is agreed with a supplier about an item: price, minimum, whether it may be bought there."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gendan.catalog.models import Item
from gendan.purchasing.models import PurchaseOrder


@dataclass(frozen=True)
class Agreed:
    """What holds for one line; None: nothing is agreed."""

    price: Decimal | None = None
    supplier_code: str = ""
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """What is agreed about the items of some orders."""

    def of(self, order: PurchaseOrder, item: Item, quantity: Decimal, unit: str) -> Agreed:
        """What holds for a quantity of an item, typed in a unit, in an order."""
        return Agreed()


def terms_of(supplier_ids: Sequence[int], item_ids: Sequence[int]) -> Terms:
    """What is agreed with these suppliers about these items: a fixed number of queries."""
    return Terms()
