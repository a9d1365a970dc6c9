"""E-mails: bodies, tables, forwards, attachments, encodings."""

import base64
import quopri
from dataclasses import replace
from random import Random

from . import family_cn, family_pdf, family_sheet
from .draw_office import page, text
from .paper import Style, compose
from .sample import Make, Sample, only
from .truth import Answer, make_truth

COLUMNS = ("line", "code", "name", "quantity", "unit", "price", "amount")
TYPES = {"pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "xls": "application/vnd.ms-excel", "xml": "application/xml"}  # fmt: skip
Part = tuple[str, bytes]  # headers, encoded body


def _word(value: str, charset: str = "utf-8") -> str:
    coded = base64.b64encode(value.encode(charset)).decode()
    return value if value.isascii() else f"=?{charset}?B?{coded}?="


def text_part(
    body: str, *, kind: str = "plain", charset: str = "utf-8", way: str = "quoted-printable"
) -> Part:
    """A text as part of a mail."""
    raw = body.encode(charset)
    coded = quopri.encodestring(raw) if way == "quoted-printable" else base64.encodebytes(raw)
    head = f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {way}\n"
    return head, coded


def file_part(name: str, sample: Sample, *, generic: bool = False) -> Part:
    """An attachment."""
    kind = "application/octet-stream" if generic else TYPES[sample.suffix]
    head = (f'Content-Type: {kind}; name="{_word(name)}"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="{_word(name)}"\n')  # fmt: skip
    return head, base64.encodebytes(sample.data)


def multi(kind: str, parts: list[Part], mark: str) -> Part:
    """Several parts as one."""
    body = b""
    for head, data in parts:
        body += f"--{mark}\n{head}\n".encode() + data + b"\n"
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n', body + f"--{mark}--\n".encode()


def mail(part: Part, subject: str, sender: str = "Ann Winter <ann@buyer.example>") -> bytes:
    """A whole mail."""
    head, body = part
    top = (f"From: {sender}\nTo: orders@gendan.example\nSubject: {_word(subject)}\n"
           f"Date: Tue, 12 May 2026 08:12:44 +0200\nMessage-ID: <m1@buyer.example>\n"
           f"MIME-Version: 1.0\n{head}\n")  # fmt: skip
    return top.encode() + body


def _eml(data: bytes, answer: Answer) -> Sample:
    return Sample("eml", data, answer)


def body_text(chance: Random) -> Sample:
    """The order is the text itself, quoted-printable."""
    truth = make_truth(chance, "en")
    paper, answer = compose(truth, Style(columns=COLUMNS, dates="long"), chance)
    body = f"Hello Li,\n\nplease find our new order below.\n\n{text(paper)}\nBest regards\nAnn Winter\nTel. 520-555-0119"
    return _eml(mail(text_part(body), f"New order {truth.number}"), answer)


def html_table(chance: Random) -> Sample:
    """HTML with a table, and a useless plain text beside it."""
    truth = make_truth(chance, "en")
    style = Style(columns=(*COLUMNS, "due"), dates="us_long", ship_to=True)
    paper, answer = compose(truth, style, chance)
    parts = [text_part("Please view this mail as HTML."), text_part(page(paper), kind="html")]
    return _eml(mail(multi("alternative", parts, "==alt"), "Order"), answer)


def html_gb2312(chance: Random) -> Sample:
    """Chinese HTML in GB2312, base64, layout table around the table."""
    truth = make_truth(chance, "zh", currency="CNY")
    paper, answer = compose(truth, Style(columns=(*COLUMNS, "due"), dates="zh"), chance)
    html = page(paper, fields="table", nested=True)
    part = text_part(html, kind="html", charset="gb18030", way="base64")
    return _eml(mail((part[0].replace("gb18030", "gb2312"), part[1]), "采购订单"), answer)


def forwarded(chance: Random) -> Sample:
    """A forward of a forward with quote marks; the sender is a colleague."""
    truth = make_truth(chance, "en")
    paper, answer = compose(truth, Style(columns=COLUMNS), chance)
    inner = "\n".join(f"> {line}" for line in text(paper).splitlines())
    body = f"FYI, please enter.\nWang\n\n-----Original Message-----\nFrom: ann@buyer.example\nSent: 2 March 2026\nSubject: order\n\n{inner}\n"
    return _eml(mail(text_part(body), "Fwd: order", "Wang Li <wang@gendan.example>"), answer)


def forwarded_as_message(chance: Random) -> Sample:
    """The order's mail is attached as a message."""
    inner = body_text(chance)
    part: Part = ("Content-Type: message/rfc822\n", inner.data)
    data = mail(multi("mixed", [text_part("see attached"), part], "==fw"), "Fwd: New order")
    return _eml(data, inner.answer)


def attached(chance: Random) -> Sample:
    """One PDF, a picture of a logo and general terms as text."""
    sample = family_pdf.near_numbers(chance)
    terms = Sample(
        "txt", b"General terms of purchase. 1. Orders are valid in writing only. " * 9, {}
    )
    head = "Content-Type: image/gif\nContent-Transfer-Encoding: base64\n"
    head += "Content-Disposition: inline\nContent-ID: <logo>\n"
    logo: Part = (head, b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\n")
    parts = [text_part("Please see the attached order."), logo, file_part("order.pdf", sample),
             file_part("terms.txt", terms)]  # fmt: skip
    return _eml(mail(multi("mixed", parts, "==mix"), "PO attached"), sample.answer)


def three_attached(chance: Random) -> Sample:
    """Three orders in three formats, one with a false type."""
    samples = [family_sheet.xlsx_serials(chance), family_cn.pdf_contract(chance),
               family_sheet.csv_sheet_tabs(chance)]  # fmt: skip
    names = ["PO 1.xlsx", "采购订单.pdf", "po3.csv"]
    parts = [
        file_part(n, s, generic=n.endswith("pdf")) for n, s in zip(names, samples, strict=True)
    ]
    data = mail(multi("mixed", [text_part("three orders"), *parts], "==three"), "3 orders")
    return _eml(data, {"orders": [sample.answer for sample in samples]})


def order_and_invoice(chance: Random) -> Sample:
    """An order and, beside it, an old invoice: only one is to be booked."""
    order = family_sheet.docx_table(chance)
    invoice = family_pdf.SAMPLES["not_invoice"](chance)
    parts = [text_part("order attached, and proof of payment"), file_part("order.docx", order),
             file_part("inv.pdf", invoice)]  # fmt: skip
    return _eml(mail(multi("mixed", parts, "==oi"), "order"), order.answer)


def two_in_body(chance: Random) -> Sample:
    """Two orders one under the other."""
    truths = [make_truth(chance, "en", lines=2), make_truth(chance, "en", lines=3)]
    truths[1] = replace(truths[1], buyer=truths[0].buyer, currency=truths[0].currency)
    words = {"number": "PO number", "title": "PURCHASE ORDER"}
    made = [compose(truth, Style(columns=COLUMNS), chance, **words) for truth in truths]
    body = "Dear all, two orders today.\n\n" + "\n\n----------\n\n".join(text(p) for p, _ in made)
    return _eml(mail(text_part(body), "orders"), {"orders": [answer for _, answer in made]})


def reply_with_quote(chance: Random) -> Sample:
    """A new order on top; last year's order is quoted below and must not be booked."""
    truth = make_truth(chance, "en", lines=3)
    old = replace(make_truth(chance, "en", lines=2), buyer=truth.buyer)
    paper, answer = compose(truth, Style(columns=COLUMNS), chance)
    quoted, _ = compose(old, Style(columns=COLUMNS), chance)
    quote = "\n".join(f"> {line}" for line in text(quoted).splitlines())
    body = f"Hi Li,\nplease book this order:\n\n{text(paper)}\nAnn\n\nOn 3 Feb 2025 Ann Winter wrote:\n{quote}\n"
    return _eml(mail(text_part(body), "next order"), answer)


def sentence(chance: Random) -> Sample:
    """An order in a sentence: no number, no price."""
    truth = make_truth(chance, "en", lines=1)
    line = truth.lines[0]
    body = (f"Hi,\n\nplease send us another {line.quantity} {line.unit} of {line.seller_code} "
            f"({line.name}) by {line.due_on}. PO no. {truth.number}.\n\nAnn Winter\n{truth.buyer.name}\n")  # fmt: skip
    _, answer = compose(
        truth, Style(columns=("code", "name", "quantity", "due"), seller_named=False), chance
    )
    return _eml(
        mail(text_part(body), "reorder"),
        answer | {"issue_date": None, "currency": None, "buyer": None},
    )


def cancel(chance: Random) -> Sample:
    """A cancellation with the order quoted."""
    truth = make_truth(chance, "en", lines=2)
    paper, _ = compose(truth, Style(columns=COLUMNS), chance)
    quote = "\n".join(f"> {line}" for line in text(paper).splitlines())
    body = f"Dear Li,\nunfortunately we have to cancel order {truth.number}. Please stop production.\nAnn\n\n{quote}"
    return _eml(
        mail(text_part(body), f"Cancellation of order {truth.number}"), only("order_cancellation")
    )


def question(chance: Random) -> Sample:
    """A question about an order is no order."""
    truth = make_truth(chance, "en", lines=1)
    body = f"Hi Li,\nwhen will order {truth.number} ship? We wait for 500 pcs since 3 March.\nAnn"
    return _eml(mail(text_part(body), f"RE: order {truth.number}"), only("not_an_order"))


def chinese_latin(chance: Random) -> Sample:
    """Chinese plain text, base64, GBK, orders in sentences of a table without lines."""
    truth = make_truth(chance, "zh", currency="CNY", lines=3)
    paper, answer = compose(truth, Style(columns=(*COLUMNS, "due"), dates="slash_ymd"), chance)
    body = f"李工，您好：\n\n请安排以下订单，谢谢！\n\n{text(paper)}\n顺颂商祺"
    return _eml(mail(text_part(body, charset="gbk", way="base64"), "新订单"), answer)


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        body_text, html_table, html_gb2312, forwarded, forwarded_as_message, attached,
        three_attached, order_and_invoice, two_in_body, reply_with_quote, sentence, cancel,
        question, chinese_latin,
    )
}  # fmt: skip
