"""The record of an acceptance as a PDF: who accepted which document, when, from where."""

from typing import Any

from gendan.contracts.models import Acceptance, PaperKind
from gendan.contracts.papers.render import render
from gendan.kernel import clock, company

_TO_THE_SECOND = "%Y-%m-%d %H:%M:%S"
_KINDS = {
    PaperKind.PROFORMA.value: "Proforma invoice 形式发票",
    PaperKind.CONTRACT.value: "Sales contract 销售合同",
}


def make_record(acceptance: Acceptance) -> bytes:
    """The PDF, in English and Chinese at once like the paper itself."""
    return render(
        "acceptance_record", _content(acceptance), at=acceptance.accepted_at.replace(microsecond=0)
    )


def _content(acceptance: Acceptance) -> dict[str, Any]:
    paper, sending = acceptance.paper, acceptance.sending
    names: dict[str, str] = company.value("company_name")
    at = acceptance.accepted_at
    rows: list[tuple[str, str]] = [
        (
            "Document 文件",
            f"{_KINDS.get(paper.kind, paper.kind)} {paper.number}, version 第{paper.version}版",
        ),
        ("Customer 客户", str(paper.order.customer)),
        ("Customer's order 客户单号", paper.order.customer_order_number or "–"),
        ("Total 金额", f"{paper.currency} {paper.total:,}"),
        ("Accepted by 确认人", acceptance.name),
        ("Link sent to 链接发送至", sending.to_email if sending else "–"),
        ("Accepted on 确认日期", acceptance.accepted_on.isoformat()),
        (
            "Time 时间",
            f"{at.astimezone(clock.zone()):{_TO_THE_SECOND}} ({clock.zone().key})",
        ),
        ("Address 网络地址", acceptance.address or "–"),
        ("Browser 浏览器", acceptance.user_agent or "–"),
        ("SHA-256", acceptance.sha256),
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
