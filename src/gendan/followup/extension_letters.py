"""The letter that asks for a later date, with its evidence: in the customer's language."""

import datetime as dt

from gendan.followup.extension_evidence import Case, Cited, LateWait
from gendan.orders.models import Order

_ENGLISH = """Dear {to},

Regarding order {order}, promised for {promised}.

We must tell you that we can no longer keep this date. The following steps waited for you longer \
than was planned or asked for:

{waits}

Overlapping days are counted once: together {days}.

For your reference, what was said and done:

{cited}

{effect}We therefore ask you to agree to the new date {proposed}.
Could you please confirm it?

Best regards
{sender}"""

_CHINESE = """{to}：

您好！关于订单{order}，原定交期为{promised}。

很遗憾，该交期已无法保证。以下事项等待贵司的时间超过了计划或约定的时间：

{waits}

重叠的日期只计一次，合计{days}。

有关往来记录如下：

{cited}

{effect}因此，恳请贵司同意将交期调整为{proposed}。
烦请确认，谢谢！

{sender}"""


def letter_of(
    order: Order, case: Case, *, to: str, sender: str, language: str, proposed_on: dt.date
) -> str:
    """The ready letter; whoever sends it may change every word."""
    is_chinese = language.startswith("zh")
    theirs = order.customer_order_number
    if is_chinese:
        name = order.number + (f"（贵司单号 {theirs}）" if theirs else "")
        greeting = to or "尊敬的客户"
        days = f"{case.customer_days}个工作日"
        effect = f"其中{case.effect_days}个工作日直接影响交期。" if case.effect_days else ""
    else:
        name = order.number + (f" (your No. {theirs})" if theirs else "")
        greeting = to or "Sir or Madam"
        days = _working_days(case.customer_days)
        moved = _working_days(case.effect_days)
        effect = f"Of these, {moved} move the delivery.\n" if case.effect_days else ""
    return (_CHINESE if is_chinese else _ENGLISH).format(
        to=greeting,
        order=name,
        promised=case.promised_on.isoformat(),
        waits="\n".join(_wait(one, is_chinese) for one in case.waits) or "–",
        days=days,
        cited="\n".join(f"- {one.on}: {_said(one, is_chinese)}" for one in case.cited) or "–",
        effect=effect,
        proposed=proposed_on.isoformat(),
        sender=sender,
    )


def subject_of(order: Order, proposed_on: dt.date, language: str) -> str:
    """The subject of its mail."""
    theirs = order.customer_order_number
    if language.startswith("zh"):
        whose = f"（贵司单号 {theirs}）" if theirs else ""
        return f"订单{order.number}{whose}：申请交期调整为{proposed_on}"
    whose = f" (your No. {theirs})" if theirs else ""
    return f"{order.number}{whose}: request for a new delivery date, {proposed_on}"


def _wait(one: LateWait, is_chinese: bool) -> str:
    if is_chinese:
        end = f"至{one.until}" if one.is_over else f"至今（{one.until}）"
        return (
            f"- {one.name_zh}：自{one.since}等待贵司，应于{one.expected}前完成，"
            f"{end}，超过{one.working_days}个工作日"
        )
    end = f"until {one.until}" if one.is_over else f"still open on {one.until}"
    return (
        f"- {one.name_en}: with you since {one.since}, expected by {one.expected}, {end}: "
        f"{_working_days(one.working_days)} longer"
    )


def _said(one: Cited, is_chinese: bool) -> str:
    data = one.data
    step = (
        (data.get("name_zh") or data.get("name_en"))
        if is_chinese
        else (data.get("name_en") or data.get("name_zh"))
    )
    text = " ".join(str(data.get("text", "")).split())[:160]
    words = _CHINESE_WORDS if is_chinese else _ENGLISH_WORDS
    return words[one.fact].format(
        position=data.get("position", ""),
        text=text,
        answer=" ".join(str(data.get("answer", "")).split())[:160],
        due=data.get("due_on", ""),
        step=step or "",
        expected=data.get("expected_on", ""),
        number=data.get("number", ""),
    )


_ENGLISH_WORDS = {
    "QuestionAsked": "question {position} asked, answer requested by {due}: “{text}”",
    "QuestionReminded": "reminder of question {position}",
    "QuestionAnswered": "question {position} answered: “{answer}”",
    "MilestoneChased": "we asked you about “{step}”",
    "MilestoneExpected": "you told us “{step}” would be done on {expected}",
    "MilestoneReached": "“{step}” done",
    "PaperSent": "{number} sent to you for acceptance",
    "PaperAccepted": "{number} accepted",
}
_CHINESE_WORDS = {
    "QuestionAsked": "提出问题{position}，请于{due}前答复：“{text}”",
    "QuestionReminded": "就问题{position}再次提醒",
    "QuestionAnswered": "贵司答复问题{position}：“{answer}”",
    "MilestoneChased": "我们就“{step}”向贵司询问",
    "MilestoneExpected": "贵司告知“{step}”将于{expected}完成",
    "MilestoneReached": "“{step}”完成",
    "PaperSent": "{number}发送贵司确认",
    "PaperAccepted": "{number}已确认",
}


def _working_days(count: int) -> str:
    return f"{count} working day" if count == 1 else f"{count} working days"
