"""What an order was at a moment: its snapshot, made by the database, and the difference of two."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from gendan.orders.models import Delivery, Instalment, Line, Order

# Numbers are kept as text without trailing zeros, dates as ISO text, references as codes: the
# snapshot reads the same when items or terms are renamed later. One statement reads head, lines,
# deliveries and payment plan, whatever their number.
_SNAPSHOT = """
SELECT jsonb_build_object(
  'head', jsonb_build_object(
    'customer_order_number', o.customer_order_number, 'ordered_on', o.ordered_on,
    'contact', contact.name, 'currency', o.currency, 'total', trim_scale(o.total)::text,
    'payment_terms', terms.code, 'incoterm', o.incoterm, 'incoterm_place', o.incoterm_place,
    'delivery_method', o.delivery_method, 'destination_country', o.destination_country,
    'destination', o.destination, 'ship_policy', o.ship_policy,
    'over_percent', trim_scale(o.over_percent)::text,
    'short_percent', trim_scale(o.short_percent)::text,
    'packing', o.packing, 'shipping_marks', o.shipping_marks,
    'documents_required', o.documents_required, 'remark', o.remark,
    'requested_on', o.requested_on, 'promised_on', o.promised_on,
    'merchandiser', person.username),
  'lines', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'id', l.id, 'position', l.position, 'item', i.code,
      'specification_version', l.specification_version, 'customer_code', l.customer_code,
      'description', l.description, 'quantity', trim_scale(l.quantity)::text,
      'unit_price', trim_scale(l.unit_price)::text, 'price_per', trim_scale(l.price_per)::text,
      'discount_percent', trim_scale(l.discount_percent)::text,
      'amount', trim_scale(l.amount)::text, 'assortment', l.assortment,
      'carton_rule', l.carton_rule, 'requested_on', l.requested_on,
      'promised_on', l.promised_on, 'is_cancelled', l.is_cancelled,
      'deliveries', COALESCE((
        SELECT jsonb_agg(jsonb_build_object(
          'quantity', trim_scale(d.quantity)::text, 'requested_on', d.requested_on,
          'promised_on', d.promised_on) ORDER BY d.position)
        FROM orders_delivery d WHERE d.line_id = l.id), '[]'::jsonb)
      ) ORDER BY l.position)
    FROM orders_line l JOIN catalog_item i ON i.id = l.item_id
    WHERE l.order_id = o.id), '[]'::jsonb),
  'instalments', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'event', p.event, 'percent', trim_scale(p.percent)::text, 'days', p.days
      ) ORDER BY p.position)
    FROM orders_instalment p WHERE p.order_id = o.id), '[]'::jsonb))
FROM orders_order o
LEFT JOIN partners_contact contact ON contact.id = o.contact_id
LEFT JOIN partners_paymentterms terms ON terms.id = o.payment_terms_id
LEFT JOIN kernel_user person ON person.id = o.merchandiser_id
WHERE o.id = %(order)s
"""
_KEEP = f"""
INSERT INTO orders_version (order_id, number, snapshot, difference, reason, at, by_id)
VALUES (%(order)s, %(number)s, ({_SNAPSHOT}), %(difference)s, %(reason)s, %(at)s, %(by)s)
"""  # noqa: S608 (only constants are put together)


def snapshot_of(order_id: int) -> dict[str, Any]:
    """The order as it is now: {"head", "lines", "instalments"} (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT, {"order": order_id})
        snapshot: dict[str, Any] = json.loads(cursor.fetchone()[0])
        return snapshot


def snapshot_in_memory(
    order: Order,
    lines: Iterable[Line],
    deliveries: Mapping[int, Sequence[Delivery]],
    plan: Iterable[Instalment],
) -> dict[str, Any]:
    """What snapshot_of would read if the order were written as it is here.

    `deliveries` by position of the line; the lines' items are there. A test compares the two.
    """
    person = order.merchandiser
    contact, terms = order.contact, order.payment_terms
    same = {name: _plain(getattr(order, name)) for name in _HEAD}
    return {
        "head": {
            **same,
            "contact": contact.name if contact else None,
            "payment_terms": terms.code if terms else None,
            "merchandiser": person.username if person else None,
        },
        "lines": [
            {name: _plain(getattr(line, name)) for name in _LINE}
            | {
                "id": line.pk,
                "item": line.item.code,
                "deliveries": [
                    {name: _plain(getattr(part, name)) for name in _DELIVERY}
                    for part in deliveries.get(line.position, ())
                ],
            }
            for line in sorted(lines, key=lambda line: line.position)
        ],
        "instalments": [
            {"event": part.event, "percent": _plain(part.percent), "days": part.days}
            for part in sorted(plan, key=lambda part: part.position)
        ],
    }


_HEAD = (
    "customer_order_number", "ordered_on", "currency", "total", "incoterm", "incoterm_place",
    "delivery_method", "destination_country", "destination", "ship_policy", "over_percent",
    "short_percent", "packing", "shipping_marks", "documents_required", "remark", "requested_on",
    "promised_on",
)  # fmt: skip
_LINE = (
    "position", "specification_version", "customer_code", "description", "quantity", "unit_price",
    "price_per", "discount_percent", "amount", "assortment", "carton_rule", "requested_on",
    "promised_on", "is_cancelled",
)  # fmt: skip
_DELIVERY = ("quantity", "requested_on", "promised_on")


def _plain(value: Any) -> Any:
    """As the database writes it into a snapshot."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def keep_version(
    order_id: int,
    number: int,
    *,
    changes: list[dict[str, str]],
    reason: str,
    at: dt.datetime,
    by_id: int | None,
) -> None:
    """Keep the order as it is now as a version (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "order": order_id,
                "number": number,
                "difference": json.dumps(changes),
                "reason": reason,
                "at": at,
                "by": by_id,
            },
        )


def difference(was: dict[str, Any], now: dict[str, Any]) -> list[dict[str, str]]:
    """What differs between two snapshots: [{"path": "lines.2.quantity", "was": …, "is": …}].

    Lines are matched by their id and named by their position; a line that has come or gone is one
    entry with the item and quantity. Values are texts, an absent one is empty.
    """
    found = [
        _change(name, was["head"].get(name), now["head"].get(name))
        for name in now["head"]
        if was["head"].get(name) != now["head"].get(name)
    ]
    old = {line["id"]: line for line in was["lines"]}
    for line in now["lines"]:
        before = old.pop(line["id"], None)
        path = f"lines.{line['position']}"
        if before is None:
            found.append(_change(path, None, _line_words(line)))
            continue
        found += [
            _change(f"{path}.{name}", before.get(name), line.get(name))
            for name in line
            if before.get(name) != line.get(name)
        ]
    found += [
        _change(f"lines.{line['position']}", _line_words(line), None) for line in old.values()
    ]
    if was["instalments"] != now["instalments"]:
        found.append(_change("instalments", was["instalments"], now["instalments"]))
    return found


def _change(path: str, was: Any, now: Any) -> dict[str, str]:
    return {"path": path, "was": _words(was), "is": _words(now)}


def _line_words(line: dict[str, Any]) -> str:
    return f"{line['item']} × {line['quantity']}"


def _words(value: Any) -> str:
    """A value of a snapshot as plain text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_words(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_words(part) for part in value.values())
    return str(value)
