"""More English purchase orders as PDF: forms of particular trades and whole pages of traps."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from .draw_pdf import SERIF, Look, joined, pdf
from .goods import COMPANIES
from .paper import Row, Style, compose, sign_for, two_header_rows
from .sample import Make, Sample
from .truth import make_truth

BASIC = ("line", "code", "name", "quantity", "unit", "price", "amount")
TERMS = [
    "GENERAL TERMS AND CONDITIONS OF PURCHASE",
    "1. Only written orders are binding. Verbal changes or cancellations are void. Any quotation or invoice of the supplier that deviates from this order is not accepted.",
    "2. Invoices are to be sent in 2 copies within 7 days and must show order number, item and quantity. Payment within 30 days less 2 % or 60 days net.",
    "3. If delivery is late by more than 14 days we may cancel the order in whole or in part and claim 0.5 % per day, up to 5 %.",
    "4. The order confirmation is to be returned within 3 working days. Version of 01.01.2019.",
]


def requisition_bar(chance: Random) -> Sample:
    """Title at the right, a bar of shipping boxes, taxes and freight below, vendor named again."""
    truth = make_truth(chance, "en", currency="USD")
    truth = replace(truth, buyer=chance.choice([c for c in COMPANIES if c.country == "US"]))
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="month_slash",
                  buyer_in="letterhead", currency_field=False, ship_to=True, sign_at_total="$")  # fmt: skip
    words = {
        "number": "PO #",
        "date": "DATE",
        "seller": "VENDOR",
        "ship_to": "SHIP TO",
        "title": "PURCHASE ORDER",
    }
    paper, answer = compose(truth, style, chance, **words)
    paper.fields = paper.fields[:2]
    paper.bar = [("REQUISITIONER", "A. Winter"), ("SHIP VIA", "DHL"), ("F.O.B.", "Origin"),
                 ("SHIPPING TERMS", "2/10 Net 30")]  # fmt: skip
    paper.table.rows.append(Row("sum", ["", truth.seller.name, "", "", ""]))
    tax = (truth.total * 8 / 100).quantize(Decimal("0.01"))
    paper.totals = [("SUBTOTAL", f"{truth.total:,.2f}"), ("TAX", f"{tax:,.2f}"), ("SHIP/INS", "88.5"),
                    ("HANDLING", "24"), ("TOTAL", f"${truth.total + tax + Decimal('112.5'):,.2f}")]  # fmt: skip
    look = Look(title_at_right=True, fields="plain", rules=chance.choice(("grid", "head")))
    return Sample("pdf", pdf(paper, look), answer)


def terms_page(chance: Random) -> Sample:
    """A second page of small print that speaks of invoices, quotations and cancellation."""
    paper, answer = compose(make_truth(chance, "en"), Style(columns=BASIC, dates="day_mon"), chance)
    paper.notes += TERMS
    return Sample("pdf", pdf(paper, Look(break_before_notes=True)), answer)


def size_matrix(chance: Random) -> Sample:
    """A fashion order: pieces by size, then the total that counts."""
    truth = make_truth(chance, "en", lines=4)
    lines = [replace(x, quantity=Decimal(sum(_sizes(i)))) for i, x in enumerate(truth.lines)]
    truth = truth.with_lines(*lines)
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="long")
    paper, answer = compose(truth, style, chance, col_quantity="Total qty", col_code="Style no.")
    paper.table.keys[2:2] = ["size"] * 4
    paper.table.header[0][2:2] = ["S", "M", "L", "XL"]
    for index, row in enumerate(paper.table.rows):
        row.cells[2:2] = [str(n) for n in _sizes(index)]
    return Sample("pdf", pdf(paper, Look(landscape=True)), answer)


def _sizes(index: int) -> list[int]:
    return [40 + 10 * index, 120, 160 + index, 80]


def cartons(chance: Random) -> Sample:
    """Cartons, pieces per carton and the total quantity; price with its currency in the heading."""
    truth = make_truth(chance, "en", lines=4)
    lines = [replace(x, quantity=Decimal(24 * (10 + i))) for i, x in enumerate(truth.lines)]
    truth = truth.with_lines(*lines)
    style = Style(columns=("line", "code", "name", "quantity", "price", "amount"), currency_field=False,
                  sign_at_total=f"{truth.currency} ")  # fmt: skip
    words = {"col_quantity": "Total pcs", "col_price": f"Unit price ({truth.currency})"}
    paper, answer = compose(truth, style, chance, **words)
    paper.table.keys[3:3] = ["ctn", "per_ctn"]
    paper.table.header[0][3:3] = ["Cartons", "Pcs/ctn"]
    for index, row in enumerate(paper.table.rows):
        row.cells[3:3] = [str(10 + index), "24"]
    return Sample("pdf", pdf(paper, Look(rules="horizontal")), answer)


def long_descriptions(chance: Random) -> Sample:
    """Descriptions that run over three or four lines of their cell, with numbers in them."""
    truth = make_truth(chance, "en", lines=4)
    extra = ", colour RAL 7035, tolerance +/- 0.05 mm, 100 % tested, drawing 4411-B rev. 3, 2 spare seals"
    lines = [replace(line, name=line.name + extra) for line in truth.lines]
    style = Style(columns=(*BASIC, "due"), dates="iso")
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    rules = chance.choice(("grid", "none", "horizontal"))
    return Sample("pdf", pdf(paper, Look(rules=rules, font=SERIF)), answer)


def price_with_base_in_cell(chance: Random) -> Sample:
    """The price cell says 12.50 / 100."""
    truth = make_truth(chance, "en", lines=4)
    truth = truth.with_lines(*(replace(line, base=100) for line in truth.lines))
    paper, answer = compose(truth, Style(columns=BASIC), chance)
    for row, line in zip(paper.table.rows, truth.lines, strict=True):
        row.cells[5] = f"{line.price:,.2f} / 100"
    return Sample("pdf", pdf(paper, Look()), answer)


def french_blanks(chance: Random) -> Sample:
    """Blanks between thousands, decimal commas."""
    truth = make_truth(chance, "en", currency="EUR")
    lines = [replace(line, quantity=line.quantity + 12000) for line in truth.lines]
    style = Style(
        columns=BASIC, dates="dots", numbers="blank", sign_at_total="€ ", currency_field=False
    )
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return Sample("pdf", pdf(paper, Look(rules=chance.choice(("grid", "none")))), answer)


def no_dates_at_all(chance: Random) -> Sample:
    """Delivery "ASAP" and "week 32": no date is to be made of it."""
    truth = make_truth(chance, "en", lines=3)
    truth = truth.with_lines(*(replace(line, due_on=None) for line in truth.lines))
    paper, answer = compose(truth, Style(columns=(*BASIC, "due")), chance)
    for row, text in zip(paper.table.rows, ("ASAP", "week 32", "tbd"), strict=True):
        row.cells[-1] = text
    return Sample("pdf", pdf(paper, Look()), answer)


def item_details(chance: Random) -> Sample:
    """Under each item two rows of details with numbers: tariff code, packing, origin."""
    paper, answer = compose(make_truth(chance, "en", lines=4), Style(columns=BASIC), chance)
    rows: list[Row] = []
    for row in paper.table.rows:
        details = (
            f"HS code 7318.15.{chance.randint(10, 99)}, origin CN",
            "Packing: 50 pcs/box, 20 boxes",
        )
        rows += [row, *(Row("more", ["", "", text, "", "", "", ""]) for text in details)]
    paper.table.rows = rows
    return Sample("pdf", pdf(paper, Look(rules=chance.choice(("none", "head")))), answer)


def two_orders(chance: Random) -> Sample:
    """Two orders of one buyer, each on its page, in one file."""
    first = make_truth(chance, "en", lines=3)
    second = replace(make_truth(chance, "en", lines=2), buyer=first.buyer, currency=first.currency)
    words = {"number": "PO No.", "title": "PURCHASE ORDER", "date": "Date"}
    made = [compose(truth, Style(columns=BASIC), chance, **words) for truth in (first, second)]
    data = joined([paper for paper, _ in made], Look(page_numbers=False))
    return Sample("pdf", data, {"orders": [answer for _, answer in made]})


def addressed_only(chance: Random) -> Sample:
    """The seller is addressed without any label; the buyer stands in head and signature."""
    truth = make_truth(chance, "en")
    style = Style(columns=BASIC, buyer_in="letterhead", seller_named=False, dates="long",
                  sign=sign_for(chance, truth.currency), currency_field=False)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    paper.preface = [truth.seller.name, truth.seller.street, truth.seller.city]
    paper.notes += ["Yours faithfully,", "Ann Winter, purchasing", f"for {truth.buyer.name}"]
    return Sample("pdf", pdf(paper, Look(rules="none", fields="inline")), answer)


def merged_header(chance: Random) -> Sample:
    """Two header rows: Ordered over quantity and unit, Price over unit and total."""
    paper, answer = compose(make_truth(chance, "en"), Style(columns=BASIC), chance,
                            col_quantity="Qty", col_unit="Unit", col_price="Each", col_amount="Total")  # fmt: skip
    two_header_rows(paper, dict(zip(paper.table.keys, paper.table.header[0], strict=True)))
    paper.table.header[0] = ["", "", "", "Ordered", "", "Price", ""]
    return Sample("pdf", pdf(paper, Look(rules="horizontal")), answer)


def stamps(chance: Random) -> Sample:
    """Printed, received and approved dates around; phone and bank numbers in the foot."""
    truth = make_truth(chance, "en")
    paper, answer = compose(truth, Style(columns=BASIC, header_due=True), chance, date="Order date")
    paper.preface = [
        "RECEIVED 2026-12-24",
        f"Printed on 2026-12-23 09:14 by user {truth.numbers_near['account']}",
    ]
    paper.notes += [f"Bank: IBAN DE02 1203 0000 0000 2020 51, VAT {truth.numbers_near['vat']}",
                    f"Approved 2026-12-22 / cost centre {truth.numbers_near['account']}"]  # fmt: skip
    return Sample("pdf", pdf(paper, Look(fields="boxed", parties="inline")), answer)


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        requisition_bar, terms_page, size_matrix, cartons, long_descriptions,
        price_with_base_in_cell, french_blanks, no_dates_at_all, item_details, two_orders,
        addressed_only, merged_header, stamps,
    )
}  # fmt: skip
