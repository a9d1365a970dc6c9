"""Price lists, prices, exchange rates, and which of them hold."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.catalog.models import Price
from gendan.catalog.queries import exchange_rates, price_at, prices_for
from gendan.catalog.services import (
    ExchangeRateRow,
    PriceListRow,
    PriceRow,
    save_exchange_rates,
    save_price_lists,
    save_prices,
)
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 5)


def test_the_break_of_the_first_list_that_has_the_item_holds() -> None:
    item = masters.item("A-1")
    special = masters.price_list("SPECIAL", discount_percent=Decimal(10))
    masters.price_list("ALL", is_general=True)
    masters.price("A-1", 10, price_list_code="ALL")
    masters.price("A-1", 8, price_list_code="SPECIAL", from_quantity=100)
    masters.price(
        "A-1", 7, price_list_code="SPECIAL", from_quantity=500, discount_percent=Decimal(10)
    )
    breaks = prices_for([item.pk], [special.pk], "USD", DAY)[item.pk]
    chosen = [price_at(breaks, Decimal(quantity)) for quantity in (5, 100, 499, 500)]
    assert [one and (one.price_list_code, one.unit_price) for one in chosen] == [
        ("ALL", Decimal(10)),
        ("SPECIAL", Decimal(8)),
        ("SPECIAL", Decimal(8)),
        ("SPECIAL", Decimal(7)),
    ]
    assert chosen[3] is not None
    assert chosen[3].whole_discount_percent == 19


def test_lists_hold_in_their_time_and_currency_only() -> None:
    item = masters.item("A-1")
    masters.price_list("OLD", is_general=True, valid_until=DAY - dt.timedelta(days=1))
    masters.price_list("EUR", currency="EUR", is_general=True)
    masters.price_list("OFF", is_general=True, is_active=False)
    for code in ("OLD", "EUR", "OFF"):
        masters.price("A-1", 1, price_list_code=code)
    assert prices_for([item.pk], [], "USD", DAY) == {}
    assert prices_for([item.pk], [], None, DAY)[item.pk][0].currency == "EUR"


def test_a_price_can_be_changed_and_removed() -> None:
    masters.item("A-1")
    masters.price("A-1", 5)
    masters.price("A-1", 6)
    assert Price.objects.get().unit_price == 6
    save_prices(rows=[PriceRow("USD-1", "A-1", remove=True)], by=None)
    assert not Price.objects.exists()


def test_it_refuses_prices_that_cannot_be() -> None:
    masters.item("A-1")
    masters.price_list()
    with pytest.raises(RowsRefused) as refusal:
        save_prices(
            rows=[
                PriceRow("USD-1", "A-1", Decimal(0), Decimal(-1)),
                PriceRow("USD-1", "A-1", Decimal(1), Decimal("1e30")),
                PriceRow("USD-1", "A-1", Decimal(2), Decimal("NaN")),
                PriceRow("USD-1", "A-1", Decimal(3), Decimal(1), price_per=Decimal(0)),
                PriceRow("USD-1", "A-1", Decimal(4), Decimal(1), discount_percent=Decimal(101)),
                PriceRow("USD-1", "A-1", Decimal(5)),
            ],
            by=None,
        )
    assert [(row.index, row.field) for row in refusal.value.rows] == [
        (0, "unit_price"),
        (1, "unit_price"),
        (2, "unit_price"),
        (3, "price_per"),
        (4, "discount_percent"),
        (5, "unit_price"),
    ]


def test_a_list_keeps_its_dates_in_order_and_its_currency() -> None:
    row = PriceListRow("X", currency="USD", valid_from=DAY, valid_until=dt.date(2026, 1, 1))
    with pytest.raises(RowsRefused, match="end before it begins"):
        save_price_lists(rows=[row], by=None)
    masters.item("A-1")
    masters.price("A-1", 5)
    with pytest.raises(RowsRefused, match="keeps its currency"):
        masters.price_list("USD-1", "EUR")
    with pytest.raises(RowsRefused, match="currency"):
        save_price_lists(rows=[PriceListRow("Y", currency="dollar")], by=None)


def test_the_newest_rate_not_later_than_the_day_holds() -> None:
    for day, value in ((1, "7.0"), (5, "7.1"), (9, "7.2")):
        masters.rate("USD", value, dt.date(2026, 5, day))
    assert exchange_rates(["USD", "CNY", "EUR"], DAY) == {"USD": Decimal("7.1"), "CNY": 1}


def test_it_refuses_a_rate_of_nothing_and_one_of_our_own_currency() -> None:
    with pytest.raises(RowsRefused, match="more than zero"):
        save_exchange_rates(rows=[ExchangeRateRow("USD", DAY, Decimal(0))], by=None)
    with pytest.raises(RowsRefused, match="own currency"):
        save_exchange_rates(rows=[ExchangeRateRow("CNY", DAY, Decimal(1))], by=None)
