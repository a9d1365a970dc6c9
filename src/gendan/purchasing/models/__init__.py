"""Tables of the purchasing room."""

from gendan.purchasing.models.chasing import SupplierChasing
from gendan.purchasing.models.exceptions import SupplyException
from gendan.purchasing.models.notices import ShipNotice, ShipNoticeLine
from gendan.purchasing.models.orders import (
    ApprovalLimit,
    ProvidedMaterial,
    PurchaseOrder,
    PurchaseOrderLine,
    RequestShare,
)
from gendan.purchasing.models.quotations import (
    Invitation,
    QuotationAward,
    QuotationLine,
    QuotedLine,
    RequestForQuotation,
)
from gendan.purchasing.models.receipts import (
    GoodsReceipt,
    GoodsReceiptLine,
    SupplierInvoice,
    SupplierInvoiceLine,
    SupplierReturn,
    SupplierReturnLine,
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
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Invitation",
    "ProvidedMaterial",
    "PurchaseMilestone",
    "PurchaseMilestoneTemplate",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseRequest",
    "PurchaseSending",
    "QuotationAward",
    "QuotationLine",
    "QuotedLine",
    "RequestForQuotation",
    "RequestShare",
    "ShipNotice",
    "ShipNoticeLine",
    "SupplierChasing",
    "SupplierInvoice",
    "SupplierInvoiceLine",
    "SupplierReturn",
    "SupplierReturnLine",
    "SupplierWord",
    "SupplyException",
]
