"""Tables of the purchasing room."""

from gendan.purchasing.models.orders import (
    ApprovalLimit,
    ProvidedMaterial,
    PurchaseOrder,
    PurchaseOrderLine,
    RequestShare,
)
from gendan.purchasing.models.requests import PurchaseRequest
from gendan.purchasing.models.talks import (
    PurchaseMilestone,
    PurchaseMilestoneTemplate,
    PurchaseSending,
    SupplierWord,
)

__all__ = [
    "ApprovalLimit",
    "ProvidedMaterial",
    "PurchaseMilestone",
    "PurchaseMilestoneTemplate",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseRequest",
    "PurchaseSending",
    "RequestShare",
    "SupplierWord",
]
