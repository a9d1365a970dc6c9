"""What a paper says: everything that is printed, as plain data in both languages."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gendan.catalog.models import Unit
from gendan.contracts import documents, queries
from gendan.contracts.models import Letterhead
from gendan.contracts.papers import placeholders, words
from gendan.contracts.papers.words import Both
from gendan.contracts.queries import DocumentDuty, Terms
from gendan.engine import amount_words
from gendan.kernel import clock, company
from gendan.orders.models import Basis, Line, Order
from gendan.partners.models import Address

# What of a snapshot comes from the order and its terms: when it differs, the paper is another one.
_OF_ORDER = ("buyer", "order", "currency", "lines", "sums", "total", "conditions")


@dataclass(frozen=True)
class Composed:
    """A paper before it is drawn: what it prints, the duties, the images it needs."""

    snapshot: dict[str, Any]
    terms: Terms
    letterhead: Letterhead | None
    left_out: tuple[str, ...]  # codes of clauses whose placeholders have nothing to fill them


def compose(
    order: Order, *, kind: str, number: str = "", version: int = 1, on: dt.date | None = None
) -> Composed:
    """Everything a paper of an order prints now (about 10 queries, whatever its length)."""
    terms = queries.terms_for(order)
    head = queries.letterhead()
    lines = list(order.lines.filter(is_cancelled=False).select_related("item", "item__unit"))
    seller = _seller(head)
    buyer = _buyer(order)
    values = _values(order, terms, lines, seller, buyer)
    clauses, left_out = _clauses(order, kind, values)
    snapshot = {
        "kind": kind,
        "title": words.TITLES[kind].as_data(),
        "number": number,
        "version": version,
        "date": words.day(on or clock.today()),
        "seller": seller,
        "buyer": buyer,
        "order": {
            "number": order.number,
            "theirs": order.customer_order_number,
            "ordered_on": words.day(order.ordered_on),
        },
        "currency": order.currency,
        "lines": [_line(line, order.currency) for line in lines],
        "sums": _sums(lines),
        "total": _total(order),
        "conditions": _conditions(order, terms, values),
        "clauses": clauses,
    }
    return Composed(snapshot, terms, head, tuple(left_out))


def printed_of_order(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The part of a snapshot that the order and its terms decide."""
    return {name: snapshot.get(name) for name in _OF_ORDER}


def _seller(head: Letterhead | None) -> dict[str, Any]:
    if head is None:
        name = company.value("company_name")
        return {"name": {"en": name["en"], "zh": name["zh"]}, "seals": False}
    return {
        "name": {"en": head.name_en, "zh": head.name_zh},
        "address": {"en": head.address_en, "zh": head.address_zh},
        "signer": {"en": head.signer_en, "zh": head.signer_zh},
        "place": {"en": head.place_en, "zh": head.place_zh},
        "phone": head.phone,
        "fax": head.fax,
        "email": head.email,
        "website": head.website,
        "tax_number": head.tax_number,
        "bank": head.bank,
        "logo": head.logo.sha256 if head.logo else "",
        "seal": head.seal.sha256 if head.seal and head.seals_papers else "",
    }


def _buyer(order: Order) -> dict[str, Any]:
    customer = order.customer
    office = (
        Address.objects.filter(partner=customer, kind__in=("office", "invoice"))
        .order_by("-kind", "pk")
        .first()
    )
    contact = order.contact
    return {
        "name": {"en": customer.name, "zh": customer.name_zh},
        "address": ", ".join(
            part
            for part in (
                " ".join(office.lines.split("\n")) if office else "",
                f"{office.postal_code} {office.city}".strip() if office else "",
                (office.country if office else customer.country),
            )
            if part
        ),
        "contact": contact.name if contact else "",
        "email": contact.email if contact else "",
        "phone": contact.phone if contact else "",
        "tax_number": customer.tax_number,
    }


def _line(line: Line, currency: str) -> dict[str, Any]:
    item = line.item
    english = line.description or item.name_en or item.name_zh or item.code
    return {
        "key": str(line.position),
        "code": item.code,
        "customer_code": line.customer_code,
        "description": {"en": english, "zh": item.name_zh if item.name_zh != english else ""},
        "specification": line.specification_version,
        "assortment": _assortment(line),
        "quantity": words.number(line.quantity),
        "unit": _unit(item.unit).as_data(),
        "price": words.price(line.unit_price, currency),
        "price_per": "" if line.price_per == 1 else words.number(line.price_per),
        "discount": words.number(line.discount_percent) if line.discount_percent else "",
        "amount": words.money(line.amount, currency),
        "ship_on": words.day(line.promised_on or line.requested_on),
    }


def _unit(unit: Unit) -> Both:
    return Both(unit.code, unit.name_zh or unit.code)


def _assortment(line: Line) -> str:
    if not line.assortment:
        return ""
    ratio = ", ".join(f"{size}: {count}" for size, count in line.assortment["ratio"].items())
    return f"{ratio} × {line.assortment['packs']}"


def _sums(lines: Iterable[Line]) -> list[dict[str, Any]]:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    units: dict[int, Unit] = {}
    for line in lines:
        sums[line.item.unit_id] += line.quantity
        units[line.item.unit_id] = line.item.unit
    return [
        {
            "key": units[unit].code,
            "quantity": words.number(sum_),
            "unit": _unit(units[unit]).as_data(),
        }
        for unit, sum_ in sums.items()
    ]


def _total(order: Order) -> dict[str, str]:
    return {
        "amount": words.money(order.total, order.currency),
        "en": "SAY " + amount_words.in_english(order.total, order.currency).upper(),
        "zh": amount_words.in_chinese(order.total, order.currency),
    }


def both(text: str) -> Both:
    """ "English / 中文" taken apart; a text without Chinese half stands for both."""
    english, found, chinese = text.partition(" / ")
    return Both(english.strip(), chinese.strip()) if found else Both(text, text)


def _documents(wanted: Iterable[DocumentDuty]) -> Both:
    english, chinese = [], []
    for one in wanted:
        originals, copies = one.originals, one.copies
        english.append(
            f"{documents.in_english(one.code)} ({originals} original{'s' * (originals != 1)}"
            f"{f', {copies} cop' + ('y' if copies == 1 else 'ies') if copies else ''})"
        )
        chinese.append(
            f"{documents.in_chinese(one.code)}（正本{originals}份"
            f"{f'，副本{copies}份' if copies else ''}）"
        )
    return Both("; ".join(english), "；".join(chinese))


def _values(
    order: Order,
    terms: Terms,
    lines: list[Line],
    seller: dict[str, Any],
    buyer: dict[str, Any],
) -> dict[str, Both]:
    """What fills each placeholder, and the conditions; empty where nothing is agreed."""
    percent = words.number
    parts = [words.payment(one.event, one.percent, one.days) for one in terms.payment]
    port = terms.loading_port or (
        order.incoterm_place if order.incoterm in {"FOB", "FAS", "FCA"} else ""
    )
    discharge = terms.discharge_port or (
        order.incoterm_place if order.incoterm in {"CFR", "CIF", "CPT", "CIP"} else ""
    )
    has_penalty = bool(terms.penalty_per_day)
    dates = [line.promised_on or line.requested_on for line in lines]
    latest = terms.latest_shipment_on or max((day for day in dates if day), default=None)
    aql = (
        f"{percent(terms.aql_major)} / {percent(terms.aql_minor)}"
        if terms.aql_major is not None and terms.aql_minor is not None
        else ""
    )
    term = f"{order.incoterm} {order.incoterm_place}".strip() if order.incoterm else ""
    same = {
        "over_percent": percent(terms.over_percent),
        "short_percent": percent(terms.short_percent),
        "penalty_per_day": percent(terms.penalty_per_day) if has_penalty else "",
        "penalty_most": percent(terms.penalty_most) if has_penalty else "",
        "grace_days": str(terms.penalty_grace_days),
        "claims_days": str(terms.claims_days) if terms.claims_days else "",
        "aql": aql,
        "incoterm": term,
        "place": order.incoterm_place,
        "latest_shipment": words.day(latest),
    }
    return {name: Both(value, value) for name, value in same.items()} | {
        "port": both(port),
        "discharge_port": both(discharge),
        "inspector": words.INSPECTORS[terms.inspector],
        "inspection_standard": both(terms.inspection_standard),
        "inspection_place": both(terms.inspection_place),
        "partial": words.ALLOWED[terms.partial_allowed],
        "transshipment": words.ALLOWED[terms.transshipment_allowed],
        "payment": Both("; ".join(one.en for one in parts), "；".join(one.zh for one in parts)),
        "packing": both(order.packing),
        "documents": _documents(terms.documents),
        "governing_law": both(terms.governing_law),
        "arbitration": both(terms.arbitration),
        "seller": Both(seller["name"]["en"], seller["name"]["zh"] or seller["name"]["en"]),
        "buyer": Both(buyer["name"]["en"], buyer["name"]["zh"] or buyer["name"]["en"]),
    }


def _clauses(
    order: Order, kind: str, values: dict[str, Both]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The clauses that fit, filled; those that speak of something not agreed are left out."""
    english = {name: value.en for name, value in values.items()}
    chinese = {name: value.zh for name, value in values.items()}
    empty = {name for name, value in values.items() if not value.en}
    found, left_out = [], []
    for clause in queries.clauses_for(order, kind):
        asked = {name for name in empty if f"{{{name}}}" in clause.text_en + clause.text_zh}
        if asked:
            left_out.append(clause.code)
            continue
        found.append(
            {
                "key": clause.code,
                "version": clause.version,
                "topic": _TOPICS[clause.topic].as_data(),
                "en": placeholders.fill(clause.text_en, english),
                "zh": placeholders.fill(clause.text_zh, chinese),
            }
        )
    return found, left_out


_TOPICS = {
    "shipment": Both("Shipment", "装运"),
    "payment": Both("Payment", "付款"),
    "tolerance": Both("Tolerance", "溢短装"),
    "packing": Both("Packing", "包装"),
    "documents": Both("Documents", "单据"),
    "insurance": Both("Insurance", "保险"),
    "inspection": Both("Inspection", "检验"),
    "penalty": Both("Late delivery", "逾期交货"),
    "claims": Both("Claims", "索赔"),
    "force_majeure": Both("Force majeure", "不可抗力"),
    "arbitration": Both("Law and arbitration", "法律与仲裁"),
    "other": Both("General", "其他"),
}
_BASES = {
    Basis.EX_WORKS: Both("ex works", "出厂"),
    Basis.ON_BOARD: Both("on board", "装船"),
    Basis.AT_DOOR: Both("at the door", "送达"),
}


def _conditions(order: Order, terms: Terms, values: dict[str, Both]) -> list[dict[str, Any]]:
    """The table of conditions beside the goods: short, and only what is agreed."""
    basis = _BASES[Basis(order.basis)]
    tolerance = Both(
        f"+{values['over_percent'].en}% / -{values['short_percent'].en}% in quantity and amount",
        f"数量及金额 +{values['over_percent'].zh}% / -{values['short_percent'].zh}%",
    )
    latest = values["latest_shipment"]
    rows = [
        ("price", Both("Price terms", "价格条款"), values["incoterm"], " (Incoterms 2020)"),
        ("transport", Both("Transport", "运输方式"), words.METHODS[order.delivery_method], ""),
        ("port", Both("Port of loading", "装运港"), values["port"], ""),
        ("discharge", Both("Port of discharge", "目的港"), values["discharge_port"], ""),
        (
            "shipment",
            Both("Time of shipment", "交货期"),
            Both(f"not later than {latest.en} ({basis.en})", f"不迟于{latest.zh}（{basis.zh}）")
            if latest.en
            else latest,
            "",
        ),
        ("payment", Both("Payment", "付款方式"), values["payment"], ""),
        ("tolerance", Both("Tolerance", "溢短装"), tolerance, ""),
        ("packing", Both("Packing", "包装"), values["packing"], ""),
        ("marks", Both("Shipping marks", "唛头"), Both(*[terms.shipping_marks] * 2), ""),
        ("documents", Both("Documents", "所需单据"), values["documents"], ""),
    ]
    return [
        {
            "key": key,
            "label": label.as_data(),
            "en": value.en + (extra if value.en else ""),
            "zh": value.zh + (extra if value.zh else ""),
        }
        for key, label, value, extra in rows
        if value.en
    ]
