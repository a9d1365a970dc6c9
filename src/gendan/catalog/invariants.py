"""What must always be true of the catalog; each broken rule is told in a sentence."""

from decimal import Decimal

from gendan.catalog.models import Item, RoutingStep, UnitConversion
from gendan.catalog.queries import current_bom_edges
from gendan.engine.line_rates import piece_minutes

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 4 queries."""
    return [
        *_no_item_contains_itself(),
        *_conversions_do_not_contradict(),
        *_minutes_follow_standard_minutes(),
    ]


def _no_item_contains_itself() -> list[str]:
    """Take away items whose components are all taken away; what is left stands in a loop."""
    edges = current_bom_edges()
    waiting = {parent: {line[0] for line in lines} for parent, lines in edges.items()}
    used_by: dict[int, list[int]] = {}
    for parent, components in waiting.items():
        for component in components:
            used_by.setdefault(component, []).append(parent)
    free = [component for component in used_by if component not in waiting]
    while free:
        component = free.pop()
        for parent in used_by.get(component, ()):
            waiting[parent].discard(component)
            if not waiting[parent]:
                del waiting[parent]
                free.append(parent)
    if not waiting:
        return []
    codes = Item.objects.filter(pk__in=waiting).order_by("code").values_list("code", flat=True)
    return [f"item {code} contains itself" for code in codes[:MOST_TOLD]]


def _conversions_do_not_contradict() -> list[str]:
    rows = UnitConversion.objects.values_list("item_id", "unit_id", "into_id")
    known = set(rows)
    return [
        f"units {unit} and {into} are converted both ways for item {item}"
        for item, unit, into in sorted(known, key=str)
        if unit < into and (item, into, unit) in known
    ][:MOST_TOLD]


def _minutes_follow_standard_minutes() -> list[str]:
    """What an operation given by its SAM takes at its line."""
    steps = RoutingStep.objects.filter(sam_minutes__isnull=False).select_related(
        "routing__item", "work_center"
    )
    return [
        f"step {step.sequence} of item {step.routing.item.code} takes {step.run_minutes_per_unit} "
        f"minutes a piece, its line {follows}"
        for step in steps.order_by("pk")
        if (follows := _from_line(step)) != step.run_minutes_per_unit
    ][:MOST_TOLD]


def _from_line(step: RoutingStep) -> Decimal | None:
    line = step.work_center
    if not line.operators or step.sam_minutes is None:
        return None
    return piece_minutes(step.sam_minutes, line.operators, line.efficiency_percent)
