"""The verbs of the purchasing room: the only code that writes its tables."""

from gendan.purchasing.services.answering import (
    AnotherVersion,
    AnsweredMeanwhile,
    LineAnswer,
    LineHasEnded,
    accept_counter,
    answer_by_supplier_link,
    record_supplier_answer,
    refuse_counter,
    report_by_supplier_link,
    report_purchase_step,
)
from gendan.purchasing.services.approving import (
    AboveYourLimit,
    LimitRow,
    LineNotReady,
    SupplierNotQualified,
    approve_purchase_order,
    refuse_purchase_order,
    save_approval_limits,
    submit_purchase_order,
)
from gendan.purchasing.services.chasing import (
    NothingToChase,
    SupplierWaitsForUs,
    chase_supplier,
)
from gendan.purchasing.services.covering import cover_requests
from gendan.purchasing.services.drafting import (
    DraftLineRow,
    DraftOrderRow,
    draft_purchase_orders,
)
from gendan.purchasing.services.editing import EditLineRow, NothingChanges, edit_purchase_order
from gendan.purchasing.services.ending import (
    GoodsHaveArrived,
    cancel_purchase_order,
    close_purchase_order,
    follow_purchase_supplies,
)
from gendan.purchasing.services.providing_moves import (
    NotThatMuchThere,
    ProvidedRow,
    return_material,
    send_material,
    use_provided,
)
from gendan.purchasing.services.requesting import (
    PurchaseRow,
    RequestIsOrdered,
    cancel_purchase_request,
    request_purchases,
)
from gendan.purchasing.services.sending import resend_purchase_order, send_purchase_order
from gendan.purchasing.services.stepping import StepRow, save_purchase_steps

__all__ = [
    "AboveYourLimit",
    "AnotherVersion",
    "AnsweredMeanwhile",
    "DraftLineRow",
    "DraftOrderRow",
    "EditLineRow",
    "GoodsHaveArrived",
    "LimitRow",
    "LineAnswer",
    "LineHasEnded",
    "LineNotReady",
    "NotThatMuchThere",
    "NothingChanges",
    "NothingToChase",
    "ProvidedRow",
    "PurchaseRow",
    "RequestIsOrdered",
    "StepRow",
    "SupplierNotQualified",
    "SupplierWaitsForUs",
    "accept_counter",
    "answer_by_supplier_link",
    "approve_purchase_order",
    "cancel_purchase_order",
    "cancel_purchase_request",
    "chase_supplier",
    "close_purchase_order",
    "cover_requests",
    "draft_purchase_orders",
    "edit_purchase_order",
    "follow_purchase_supplies",
    "record_supplier_answer",
    "refuse_counter",
    "refuse_purchase_order",
    "report_by_supplier_link",
    "report_purchase_step",
    "request_purchases",
    "resend_purchase_order",
    "return_material",
    "save_approval_limits",
    "save_purchase_steps",
    "send_material",
    "send_purchase_order",
    "submit_purchase_order",
    "use_provided",
]
