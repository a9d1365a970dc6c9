"""Verbs of value: costs that came on top of a receipt, standard costs, prices known later."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.catalog.queries import exchange_rates
from gendan.inventory.events import LandedCostAdded, StockValuedAnew
from gendan.inventory.models import ItemValue, LandedCost, Location, Move, ValueEntry
from gendan.inventory.services.valuing import (
    locked_values,
    own_money,
    refuse_too_large,
    write_values,
)
from gendan.kernel import clock, journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.money import LARGEST, minor_unit, round_money
from gendan.kernel.papers import of_paper, paper_number
from gendan.kernel.quantity import read_decimal
from gendan.kernel.row_facts import MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service

NOTHING = Decimal(0)
UNLIKELY = 3  # times what the goods are worth: beyond, a cost needs a reason


class NoReceipt(DomainError):
    """Nothing of ours came in with this paper."""


class AddedAlready(DomainError):
    """The same cost of the same invoice stands on this receipt."""


class CannotSpread(DomainError):
    """What the cost is to be spread by is not known, or is nothing."""


class ValueBelowZero(DomainError):
    """The stock would be worth less than nothing."""


@dataclass(frozen=True)
class StandardRow:
    """How an item is valued from now on; `standard` is needed for standard cost."""

    item: str
    method: str
    standard: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """What of a receipt one item came to: how much, its value, its weight in kg, and how much of
    it went back to where it came from."""

    item: Item
    quantity: Decimal
    value: Decimal
    weight: Decimal | None
    went_back: Decimal = NOTHING


@service(gettext_lazy("Add landed cost"))
def add_landed_cost(
    *,
    about: str,
    kind: str,
    reference: str,
    basis: str,
    amount: Decimal,
    currency: str = "",
    reason: str = "",
    by: User | None,
) -> LandedCost:
    """Spread a cost over what came in with a paper; it raises the average of what still lies here.

    The share of goods that have left already is written down as variance, not put on others. A
    negative amount is a credit note. The same invoice, kind and paper are taken once. More than
    three times what the goods are worth needs a reason.
    """
    about, reference = about.strip(), paper_number(reference)
    _refuse_odd_cost(about, kind, reference, basis)
    amount = _read_amount(amount)
    currency = (currency or settings.COMPANY_CURRENCY).strip().upper()
    rate = exchange_rates([currency], clock.today()).get(currency)
    if rate is None:
        raise Invalid(
            _("There is no exchange rate for %(currency)s.") % {"currency": currency[:10]},
            field="currency",
        )
    ours = _in_own_money(amount, currency, rate)
    parts = _parts_of(about)
    _refuse_unlikely(ours, parts, reason)
    shares = _shares(parts, basis, ours)
    # Locked before looking: who adds the same cost at the same time waits, then is refused.
    states = locked_values(one.item.pk for one in parts)
    standing = LandedCost.objects.filter(about=about, kind=kind)
    if of_paper(standing, "reference", reference).exists():
        raise AddedAlready(
            _("%(kind)s of invoice %(reference)s is on this receipt already.")
            % {"kind": LandedCost.Kind(kind).label, "reference": reference}
        )
    cost = LandedCost.objects.create(
        about=about,
        kind=kind,
        reference=reference,
        basis=basis,
        amount=round_money(amount, currency),
        currency=currency,
        rate=rate,
        in_company_currency=ours,
        at=clock.now(),
        by=by,
    )
    _put_on(cost, parts, shares, states, reason.strip(), by)
    items = [one.item.pk for one in parts]
    names = [f"catalog.item:{pk}" for pk in items][:MOST_REFERRED]
    papers = [about] if ":" in about else []
    fact = LandedCostAdded(
        landed_id=cost.pk, paper=about, amount=str(cost.in_company_currency), item_ids=items
    )
    journal.record(fact, about=["inventory", *papers, *names], by=by)
    return cost


@service(gettext_lazy("Set how stock is valued"))
def save_standard_costs(*, rows: Sequence[StandardRow], by: User | None) -> list[ItemValue]:
    """Value items by moving average or by standard cost from now on; what lies here follows."""
    refuse_unless_sensible(rows)
    codes = {" ".join(row.item.split()) for row in rows}
    items = {one.code: one for one in Item.objects.filter(code__in=codes)}
    problems = Problems()
    wanted: dict[int, StandardRow] = {}
    for index, row in enumerate(rows):
        item = items.get(" ".join(row.item.split()))
        if item is None:
            message = _("There is no item called “%(code)s”.") % {"code": row.item[:60]}
            problems.add(index, "item", message)
            continue
        field = "method"
        try:
            if row.method not in ItemValue.Method.values:
                raise Unusable(_("Say moving average or standard cost."))
            field = "standard"
            _refuse_odd_standard(row)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
            continue
        wanted[item.pk] = row
    problems.refuse_if_any()
    states = locked_values(wanted)
    entries = [
        entry
        for pk, row in sorted(wanted.items())
        if (entry := _value_anew(states[pk], row, by)) is not None
    ]
    refuse_too_large(states.values(), entries)
    ValueEntry.objects.bulk_create(entries)
    write_values(list(states.values()))
    changed = sorted(wanted)
    names = [f"catalog.item:{pk}" for pk in changed][:MOST_REFERRED]
    journal.record(StockValuedAnew(item_ids=changed), about=["inventory", *names], by=by)
    return [states[pk] for pk in changed]


def _refuse_odd_standard(row: StandardRow) -> None:
    if row.standard is None:
        if row.method == ItemValue.Method.STANDARD:
            raise Unusable(_("Standard cost needs an amount per unit."))
        return
    if not 0 <= read_decimal(row.standard) <= 10**9:
        raise Unusable(_("A cost is an amount, and not below zero."))


def _value_anew(state: ItemValue, row: StandardRow, by: User | None) -> ValueEntry | None:
    state.method = row.method
    if row.standard is not None:
        state.standard = read_decimal(row.standard)
    if state.method != ItemValue.Method.STANDARD or state.standard is None or not state.quantity:
        return None
    exact = state.standard * state.quantity
    difference = own_money(exact) - state.value
    if not difference:
        return None
    state.value += difference
    return ValueEntry(
        item_id=state.item_id,
        kind=ValueEntry.Kind.REVALUED,
        quantity=NOTHING,
        value=difference,
        rounding=(own_money(exact) - exact).quantize(Decimal("0.000001")),
        at=clock.now(),
        by=by,
    )


def _refuse_odd_cost(about: str, kind: str, reference: str, basis: str) -> None:
    if not about or len(about) > 80:
        raise Invalid(_("Name the paper the goods came in with."), field="about")
    if kind not in LandedCost.Kind.values:
        raise Invalid(_("Say what kind of cost this is."), field="kind")
    if basis not in LandedCost.Basis.values:
        raise Invalid(_("Say by what the cost is spread."), field="basis")
    if not reference or len(reference) > 80:
        raise Invalid(_("Name the invoice: the same cost is taken once."), field="reference")


def _read_amount(amount: object) -> Decimal:
    number = read_decimal(amount, field="amount")
    if not number or abs(number) > LARGEST / 100:
        raise Invalid(_("An amount that can be meant is needed."), field="amount")
    return number


def _in_own_money(amount: Decimal, currency: str, rate: Decimal) -> Decimal:
    """The amount in the company's currency; refused where nothing is left of it, or too much."""
    ours = own_money(amount * rate)
    if not ours or not round_money(amount, currency):
        raise Invalid(_("This amount rounds to nothing."), field="amount")
    if abs(ours) > LARGEST:
        words = _("This amount is too large to be true.")
        raise Invalid(words, field="amount")
    return ours


def _refuse_unlikely(ours: Decimal, parts: Sequence[Part], reason: str) -> None:
    """A cost far above what the goods are worth is a slip of the pen, unless somebody says why."""
    worth = sum((one.value for one in parts), NOTHING)
    if len(reason) > 120:
        raise Invalid(_("A reason has at most 120 characters."), field="reason")
    if worth > 0 and abs(ours) > worth * UNLIKELY and not reason.strip():
        raise Invalid(
            _("%(amount)s is more than %(times)s times what the goods are worth: say why.")
            % {"amount": f"{ours:f}", "times": UNLIKELY},
            field="reason",
        )


def _parts_of(about: str) -> list[Part]:
    """What came in with a paper and was not moved back, by item: 3 queries."""
    moves = (
        Move.objects.filter(about=about, value_entry__kind=ValueEntry.Kind.IN, reverses=None)
        .filter(reversed_by=None)
        .values_list("item_id", "quantity", "value_entry__value", "value_entry__variance")
    )
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for item_id, quantity, value, variance in moves:
        before = sums.get(item_id, (NOTHING, NOTHING))
        sums[item_id] = (before[0] + quantity, before[1] + value + variance)
    if not sums:
        raise NoReceipt(
            _("Nothing of ours came in with “%(paper)s”.") % {"paper": about}, field="about"
        )
    back = _went_back(about)
    items = Item.objects.filter(pk__in=sums).order_by("pk")
    return [
        Part(
            one,
            sums[one.pk][0],
            sums[one.pk][1],
            _weight(one, sums[one.pk][0]),
            min(back.get(one.pk, NOTHING), sums[one.pk][0]),
        )
        for one in items
    ]


def _went_back(about: str) -> dict[int, Decimal]:
    """What left us to suppliers for the same paper, by item: 1 query."""
    rows = (
        Move.objects.filter(about=about, target__kind=Location.Kind.SUPPLIER, reverses=None)
        .filter(reversed_by=None)
        .values_list("item_id")
        .annotate(whole=Sum("quantity"))
        .order_by()
    )
    return dict(rows)


def _weight(item: Item, quantity: Decimal) -> Decimal | None:
    if item.carton_kg is None or not item.carton_quantity:
        return None
    return Decimal(quantity * item.carton_kg / item.carton_quantity)


def _shares(parts: Sequence[Part], basis: str, amount: Decimal) -> list[Decimal]:
    """The amount in parts by what each item came to; the largest remainders take the last cents."""
    if basis == LandedCost.Basis.WEIGHT:
        unknown = [one.item.code for one in parts if one.weight is None]
        if unknown:
            raise CannotSpread(
                _("The weight of %(items)s is not known: write its carton's weight and pieces.")
                % {"items": ", ".join(unknown[:5])},
                field="basis",
            )
    keys = [_key(one, basis) for one in parts]
    whole = sum(keys, NOTHING)
    if whole <= 0:
        raise CannotSpread(_("What came in is worth nothing yet: spread it by quantity."))
    unit = minor_unit(settings.COMPANY_CURRENCY)
    exact = [amount * key / whole for key in keys]
    shares = [one.quantize(unit, rounding=ROUND_DOWN) for one in exact]
    left = int((amount - sum(shares, NOTHING)) / unit)
    order = sorted(range(len(parts)), key=lambda at: (-abs(exact[at] - shares[at]), at))
    for at in order[: abs(left)]:
        shares[at] += unit if left > 0 else -unit
    return shares


def _key(one: Part, basis: str) -> Decimal:
    if basis == LandedCost.Basis.VALUE:
        return one.value
    return (one.weight or NOTHING) if basis == LandedCost.Basis.WEIGHT else one.quantity


def _put_on(
    cost: LandedCost,
    parts: Sequence[Part],
    shares: Sequence[Decimal],
    states: dict[int, ItemValue],
    reason: str,
    by: User | None,
) -> None:
    entries = []
    for part, share in zip(parts, shares, strict=True):
        state = states[part.item.pk]
        # What lies here of other receipts takes no share of goods that went back.
        there = min(state.quantity, part.quantity - part.went_back)
        stays = own_money(share * there / part.quantity)
        if state.method == ItemValue.Method.STANDARD:
            stays = NOTHING
        if state.value + stays < 0:
            raise ValueBelowZero(
                _("%(item)s would be worth less than nothing.") % {"item": part.item.code}
            )
        state.value += stays
        entries.append(
            ValueEntry(
                item_id=part.item.pk,
                landed=cost,
                kind=ValueEntry.Kind.LANDED,
                quantity=NOTHING,
                value=stays,
                variance=share - stays,
                at=cost.at,
                by=by,
                about=cost.about,
                reason=": ".join(one for one in (cost.reference, reason) if one)[:200],
            )
        )
    refuse_too_large(states.values(), entries)
    ValueEntry.objects.bulk_create(entries)
    write_values(list(states.values()))
