"""Quantities: decimals in the item's own unit, read from what people type, never in floats."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid

LARGEST = Decimal("999999999999")
STEP = Decimal("0.000001")


class QuantityRefused(Invalid):
    """Not a quantity that can be worked with."""


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """A quantity: 12 digits before the point, 6 behind."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def read_decimal(text: object, *, field: str | None = None) -> Decimal:
    """A finite decimal from what somebody typed: full-width digits, thousands commas, blanks."""
    if isinstance(text, Decimal):
        number = text
    else:
        plain = unicodedata.normalize("NFKC", str(text)).replace(",", "").replace(" ", "")
        try:
            number = Decimal(plain)
        except InvalidOperation:
            number = Decimal("NaN")
    if not number.is_finite():
        raise QuantityRefused(
            _("“%(text)s” is not a number.") % {"text": str(text)[:40]}, field=field
        )
    if abs(number) > LARGEST:
        raise QuantityRefused(
            _("“%(text)s” is too large to be true.") % {"text": str(text)[:40]}, field=field
        )
    return number


def read_quantity(text: object, *, step: Decimal = STEP, field: str | None = None) -> Decimal:
    """A quantity above zero that is a multiple of the unit's smallest step."""
    number = read_decimal(text, field=field)
    if number <= 0:
        raise QuantityRefused(_("A quantity must be more than zero."), field=field)
    if number % step:
        raise QuantityRefused(
            _("%(quantity)s is no multiple of %(step)s, the smallest step of its unit.")
            % {"quantity": f"{number.normalize():f}", "step": f"{step.normalize():f}"},
            field=field,
        )
    return number
