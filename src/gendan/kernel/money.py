"""Money: decimals with the document's currency, rounded half-up per line to its minor unit."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision
from django.core.validators import RegexValidator
from django.db import models

LARGEST = Decimal("999999999999.99")


@lru_cache(maxsize=400)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for USD, 1 for JPY (ISO 4217 by way of CLDR)."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def minor_digits(currency: str) -> int:
    """How many digits that is behind the point, for rounding inside the database."""
    return get_currency_precision(currency)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """An amount rounded half-up to the currency's minor unit."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def line_amount(
    quantity: Decimal,
    unit_price: Decimal,
    currency: str,
    *,
    discount_percent: Decimal = Decimal(0),
    price_per: Decimal = Decimal(1),
) -> Decimal:
    """What a line costs: quantity × price ÷ price base quantity, less the discount, rounded."""
    gross = quantity * unit_price / price_per
    return round_money(gross * (1 - discount_percent / 100), currency)


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("validators", [RegexValidator(r"^[A-Z]{3}$")])
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class AmountField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money: up to 14 digits before the point and 4 behind (KWD has 3)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class PriceField(models.DecimalField):  # type: ignore[type-arg]
    """A price of one unit (or of a price base quantity): finer than the currency's minor unit."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
