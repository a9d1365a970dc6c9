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
from gendan.purchasing.services.deciding import (
    DecidedAlready,
    VerdictRow,
    reject_receipt,
    release_receipt,
)
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
from gendan.purchasing.services.excepting import (
    ChoiceNotPossible,
    ExceptionIsKnown,
    close_supply_exception,
    decide_supply_exception,
    find_supply_exceptions,
    report_supply_exception,
)
from gendan.purchasing.services.matching import (
    InvoicedAlready,
    InvoiceRow,
    SamePerson,
    approve_supplier_invoice,
    record_supplier_invoice,
)
from gendan.purchasing.services.noticing import (
    NoticedAlready,
    NoticedRow,
    Shipment,
    accept_ship_notice,
    notice_by_supplier_link,
    record_ship_notice,
    refuse_ship_notice,
)
from gendan.purchasing.services.providing_moves import (
    NotThatMuchThere,
    ProvidedRow,
    return_material,
    send_material,
    use_provided,
)
from gendan.purchasing.services.quoting import (
    InviteRow,
    RfqLineRow,
    cancel_rfq,
    close_rfq,
    draft_rfq,
    edit_rfq,
    weigh_rfq,
)
from gendan.purchasing.services.quoting_answers import (
    Quote,
    QuoteRow,
    QuotingIsOver,
    decline_by_link,
    quote_by_link,
    record_quote,
)
from gendan.purchasing.services.quoting_awards import (
    AwardRow,
    NobodyToTell,
    award_rfq,
    tell_losers,
)
from gendan.purchasing.services.quoting_sending import follow_rfqs, send_rfq
from gendan.purchasing.services.receiving import ArrivedRow, receive_goods
from gendan.purchasing.services.receiving_rules import ReceivedAlready, SeveralSuppliers
from gendan.purchasing.services.requesting import (
    PurchaseRow,
    RequestIsOrdered,
    cancel_purchase_request,
    request_purchases,
)
from gendan.purchasing.services.returning import NothingToReturn, ReturnRow, return_goods
from gendan.purchasing.services.said import TooManyAnswers
from gendan.purchasing.services.sending import resend_purchase_order, send_purchase_order
from gendan.purchasing.services.stepping import StepRow, save_purchase_steps

__all__ = [
    "AboveYourLimit",
    "AnotherVersion",
    "AnsweredMeanwhile",
    "ArrivedRow",
    "AwardRow",
    "ChoiceNotPossible",
    "DecidedAlready",
    "DraftLineRow",
    "DraftOrderRow",
    "EditLineRow",
    "ExceptionIsKnown",
    "GoodsHaveArrived",
    "InviteRow",
    "InvoiceRow",
    "InvoicedAlready",
    "LimitRow",
    "LineAnswer",
    "LineHasEnded",
    "LineNotReady",
    "NobodyToTell",
    "NotThatMuchThere",
    "NothingChanges",
    "NothingToChase",
    "NothingToReturn",
    "NoticedAlready",
    "NoticedRow",
    "ProvidedRow",
    "PurchaseRow",
    "Quote",
    "QuoteRow",
    "QuotingIsOver",
    "ReceivedAlready",
    "RequestIsOrdered",
    "ReturnRow",
    "RfqLineRow",
    "SamePerson",
    "SeveralSuppliers",
    "Shipment",
    "StepRow",
    "SupplierNotQualified",
    "SupplierWaitsForUs",
    "TooManyAnswers",
    "VerdictRow",
    "accept_counter",
    "accept_ship_notice",
    "answer_by_supplier_link",
    "approve_purchase_order",
    "approve_supplier_invoice",
    "award_rfq",
    "cancel_purchase_order",
    "cancel_purchase_request",
    "cancel_rfq",
    "chase_supplier",
    "close_purchase_order",
    "close_rfq",
    "close_supply_exception",
    "cover_requests",
    "decide_supply_exception",
    "decline_by_link",
    "draft_purchase_orders",
    "draft_rfq",
    "edit_purchase_order",
    "edit_rfq",
    "find_supply_exceptions",
    "follow_purchase_supplies",
    "follow_rfqs",
    "notice_by_supplier_link",
    "quote_by_link",
    "receive_goods",
    "record_quote",
    "record_ship_notice",
    "record_supplier_answer",
    "record_supplier_invoice",
    "refuse_counter",
    "refuse_purchase_order",
    "refuse_ship_notice",
    "reject_receipt",
    "release_receipt",
    "report_by_supplier_link",
    "report_purchase_step",
    "report_supply_exception",
    "request_purchases",
    "resend_purchase_order",
    "return_goods",
    "return_material",
    "save_approval_limits",
    "save_purchase_steps",
    "send_material",
    "send_purchase_order",
    "send_rfq",
    "submit_purchase_order",
    "tell_losers",
    "use_provided",
    "weigh_rfq",
]
