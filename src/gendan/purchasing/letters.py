"""The mails to suppliers, in their language: the order, decisions, chasers, cancellation."""

from collections.abc import Sequence
from dataclasses import dataclass

from gendan.purchasing.models import PurchaseOrder, SupplierReturn


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to be sent."""

    subject: str
    text: str


@dataclass(frozen=True)
class Reader:
    """Who reads it, in which language; `url` is the page behind the link, "" for none."""

    name: str
    language: str
    sender: str
    url: str = ""
    until: str = ""

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese."""
        return self.language.startswith("zh")


_LINK_EN = """
You can answer here, without signing in:
{url}
The link is for you alone and is good until {until}.
"""
_LINK_ZH = """
您可以在以下页面答复，无需登录：
{url}
链接仅供您本人使用，有效期至{until}。
"""


def order_letter(
    order: PurchaseOrder, reader: Reader, *, changes: Sequence[dict[str, str]], message: str
) -> Letter:
    """The mail with the PDF and the link: a new order, or a new version of one."""
    is_new = order.version <= 1
    if reader.is_chinese:
        opening = (
            f"附件为采购订单{order.number}，请查收，并逐行确认数量和交期。"
            if is_new
            else f"采购订单{order.number}已变更为第{order.version}版，请重新确认。变更内容："
        )
        subject = (
            f"采购订单{order.number}，请确认"
            if is_new
            else f"采购订单{order.number}已变更（第{order.version}版），请重新确认"
        )
        told = "\n".join(f"· {one['zh']}" for one in changes)
    else:
        opening = (
            f"please find attached our purchase order {order.number} and confirm quantity and date "
            "of each line."
            if is_new
            else f"our purchase order {order.number} is changed (version {order.version}); please "
            "confirm it again. What is different:"
        )
        subject = (
            f"Purchase order {order.number}, please confirm"
            if is_new
            else f"Purchase order {order.number} changed (version {order.version})"
        )
        told = "\n".join(f"- {one['en']}" for one in changes)
    return Letter(subject, _whole(reader, opening, told, message))


def decision_letter(order: PurchaseOrder, reader: Reader, *, line: str, day: str, quantity: str,
                    is_accepted: bool, reason: str) -> Letter:  # fmt: skip
    """What we say to what the supplier proposed for a line."""
    if reader.is_chinese:
        opening = (
            f"采购订单{order.number}第{line}行：我们同意您提出的交期{day}、数量{quantity}。"
            if is_accepted
            else f"采购订单{order.number}第{line}行：很抱歉，我们不能接受交期{day}、数量"
            f"{quantity}。请按订单交货，或提出更早的交期。"
        )
        subject = f"采购订单{order.number}第{line}行：{'已同意' if is_accepted else '请再确认'}"
    else:
        opening = (
            f"purchase order {order.number}, line {line}: we agree to {quantity} on {day}."
            if is_accepted
            else f"purchase order {order.number}, line {line}: we are sorry, {quantity} on {day} "
            "is not possible for us. Please deliver as ordered, or tell us an earlier day."
        )
        subject = f"Purchase order {order.number}, line {line}: " + (
            "agreed" if is_accepted else "please confirm again"
        )
    return Letter(subject, _whole(reader, opening, reason, ""))


def parts_letter(order: PurchaseOrder, reader: Reader, rows: Sequence[str]) -> Letter:
    """A line is to come in several dated parts: please confirm them."""
    mark = "· " if reader.is_chinese else "- "
    told = "\n".join(mark + row for row in rows)
    if reader.is_chinese:
        subject = f"采购订单{order.number}：分批交货，请确认"
        opening = f"采购订单{order.number}请按以下批次和日期分批交货，并逐行确认："
    else:
        subject = f"Purchase order {order.number}: deliveries in parts, please confirm"
        opening = (
            f"please deliver our purchase order {order.number} in these parts, and confirm each "
            "line:"
        )
    return Letter(subject, _whole(reader, opening, told, ""))


def air_letter(order: PurchaseOrder, reader: Reader, *, line: str, day: str) -> Letter:
    """The goods of a line are to fly."""
    if reader.is_chinese:
        subject = f"采购订单{order.number}第{line}行：请改为空运"
        opening = f"采购订单{order.number}第{line}行请改为空运"
        opening += f"，我们预计{day}到货。" if day else "。"
    else:
        subject = f"Purchase order {order.number}, line {line}: please send it by air"
        opening = f"please send line {line} of our purchase order {order.number} by air"
        opening += f"; we expect it on {day}." if day else "."
    return Letter(subject, _whole(reader, opening, "", ""))


def rest_letter(order: PurchaseOrder, reader: Reader, *, line: str, reason: str) -> Letter:
    """What has not been delivered of a line is no longer wanted."""
    if reader.is_chinese:
        subject = f"采购订单{order.number}第{line}行：余量取消"
        opening = f"很抱歉，采购订单{order.number}第{line}行未交的数量我们不再需要，请停止备货。"
        told = f"原因：{reason}"
    else:
        subject = f"Purchase order {order.number}, line {line}: the rest is cancelled"
        opening = (
            f"we are sorry: what has not been delivered of line {line} of our purchase order "
            f"{order.number} is no longer wanted; please stop working on it."
        )
        told = f"Reason: {reason}"
    return Letter(subject, _whole(reader, opening, told, ""))


def end_letter(order: PurchaseOrder, reader: Reader, *, is_cancelled: bool, reason: str) -> Letter:
    """The order is cancelled, or nothing more is to come of it."""
    if reader.is_chinese:
        opening = (
            f"很抱歉，我们取消采购订单{order.number}，请停止备货。"
            if is_cancelled
            else f"采购订单{order.number}已结案，未交数量不再需要。"
        )
        subject = f"采购订单{order.number}：{'取消' if is_cancelled else '结案'}"
        told = f"原因：{reason}"
    else:
        opening = (
            f"we are sorry to cancel our purchase order {order.number}; please stop working on it."
            if is_cancelled
            else f"our purchase order {order.number} is closed; what has not been delivered is no "
            "longer wanted."
        )
        subject = f"Purchase order {order.number}: " + ("cancelled" if is_cancelled else "closed")
        told = f"Reason: {reason}"
    return Letter(subject, _whole(reader, opening, told, ""))


def return_letter(
    order: PurchaseOrder, reader: Reader, document: SupplierReturn, rows: Sequence[str]
) -> Letter:
    """Goods come back, with a note: for others by a day, or for a credit note."""
    is_credit = document.outcome == SupplierReturn.Outcome.CREDIT
    number, receipt = document.number, document.receipt.number
    if reader.is_chinese:
        opening = f"采购订单{order.number}的以下货物不合格，现予退货，退货单{number}见附件。"
        wish = (
            f"请开具红字发票（贷项）{document.credit} {document.currency}。"
            if is_credit
            else f"请于{document.due_on}前补货。"
        )
        told = [*(f"· {row}" for row in rows), f"原因：{document.reason}", wish]
        subject = f"退货单{number}（采购订单{order.number}，收货单{receipt}）"
    else:
        opening = (
            f"these goods of our purchase order {order.number} are not as they should be and "
            f"come back to you; return note {number} is attached."
        )
        wish = (
            f"Please send a credit note of {document.credit} {document.currency}."
            if is_credit
            else f"Please replace them by {document.due_on}."
        )
        told = [*(f"- {row}" for row in rows), f"Reason: {document.reason}", wish]
        subject = f"Return {number} (purchase order {order.number}, receipt {receipt})"
    return Letter(subject, _whole(reader, opening, "\n".join(told), ""))


def chaser_letter(
    order: PurchaseOrder, reader: Reader, *, why: str, rows: Sequence[str], message: str = ""
) -> Letter:
    """Asking about lines: `why` is unconfirmed, step, near or late; `rows` name the lines."""
    opening = message or chaser_words(order, why, reader.is_chinese)
    mark = "· " if reader.is_chinese else "- "
    told = "\n".join(mark + row for row in rows)
    number = order.number
    if reader.is_chinese:
        subject = {
            "unconfirmed": f"采购订单{number}：请确认交期",
            "step": f"采购订单{number}：请告知进度",
            "near": f"采购订单{number}：交期临近",
            "late": f"采购订单{number}：已逾期，请告知交期",
        }[why]
    else:
        subject = {
            "unconfirmed": f"Purchase order {number}: please confirm",
            "step": f"Purchase order {number}: how far are you?",
            "near": f"Purchase order {number}: due soon",
            "late": f"Purchase order {number}: overdue, please tell us the day",
        }[why]
    return Letter(subject, _whole(reader, opening, told, ""))


def chaser_words(order: PurchaseOrder, why: str, is_chinese: bool) -> str:
    """The ready first sentence of a chaser."""
    number = order.number
    if is_chinese:
        return {
            "unconfirmed": f"我们尚未收到您对采购订单{number}的确认，烦请确认以下各行：",
            "step": f"采购订单{number}的以下工序已到计划日期，烦请告知进度：",
            "near": f"采购订单{number}的以下各行即将到期，请确认能否按期交货：",
            "late": f"采购订单{number}的以下各行已过交期，请告知何时交货：",
        }[why]
    return {
        "unconfirmed": f"we have not received your confirmation of purchase order {number} yet. "
        "Could you please confirm quantity and date of these lines?",
        "step": f"these steps of purchase order {number} should be done by now. Could you please "
        "tell us how far you are?",
        "near": f"these lines of purchase order {number} are due soon. Will they be in time?",
        "late": f"these lines of purchase order {number} are overdue. Could you please tell us "
        "when they will be delivered?",
    }[why]


def _whole(reader: Reader, opening: str, told: str, message: str) -> str:
    link = ""
    if reader.url:
        link = (_LINK_ZH if reader.is_chinese else _LINK_EN).format(
            url=reader.url, until=reader.until
        )
    parts = [opening, told, message, link.strip("\n")]
    body = "\n\n".join(part for part in parts if part)
    if reader.is_chinese:
        return f"{reader.name or '尊敬的供应商'}：\n\n您好！{body}\n\n谢谢！\n{reader.sender}"
    return f"Dear {reader.name or 'Sir or Madam'},\n\n{body}\n\nBest regards\n{reader.sender}"
