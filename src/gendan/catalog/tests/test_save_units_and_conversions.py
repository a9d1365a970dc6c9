"""Units and conversions: what may stand, and what comes of a quantity."""

from decimal import Decimal

import pytest

from gendan.catalog.models import Unit, UnitConversion
from gendan.catalog.queries import NoConversion, convert, converter
from gendan.catalog.services import ConversionRow, UnitRow, save_conversions, save_units
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_units_come_with_their_international_codes() -> None:
    """Those of every company stand there from the beginning."""
    codes = dict(Unit.objects.values_list("code", "rec20"))
    assert (codes["pcs"], codes["kg"], codes["doz"], codes["pair"]) == ("C62", "KGM", "DZN", "PR")


def test_a_step_is_more_than_zero() -> None:
    with pytest.raises(RowsRefused, match="more than zero"):
        save_units(rows=[UnitRow("m", step=Decimal(0))], by=None)


def test_an_item_may_have_its_own_conversion() -> None:
    item = masters.item("A-1")
    masters.unit("box")
    masters.conversion("box", "pcs", 10)
    masters.conversion("box", "pcs", 12, "A-1")
    box, pcs = Unit.objects.get(code="box").pk, Unit.objects.get(code="pcs").pk
    assert convert(Decimal(2), box, pcs) == 20
    assert convert(Decimal(2), box, pcs, item.pk) == 24
    assert convert(Decimal(6), pcs, box, item.pk) == Decimal("0.5")


def test_conversions_follow_one_another() -> None:
    for code in ("pal", "box"):
        masters.unit(code)
    item = masters.item("A-1")
    masters.conversion("pal", "box", 20)
    masters.conversion("box", "pcs", 12, "A-1")
    ids = dict(Unit.objects.values_list("code", "pk"))
    known = converter([item.pk])
    assert known.convert(Decimal(1), ids["pal"], ids["pcs"], item.pk) == 240
    with pytest.raises(NoConversion, match="pal to pcs"):
        known.convert(Decimal(1), ids["pal"], ids["pcs"])


def test_a_third_is_rounded_half_up_to_six_decimals() -> None:
    masters.unit("box")
    masters.unit("pcs")
    masters.conversion("box", "pcs", 3)
    ids = dict(Unit.objects.values_list("code", "pk"))
    assert convert(Decimal(2), ids["pcs"], ids["box"]) == Decimal("0.666667")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ConversionRow("box", "box", factor=Decimal(2)), "into itself"),
        (ConversionRow("box", "pcs", factor=Decimal(0)), "more than zero"),
        (ConversionRow("pcs", "box", factor=Decimal("0.1")), "other way round"),
        (ConversionRow("none", "pcs", factor=Decimal(1)), "no unit called"),
        (ConversionRow("box", "pcs", "none", Decimal(1)), "no item called"),
        (ConversionRow("kg", "pcs", remove=True), "nothing to remove"),
    ],
)
def test_it_refuses_what_makes_no_sense(row: ConversionRow, words: str) -> None:
    for code in ("box", "pcs", "kg"):
        masters.unit(code)
    masters.conversion("box", "pcs", 10)
    with pytest.raises(RowsRefused, match=words):
        save_conversions(rows=[row], by=None)


def test_a_conversion_can_be_removed() -> None:
    masters.unit("box")
    masters.unit("pcs")
    masters.conversion("box", "pcs", 10)
    save_conversions(rows=[ConversionRow("box", "pcs", remove=True)], by=None)
    assert not UnitConversion.objects.filter(unit__code="box").exists()
