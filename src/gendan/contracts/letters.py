"""The mails that bring a paper to the customer, in the customer's language."""

import datetime as dt
from dataclasses import dataclass

from gendan.contracts.models import Paper, PaperKind

_ENGLISH = """Dear {to},

{message}Please find attached our {kind} {number}{order}.

You can read it, accept it or ask for a change here, without signing in:
{url}
The link is for you alone and is good until {until}.

Best regards
{sender}"""

_CHINESE = """{to}：

您好！{message}附件为{kind}{number}{order}，请查收。

您可以在以下页面阅读并确认，或提出修改意见，无需登录：
{url}
链接仅供您本人使用，有效期至{until}。

谢谢！
{sender}"""

_THANKS_ENGLISH = """Dear {to},

thank you: our {kind} {number}{order} was accepted by {name} on {day}.

Attached you find the document and the record of its acceptance for your files.

Best regards
{sender}"""

_THANKS_CHINESE = """{to}：

您好！{kind}{number}{order}已由{name}于{day}确认，谢谢！

附件为该文件及确认记录，请存档。

{sender}"""

_KINDS = {
    PaperKind.PROFORMA.value: ("proforma invoice", "形式发票"),
    PaperKind.CONTRACT.value: ("sales contract", "销售合同"),
}


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to be sent."""

    subject: str
    text: str


def invitation(
    paper: Paper, *, to: str, sender: str, url: str, until: dt.date, message: str, language: str
) -> Letter:
    """The mail with the paper and the link."""
    is_chinese = language.startswith("zh")
    kind = _KINDS[paper.kind][is_chinese]
    text = (_CHINESE if is_chinese else _ENGLISH).format(
        to=to or ("尊敬的客户" if is_chinese else "Sir or Madam"),
        message=f"{message}\n\n" if message else "",
        kind=kind,
        number=paper.number,
        order=_order(paper, is_chinese),
        url=url,
        until=until.isoformat(),
        sender=sender,
    )
    subject = (
        f"请确认{kind}{paper.number}（第{paper.version}版）"
        if is_chinese
        else f"Please accept our {kind} {paper.number} (version {paper.version})"
    )
    return Letter(subject, text)


def thanks(paper: Paper, *, to: str, name: str, on: dt.date, sender: str, language: str) -> Letter:
    """The mail that brings the record after the acceptance."""
    is_chinese = language.startswith("zh")
    kind = _KINDS[paper.kind][is_chinese]
    text = (_THANKS_CHINESE if is_chinese else _THANKS_ENGLISH).format(
        to=to or ("尊敬的客户" if is_chinese else "Sir or Madam"),
        kind=kind,
        number=paper.number,
        order=_order(paper, is_chinese),
        name=name,
        day=on.isoformat(),
        sender=sender,
    )
    subject = f"{kind}{paper.number}已确认" if is_chinese else f"Accepted: {kind} {paper.number}"
    return Letter(subject, text)


def _order(paper: Paper, is_chinese: bool) -> str:
    theirs = paper.order.customer_order_number
    if not theirs:
        return ""
    return f"（贵司单号 {theirs}）" if is_chinese else f" for your order {theirs}"
