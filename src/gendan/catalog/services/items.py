"""Verbs for families and items."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import FamiliesSaved, ItemsSaved
from gendan.catalog.models import Family, Item, Unit
from gendan.catalog.services.item_rules import rules_of, tell_rules, wrong_rules
from gendan.catalog.services.specifications import release_saved
from gendan.kernel.models import User
from gendan.kernel.quantity import QuantityField
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service


@dataclass(frozen=True)
class FamilyRow:
    """A family of items by its code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    kind: str | None = None
    uses_matrix: bool | None = None
    uses_assortment: bool | None = None
    sizes: Sequence[str] | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class ItemRow:
    """An item by its code; `family` and `unit` are codes, needed for a new item as is `supply`."""

    code: str
    family: str | None = None
    unit: str | None = None
    supply: str | None = None
    name_en: str | None = None
    name_zh: str | None = None
    model: str | None = None
    style: str | None = None
    colour: str | None = None
    size: str | None = None
    specification: dict[str, Any] | None = None
    specification_version: str | None = None
    barcode: str | None = None
    hs_code: str | None = None
    is_sold: bool | None = None
    lead_days: int | None = None
    lot_rule: str | None = None
    lot_size: Decimal | None = None
    lot_minimum: Decimal | None = None
    lot_maximum: Decimal | None = None
    period_days: int | None = None
    safety_stock: Decimal | None = None
    yield_percent: Decimal | None = None
    fence_days: int | None = None
    demand_fence_days: int | None = None
    traced: str | None = None
    cost: Decimal | Clear | None = None
    carton_quantity: Decimal | Clear | None = None
    carton_kg: Decimal | Clear | None = None
    carton_m3: Decimal | Clear | None = None
    is_active: bool | None = None


@service(gettext_lazy("Save item families"))
def save_families(*, rows: Sequence[FamilyRow], by: User | None) -> list[Family]:
    """Make or change families of items."""

    def check(family: Family, index: int, problems: Problems) -> None:
        if len(set(family.sizes)) != len(family.sizes):
            problems.add(index, "sizes", _("A size stands twice."))

    saved = upsert(Family, rows, key=("code",), check=check)
    record_saved(
        FamiliesSaved, saved, room="catalog", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save items"))
def save_items(*, rows: Sequence[ItemRow], by: User | None) -> list[Item]:
    """Make or change items: one fact and a fixed number of queries, whatever their number."""
    counted = _counted_in_another_unit(rows)
    problems = Problems()
    _refuse_same_style(rows, problems)
    steps = dict(Unit.objects.values_list("pk", "step"))

    def check(item: Item, index: int, problems: Problems) -> None:
        for name, message in wrong_rules(item, steps[item.unit_id]):
            problems.add(index, name, message)
        if not isinstance(item.specification, dict):
            problems.add(index, "specification", _("This must be a list of names and values."))
        if item.carton_quantity is not None and item.carton_quantity <= 0:
            problems.add(index, "carton_quantity", _("A carton holds more than nothing."))
        if item.code in counted:
            problems.add(
                index,
                "unit",
                _("The unit of an item that is in use cannot be changed; make a new item."),
            )

    before, rules = _versions_of(rows), rules_of(rows)
    saved = upsert(Item, rows, key=("code",), check=check, problems=problems)
    touched = saved.touched
    record_saved(
        ItemsSaved, saved, room="catalog", codes=[one.code for one in touched], about=touched, by=by
    )
    release_saved(before, saved.changed, by)
    tell_rules(rules, saved.changed, by)
    return saved.objects


def _versions_of(rows: Sequence[ItemRow]) -> dict[str, str]:
    """The specification versions in force of items that are given one: 1 query, if any is."""
    codes = [row.code for row in rows if row.specification_version]
    if not codes:
        return {}
    found = Item.objects.filter(code__in=codes)
    return dict(found.values_list("code", "specification_version"))


def _counted_in_another_unit(rows: Sequence[ItemRow]) -> set[str]:
    """Codes of items that would get another unit although quantities of them stand somewhere.

    Every table with a quantity that points to items counts, those of higher rooms too: found by
    the tables' own relations, so the catalog imports none of them. 1 query, 2 if units change.
    """
    wanted = {row.code: row.unit for row in rows if row.unit}
    units = Item.objects.filter(code__in=wanted).values_list("code", "unit__code")
    changing = [code for code, unit in units if wanted[code] != unit]
    if not changing:
        return set()
    counted = Q()
    for relation in Item._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        table = relation.related_model
        if any(isinstance(column, QuantityField) for column in table._meta.get_fields()):
            pointing = table._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            counted |= Q(Exists(pointing))
    return set(Item.objects.filter(counted, code__in=changing).values_list("code", flat=True))


def _refuse_same_style(rows: Sequence[ItemRow], problems: Problems) -> None:
    """One item per style, colour and size: within the rows and beside what exists. One query."""
    wanted = [
        (index, row, (row.style, row.colour or "", row.size or ""))
        for index, row in enumerate(rows)
        if row.style
    ]
    if not wanted:
        return
    times = Counter(triple for _index, _row, triple in wanted)
    styles = {row.style for _index, row, _triple in wanted if row.style}
    standing = {
        (style, colour, size): code
        for style, colour, size, code in Item.objects.filter(style__in=styles).values_list(
            "style", "colour", "size", "code"
        )
    }
    coming = {row.code for row in rows}
    for index, row, triple in wanted:
        other = standing.get(triple, row.code)
        if times[triple] > 1 or (other != row.code and other not in coming):
            problems.add(
                index,
                "style",
                _("Another item has this style, colour and size (%(code)s).")
                % {"code": other if other != row.code else "/".join(map(str, triple))},
            )
