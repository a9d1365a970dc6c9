"""The components of items on all levels, in one query."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

from gendan.engine.promise import Component

# UNION (not UNION ALL) drops what was reached before, so that a BOM loop ends the walk.
_BELOW = """
WITH RECURSIVE needed (item_id) AS (
  SELECT unnest(%s::bigint[])
  UNION
  SELECT line.component_id
  FROM needed
  JOIN catalog_item item ON item.id = needed.item_id AND item.supply <> 'buy'
  JOIN catalog_bom bom ON bom.item_id = needed.item_id AND bom.is_current
  JOIN catalog_bomline line ON line.bom_id = bom.id
)
SELECT bom.item_id, line.component_id, line.quantity_per, line.scrap_percent
FROM needed
JOIN catalog_bom bom ON bom.item_id = needed.item_id AND bom.is_current
JOIN catalog_bomline line ON line.bom_id = bom.id
ORDER BY line.id
"""


def components_below(item_ids: Collection[int]) -> dict[int, tuple[Component, ...]]:
    """The components of these items and of everything below them: one query for all levels."""
    found: dict[int, list[Component]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(item_ids)])
        for parent, component, quantity_per, scrap_percent in cursor.fetchall():
            found[parent].append(Component(component, quantity_per, scrap_percent))
    return {parent: tuple(parts) for parent, parts in found.items()}
