"""English purchase orders as PDF: letterheads, boxes, forms, long tables, traps."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from . import not_orders
from .draw_pdf import SANS, SERIF, Look, pdf, prose
from .goods import COMPANIES, Company
from .paper import Paper, Row, Style, compose, grouped, sign_for, two_header_rows, wrapped
from .sample import Make, Sample, only
from .truth import Line, make_truth

BASIC = ("line", "code", "name", "quantity", "unit", "price", "amount")
MONO, BOOK, TEX = "DejaVu Sans Mono", "Libertinus Serif", "New Computer Modern"
MORE = ["with zinc coating, RoHS", "packed 10 per inner box", "as sample approved 12 Jan 2026",
        "drawing 4411-B rev. 3"]  # fmt: skip


def _pdf(paper: Paper, answer: dict[str, object], look: Look) -> Sample:
    return Sample("pdf", pdf(paper, look), answer)


def letterhead(chance: Random) -> Sample:
    """Buyer only in the letterhead, vendor and ship-to boxed, US dates, dollar at the total only."""
    truth = make_truth(chance, "en", currency="USD")
    truth = replace(truth, buyer=_american(chance))
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="month_slash",
                  buyer_in="letterhead", currency_field=False, ship_to=True, sign_at_total="$")  # fmt: skip
    paper, answer = compose(truth, style, chance, seller="VENDOR", ship_to="SHIP TO")
    paper.notes.append(f"Questions about this order: Ann Winter, {truth.buyer.phone}")
    look = Look(fields="boxed", parties="boxed", rules=chance.choice(("grid", "zebra")))
    return _pdf(paper, answer, look)


def _american(chance: Random) -> Company:
    return chance.choice([c for c in COMPANIES if c.country == "US"])


def form_with_labels_above(chance: Random) -> Sample:
    """Labels above their values in a row of boxes; both codes; date like 3-Feb-26."""
    truth = make_truth(chance, "en")
    style = Style(columns=("line", "buyer_code", "seller_code", "name", "quantity", "unit",
                           "price", "amount", "due"), dates="day_mon")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    return _pdf(paper, answer, Look(fields="above", parties="side", font=BOOK, landscape=True))


def decimal_comma(chance: Random) -> Sample:
    """A German buyer: 1.234,50 and 02.03.2026."""
    truth = make_truth(chance, "en", currency="EUR")
    lines = [replace(line, quantity=line.quantity * 20) for line in truth.lines]
    style = Style(columns=(*BASIC, "due"), dates="dots", numbers="comma")
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return _pdf(paper, answer, Look(rules="horizontal", font=TEX, landscape=True))


def swiss(chance: Random) -> Sample:
    """Apostrophes between thousands, long dates, no rules at all."""
    truth = make_truth(chance, "en")
    lines = [replace(line, quantity=line.quantity + 1000) for line in truth.lines]
    style = Style(columns=("line", "quantity", "unit", "code", "name", "price", "amount"),
                  dates="long", numbers="swiss", header_due=True)  # fmt: skip
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return _pdf(paper, answer, Look(rules="none", parties="stacked", size=9))


def indian(chance: Random) -> Sample:
    """Lakhs, rates and a UOM within the quantity."""
    truth = make_truth(chance, "en", currency="USD")
    lines = [replace(i, quantity=i.quantity + 120000) for i in truth.lines]
    style = Style(columns=("line", "name", "code", "quantity", "price", "amount"), dates="day_mon",
                  numbers="indian", unit_in_quantity=True)  # fmt: skip
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return _pdf(paper, answer, Look(fields="inline", size=8.5))


def three_pages(chance: Random) -> Sample:
    """48 lines over three pages, header repeated, carried forward, letterhead on each page."""
    truth = make_truth(chance, "en", lines=48)
    style = Style(columns=("line", "code", "name", "quantity", "price", "amount"), dates="us_long",
                  buyer_in="letterhead")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    half = sum((i.amount for i in truth.lines[:18]), Decimal(0))
    look = Look(rows_per_page=18, carried=f"Carried forward {half:,.2f}", repeat_letterhead=True,
                rules="head", size=8.5)  # fmt: skip
    return _pdf(paper, answer, look)


def wrapped_descriptions(chance: Random) -> Sample:
    """Descriptions over two rows, dates at the lines, notes as rows, a title row."""
    truth = make_truth(chance, "en", lines=5)
    style = Style(columns=("line", "code", "name", "quantity", "unit", "price", "amount", "due"),
                  dates="iso")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    wrapped(paper, MORE)
    paper.table.rows.insert(0, Row("title", ["SECTION A - SERIES PARTS 2026"]))
    paper.table.rows.append(Row("note", ["Mark all cartons with PO number and 3 digit item"]))
    return _pdf(paper, answer, Look(rules="head", landscape=True))


def price_per_hundred(chance: Random) -> Sample:
    """A price for 100 pieces and a discount."""
    truth = make_truth(chance, "en", lines=4)
    lines = [replace(line, base=100, discount=chance.choice((0, 5, 10))) for line in truth.lines]
    style = Style(columns=("line", "code", "name", "quantity", "unit", "price", "base", "discount",
                           "amount"))  # fmt: skip
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return _pdf(paper, answer, Look(landscape=True, fields="boxed"))


def charges(chance: Random) -> Sample:
    """Freight and deposit as totals, group sub-totals inside the table."""
    truth = make_truth(chance, "en", lines=6)
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="us_dot",
                  sign=sign_for(chance, truth.currency), currency_field=False)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    grouped(paper, ["Hardware", "Packaging and accessories"], 3)
    part = sum((i.amount for i in truth.lines[:3]), Decimal(0))
    paper.table.rows.insert(4, Row("sum", ["", "Sub-total Hardware", "", "", f"{part:,.2f}"]))
    paper.totals.insert(0, ("Freight DHL 2 cartons", "120.00"))
    paper.totals.append(("30 % deposit due at order", f"{truth.total * 3 / 10:,.2f}"))
    return _pdf(paper, answer, Look(rules="grid", font=SERIF))


def wrong_arithmetic(chance: Random) -> Sample:
    """One amount is not quantity x price: what is printed counts, with a doubt."""
    truth = make_truth(chance, "en", lines=4)
    first, second, *rest = truth.lines
    second = replace(second, amount_printed=second.amount + Decimal("90.00"))
    style = Style(columns=BASIC, dates="iso")
    paper, answer = compose(truth.with_lines(first, second, *rest), style, chance)
    return _pdf(paper, answer, Look())


def near_numbers(chance: Random) -> Sample:
    """Quotation, contract, VAT, customer and requisition numbers around the order number."""
    truth = make_truth(chance, "en")
    style = Style(columns=BASIC, dates="day_mon", ship_to=True)
    paper, answer = compose(truth, style, chance, number="P.O. Number", date="PO date")
    near = truth.numbers_near
    later = truth.issued_on + timedelta(days=9)
    paper.fields.insert(0, ("Your quotation no.", near["quotation"]))
    paper.fields.insert(1, ("Print date", later.isoformat()))
    paper.fields.insert(2, ("Supplier account", near["account"]))
    paper.fields += [("Frame contract", near["contract"]), ("VAT no.", near["vat"]),
                     ("Replaces requisition", near["requisition"]),
                     ("Previous order", near["previous"])]  # fmt: skip
    return _pdf(paper, answer, Look(fields=chance.choice(("left", "plain")), rules="horizontal"))


def no_currency_no_date(chance: Random) -> Sample:
    """Nothing says a currency or a date: both stay empty."""
    truth = make_truth(chance, "en")
    style = Style(columns=("code", "name", "quantity", "unit", "price"), currency_field=False)
    paper, answer = compose(truth, style, chance)
    paper.fields = [pair for pair in paper.fields if pair[1] != truth.issued_on.isoformat()]
    answer["issue_date"] = None
    return _pdf(paper, answer, Look(fields="plain"))


def no_prices(chance: Random) -> Sample:
    """Prices as agreed: none are printed."""
    truth = make_truth(chance, "en", lines=5)
    style = Style(columns=("line", "gtin", "code", "name", "quantity", "unit", "due"),
                  dates="long", currency_field=False)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    paper.notes.append("Prices as per agreement of last year.")
    return _pdf(paper, answer, Look(rules="none", font=MONO, size=7, landscape=True))


def cancelled_line(chance: Random) -> Sample:
    """A line marked CANCELLED has no quantity to deliver: not part of the order."""
    truth = make_truth(chance, "en", lines=5)
    style = Style(columns=("line", "code", "name", "quantity", "price", "amount"))
    paper, answer = compose(truth, style, chance)
    paper.table.rows[-1].cells[2] += " *** CANCELLED ***"
    paper.table.rows[-1].cells[5] = ""
    total = truth.total - truth.lines[-1].amount
    paper.totals = [("Total", f"{total:,.2f}")]
    answer["lines"].pop()
    return _pdf(paper, answer, Look())


def blanket_schedule(chance: Random) -> Sample:
    """One article called off at several dates, each with its own quantity."""
    truth = make_truth(chance, "en", lines=1)
    one = truth.lines[0]
    first = truth.issued_on + timedelta(days=30)
    lines: list[Line] = [
        replace(one, quantity=one.quantity * (i + 1), due_on=first + timedelta(days=30 * i))
        for i in range(4)
    ]
    style = Style(columns=("line", "code", "name", "quantity", "unit", "price", "due"), dates="iso")
    paper, answer = compose(truth.with_lines(*lines), style, chance, title="CALL-OFF ORDER")
    paper.fields.append(("Blanket agreement", truth.numbers_near["contract"]))
    return _pdf(paper, answer, Look(parties="boxed"))


def placed_form(chance: Random) -> Sample:
    """Cells put at co-ordinates, as form printers do; two header rows."""
    truth = make_truth(chance, "en", lines=6)
    style = Style(columns=("line", "code", "name", "quantity", "unit", "price", "amount", "due"),
                  dates="iso")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    two_header_rows(paper, {"quantity": "(ordered)", "price": "per unit", "due": "at port"})
    return _pdf(paper, answer, Look(placed=True, size=8, font=chance.choice((SANS, BOOK))))


def ambiguous_day_first(chance: Random) -> Sample:
    """02/03/2026 of a British buyer; one line date proves that the day comes first."""
    truth = make_truth(chance, "en", currency="GBP", lines=4)
    proof = replace(truth.lines[1], due_on=truth.issued_on.replace(day=27) + timedelta(days=30))
    if proof.due_on is not None and proof.due_on.day < 13:
        proof = replace(proof, due_on=proof.due_on.replace(day=25))
    lines = (truth.lines[0], proof, *truth.lines[2:])
    style = Style(columns=(*BASIC, "due"), dates="day_slash", sign="£", currency_field=False)
    paper, answer = compose(truth.with_lines(*lines), style, chance)
    return _pdf(paper, answer, Look(landscape=True, rules="zebra"))


def hidden_characters(chance: Random) -> Sample:
    """Right-to-left marks, zero-width blanks and an emoji around values."""
    truth = make_truth(chance, "en", lines=3)
    style = Style(columns=BASIC)
    paper, answer = compose(truth, style, chance)
    paper.fields[0] = (paper.fields[0][0], f"\u200e{truth.number}\u200b")
    for row in paper.table.rows:
        row.cells[2] += "\u200f \u2605"
    return _pdf(paper, answer, Look())


def not_order(kind: str) -> Make:
    """An invoice and the like."""

    def make(chance: Random) -> Sample:
        paper, _ = not_orders.lookalike(chance, "en", kind)
        data = pdf(paper, Look(fields=chance.choice(("left", "boxed", "above"))))
        return Sample("pdf", data, only(not_orders.doc_type(kind)))

    return make


def curriculum(chance: Random) -> Sample:
    """A life's story of somebody who bought."""
    return Sample("pdf", prose(not_orders.CURRICULUM), only("not_an_order"))


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        letterhead, form_with_labels_above, decimal_comma, swiss, indian, three_pages,
        wrapped_descriptions, price_per_hundred, charges, wrong_arithmetic, near_numbers,
        no_currency_no_date, no_prices, cancelled_line, blanket_schedule, placed_form,
        ambiguous_day_first, hidden_characters, curriculum,
    )
} | {f"not_{kind}": not_order(kind) for kind in ("invoice", "proforma", "quotation",
                                                  "confirmation", "statement", "credit")}  # fmt: skip
