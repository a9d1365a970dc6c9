"""The kinds of sheets about purchasing: requests, orders, quotations, invoices, steps, limits."""

from gendan.exchange.kind import Kind, under
from gendan.exchange.purchase_sheets import (
    InvoiceLineRow,
    OrderLineRow,
    PurchaseOrderRow,
    RequestRow,
    SupplierInvoiceRow,
    lines_said,
    take_invoices,
    take_purchase_orders,
    take_requests,
)
from gendan.exchange.quotation_sheets import (
    QuotationRow,
    QuotedRow,
    RfqLine,
    RfqRow,
    take_quotations,
    take_rfqs,
)
from gendan.exchange.store_sheets import (
    RoleLimitRow,
    StepsRow,
    limits_said,
    take_limits,
    take_steps,
)
from gendan.purchasing import models, services
from gendan.purchasing.named import REQUESTS_OF_LINE, SUPPLIERS_OF_RFQ
from gendan.purchasing.services import StepRow

PURCHASING_KINDS = (
    Kind(
        "purchase_requests",
        "Purchase requests",
        "采购申请",
        RequestRow,
        services.request_purchases,
        models.PurchaseRequest,
        take=take_requests,
        where={"state": "open"},
        shows={"demands": lines_said},
        examples=(
            {
                "item": "M-1",
                "quantity": 500,
                "needed_on": "2026-12-20",
                "order_by_on": "2026-12-01",
                "demands": "SO26-0001 / 1",
            },
        ),
    ),
    Kind(
        "purchase_orders",
        "Purchase orders (drafts)",
        "采购订单(草稿)",
        PurchaseOrderRow,
        services.draft_purchase_orders,
        models.PurchaseOrderLine,
        take=take_purchase_orders,
        line=OrderLineRow,
        line_field="lines",
        group_by=("order",),
        paths={
            "order": "order__number",
            "supplier": "order__supplier__code",
            "payment_terms": "order__payment_terms__code",
            "quantity": "typed_quantity",
            "unit": "typed_unit",
            "requests": REQUESTS_OF_LINE,
            "supplier_item_code": "supplier_code",
            "line_remark": "remark",
        }
        | under("order", "kind", "currency", "incoterm", "place", "remark"),
        where={"order__state": "draft", "is_cancelled": False},
        examples=(
            {
                "order": "1",
                "supplier": "S001",
                "item": "M-1",
                "quantity": 500,
                "price": "1.35",
                "requested_on": "2026-12-20",
            },
            {
                "order": "1",
                "supplier": "S001",
                "item": "M-2",
                "quantity": 200,
                "requested_on": "2026-12-20",
            },
        ),
    ),
    Kind(
        "rfqs",
        "Requests for quotation (drafts)",
        "询价单(草稿)",
        RfqRow,
        services.draft_rfq,
        models.QuotationLine,
        take=take_rfqs,
        line=RfqLine,
        line_field="lines",
        group_by=("rfq",),
        paths={
            "rfq": "rfq__number",
            "suppliers": SUPPLIERS_OF_RFQ,
            "requests": REQUESTS_OF_LINE,
            "line_remark": "remark",
        }
        | under("rfq", "answer_by_on", "currency", "remark"),
        where={"rfq__state": "draft"},
        examples=(
            {
                "rfq": "1",
                "suppliers": "S001, S002",
                "answer_by_on": "2026-11-15",
                "item": "M-1",
                "quantity": 5000,
                "needed_on": "2026-12-20",
            },
        ),
    ),
    Kind(
        "quotations",
        "Quotations (prices answered)",
        "供应商报价",
        QuotationRow,
        services.record_quote,
        models.QuotedLine,
        take=take_quotations,
        line=QuotedRow,
        line_field="lines",
        group_by=("rfq", "supplier"),
        paths={
            "rfq": "invitation__rfq__number",
            "supplier": "invitation__supplier__code",
            "position": "line__position",
            "line_remark": "remark",
        }
        | under("invitation", "currency", "valid_until_on", "decline_reason", "remark"),
        where={
            "invitation__state": "submitted",  # what a supplier has not submitted is its own
            "invitation__rfq__state__in": ("sent", "closed"),
        },
        examples=(
            {
                "rfq": "RFQ26-0001",
                "supplier": "S001",
                "currency": "CNY",
                "position": 1,
                "breaks": "0 1.35; 5000 1.28",
                "lead_days": 12,
            },
        ),
    ),
    Kind(
        "supplier_invoices",
        "Suppliers' invoices",
        "供应商发票",
        SupplierInvoiceRow,
        services.record_supplier_invoice,
        models.SupplierInvoiceLine,
        take=take_invoices,
        line=InvoiceLineRow,
        line_field="lines",
        group_by=("supplier", "number"),
        paths={
            "supplier": "invoice__supplier__code",
            "purchase_order": "order_line__order__number",
            "position": "order_line__position",
        }
        | under("invoice", "number", "dated_on", "total", "currency"),
        examples=(
            {
                "supplier": "S001",
                "number": "INV-778",
                "dated_on": "2026-12-22",
                "purchase_order": "PO26-0001",
                "position": 1,
                "quantity": 500,
                "price": "1.35",
            },
        ),
    ),
    Kind(
        "purchase_steps",
        "Steps of purchases",
        "采购节点",
        StepsRow,
        services.save_purchase_steps,
        models.PurchaseMilestoneTemplate,
        take=take_steps,
        line=StepRow,
        line_field="lines",
        group_by=("family", "supplier"),
        paths={"family": "family__code", "supplier": "supplier__code"},
        examples=(
            {
                "family": "FABRIC",
                "name_en": "Yarn in house",
                "name_zh": "纱线到厂",
                "days_before": 30,
            },
            {"family": "FABRIC", "name_en": "Dyed", "name_zh": "染色完成", "days_before": 12},
        ),
    ),
    Kind(
        "approval_limits",
        "Approval limits",
        "审批限额",
        RoleLimitRow,
        services.save_approval_limits,
        models.ApprovalLimit,
        take=take_limits,
        shows={"amount": limits_said},
        examples=({"role": "buyer", "amount": 20000}, {"role": "manager", "amount": "(empty)"}),
    ),
)
