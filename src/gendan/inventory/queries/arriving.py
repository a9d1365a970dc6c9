"""What is to arrive, by the names people use, and whose deliveries need no verdict."""

from collections.abc import Collection, Iterable

from gendan.inventory.models import ArrivalRule, ExpectedSupply


def uninspected_items(item_ids: Collection[int]) -> set[int]:
    """Those of the items whose deliveries may go straight into the store: one query at most."""
    if not item_ids:
        return set()
    rows = ArrivalRule.objects.filter(item__in=item_ids)
    return set(rows.values_list("item_id", flat=True))


def arrival_rule_of(item_id: int) -> ArrivalRule | None:
    """Why deliveries of an item need no verdict; None: they are held."""
    return ArrivalRule.objects.select_related("by").filter(item=item_id).first()


def open_supplies_named(references: Iterable[str], items: Iterable[str]) -> list[ExpectedSupply]:
    """What is still expected with these references, of these items by their codes: 1 query."""
    rows = ExpectedSupply.objects.filter(
        is_open=True, reference__in=set(references), item__code__in=set(items)
    )
    return list(rows.select_related("item__unit").order_by("due_on", "pk"))
