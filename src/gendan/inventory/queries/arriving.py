"""Whose deliveries need no verdict."""

from collections.abc import Collection

from gendan.inventory.models import ArrivalRule


def uninspected_items(item_ids: Collection[int]) -> set[int]:
    """Those of the items whose deliveries may go straight into the store: one query at most."""
    if not item_ids:
        return set()
    rows = ArrivalRule.objects.filter(item__in=item_ids)
    return set(rows.values_list("item_id", flat=True))


def arrival_rule_of(item_id: int) -> ArrivalRule | None:
    """Why deliveries of an item need no verdict; None: they are held."""
    return ArrivalRule.objects.select_related("by").filter(item=item_id).first()
