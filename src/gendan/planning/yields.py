"""What promises need more of, and get less of, because not everything comes good (良率)."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gendan.engine.promise.facts import Component, Operation, Supply
from gendan.kernel.quantity import STEP

WHOLE = Decimal(100)


def good_supplies(supplies: Iterable[Supply], percent: Decimal) -> tuple[Supply, ...]:
    """What of ordered goods comes good."""
    if percent == WHOLE:
        return tuple(supplies)
    return tuple(replace(one, quantity=good_of(one.quantity, percent)) for one in supplies)


def good_of(quantity: Decimal, percent: Decimal) -> Decimal:
    """What of a quantity started or ordered comes good."""
    if percent == WHOLE:
        return quantity
    return (quantity * percent / WHOLE).quantize(STEP, ROUND_FLOOR)


def whole_good_of(quantity: Decimal, percent: Decimal, step: Decimal) -> Decimal:
    """What of a lot comes good, in whole steps of the unit; a lot too small for one as it is."""
    if percent == WHOLE:
        return quantity
    return good_of(quantity, percent) // step * step or quantity


def for_good_components(parts: tuple[Component, ...], percent: Decimal) -> tuple[Component, ...]:
    """What one good piece takes of each component."""
    if percent == WHOLE:
        return parts
    return tuple(replace(one, quantity_per=_more(one.quantity_per, percent)) for one in parts)


def for_good_operations(steps: tuple[Operation, ...], percent: Decimal) -> tuple[Operation, ...]:
    """The minutes one good piece takes; setting up takes as long as ever."""
    if percent == WHOLE:
        return steps
    return tuple(
        replace(
            one,
            run_minutes=_more(one.run_minutes, percent),
            effort=one.effort and one.effort.slower(percent),
        )
        for one in steps
    )


def _more(number: Decimal, percent: Decimal) -> Decimal:
    return (number * WHOLE / percent).quantize(STEP, ROUND_CEILING)
