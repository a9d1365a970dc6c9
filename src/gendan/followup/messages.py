"""Ready words for whoever is waited for: a letter in the other side's language.

These are letters, not screens: which language they are written in depends on who reads them, not on
who sends them, so both versions stand here side by side and not in the translations.
"""

import datetime as dt
from dataclasses import dataclass

from gendan.followup.models import Milestone, Party
from gendan.kernel import clock
from gendan.partners.models import Partner

# A party that needs no company to be asked speaks the language of the works.
OWN_LANGUAGE = "zh"


@dataclass(frozen=True)
class Chase:
    """What a message needs to know."""

    order_number: str
    their_number: str
    step_en: str
    step_zh: str
    due_on: dt.date  # the agreed day
    latest_on: dt.date  # later than this and the order's date moves
    promised_on: dt.date
    to: str  # a name to greet, or empty
    sender: str
    is_overdue: bool
    is_customer: bool


_ENGLISH = """Dear {to},

Regarding order {order}: the next step is “{step}”{due}.
{why}
Could you please let us know by when we can expect it?
If anything is missing from our side, tell us and we will see to it at once.

Thank you and best regards
{sender}"""

_CHINESE = """{to}：

您好！关于订单{order}，目前进行到“{step}”{due}。
{why}
烦请告知预计完成日期；如需我方配合，请随时说明，我们立即处理。

谢谢！
{sender}"""


def in_language(chase: Chase, language: str) -> str:
    """The message in Chinese or, for every other language, in English."""
    return _chinese(chase) if language.startswith("zh") else _english(chase)


def _english(chase: Chase) -> str:
    order = chase.order_number
    if chase.their_number:
        whose = "your No." if chase.is_customer else "customer's No."
        order += f" ({whose} {chase.their_number})"
    due = f", planned for {_day(chase.due_on)}"
    if chase.is_overdue:
        due = f", which was planned for {_day(chase.due_on)}"
    if chase.latest_on < clock.today():
        why = f"The shipment planned for {_day(chase.promised_on)} already depends on every day."
    else:
        why = (
            f"To keep the shipment on {_day(chase.promised_on)} we need it by "
            f"{_day(chase.latest_on)} at the latest."
        )
    return _ENGLISH.format(
        to=chase.to or "Sir or Madam",
        order=order,
        step=chase.step_en or chase.step_zh,
        due=due,
        why=why,
        sender=chase.sender,
    )


def _chinese(chase: Chase) -> str:
    order = chase.order_number
    if chase.their_number:
        order += f"（{'贵司' if chase.is_customer else '客户'}单号 {chase.their_number}）"
    due = f"，{'原计划' if chase.is_overdue else '计划'}{_day(chase.due_on)}完成"
    if chase.latest_on < clock.today():
        why = f"原定{_day(chase.promised_on)}的交期已受影响，每一天都很关键。"
    else:
        why = f"为保证{_day(chase.promised_on)}的交期，最迟需在{_day(chase.latest_on)}前完成。"
    return _CHINESE.format(
        to=chase.to or "您好",
        order=order,
        step=chase.step_zh or chase.step_en,
        due=due,
        why=why,
        sender=chase.sender,
    ).replace("您好：\n\n您好！", "您好！\n\n")


def _day(day: dt.date) -> str:
    return day.isoformat()


def for_milestone(milestone: Milestone, sender: str = "") -> str:
    """The ready message to the party an open milestone waits for.

    Reads milestone.journey.order with customer and contact, and waiting_partner: select them.
    """
    journey = milestone.journey
    order = journey.order
    partner = addressee(milestone)
    due_on = milestone.revised_on or milestone.planned_on
    contact = order.contact if milestone.waiting_for == Party.CUSTOMER else None
    chase = Chase(
        order_number=order.number,
        their_number=order.customer_order_number,
        step_en=milestone.name_en,
        step_zh=milestone.name_zh,
        due_on=due_on,
        latest_on=milestone.latest_on,
        promised_on=journey.target_on,
        to=contact.name if contact else (partner.name if partner else ""),
        sender=sender or str(order.merchandiser or ""),
        is_overdue=due_on < clock.today(),
        is_customer=milestone.waiting_for == Party.CUSTOMER,
    )
    return in_language(chase, partner.language if partner else OWN_LANGUAGE)


def addressee(milestone: Milestone) -> Partner | None:
    """The company that is waited for, where it is one and is known."""
    if milestone.waiting_for == Party.CUSTOMER:
        return milestone.journey.order.customer
    return milestone.waiting_partner
