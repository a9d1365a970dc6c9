"""Making orders from drafts, or refusing them."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from gendan.intake.draft_data import Data, lines_of, value_at
from gendan.intake.events import DraftAccepted, DraftRefused
from gendan.intake.models import Draft, Incoming
from gendan.intake.queries import is_order, open_doubts, twins_of_many
from gendan.intake.services.correcting import correct_draft, learn_codes
from gendan.intake.services.refusals import (
    DraftIsDoubtful,
    DraftIsIncomplete,
    NotAnOrder,
    NothingSaid,
    locked_draft,
)
from gendan.intake.services.working import finish_incoming
from gendan.intake.words import company_name, language_of, polite_reply
from gendan.kernel import journal
from gendan.kernel.errors import DomainError
from gendan.kernel.mail import write_mail
from gendan.kernel.models import Mail, User
from gendan.kernel.service import service
from gendan.orders.entry import LineData, OrderData
from gendan.orders.models import Order
from gendan.orders.services import attach_to_order, draft_order
from gendan.partners.models import Incoterm, PaymentTerms

LONGEST_REPLY = 10_000
_INCOTERM = re.compile(rf"\b({'|'.join(Incoterm.values)})\b[\s,:]*(.*)$", re.IGNORECASE)
_EDITION = re.compile(r"[\s(,]*(?:incoterms?\W*)?(?:2010|2020)\)?\s*$", re.IGNORECASE)


@service(gettext_lazy("Accept the draft"))
def accept_draft(
    *,
    draft_id: int,
    revision: int | None = None,
    confirmed_doubts: Iterable[str] = (),
    allow_duplicate: bool = False,
    corrections: Mapping[str, Any] | None = None,
    by: User | None,
) -> Order:
    """Make the order: with channel, taker and time, the original attached, what was learned kept.

    `corrections` are the last ones, given in the same breath: arguments of correct_draft. Refused
    while values are doubtful that nobody has corrected or named in `confirmed_doubts`, while the
    customer or an item is missing, and when the customer's number is here already (unless
    `allow_duplicate`).
    """
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("accept_draft")
    if corrections:
        draft = correct_draft(draft_id=draft_id, **corrections, by=by)
        draft.step("accept_draft")
    _refuse_what_is_no_order(draft)
    _refuse_incomplete(draft)
    confirmed = set(confirmed_doubts)
    refuse_doubtful(draft, confirmed)
    order = draft_order(
        order=head_of(incoming, draft),
        lines=_lines_of(draft),
        allow_duplicate=allow_duplicate,
        by=by,
    )
    draft.order = order
    draft.corrected = sorted(set(draft.corrected) | confirmed)
    draft.revision += 1
    draft.save()
    attach_to_order(
        order_id=order.pk,
        content=incoming.file,
        name=incoming.file_name,
        kind="original",
        by=by,
    )
    learn_codes(draft, by=by)
    journal.record(
        DraftAccepted(
            draft_id=draft.pk,
            number=incoming.number,
            order_id=order.pk,
            order_number=order.number,
            confirmed=sorted(confirmed),
        ),
        about=[incoming, order],
        by=by,
    )
    finish_if_decided(incoming, by)
    return order


@service(gettext_lazy("Accept all that are certain"))
def accept_certain_drafts(*, incoming_ids: Iterable[int], by: User) -> list[Order]:
    """Make the orders of all drafts of these documents in which nothing is doubtful or missing.

    The others stay as they are: doubtful ones, changes, second orders of a number, mails that do
    not prove who sent them, what somebody else works on, and whatever accepting alone refuses.
    """
    drafts = list(
        Draft.objects.filter(
            incoming_id__in=list(incoming_ids),
            incoming__state=Incoming.State.READ,
            state=Draft.State.OPEN,
        )
        .filter(Q(incoming__worked_on_by=None) | Q(incoming__worked_on_by=by))
        .select_related("customer", "incoming")
        .order_by("incoming_id", "position")
    )
    twins = twins_of_many(drafts)
    orders = []
    for draft in drafts:
        if draft.pk in twins or not is_certain(draft):
            continue
        with suppress(DomainError), transaction.atomic():  # one that is refused stays in the queue
            orders.append(accept_draft(draft_id=draft.pk, revision=draft.revision, by=by))
    if not orders:
        raise DraftIsDoubtful(_("No draft here is free of doubts; look at them one by one."))
    return orders


@service(gettext_lazy("Refuse the draft"))
def refuse_draft(
    *,
    draft_id: int,
    reason: str,
    reply: str = "",
    send_reply: bool = False,
    revision: int | None = None,
    by: User | None,
) -> Draft:
    """Say that no order is made from this, and why; the document and the reason are kept.

    `reply` is what the sender is told (a polite text in their language when it is empty); with
    `send_reply` it goes to the address the document came from, as an answer to their mail.
    """
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("refuse_draft")
    words = " ".join(reason.replace("\x00", "").split())
    if not words:
        raise NothingSaid(_("Say why no order is made from this."), field="reason")
    draft.refusal = words[:500]
    draft.reply = _reply_text(draft, reply)
    if send_reply:
        draft.mail = _send_reply(incoming, draft, by)
    draft.revision += 1
    draft.save()
    journal.record(
        DraftRefused(
            draft_id=draft.pk,
            number=incoming.number,
            reason=draft.refusal,
            told=incoming.sender_address if draft.mail else "",
        ),
        about=incoming,
        by=by,
    )
    finish_if_decided(incoming, by)
    return draft


def _reply_text(draft: Draft, given: str) -> str:
    text = given.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_REPLY:
        raise NothingSaid(_("This text is too long."), field="reply")
    return text or polite_reply(draft, company_name(language_of(draft)))


def _send_reply(incoming: Incoming, draft: Draft, by: User | None) -> Mail:
    """An answer below the sender's own mail; only ever to the address it came from."""
    if not incoming.sender_address:
        raise NothingSaid(
            _("The document came without an address; copy the answer instead."), field="send_reply"
        )
    with override(language_of(draft)):
        number = value_at(draft.data, "order_number")
        subject = _("your order %(number)s") % {"number": number} if number else _("your message")
    return write_mail(
        to=[incoming.sender_address],
        subject=incoming.subject or subject,
        text=draft.reply,
        about=incoming,
        kind="reply",
        answers=incoming.message_id,
        by=by,
    )


def is_certain(draft: Draft) -> bool:
    """Whether the draft can become an order without anybody looking at it."""
    if not is_order(draft.data) or open_doubts(draft):
        return False
    if draft.incoming.is_sender_confirmed is False:
        return False
    return not _missing(draft)


def finish_if_decided(incoming: Incoming, by: User | None) -> None:
    """The last draft is decided: the document leaves the queue."""
    if not incoming.drafts.filter(state=Draft.State.OPEN).exists():
        finish_incoming(incoming_id=incoming.pk, by=by)


def _refuse_what_is_no_order(draft: Draft) -> None:
    if is_order(draft.data):
        return
    kind = draft.data.get("doc_type")
    if kind == "order_change":
        raise NotAnOrder(
            _("This changes an order we have: carry it into that order, or put it aside.")
        )
    if kind == "order_cancellation":
        raise NotAnOrder(
            _("This cancels an order we have: carry it into that order, or put it aside.")
        )
    raise NotAnOrder(
        _("This document is no order. If it is one all the same, change its kind to “order” first.")
    )


def _missing(draft: Draft) -> list[tuple[str, str]]:
    """What an order cannot be made without: (field, sentence)."""
    found = []
    if draft.customer_id is None:
        found.append(("customer", _("Choose the customer first.")))
    lines = list(lines_of(draft.data))
    if not lines:
        found.append(("lines", _("The draft has no lines.")))
    for number, (index, line) in enumerate(lines, 1):
        if not _has_item(draft, index):
            found.append(
                (f"lines.{index}.item", _("Line %(line)s: choose the item.") % {"line": number})
            )
        if not _has_quantity(line):
            found.append(
                (
                    f"lines.{index}.quantity",
                    _("Line %(line)s: enter the quantity.") % {"line": number},
                )
            )
    return found


def _has_item(draft: Draft, index: int) -> bool:
    matches = draft.matches.get("lines") or []
    return index < len(matches) and bool(matches[index].get("id"))


def _has_quantity(line: Data) -> bool:
    return bool(line.get("quantity")) and Decimal(line["quantity"]) > 0


def is_complete(draft: Draft, index: int) -> bool:
    """Whether a line of the draft has what an order's line cannot be without."""
    return _has_item(draft, index) and _has_quantity(draft.data["lines"][index])


def _refuse_incomplete(draft: Draft) -> None:
    missing = _missing(draft)
    if missing:
        words = " ".join(sentence for _field, sentence in missing[:5])
        if len(missing) > 5:
            words += " " + _("And %(more)s more.") % {"more": len(missing) - 5}
        raise DraftIsIncomplete(
            words, field=missing[0][0], fields=[field for field, _sentence in missing]
        )


def refuse_doubtful(draft: Draft, confirmed: set[str]) -> None:
    """Refuse while values are doubtful that nobody has corrected or confirmed."""
    fields = list(dict.fromkeys(doubt.field for doubt in open_doubts(draft)))
    left = [field for field in fields if field not in confirmed]
    if left:
        raise DraftIsDoubtful(
            _("%(many)s values are doubtful and nobody has looked at them yet.")
            % {"many": len(left)},
            field=left[0],
            fields=left,
        )


def head_of(incoming: Incoming, draft: Draft) -> OrderData:
    """The head of the order a draft becomes."""
    data = draft.data
    incoterm, place = read_incoterm(value_at(data, "incoterm"))
    terms = value_at(data, "payment_terms")
    known_terms = _payment_terms(terms) if terms else None
    remarks = []
    if terms and known_terms is None:
        remarks.append(_("Payment terms in the document: %(terms)s") % {"terms": terms})
    if any(line.get("price_includes_tax") for _index, line in lines_of(data)):
        remarks.append(_("The prices of the document include tax."))
    if draft.customer_id is None:
        raise AssertionError("checked before")
    return OrderData(
        customer_id=draft.customer_id,
        customer_order_number=(value_at(data, "order_number") or "")[:80],
        channel=incoming.channel,
        received_at=incoming.received_at,
        ordered_on=_day(data, "issue_date"),
        currency=value_at(data, "currency") or "",
        incoterm=incoterm or None,
        incoterm_place=place or None,
        payment_terms_id=known_terms,
        requested_on=_day(data, "requested_delivery"),
        remark="\n".join(remarks),
    )


def _lines_of(draft: Draft) -> list[LineData]:
    return [line_of(draft, index) for index, _line in lines_of(draft.data)]


def line_of(draft: Draft, index: int) -> LineData:
    """The line of the order that a line of the draft becomes."""
    match, line = draft.matches["lines"][index], draft.data["lines"][index]
    description = line.get("description") or ""
    if line.get("specification"):
        description = f"{description} {line['specification']}".strip()
    return LineData(
        quantity=line["quantity"],
        item_id=match["id"],
        customer_code=(line.get("buyer_code") or "")[:80],
        unit=match.get("unit") or "",
        unit_price=line.get("unit_price"),
        price_per=line.get("price_base_quantity") if line.get("unit_price") else None,
        discount_percent=line.get("discount_percent"),
        requested_on=_day(line, "due_date"),
        description=description[:500],
    )


def read_incoterm(text: str | None) -> tuple[str, str]:
    """ "FOB Ningbo, Incoterms 2020" → ("FOB", "Ningbo"); nothing known gives empty texts."""
    found = _INCOTERM.search(text or "")
    if not found:
        return "", ""
    return found[1].upper(), _EDITION.sub("", found[2]).strip(" ,.;()")[:80]


def _payment_terms(text: str) -> int | None:
    wanted = text.strip().casefold()
    for terms in PaymentTerms.objects.all():
        if wanted in {terms.code.casefold(), terms.name_en.casefold(), terms.name_zh.casefold()}:
            return terms.pk
    return None


def _day(data: Data, path: str) -> dt.date | None:
    """ISO text as a date; what the reader could not date stays out."""
    text = value_at(data, path)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise DomainError(_("“%(text)s” is not a date.") % {"text": text}, field=path) from None
