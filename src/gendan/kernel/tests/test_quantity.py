"""Typed numbers: what is understood, and what no number may do to whoever works with it."""

from decimal import Decimal

import pytest

from gendan.exchange import cells
from gendan.kernel.quantity import QuantityRefused, read_decimal, read_quantity

HUGE = ["1e999999999", "1e400", "-1e999999999", Decimal("1e999999"), "1e9999999999", "9" * 101]
TINY = ["1e-999999999", "1e-31", "-1e-900000", Decimal("1e-900000")]
NO_NUMBER = ["²", "1²", "1_0", "٣", "", "1e", "0x1", "Infinity", "NaN", Decimal("sNaN"), None, "."]


@pytest.mark.parametrize("typed", [*HUGE, *TINY, *NO_NUMBER])
def test_what_is_no_number_to_work_with_is_refused_in_a_short_sentence(typed: object) -> None:
    for read in (read_decimal, read_quantity):
        with pytest.raises(QuantityRefused) as refused:
            read(typed)
        assert len(str(refused.value)) < 120
    with pytest.raises(cells.CellRefused):
        cells.as_decimal(typed)
    with pytest.raises(cells.CellRefused):
        cells.as_integer(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("１，２００．５", "1200.5"), ("1 200", "1200"), ("1,200\t", "1200"), ("+.5", "0.5"),
     ("１ ２", "12"), ("－3", "-3"), ("1e3", "1000"), (1e-05, "0.00001"), ("999999999999",) * 2,
     ("12\u00a0000", "12000"), ("5.", "5")],
)  # fmt: skip
def test_what_people_type_is_understood(typed: object, number: str) -> None:
    assert read_decimal(typed) == Decimal(number)
    assert cells.as_decimal(typed) == Decimal(number)


def test_a_nothing_with_a_long_exponent_is_a_plain_nothing() -> None:
    assert str(read_decimal("0e-999999999")) == str(read_decimal(Decimal("0e999999"))) == "0"
    assert str(read_decimal("0.00")) == "0.00"
    assert cells.as_decimal(" 30％ ") == cells.as_decimal("30%") == 30


def test_a_quantity_below_the_step_of_its_unit_is_refused_shortly() -> None:
    with pytest.raises(QuantityRefused, match=r"no multiple of 0\.000001") as refused:
        read_quantity("1e-29")
    assert len(str(refused.value)) < 120
