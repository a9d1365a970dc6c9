"""What a purchase order says: everything that is printed, as plain data in both languages."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from gendan.contracts.models import Letterhead
from gendan.contracts.papers import words
from gendan.contracts.papers.words import Both
from gendan.kernel import clock, company, files
from gendan.partners.models import Contact
from gendan.purchasing.models import (
    ProvidedMaterial,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseSending,
)

TEMPLATE = Path(__file__).parent / "order.typ"
_TITLES = {
    PurchaseOrder.Kind.GOODS.value: Both("PURCHASE ORDER", "采购订单"),
    PurchaseOrder.Kind.SUBCONTRACT.value: Both("SUBCONTRACT ORDER", "委外加工单"),
}
# What of a line is told as a change, in both languages.
_NAMES = {
    "quantity": Both("quantity", "数量"),
    "unit": Both("unit", "单位"),
    "price": Both("price", "单价"),
    "requested_on": Both("date", "交期"),
    "remark": Both("remark", "备注"),
}
_HEAD = {
    "delivery": Both("delivery", "交货条件"),
    "payment": Both("payment", "付款条件"),
    "currency": Both("currency", "币种"),
    "remark": Both("remark", "备注"),
}


def compose(
    order: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    *,
    contact: Contact | None,
    head: Letterhead | None,
) -> dict[str, Any]:
    """Everything the next version prints (4 queries whatever its length)."""
    last = PurchaseSending.objects.filter(order=order).order_by("-version", "-pk").first()
    terms = order.payment_terms
    found: dict[str, Any] = {
        "title": _TITLES[order.kind].as_data(),
        "number": order.number,
        "version": order.version + 1,
        "date": words.day(clock.today()),
        "buyer": buyer_of(head),
        "seller": _seller(order, contact),
        "person": str(order.made_by or ""),
        "currency": order.currency,
        "lines": [_line(line) for line in lines if not line.is_cancelled],
        "total": words.money(order.total, order.currency),
        "provided": _provided(order),
        "delivery": " ".join(part for part in (order.incoterm, order.place) if part),
        "payment": _both(terms.name_zh, terms.name_en) if terms else "",
        "remark": order.remark,
    }
    found["changes"] = changes_between(last.snapshot, found) if last else []
    return found


def images_of(head: Letterhead | None) -> dict[str, bytes]:
    """The logo the paper shows."""
    if head is None or head.logo is None:
        return {}
    with files.open_file(head.logo) as stream:
        return {"logo": stream.read()}


def changes_between(was: dict[str, Any], now: dict[str, Any]) -> list[dict[str, str]]:
    """What one version says otherwise than another, each as a sentence in both languages."""
    found: list[Both] = []
    for key, name in _HEAD.items():
        if was.get(key) != now.get(key):
            found.append(_moved(name, was.get(key), now.get(key)))
    before = {line["position"]: line for line in was.get("lines", [])}
    after = {line["position"]: line for line in now.get("lines", [])}
    for position in sorted({*before, *after}):
        old, new = before.get(position), after.get(position)
        line = Both(f"line {position}", f"第{position}行")
        if old is None or new is None:
            row = new or old or {}
            word = Both("new", "新增") if old is None else Both("cancelled", "取消")
            text = f"{row['item']} × {row['quantity']} {row['unit']}"
            found.append(Both(f"{line.en}: {word.en}, {text}", f"{line.zh}：{word.zh}，{text}"))
            continue
        for key, name in _NAMES.items():
            if old[key] != new[key]:
                moved = _moved(name, old[key], new[key])
                found.append(Both(f"{line.en}: {moved.en}", f"{line.zh}：{moved.zh}"))
    return [one.as_data() for one in found]


def _moved(name: Both, was: object, now: object) -> Both:
    arrow = f"{was or '–'} → {now or '–'}"
    return Both(f"{name.en} {arrow}", f"{name.zh} {arrow}")


def _both(zh: str, en: str) -> str:
    return " / ".join(dict.fromkeys(part for part in (zh, en) if part))


def buyer_of(head: Letterhead | None) -> dict[str, Any]:
    """Who we are, as papers to suppliers say it."""
    if head is None:
        name = company.value("company_name")
        return {"name": {"en": name["en"], "zh": name["zh"]}}
    return {
        "name": {"en": head.name_en, "zh": head.name_zh},
        "address": {"en": head.address_en, "zh": head.address_zh},
        "phone": head.phone,
        "email": head.email,
        "tax_number": head.tax_number,
    }


def _seller(order: PurchaseOrder, contact: Contact | None) -> dict[str, Any]:
    return {
        "name": {"en": order.supplier.name, "zh": order.supplier.name_zh},
        "contact": contact.name if contact else "",
        "email": contact.email if contact else "",
        "phone": contact.phone if contact else "",
    }


def _line(line: PurchaseOrderLine) -> dict[str, Any]:
    currency = line.order.currency
    return {
        "position": line.position,
        "item": line.item.code,
        "name_en": line.item.name_en,
        "name_zh": line.item.name_zh,
        "supplier_code": line.supplier_code,
        "quantity": words.number(line.typed_quantity),
        "unit": line.typed_unit,
        "price": words.price(line.price, currency),
        "amount": words.money(line.amount, currency),
        "requested_on": words.day(line.requested_on),
        "remark": line.remark,
    }


def _provided(order: PurchaseOrder) -> list[dict[str, str]]:
    if order.kind != PurchaseOrder.Kind.SUBCONTRACT:
        return []
    rows = ProvidedMaterial.objects.filter(line__order=order, line__is_cancelled=False)
    sums: dict[str, dict[str, Any]] = {}
    for one in rows.select_related("item__unit"):
        row = sums.setdefault(
            one.item.code,
            {"item": one.item, "quantity": Decimal(0)},
        )
        row["quantity"] += one.quantity
    return [
        {
            "item": code,
            "name": _both(row["item"].name_zh, row["item"].name_en),
            "quantity": words.number(row["quantity"]),
            "unit": row["item"].unit.code,
        }
        for code, row in sums.items()
    ]
