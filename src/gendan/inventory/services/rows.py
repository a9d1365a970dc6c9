"""Reading rows that name items, units, lots and places by code, for all verbs of the ledger."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from gendan.catalog.models import Item, Unit
from gendan.catalog.queries import Converter, converter
from gendan.inventory.models import Location, Lot
from gendan.inventory.services.places import LotRow, save_lots
from gendan.kernel.cleaners import Unusable, clean_line, codes_to_ids
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems

ONE = Decimal(1)


class ItemRow(Protocol):
    """What every row of the ledger says."""

    @property
    def item(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class Names:
    """What the codes in the rows mean."""

    items: dict[str, Item]
    units: dict[str, int]
    to_own: Converter
    locations: dict[str, Location]

    @classmethod
    def of(cls, rows: Sequence[ItemRow], locations: Iterable[str] = ()) -> "Names":
        """Look up everything the rows name: 2 queries, 5 with other units and places."""
        codes = {" ".join(row.item.split()) for row in rows}
        found = Item.objects.filter(code__in=codes).select_related("unit")
        items = {one.code: one for one in found}
        units = codes_to_ids(Unit, {row.unit for row in rows if row.unit})
        places = {code for code in locations if code}
        return cls(
            items=items,
            units=units,
            to_own=converter(one.pk for one in items.values()) if units else Converter({}, {}),
            locations={one.code: one for one in Location.objects.filter(code__in=places)}
            if places
            else {},
        )

    def item(self, code: str) -> Item:
        """The item, or a refusal in words."""
        found = self.items.get(clean_line(code))
        if found is None:
            raise Unusable(_("There is no item called “%(code)s”.") % {"code": code[:60]})
        return found

    def location(self, code: str) -> Location:
        """The place, or a refusal in words."""
        found = self.locations.get(code)
        if found is None:
            raise Unusable(_("There is no location called “%(code)s”.") % {"code": code[:60]})
        if not found.is_active:
            raise Unusable(_("The location %(code)s is no longer used.") % {"code": code})
        return found

    def quantity(self, row: ItemRow) -> Decimal:
        """The row's quantity in the item's own unit, a multiple of that unit's step."""
        item = self.item(row.item)
        step = item.unit.step
        if not row.unit or row.unit == item.unit.code:
            return read_quantity(row.quantity, step=step)
        if row.unit not in self.units:
            raise Unusable(_("There is no unit called “%(code)s”.") % {"code": row.unit[:60]})
        typed = read_quantity(row.quantity)
        own = self.to_own.convert(typed, self.units[row.unit], item.unit_id, item.pk)
        return read_quantity(own, step=step)


@dataclass(frozen=True)
class LotWish:
    """A lot a row names; new ones may only come from outside."""

    index: int
    item: Item
    code: str
    may_be_new: bool
    made_on: dt.date | None = None
    expires_on: dt.date | None = None


def lots_of(
    wishes: Sequence[LotWish], problems: Problems, *, by: User | None
) -> dict[tuple[int, str], Lot]:
    """The lots named, new ones made: 1 query, and a few more where some are new."""
    named = [one for one in wishes if one.code]
    if not named:
        return {}
    rows = Lot.objects.filter(
        item_id__in={one.item.pk for one in named}, code__in={one.code for one in named}
    )
    lots = {(one.item_id, one.code): one for one in rows}
    new: dict[tuple[int, str], LotRow] = {}
    for one in named:
        key = (one.item.pk, one.code)
        if key in lots:
            continue
        if not one.may_be_new:
            problems.add(
                one.index,
                "lot",
                _("%(item)s has no lot %(lot)s.") % {"item": one.item.code, "lot": one.code},
            )
        elif len(one.code) > 60:
            problems.add(one.index, "lot", _("A lot has at most 60 characters."))
        else:
            new[key] = LotRow(
                item=one.item.code,
                code=one.code,
                made_on=one.made_on,
                expires_on=one.expires_on,
            )
    if new and not problems.rows:
        made = save_lots(rows=list(new.values()), by=by)
        lots |= {(one.item_id, one.code): one for one in made}
    return lots


def refuse_wrong_tracing(item: Item, lot: str, quantity: Decimal) -> None:
    """Traced items move with their lot, serial numbers one by one, all others without."""
    if item.traced == Item.Traced.NO:
        if lot:
            raise Unusable(_("%(item)s is not traced by lot.") % {"item": item.code})
        return
    if not lot:
        raise Unusable(
            _("%(item)s is traced: name its lot or serial number.") % {"item": item.code}
        )
    if item.traced == Item.Traced.SERIAL and quantity != ONE:
        raise Unusable(_("A serial number stands for exactly one piece."))


def refuse_odd_cost(cost: object) -> None:
    """What a unit cost is an amount not below zero (None: nobody says)."""
    if cost is None:
        return
    if not isinstance(cost, Decimal | int) or not Decimal(cost).is_finite() or cost < 0:
        raise Unusable(_("A cost is an amount, and not below zero."))
    if cost > 10**9:
        raise Unusable(_("“%(text)s” is too large to be true.") % {"text": str(cost)[:40]})
