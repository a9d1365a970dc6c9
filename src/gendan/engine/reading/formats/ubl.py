"""UBL 2.x documents of the order family, read by element (OASIS UBL 2.0-2.4, Peppol profiles)."""

import re
from decimal import Decimal

from lxml import etree

from ..limits import MAX_LINES
from ..results import Source
from ..understanding.dates import find_dates
from ..understanding.draft import Draft, DraftLine
from ..understanding.numbers import plain, to_decimal
from ..understanding.proof import prove
from ..understanding.terms import find_incoterm
from .xml_places import Places, children, find, local_name, text_of

UBL_KINDS: dict[str, str] = {
    "Order": "order",
    "OrderChange": "order_change",
    "OrderCancellation": "order_cancellation",
    "OrderResponse": "order_response",
    "OrderResponseSimple": "order_response",
    "DespatchAdvice": "despatch_advice",
    "ReceiptAdvice": "receiving_advice",
    "RequestForQuotation": "request_for_quotation",
}
_LINES = ("OrderLine", "DespatchLine", "ReceiptLine", "RequestForQuotationLine")
_QUANTITIES = ("Quantity", "DeliveredQuantity", "ReceivedQuantity", "RequestedQuantity")
_VERDICTS = {"AP": "accepted", "CA": "changed", "RE": "rejected"}
_ACTIONS = {"1": "added", "2": "deleted", "3": "changed", "4": "unchanged", "5": "accepted",
            "7": "rejected", "42": "accepted"}  # fmt: skip
_GTIN_SCHEMES = ("0160", "GTIN", "EAN", "UPC", "0209")
_TOTALS = (
    ("subtotal", "LineExtensionAmount"),
    ("discount", "AllowanceTotalAmount"),
    ("freight", "ChargeTotalAmount"),
    ("total_excl_tax", "TaxExclusiveAmount"),
    ("total_incl_tax", "TaxInclusiveAmount"),
    ("total", "PayableAmount"),
)


def read_ubl_document(root: etree._Element, places: Places, source: Source) -> Draft:
    """One UBL document as a draft, proved."""
    return _Reader(root, places, source).read()


class _Reader:
    """Reads one UBL document."""

    def __init__(self, root: etree._Element, places: Places, source: Source) -> None:
        self.root = root
        self.places = places
        self.draft = Draft(source, UBL_KINDS[local_name(root)])

    def read(self) -> Draft:
        """The whole document."""
        self.header()
        for side, role in (("buyer", "BuyerCustomerParty"), ("seller", "SellerSupplierParty")):
            self.party(side, role)
        if self.draft.doc_type in ("despatch_advice", "receiving_advice"):
            self.party("buyer", "DeliveryCustomerParty")
            self.party("seller", "DespatchSupplierParty")
        if self.draft.doc_type == "request_for_quotation":
            self.party("buyer", "OriginatorCustomerParty")
        self.totals()
        lines = [e for e in self.root if local_name(e) in _LINES]
        if len(lines) > MAX_LINES:
            self.draft.doubt("lines", "the document holds more lines than are read")
        for element in lines[:MAX_LINES]:
            self.draft.lines.append(self.line(element))
        self.currency()
        self.verdict()
        prove(self.draft)
        return self.draft

    def verdict(self) -> None:
        """What a response says to the whole order."""
        if self.draft.doc_type != "order_response":
            return
        code = find(self.root, "OrderResponseCode")
        self.draft.put("verdict", _VERDICTS.get(text_of(code) or ""), self.places.of(code))
        simple = find(self.root, "AcceptedIndicator")
        word = {"true": "accepted", "false": "rejected"}.get((text_of(simple) or "").lower())
        self.draft.put("verdict", word, self.places.of(simple))

    def put(self, name: str, element: etree._Element | None) -> None:
        """Set a header field from an element's text."""
        self.draft.put(name, text_of(element), self.places.of(element))

    def header(self) -> None:
        """Numbers, dates and terms."""
        root, draft = self.root, self.draft
        self.put("document_number", find(root, "ID"))
        if draft.doc_type in ("order", "request_for_quotation"):
            self.put("order_number", find(root, "ID"))
        else:
            self.put("order_number", find(root, "OrderReference/ID"))
            for element in root.iter():
                if local_name(element) == "OrderReference" and find(element, "ID") is not None:
                    self.put("order_number", find(element, "ID"))
                    break
        self.date("issue_date", find(root, "IssueDate"))
        period = find(root, "Delivery/RequestedDeliveryPeriod")
        if draft.doc_type == "order_response":
            promised = find(root, "Delivery/PromisedDeliveryPeriod")
            period = promised if promised is not None else period
        self.date("requested_delivery", self.end_of(period))
        if draft.doc_type == "despatch_advice":
            estimated = find(root, "Shipment/Delivery/EstimatedDeliveryPeriod")
            self.date("requested_delivery", self.end_of(estimated))
        for path in ("Delivery/LatestDeliveryDate", "RequestedDeliveryPeriod/EndDate"):
            if "requested_delivery" not in draft.values:
                self.date("requested_delivery", find(root, path))
        for path in ("DeliveryTerms/ID", "DeliveryTerms/SpecialTerms", "Delivery/DeliveryTerms/ID"):
            term = find(root, path)
            draft.put("incoterm", find_incoterm(text_of(term) or ""), self.places.of(term))
        for path in ("PaymentTerms/Note", "PaymentTerms/PaymentMeansID"):
            self.put("payment_terms", find(root, path))

    def end_of(self, period: etree._Element | None) -> etree._Element | None:
        """The last day of a period: it is what has to be kept."""
        end = find(period, "EndDate")
        return end if end is not None else find(period, "StartDate")

    def date(self, name: str, element: etree._Element | None) -> None:
        """Set a header date."""
        day, why = _date(text_of(element))
        self.draft.put(name, day, self.places.of(element), why)

    def party(self, side: str, role: str) -> None:
        """Name, GLN and e-mail of a party."""
        party = find(self.root, f"{role}/Party")
        for path in ("PartyName/Name", "PartyLegalEntity/RegistrationName"):
            self.put(f"{side}.name", find(party, path))
        for path in ("PartyIdentification/ID", "EndpointID"):
            element = find(party, path)
            scheme = element.get("schemeID", "") if element is not None else ""
            if scheme in ("0088", "GLN") or "GLN" in scheme.upper():
                self.put(f"{side}.gln", element)
        self.put(f"{side}.email", find(party, "Contact/ElectronicMail"))

    def totals(self) -> None:
        """The document's sums."""
        for holder in ("AnticipatedMonetaryTotal", "LegalMonetaryTotal", "RequestedMonetaryTotal"):
            total = find(self.root, holder)
            for name, tag in _TOTALS:
                self.amount(f"totals.{name}", find(total, tag))
        self.amount("totals.tax", find(self.root, "TaxTotal/TaxAmount"))

    def amount(self, name: str, element: etree._Element | None) -> None:
        """Set a header amount."""
        value, why = _number(text_of(element))
        self.draft.put(name, value, self.places.of(element), why)

    def currency(self) -> None:
        """The stated currency, else the one all amounts carry."""
        for name in ("DocumentCurrencyCode", "PricingCurrencyCode"):
            stated_at = find(self.root, name)
            code = text_of(stated_at)
            if code and re.fullmatch("[A-Za-z]{3}", code):
                self.draft.put("currency", code.upper(), self.places.of(stated_at))
        codes = {element.get("currencyID", "") for element in self.root.iter()}
        used = {str(code) for code in codes if len(code) == 3}
        stated = self.draft.get("currency")
        if stated is None and len(used) == 1:
            bearer = next(e for e in self.root.iter() if e.get("currencyID"))
            self.draft.put("currency", used.pop(), self.places.of(bearer))
        elif stated is None and used:
            self.draft.doubt("currency", f"amounts are in {', '.join(sorted(used))}")
        elif used - {stated}:
            self.draft.doubt("currency", f"amounts are also in {', '.join(sorted(used))}")

    def line(self, element: etree._Element) -> DraftLine:
        """One line; UBL wraps the article of order lines in LineItem."""
        body = find(element, "LineItem")
        body = element if body is None else body
        line = DraftLine()
        self.line_text(line, "line_no", find(body, "ID"))
        self.line_item(line, find(body, "Item"))
        for tag in _QUANTITIES:
            quantity = find(body, tag)
            value, why = _number(text_of(quantity))
            line.put("quantity", value, self.places.of(quantity), why)
            if quantity is not None and value is not None:
                line.put("unit", quantity.get("unitCode") or None, self.places.of(quantity))
        for name, path in (
            ("unit_price", "Price/PriceAmount"),
            ("price_base_quantity", "Price/BaseQuantity"),
            ("line_amount", "LineExtensionAmount"),
        ):
            found = find(body, path)
            value, why = _number(text_of(found))
            line.put(name, value, self.places.of(found), why)
        status = find(body, "LineStatusCode")
        line.put("action", _ACTIONS.get(text_of(status) or ""), self.places.of(status))
        if line.get("action") == "deleted":
            line.doubt("quantity", "the message deletes this line")
        self.line_dates(line, body)
        if find(body, "AllowanceCharge") is not None and _adjusted(body):
            line.is_adjusted = True
        return line

    def line_dates(self, line: DraftLine, body: etree._Element) -> None:
        """The line's own dates; several deliveries on several days are not one date."""
        days = []
        for delivery in children(body, "Delivery"):
            for path in ("PromisedDeliveryPeriod", "RequestedDeliveryPeriod"):
                element = self.end_of(find(delivery, path))
                if element is not None:
                    days.append(element)
                    break
            else:
                element = find(delivery, "LatestDeliveryDate")
                if element is not None:
                    days.append(element)
        # the first delivery is what has to be kept first
        for element in sorted(days, key=lambda one: text_of(one) or "")[:1]:
            day, why = _date(text_of(element))
            line.put("due_date", day, self.places.of(element), why)
        if len({text_of(element) for element in days}) > 1:
            line.doubt("due_date", "the line has several deliveries on different days")

    def line_text(self, line: DraftLine, name: str, element: etree._Element | None) -> None:
        """Set a text field of a line."""
        line.put(name, text_of(element), self.places.of(element))

    def line_item(self, line: DraftLine, item: etree._Element | None) -> None:
        """Codes and words of the article."""
        self.line_text(line, "buyer_code", find(item, "BuyersItemIdentification/ID"))
        self.line_text(line, "seller_code", find(item, "SellersItemIdentification/ID"))
        standard = find(item, "StandardItemIdentification/ID")
        code = text_of(standard) or ""
        scheme = (standard.get("schemeID") or "").upper() if standard is not None else ""
        if (
            code.isdecimal()
            and len(code) in (8, 12, 13, 14)
            and (not scheme or scheme in _GTIN_SCHEMES)
        ):
            self.line_text(line, "gtin", standard)
        self.line_text(line, "description", find(item, "Description"))
        self.line_text(line, "description", find(item, "Name"))
        name = find(item, "Name")
        if text_of(name) != line.get("description"):
            self.line_text(line, "specification", name)


def _adjusted(body: etree._Element) -> bool:
    """Whether charges and allowances of the line explain its amount."""
    values = {}
    for name, path in (("q", "Quantity"), ("p", "Price/PriceAmount"), ("a", "LineExtensionAmount")):
        number = to_decimal(text_of(find(body, path)) or "")
        if number is None:
            return False
        values[name] = number.value
    base = to_decimal(text_of(find(body, "Price/BaseQuantity")) or "1")
    expected = values["q"] * values["p"] / (base.value if base and base.value else Decimal(1))
    for entry in children(body, "AllowanceCharge"):
        amount = to_decimal(text_of(find(entry, "Amount")) or "")
        if amount is None:
            return False
        is_charge = (text_of(find(entry, "ChargeIndicator")) or "").lower() in ("true", "1")
        expected += amount.value if is_charge else -amount.value
    return abs(expected - values["a"]) <= Decimal("0.01")


def _number(text: str | None) -> tuple[str | None, str | None]:
    """An XML decimal: the point is the decimal mark, whatever else is a doubt."""
    if text is None:
        return None, None
    if re.fullmatch(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d{1,2})?", text):
        return plain(Decimal(text)), None
    number = to_decimal(text)
    if number is None:
        return None, f"{text[:40]} is not a number"
    return plain(number.value), f"{text[:40]} is not written as XML numbers are"


def _date(text: str | None) -> tuple[str | None, str | None]:
    """An XML date, with or without time zone."""
    if text is None:
        return None, None
    found = find_dates(text)
    if len(found) == 1 and found[0].day:
        return found[0].day.isoformat(), found[0].why
    return None, f"{text[:40]} is not a date"
