"""How items are made now, operation by operation, with what each takes: one answer for everybody.

Plans, promises, loads, work orders and pages ask it, so that an operation takes as long wherever it
is looked at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from gendan.catalog.models import RoutingStep
from gendan.engine.line_rates import MILLIONTHS, THOUSANDTHS, Effort, parts_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

_COLUMNS = (
    *("routing__item_id", "routing__item__style", "sequence", "work_center_id", "name"),
    "setup_minutes",
    *("run_minutes_per_unit", "work_center__minutes_per_day", "work_center__machines"),
    *("learning_curve__percents", "learning_curve__known_days"),
    *("work_center__learning_curve__percents", "work_center__learning_curve__known_days"),
)


@dataclass(frozen=True, slots=True)
class Making:
    """One operation of a routing. `known_days`: how long the style stays known on the line."""

    item_id: int
    style: str
    sequence: int
    center_id: int
    name: str
    effort: Effort
    known_days: int = 0

    def after(self, parts: int) -> "Making":
        """The operation when so much of the style (millionths of a piece) is known already."""
        return replace(self, effort=self.effort.after(parts)) if parts else self

    def known(self) -> "Making":
        """The operation when nothing of the style has to be learned."""
        return replace(self, effort=replace(self.effort, curve=()))

    @property
    def setup_minutes(self) -> Decimal:
        """What it takes before the first piece."""
        return Decimal(self.effort.setup) / THOUSANDTHS

    @property
    def run_minutes(self) -> Decimal:
        """What a piece takes at the full rate."""
        return Decimal(self.effort.run) / MILLIONTHS

    def work(self, quantity: Decimal) -> int:
        """What a quantity takes, in thousandths of a minute."""
        return self.effort.work(parts_of(quantity))

    def minutes(self, quantity: Decimal) -> Decimal:
        """What a quantity takes, in minutes."""
        return Decimal(self.work(quantity)) / THOUSANDTHS


def makings(item_ids: Collection[int] | None = None) -> dict[int, list[Making]]:
    """The operations of the routings in force by item id, of these items or of all. 1 query."""
    rows = RoutingStep.objects.filter(routing__is_current=True)
    if item_ids is not None:
        rows = rows.filter(routing__item_id__in=item_ids)
    found: dict[int, list[Making]] = defaultdict(list)
    for one in makings_of_steps(rows.order_by("routing", "sequence", "pk")):
        found[one.item_id].append(one)
    return found


# What the step of a routing needs for its making (select_related).
MADE_BY = ("routing__item", "work_center__learning_curve", "learning_curve")


def making_of(step: RoutingStep) -> Making:
    """One step of a routing that is read already, with all of MADE_BY."""
    item, center = step.routing.item, step.work_center
    curves = [
        value
        for curve in (step.learning_curve, center.learning_curve)
        for value in ((curve.percents, curve.known_days) if curve else (None, None))
    ]
    return _making(
        *(item.pk, item.style, step.sequence, center.pk, step.name, step.setup_minutes),
        *(step.run_minutes_per_unit, center.minutes_per_day, center.machines),
        *curves,
    )


def makings_of_steps(rows: "QuerySet[RoutingStep]") -> Iterable[Making]:
    """These steps of routings, in force or not, in their order. 1 query."""
    for row in rows.values_list(*_COLUMNS):
        yield _making(*row)


def style_of(item_id: int, style: str) -> str:
    """What is learned as one: a style in all colours and sizes, else the item alone."""
    return style or f"#{item_id}"


def _making(
    item_id: int,
    style: str,
    sequence: int,
    center_id: int,
    name: str,
    setup: Decimal,
    run: Decimal,
    day: int,
    lines: int,
    *curves: Any,
) -> Making:
    own, own_days, usual, usual_days = curves
    curve, days = (own, own_days) if own is not None else (usual or (), usual_days or 0)
    effort = Effort.of(setup, run, day, curve, lines)
    named = style_of(item_id, style)
    return Making(item_id, named, sequence, center_id, name, effort, days)


def learning(found: Mapping[int, Iterable[Making]]) -> set[str]:
    """The styles that have to be learned at some operation."""
    return {one.style for steps in found.values() for one in steps if one.effort.learns}


def of_styles(styles: Collection[str], item: str) -> Q:
    """Whether an item is of these styles; `item`: the path to it."""
    alone = [int(one[1:]) for one in styles if one[0] == "#" and one[1:].isdecimal()]
    return Q(**{f"{item}__style__in": styles}) | Q(**{f"{item}__in": alone, f"{item}__style": ""})
