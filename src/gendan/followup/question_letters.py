"""The mails that ask and remind: in the customer's language, like all letters (messages.py)."""

import datetime as dt
from dataclasses import dataclass

from gendan.followup.effects import Effect
from gendan.followup.models import Question
from gendan.kernel import clock


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to be sent."""

    subject: str
    text: str


_ENGLISH = """Dear {to},

{opening}

{question}

{line}{due}{effect}
{address}
Best regards
{sender}"""

_CHINESE = """{to}：

您好！{opening}

{question}

{line}{due}{effect}
{address}
谢谢！
{sender}"""


def letter_of(
    question: Question, *, sender: str, url: str, effect: Effect | None, message: str = ""
) -> Letter:
    """The mail that asks; with `message`, words of our own in place of the first sentence.

    `url` is the page behind the link; "" for a preview, where no link exists yet.
    """
    is_chinese = question.language.startswith("zh")
    build = _chinese if is_chinese else _english
    return Letter(_subject(question, is_chinese), build(question, sender, url, effect, message))


def reminder_words(question: Question) -> str:
    """The ready first sentence of a reminder."""
    asked = clock.date_of(question.asked_at).isoformat()
    if question.language.startswith("zh"):
        return f"我们于{asked}向贵司提出了以下问题，目前尚未收到答复，烦请尽快回复。"
    return (
        f"On {asked} we asked you the question below and have not received your answer yet. "
        "Could you please answer it?"
    )


def _subject(question: Question, is_chinese: bool) -> str:
    order = question.order
    number = order.number
    theirs = order.customer_order_number
    if is_chinese:
        whose = f"（贵司单号 {theirs}）" if theirs else ""
        return f"订单{number}{whose}：问题{question.position}，请于{question.due_on}前答复"
    whose = f" (your No. {theirs})" if theirs else ""
    return f"{number}{whose}: question {question.position}, please answer by {question.due_on}"


def _english(question: Question, sender: str, url: str, effect: Effect | None, message: str) -> str:
    order = question.order
    theirs = order.customer_order_number
    name = order.number + (f" (your No. {theirs})" if theirs else "")
    return _ENGLISH.format(
        to=question.to_name or "Sir or Madam",
        opening=message or f"We have a question about your order {name}:",
        question=_quoted(question.text),
        line=f"It is about: {_line(question)}\n" if question.line else "",
        due=f"Please answer by {question.due_on.isoformat()}.",
        effect=_effect_english(effect),
        address=f"\nYou can answer here, without signing in:\n{url}\n" if url else "",
        sender=sender,
    )


def _chinese(question: Question, sender: str, url: str, effect: Effect | None, message: str) -> str:
    order = question.order
    theirs = order.customer_order_number
    name = order.number + (f"（贵司单号 {theirs}）" if theirs else "")
    return _CHINESE.format(
        to=question.to_name or "尊敬的客户",
        opening=message or f"关于贵司订单{name}，我们有一个问题需要确认：",
        question=_quoted(question.text),
        line=f"涉及：{_line(question)}\n" if question.line else "",
        due=f"请于{question.due_on.isoformat()}前答复。",
        effect=_effect_chinese(effect),
        address=f"\n您可以直接在此页面答复，无需登录：\n{url}\n" if url else "",
        sender=sender,
    )


def _effect_english(effect: Effect | None) -> str:
    if effect is None or effect.needed_on < clock.today():
        return ""
    return (
        f" The delivery on {_day(effect.target_on)} depends on it: each day after "
        f"{_day(effect.needed_on)} moves it."
    )


def _effect_chinese(effect: Effect | None) -> str:
    if effect is None or effect.needed_on < clock.today():
        return ""
    return (
        f"{_day(effect.target_on)}的交期取决于贵司的答复："
        f"{_day(effect.needed_on)}之后每晚一天，交期顺延一天。"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _line(question: Question) -> str:
    line = question.line
    if line is None:
        return ""
    known = [line.customer_code, line.description or line.item.code]
    return f"{line.position} · " + " · ".join(part for part in known if part)


def _day(day: dt.date) -> str:
    return day.isoformat()
