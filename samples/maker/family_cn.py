"""Chinese purchase orders as PDF, workbook and text."""

from dataclasses import replace
from random import Random

from . import not_orders
from .draw_office import Sheet, cells, text, values, xlsx
from .draw_pdf import SERIF, Look, pdf, prose
from .paper import Row, Style, compose, grouped, two_header_rows
from .sample import Make, Sample, only
from .truth import make_truth
from .words import DATE_STYLES, write_number

BASIC = ("line", "code", "name", "spec", "unit", "quantity", "price", "amount", "due")
TAXED = (
    "line",
    "code",
    "name",
    "spec",
    "quantity",
    "unit",
    "price_with_tax",
    "price",
    "amount",
    "due",
)


def pdf_contract(chance: Random) -> Sample:
    """购销合同 with parties at the sides, total in capitals."""
    truth = make_truth(chance, "zh", currency="CNY")
    style = Style(columns=BASIC, dates="zh")
    paper, answer = compose(truth, style, chance, title="购销合同")
    paper.notes += ["一、质量要求：按国家标准执行。", "二、违约责任：逾期每天按合同总额 0.5% 支付违约金。",
                    "三、本合同一式两份，传真件有效。"]  # fmt: skip
    return Sample("pdf", pdf(paper, Look(size=8.5)), answer)


def pdf_tax_both(chance: Random) -> Sample:
    """With tax and without tax, side by side."""
    truth = make_truth(chance, "zh", currency="CNY")
    style = Style(columns=TAXED, dates="slash_ymd", header_due=False)
    words = {"col_price": "不含税单价", "col_amount": "价税合计"}
    paper, answer = compose(truth, style, chance, **words)
    return Sample("pdf", pdf(paper, Look(landscape=True, font=SERIF, rules="grid", size=8)), answer)


def pdf_letterhead(chance: Random) -> Sample:
    """Buyer only above the title; supplier boxed; no lines; ¥ in cells."""
    truth = make_truth(chance, "zh", currency="CNY")
    style = Style(columns=("line", "name", "spec", "quantity", "price", "amount"), dates="zh_wide",
                  buyer_in="letterhead", sign="¥", currency_field=False, header_due=True,
                  unit_in_quantity=True)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    return Sample("pdf", pdf(paper, Look(rules="none", fields="plain", parties="stacked")), answer)


def pdf_two_pages(chance: Random) -> Sample:
    """36 lines over two pages with 承前页."""
    truth = make_truth(chance, "zh", currency="CNY", lines=36)
    style = Style(
        columns=("line", "code", "name", "quantity", "unit", "price", "amount"), dates="iso"
    )
    paper, answer = compose(truth, style, chance)
    look = Look(rows_per_page=20, carried="承前页 / 过次页", size=8.5, rules="horizontal")
    return Sample("pdf", pdf(paper, look), answer)


def pdf_prose(chance: Random) -> Sample:
    """No table, one article in sentences."""
    truth = make_truth(chance, "zh", currency="CNY", lines=1)
    line = truth.lines[0]
    quantity = write_number(line.quantity, "english", 0)
    due = DATE_STYLES["zh"](line.due_on or truth.due_on)
    lines = [
        "采购函", f"致：{truth.seller.name}", f"采购单号：{truth.number}。订单日期：{truth.issued_on}。",
        f"我司（需方：{truth.buyer.name}）向贵司采购以下货物：",
        f"产品名称：{line.name}，数量：{quantity} {line.unit}，单价：¥{line.price:,.2f}，交货日期：{due}。",
        f"总金额：¥{line.amount:,.2f}。付款方式：月结 60 天。",
    ]  # fmt: skip
    answer = {
        "doc_type": "order", "order_number": truth.number, "issue_date": str(truth.issued_on),
        "currency": "CNY", "buyer": {"name": truth.buyer.name},
        "lines": [{"description": line.name, "quantity": str(line.quantity), "unit": line.unit,
                   "unit_price": str(line.price), "due_date": str(line.due_on)}],
    }  # fmt: skip
    return Sample("pdf", prose(lines), answer)


def pdf_near_numbers(chance: Random) -> Sample:
    """Contract, quotation and requisition numbers beside the order number; two dates."""
    truth = make_truth(chance, "zh", currency="CNY")
    style = Style(columns=BASIC, dates="dot_ymd", ship_to=True)
    paper, answer = compose(truth, style, chance, number="采购订单号", date="订单日期")
    near = truth.numbers_near
    paper.fields.insert(0, ("报价单号", near["quotation"]))
    paper.fields.insert(1, ("打印日期", "2026.12.30"))
    paper.fields += [("框架合同号", near["contract"]), ("请购单号", near["requisition"])]
    return Sample("pdf", pdf(paper, Look(fields="inline", size=8.5, wide_mixed=True)), answer)


def xlsx_typed(chance: Random) -> Sample:
    """Real numbers and dates; the table begins in the third column."""
    truth = make_truth(chance, "zh", currency="CNY")
    paper, answer = compose(truth, Style(columns=BASIC, dates="iso"), chance)
    rows = cells(paper, Sheet(side=2), values(truth.lines, paper.table.keys))
    return Sample("xlsx", xlsx(rows), answer)


def xlsx_texts(chance: Random) -> Sample:
    """Everything as text with units in quantities, groups, wide digits in fields in one row."""
    truth = make_truth(chance, "zh", currency="CNY", lines=6)
    style = Style(columns=("line", "buyer_code", "seller_code", "name", "quantity", "price", "amount"),
                  unit_in_quantity=True, dates="zh")  # fmt: skip
    paper, answer = compose(truth, style, chance)
    grouped(paper, ["A类：五金件", "B类：包装材料"], 3)
    return Sample(
        "xlsx", xlsx(cells(paper, Sheet(fields_in_row=True, parties_beside=False))), answer
    )


def xlsx_two_headers(chance: Random) -> Sample:
    """Two header rows in two languages; discount; 备注 rows."""
    truth = make_truth(chance, "zh", currency="USD")
    lines = [replace(line, discount=chance.choice((0, 5))) for line in truth.lines]
    truth = truth.with_lines(*lines)
    style = Style(
        columns=("line", "code", "name", "quantity", "unit", "price", "discount", "amount")
    )
    paper, answer = compose(truth, style, chance)
    two_header_rows(paper, {"line": "No.", "code": "Code", "name": "Description", "quantity": "Qty",
                            "unit": "Unit", "price": "Unit price", "amount": "Amount"})  # fmt: skip
    paper.table.rows.append(Row("note", ["备注：外箱贴条码，每箱不超过 15 公斤"]))
    return Sample("xlsx", xlsx(cells(paper, Sheet(), values(lines, paper.table.keys))), answer)


def txt_table(chance: Random) -> Sample:
    """Aligned text in GB18030."""
    truth = make_truth(chance, "zh", currency="CNY")
    paper, answer = compose(truth, Style(columns=BASIC, dates="slash_ymd"), chance)
    return Sample("txt", text(paper, gap=3).encode("gb18030"), answer)


def txt_bare_rows(chance: Random) -> Sample:
    """Rows without any header, as copied out of a chat; no currency, no date."""
    truth = make_truth(chance, "zh", currency="CNY", lines=3)
    lines = [f"供方：{truth.seller.name}", f"需方：{truth.buyer.name}", f"订单编号：{truth.number}"]
    lines += [
        f"{i} {x.seller_code} {x.name} {x.quantity} {x.unit} {x.price} {x.amount} "
        f"{DATE_STYLES['slash_ymd'](x.due_on or truth.due_on)}"
        for i, x in enumerate(truth.lines, 1)
    ]  # fmt: skip
    style = Style(columns=("line", "code", "name", "quantity", "unit", "price", "amount", "due"),
                  currency_field=False)  # fmt: skip
    _, answer = compose(truth, style, chance)
    return Sample("txt", "\n".join(lines).encode(), answer | {"issue_date": None})


def txt_fields(chance: Random) -> Sample:
    """One article, one label per line, full-width digits."""
    truth = make_truth(chance, "zh", currency="CNY", lines=1)
    line = truth.lines[0]
    pairs = [
        ("客户名称", truth.buyer.name), ("客户采购单号", truth.number),
        ("订单日期", DATE_STYLES["zh"](truth.issued_on)), ("币别", "人民币"),
        ("物料号", line.seller_code), ("品名", line.name),
        ("数量", f"{write_number(line.quantity, 'wide', 0)} {line.unit}"),
        ("含税单价", write_number(line.price_with_tax, "wide", 2)),
        ("交货日期", DATE_STYLES["zh_wide"](line.due_on or truth.due_on)),
    ]  # fmt: skip
    style = Style(
        columns=("code", "name", "unit", "quantity", "price_with_tax", "due"), seller_named=False
    )
    _, answer = compose(truth, style, chance)
    return Sample(
        "txt", "\n".join(f"{k}：{v}" for k, v in [("销售订单", ""), *pairs]).encode(), answer
    )


def not_order(kind: str) -> Make:
    """发票 and the like."""

    def make(chance: Random) -> Sample:
        paper, _ = not_orders.lookalike(chance, "zh", kind)
        return Sample("pdf", pdf(paper, Look()), only(not_orders.doc_type(kind)))

    return make


def notice(chance: Random) -> Sample:
    """A holiday notice with dates and quantities."""
    return Sample("txt", "\n".join(not_orders.NEWSLETTER).encode(), only("not_an_order"))


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        pdf_contract, pdf_tax_both, pdf_letterhead, pdf_two_pages, pdf_prose, pdf_near_numbers,
        xlsx_typed, xlsx_texts, xlsx_two_headers, txt_table, txt_bare_rows, txt_fields, notice,
    )
} | {f"not_{kind}": not_order(kind) for kind in ("invoice", "quotation", "statement", "rfq",
                                                  "delivery")}  # fmt: skip
