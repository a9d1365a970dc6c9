"""Writes UBL and cXML for a truth."""

from html import escape

from .draw_edi import gln
from .truth import Line, Truth, plain

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
UNITS = {"pcs": "C62", "set": "SET", "m": "MTR", "roll": "RO", "bag": "BG", "pair": "PR"}


def ubl(kind: str, body: str, *, prefix: str = "") -> bytes:
    """A UBL document; with a prefix the root's namespace has one too."""
    at = f":{prefix}" if prefix else ""
    name = f"{prefix}:{kind}" if prefix else kind
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{name} xmlns{at}="{SPACE}{kind}-2" xmlns:cac="{SPACE}CommonAggregateComponents-2" '
        f'xmlns:cbc="{SPACE}CommonBasicComponents-2">\n{body}\n</{name}>\n'
    ).encode()


def party(tag: str, name: str, *, legal_only: bool = False) -> str:
    """A party; some senders give only the registered name."""
    shown = (
        f"<cac:PartyLegalEntity><cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>"
        "</cac:PartyLegalEntity>"
        if legal_only
        else f"<cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName>"
    )
    return (
        f'<cac:{tag}><cac:Party><cbc:EndpointID schemeID="0088">{gln(name)}</cbc:EndpointID>'
        f"{shown}</cac:Party></cac:{tag}>"
    )


def ubl_line(
    truth: Truth,
    line: Line,
    index: int,
    *,
    date_at_line: bool = True,
    note: str = "",
    charge: str = "",
) -> str:
    """One order line."""
    unit, money = UNITS.get(line.unit, "C62"), f'currencyID="{truth.currency}"'
    base = f'<cbc:BaseQuantity unitCode="{unit}">{line.base}</cbc:BaseQuantity>'
    delivery = (
        "<cac:Delivery><cac:RequestedDeliveryPeriod>"
        f"<cbc:StartDate>{line.due_on}</cbc:StartDate><cbc:EndDate>{line.due_on}</cbc:EndDate>"
        "</cac:RequestedDeliveryPeriod></cac:Delivery>"
        if date_at_line and line.due_on
        else ""
    )
    return (
        f"<cac:OrderLine>{f'<cbc:Note>{escape(note)}</cbc:Note>' if note else ''}<cac:LineItem>"
        f'<cbc:ID>{index}</cbc:ID><cbc:Quantity unitCode="{unit}">{plain(line.quantity)}</cbc:Quantity>'
        f"<cbc:LineExtensionAmount {money}>{line.amount}</cbc:LineExtensionAmount>{delivery}{charge}"
        f"<cac:Price><cbc:PriceAmount {money}>{plain(line.price)}</cbc:PriceAmount>"
        f"{base if line.base != 1 else ''}</cac:Price><cac:Item>"
        f"<cbc:Name>{escape(line.name)}</cbc:Name><cac:BuyersItemIdentification><cbc:ID>"
        f"{line.buyer_code}</cbc:ID></cac:BuyersItemIdentification><cac:SellersItemIdentification>"
        f"<cbc:ID>{line.seller_code}</cbc:ID></cac:SellersItemIdentification>"
        f'<cac:StandardItemIdentification><cbc:ID schemeID="0160">{line.gtin}</cbc:ID>'
        "</cac:StandardItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>"
    )


def ubl_head(truth: Truth, *, currency: bool = True, own: str = "") -> str:
    """Number, date, currency."""
    code = f"<cbc:DocumentCurrencyCode>{truth.currency}</cbc:DocumentCurrencyCode>"
    return (
        f"<cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>"
        f"<cbc:ID>{escape(own or truth.number)}</cbc:ID><cbc:IssueDate>{truth.issued_on}</cbc:IssueDate>"
        f"<cbc:Note>Replaces our enquiry {truth.numbers_near['quotation']}</cbc:Note>"
        f"{code if currency else ''}"
    )


def envelope(document: bytes) -> bytes:
    """A standard business document with its header around the order."""
    inner = document.decode().partition("?>")[2]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<StandardBusinessDocument xmlns="http://www.unece.org/'
        'cefact/namespaces/StandardBusinessDocumentHeader"><StandardBusinessDocumentHeader>'
        "<HeaderVersion>1.0</HeaderVersion><DocumentIdentification><InstanceIdentifier>771-22"
        "</InstanceIdentifier><CreationDateAndTime>2026-12-24T10:00:00Z</CreationDateAndTime>"
        f"</DocumentIdentification></StandardBusinessDocumentHeader>{inner}</StandardBusinessDocument>\n"
    ).encode()


def cxml(request: str, *, truth: Truth, doctype: bool = True, response: bool = False) -> bytes:
    """A cXML envelope with a shared secret."""
    kind = "cXML"
    head = (
        f'<!DOCTYPE {kind} SYSTEM "http://xml.cXML.org/schemas/cXML/1.2.040/cXML.dtd">\n'
        if doctype
        else ""
    )

    def credential(tag: str, identity: str, secret: str = "") -> str:
        inner = f"<SharedSecret>{secret}</SharedSecret>" if secret else ""
        agent = "<UserAgent>Procure 4</UserAgent>" if tag == "Sender" else ""
        return (
            f'<{tag}><Credential domain="DUNS"><Identity>{identity}</Identity>{inner}'
            f"</Credential>{agent}</{tag}>"
        )

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}'
        f'<cXML payloadID="77.1@procure.example" timestamp="{truth.issued_on}T09:00:00+02:00" '
        f'xml:lang="en-US"><Header>{credential("From", "555010001")}{credential("To", "555010002")}'
        f"{credential('Sender', '555010003', 'open-sesame-77')}</Header>"
        f'<Request deploymentMode="production">{request}</Request></cXML>\n'
    ).encode()


def cxml_address(tag: str, name: str) -> str:
    """An address block."""
    return (
        f'<{tag}><Address addressID="0042"><Name xml:lang="en">{escape(name)}</Name>'
        "<PostalAddress><Street>1 Quay</Street><City>Porttown</City>"
        '<Country isoCountryCode="US">United States</Country></PostalAddress></Address>'
        f"</{tag}>"
    )


def cxml_item(truth: Truth, line: Line, index: int, *, date: str = "attribute") -> str:
    """One ItemOut."""
    due = f' requestedDeliveryDate="{line.due_on}"' if date == "attribute" and line.due_on else ""
    return (
        f'<ItemOut quantity="{plain(line.quantity)}" lineNumber="{index}"{due}><ItemID>'
        f"<SupplierPartID>{line.seller_code}</SupplierPartID>"
        f"<BuyerPartID>{line.buyer_code}</BuyerPartID></ItemID><ItemDetail><UnitPrice>"
        f'<Money currency="{truth.currency}">{plain(line.price)}</Money></UnitPrice>'
        f'<Description xml:lang="en"><ShortName>{escape(line.seller_code)}</ShortName>'
        f"{escape(line.name)}</Description><UnitOfMeasure>{UNITS.get(line.unit, 'C62')}"
        '</UnitOfMeasure><Classification domain="UNSPSC">31161500</Classification></ItemDetail>'
        "</ItemOut>"
    )


def cxml_order(
    truth: Truth, *, kind: str = "new", bill_to: str = "", date: str = "attribute"
) -> str:
    """An OrderRequest."""
    items = "".join(cxml_item(truth, line, i, date=date) for i, line in enumerate(truth.lines, 1))
    return (
        f'<OrderRequest><OrderRequestHeader orderID="{escape(truth.number)}" '
        f'orderDate="{truth.issued_on}T10:11:12+02:00" type="{kind}" orderVersion="1"><Total>'
        f'<Money currency="{truth.currency}">{truth.total}</Money></Total>'
        f"{cxml_address('ShipTo', truth.ship_to.name)}"
        f"{cxml_address('BillTo', bill_to or truth.buyer.name)}"
        f"</OrderRequestHeader>{items}</OrderRequest>"
    )
