"""How the fictional customers order: mails with a table, a sheet, Chinese text or UBL."""

import datetime as dt
import html
import io
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from xml.sax.saxutils import escape

import xlsxwriter


@dataclass(frozen=True)
class PaperLine:
    """One line as the customer writes it."""

    code: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    due_on: dt.date

    @property
    def amount(self) -> Decimal | None:
        """What the customer's paper prints as the line's amount."""
        return None if self.unit_price is None else (self.quantity * self.unit_price)


@dataclass(frozen=True)
class Paper:
    """An order as a customer sends it."""

    number: str
    ordered_on: dt.date
    buyer: str
    contact: str
    address: str
    currency: str
    incoterm: str
    payment: str
    lines: tuple[PaperLine, ...]

    @property
    def total(self) -> Decimal:
        """The sum that the paper prints."""
        return sum((line.amount or Decimal(0) for line in self.lines), Decimal(0))


def as_mail(paper: Paper, style: str, *, sent_at: dt.datetime, to: str) -> bytes:
    """The .eml of a paper in one of STYLES."""
    message = EmailMessage()
    message["From"] = formataddr((paper.contact, paper.address))
    message["To"] = to
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{paper.number}.{style}@{paper.address.split('@')[1]}>"
    STYLES[style](message, paper)
    return message.as_bytes()


def _table_mail(message: EmailMessage, paper: Paper) -> None:
    message["Subject"] = f"Purchase order {paper.number}"
    message.set_content("Please see the order in the HTML part of this mail.")
    rows = "".join(
        f"<tr><td>{index}</td><td>{html.escape(line.code)}</td>"
        f"<td>{html.escape(line.description)}</td><td>{line.quantity:f}</td><td>{line.unit}</td>"
        f"<td>{line.unit_price or ''}</td><td>{line.amount or ''}</td><td>{line.due_on}</td></tr>"
        for index, line in enumerate(paper.lines, 1)
    )
    message.add_alternative(
        f"<p>Dear partner,</p><p>please supply the following.</p>"
        f"<p>PO number: {paper.number}<br>Date: {paper.ordered_on}<br>"
        f"Currency: {paper.currency}<br>Terms: {html.escape(paper.incoterm)}<br>"
        f"Payment: {html.escape(paper.payment)}</p>"
        f"<table border=1><tr><th>No.</th><th>Item</th><th>Description</th><th>Qty</th>"
        f"<th>Unit</th><th>Unit price</th><th>Amount</th><th>Delivery date</th></tr>{rows}"
        f"<tr><td colspan=6>Total</td><td>{paper.total}</td><td></td></tr></table>"
        f"<p>{html.escape(paper.contact)}<br>{html.escape(paper.buyer)}</p>",
        subtype="html",
    )


def _sheet_mail(message: EmailMessage, paper: Paper) -> None:
    message["Subject"] = f"PO {paper.number} attached"
    message.set_content(
        f"Hello,\n\nour order {paper.number} is attached. Please confirm price and delivery.\n\n"
        f"Best regards\n{paper.contact}\n{paper.buyer}\n"
    )
    message.add_attachment(
        as_sheet(paper),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=f"PO_{paper.number}.xlsx",
    )


def as_sheet(paper: Paper) -> bytes:
    """The paper as an XLSX file with a heading, a table and a total."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Order")
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write(0, 0, f"PURCHASE ORDER - {paper.buyer}", bold)
    heading = [
        ("PO No.", paper.number),
        ("Order date", paper.ordered_on.isoformat()),
        ("Currency", paper.currency),
        ("Delivery terms", paper.incoterm),
        ("Payment terms", paper.payment),
    ]
    for row, (label, value) in enumerate(heading, 2):
        sheet.write(row, 0, label, bold)
        sheet.write(row, 1, value)
    first = len(heading) + 3
    labels = [
        "Line",
        "Item code",
        "Description",
        "Quantity",
        "Unit",
        "Unit price",
        "Amount",
        "Delivery",
    ]
    for column, label in enumerate(labels):
        sheet.write(first, column, label, bold)
    for index, line in enumerate(paper.lines, 1):
        row = first + index
        sheet.write(row, 0, index)
        sheet.write(row, 1, line.code)
        sheet.write(row, 2, line.description)
        sheet.write(row, 3, float(line.quantity))
        sheet.write(row, 4, line.unit)
        if line.unit_price is not None:
            sheet.write(row, 5, float(line.unit_price))
            sheet.write(row, 6, float(line.amount or 0))
        sheet.write_datetime(row, 7, dt.datetime.combine(line.due_on, dt.time()), day)
    last = first + len(paper.lines) + 1
    sheet.write(last, 5, "Total", bold)
    sheet.write(last, 6, float(paper.total), bold)
    book.close()
    return stream.getvalue()


def _chinese_mail(message: EmailMessage, paper: Paper) -> None:
    message["Subject"] = f"采购订单 {paper.number}"
    rows = "\n".join(
        f"{index}\t{line.code}\t{line.description}\t{line.quantity:f}\t{line.unit}\t"
        f"{line.unit_price or ''}\t{line.amount or ''}\t{line.due_on}"
        for index, line in enumerate(paper.lines, 1)
    )
    message.set_content(
        f"您好：\n\n请按下列内容安排生产。\n\n订单号：{paper.number}\n订单日期：{paper.ordered_on}\n"
        f"需方：{paper.buyer}\n币种：{paper.currency}\n付款方式：{paper.payment}\n\n"
        f"序号\t产品编码\t品名\t数量\t单位\t单价\t金额\t交期\n{rows}\n合计\t\t\t\t\t\t{paper.total}\n\n"
        f"{paper.contact}\n{paper.buyer}\n"
    )


def _ubl_mail(message: EmailMessage, paper: Paper) -> None:
    message["Subject"] = f"Order {paper.number} (UBL)"
    message.set_content(f"Order {paper.number} is attached as UBL 2.1.\n")
    message.add_attachment(
        as_ubl(paper), maintype="application", subtype="xml", filename=f"{paper.number}.xml"
    )


def as_ubl(paper: Paper) -> bytes:
    """The paper as a UBL 2.1 Order."""
    lines = "".join(
        f"<cac:OrderLine><cac:LineItem><cbc:ID>{index}</cbc:ID>"
        f'<cbc:Quantity unitCode="{escape(line.unit)}">{line.quantity:f}</cbc:Quantity>'
        + (
            f'<cbc:LineExtensionAmount currencyID="{paper.currency}">{line.amount}'
            "</cbc:LineExtensionAmount>"
            if line.amount is not None
            else ""
        )
        + f"<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:EndDate>{line.due_on}</cbc:EndDate>"
        f"</cac:RequestedDeliveryPeriod></cac:Delivery>"
        + (
            f'<cac:Price><cbc:PriceAmount currencyID="{paper.currency}">{line.unit_price}'
            "</cbc:PriceAmount></cac:Price>"
            if line.unit_price is not None
            else ""
        )
        + f"<cac:Item><cbc:Name>{escape(line.description)}</cbc:Name>"
        f"<cac:SellersItemIdentification><cbc:ID>{escape(line.code)}</cbc:ID>"
        f"</cac:SellersItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>"
        for index, line in enumerate(paper.lines, 1)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"'
        ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
        ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        f"<cbc:ID>{escape(paper.number)}</cbc:ID><cbc:IssueDate>{paper.ordered_on}</cbc:IssueDate>"
        f"<cbc:DocumentCurrencyCode>{paper.currency}</cbc:DocumentCurrencyCode>"
        "<cac:BuyerCustomerParty><cac:Party><cac:PartyName>"
        f"<cbc:Name>{escape(paper.buyer)}</cbc:Name></cac:PartyName><cac:Contact>"
        f"<cbc:ElectronicMail>{escape(paper.address)}</cbc:ElectronicMail></cac:Contact>"
        "</cac:Party></cac:BuyerCustomerParty>"
        f'<cac:AnticipatedMonetaryTotal><cbc:PayableAmount currencyID="{paper.currency}">'
        f"{paper.total}</cbc:PayableAmount></cac:AnticipatedMonetaryTotal>{lines}</Order>"
    )
    return text.encode()


STYLES = {
    "table": _table_mail,
    "sheet": _sheet_mail,
    "chinese": _chinese_mail,
    "ubl": _ubl_mail,
}
