"""Quantities: decimals in the item's own unit, read from what people type, never in floats."""

import re
from decimal import ROUND_UP, Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid

LARGEST = Decimal("999999999999")
STEP = Decimal("0.000001")
DEEPEST = 30  # places behind the point; a number that begins below is a slip or an attack
MOST_TYPED, MOST_SHOWN = 100, 40
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
# What a Chinese keyboard types for the signs of a number.
_FULL_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


class QuantityRefused(Invalid):
    """Not a quantity that can be worked with."""


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """A quantity: 12 digits before the point, 6 behind."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def read_decimal(text: object, *, field: str | None = None) -> Decimal:
    """A finite decimal from what somebody typed: full-width digits, thousands commas, blanks.

    The one bound of every typed number: no larger than LARGEST, and nothing so near to zero that
    working with it would lose it.
    """
    number = text if isinstance(text, Decimal) else _typed(str(text))
    shown = {"text": str(text)[:MOST_SHOWN]}
    if number is None or not number.is_finite():
        raise QuantityRefused(_("“%(text)s” is not a number.") % shown, field=field)
    # copy_abs and adjusted look at the digits; abs would work with them, and 1e999999999 overflows.
    if number.copy_abs() > LARGEST:
        raise QuantityRefused(_("“%(text)s” is too large to be true.") % shown, field=field)
    if not number:
        return number if abs(number.adjusted()) <= DEEPEST else Decimal(0)
    if number.adjusted() < -DEEPEST:
        raise QuantityRefused(_("“%(text)s” is too small to be true.") % shown, field=field)
    return number


def whole_steps(exact: Decimal, step: Decimal) -> Decimal:
    """A quantity in whole steps of its unit: a started one counts."""
    return (exact / step).to_integral_value(rounding=ROUND_UP) * step


def _typed(text: str) -> Decimal | None:
    """The number a text is: ASCII digits or full-width ones, and no others (“²” is no 2)."""
    plain = "".join(text.translate(_FULL_WIDTH).replace(",", "").split())
    if len(plain) > MOST_TYPED or not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:  # an exponent no decimal has
        return None


def read_quantity(text: object, *, step: Decimal = STEP, field: str | None = None) -> Decimal:
    """A quantity above zero that is a multiple of the unit's smallest step."""
    number = read_decimal(text, field=field)
    if number <= 0:
        raise QuantityRefused(_("A quantity must be more than zero."), field=field)
    if number % step:
        raise QuantityRefused(
            _("%(quantity)s is no multiple of %(step)s, the smallest step of its unit.")
            % {"quantity": f"{number.normalize():f}"[:MOST_SHOWN], "step": f"{step.normalize():f}"},
            field=field,
        )
    return number
