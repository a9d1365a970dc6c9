"""UBL and cXML documents."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from .draw_xml import cxml, cxml_address, cxml_item, cxml_order, party, ubl, ubl_head, ubl_line
from .paper import Style, compose
from .sample import Make, Sample, only
from .truth import Answer, Truth, make_truth, plain

FULL = ("buyer_code", "seller_code", "gtin", "name", "quantity", "price", "due")


def _answer(chance: Random, truth: Truth, columns: tuple[str, ...], **changes: object) -> Answer:
    header = "due" not in columns
    _, answer = compose(truth, Style(columns=columns, header_due=header), chance)
    return answer | changes


def _order(truth: Truth, *, head: str = "", lines: str = "", legal: bool = False) -> str:
    lines = lines or "".join(ubl_line(truth, x, i) for i, x in enumerate(truth.lines, 1))
    return (
        (head or ubl_head(truth))
        + party("BuyerCustomerParty", truth.buyer.name, legal_only=legal)
        + party("SellerSupplierParty", truth.seller.name, legal_only=legal)
        + lines
    )


def order(chance: Random) -> Sample:
    """As Peppol writes it."""
    truth = make_truth(chance, "en")
    return Sample("xml", ubl("Order", _order(truth)), _answer(chance, truth, FULL))


def order_prefixed(chance: Random) -> Sample:
    """The root has a prefix, parties only their registered names, per 100, Chinese words."""
    truth = make_truth(chance, "zh")
    truth = truth.with_lines(*(replace(line, base=100) for line in truth.lines))
    body = _order(truth, legal=True)
    return Sample("xml", ubl("Order", body, prefix="ord"), _answer(chance, truth, FULL))


def order_header_period(chance: Random) -> Sample:
    """Delivery period in the head, no code of currency but on the amounts; notes and charges."""
    truth = make_truth(chance, "en")
    charge = ("<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
              f'<cbc:Amount currencyID="{truth.currency}">12.00</cbc:Amount></cac:AllowanceCharge>')  # fmt: skip
    priced = [replace(x, amount_printed=x.amount + Decimal(12)) for x in truth.lines]
    truth = truth.with_lines(*priced)
    lines = "".join(
        ubl_line(truth, x, i, date_at_line=False, note="Fragile, 2 per box", charge=charge)
        for i, x in enumerate(truth.lines, 1)
    )
    period = ("<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:StartDate>"
              f"{truth.due_on}</cbc:StartDate></cac:RequestedDeliveryPeriod></cac:Delivery>")  # fmt: skip
    body = _order(truth, head=ubl_head(truth, currency=False), lines=period + lines)
    columns = tuple(c for c in FULL if c != "due")
    return Sample("xml", ubl("Order", body), _answer(chance, truth, columns))


def order_long(chance: Random) -> Sample:
    """220 lines and a comment with an entity."""
    truth = make_truth(chance, "en", lines=220)
    return Sample(
        "xml", ubl("Order", "<!-- & <Order> -->" + _order(truth)), _answer(chance, truth, FULL)
    )


def _other(kind: str, doc_type: str, line_tag: str, quantity: str) -> Make:
    def make(chance: Random) -> Sample:
        truth = make_truth(chance, "en")
        lines = ""
        for i, x in enumerate(truth.lines, 1):
            if line_tag == "OrderLine":
                lines += ubl_line(truth, x, i)
            elif line_tag:
                lines += (f"<cac:{line_tag}><cbc:ID>{i}</cbc:ID><cbc:{quantity}>{plain(x.quantity)}"
                          f"</cbc:{quantity}></cac:{line_tag}>")  # fmt: skip
        reference = f"<cac:OrderReference><cbc:ID>{truth.number}</cbc:ID></cac:OrderReference>"
        head = ubl_head(truth, own=f"D-{chance.randint(100, 999)}") + reference
        return Sample(
            "xml", ubl(kind, _order(truth, head=head, lines=lines or " ")), only(doc_type)
        )

    return make


UBL: dict[str, Make] = {
    function.__name__: function
    for function in (order, order_prefixed, order_header_period, order_long)
} | {
    "change": _other("OrderChange", "order_change", "OrderLine", ""),
    "cancellation": _other("OrderCancellation", "order_cancellation", "", ""),
    "response": _other("OrderResponse", "order_response", "OrderLine", ""),
    "response_simple": _other("OrderResponseSimple", "order_response", "", ""),
    "despatch": _other("DespatchAdvice", "despatch_advice", "DespatchLine", "DeliveredQuantity"),
    "invoice": _other("Invoice", "not_an_order", "InvoiceLine", "InvoicedQuantity"),
}


def request(chance: Random) -> Sample:
    """An OrderRequest; bill-to is the buyer."""
    truth = make_truth(chance, "en")
    columns = ("buyer_code", "seller_code", "name", "quantity", "price", "due")
    return Sample("xml", cxml(cxml_order(truth), truth=truth), _answer(chance, truth, columns))


def request_without_doctype(chance: Random) -> Sample:
    """No doctype, no dates at the lines."""
    truth = make_truth(chance, "en", lines=12)
    columns = ("buyer_code", "seller_code", "name", "quantity", "price")
    _, answer = compose(truth, Style(columns=columns), chance)
    data = cxml(cxml_order(truth, date=""), truth=truth, doctype=False)
    return Sample("xml", data, answer)


def _request_of(kind: str, doc_type: str) -> Make:
    def make(chance: Random) -> Sample:
        truth = make_truth(chance, "en")
        return Sample("xml", cxml(cxml_order(truth, kind=kind), truth=truth), only(doc_type))

    return make


def confirmation(chance: Random) -> Sample:
    """A ConfirmationRequest with items."""
    truth = make_truth(chance, "en")
    items = "".join(
        f'<ConfirmationItem lineNumber="{i}" quantity="{x.quantity}"><UnitOfMeasure>EA'
        f'</UnitOfMeasure><ConfirmationStatus type="detail" quantity="{x.quantity}">'
        f"{cxml_item(truth, x, i).replace('ItemOut', 'ItemIn')}</ConfirmationStatus></ConfirmationItem>"
        for i, x in enumerate(truth.lines, 1)
    )  # fmt: skip
    body = (
        f'<ConfirmationRequest><ConfirmationHeader confirmID="C{chance.randint(100, 999)}" '
        f'operation="new" type="detail" noticeDate="{truth.issued_on}T08:00:00+00:00"/>'
        f'<OrderReference orderID="{truth.number}"><DocumentReference payloadID="7@x"/>'
        f"</OrderReference>{items}</ConfirmationRequest>"
    )
    return Sample("xml", cxml(body, truth=truth), only("order_response"))


def ship_notice(chance: Random) -> Sample:
    """A ShipNoticeRequest."""
    truth = make_truth(chance, "en")
    items = "".join(
        f'<ShipNoticeItem quantity="{x.quantity}" lineNumber="{i}"><UnitOfMeasure>EA'
        "</UnitOfMeasure></ShipNoticeItem>"
        for i, x in enumerate(truth.lines, 1)
    )
    body = (
        f'<ShipNoticeRequest><ShipNoticeHeader shipmentID="S-{chance.randint(100, 999)}" '
        f'operation="new" noticeDate="{truth.issued_on}T08:00:00+00:00" '
        f'shipmentDate="{truth.issued_on}">{cxml_address("Contact", truth.seller.name)}'
        f"</ShipNoticeHeader><ShipControl/><ShipNoticePortion><OrderReference "
        f'orderID="{truth.number}"/>{items}</ShipNoticePortion></ShipNoticeRequest>'
    )
    return Sample("xml", cxml(body, truth=truth), only("ship_notice"))


CXML: dict[str, Make] = {
    "request": request,
    "request_without_doctype": request_without_doctype,
    "request_update": _request_of("update", "order_change"),
    "request_delete": _request_of("delete", "order_cancellation"),
    "confirmation": confirmation,
    "ship_notice": ship_notice,
}
