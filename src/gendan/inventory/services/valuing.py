"""What stock is worth follows the moves: moving average or standard cost, nothing below zero.

Value enters with what comes into our own places and leaves with what goes out of them; carrying
goods between our own places changes nothing. The last piece takes what is left of the value, so
that rounding never stays behind in an empty store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.inventory.models import ItemValue, Move, ValueEntry
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.money import LARGEST, round_money

NOTHING = Decimal(0)
FINEST = Decimal("0.000001")
Kind = ValueEntry.Kind


class TooLarge(DomainError):
    """A quantity or an amount that no book can hold."""


@dataclass(frozen=True)
class Crossing:
    """A move over the border of what is ours: inward (quantity > 0) or outward."""

    move: Move
    quantity: Decimal
    unit_cost: Decimal | None = None  # what one unit cost, where somebody knows


def own_money(amount: Decimal) -> Decimal:
    """An amount in the company's currency, rounded to its minor unit."""
    return round_money(amount, settings.COMPANY_CURRENCY)


def locked_values(item_ids: Iterable[int]) -> dict[int, ItemValue]:
    """The values of items, made where there are none, locked by item: 1 query, 3 for new ones."""
    wanted = sorted(set(item_ids))
    rows = ItemValue.objects.select_for_update(of=("self",)).order_by("item_id")
    found = {one.item_id: one for one in rows.filter(item_id__in=wanted)}
    missing = [pk for pk in wanted if pk not in found]
    if missing:
        ItemValue.objects.bulk_create(
            [ItemValue(item_id=pk) for pk in missing], ignore_conflicts=True
        )
        found |= {one.item_id: one for one in rows.filter(item_id__in=missing)}
    return found


def value_crossings(crossings: Sequence[Crossing], *, by: User | None) -> None:
    """Let the values follow the moves: 3 queries, up to 5 for mistakes and what is new."""
    if not crossings:
        return
    values = locked_values(one.move.item_id for one in crossings)
    reversed_values = _values_of(one.move.reverses_id for one in crossings)
    costs = _costs(values, crossings)
    entries = []
    for one in crossings:
        state = values[one.move.item_id]
        known = reversed_values.get(one.move.reverses_id or 0)
        if one.quantity > 0:
            entries.append(_come_in(state, one, known, costs, by))
        else:
            entries.append(_go_out(state, one, known, by))
    refuse_too_large(values.values(), entries)
    ValueEntry.objects.bulk_create(entries)
    write_values(list(values.values()))


def refuse_too_large(states: Iterable[ItemValue], entries: Sequence[ValueEntry]) -> None:
    """Refuse what no book can hold, in words, before it is written."""
    worth = [*(one.value for one in states), *(one.value for one in entries)]
    worth += [one.variance for one in entries]
    if any(abs(one) > LARGEST for one in worth):
        raise TooLarge(_("What these goods would be worth is too large to be true."))


def write_values(values: Sequence[ItemValue]) -> None:
    """Write changed values: one query."""
    ItemValue.objects.bulk_create(
        values,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["quantity", "value", "method", "standard"],
    )


def _come_in(
    state: ItemValue,
    one: Crossing,
    known: Decimal | None,
    costs: dict[int, Decimal | None],
    by: User | None,
) -> ValueEntry:
    unit = one.unit_cost
    if unit is None:
        unit = state.unit_value if state.quantity else costs.get(state.item_id)
    if unit is None:
        unit = state.standard or NOTHING
    exact = -known if known is not None and one.unit_cost is None else unit * one.quantity
    value, variance = own_money(exact), NOTHING
    if state.method == ItemValue.Method.STANDARD and state.standard is not None:
        paid = value if one.unit_cost is not None else None
        exact = state.standard * one.quantity
        value = own_money(exact)
        variance = NOTHING if paid is None else paid - value
    state.quantity += one.quantity
    state.value += value
    return _entry(one, Kind.IN, value, exact, variance, by)


def _go_out(state: ItemValue, one: Crossing, known: Decimal | None, by: User | None) -> ValueEntry:
    quantity = -one.quantity
    unit = state.unit_value or NOTHING
    exact = known if known is not None else unit * quantity
    value = min(state.value, own_money(exact))
    if quantity >= state.quantity:
        value, exact = state.value, state.value
    state.quantity -= quantity
    state.value -= value
    return _entry(one, Kind.OUT, -value, -exact, NOTHING, by)


def _entry(
    one: Crossing,
    kind: str,
    value: Decimal,
    exact: Decimal,
    variance: Decimal,
    by: User | None,
) -> ValueEntry:
    return ValueEntry(
        item_id=one.move.item_id,
        move=one.move,
        kind=kind,
        quantity=one.quantity,
        value=value,
        rounding=(value - exact).quantize(FINEST, rounding=ROUND_HALF_UP),
        variance=variance,
        at=one.move.at,
        by=by,
        about=one.move.about,
        reason=one.move.reason,
    )


def _values_of(move_ids: Iterable[int | None]) -> dict[int, Decimal]:
    """What the moves that are taken back had changed: no query where nothing is taken back."""
    wanted = {pk for pk in move_ids if pk is not None}
    if not wanted:
        return {}
    rows = ValueEntry.objects.filter(move_id__in=wanted)
    return dict(rows.values_list("move_id", "value"))


def _costs(
    values: dict[int, ItemValue], crossings: Sequence[Crossing]
) -> dict[int, Decimal | None]:
    """Standard costs of the catalog, for what comes in where nothing lies yet."""
    unknown = {
        one.move.item_id
        for one in crossings
        if one.quantity > 0 and one.unit_cost is None and not values[one.move.item_id].quantity
    }
    if not unknown:
        return {}
    return dict(Item.objects.filter(pk__in=unknown).values_list("pk", "cost"))
