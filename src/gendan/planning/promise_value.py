"""What a line contributes per hour at the work centre that binds: who should have its minutes.

Contribution is the line's price less the item's standard cost, in the company's currency; minutes
are those of a whole line at that work centre with everything below it, set-up once a line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gendan.catalog.queries import exchange_rates
from gendan.engine.promise.options import critical
from gendan.engine.promise.query import Answer
from gendan.engine.promise.scene import Scene, parts
from gendan.engine.promise.world import THOUSANDTHS, World
from gendan.kernel import clock
from gendan.orders.models import Line


@dataclass(frozen=True, slots=True)
class Contributions:
    """By line id, per hour at the work centre; None where a cost or a rate is not known.

    Lines that need none of its minutes are left out.
    """

    centre: str = ""
    by_line: Mapping[int, Decimal | None] = field(default_factory=dict)


def bottleneck(answer: Answer) -> int | None:
    """The work centre the order waits for longest; None if it waits for none."""
    waits: dict[int, int] = {}
    for need in critical(answer):
        for run in need.runs:
            days = (run.first - run.could) + (run.last - run.first)
            waits[run.step.centre] = waits.get(run.step.centre, 0) + days
    if not waits or not max(waits.values()):
        return None
    return max(waits, key=lambda centre: (waits[centre], -centre))


def contributions(scene: Scene, answer: Answer, lines: Iterable[Line]) -> Contributions:
    """What these lines contribute per hour of the order's bottleneck (1 query).

    The lines come with their order and item.
    """
    centre, wanted = bottleneck(answer), list(lines)
    if centre is None:
        return Contributions()
    rates = exchange_rates({line.order.currency for line in wanted}, clock.today())
    found: dict[int, Decimal | None] = {}
    for line in wanted:
        row = scene.items.get(line.item_id)
        minutes = 0 if row is None else work_at(scene.world, row, parts(line.quantity), centre)
        if minutes:
            hours = Decimal(minutes) / (60 * THOUSANDTHS)
            found[line.pk] = _per_hour(line, rates.get(line.order.currency), hours)
    return Contributions(scene.world.centres[centre].code, found)


def _per_hour(line: Line, rate: Decimal | None, hours: Decimal) -> Decimal | None:
    if rate is None or line.item.cost is None:
        return None
    cost: Decimal = line.item.cost * line.quantity
    contribution: Decimal = line.amount * rate - cost
    return contribution / hours


def work_at(world: World, item: int, quantity: int, centre: int) -> int:
    """The work of a quantity at a centre, of its components too: thousandths of a minute."""
    total, level = 0, {item: quantity}
    while level:
        below: dict[int, int] = {}
        for row, amount in level.items():
            product = world.products[row]
            if not product.is_made:
                continue
            total += sum(step.work(amount) for step in product.steps if step.centre == centre)
            for part in product.parts:
                needed = -(-amount * part.numerator // part.denominator)
                below[part.item] = below.get(part.item, 0) + needed
        level = below
    return total
