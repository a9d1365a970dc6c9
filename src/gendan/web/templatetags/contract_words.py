"""How values of contracts are written: document names, warnings in facts, paths of differences."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from gendan.contracts import documents
from gendan.contracts.credit_checks import sentence
from gendan.contracts.models import VOID_REASONS, PaperKind
from gendan.partners.models import PaymentEvent

register = template.Library()

_PATHS = {
    "advising_bank": _("Advising bank"),
    "amount": _("Amount"),
    "aql_major": _("AQL major"),
    "aql_minor": _("AQL minor"),
    "arbitration": _("Arbitration"),
    "buyer": _("Customer"),
    "claims_days": _("Claims within (days)"),
    "clauses": _("Clause"),
    "code": _("Code"),
    "conditions": _("Condition"),
    "currency": _("Currency"),
    "customer_code": _("Their code"),
    "description": _("Description"),
    "discharge_port": _("Port of discharge"),
    "discount": _("Discount"),
    "documents": _("Documents"),
    "expires_on": _("Expires on"),
    "expiry_place": _("Place of expiry"),
    "goods": _("Description of goods"),
    "governing_law": _("Governing law"),
    "inspection_place": _("Place of inspection"),
    "inspection_standard": _("Inspection standard"),
    "inspector": _("Inspection by"),
    "issued_on": _("Issued on"),
    "issuing_bank": _("Issuing bank"),
    "latest_shipment_on": _("Latest shipment"),
    "lines": _("Line"),
    "loading_port": _("Port of loading"),
    "number": _("Number"),
    "order": _("Order"),
    "orders": _("Orders"),
    "over_percent": _("Over (%)"),
    "partial_allowed": _("Partial shipment allowed"),
    "penalty_grace_days": _("Days of grace"),
    "penalty_most": _("Penalty at most (%)"),
    "penalty_per_day": _("Penalty per day (%)"),
    "presentation_days": _("Presentation (days after shipment)"),
    "price": _("Price"),
    "quantity": _("Quantity"),
    "remark": _("Remark"),
    "seller": _("Our company"),
    "ship_on": _("Shipment"),
    "short_percent": _("Short (%)"),
    "specification": _("Specification version"),
    "sums": _("Total"),
    "total": _("Total"),
    "transshipment_allowed": _("Transshipment allowed"),
    "unit": _("Unit"),
    "zh": _("Chinese"),
    "en": _("English"),
}


@register.filter
def contract_path(path: str) -> str:
    """lines.2.quantity → Line 2 Quantity."""
    return " ".join(str(_PATHS.get(part, part.replace("_", " "))) for part in path.split("."))


@register.filter
def document_words(code: str) -> str:
    """A paper's name in the reader's language."""
    return documents.words(code)


@register.filter
def warning_words(data: Any) -> str:
    """The sentence of a LetterOfCreditWarned fact."""
    params = dict(data.get("params") or {}) | {"order": data.get("order_number") or ""}
    try:
        return sentence(str(data.get("warning", "")), params)
    except KeyError:  # a fact of an earlier version that knew other values
        return str(data.get("warning", "")).replace("_", " ")


@register.filter
def void_words(reason: str) -> str:
    """Why a paper is void."""
    return str(VOID_REASONS.get(reason, reason))


@register.filter
def paper_kind_words(kind: str) -> str:
    """What a paper is."""
    return str(PaperKind(kind).label) if kind in PaperKind.values else kind


@register.filter
def event_words(event: str) -> str:
    """The event of an instalment."""
    return str(PaymentEvent(event).label) if event in PaymentEvent.values else event
