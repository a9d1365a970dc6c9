"""Words of the catalog's pages: planning rules of items by the names of their columns."""

from collections.abc import Mapping
from typing import Any

from django import template

from gendan.catalog.models import Item
from gendan.web.labels import label_of

register = template.Library()


@register.filter
def changed_rules(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a fact says of changed planning rules: each with its name, what it was and is."""
    was = data.get("was") or {}
    return [
        {"name": _name(name), "was": _words(name, was.get(name, "–")), "now": _words(name, now)}
        for name, now in (data.get("now") or {}).items()
    ]


def _name(column: str) -> str:
    known = {one.name: one for one in Item._meta.concrete_fields}
    return label_of(known[column]) if column in known else column


def _words(column: str, value: str) -> str:
    if column == "lot_rule" and value in Item.LotRule.values:
        return str(Item.LotRule(value).label)
    return value
