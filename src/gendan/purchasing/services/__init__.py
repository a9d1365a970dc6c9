"""The verbs of the purchasing room: the only code that writes its tables."""

from gendan.purchasing.services.covering import cover_requests
from gendan.purchasing.services.drafting import (
    DraftLineRow,
    DraftOrderRow,
    draft_purchase_orders,
)
from gendan.purchasing.services.requesting import (
    PurchaseRow,
    RequestIsOrdered,
    cancel_purchase_request,
    request_purchases,
)

__all__ = [
    "DraftLineRow",
    "DraftOrderRow",
    "PurchaseRow",
    "RequestIsOrdered",
    "cancel_purchase_request",
    "cover_requests",
    "draft_purchase_orders",
    "request_purchases",
]
