"""What is promised to orders: a standing promise for each line, or each dated delivery.

Those are the open lines of confirmed orders, and of drafts whose promise is held.
"""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from gendan.engine.promise import Standing
from gendan.kernel import clock
from gendan.orders.queries import demand_of

_LINES = """
SELECT l.id, o.number, l.item_id,
  l.quantity - l.delivered
  - coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
      WHERE r.demand = 'orders.line:' || l.id), 0) AS needed,
  l.promised_on, kept.ex_works_on - l.promised_on,
  (SELECT jsonb_agg(jsonb_build_array(d.id, d.quantity::text, d.promised_on)
     ORDER BY coalesce(d.requested_on, l.requested_on, %(today)s), d.position)
   FROM orders_delivery d WHERE d.line_id = l.id)
FROM orders_line l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN LATERAL (
  SELECT p.ex_works_on FROM orders_linepromise p WHERE p.line_id = l.id ORDER BY p.id DESC LIMIT 1
) kept ON true
WHERE (o.state = 'confirmed' OR o.state = 'draft' AND EXISTS (
    SELECT 1 FROM planning_promisehold h
    WHERE h.order_id = o.id AND h.released_at IS NULL AND h.until_at > %(now)s))
  AND NOT l.is_cancelled AND l.delivered < l.quantity
  AND l.promised_on IS NOT NULL
ORDER BY l.id
"""


def order_lines() -> list[Standing]:
    """Open lines of all orders, less what is kept for each, the earliest first (1 query).

    What comes for a line alone is lent to it by the engine, so it is still in the quantity.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"now": clock.now(), "today": clock.today()})
        found = [one for row in cursor.fetchall() for one in _promises(*row)]
    found.sort(key=lambda one: (one.on, one.name))
    return found


def _promises(
    line_id: int,
    order: str,
    item_id: int,
    needed: Decimal,
    promised_on: dt.date,
    way_days: int | None,
    deliveries: str | list[Any] | None,
) -> Iterator[Standing]:
    """A line's promises, each on the day on which it leaves the works.

    What is delivered and kept for the line goes to its first deliveries.
    """
    if needed <= 0:
        return
    name, way = demand_of(line_id), dt.timedelta(days=way_days or 0)
    rows = json.loads(deliveries) if isinstance(deliveries, str) else deliveries
    if not rows:
        yield Standing(name, item_id, needed, promised_on + way, order)
        return
    parts = [(pk, Decimal(quantity), on) for pk, quantity, on in rows]
    given = sum((quantity for _pk, quantity, _on in parts), Decimal(0)) - needed
    for pk, quantity, on in parts:
        gone = min(max(given, Decimal(0)), quantity)
        given -= gone
        if quantity > gone:
            day = promised_on if on is None else dt.date.fromisoformat(on)
            yield Standing(f"{name}/{pk}", item_id, quantity - gone, day + way, order, name)
