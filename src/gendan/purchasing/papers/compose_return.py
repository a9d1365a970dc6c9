"""What a return note says: everything that is printed, as plain data in both languages."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from gendan.contracts.models import Letterhead
from gendan.contracts.papers import words
from gendan.kernel import clock
from gendan.partners.models import Contact
from gendan.purchasing.models import GoodsReceiptLine, SupplierReturn
from gendan.purchasing.papers.compose import buyer_of

RETURN_TEMPLATE = Path(__file__).parent / "return.typ"


def compose_return(
    document: SupplierReturn,
    going: Sequence[tuple[GoodsReceiptLine, Decimal]],
    *,
    contact: Contact | None,
    head: Letterhead | None,
) -> dict[str, Any]:
    """Everything the note prints."""
    receipt = document.receipt
    is_credit = document.outcome == SupplierReturn.Outcome.CREDIT
    return {
        "number": document.number,
        "date": words.day(clock.today()),
        "buyer": buyer_of(head),
        "seller": {
            "name": {"en": receipt.supplier.name, "zh": receipt.supplier.name_zh},
            "contact": contact.name if contact else "",
            "email": contact.email if contact else "",
            "phone": contact.phone if contact else "",
        },
        "receipt": receipt.number,
        "delivery_note": receipt.delivery_note,
        "person": str(document.by or ""),
        "is_credit": is_credit,
        "due_on": words.day(document.due_on) if document.due_on else "",
        "credit": f"{document.currency} {words.money(document.credit, document.currency)}"
        if is_credit
        else "",
        "reason": document.reason,
        "lines": [_line(position, *row) for position, row in enumerate(going, 1)],
    }


def _line(position: int, line: GoodsReceiptLine, quantity: Decimal) -> dict[str, Any]:
    return {
        "position": position,
        "order": f"{line.order_line.order.number} / {line.order_line.position}",
        "item": line.item.code,
        "supplier_code": line.order_line.supplier_code,
        "name_en": line.item.name_en,
        "name_zh": line.item.name_zh,
        "lot": line.lot.code if line.lot else "",
        "quantity": words.number(quantity),
        "unit": line.item.unit.code,
        "why": line.reject_reason,
    }
