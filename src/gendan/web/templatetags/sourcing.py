"""Tags of the purchase plan: costs that are compared, what a reader saw of a line."""

from django import template
from django.utils.formats import number_format

from gendan.purchasing.purchase_plan import PlanLine
from gendan.web.purchase_plan import seen as seen_of

register = template.Library()


@register.simple_tag
def cost(amount: float, currency: str = "") -> str:
    """A reckoned cost: two decimals, four where it is less than one."""
    places = 2 if abs(amount) >= 1 or abs(amount) < 0.00005 else 4
    shown = number_format(round(amount, places) + 0.0, places, force_grouping=True)
    return f"{shown} {currency}".strip()


@register.simple_tag
def seen(line: PlanLine) -> str:
    """What a reader saw of a line, so that ordering can tell whether it is still the same."""
    return seen_of(line)
