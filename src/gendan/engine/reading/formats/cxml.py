"""cXML OrderRequest, ConfirmationRequest and ShipNoticeRequest; the shared secret is never kept."""

import datetime as dt
from collections.abc import Iterator

from lxml import etree

from ..limits import MAX_LINES
from ..results import Source
from ..understanding.dates import find_dates
from ..understanding.draft import Draft, DraftLine
from ..understanding.proof import prove
from ..understanding.terms import find_incoterm
from .segments import decimal_of, number_of, prove_products
from .xml_places import Places, children, find, local_name, text_of

CXML_KINDS: dict[str, str] = {
    "OrderRequest": "order",
    "ConfirmationRequest": "order_response",
    "ShipNoticeRequest": "ship_notice",
    "ReceiptRequest": "receiving_advice",
    "QuoteRequest": "request_for_quotation",
}
_ITEMS = ("ItemOut", "ConfirmationItem", "ShipNoticeItem", "ReceiptItem", "QuoteItemOut")
_VERDICTS = {"accept": "accepted", "allDetail": "accepted", "detail": "changed",
             "except": "changed", "reject": "rejected", "backordered": "changed"}  # fmt: skip
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
        if header.get("orderType", "").lower() == "blanket":
            draft.doubt("doc_type", "a blanket order: quantities are called off later")
    at = places.of(header)
    draft.put("document_number", _attribute(header, "orderID", "confirmID", "shipmentID"), at)
    if kind == "ConfirmationRequest":
        draft.put("verdict", _VERDICTS.get(header.get("type", "")), at)
    _order_number(root, header, places, draft)
    moment = _attribute(header, "orderDate", "noticeDate", "requestDate", "receiptDate")
    day, why = _day(moment)
    if moment and "T" in moment:
        # a moment with its zone may be the next day already where the reader sits
        why = why or f"printed as the moment {moment[:40]}"
    draft.put("issue_date", day, at, why)
    wanted = _attribute(header, "requestedDeliveryDate", "deliveryDate")
    draft.put("requested_delivery", _day(wanted)[0], at, _day(wanted)[1])
    _parties(root, header, places, draft)
    _terms(header, places, draft)
    for item in _items(root, draft):
        draft.lines.append(_line(item, places))
    _totals(root, header, places, draft)
    prove(draft)
    prove_products(draft)
    return draft


def _order_number(
    root: etree._Element, header: etree._Element, places: Places, draft: Draft
) -> None:
    """The order's number is in the header, else where the message refers to the order."""
    number = _attribute(header, "orderID")
    references = [e for e in root.iter() if local_name(e) in ("OrderReference", "OrderIDInfo")]
    numbers = [_attribute(reference, "orderID") for reference in references]
    known = list(dict.fromkeys(one for one in numbers if one))
    at = header if number else references[0] if references else header
    draft.put("order_number", number or (known[0] if known else None), places.of(at))
    if number is None and len(known) > 1:
        draft.doubt("order_number", f"the message is about orders {', '.join(known[:9])}")


def _items(root: etree._Element, draft: Draft) -> Iterator[etree._Element]:
    """The lines, wherever the kind of message keeps them."""
    count = 0
    for element in root.iter():
        if local_name(element) in _ITEMS:
            count += 1
            if count > MAX_LINES:
                draft.doubt("lines", "the document holds more lines than are read")
                return
            yield element


def _attribute(element: etree._Element, *names: str) -> str | None:
    for name in names:
        value = element.get(name)
        if value and value.strip():
            return value.strip()
    return None


def _day(text: str | None) -> tuple[str | None, str | None]:
    """The day as it is written, in the zone it is written in."""
    if text is None:
        return None, None
    found = find_dates(text[:10])
    if not found or not found[0].day:
        return None, f"{text[:40]} is not a date"
    why = None
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.astimezone(dt.UTC).date() != moment.date():
            why = f"the moment {text[:40]} is on another day in other zones"
    except (ValueError, OverflowError):
        why = None if len(text) == 10 else f"{text[:40]} is not written as moments are"
    return found[0].day.isoformat(), why


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
    """An amount; empty and unreadable ones are none."""
    return number_of(text_of(element) or "")


def _totals(root: etree._Element, header: etree._Element, places: Places, draft: Draft) -> None:
    for name, path in (
        ("total", "Total/Money"),
        ("tax", "Tax/Money"),
        ("freight", "Shipping/Money"),
    ):
        element = find(header, path)
        value, why = _money(element)
        draft.put(f"totals.{name}", value, places.of(element), why)
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
    value, why = number_of(item.get("quantity", "").strip())
    line.put("quantity", value, at, why)
    detail = find(item, "ItemDetail")
    if detail is None:
        detail = find(item, "BlanketItemDetail")
    _codes(line, item, detail, places)
    for name, parent, path in (
        ("description", detail, "Description"),
        ("unit", detail, "UnitOfMeasure"),
        ("unit", item, "UnitOfMeasure"),
    ):
        element = find(parent, path)
        line.put(name, _own_text(element), places.of(element))
    _price(line, item, detail, places)
    _answer(line, item, places)
    _deliveries(line, item, places)
    if _attribute(item, "parentLineNumber"):
        line.doubt("line_no", f"a part of line {item.get('parentLineNumber')}")
    return line


def _codes(
    line: DraftLine, item: etree._Element, detail: etree._Element | None, places: Places
) -> None:
    """Article numbers; the manufacturer's stands in where the supplier's is missing."""
    for name, parent, path in (
        ("seller_code", item, "ItemID/SupplierPartID"),
        ("buyer_code", item, "ItemID/BuyerPartID"),
        ("gtin", detail, "ItemDetailIndustry/ItemDetailRetail/EANID"),
        ("gtin", detail, "ItemDetailIndustry/ItemDetailRetail/UPCID"),
    ):
        element = find(parent, path)
        line.put(name, _own_text(element), places.of(element))
    for reference in children(find(item, "ItemID"), "IdReference"):
        domain = reference.get("domain", "").upper()
        if domain.startswith(("EAN", "GTIN", "UPC")):
            line.put("gtin", _attribute(reference, "identifier"), places.of(reference))
    maker = find(detail, "ManufacturerPartID")
    if "seller_code" not in line.values and maker is not None:
        why = "the manufacturer's number; the seller's is not given"
        line.put("seller_code", _own_text(maker), places.of(maker), why)


def _price(
    line: DraftLine, item: etree._Element, detail: etree._Element | None, places: Places
) -> None:
    """The price, for how many units it is, and what changes it."""
    unit_price = find(detail, "UnitPrice")
    if unit_price is None:
        unit_price = find(item, "UnitPrice")
    money = find(unit_price, "Money")
    value, why = _money(money)
    line.put("unit_price", value, places.of(money), why)
    if find(unit_price, "Modifications") is not None:
        line.doubt("unit_price", "surcharges or discounts are given apart")
    basis = find(detail, "PriceBasisQuantity")
    if basis is None:
        return
    base, why = number_of(basis.get("quantity", "").strip())
    line.put("price_base_quantity", base, places.of(basis), why)
    factor = decimal_of(number_of(basis.get("conversionFactor", "1").strip())[0])
    unit = text_of(find(basis, "UnitOfMeasure"))
    if factor != 1 or (unit and unit != line.get("unit")):
        line.doubt("unit_price", f"the price is for another unit: {unit or '?'}")
        line.is_adjusted = True


def _answer(line: DraftLine, item: etree._Element, places: Places) -> None:
    """What a confirmation says to the line; several statuses are a doubt."""
    statuses = list(children(item, "ConfirmationStatus"))
    if not statuses:
        return
    kinds = {_VERDICTS.get(status.get("type", ""), "changed") for status in statuses}
    action = kinds.pop() if len(kinds) == 1 else "changed"
    line.put("action", action, places.of(statuses[0]))
    kept = [s for s in statuses if _VERDICTS.get(s.get("type", "")) != "rejected"]
    amounts = [decimal_of(number_of(s.get("quantity", "").strip())[0]) for s in kept]
    known = [amount for amount in amounts if amount is not None]
    if known and len(known) == len(kept):
        line.values.pop("quantity", None)
        line.put("quantity", f"{sum(known):f}", places.of(kept[0]))
    if len(statuses) > 1:
        line.doubt("quantity", "the line is answered in several parts")
    _dates(line, kept, ("deliveryDate", "shipmentDate"), places)
    for status in kept:
        money = find(status, "UnitPrice/Money")
        value, why = _money(money)
        line.put("unit_price", value, places.of(money), why)


def _deliveries(line: DraftLine, item: etree._Element, places: Places) -> None:
    """The line's own dates; several deliveries on several days are not one date."""
    schedule = list(children(item, "ScheduleLine"))
    _dates(line, [item, *schedule], ("requestedDeliveryDate",), places)
    amounts = [decimal_of(number_of(s.get("quantity", "").strip())[0]) for s in schedule]
    known = [amount for amount in amounts if amount is not None]
    if known and sum(known) != decimal_of(line.get("quantity")):
        line.doubt("quantity", f"the part deliveries make {sum(known):f}")


def _dates(
    line: DraftLine, elements: list[etree._Element], names: tuple[str, ...], places: Places
) -> None:
    """The first of the days given; others are told."""
    found = []
    for element in elements:
        day, why = _day(_attribute(element, *names))
        if day is not None:
            found.append((day, why, places.of(element)))
        elif why:
            line.doubt("due_date", why)
    for day, why, place in sorted(found, key=lambda entry: entry[0])[:1]:
        line.put("due_date", day, place, why)
    several = sorted({entry[0] for entry in found})
    if len(several) > 1:
        line.doubt("due_date", f"several deliveries on different days: {', '.join(several[:12])}")


def _own_text(element: etree._Element | None) -> str | None:
    """Descriptions may hold a ShortName inside; the text around it is meant."""
    if element is None:
        return None
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join("".join(pieces).split()) or text_of(element)
