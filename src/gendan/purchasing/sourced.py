"""What is agreed with a supplier about an item, read from the sourcing room for whole orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.sourcing.queries import (
    BuyingVerdict,
    SourceOffer,
    bought_elsewhere,
    contracts_in_force,
    may_buy_from,
    sources_of,
)

MOST_TOLD = 10  # items whose list is passed by, in one refusal


@dataclass(frozen=True)
class Agreed:
    """What holds for one line; None: nothing is agreed."""

    price: Decimal | None = None
    supplier_code: str = ""
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """What is agreed about the items of some orders, by supplier and item."""

    offers: dict[tuple[int, int], SourceOffer] = field(default_factory=dict)
    tolerances: dict[int, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)

    def of(self, order: PurchaseOrder, item: Item, quantity: Decimal, typed: Decimal) -> Agreed:
        """What holds for a quantity of an item (in its own unit), `typed` in another one."""
        over, short = self.tolerances.get(order.supplier_id, (None, None))
        offer = self.offers.get((order.supplier_id, item.pk))
        if offer is None:
            return Agreed(over_percent=over, short_percent=short)
        price = offer.price_for(quantity) if offer.currency == order.currency else None
        if price is not None and typed != quantity:
            price = (price * quantity / typed).quantize(Decimal("0.000001"))
        return Agreed(price, offer.supplier_item_code, over, short)

    def warnings_of(self, line: PurchaseOrderLine) -> list[str]:
        """What a buyer should know of a line before it is ordered, in sentences."""
        item, offer = line.item.code, self.offers.get((line.order.supplier_id, line.item_id))
        if offer is None:
            return [_off_list(item)]
        found = []
        if line.quantity < offer.minimum:
            found.append(
                _("%(item)s: the supplier's minimum is %(quantity)s.")
                % {"item": item, "quantity": f"{offer.minimum.normalize():f}"}
            )
        if offer.multiple > 0 and line.quantity % offer.multiple:
            found.append(
                _("%(item)s: the supplier delivers multiples of %(quantity)s.")
                % {"item": item, "quantity": f"{offer.multiple.normalize():f}"}
            )
        agreed = self.of(line.order, line.item, line.quantity, line.typed_quantity).price
        if agreed is not None and line.price > agreed:
            found.append(
                _("%(item)s: the price agreed is %(price)s.")
                % {"item": item, "price": f"{agreed.normalize():f}"}
            )
        return found


def terms_of(supplier_ids: Sequence[int], item_ids: Sequence[int]) -> Terms:
    """What is agreed with these suppliers about these items: a fixed number of queries."""
    if not supplier_ids or not item_ids:
        return Terms()
    today, wanted = clock.today(), set(supplier_ids)
    offers = {
        (one.supplier_id, item_id): one
        for item_id, found in sources_of(item_ids, on=today).items()
        for one in found
        if one.supplier_id in wanted
    }
    contracts = contracts_in_force(wanted, today)
    return Terms(
        offers, {pk: (one.over_percent, one.short_percent) for pk, one in contracts.items()}
    )


def warnings_of(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[str]:
    """What a buyer should know before the order goes out; `verdict_of` says what stops him."""
    terms = terms_of([order.supplier_id], [line.item_id for line in lines])
    return [words for line in lines for words in terms.warnings_of(line)]


def verdict_of(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> BuyingVerdict:
    """Whether it may be ordered there today: of this supplier, and each item of no other one.

    An item that nobody is approved for may be bought anywhere.
    """
    found = may_buy_from(order.supplier_id, clock.today())
    elsewhere = bought_elsewhere(order.supplier_id, [line.item_id for line in lines])
    items = dict.fromkeys(line.item.code for line in lines if line.item_id in elsewhere)
    passed = [_off_list(item) for item in list(items)[:MOST_TOLD]]
    return replace(found, reasons=(*found.reasons, *passed))


def _off_list(item: str) -> str:
    return _("%(item)s: this supplier is not on its approved list.") % {"item": item}
