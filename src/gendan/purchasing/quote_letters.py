"""The mails about requests for quotation, in each supplier's language."""

import datetime as dt
from collections.abc import Sequence

from gendan.purchasing.letters import Letter, Reader
from gendan.purchasing.models import QuotationLine, RequestForQuotation

MOST_NAMED_LINES = 20


def asking_letter(
    rfq: RequestForQuotation, reader: Reader, lines: Sequence[QuotationLine], *, is_reminder: bool
) -> Letter:
    """Please quote until a day, on the page behind the link; or: we still hope to hear of you."""
    day = rfq.answer_by_on.isoformat()
    if reader.is_chinese:
        head = "询价单提醒" if is_reminder else "询价单"
        subject = f"{head}{rfq.number}，请于{day}前报价"
        opening = (
            f"我们尚未收到您对询价单{rfq.number}的报价，报价截止日为{day}。如无法报价，也请告知。"
            if is_reminder
            else f"请您于{day}前就询价单{rfq.number}的以下物料报价："
        )
        link = (
            f"请在以下页面填写报价，无需登录；截止日前可随时修改：\n{reader.url}\n"
            "链接仅供您本人使用。"
        )
    else:
        subject = f"{'Reminder: r' if is_reminder else 'R'}equest for quotation {rfq.number}, "
        subject += f"please answer by {day}"
        opening = (
            f"we have not received your quotation for {rfq.number} yet; it can be given until "
            f"{day}. If you cannot quote, please let us know."
            if is_reminder
            else f"please quote for the following until {day} (our number {rfq.number}):"
        )
        link = (
            "Please enter your quotation here, without signing in; you can change it until that "
            f"day:\n{reader.url}\nThe link is for you alone."
        )
    told = "" if is_reminder else _told(lines, reader)
    return Letter(subject, whole(reader, [opening, told, rfq.remark, link]))


def thanks_letter(rfq: RequestForQuotation, reader: Reader, text: str = "") -> Letter:
    """Somebody else was chosen; `text` takes the place of the ready words."""
    words = text or thanks_words(rfq.number, is_chinese=reader.is_chinese)
    subject = (
        f"询价单{rfq.number}：感谢您的报价"
        if reader.is_chinese
        else f"Request for quotation {rfq.number}: thank you for your offer"
    )
    return Letter(subject, whole(reader, [words]))


def cancel_letter(rfq: RequestForQuotation, reader: Reader) -> Letter:
    """Nothing is bought by it: nobody need go on reckoning."""
    if reader.is_chinese:
        subject = f"询价单{rfq.number}已取消"
        words = f"询价单{rfq.number}已取消，无需再报价。给您添麻烦了，敬请谅解。"
    else:
        subject = f"Request for quotation {rfq.number} is cancelled"
        words = (
            f"our request for quotation {rfq.number} is cancelled; please do not spend more time "
            "on it. We are sorry for the trouble."
        )
    return Letter(subject, whole(reader, [words]))


def withdrawn_letter(rfq: RequestForQuotation, reader: Reader) -> Letter:
    """This supplier is no longer asked; the others still are."""
    if reader.is_chinese:
        subject = f"询价单{rfq.number}：无需再报价"
        words = f"询价单{rfq.number}已不再需要贵司报价。给您添麻烦了，敬请谅解，期待下次合作。"
    else:
        subject = f"Request for quotation {rfq.number}: no quotation needed any more"
        words = (
            f"we no longer need your quotation for {rfq.number}; please do not spend more time "
            "on it. We are sorry for the trouble and hope to ask you again next time."
        )
    return Letter(subject, whole(reader, [words]))


def day_letter(rfq: RequestForQuotation, reader: Reader, before: dt.date) -> Letter:
    """The last day to quote is another one; the newer link works until then."""
    day, was = rfq.answer_by_on.isoformat(), before.isoformat()
    if reader.is_chinese:
        subject = f"询价单{rfq.number}：报价截止日改为{day}"
        words = f"询价单{rfq.number}的报价截止日由{was}改为{day}。"
        link = f"请在以下页面填写或修改报价，无需登录：\n{reader.url}\n链接仅供您本人使用。"
    else:
        subject = f"Request for quotation {rfq.number}: please answer by {day}"
        words = f"the last day to quote for {rfq.number} is {day} now; it was {was}."
        link = (
            "You can enter or change your quotation here, without signing in:\n"
            f"{reader.url}\nThe link is for you alone."
        )
    return Letter(subject, whole(reader, [words, link]))


def thanks_words(number: str, *, is_chinese: bool) -> str:
    """The ready words for those who were not chosen."""
    if is_chinese:
        return (
            f"感谢您对询价单{number}的报价。经比较，本次我们选择了其他供应商，"
            "希望下次有机会与您合作。"
        )
    return (
        f"thank you for your quotation for {number}. This time we have chosen another offer. "
        "We appreciate your work and hope to do business with you next time."
    )


def whole(reader: Reader, parts: Sequence[str]) -> str:
    """A mail with salutation and signature around its parts."""
    body = "\n\n".join(part for part in parts if part)
    if reader.is_chinese:
        return f"{reader.name or '尊敬的供应商'}：\n\n您好！{body}\n\n谢谢！\n{reader.sender}"
    return f"Dear {reader.name or 'Sir or Madam'},\n\n{body}\n\nBest regards\n{reader.sender}"


def _told(lines: Sequence[QuotationLine], reader: Reader) -> str:
    rows = []
    for line in lines[:MOST_NAMED_LINES]:
        item = line.item
        name = line.description
        if item is not None:
            own = item.name_zh if reader.is_chinese else item.name_en
            name = f"{item.code} {own or item.name_en or item.name_zh}"
        day = line.needed_on.isoformat()
        when = f"需求日{day}" if reader.is_chinese else f"needed on {day}"
        rows.append(f"{line.position}. {name}: {line.quantity.normalize():f} {line.unit}, {when}")
    if len(lines) > MOST_NAMED_LINES:
        rows.append("…")
    return "\n".join(rows)
