"""Verbs for units of measure and the conversions between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import ConversionsSaved, UnitsSaved
from gendan.catalog.models import Item, Unit, UnitConversion
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service


@dataclass(frozen=True)
class UnitRow:
    """A unit by its code; `rec20` is its UN/ECE Recommendation 20 code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    rec20: str | None = None
    step: Decimal | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class ConversionRow:
    """1 `unit` is `factor` × `into`; `item` empty holds for all items."""

    unit: str
    into: str
    item: str = ""
    factor: Decimal | None = None
    remove: bool = False


@service(gettext_lazy("Save units"))
def save_units(*, rows: Sequence[UnitRow], by: User | None) -> list[Unit]:
    """Make or change units of measure."""

    def check(unit: Unit, index: int, problems: Problems) -> None:
        if unit.step <= 0:
            problems.add(index, "step", _("The smallest step must be more than zero."))

    saved = upsert(Unit, rows, key=("code",), check=check)
    record_saved(
        UnitsSaved, saved, room="catalog", codes=[unit.code for unit in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save unit conversions"))
def save_conversions(*, rows: Sequence[ConversionRow], by: User | None) -> list[UnitConversion]:
    """Make, change or remove conversions, for one item or for all."""
    turned = _turned_round(rows)

    def check(one: UnitConversion, index: int, problems: Problems) -> None:
        if one.unit_id == one.into_id:
            problems.add(index, "into", _("A unit is not converted into itself."))
        elif one.factor is not None and one.factor <= 0:
            problems.add(index, "factor", _("The factor must be more than zero."))
        elif (one.item_id, one.into_id, one.unit_id) in turned:
            problems.add(index, "into", _("The same conversion stands the other way round."))

    saved = upsert(UnitConversion, rows, key=("unit", "into", "item"), check=check)
    items = {one.item_id for one in saved.touched if one.item_id}
    about = [f"catalog.item:{pk}" for pk in sorted(items)]
    units = [row.unit for row in rows]
    record_saved(ConversionsSaved, saved, room="catalog", codes=units, about=about, by=by)
    return saved.objects


def _turned_round(rows: Sequence[ConversionRow]) -> set[tuple[int | None, int, int]]:
    """(item, unit, into) of all conversions there will be between the units of the rows."""
    codes = {code for row in rows for code in (row.unit, row.into)}
    items = {row.item for row in rows if row.item}
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "pk"))
    item_ids = dict(Item.objects.filter(code__in=items).values_list("code", "pk"))
    standing: set[tuple[int | None, int, int]] = set(
        UnitConversion.objects.filter(unit_id__in=units.values(), into_id__in=units.values())
        .filter(Q(item_id__isnull=True) | Q(item_id__in=item_ids.values()))
        .values_list("item_id", "unit_id", "into_id")
    )
    for row in rows:
        if row.unit in units and row.into in units:
            key = (item_ids.get(row.item), units[row.unit], units[row.into])
            (standing.discard if row.remove else standing.add)(key)
    return standing
