"""What is promised to orders: a standing promise for each line, or each dated delivery.

Those are the open lines of confirmed orders, and of drafts whose promise is held. Their ranks say
in which order they are booked: whoever was promised earlier comes earlier.
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
from gendan.planning.promise_ranks import History

# `held`: since when it counts, if it was held before it was confirmed, or is held now.
_LINES = """
SELECT l.id, o.number, o.customer_id, l.item_id,
  l.quantity - l.delivered
  - coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
      WHERE r.demand = 'orders.line:' || l.id), 0) AS needed,
  l.promised_on,
  (SELECT jsonb_agg(jsonb_build_array(d.id, d.quantity::text, d.promised_on)
     ORDER BY coalesce(d.requested_on, l.requested_on, %(today)s), d.position)
   FROM orders_delivery d WHERE d.line_id = l.id),
  coalesce(held.at, o.confirmed_at),
  (SELECT jsonb_agg(jsonb_build_array(p.id, promise.at, p.ex_works_on, p.deliveries) ORDER BY p.id)
   FROM orders_linepromise p JOIN orders_promise promise ON promise.id = p.promise_id
   WHERE p.line_id = l.id),
  CASE WHEN o.version > 1 THEN (
    SELECT jsonb_agg(v.at) FROM orders_version v, jsonb_array_elements(v.difference) d
    WHERE v.order_id = o.id AND v.number > 1 AND (
      d ->> 'path' = ANY (ARRAY['lines.' || l.position, 'lines.' || l.position || '.item',
        'lines.' || l.position || '.deliveries', 'lines.' || l.position || '.is_cancelled'])
      -- CASE, for AND may be reckoned in any order and other differences are no numbers.
      OR CASE WHEN d ->> 'path' = 'lines.' || l.position || '.quantity'
        THEN (d ->> 'is')::numeric > (d ->> 'was')::numeric END)) END,
  (SELECT jsonb_agg(jsonb_build_array(
     t.name, t.at, t.number, t.last_number, t.turn, t.is_early, t.was_on, t.is_on) ORDER BY t.id)
   FROM planning_promiseturn t WHERE t.line_id = l.id)
FROM orders_line l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN LATERAL (
  SELECT max(h.at) AS at FROM planning_promisehold h
  WHERE h.order_id = o.id AND h.at <= coalesce(o.confirmed_at, %(now)s)
    AND h.until_at > coalesce(o.confirmed_at, %(now)s)
    AND (h.released_at IS NULL OR h.released_at > coalesce(o.confirmed_at, %(now)s))
) held ON true
WHERE (o.state = 'confirmed' OR o.state = 'draft' AND held.at IS NOT NULL)
  AND NOT l.is_cancelled AND l.delivered < l.quantity
  AND l.promised_on IS NOT NULL
ORDER BY l.id
"""


def order_lines() -> list[Standing]:
    """Open lines of all orders, less what is kept for each, by rising rank (1 query).

    What comes for a line alone is lent to it by the engine, so it is still in the quantity.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"now": clock.now(), "today": clock.today()})
        found = [one for row in cursor.fetchall() for one in _promises(*row)]
    found.sort(key=lambda one: (one.rank, one.on, one.name))
    return found


def _promises(
    line_id: int,
    order: str,
    customer: int,
    item_id: int,
    needed: Decimal,
    promised_on: dt.date,
    deliveries: str | list[Any] | None,
    counts_from: dt.datetime | None,
    *history: str | list[Any] | None,
) -> Iterator[Standing]:
    """A line's promises, each on the day on which it leaves the works.

    What is delivered and kept for the line goes to its first deliveries.
    """
    if needed <= 0:
        return
    past = History(counts_from, *map(_rows, history))
    name, way = demand_of(line_id), past.way(promised_on)
    rows = _rows(deliveries)
    if not rows:
        *former, now = past.of_line(name, promised_on + way)
        yield Standing(
            *(name, item_id, needed, now.on, order, "", now.rank, now.is_early, tuple(former)),
            customer=customer,
        )
        return
    parts = [(pk, Decimal(quantity), on) for pk, quantity, on in rows]
    given = sum((quantity for _pk, quantity, _on in parts), Decimal(0)) - needed
    for pk, quantity, on in parts:
        gone = min(max(given, Decimal(0)), quantity)
        given -= gone
        if quantity > gone:
            day = promised_on if on is None else dt.date.fromisoformat(on)
            own, left = f"{name}/{pk}", quantity - gone
            *former, now = past.of_delivery(own, day + way)
            yield Standing(
                *(own, item_id, left, now.on, order, name, now.rank, now.is_early, tuple(former)),
                customer=customer,
            )


def _rows(found: str | list[Any] | None) -> list[Any]:
    return (json.loads(found) if isinstance(found, str) else found) or []
