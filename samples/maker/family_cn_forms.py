"""More Chinese orders: tax columns, cartons, seals, contracts that begin with the seller."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from .draw_office import Sheet, cells, text, values, xlsx
from .draw_pdf import Look, pdf
from .paper import Row, Style, compose
from .sample import Make, Sample
from .truth import make_truth

BASIC = ("line", "code", "name", "spec", "quantity", "unit", "price", "amount")


def pdf_tax_columns(chance: Random) -> Sample:
    """税率, 税额 and 价税合计 after the price without tax."""
    truth = make_truth(chance, "zh", currency="CNY", lines=4)
    words = {"col_price": "未税单价", "col_amount": "未税金额"}
    paper, answer = compose(truth, Style(columns=BASIC, dates="slash_ymd"), chance, **words)
    paper.table.keys += ["rate", "tax", "gross"]
    paper.table.header[0] += ["税率", "税额", "价税合计"]
    for row, line in zip(paper.table.rows, truth.lines, strict=True):
        tax = (line.amount * 13 / 100).quantize(Decimal("0.01"))
        row.cells += ["13%", f"{tax:,.2f}", f"{line.amount + tax:,.2f}"]
    paper.totals = []
    return Sample("pdf", pdf(paper, Look(landscape=True)), answer)


def pdf_seller_first(chance: Random) -> Sample:
    """The seller stands first, seals and names at the foot, date at the end."""
    truth = make_truth(chance, "zh", currency="CNY")
    paper, answer = compose(
        truth, Style(columns=BASIC, dates="zh"), chance, title="工矿产品购销合同"
    )
    paper.parties.reverse()
    when = paper.fields.pop(1)
    paper.notes += ["一、验收标准：按图纸。", "二、运输方式及费用：供方承担。", "三、违约责任：按合同法执行。",
                    f"需方（盖章）：{truth.buyer.name}　代表人：陈静", f"供方（盖章）：{truth.seller.name}　代表人：王强",
                    f"签订日期：{when[1]}"]  # fmt: skip
    return Sample("pdf", pdf(paper, Look(parties="inline", size=9)), answer)


def pdf_remarks(chance: Random) -> Sample:
    """A column of remarks with numbers; a blank filler row; no grid."""
    truth = make_truth(chance, "zh", currency="CNY", lines=5)
    paper, answer = compose(truth, Style(columns=BASIC, header_due=True, dates="iso"), chance)
    paper.table.keys.append("remark")
    paper.table.header[0].append("备注")
    for row in paper.table.rows:
        row.cells.append(chance.choice(("每箱50个", "按2025版图纸", "", "分2批交货", "急")))
    paper.table.rows.append(Row("sum", ["", "", "以下空白", "", "", "", "", "", ""]))
    return Sample(
        "pdf", pdf(paper, Look(rules=chance.choice(("horizontal", "none")), size=8.5)), answer
    )


def xlsx_cartons(chance: Random) -> Sample:
    """箱数 and 每箱数量 before 总数量."""
    truth = make_truth(chance, "zh", currency="CNY", lines=4)
    lines = [replace(x, quantity=Decimal(48 * (5 + i))) for i, x in enumerate(truth.lines)]
    truth = truth.with_lines(*lines)
    style = Style(
        columns=("line", "code", "name", "quantity", "unit", "price", "amount"), dates="iso"
    )
    paper, answer = compose(truth, style, chance, col_quantity="总数量")
    real = values(truth.lines, paper.table.keys)
    paper.table.keys[3:3] = ["ctn", "per"]
    paper.table.header[0][3:3] = ["箱数", "每箱数量"]
    for index, row in enumerate(paper.table.rows):
        row.cells[3:3] = [str(5 + index), "48"]
    return Sample("xlsx", xlsx(cells(paper, Sheet(), real)), answer)


def xlsx_bilingual(chance: Random) -> Sample:
    """Headings in both languages in one cell; labels with and without colon."""
    truth = make_truth(chance, "zh", currency="USD", lines=4)
    words = {"number": "合同号 Contract No.", "date": "日期 Date", "buyer": "买方 Buyer",
             "seller": "卖方 Seller", "col_name": "品名 Description", "col_quantity": "数量 Quantity",
             "col_price": "单价 Unit Price", "col_amount": "金额 Amount", "col_code": "货号 Item No."}  # fmt: skip
    style = Style(columns=("code", "name", "quantity", "unit", "price", "amount"), header_due=True)
    paper, answer = compose(truth, style, chance, **words)
    return Sample("xlsx", xlsx(cells(paper, Sheet(parties_beside=False))), answer)


def txt_bracket_labels(chance: Random) -> Sample:
    """【labels】 in brackets, articles as numbered sentences."""
    truth = make_truth(chance, "zh", currency="CNY", lines=3)
    style = Style(columns=("code", "name", "quantity", "unit", "price", "due"), currency_field=False,
                  sign="¥")  # fmt: skip
    _, answer = compose(truth, style, chance)
    parts = [f"【采购单号】{truth.number}", f"【下单日期】{truth.issued_on}", f"【需方】{truth.buyer.name}",
             f"【供方】{truth.seller.name}"]  # fmt: skip
    parts += [
        f"{i}、{x.name}（料号 {x.seller_code}），数量 {x.quantity} {x.unit}，单价 ¥{x.price}，交期 {x.due_on}；"
        for i, x in enumerate(truth.lines, 1)
    ]
    return Sample("txt", "\n".join(parts).encode(), answer)


def txt_supplement(chance: Random) -> Sample:
    """Total in capitals only proves the sum; freight as a line of its own; GBK."""
    truth = make_truth(chance, "zh", currency="CNY", lines=4)
    paper, answer = compose(truth, Style(columns=BASIC, dates="dot_ymd"), chance)
    paper.totals[:0] = [("运费", "300.00"), ("优惠", "-300.00")]
    return Sample("txt", text(paper, gap=4, rule="-").encode("gbk"), answer)


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        pdf_tax_columns, pdf_seller_first, pdf_remarks, xlsx_cartons, xlsx_bilingual,
        txt_bracket_labels, txt_supplement,
    )
}  # fmt: skip
