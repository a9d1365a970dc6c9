"""The fields that labels name, by what they say: of an article, in figures, of the whole order."""

CODES = frozenset({"code", "buyer_code", "seller_code", "gtin"})
TEXTS = frozenset({"description", "specification", "item"})
ARTICLE = CODES | TEXTS
VALUE = frozenset({"quantity", "unit_price", "line_amount"})
LINE = ARTICLE | VALUE | {"line_no", "unit", "due_date", "price_base", "discount", "tax_rate"}
TOTALS = frozenset({"subtotal", "total", "tax", "freight", "discount_total", "capitals"})
FLAT = frozenset({"order_number", "issue_date", "buyer", "seller", "currency", "payment_terms"})
"""What exports repeat in every row of an order."""
