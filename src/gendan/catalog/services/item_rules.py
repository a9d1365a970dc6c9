"""What stands in the way of an item's planning rules, and how changes of them are told."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.catalog.events import ItemRulesChanged
from gendan.catalog.models import Item
from gendan.catalog.rules import LEAST_YIELD, LONGEST_DAYS, WHOLE_YIELD, PlanRules
from gendan.kernel import journal
from gendan.kernel.journal import Fact
from gendan.kernel.models import User

RULES = tuple(column.name for column in PlanRules._meta.get_fields())
Wrong = tuple[str, str]  # the column, and what is wrong


def wrong_rules(item: Item, step: Decimal) -> Iterator[Wrong]:
    """The planning rules of an item that cannot hold; `step` is its unit's smallest."""
    if item.safety_stock < 0:
        yield "safety_stock", _("The safety stock is at least zero.")
    if not LEAST_YIELD <= item.yield_percent <= WHOLE_YIELD:
        yield "yield_percent", _("The yield is a percentage from 1 to 100.")
    for name in ("period_days", "fence_days", "demand_fence_days"):
        if getattr(item, name) > LONGEST_DAYS:
            most = {"most": LONGEST_DAYS}
            yield name, _("At most %(most)s working days can be planned with.") % most
    if item.lot_rule == Item.LotRule.PERIOD and not item.period_days:
        yield "period_days", _("Say how many working days one lot covers.")
    yield from _wrong_lots(item, step)


def _wrong_lots(item: Item, step: Decimal) -> Iterator[Wrong]:
    low, high, size = item.lot_minimum, item.lot_maximum, item.lot_size
    if size <= 0:
        yield "lot_size", _("The lot size must be more than zero.")
    elif low < 0:
        yield "lot_minimum", _("The smallest lot is at least zero.")
    elif high < 0:
        yield "lot_maximum", _("The largest lot is at least zero; zero is no limit.")
    elif 0 < high < low:
        yield "lot_maximum", _("The largest lot is smaller than the smallest lot.")
    elif item.lot_rule == Item.LotRule.LIMITS and not low and not high:
        yield "lot_minimum", _("Say the smallest lot or the largest one.")
    elif item.has_limits and high and not _fits(item, step):
        yield (
            "lot_maximum",
            _("No multiple of the lot size lies between the smallest and the largest lot."),
        )
    elif LEAST_YIELD <= item.yield_percent <= WHOLE_YIELD and not _is_any_good(item, step):
        yield "yield_percent", _("By this yield nothing of the largest lot would be good.")


def _fits(item: Item, step: Decimal) -> bool:
    """Whether a lot within the limits exists, counted in whole steps as plans count."""
    lot = _steps(item.lot_size, step)
    least = max(-(-_steps(item.lot_minimum, step) // lot), 1) * lot
    return _steps(item.lot_maximum, step, up=False) // lot * lot >= least


def _is_any_good(item: Item, step: Decimal) -> bool:
    """Whether the largest order allowed has a good step: else it would be ordered for ever."""
    lot = _steps(item.lot_size, step)
    if item.lot_rule == Item.LotRule.FIXED:
        most = lot
    elif item.has_limits and item.lot_maximum:
        most = _steps(item.lot_maximum, step, up=False) // lot * lot
    else:
        return True
    return most * item.yield_percent >= 100


def _steps(quantity: Decimal, step: Decimal, *, up: bool = True) -> int:
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    return int((quantity / step).to_integral_value(rounding))


def rules_of(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """The rules as text of items that are given some, by code: 1 query, if any is."""
    codes = [row.code for row in rows if any(getattr(row, name) is not None for name in RULES)]
    return {one.code: _texts(one) for one in Item.objects.filter(code__in=codes)} if codes else {}


def tell_rules(
    before: Mapping[str, Mapping[str, str]], items: Sequence[Item], by: User | None
) -> None:
    """Record of each item that is planned by other rules now which, and what they were."""
    facts: list[tuple[Fact, list[Item | str]]] = []
    for item in items:
        was, now = before.get(item.code, {}), _texts(item)
        changed = [name for name in was if was[name] != now[name]]
        if changed:
            fact = ItemRulesChanged(
                item_id=item.pk,
                item=item.code,
                was={name: was[name] for name in changed},
                now={name: now[name] for name in changed},
            )
            facts.append((fact, [item, "catalog"]))
    if facts:
        journal.record_many(facts, by=by)


def _texts(item: Item) -> dict[str, str]:
    """The rules of an item as text, numbers without zeros that say nothing."""
    values = {name: getattr(item, name) for name in RULES}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
        for name, value in values.items()
    }
