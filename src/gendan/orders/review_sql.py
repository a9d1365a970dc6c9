"""What reviews and overrides look at, as SQL: used to ask for them, to read them, to audit them."""

from gendan.orders.models import ReviewKind

# Which reviews the rules ask of drafts. A value nobody could compute (no exchange rate) counts as
# large: better one review too many.
_NEEDED = """
SELECT DISTINCT o.id AS order_id, o.revision, r.kind, r.role
FROM orders_order o JOIN orders_reviewrule r ON r.is_active AND CASE r.condition
  WHEN 'always' THEN TRUE
  WHEN 'value_from' THEN o.total_company >= r.value_from OR (o.total > 0 AND o.total_company = 0)
  WHEN 'customer' THEN o.customer_id = r.customer_id
  WHEN 'family' THEN EXISTS (SELECT FROM orders_line l JOIN catalog_item i ON i.id = l.item_id
    WHERE l.order_id = o.id AND NOT l.is_cancelled AND i.family_id = r.family_id)
  WHEN 'first_order' THEN NOT EXISTS (SELECT FROM orders_order x WHERE x.id <> o.id
    AND x.customer_id = o.customer_id AND x.state IN ('confirmed', 'closed'))
  END
WHERE o.id = ANY(%(orders)s) AND o.state = 'draft'
"""


def _of_lines(*columns: str) -> str:
    """A value of all standing lines together, as text."""
    return (
        f"(SELECT jsonb_agg(jsonb_build_array({', '.join(columns)}) ORDER BY l.id)::text "  # noqa: S608
        "FROM orders_line l WHERE l.order_id = o.id AND NOT l.is_cancelled)"
    )


_DELIVERIES = (
    "(SELECT jsonb_agg(jsonb_build_array(d.quantity, d.requested_on) ORDER BY d.position)"
    " FROM orders_delivery d WHERE d.line_id = l.id)"
)
# What each kind of review looks at: when one of these values changes, it is open again.
_LOOKED_AT = {
    ReviewKind.SPECIFICATION: _of_lines(
        "l.item_id", "l.specification_version", "l.customer_code", "l.description"
    ),
    ReviewKind.PRICE: "o.currency || "
    + _of_lines("l.item_id", "l.quantity", "l.unit_price", "l.price_per", "l.discount_percent"),
    ReviewKind.STOCK: _of_lines("l.item_id", "l.quantity"),
    ReviewKind.DATE: "jsonb_build_array(o.promised_on, o.delivery_method, o.destination_country, "
    "o.incoterm, o.ship_policy)::text || "
    + _of_lines("l.requested_on", "l.promised_on", _DELIVERIES),
    ReviewKind.PACKING: "jsonb_build_array(o.packing, o.shipping_marks)::text || "
    + _of_lines("l.item_id", "l.assortment", "l.carton_rule"),
    ReviewKind.PAYMENT: "jsonb_build_array(o.payment_terms_id, o.total, o.currency)::text || "
    "COALESCE((SELECT jsonb_agg(jsonb_build_array(p.event, p.percent, p.days) ORDER BY p.position)"
    " FROM orders_instalment p WHERE p.order_id = o.id)::text, '')",
}
_DIGEST = (
    "md5(COALESCE(CASE n.kind "
    + " ".join(f"WHEN '{kind.value}' THEN {value}" for kind, value in _LOOKED_AT.items())
    + " END, ''))"
)
ASKED = (
    f"SELECT n.*, {_DIGEST} AS digest FROM ({_NEEDED}) n JOIN orders_order o ON o.id = n.order_id"  # noqa: S608
)
# What an override of a rule was given for: the same goods to the same country.
GOODS = f"md5(o.destination_country || COALESCE({_of_lines('l.item_id', 'l.quantity')}, ''))"
