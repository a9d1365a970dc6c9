"""An answer as files: what partners' systems read, and what is printed."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from django.utils.translation import gettext as _

from gendan.answers import words
from gendan.answers.models import Answer
from gendan.answers.prepare import Prepared
from gendan.answers.writer_words import unwritable_words
from gendan.contracts.papers import words as paper_words
from gendan.contracts.papers.render import render
from gendan.contracts.queries import letterhead
from gendan.engine.writing.papers import (
    AnsweredLine,
    OrderAnswer,
    Unwritable,
    Written,
    WrittenParty,
)
from gendan.engine.writing.papers import Format as WrittenFormat
from gendan.engine.writing.write import write_answer
from gendan.kernel import clock, company, files
from gendan.kernel.errors import Invalid

TEMPLATE = Path(__file__).parent / "papers" / "answer.typ"


class CannotBeWritten(Invalid):
    """A value of the order that the format of the customer's system cannot hold."""


def as_file(answer: Answer, form: str) -> Written:
    """An answer that was given, in the format of the customer's system. Raises CannotBeWritten."""
    return _written(_frozen(answer), form)


def prepared_as_file(
    now: Prepared, form: str, *, number: str, at: dt.datetime, language: str, note: str
) -> Written:
    """The same of one that is being given."""
    content = _order_answer(
        now, lines=now.lines, number=number, at=at, language=language, note=note
    )
    return _written(content, form)


def _written(content: OrderAnswer, form: str) -> Written:
    try:
        return write_answer(content, cast(WrittenFormat, form))
    except Unwritable as problem:
        raise CannotBeWritten(
            _("The file for the customer's system cannot be written: %(why)s")
            % {"why": unwritable_words(problem)},
            field="format",
        ) from problem


def as_pdf(now: Prepared, *, number: str, at: dt.datetime, message: str, replaces: str) -> bytes:
    """The order response as a PDF in both languages, on our letterhead."""
    head = letterhead()
    images = {}
    if head is not None and head.logo is not None:
        with files.open_file(head.logo) as stream:
            images["logo"] = stream.read()
    return render(TEMPLATE, printed(now, number, at, message, replaces), images=images, at=at)


def printed(
    now: Prepared, number: str, at: dt.datetime, message: str, replaces: str
) -> dict[str, Any]:
    """Everything the PDF shows, as plain data."""
    buyer = now.parties["buyer"]
    place = f"{buyer.get('postal_code', '')} {buyer.get('city', '')}".strip()
    customer = now.order.customer if now.order else now.draft.customer if now.draft else None
    return {
        "number": number,
        "date": clock.date_of(at).isoformat(),
        "seller": _seller(),
        "buyer": {
            "name": {"en": buyer["name"], "zh": customer.name_zh if customer else ""},
            "address": ", ".join(
                part for part in (buyer.get("street"), place, buyer.get("country")) if part
            ),
            "contact": now.recipient.name,
            "email": now.recipient.email,
        },
        "theirs": now.order_number,
        "ours": now.our_number,
        "ordered_on": now.ordered_on.isoformat() if now.ordered_on else "",
        "currency": now.currency,
        "whole": words.WHOLE[now.verdict].as_data(),
        "verdict": now.verdict,
        "replaces": words.Both(
            words.REPLACES.en.format(number=replaces), words.REPLACES.zh.format(number=replaces)
        ).as_data()
        if replaces
        else None,
        "message": message,
        "counts": now.counts,
        "lines": [_printed_line(line, now.currency) for line in now.lines],
    }


def note_of(message: str, replaces: str, language: str) -> str:
    """What stands at the head of a file: our own words, and which answer this one replaces."""
    first = words.REPLACES.in_language(language).format(number=replaces) if replaces else ""
    return " ".join(part for part in (first, " ".join(message.split())) if part)


def _printed_line(line: Any, currency: str) -> dict[str, Any]:
    is_rejected = line.verdict == "rejected"
    return {
        "no": line.line_no,
        "theirs": line.buyer_code,
        "ours": line.seller_code,
        "gtin": line.gtin,
        "description": line.description,
        "unit": line.our_unit or line.unit,
        "base": "" if line.price_base_quantity == 1 else words.number(line.price_base_quantity),
        "asked": {
            "quantity": "" if "added" in line.differences else words.number(line.asked_quantity),
            "price": price(line.asked_price, currency),
            "date": str(line.asked_on or ""),
        },
        "said": {
            "quantity": "" if is_rejected else words.number(line.quantity),
            "price": "" if is_rejected else price(line.unit_price, currency),
            "date": "" if is_rejected else str(line.promised_on or ""),
        },
        "differs": list(line.differences),
        "verdict": line.verdict,
        "word": words.VERDICTS[line.verdict].as_data(),
        "reasons": [one.as_data() for one in words.reasons(line)],
    }


def price(value: Decimal | None, currency: str) -> str:
    """A price as papers write it; plain where the document named no currency."""
    if value is None:
        return ""
    return paper_words.price(value, currency) if currency else words.number(value)


def _seller() -> dict[str, Any]:
    head = letterhead()
    if head is None:
        name = company.value("company_name")
        return {"name": {"en": name["en"], "zh": name["zh"]}}
    return {
        "name": {"en": head.name_en, "zh": head.name_zh},
        "address": {"en": head.address_en, "zh": head.address_zh},
        "signer": {"en": head.signer_en, "zh": head.signer_zh},
        "phone": head.phone,
        "fax": head.fax,
        "email": head.email,
        "website": head.website,
    }


def _frozen(answer: Answer) -> OrderAnswer:
    replaces = answer.previous.number if answer.previous else ""
    return _order_answer(
        answer,
        lines=answer.lines.all(),
        number=answer.number,
        at=answer.answered_at,
        language=answer.language,
        note=note_of(answer.message, replaces, answer.language),
    )


def _order_answer(
    said: Any, *, lines: Iterable[Any], number: str, at: dt.datetime, language: str, note: str
) -> OrderAnswer:
    """`said` is an Answer or a Prepared: both name the same things alike."""
    return OrderAnswer(
        number=number,
        verdict=said.verdict,
        order_number=said.order_number,
        our_number=said.our_number,
        answered_at=at,
        currency=said.currency,
        buyer=WrittenParty(**said.parties["buyer"]),
        seller=WrittenParty(**said.parties["seller"]),
        lines=tuple(_answered_line(line, language) for line in lines),
        ordered_on=said.ordered_on,
        note=note,
        exchange=said.exchange,
    )


def _answered_line(line: Any, language: str) -> AnsweredLine:
    is_plain = line.verdict == "accepted" and not line.note and not line.deliveries
    return AnsweredLine(
        line_no=line.line_no,
        verdict=line.verdict,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_base_quantity=line.price_base_quantity,
        promised_on=line.promised_on,
        asked_quantity=line.asked_quantity,
        asked_price=line.asked_price,
        asked_on=line.asked_on,
        buyer_code=line.buyer_code,
        seller_code=line.seller_code,
        gtin=line.gtin,
        note="" if is_plain else words.reason(line, language),
    )
