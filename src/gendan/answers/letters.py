"""The mails that bring an answer to the customer, or take it back, in the customer's language."""

from collections.abc import Sequence
from typing import Any

from gendan.answers import words
from gendan.answers.models import Verdict
from gendan.answers.words import Both
from gendan.contracts.letters import Letter

# Longer answers name in the mail what is not simply accepted; the PDF has every line.
MOST_LINES = 40

_FORMS = {
    "": Both("Our order response is attached as PDF.", "订单回复见附件PDF。"),
    "ubl": Both(
        "Our order response is attached as PDF, and for your system as UBL OrderResponse.",
        "订单回复见附件PDF，并附供贵司系统读取的UBL OrderResponse文件。",
    ),
    "edifact": Both(
        "Our order response is attached as PDF, and for your system as EDIFACT ORDRSP.",
        "订单回复见附件PDF，并附供贵司系统读取的EDIFACT ORDRSP文件。",
    ),
    "x12": Both(
        "Our order response is attached as PDF, and for your system as X12 855.",
        "订单回复见附件PDF，并附供贵司系统读取的X12 855文件。",
    ),
}
_ENGLISH = """Dear {to},

{message}thank you for your order {theirs}{ours}. {whole}{replaces}

{lines}

{files}

Best regards
{sender}"""
_CHINESE = """{to}：

您好！{message}感谢贵司订单{theirs}{ours}。{whole}{replaces}

{lines}

{files}

谢谢！
{sender}"""
_BACK_ENGLISH = """Dear {to},

we take back our answer {number} to your order {theirs}: {reason}

Please do not rely on it; you will hear from us.

Best regards
{sender}"""
_BACK_CHINESE = """{to}：

您好！我司撤回对贵司订单{theirs}的回复{number}：{reason}

请勿再以该回复为准，我司将另行回复。

谢谢！
{sender}"""


def answering(
    said: Any,
    *,
    number: str,
    to: str,
    sender: str,
    message: str,
    form: str,
    replaces: str,
    language: str,
) -> Letter:
    """The mail with the answer; `said` is an Answer with its lines listed, or a Prepared."""
    is_chinese = language.startswith("zh")
    text = (_CHINESE if is_chinese else _ENGLISH).format(
        to=to or _nobody(is_chinese),
        message=f"{message}\n\n" if message else "",
        theirs=said.order_number,
        ours=_ours(said.our_number, is_chinese),
        whole=words.WHOLE[said.verdict].in_language(language),
        replaces=_replaces(replaces, language),
        lines="\n".join(_lines(list(said.lines), language)),
        files=_FORMS[form].in_language(language),
        sender=sender,
    )
    subject = (
        f"订单回复{number}（贵司单号{said.order_number}）"
        if is_chinese
        else f"Order response {number} to your order {said.order_number}"
    )
    return Letter(subject, text)


def taking_back(
    *, number: str, theirs: str, to: str, reason: str, sender: str, language: str
) -> Letter:
    """The mail that says that an answer no longer holds."""
    is_chinese = language.startswith("zh")
    text = (_BACK_CHINESE if is_chinese else _BACK_ENGLISH).format(
        to=to or _nobody(is_chinese), number=number, theirs=theirs, reason=reason, sender=sender
    )
    subject = f"撤回订单回复{number}" if is_chinese else f"Taken back: order response {number}"
    return Letter(subject, text)


def _nobody(is_chinese: bool) -> str:
    return "尊敬的客户" if is_chinese else "Sir or Madam"


def _ours(number: str, is_chinese: bool) -> str:
    if not number:
        return ""
    return f"（我司单号{number}）" if is_chinese else f" (our number {number})"


def _replaces(number: str, language: str) -> str:
    if not number:
        return ""
    space = "" if language.startswith("zh") else " "
    return space + words.REPLACES.in_language(language).format(number=number)


def _lines(lines: Sequence[Any], language: str) -> list[str]:
    is_chinese = language.startswith("zh")
    if len(lines) <= MOST_LINES:
        return [_line(line, language) for line in lines]
    other = [line for line in lines if line.verdict != Verdict.ACCEPTED]
    simply = len(lines) - len(other)
    found = [_line(line, language) for line in other[:MOST_LINES]]
    if len(other) > MOST_LINES:
        more = len(other) - MOST_LINES
        found.append(
            f"另有{more}行有变更或不接受，见附件。"
            if is_chinese
            else f"{more} more lines are changed or not accepted, see the attachment."
        )
    if simply:
        found.append(
            f"其余{simply}行按贵司订单接受。"
            if is_chinese
            else f"The other {simply} lines are accepted as ordered."
        )
    return found


def _line(line: Any, language: str) -> str:
    """One line in one row: number, article, verdict, what we deliver when, why."""
    is_chinese = language.startswith("zh")
    article = " ".join(part for part in (line.buyer_code or line.seller_code,) if part)
    head = f"{line.line_no}  {article or line.description[:60]}"
    parts = [words.VERDICTS[line.verdict].in_language(language)]
    if line.verdict != Verdict.REJECTED:
        parts.append(f"{words.number(line.quantity)} {line.our_unit or line.unit}".strip())
        if line.promised_on:
            parts.append(
                f"交期{line.promised_on}" if is_chinese else f"delivery {line.promised_on}"
            )
    why = words.reason(line, language)
    colon, comma = ("：", "，") if is_chinese else (": ", ", ")
    row = f"{head}{colon}{comma.join(parts)}"
    if not why:
        return row
    return f"{row}（{why}）" if is_chinese else f"{row} ({why})"
