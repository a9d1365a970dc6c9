"""UBL 2.1 documents after Peppol's profiles: OrderResponse and DespatchAdvice."""

import datetime as dt
from decimal import Decimal

from lxml import etree

from .papers import (
    AnsweredLine,
    DespatchAdvice,
    DespatchedLine,
    OrderAnswer,
    Unwritable,
    Verdict,
    WrittenParty,
)
from .plain import number, one_line, unit_of_rec20

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_PEPPOL = "urn:fdc:peppol.eu:poacc:"
_ANSWERS: dict[Verdict, str] = {"accepted": "AP", "changed": "CA", "rejected": "RE"}
_STATUS: dict[Verdict, str] = {"accepted": "5", "changed": "3", "rejected": "7"}


class _Node:
    """An element that grows: texts and parts are added in the order of the schema."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def text(self, name: str, value: str, **attributes: str) -> None:
        """A basic component; nothing is written for an empty value."""
        line = one_line(value)
        if line:
            child = etree.SubElement(self.element, f"{{{_CBC}}}{name}")
            child.text = line
            for key, content in attributes.items():
                if content:
                    child.set(key, content)

    def part(self, *names: str) -> "_Node":
        """An aggregate component, or several nested ones; the innermost is returned."""
        here = self.element
        for name in names:
            here = etree.SubElement(here, f"{{{_CAC}}}{name}")
        return _Node(here)

    def drop_if_empty(self) -> None:
        """Take an aggregate out again that got nothing."""
        parent = self.element.getparent()
        if len(self.element) == 0 and parent is not None:
            parent.remove(self.element)


def _root(kind: str, transaction: str, process: str) -> _Node:
    root = etree.Element(
        f"{{{_UBL}{kind}-2}}{kind}",
        nsmap={None: f"{_UBL}{kind}-2", "cac": _CAC, "cbc": _CBC},  # type: ignore[dict-item]
    )
    node = _Node(root)
    node.text("UBLVersionID", "2.1")
    node.text("CustomizationID", f"{_PEPPOL}trns:{transaction}:3")
    node.text("ProfileID", f"{_PEPPOL}bis:{process}:3")
    return node


def _sealed(node: _Node) -> bytes:
    return etree.tostring(node.element, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _moment(node: _Node, moment: dt.datetime) -> None:
    node.text("IssueDate", moment.date().isoformat())
    node.text("IssueTime", f"{moment:%H:%M:%S}")


def _number(what: str, text: str) -> str:
    """A number the schema requires."""
    line = one_line(text)
    if not line:
        raise Unwritable("A UBL document needs %(what)s.", what=what)
    return line


def _party(node: _Node, role: str, party: WrittenParty) -> None:
    body = node.part(role, "Party")
    body.text("EndpointID", party.gln, schemeID="0088")
    if party.gln:
        body.part("PartyIdentification").text("ID", party.gln, schemeID="0088")
    elif one_line(party.code):
        body.part("PartyIdentification").text("ID", party.code)
    if one_line(party.name):
        body.part("PartyName").text("Name", party.name)
    address = body.part("PostalAddress")
    address.text("StreetName", party.street)
    address.text("CityName", party.city)
    address.text("PostalZone", party.postal_code)
    if one_line(party.country):
        address.part("Country").text("IdentificationCode", party.country.upper())
    address.drop_if_empty()
    if one_line(party.name):
        body.part("PartyLegalEntity").text("RegistrationName", party.name)
    if one_line(party.email):
        body.part("Contact").text("ElectronicMail", party.email)


def write_ubl_response(answer: OrderAnswer) -> bytes:
    """OrderResponse: what we say to an order, line by line."""
    root = _root("OrderResponse", "order_response", "ordering")
    root.text("ID", _number("a number", answer.number))
    root.text("SalesOrderID", answer.our_number)
    _moment(root, answer.answered_at)
    root.text("OrderResponseCode", _ANSWERS[answer.verdict], listID="UNCL4343")
    root.text("Note", answer.note)
    root.text("DocumentCurrencyCode", answer.currency, listID="ISO4217" if answer.currency else "")
    reference = root.part("OrderReference")
    reference.text("ID", _number("the order's number", answer.order_number))
    if answer.ordered_on:
        reference.text("IssueDate", answer.ordered_on.isoformat())
    _party(root, "SellerSupplierParty", answer.seller)
    _party(root, "BuyerCustomerParty", answer.buyer)
    for index, line in enumerate(answer.lines, 1):
        _answered(root, index, line, answer.currency)
    return _sealed(root)


def _answered(root: _Node, index: int, line: AnsweredLine, currency: str) -> None:
    order_line = root.part("OrderLine")
    body = order_line.part("LineItem")
    line_no = one_line(line.line_no) or str(index)
    body.text("ID", line_no)
    body.text("Note", line.note)
    body.text("LineStatusCode", _STATUS[line.verdict], listID="UNCL1229")
    asked = line.asked_quantity
    quantity = asked if line.verdict == "rejected" and asked is not None else line.quantity
    body.text("Quantity", number(quantity), unitCode=unit_of_rec20(line.unit))
    if line.promised_on and line.verdict != "rejected":
        period = body.part("Delivery", "PromisedDeliveryPeriod")
        period.text("StartDate", line.promised_on.isoformat())
        period.text("EndDate", line.promised_on.isoformat())
    if line.unit_price is not None and currency:
        price = body.part("Price")
        price.text("PriceAmount", number(line.unit_price), currencyID=currency)
        if line.price_base_quantity != Decimal(1):
            unit = unit_of_rec20(line.unit)
            price.text("BaseQuantity", number(line.price_base_quantity), unitCode=unit)
    item = body.part("Item")
    _article(item, line.description, line.buyer_code, line.seller_code, line.gtin)
    order_line.part("OrderLineReference").text("LineID", line_no)


def _article(item: _Node, description: str, buyer: str, seller: str, gtin: str) -> None:
    item.text("Name", description)
    if one_line(buyer):
        item.part("BuyersItemIdentification").text("ID", buyer)
    if one_line(seller):
        item.part("SellersItemIdentification").text("ID", seller)
    if one_line(gtin):
        item.part("StandardItemIdentification").text("ID", gtin, schemeID="0160")


def write_ubl_despatch(advice: DespatchAdvice) -> bytes:
    """DespatchAdvice: what has left for an order."""
    root = _root("DespatchAdvice", "despatch_advice", "despatch_advice")
    root.text("ID", _number("a number", advice.number))
    _moment(root, advice.issued_at)
    order_number = _number("the order's number", advice.order_number)
    root.part("OrderReference").text("ID", order_number)
    _party(root, "DespatchSupplierParty", advice.seller)
    _party(root, "DeliveryCustomerParty", advice.deliver_to or advice.buyer)
    _party(root, "BuyerCustomerParty", advice.buyer)
    _party(root, "SellerSupplierParty", advice.seller)
    _shipment(root, advice)
    for index, line in enumerate(advice.lines, 1):
        _despatched(root, index, line, order_number)
    return _sealed(root)


def _shipment(root: _Node, advice: DespatchAdvice) -> None:
    shipment = root.part("Shipment")
    shipment.text("ID", one_line(advice.tracking) or "NA")
    if advice.gross_weight_kg is not None:
        shipment.text("GrossWeightMeasure", number(advice.gross_weight_kg), unitCode="KGM")
    if advice.packages is not None:
        shipment.text("TotalTransportHandlingUnitQuantity", str(advice.packages))
    if one_line(advice.carrier):
        consignment = shipment.part("Consignment")
        consignment.text("ID", one_line(advice.tracking) or "NA")
        consignment.part("CarrierParty", "PartyName").text("Name", advice.carrier)
    delivery = shipment.part("Delivery")
    if advice.arrives_on:
        period = delivery.part("EstimatedDeliveryPeriod")
        period.text("StartDate", advice.arrives_on.isoformat())
        period.text("EndDate", advice.arrives_on.isoformat())
    if advice.despatched_on:
        despatched_on = advice.despatched_on.isoformat()
        delivery.part("Despatch").text("ActualDespatchDate", despatched_on)
    delivery.drop_if_empty()


def _despatched(root: _Node, index: int, line: DespatchedLine, order_number: str) -> None:
    body = root.part("DespatchLine")
    body.text("ID", one_line(line.line_no) or str(index))
    unit = unit_of_rec20(line.unit)
    body.text("DeliveredQuantity", number(line.quantity), unitCode=unit)
    if line.outstanding is not None:
        body.text("OutstandingQuantity", number(line.outstanding), unitCode=unit)
    reference = body.part("OrderLineReference")
    reference.text("LineID", one_line(line.order_line_no) or "NA")
    reference.part("OrderReference").text("ID", order_number)
    item = body.part("Item")
    _article(item, line.description, line.buyer_code, line.seller_code, line.gtin)
    if one_line(line.lot):
        item.part("ItemInstance", "LotIdentification").text("LotNumberID", line.lot)
