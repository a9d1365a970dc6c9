"""What must always be true of the catalog; each broken rule is told in a sentence."""

from gendan.catalog.models import Item, UnitConversion
from gendan.catalog.queries import current_bom_edges

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 3 queries."""
    return [*_no_item_contains_itself(), *_conversions_do_not_contradict()]


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
