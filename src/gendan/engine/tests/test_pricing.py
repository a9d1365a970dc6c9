"""Prices: which list, which break."""

from dataclasses import replace
from decimal import Decimal

from gendan.engine.pricing import Offer, deviation_percent, list_price

BASE = Offer(
    rank=1,
    price_list="A",
    currency="USD",
    from_quantity=Decimal(0),
    unit_price=Decimal(10),
    price_per=Decimal(1),
    discount_percent=Decimal(0),
    is_own=True,
)


def test_the_highest_break_at_or_below_the_quantity_holds() -> None:
    offers = [
        BASE,
        replace(BASE, from_quantity=Decimal(100), unit_price=Decimal(9)),
        replace(BASE, from_quantity=Decimal(500), unit_price=Decimal(8)),
    ]
    for quantity, price, following in ((99, 10, 100), (100, 9, 500), (5000, 8, None)):
        found = list_price(offers, Decimal(quantity))
        assert found is not None
        assert found.unit_price == price
        assert found.next_break == following


def test_the_first_list_that_has_a_break_is_taken_even_if_dearer() -> None:
    offers = [replace(BASE, rank=2, price_list="B", unit_price=Decimal(1)), BASE]
    found = list_price(offers, Decimal(5))
    assert found is not None
    assert found.offer.price_list == "A"
    only_large = replace(BASE, from_quantity=Decimal(1000))
    found = list_price([only_large, offers[0]], Decimal(5))
    assert found is not None
    assert found.offer.price_list == "B"


def test_another_currency_is_converted_and_one_without_rate_passed_over() -> None:
    euro = replace(BASE, currency="EUR", rate=Decimal("1.1"), discount_percent=Decimal(50))
    found = list_price([euro], Decimal(5))
    assert found is not None
    assert found.unit_price == 11
    assert found.net_of_one == Decimal("5.5")
    assert list_price([replace(euro, rate=None)], Decimal(5)) is None
    assert list_price([], Decimal(5)) is None


def test_deviation() -> None:
    assert deviation_percent(Decimal(9), Decimal(10)) == -10
    assert deviation_percent(Decimal(11), Decimal(10)) == 10
    assert deviation_percent(Decimal(0), Decimal(0)) == 0
