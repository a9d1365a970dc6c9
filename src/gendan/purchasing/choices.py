"""What can be done about a supply exception, with the day and the cost of each choice: read only.

Costs are what it costs more than as ordered, in the company's currency. What is not known (a price
nobody agreed, a weight nobody wrote) stays unknown: it is never guessed.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gendan.catalog.models import Alternate, Item
from gendan.catalog.queries import exchange_rates
from gendan.inventory.queries import availability
from gendan.kernel import clock
from gendan.kernel.money import round_money
from gendan.partners.models import DeliveryMethod, Lane
from gendan.partners.queries import transit_by
from gendan.purchasing.models import PurchaseOrderLine, SupplyException
from gendan.sourcing.queries import arrival_on, calendars_of, may_buy_from_many, sources_of

Kinds = SupplyException.Choice
NOTHING = Decimal(0)
MOST_OFFERED = 5


@dataclass(frozen=True)
class Choice:
    """One thing to do: when the goods are then there (None: nobody knows), what it costs more."""

    kind: str
    of: str = ""
    on: dt.date | None = None
    cost: Decimal | None = None
    note: str = ""
    may: bool = True
    quantity: Decimal | None = None  # what is bought then, where a minimum makes it more
    of_name: str = ""  # what people call it, where its code says little

    @property
    def key(self) -> str:
        """How the choice is named when it is made."""
        return f"{self.kind}:{self.of}" if self.of else self.kind

    @property
    def label(self) -> str:
        """Its words."""
        words = str(Kinds(self.kind).label)
        return f"{words}: {self.of_name or self.of}" if self.of else words


def choices_for(found: SupplyException) -> list[Choice]:
    """Everything that can be done about it (line, item, order and supplier selected)."""
    if found.kind == SupplyException.Kind.OVER:
        return [_keep(found), Choice(Kinds.RETURN, cost=None, note=_("Who pays the way back?"))]
    rates = exchange_rates([found.line.order.currency, *_currencies(found)], clock.today()) | {
        settings.COMPANY_CURRENCY: Decimal(1)
    }
    choices = [
        _wait(found),
        _split(found),
        *_substitutes(found, rates),
        *_others(found, rates),
        _air(found),
    ]
    if found.kind == SupplyException.Kind.WRONG:
        choices.insert(1, Choice(Kinds.RETURN, note=_("For a replacement or a credit note.")))
    return choices


def _wait(found: SupplyException) -> Choice:
    if found.kind == SupplyException.Kind.SHORT:
        note = _("Nothing more is expected of this line; the supplier must say when it comes.")
        return Choice(Kinds.WAIT, note=note, cost=NOTHING)
    note = "" if found.expected_on else _("The supplier has not said another day: chase it.")
    return Choice(Kinds.WAIT, on=found.expected_on, cost=NOTHING, note=note)


def _split(found: SupplyException) -> Choice:
    here = found.line.received
    if found.kind == SupplyException.Kind.WRONG:
        note = _("The wrong goods must be replaced first.")
        return Choice(Kinds.SPLIT, may=False, note=note)
    if here <= 0:
        note = _("Nothing of it is here yet: the parts and days you agree with the supplier.")
        return Choice(Kinds.SPLIT, on=found.expected_on, cost=NOTHING, note=note)
    note = _("%(quantity)s are here; the rest follows.") % {
        "quantity": _with_unit(here, found.line.item)
    }
    return Choice(Kinds.SPLIT, on=clock.today(), note=note)


def _keep(found: SupplyException) -> Choice:
    """What is too much costs its price, where it is invoiced."""
    rates = exchange_rates([found.line.order.currency], clock.today()) | {
        settings.COMPANY_CURRENCY: Decimal(1)
    }
    cost = _worth(found.line, found.quantity, rates)
    return Choice(Kinds.KEEP, on=clock.today(), cost=cost, note=_("If the supplier charges it."))


def _substitutes(found: SupplyException, rates: dict[str, Decimal]) -> list[Choice]:
    """What may stand in for the item wherever it is used, from free stock or from its supplier."""
    rows = Alternate.objects.filter(component=found.line.item_id).select_related("alternate__unit")
    known = list(rows.order_by("rank", "pk"))
    by_item = {one.alternate_id: one for one in reversed(known)}
    stock = availability(by_item) if by_item else {}
    offers = sources_of(by_item, on=clock.today()) if by_item else {}
    choices = []
    for one in sorted(by_item.values(), key=lambda row: (row.rank, row.pk))[:MOST_OFFERED]:
        wanted = found.quantity * one.quantity
        instead = _worth(found.line, found.quantity, rates)
        free = stock[one.alternate_id].free
        cost = _less(_standard(one.alternate, wanted), instead)
        if free >= wanted:
            choices.append(
                Choice(
                    Kinds.SUBSTITUTE,
                    one.alternate.code,
                    clock.today(),
                    cost,
                    _("From free stock.") + _only_in(one),
                )
            )
            continue
        offer = next(iter(offers.get(one.alternate_id, [])), None)
        note = _("Free stock: %(free)s of %(wanted)s.") % {
            "free": _with_unit(free, one.alternate),
            "wanted": _with_unit(wanted, one.alternate),
        }
        on = arrival_on(offer, clock.today()) if offer else None
        choices.append(Choice(Kinds.SUBSTITUTE, one.alternate.code, on, cost, note + _only_in(one)))
    return choices


def _with_unit(quantity: Decimal, item: Item) -> str:
    """A quantity with its unit in the reader's language."""
    is_chinese = (get_language() or "").startswith("zh")
    unit = item.unit.name_zh if is_chinese and item.unit.name_zh else item.unit.code
    return f"{quantity.normalize():,f} {unit}"


def _only_in(one: Alternate) -> str:
    """A substitute that holds for some made items only is said to."""
    return "" if one.parent_id is None else " " + _("Only in some made items.")


def _others(found: SupplyException, rates: dict[str, Decimal]) -> list[Choice]:
    """The other suppliers of the item from whom may be bought today."""
    line, today = found.line, clock.today()
    offers = [
        one
        for one in sources_of([line.item_id], on=today).get(line.item_id, [])
        if one.supplier_id != line.order.supplier_id
    ][:MOST_OFFERED]
    if not offers:
        return []
    ids = [one.supplier_id for one in offers]
    verdicts, calendars = may_buy_from_many(ids, today), calendars_of(ids)
    choices = []
    for one in offers:
        quantity = max(found.quantity, one.minimum)
        price = one.price_for(quantity)
        rate = rates.get(one.currency)
        cost = None if price is None or rate is None else price * quantity * rate
        verdict = verdicts.get(one.supplier_id)
        may = verdict is None or verdict.may
        note = "" if may or verdict is None else " ".join(verdict.reasons)
        if may and quantity > found.quantity:
            note = _("At least %(quantity)s.") % {"quantity": _with_unit(quantity, line.item)}
        if may and price is None:
            note = " ".join([note, _("No price is agreed.")]).strip()
        choices.append(
            Choice(
                Kinds.OTHER_SUPPLIER,
                one.supplier_code,
                arrival_on(one, today, calendars),
                _less(cost, _worth(line, found.quantity, rates)),
                note,
                may,
                quantity,
                one.name,
            )
        )
    return choices


def _air(found: SupplyException) -> Choice:
    """The goods are ready and fly: as many days as the lane by air of the supplier's country."""
    country = found.line.order.supplier.country
    if country == settings.COMPANY_COUNTRY:
        note = _("The supplier is in our country.")
        return Choice(Kinds.AIR, may=False, note=note)
    lane = Lane.objects.filter(method=DeliveryMethod.AIR, country=country).first()
    if lane is None:
        note = _("No lane by air is written for %(country)s.") % {"country": country or "–"}
        return Choice(Kinds.AIR, note=note)
    today = clock.today()
    there_on = transit_by(lane).from_ex_works(today).at_door_on
    days = (there_on - today).days
    note = _("%(days)s days from the day the goods are ready.") % {"days": days}
    cost = _freight(lane, found.line.item, found.quantity)
    return Choice(Kinds.AIR, on=there_on, cost=cost, note=note)


def _freight(lane: Lane, item: Item, quantity: Decimal) -> Decimal | None:
    """By weight or measure, the dearer one; None where either is not known."""
    if not item.carton_quantity:
        return None
    cartons = (quantity / item.carton_quantity).to_integral_value(ROUND_CEILING)
    costs: list[Decimal] = []
    for rate, each in ((lane.cost_per_kg, item.carton_kg), (lane.cost_per_m3, item.carton_m3)):
        if rate is None:
            continue
        if each is None:
            return None
        costs.append(rate * each * cartons)
    return round_money(max(costs), settings.COMPANY_CURRENCY) if costs else None


def _currencies(found: SupplyException) -> list[str]:
    offers = sources_of([found.line.item_id], on=clock.today()).get(found.line.item_id, [])
    return [one.currency for one in offers]


def _worth(line: PurchaseOrderLine, quantity: Decimal, rates: dict[str, Decimal]) -> Decimal | None:
    """What so much of the line costs as ordered."""
    rate = rates.get(line.order.currency)
    if rate is None:
        return None
    worth: Decimal = line.price * line.typed_quantity / line.quantity * quantity * rate
    return worth


def _standard(item: Item, quantity: Decimal) -> Decimal | None:
    return None if item.cost is None else item.cost * quantity


def _less(cost: Decimal | None, before: Decimal | None) -> Decimal | None:
    if cost is None or before is None:
        return None
    return round_money(cost - before, settings.COMPANY_CURRENCY)
