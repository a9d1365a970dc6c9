"""Orders consume the forecast: what was expected and has come is not expected any more."""

from collections.abc import Sequence
from decimal import Decimal


def consume(
    forecast: Sequence[Decimal],
    ordered: Sequence[Decimal],
    *,
    backward: int = 1,
    forward: int = 1,
) -> list[Decimal]:
    """What of each period's forecast is still open, given what is ordered for each period.

    An order consumes its own period first, then the nearest earlier ones, then later ones: each
    period first has its own orders. What nothing expected (more orders than forecast) is left over.
    """
    nothing = Decimal(0)
    left = [max(one, nothing) for one in forecast]
    more = [max(one, nothing) for one in ordered[: len(left)]]
    more += [nothing] * (len(left) - len(more))
    steps = [0, *(-one for one in range(1, backward + 1)), *range(1, forward + 1)]
    for step in steps:
        for period, wanted in enumerate(more):
            place = period + step
            if wanted > 0 and 0 <= place < len(left):
                taken = min(wanted, left[place])
                left[place] -= taken
                more[period] -= taken
    return left
