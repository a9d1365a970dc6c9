"""cXML OrderRequest, ConfirmationRequest and ShipNoticeRequest; the shared secret is never kept."""

from lxml import etree

from ..limits import MAX_LINES
from ..results import Source
from ..understanding.dates import find_dates
from ..understanding.draft import Draft, DraftLine
from ..understanding.numbers import plain, to_decimal
from ..understanding.proof import prove
from ..understanding.terms import find_incoterm
from .xml_places import Places, children, find, local_name, text_of

CXML_KINDS: dict[str, str] = {
    "OrderRequest": "order",
    "ConfirmationRequest": "order_response",
    "ShipNoticeRequest": "ship_notice",
    "ReceiptRequest": "receiving_advice",
    "QuoteRequest": "request_for_quotation",
}
_ORDER_TYPES = {"delete": "order_cancellation", "update": "order_change"}
_HEADERS = {
    "OrderRequest": "OrderRequestHeader",
    "ConfirmationRequest": "ConfirmationHeader",
    "ShipNoticeRequest": "ShipNoticeHeader",
    "ReceiptRequest": "ReceiptRequestHeader",
    "QuoteRequest": "QuoteRequestHeader",
}


def is_cxml(root: etree._Element) -> bool:
    """Whether the root element is cXML."""
    return local_name(root) == "cXML"


def read_cxml_message(root: etree._Element, places: Places, source: Source) -> Draft:
    """One cXML request as a draft, proved."""
    kind = local_name(root)
    draft = Draft(source, CXML_KINDS[kind])
    header = find(root, _HEADERS[kind])
    if header is None:
        draft.doubt("doc_type", "the message has no header")
        return draft
    if kind == "OrderRequest":
        draft.doc_type = _ORDER_TYPES.get(header.get("type", "").lower(), "order")
    at = places.of(header)
    draft.put("document_number", _attribute(header, "orderID", "confirmID", "shipmentID"), at)
    reference = next((e for e in root.iter() if local_name(e) == "OrderReference"), None)
    number = _attribute(header, "orderID")
    if number is None and reference is not None:
        number = _attribute(reference, "orderID")
    draft.put("order_number", number, at)
    day, why = _day(_attribute(header, "orderDate", "noticeDate", "requestDate"))
    draft.put("issue_date", day, at, why)
    _parties(root, header, places, draft)
    _terms(header, places, draft)
    for item in list(children(root, "ItemOut"))[:MAX_LINES]:
        draft.lines.append(_line(item, places))
    _totals(root, header, places, draft)
    prove(draft)
    return draft


def _attribute(element: etree._Element, *names: str) -> str | None:
    for name in names:
        value = element.get(name)
        if value and value.strip():
            return value.strip()
    return None


def _day(text: str | None) -> tuple[str | None, str | None]:
    if text is None:
        return None, None
    found = find_dates(text[:10])
    if found and found[0].day:
        # a moment with its zone may be the next day already where the reader sits
        why = f"printed as the moment {text[:40]}" if "T" in text else None
        return found[0].day.isoformat(), why
    return None, f"{text[:40]} is not a date"


def _parties(root: etree._Element, header: etree._Element, places: Places, draft: Draft) -> None:
    """The buyer is who is billed; identities of the envelope are logins, not names."""
    for side, role in (("buyer", "BillTo"), ("seller", "SupplierContact")):
        address = find(header, f"{role}/Address")
        name = find(address, "Name")
        draft.put(f"{side}.name", text_of(name), places.of(name))
        mail = find(address, "Email")
        draft.put(f"{side}.email", text_of(mail), places.of(mail))
    for contact in children(header, "Contact"):
        role = contact.get("role", "").lower()
        party = {"buyer": "buyer", "buyercorporate": "buyer", "suppliercorporate": "seller"}.get(
            role
        )
        if party:
            name = find(contact, "Name")
            draft.put(f"{party}.name", text_of(name), places.of(name))
    envelope = next((e for e in root.iterancestors() if local_name(e) == "cXML"), None)
    for side, role in (("buyer", "From"), ("seller", "To")):
        credential = find(envelope, f"Header/{role}/Credential")
        if credential is not None and credential.get("domain", "").upper() == "GLN":
            identity = find(credential, "Identity")
            draft.put(f"{side}.gln", text_of(identity), places.of(identity))


def _terms(header: etree._Element, places: Places, draft: Draft) -> None:
    terms = find(header, "TermsOfDelivery")
    if terms is not None:
        draft.put("incoterm", find_incoterm(text_of(terms) or ""), places.of(terms))
    payment = find(header, "PaymentTerm")
    if payment is not None and payment.get("payInNumberOfDays"):
        draft.put("payment_terms", f"{payment.get('payInNumberOfDays')} days", places.of(payment))


def _money(element: etree._Element | None) -> tuple[str | None, str | None]:
    text = text_of(element)
    number = to_decimal(text) if text else None
    return (plain(number.value) if number else None), (
        element.get("currency") if element is not None else None
    )


def _totals(root: etree._Element, header: etree._Element, places: Places, draft: Draft) -> None:
    for name, path in (
        ("total", "Total/Money"),
        ("tax", "Tax/Money"),
        ("freight", "Shipping/Money"),
    ):
        element = find(header, path)
        value, _ = _money(element)
        draft.put(f"totals.{name}", value, places.of(element))
    codes: dict[str, etree._Element] = {}
    for element in root.iter():
        if local_name(element) == "Money" and element.get("currency"):
            codes.setdefault(str(element.get("currency")), element)
    for code, element in list(codes.items())[:1]:
        draft.put("currency", code.upper(), places.of(element))
    if len(codes) > 1:
        draft.doubt("currency", f"amounts are in {', '.join(sorted(codes))}")


def _line(item: etree._Element, places: Places) -> DraftLine:
    line = DraftLine()
    at = places.of(item)
    line.put("line_no", _attribute(item, "lineNumber"), at)
    number = to_decimal(item.get("quantity", ""))
    line.put("quantity", plain(number.value) if number else None, at)
    day, why = _day(_attribute(item, "requestedDeliveryDate"))
    line.put("due_date", day, at, why)
    detail = find(item, "ItemDetail")
    for name, parent, path in (
        ("seller_code", item, "ItemID/SupplierPartID"),
        ("buyer_code", item, "ItemID/BuyerPartID"),
        ("description", detail, "Description"),
        ("unit", detail, "UnitOfMeasure"),
    ):
        element = find(parent, path)
        line.put(name, _own_text(element), places.of(element))
    price = find(detail, "UnitPrice/Money")
    value, _ = _money(price)
    line.put("unit_price", value, places.of(price))
    basis = find(detail, "PriceBasisQuantity")
    if basis is not None:
        line.put("price_base_quantity", basis.get("quantity"), places.of(basis))
    return line


def _own_text(element: etree._Element | None) -> str | None:
    """Descriptions may hold a ShortName inside; the text around it is meant."""
    if element is None:
        return None
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join("".join(pieces).split()) or text_of(element)
