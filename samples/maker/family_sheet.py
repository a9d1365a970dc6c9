"""Workbooks, separated values, word processor files and plain text."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from . import not_orders
from .draw_office import Sheet, cells, csv_text, text, values, word, xls, xlsx
from .paper import Paper, Row, Style, compose, grouped, sign_for, two_header_rows, wrapped
from .sample import Make, Sample, only
from .truth import Answer, Truth, make_truth
from .words import write_number

BASIC = ("line", "code", "name", "quantity", "unit", "price", "amount", "due")
BOTH_CODES = ("line", "buyer_code", "seller_code", "gtin", "name", "quantity", "price", "amount")


def _paper(
    chance: Random, language: str, style: Style, lines: int | None = None, **words: str
) -> tuple[Truth, Paper, Answer]:
    truth = make_truth(chance, language, lines=lines)
    paper, answer = compose(truth, style, chance, **words)
    return truth, paper, answer


def xlsx_serials(chance: Random) -> Sample:
    """Typed numbers, parties beside each other, a first sheet of terms."""
    truth, paper, answer = _paper(chance, "en", Style(columns=BASIC))
    rows = cells(paper, Sheet(), values(truth.lines, paper.table.keys))
    return Sample("xlsx", xlsx(rows, terms=True), answer)


def xlsx_many(chance: Random) -> Sample:
    """230 lines with group titles and sub-totals."""
    _, paper, answer = _paper(chance, "en", Style(columns=BASIC, ship_to=True), lines=230)
    grouped(paper, ["Spring range", "Basics", "Carry-over items 2025"], 20)
    return Sample("xlsx", xlsx(cells(paper, Sheet(parties_beside=False))), answer)


def xlsx_codes(chance: Random) -> Sample:
    """Our code, your code, EAN; quantities as '00120'; two header rows."""
    truth, paper, answer = _paper(chance, "en", Style(columns=BOTH_CODES, dates="us_long"))
    two_header_rows(paper, {"buyer_code": "(6 digits)", "quantity": "pcs", "price": truth.currency})
    at = paper.table.keys.index("quantity")
    for row, line in zip(paper.table.rows, truth.lines, strict=True):
        row.cells[at] = f"{int(line.quantity):06}"
    return Sample("xlsx", xlsx(cells(paper, Sheet(fields_in_row=True))), answer)


def xlsx_invoice(chance: Random) -> Sample:
    """An invoice in a workbook."""
    paper, _ = not_orders.lookalike(chance, "en", "invoice")
    return Sample("xlsx", xlsx(cells(paper, Sheet())), only("not_an_order"))


def xlsx_discount(chance: Random) -> Sample:
    """Discounts and a price per 1000, dates for all in the head."""
    truth = make_truth(chance, "en")
    lines = [replace(x, base=1000, quantity=x.quantity * 10, discount=5) for x in truth.lines]
    truth = truth.with_lines(*lines)
    style = Style(columns=("code", "name", "quantity", "unit", "price", "base", "discount", "amount"),
                  header_due=True, dates="long")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    return Sample(
        "xlsx", xlsx(cells(paper, Sheet(side=1), values(lines, paper.table.keys))), answer
    )


def xls_basic(chance: Random) -> Sample:
    """Typed cells with British date formats."""
    truth, paper, answer = _paper(chance, "en", Style(columns=BASIC, dates="day_mon"))
    return Sample("xls", xls(cells(paper, Sheet(), values(truth.lines, paper.table.keys))), answer)


def xls_chinese(chance: Random) -> Sample:
    """Chinese, all texts, fields in one row."""
    style = Style(
        columns=("line", "code", "name", "spec", "unit", "quantity", "price", "amount", "due")
    )
    _, paper, answer = _paper(chance, "zh", style)
    return Sample("xls", xls(cells(paper, Sheet(fields_in_row=True, parties_beside=False))), answer)


def xls_no_prices(chance: Random) -> Sample:
    """No prices, no currency."""
    style = Style(columns=("line", "buyer_code", "name", "quantity", "unit", "due"), currency_field=False,
                  ship_to=True)  # fmt: skip
    truth, paper, answer = _paper(chance, "en", style)
    return Sample(
        "xls", xls(cells(paper, Sheet(side=1), values(truth.lines, paper.table.keys))), answer
    )


def _flat(truths: list[Truth], language: str, delimiter: str, numbers: str) -> str:
    heads = {
        "en": ["PO number", "PO date", "Customer", "Currency", "Line", "Supplier item", "Description",
               "Qty", "UOM", "Unit price", "Delivery date"],
        "zh": ["订单号", "订单日期", "客户名称", "币种", "行号", "物料编码", "品名", "数量", "单位", "单价", "交货日期"],
    }  # fmt: skip
    rows: list[list[str]] = [heads[language]]
    for truth in truths:
        for index, x in enumerate(truth.lines, 1):
            rows.append([
                truth.number, str(truth.issued_on), truth.buyer.name, truth.currency, str(index),
                x.seller_code, x.name, write_number(x.quantity, "ungrouped", 0), x.unit,
                write_number(x.price, numbers, 2), str(x.due_on),
            ])  # fmt: skip
    return csv_text([list(row) for row in rows], delimiter)


FLAT = ("line", "code", "name", "quantity", "unit", "price", "due")


def csv_flat(chance: Random) -> Sample:
    """An export with the head repeated in each row, semicolons and decimal commas, BOM."""
    truth = make_truth(chance, "en")
    _, answer = compose(truth, Style(columns=FLAT, seller_named=False), chance)
    data = _flat([truth], "en", ";", "comma").encode("utf-8-sig")
    return Sample("csv", data, answer)


def csv_flat_two_chinese(chance: Random) -> Sample:
    """Two orders in one GB18030 export."""
    truths = [make_truth(chance, "zh"), make_truth(chance, "zh")]
    style = Style(columns=FLAT, seller_named=False)
    answers = [compose(truth, style, chance)[1] for truth in truths]
    return Sample("csv", _flat(truths, "zh", ",", "plain").encode("gb18030"), {"orders": answers})


def csv_sheet_tabs(chance: Random) -> Sample:
    """A saved sheet with tabs, head above the table."""
    _, paper, answer = _paper(chance, "en", Style(columns=BASIC, dates="day_mon"))
    data = csv_text(cells(paper, Sheet(parties_beside=False)), "\t").encode()
    return Sample("csv", data, answer)


def csv_sheet_chinese(chance: Random) -> Sample:
    """A saved sheet in UTF-8."""
    _, paper, answer = _paper(chance, "zh", Style(columns=BASIC, dates="slash_ymd"))
    return Sample("csv", csv_text(cells(paper, Sheet(fields_in_row=True))).encode(), answer)


def docx_table(chance: Random) -> Sample:
    """Fields in a table, groups merged over all columns."""
    _, paper, answer = _paper(
        chance, "en", Style(columns=BASIC, dates="long", ship_to=True), lines=6
    )
    grouped(paper, ["Hall 1", "Hall 2"], 3)
    return Sample("docx", word(paper, merged=True), answer)


def docx_chinese(chance: Random) -> Sample:
    """购销合同 as a word processor file."""
    style = Style(columns=("line", "name", "spec", "unit", "quantity", "price", "amount"), dates="zh",
                  header_due=True)  # fmt: skip
    _, paper, answer = _paper(chance, "zh", style, title="购销合同")
    paper.notes += ["一、质量标准：按样品。", "二、解决合同纠纷方式：协商解决。"]
    return Sample("docx", word(paper, fields_as_table=False), answer)


def docx_struck(chance: Random) -> Sample:
    """One line struck out and marked as deleted; signs in cells."""
    truth = make_truth(chance, "en", lines=4)
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="us_dot",
                  sign=sign_for(chance, truth.currency), currency_field=False)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    row = paper.table.rows[-1]
    row.kind, row.cells[1] = "struck", f"{row.cells[1]} (deleted)"
    total = truth.total - truth.lines[-1].amount
    paper.totals = [(paper.totals[0][0], f"{style.sign}{total:,.2f}")]
    answer["lines"].pop()
    return Sample("docx", word(paper), answer)


def docx_quotation(chance: Random) -> Sample:
    """A quotation."""
    paper, _ = not_orders.lookalike(chance, "en", "quotation")
    return Sample("docx", word(paper), only("not_an_order"))


def text_erp(chance: Random) -> Sample:
    """A print file with rules; dates like 3-Feb-26; continuation rows."""
    _, paper, answer = _paper(chance, "en", Style(columns=BASIC, dates="day_mon"))
    wrapped(paper, ["RoHS compliant", "as per drawing"])
    return Sample("txt", text(paper, rule="-").encode(), answer)


def text_no_colons(chance: Random) -> Sample:
    """Labels without colons, buyer on top, dollar signs, quantity with units."""
    truth = make_truth(chance, "en")
    style = Style(columns=("line", "code", "name", "quantity", "price", "amount"), dates="us_long",
                  buyer_in="letterhead", sign=sign_for(chance, truth.currency), currency_field=False,
                  unit_in_quantity=True)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    return Sample("txt", text(paper, gap=4, pairs="blank").encode(), answer)


def text_blocks(chance: Random) -> Sample:
    """No table: each article is a block of labelled values."""
    truth = make_truth(chance, "en", lines=3)
    parts = [f"Purchase order {truth.number}", f"Order date: {truth.issued_on}",
             f"Customer: {truth.buyer.name}", f"Supplier: {truth.seller.name}",
             f"Currency: {truth.currency}", ""]  # fmt: skip
    for index, x in enumerate(truth.lines, 1):
        parts += [f"Item {index}", f"  Part no.: {x.seller_code}", f"  Description: {x.name}",
                  f"  Quantity: {x.quantity} {x.unit}", f"  Unit price: {x.price}",
                  f"  Delivery date: {x.due_on}", ""]  # fmt: skip
    _, answer = compose(
        truth, Style(columns=("code", "name", "quantity", "unit", "price", "due")), chance
    )
    return Sample("txt", "\n".join(parts).encode("utf-16"), answer)


def text_nul(chance: Random) -> Sample:
    """NUL bytes, zero-width blanks and a very long description."""
    _, paper, answer = _paper(chance, "en", Style(columns=BASIC), lines=2)
    paper.notes.append("Remark\x00: \u202eevil\u202c " + "very long remark " * 60)
    return Sample("txt", text(paper).encode(), answer)


def text_confirmation(chance: Random) -> Sample:
    """A seller's confirmation."""
    paper, _ = not_orders.lookalike(chance, "en", "confirmation")
    return Sample("txt", text(paper).encode(), only("order_response"))


def text_revised(chance: Random) -> Sample:
    """A revised order says so."""
    _, paper, _ = _paper(chance, "en", Style(columns=BASIC), title="PURCHASE ORDER - CHANGE ORDER")
    paper.fields.append(("Revision", "2"))
    paper.preface.append("This change order replaces all earlier versions of our order.")
    return Sample("txt", text(paper).encode(), only("order_change"))


def text_cancel(chance: Random) -> Sample:
    """The whole order is cancelled."""
    truth = make_truth(chance, "en", lines=2)
    lines = ["ORDER CANCELLATION", f"Order number: {truth.number}", f"Date: {truth.issued_on}",
             f"From: {truth.buyer.name}", f"To: {truth.seller.name}",
             "We hereby cancel the above purchase order in full.",
             *(f"{x.seller_code}  {x.name}  {x.quantity} {x.unit}" for x in truth.lines)]  # fmt: skip
    return Sample("txt", "\n".join(lines).encode(), only("order_cancellation"))


def text_wrong_sum(chance: Random) -> Sample:
    """The printed total is not the sum of the amounts."""
    _, paper, answer = _paper(chance, "en", Style(columns=BASIC))
    paper.totals = [(paper.totals[0][0], f"{Decimal(99999):,.2f}")]
    paper.table.rows.append(Row("note", ["Goods remain property of the seller until paid"]))
    return Sample("txt", text(paper).encode(), answer)


def _named(*functions: Make) -> dict[str, Make]:
    return {getattr(f, "__name__", "").partition("_")[2]: f for f in functions}


XLSX = _named(xlsx_serials, xlsx_many, xlsx_codes, xlsx_invoice, xlsx_discount)
XLS = _named(xls_basic, xls_chinese, xls_no_prices)
CSV = _named(csv_flat, csv_flat_two_chinese, csv_sheet_tabs, csv_sheet_chinese)
DOCX = _named(docx_table, docx_chinese, docx_struck, docx_quotation)
TEXT = _named(text_erp, text_no_colons, text_blocks, text_nul, text_confirmation, text_revised,
              text_cancel, text_wrong_sum)  # fmt: skip
