"""From the price lists of a customer to the offers the pricing engine chooses from."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from gendan.catalog.queries import exchange_rates, prices_for
from gendan.engine.pricing import Offer
from gendan.orders.models import CustomerPriceList


def offers_for(
    customer_id: int, item_ids: Collection[int], *, currency: str, on: dt.date
) -> dict[int, list[Offer]]:
    """What all price lists in force on a day offer a customer: 2 queries, 3 with rates."""
    own = list(
        CustomerPriceList.objects.filter(customer=customer_id)
        .order_by("rank", "pk")
        .values_list("price_list_id", flat=True)
    )
    breaks = prices_for(item_ids, own, None, on)
    rates = cross_rates(
        {one.currency for found in breaks.values() for one in found}, into=currency, on=on
    )
    ranks = {pk: rank for rank, pk in enumerate(own)}
    return {
        item: [
            Offer(
                # A general list is asked after all own ones, a foreign currency after the order's.
                rank=ranks.get(one.price_list_id, len(own)) * 2 + (one.currency != currency),
                price_list=one.price_list_code,
                currency=one.currency,
                from_quantity=one.from_quantity,
                unit_price=one.unit_price,
                price_per=one.price_per,
                discount_percent=one.whole_discount_percent,
                is_own=one.price_list_id in ranks,
                rate=rates.get(one.currency),
            )
            for one in found
        ]
        for item, found in breaks.items()
    }


def cross_rates(currencies: Collection[str], *, into: str, on: dt.date) -> dict[str, Decimal]:
    """What one unit of each currency is worth in another on a day; unknown ones are left out."""
    if set(currencies) <= {into}:
        return {into: Decimal(1)}
    of_company = exchange_rates({*currencies, into}, on)
    base = of_company.get(into)
    if base is None:
        return {into: Decimal(1)}
    return {currency: rate / base for currency, rate in of_company.items()}
