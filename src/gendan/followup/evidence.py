"""By which facts milestones close themselves, asked of the rooms below for many orders at once.

A milestone that a fact has closed stays closed as long as what proved it holds. When that is gone
(an amendment added a line that is not reserved yet) it opens again by itself; one closed by hand
never does. A person cannot open what a fact still proves.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from gendan.followup.models import Evidence
from gendan.kernel import clock
from gendan.kernel.journal import ref
from gendan.kernel.models import Entry
from gendan.orders.models import Line, Order

# Which facts tell of each kind of evidence; the newest one about the order closes the milestone.
TOLD_BY: dict[str, tuple[str, ...]] = {
    Evidence.ORDER_CONFIRMED: ("OrderConfirmed",),
    Evidence.CONTRACT_ACCEPTED: ("PaperAccepted",),
    Evidence.CHECKS_DONE: ("OrderChecked",),
    Evidence.MATERIAL_EXPECTED: ("SuppliesExpected", "LinesReserved"),
    Evidence.MATERIAL_RECEIVED: ("SuppliesReceived", "GoodsReleased", "LinesReserved"),
    Evidence.STOCK_RESERVED: ("LinesReserved",),
    Evidence.DELIVERED: ("DeliveryRecorded",),
    Evidence.ORDER_CLOSED: ("OrderClosed",),
}


@dataclass(frozen=True)
class Difference:
    """A milestone whose state is not what the facts say: `proved_on` None where proof is gone."""

    milestone_id: int
    order_id: int
    evidence: str
    proved_on: dt.date | None
    entry_id: int | None


# Per order and kind of evidence the day since when it holds; orders without proof have no row.
# `wanted` is what must be delivered at least; material is bought and kept for the whole quantity.
_PROOF = """
WITH line AS (
  SELECT l.id, l.order_id, l.item_id, l.delivered, l.quantity,
    l.quantity * (1 - o.short_percent / 100) AS wanted, %(line)s || ':' || l.id AS demand
  FROM orders_line l JOIN orders_order o ON o.id = l.order_id
  WHERE NOT l.is_cancelled AND o.id = ANY(%(orders)s::bigint[])
), supply AS (
  SELECT e.item_id, e.quantity, e.received, e.is_open, e.demand
  FROM line JOIN inventory_expectedsupply e ON e.demand = line.demand
  UNION ALL
  -- What is ordered for several lines together is on order for each of them.
  SELECT e.item_id, e.quantity, e.received, e.is_open, d.demand
  FROM purchasing_purchaseorderline p
  JOIN inventory_expectedsupply e ON e.id = p.expected_id AND e.demand = ''
  CROSS JOIN unnest(p.demands) AS d(demand)
  WHERE p.demands && (SELECT array_agg(demand::varchar) FROM line)
), covered AS (
  SELECT line.*, r.reserved, r.at,
    GREATEST(COALESCE(r.reserved, 0) + COALESCE(e.expected, 0) + line.delivered,
      COALESCE(e.ordered, 0)) AS coming
  FROM line
  LEFT JOIN LATERAL (SELECT sum(quantity) AS reserved, max(at) AS at
    FROM inventory_reservation WHERE demand = line.demand) r ON true
  LEFT JOIN LATERAL (SELECT sum(CASE WHEN is_open THEN quantity - received ELSE 0 END) AS expected,
      sum(CASE WHEN is_open THEN quantity ELSE received END) AS ordered
    FROM supply WHERE demand = line.demand AND item_id = line.item_id) e ON true
), supplied AS (
  SELECT covered.*, coming >= quantity OR delivered >= wanted
    OR (b.parts > 0 AND b.missing = 0) AS is_supplied
  FROM covered
  LEFT JOIN LATERAL (SELECT count(*) AS parts, count(*) FILTER (WHERE
      quantity_per * covered.quantity * (1 + scrap_percent / 100) > COALESCE((
        SELECT sum(CASE WHEN is_open THEN quantity ELSE received END)
        FROM supply s
        WHERE s.demand = covered.demand AND s.item_id = component_id), 0)) AS missing
    FROM catalog_bomline JOIN catalog_bom ON catalog_bom.id = bom_id
    WHERE catalog_bom.item_id = covered.item_id AND is_current) b ON true
), held AS (
  -- What waits for a verdict, or was rejected and has not gone back, is not in house yet.
  SELECT DISTINCT unnest(p.demands) AS demand, p.item_id
  FROM purchasing_purchaseorderline p
  JOIN purchasing_goodsreceiptline g ON g.order_line_id = p.id
  WHERE g.quantity > g.released + g.returned
    AND p.demands && (SELECT array_agg(demand::varchar) FROM line)
), claimed AS (
  -- Families of material that milestones name: what waits for "all" waits for the others.
  SELECT j.order_id, m.evidence, array_agg(DISTINCT family) AS codes
  FROM followup_milestone m JOIN followup_journey j ON j.id = m.journey_id
  CROSS JOIN unnest(m.materials) AS named(family)
  WHERE j.order_id = ANY(%(orders)s::bigint[]) AND j.is_open
  GROUP BY j.order_id, m.evidence
), class AS (
  SELECT m.id, j.order_id, m.evidence, m.materials, claimed.codes
  FROM claimed JOIN followup_journey j ON j.order_id = claimed.order_id
  JOIN followup_milestone m ON m.journey_id = j.id AND m.evidence = claimed.evidence
), part AS (
  SELECT class.id, covered.id AS line_id, covered.demand, b.component_id,
    b.quantity_per * covered.quantity * (1 + b.scrap_percent / 100) AS needed
  FROM class JOIN covered ON covered.order_id = class.order_id
  JOIN catalog_bom ON catalog_bom.item_id = covered.item_id AND is_current
  JOIN catalog_bomline b ON b.bom_id = catalog_bom.id
  JOIN catalog_item i ON i.id = b.component_id
  LEFT JOIN catalog_family f ON f.id = i.family_id
  WHERE CASE WHEN class.materials <> '{}' THEN f.code = ANY(class.materials)
    ELSE COALESCE(NOT f.code = ANY(class.codes), true) END
), lacking AS (
  SELECT part.id, part.line_id, count(*) AS parts,
    count(*) FILTER (WHERE needed > COALESCE(s.coming, 0) + COALESCE(r.reserved, 0)) AS missing,
    bool_or(s.is_open OR EXISTS (SELECT FROM held
      WHERE held.demand = part.demand AND held.item_id = part.component_id)) AS is_to_come
  FROM part
  LEFT JOIN LATERAL (SELECT bool_or(is_open) AS is_open,
      sum(CASE WHEN is_open THEN quantity ELSE received END) AS coming
    FROM supply WHERE demand = part.demand AND item_id = component_id) s ON true
  LEFT JOIN LATERAL (SELECT sum(quantity) AS reserved
    FROM inventory_reservation n JOIN inventory_balance a ON a.id = n.balance_id
    WHERE n.demand = part.demand AND a.item_id = component_id) r ON true
  GROUP BY part.id, part.line_id
), class_proof AS (
  -- A line is served by the goods themselves, or by its parts of the class.
  SELECT class.id, bool_and(CASE
      WHEN covered.coming >= covered.quantity OR covered.delivered >= covered.wanted
      THEN class.evidence = 'material_expected' OR NOT EXISTS (SELECT FROM supply s
          WHERE s.demand = covered.demand AND s.item_id = covered.item_id AND s.is_open)
        AND NOT EXISTS (SELECT FROM held
          WHERE held.demand = covered.demand AND held.item_id = covered.item_id)
      WHEN lacking.parts > 0 THEN lacking.missing = 0
        AND (class.evidence = 'material_expected' OR NOT COALESCE(lacking.is_to_come, false))
      ELSE class.materials <> '{}' END)
    AND (class.materials = '{}' OR sum(COALESCE(lacking.parts, 0)) > 0) AS holds
  FROM class JOIN covered ON covered.order_id = class.order_id
  LEFT JOIN lacking ON lacking.id = class.id AND lacking.line_id = covered.id
  GROUP BY class.id, class.materials
), proof AS (
  SELECT id AS order_id, 'order_confirmed' AS evidence, confirmed_at AS at
  FROM orders_order WHERE id = ANY(%(orders)s::bigint[]) AND confirmed_at IS NOT NULL
  UNION ALL
  SELECT p.order_id, 'contract_accepted', min(a.accepted_on)::timestamp AT TIME ZONE %(zone)s
  FROM contracts_acceptance a JOIN contracts_paper p ON p.id = a.paper_id
  WHERE p.order_id = ANY(%(orders)s::bigint[]) GROUP BY p.order_id
  UNION ALL
  SELECT id, 'order_closed', ended_at
  FROM orders_order WHERE id = ANY(%(orders)s::bigint[]) AND state = 'closed'
  UNION ALL
  SELECT order_id, 'checks_done', max(c.at)
  FROM line LEFT JOIN LATERAL (SELECT count(*) AS checks, max(at) AS at
    FROM orders_linecheck WHERE line_id = line.id) c ON true
  GROUP BY order_id HAVING min(c.checks) >= 3
  UNION ALL
  SELECT order_id, 'stock_reserved', COALESCE(max(at), %(now)s)
  FROM covered GROUP BY order_id
  HAVING bool_and(COALESCE(reserved, 0) + delivered >= quantity OR delivered >= wanted)
  UNION ALL
  SELECT order_id, 'material_expected', %(now)s
  FROM supplied GROUP BY order_id HAVING bool_and(is_supplied)
  UNION ALL
  SELECT order_id, 'material_received', %(now)s
  FROM supplied GROUP BY order_id HAVING bool_and(is_supplied
    AND NOT EXISTS (SELECT FROM supply s WHERE s.demand = supplied.demand AND s.is_open)
    AND NOT EXISTS (SELECT FROM held WHERE held.demand = supplied.demand))
  UNION ALL
  SELECT order_id, 'delivered', %(now)s
  FROM line GROUP BY order_id HAVING bool_and(delivered > 0 AND delivered >= wanted)
)
SELECT m.id, j.order_id, m.evidence, (found.at AT TIME ZONE %(zone)s)::date
FROM followup_milestone m
JOIN followup_journey j ON j.id = m.journey_id
LEFT JOIN class_proof k ON k.id = m.id
LEFT JOIN proof p ON p.order_id = j.order_id AND p.evidence = m.evidence
CROSS JOIN LATERAL (SELECT CASE WHEN k.id IS NULL THEN p.at
  WHEN k.holds THEN %(now)s ELSE NULL END AS at) found
WHERE j.order_id = ANY(%(orders)s::bigint[]) AND j.is_open AND m.evidence <> 'hand'
  AND CASE WHEN m.state IN ('to_come', 'open') THEN found.at IS NOT NULL
    ELSE m.state = 'reached' AND m.closed_by_fact_id IS NOT NULL AND found.at IS NULL END
ORDER BY m.id
"""


def differences(order_ids: Sequence[int]) -> list[Difference]:
    """Which milestones the facts close or open: 1 query, 2 more where something is closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PROOF,
            {
                "orders": list(order_ids),
                "line": Line._meta.label_lower,
                "now": clock.now(),
                "zone": settings.TIME_ZONE,
            },
        )
        rows: list[tuple[int, int, str, dt.date | None]] = cursor.fetchall()
    entries = _entries({order_id for _pk, order_id, _kind, day in rows if day is not None})
    found = []
    for pk, order_id, kind, day in rows:
        if day is None:
            found.append(Difference(pk, order_id, kind, None, None))
            continue
        entry = _teller(entries.get(order_id, []), kind)
        if entry is not None:  # what no fact tells of is no proof
            found.append(Difference(pk, order_id, kind, _day_told(entry, kind, day), entry.pk))
    return found


def _entries(order_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """The facts about each order that can be evidence, newest first."""
    names = {f"{Order._meta.label_lower}:{pk}": pk for pk in order_ids}
    found: dict[int, list[Entry]] = {}
    if not names:
        return found
    told = {name for names_of_kind in TOLD_BY.values() for name in names_of_kind}
    rows = Entry.objects.filter(about__overlap=list(names), fact__in=told).order_by("-pk")
    for entry in rows:
        for name in entry.about:
            if name in names:
                found.setdefault(names[name], []).append(entry)
    return found


def _teller(entries: list[Entry], kind: str) -> Entry | None:
    """The newest fact of the kind; else the newest of all, which made somebody look again."""
    for entry in entries:
        if entry.fact in TOLD_BY[kind]:
            return entry
    return entries[0] if entries else None


def _day_told(entry: Entry, kind: str, day: dt.date) -> dt.date:
    told: Any = entry.data.get("delivered_on") if kind == Evidence.DELIVERED else None
    return dt.date.fromisoformat(told) if told else day


def order_ref(order_id: int) -> str:
    """How the journal names an order of which only the id is known."""
    return ref(f"{Order._meta.label_lower}:{order_id}")
