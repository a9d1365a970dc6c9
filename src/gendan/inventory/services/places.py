"""Verbs for locations and lots."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.events import LocationsSaved, LotsSaved
from gendan.inventory.models import Balance, Location, Lot
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import (
    Clear,
    Problems,
    RowsRefused,
    Saved,
    refuse_unless_sensible,
    upsert,
)
from gendan.kernel.service import service

# The far sides of moves, made when first needed; a company may have more of each kind.
FAR_SIDES = {
    Location.Kind.SUPPLIER: ("SUPPLIERS", "Suppliers", "供应商"),
    Location.Kind.CUSTOMER: ("CUSTOMERS", "Customers", "客户"),
    Location.Kind.PRODUCTION: ("PRODUCTION", "Production", "生产"),
    Location.Kind.LOSS: ("LOSS", "Loss and adjustment", "损耗与调整"),
    Location.Kind.OPENING: ("OPENING", "Opening stock", "期初库存"),
}


@dataclass(frozen=True)
class LocationRow:
    """A location by its code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    kind: str | None = None
    parent: str | None = None
    is_active: bool | None = None
    purpose: str | None = None
    sequence: int | None = None
    capacity: Decimal | Clear | None = None
    family: str | None = None
    partner: str | None = None


@dataclass(frozen=True)
class LotRow:
    """A lot or serial number of an item (its code)."""

    item: str
    code: str
    made_on: dt.date | Clear | None = None
    expires_on: dt.date | Clear | None = None


@service(gettext_lazy("Save locations"))
def save_locations(*, rows: Sequence[LocationRow], by: User | None) -> list[Location]:
    """Make or change places; one that holds goods keeps its kind and stays in use."""
    used = dict(
        Balance.objects.filter(location__code__in=[row.code for row in rows])
        .exclude(on_hand=0)
        .values_list("location__code", "location__kind")
        .distinct()
    )
    parents: dict[int, int | None] = dict(Location.objects.values_list("pk", "parent_id"))

    def check(location: Location, index: int, problems: Problems) -> None:
        kind = used.get(location.code)
        if kind is not None and kind != location.kind:
            problems.add(index, "kind", _("A place that holds goods keeps its kind."))
        if kind in Location.OWN and not location.is_active:
            problems.add(index, "is_active", _("Goods lie here; move them first."))
        _look_at_place(location, index, problems)
        above: int | None = location.parent_id
        while above is not None:
            if above == location.pk:
                problems.add(index, "parent", _("A place cannot lie inside itself."))
                return
            above = parents.get(above)
        if location.pk is not None:
            parents[location.pk] = location.parent_id

    saved = _outer_first(rows, check)
    codes = [one.code for one in saved.touched]
    record_saved(LocationsSaved, saved, room="inventory", codes=codes, by=by)
    return saved.objects


def _outer_first(
    rows: Sequence[LocationRow], check: Callable[[Location, int, Problems], None]
) -> Saved[Location]:
    """Save places before what lies in them, so that one sheet may bring a whole warehouse."""
    refuse_unless_sensible(rows)
    whole: Saved[Location] = Saved([], [], [], [])
    found: dict[int, Location] = {}
    left = list(enumerate(rows))
    while left:
        codes = {row.code for _index, row in left}
        wave = [(index, row) for index, row in left if (row.parent or "") not in codes] or left
        left = [pair for pair in left if pair not in wave]
        numbers = [index for index, _row in wave]
        try:
            saved = upsert(Location, [row for _index, row in wave], key=("code",), check=check)
        except RowsRefused as error:
            raise RowsRefused(
                [replace(one, index=numbers[one.index]) for one in error.rows]
            ) from error
        found.update(zip(numbers, saved.objects, strict=True))
        whole.made.extend(saved.made)
        whole.changed.extend(saved.changed)
    whole.objects.extend(found[index] for index in sorted(found))
    return whole


def _look_at_place(location: Location, index: int, problems: Problems) -> None:
    """What a kind of place must say, and may not be."""
    kinds = Location.Kind
    if location.kind == kinds.OUTSIDE and location.partner_id is None:
        problems.add(index, "partner", _("Say at whose premises these goods of ours lie."))
    if location.purpose == Location.Purpose.QUARANTINE and location.kind == kinds.STORE:
        problems.add(
            index, "purpose", _("A place of quarantine is of the kind quality hold, not a store.")
        )
    if location.purpose and not location.is_own:
        problems.add(index, "purpose", _("Only our own places have a purpose."))
    if location.capacity is not None and location.capacity <= 0:
        problems.add(index, "capacity", _("A quantity must be more than zero."))


@service(gettext_lazy("Save lots"))
def save_lots(*, rows: Sequence[LotRow], by: User | None) -> list[Lot]:
    """Make or change lots and serial numbers of traced items."""

    def check(lot: Lot, index: int, problems: Problems) -> None:
        if lot.made_on and lot.expires_on and lot.expires_on < lot.made_on:
            problems.add(index, "expires_on", _("It would expire before it was made."))

    saved = upsert(Lot, rows, key=("item", "code"), check=check)
    codes = [row.item for row in rows]
    record_saved(LotsSaved, saved, room="inventory", codes=codes, by=by)
    return saved.objects


def far_sides(kinds: Iterable[Location.Kind]) -> dict[Location.Kind, Location]:
    """The place that stands for each kind of far side, made if there is none: 1 query."""
    wanted = list(kinds)
    found: dict[Location.Kind, Location] = {}
    for one in Location.objects.filter(kind__in=wanted, is_active=True).order_by("-pk"):
        found[Location.Kind(one.kind)] = one
    for kind in wanted:
        if kind not in found:
            code, name_en, name_zh = FAR_SIDES[kind]
            found[kind], _made = Location.objects.get_or_create(
                code=code, defaults={"kind": kind, "name_en": name_en, "name_zh": name_zh}
            )
    return found
