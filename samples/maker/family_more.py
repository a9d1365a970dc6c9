"""More of what passes too easily: sheets, separated values, mails and electronic messages."""

from dataclasses import replace
from random import Random

from . import family_mail, family_sheet
from .draw_edi import (
    day,
    edifact_end,
    edifact_head,
    edifact_lines,
    gln,
    interchange,
    x12,
    x12_order,
)
from .draw_office import Sheet, cells, csv_text, page, text, values, workbook, xlsx
from .draw_xml import cxml, cxml_order, envelope, party, ubl, ubl_head, ubl_line
from .paper import Row, Style, compose, grouped
from .sample import Make, Sample, only
from .truth import Answer, Truth, make_truth
from .words import DATE_STYLES

BASIC = ("line", "code", "name", "quantity", "unit", "price", "amount", "due")
FULL = ("buyer_code", "seller_code", "gtin", "name", "quantity", "price", "due")


def _answer(chance: Random, truth: Truth, columns: tuple[str, ...], **changes: object) -> Answer:
    _, answer = compose(truth, Style(columns=columns, header_due="due" not in columns), chance)
    return answer | changes


def xlsx_two_sheets(chance: Random) -> Sample:
    """One order on each of two sheets."""
    sheets, answers = [], []
    for _ in range(2):
        truth = make_truth(chance, "en", lines=3)
        paper, answer = compose(truth, Style(columns=BASIC), chance)
        sheets.append(cells(paper, Sheet(), values(truth.lines, paper.table.keys)))
        answers.append(answer)
    return Sample("xlsx", workbook(sheets), {"orders": answers})


def xlsx_hidden(chance: Random) -> Sample:
    """An old price and an alternative quantity beside the ones that count; sub-totals."""
    truth = make_truth(chance, "en", lines=6)
    paper, answer = compose(
        truth, Style(columns=BASIC), chance, col_quantity="Order qty", col_price="New price"
    )
    paper.table.keys[5:5] = ["old", "moq"]
    paper.table.header[0][5:5] = ["Old price", "MOQ"]
    for row in paper.table.rows:
        row.cells[5:5] = [f"{chance.randint(100, 900) / 100:.2f}", "500"]
    grouped(paper, ["Group 10", "Group 20"], 3)
    return Sample("xlsx", xlsx(cells(paper, Sheet())), answer)


def xlsx_empty_form(chance: Random) -> Sample:
    """Half of the rows of the form are empty, numbered 1 to 20; quantities of 0 are not ordered."""
    truth = make_truth(chance, "en", lines=5)
    paper, answer = compose(
        truth,
        Style(columns=("line", "code", "name", "quantity", "unit", "price", "amount")),
        chance,
    )
    for number in range(6, 21):
        paper.table.rows.append(Row("more", [str(number), "", "", "", "", "", ""]))
    return Sample("xlsx", xlsx(cells(paper, Sheet(fields_in_row=True))), answer)


def csv_quoted(chance: Random) -> Sample:
    """Line breaks and quotes within cells, a total row, German numbers and dates."""
    truth = make_truth(chance, "en", currency="EUR")
    lines = [replace(line, quantity=line.quantity + 1000) for line in truth.lines]
    truth = truth.with_lines(*lines)
    paper, answer = compose(truth, Style(columns=BASIC, numbers="comma", dates="dots"), chance)
    for row in paper.table.rows:
        row.cells[2] += '\n"made to order"'
    data = csv_text(cells(paper, Sheet(parties_beside=False)), ";").encode("cp1252")
    return Sample("csv", data, answer)


def csv_open_orders(chance: Random) -> Sample:
    """An export with ordered, delivered and open quantities: what was ordered counts."""
    truth = make_truth(chance, "en", lines=4)
    rows = [["Order No", "Order date", "Buyer", "Pos", "Part no.", "Description", "Ordered qty", "Delivered qty",
             "Unit price", "Currency"]]  # fmt: skip
    rows += [
        [truth.number, str(truth.issued_on), truth.buyer.name, str(i), x.seller_code, x.name, str(x.quantity), "0",
         str(x.price), truth.currency]
        for i, x in enumerate(truth.lines, 1)
    ]  # fmt: skip
    style = Style(columns=("code", "name", "quantity", "price"), seller_named=False)
    _, answer = compose(truth, style, chance)
    return Sample("csv", csv_text([list(row) for row in rows]).encode(), answer)


def text_dot_leaders(chance: Random) -> Sample:
    """Dots between labels and values, dates in words, pounds by sign."""
    truth = make_truth(chance, "en", currency="GBP", lines=3)
    paper, answer = compose(
        truth, Style(columns=("line", "code", "name", "quantity", "price", "amount"), dates="long",
                     sign="£", currency_field=False), chance)  # fmt: skip
    body = text(paper, pairs="dots", gap=3, rule="=")
    return Sample("txt", body.encode("cp1252"), answer)


def text_proforma(chance: Random) -> Sample:
    """A proforma invoice that mentions the customer's PO."""
    truth = make_truth(chance, "en", lines=3)
    paper, _ = compose(
        truth, Style(columns=BASIC), chance, title="PROFORMA INVOICE", number="PI No."
    )
    paper.fields.append(("Your PO No.", truth.numbers_near["previous"]))
    paper.notes.append("Please arrange the deposit of 30 % so that we can start production.")
    return Sample("txt", text(paper).encode(), only("not_an_order"))


def mail_number_in_subject(chance: Random) -> Sample:
    """The number stands in the subject only."""
    truth = make_truth(chance, "en", lines=3)
    paper, answer = compose(truth, Style(columns=BASIC), chance)
    paper.fields.pop(0)
    paper.title = "Dear Ms Li, please supply:"
    part = family_mail.text_part(text(paper))
    return Sample("eml", family_mail.mail(part, f"Purchase order {truth.number}"), answer)


def mail_struck_rows(chance: Random) -> Sample:
    """The last row of an HTML table is struck out."""
    truth = make_truth(chance, "en", lines=4)
    paper, answer = compose(truth, Style(columns=BASIC, dates="us_long"), chance)
    paper.table.rows[-1].kind = "struck"
    paper.totals = []
    answer["lines"].pop()
    part = family_mail.text_part(page(paper), kind="html")
    return Sample("eml", family_mail.mail(part, "Order"), answer)


def mail_thanks(chance: Random) -> Sample:
    """Thanks for an order confirmation, with an offer below: nothing to book."""
    truth = make_truth(chance, "en", lines=1)
    body = (f"Dear Li,\nthank you for the order confirmation of PO {truth.number}. We received invoice 4471 over "
            f"{truth.currency} 1,200.00 for 300 pcs. Please send the tracking number.\nAnn")  # fmt: skip
    return Sample(
        "eml",
        family_mail.mail(family_mail.text_part(body), "Re: confirmation"),
        only("not_an_order"),
    )


def mail_change(chance: Random) -> Sample:
    """A change of a quantity and a date by mail."""
    truth = make_truth(chance, "en", lines=2)
    line = truth.lines[0]
    body = (f"Dear Li,\nplease change our purchase order {truth.number}: item {line.seller_code} from 100 to 150 "
            f"{line.unit}, new delivery date {DATE_STYLES['long'](truth.due_on)}.\nAnn")  # fmt: skip
    return Sample(
        "eml",
        family_mail.mail(family_mail.text_part(body), f"Change of PO {truth.number}"),
        only("order_change"),
    )


def mail_csv_and_pdf(chance: Random) -> Sample:
    """A plain order as text file, beside it a big signature with numbers."""
    sample = family_sheet.text_erp(chance)
    signature = "\n\n--\nAnn Winter\nMobile 0171 555 0199 | Order desk 0800 555 100\nHRB 55123, VAT DE555123987\n"
    parts = [
        family_mail.text_part("Order attached." + signature),
        family_mail.file_part("order.txt", sample),
    ]
    data = family_mail.mail(family_mail.multi("mixed", parts, "==sig"), "Order")
    return Sample("eml", data, sample.answer)


def edifact_two(chance: Random) -> Sample:
    """Two messages in one interchange, other separators."""
    truths = [make_truth(chance, "en"), make_truth(chance, "en")]
    bodies = [
        edifact_head(t) + edifact_lines(t, per_line_date=True) + edifact_end(t) for t in truths
    ]
    return Sample(
        "edi", interchange("ORDERS", bodies), {"orders": [_answer(chance, t, FULL) for t in truths]}
    )


def edifact_cancel(chance: Random) -> Sample:
    """BGM with function 1: the order is cancelled."""
    truth = make_truth(chance, "en")
    head = [x.removesuffix("+9") + "+1" if x.startswith("BGM") else x for x in edifact_head(truth)]
    body = [*head, *edifact_lines(truth), *edifact_end(truth)]
    return Sample("edi", interchange("ORDERS", [body]), only("order_cancellation"))


def edifact_two_buyers(chance: Random) -> Sample:
    """Buyer by number, invoicee by name: the invoicee is not the buyer's name."""
    truth = make_truth(chance, "en")
    head = [x for x in edifact_head(truth) if not x.startswith("NAD+BY")]
    head += [f"NAD+BY+{gln(truth.buyer.name)}::9", f"NAD+IV+{gln('x')}::9++{truth.ship_to.name}"]
    answer = _answer(chance, truth, FULL) | {"buyer": None}
    for line in answer["lines"]:
        line.pop("due_date")
    return Sample(
        "edi", interchange("ORDERS", [[*head, *edifact_lines(truth), *edifact_end(truth)]]), answer
    )


def x12_cancel(chance: Random) -> Sample:
    """BEG01 01: cancellation."""
    segments = x12_order(make_truth(chance, "en"))
    segments[0] = segments[0].replace("BEG*00", "BEG*01")
    return Sample("x12", x12("850", [segments]), only("order_cancellation"))


def x12_stores(chance: Random) -> Sample:
    """Quantities for stores by SDQ; the line's own quantity counts; allowance in cents."""
    truth = make_truth(chance, "en", lines=3)
    segments = []
    for segment in x12_order(truth, dates="header"):
        segments.append(segment)
        if segment.startswith("PID"):
            segments.append("SDQ*EA*92*0118*5*0119*7")
        if segment.startswith("CUR"):
            segments += ["SAC*A*C310***2500", f"DTM*001*{day(truth.due_on)}"]
    columns = ("buyer_code", "seller_code", "name", "quantity", "price")
    return Sample("x12", x12("850", [segments]), _answer(chance, truth, columns))


def ubl_envelope(chance: Random) -> Sample:
    """An order in a standard business document envelope."""
    truth = make_truth(chance, "en")
    lines = "".join(ubl_line(truth, x, i) for i, x in enumerate(truth.lines, 1))
    body = (ubl_head(truth) + party("BuyerCustomerParty", truth.buyer.name)
            + party("SellerSupplierParty", truth.seller.name) + lines)  # fmt: skip
    return Sample("xml", envelope(ubl("Order", body)), _answer(chance, truth, FULL))


def ubl_originator(chance: Random) -> Sample:
    """Originator, accounting customer and delivery party are not the buyer."""
    truth = make_truth(chance, "en")
    lines = "".join(ubl_line(truth, x, i) for i, x in enumerate(truth.lines, 1))
    body = (ubl_head(truth) + party("OriginatorCustomerParty", truth.ship_to.name)
            + party("BuyerCustomerParty", truth.buyer.name) + party("SellerSupplierParty", truth.seller.name)
            + party("AccountingCustomerParty", truth.ship_to.name) + lines)  # fmt: skip
    return Sample("xml", ubl("Order", body), _answer(chance, truth, FULL))


def cxml_alternate(chance: Random) -> Sample:
    """Money with an alternate currency; extrinsics with numbers."""
    truth = make_truth(chance, "en", currency="EUR")
    body = cxml_order(truth).replace(
        '<Money currency="EUR">',
        '<Money currency="EUR" alternateCurrency="USD" alternateAmount="1.00">',
    )
    body = body.replace("</ItemDetail>", '<Extrinsic name="quantity">999</Extrinsic></ItemDetail>')
    columns = ("buyer_code", "seller_code", "name", "quantity", "price", "due")
    return Sample("xml", cxml(body, truth=truth), _answer(chance, truth, columns))


_ALL = (
    xlsx_two_sheets, xlsx_hidden, xlsx_empty_form, csv_quoted, csv_open_orders, text_dot_leaders,
    text_proforma, mail_number_in_subject, mail_struck_rows, mail_thanks, mail_change,
    mail_csv_and_pdf, edifact_two, edifact_cancel, edifact_two_buyers, x12_cancel, x12_stores,
    ubl_envelope, ubl_originator, cxml_alternate,
)  # fmt: skip
BY_FAMILY: dict[str, dict[str, Make]] = {}
for _make in _ALL:
    _family, _, _name = _make.__name__.partition("_")
    BY_FAMILY.setdefault(_family, {})[_name] = _make
