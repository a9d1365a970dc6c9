"""The pages of buying, in the order a purchase goes through them."""

from django.utils.translation import gettext_lazy

TABS = (
    ("purchase_plan", gettext_lazy("Purchase plan")),
    ("purchase_requests", gettext_lazy("Requests")),
    ("rfqs", gettext_lazy("Requests for quotation")),
    ("purchase_orders", gettext_lazy("Purchase orders")),
    ("arrivals", gettext_lazy("Arrivals")),
    ("supplier_returns", gettext_lazy("Returns")),
    ("supplier_invoices", gettext_lazy("Invoices")),
    ("suppliers", gettext_lazy("Suppliers")),
)
