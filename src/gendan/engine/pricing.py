"""Which price holds for a quantity: list by list in the order they are asked, then the break."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Offer:
    """One break of one price list, for one item.

    `rank` says in which turn the list is asked (customer's own lists first); `rate` is how many
    units of the order's currency one unit of the list's is worth, None when no rate is known.
    """

    rank: int
    price_list: str
    currency: str
    from_quantity: Decimal
    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal
    is_own: bool
    rate: Decimal | None = Decimal(1)


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The price a list gives, in the order's currency, and where every part of it comes from."""

    offer: Offer
    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal
    next_break: Decimal | None

    @property
    def net_of_one(self) -> Decimal:
        """What one unit costs after the discount."""
        return self.unit_price / self.price_per * (1 - self.discount_percent / 100)


def list_price(offers: Sequence[Offer], quantity: Decimal) -> ListPrice | None:
    """The price for a quantity: of the first list (by rank, then code) with a break at or below it.

    Within the list the highest such break holds. Lists in a currency without a known exchange rate
    are passed over. None: no list has a price.
    """
    usable = [
        offer for offer in offers if offer.rate is not None and offer.from_quantity <= quantity
    ]
    if not usable:
        return None
    best = min(usable, key=lambda offer: (offer.rank, offer.price_list, -offer.from_quantity))
    higher = [
        offer.from_quantity
        for offer in offers
        if offer.price_list == best.price_list and offer.from_quantity > quantity
    ]
    rate = best.rate or Decimal(1)
    converted = best.unit_price if rate == 1 else best.unit_price * rate
    return ListPrice(
        offer=best,
        unit_price=converted.quantize(_STEP, rounding=ROUND_HALF_UP),
        price_per=best.price_per,
        discount_percent=best.discount_percent,
        next_break=min(higher, default=None),
    )


def deviation_percent(asked: Decimal, listed: Decimal) -> Decimal:
    """By how many percent what is asked lies above (+) or below (−) what the list says."""
    if listed == 0:
        return Decimal(0) if asked == 0 else Decimal(100)
    return ((asked - listed) / listed * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
