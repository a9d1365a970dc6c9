"""The record of an acceptance as a PDF: who accepted which document, when, from where."""

from typing import Any

from gendan.contracts.models import Acceptance, PaperKind
from gendan.contracts.typesetting import SANS, typeset
from gendan.kernel import clock, company

_SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: 2.2cm)
#set text(font: ("%(font)s", "Libertinus Serif"), size: 10pt, lang: "en")
#text(size: 9pt, fill: luma(35%%))[#data.company]
#v(0.4cm)
#text(size: 16pt)[#data.title]
#v(0.1cm)
#text(size: 9pt, fill: luma(35%%))[#data.subtitle]
#v(0.5cm)
#table(
  columns: (5cm, 1fr), stroke: (x: none, y: 0.4pt + luma(75%%)), inset: (x: 0pt, y: 7pt),
  ..data.rows.map(row => (
    text(fill: luma(35%%), row.at(0)),
    if row.at(2) { text(size: 8pt, font: "DejaVu Sans Mono", row.at(1)) } else { row.at(1) },
  )).flatten()
)
#v(0.6cm)
#text(size: 9pt)[#data.closing]
""" % {"font": SANS}

_KINDS = {
    PaperKind.PROFORMA.value: "Proforma invoice 形式发票",
    PaperKind.CONTRACT.value: "Sales contract 销售合同",
}


def make_record(acceptance: Acceptance) -> bytes:
    """The PDF, in English and Chinese at once like the paper itself."""
    return typeset(_SOURCE, _content(acceptance))


def _content(acceptance: Acceptance) -> dict[str, Any]:
    paper, sending = acceptance.paper, acceptance.sending
    names: dict[str, str] = company.value("company_name")
    at = acceptance.accepted_at
    rows: list[tuple[str, str, bool]] = [
        (
            "Document 文件",
            f"{_KINDS.get(paper.kind, paper.kind)} {paper.number}, version 第{paper.version}版",
            False,
        ),
        ("Customer 客户", str(paper.order.customer), False),
        ("Customer's order 客户单号", paper.order.customer_order_number or "–", False),
        ("Total 金额", f"{paper.currency} {paper.total:,}", False),
        ("Accepted by 确认人", acceptance.name, False),
        ("Link sent to 链接发送至", sending.to_email if sending else "–", False),
        ("Accepted on 确认日期", acceptance.accepted_on.isoformat(), False),
        (
            "Time 时间",
            f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S} ({clock.zone().key})"
            f" = {at:%Y-%m-%d %H:%M:%S} UTC",
            False,
        ),
        ("Address 网络地址", acceptance.address or "–", False),
        ("Browser 浏览器", acceptance.user_agent or "–", False),
        ("SHA-256", acceptance.sha256, True),
    ]
    return {
        "company": " ".join(part for part in (names.get("en"), names.get("zh")) if part),
        "title": "Record of acceptance 确认记录",
        "subtitle": f"{paper.number} · {paper.order.number}",
        "rows": rows,
        "closing": (
            "The person named above has read the document through a link sent to the address "
            "given above, has typed the name, has ticked that the document is accepted, and has "
            "sent it. The SHA-256 value identifies the PDF file of the document exactly. "
            "上述人员通过发送至上述邮箱的链接阅读了该文件，输入姓名并勾选确认后提交。"
            "SHA-256 值唯一对应该文件的 PDF。"
        ),
    }
