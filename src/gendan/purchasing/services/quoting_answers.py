"""What suppliers quote: by their own link, or written down by the buyer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal, links
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.money import LARGEST
from gendan.kernel.quantity import read_decimal
from gendan.kernel.service import service
from gendan.orders.services.reading import read_currency, read_day, read_price, read_text
from gendan.purchasing.events import SupplierDeclined, SupplierQuoted
from gendan.purchasing.models import (
    Invitation,
    QuotationLine,
    QuotedLine,
    RequestForQuotation,
)
from gendan.purchasing.services.answering import AnsweredMeanwhile
from gendan.purchasing.services.quoting_sharing import (
    about_rfq,
    invitation_of,
    lines_of_rfq,
    locked_rfq,
    said_of_rfq,
)
from gendan.purchasing.services.sharing import read_reason

MOST_FILES, MOST_BREAKS, MOST_LEAD_DAYS, LONGEST_NAME = 5, 10, 720, 120
State, Way = Invitation.State, Invitation.Way


class QuotingIsOver(DomainError):
    """A quote that comes after the last day, or after somebody else was chosen."""


@dataclass(frozen=True)
class QuoteRow:
    """What is quoted for a line: (from quantity, price) pairs in the line's unit, and when it
    comes: in so many of the supplier's working days, or on a day. Without prices: not quoted."""

    position: int
    breaks: Sequence[tuple[Decimal | str | None, Decimal | str | None]] = ()
    lead_days: int | str | None = None
    arrives_on: dt.date | str | None = None
    minimum: Decimal | str | None = None
    remark: str = ""


@dataclass(frozen=True)
class Quote:
    """A whole quote; `is_final`: it is submitted, else kept for the supplier alone."""

    rows: Sequence[QuoteRow]
    currency: str = ""
    valid_until_on: dt.date | str | None = None
    remark: str = ""
    is_final: bool = True


@service
def quote_by_link(
    *,
    token: str,
    quote: Quote,
    name: str = "",
    seen: int | None = None,
    given: Sequence[tuple[str, IO[bytes]]] = (),
    by: User | None = None,
) -> Invitation:
    """The supplier keeps or submits its quote; the token is the permission, for its own only.

    `seen` is how often something was kept when the page was drawn: of two at once, one looks again.
    A phone that did not hear us sends the same again, which says nothing new.
    """
    rfq, invitation, person = _behind(token, name)
    if _is_outdated(invitation, seen):
        _refuse_unless(_is_kept(rfq, invitation, quote))
        return invitation
    _take(rfq, invitation, quote, (Way.LINK, person), given, None)
    return invitation


@service
def decline_by_link(
    *, token: str, reason: str, name: str = "", seen: int | None = None, by: User | None = None
) -> Invitation:
    """The supplier does not quote, and says why; the token is the permission."""
    rfq, invitation, person = _behind(token, name)
    if _is_outdated(invitation, seen):
        is_same = invitation.decline_reason == reason.strip()
        _refuse_unless(is_same and invitation.state == State.DECLINED)
        return invitation
    _decline(rfq, invitation, reason, (Way.LINK, person), None)
    return invitation


@service(gettext_lazy("Write down a quote"))
def record_quote(
    *,
    rfq_id: int,
    supplier: str,
    quote: Quote | None = None,
    decline_reason: str = "",
    person: str = "",
    given: Sequence[tuple[str, IO[bytes]]] = (),
    by: User | None,
) -> Invitation:
    """What a supplier has told us by mail or phone: its quote, or that it does not quote."""
    rfq = locked_rfq(rfq_id)
    rfq.step("record_quote")
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("supplier")
    invitation = rows.filter(rfq=rfq, supplier__code=supplier.strip()[:60]).first()
    if invitation is None:
        raise NotThere(_("This supplier was not asked."))
    who = (Way.HAND, read_text(person, LONGEST_NAME, field="person") or invitation.to_name)
    if decline_reason:
        _decline(rfq, invitation, decline_reason, who, by)
    elif quote is None:
        raise Invalid(_("Nothing was given."))
    else:
        _take(rfq, invitation, quote, who, given, by)
    return invitation


def _behind(token: str, name: str) -> tuple[RequestForQuotation, Invitation, str]:
    """The request and the invitation behind a link, locked in this order, and who writes."""
    link = links.find_link(token)
    pk = invitation_of(link)
    rfq_id = Invitation.objects.filter(pk=pk).values_list("rfq_id", flat=True).first()
    rfq = locked_rfq(rfq_id or 0)
    links.find_link(token, lock=True)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("supplier")
    invitation = rows.get(pk=pk)
    if invitation.state == State.WITHDRAWN:
        raise QuotingIsOver(_("You are no longer asked to quote for this request."))
    if is_over(rfq):
        raise QuotingIsOver(_("This request is closed; nothing can be quoted or changed any more."))
    rfq.step("quote_by_link")
    return rfq, invitation, read_text(name, LONGEST_NAME, field="name") or link.name


def _is_outdated(invitation: Invitation, seen: int | None) -> bool:
    return seen is not None and seen != invitation.answers


def _refuse_unless(is_the_same: bool) -> None:
    if not is_the_same:
        raise AnsweredMeanwhile(
            _("Somebody has answered since you opened this page; please look at it again.")
        )


def _is_kept(rfq: RequestForQuotation, invitation: Invitation, quote: Quote) -> bool:
    """Whether just this quote is what we have already, submitted or kept as a draft."""
    lines = {line.position: line for line in lines_of_rfq(rfq)}
    head = (
        read_currency(quote.currency or rfq.currency),
        read_text(quote.remark, 1000, field="remark"),
        _day_to_come(quote.valid_until_on, "valid_until_on"),
        quote.is_final,
    )
    is_final = invitation.state == State.SUBMITTED
    kept = (invitation.currency, invitation.remark, invitation.valid_until_on, is_final)
    fields = ("line_id", "breaks", "lead_days", "arrives_on", "minimum", "remark")
    said = [
        tuple(getattr(one, name) for name in fields) for one in _read_rows(invitation, quote, lines)
    ]
    rows = QuotedLine.objects.filter(invitation=invitation).values_list(*fields)
    return head == kept and sorted(said, key=_first) == sorted(rows, key=_first)


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def is_over(rfq: RequestForQuotation) -> bool:
    """Whether suppliers can say nothing more."""
    return rfq.state != RequestForQuotation.State.SENT or rfq.answer_by_on < clock.today()


def _take(
    rfq: RequestForQuotation,
    invitation: Invitation,
    quote: Quote,
    who: tuple[str, str],
    given: Sequence[tuple[str, IO[bytes]]],
    by: User | None,
) -> None:
    if len(given) > MOST_FILES:
        raise Invalid(
            _("At most %(limit)s files go with an answer.") % {"limit": MOST_FILES}, field="files"
        )
    lines = {line.position: line for line in lines_of_rfq(rfq)}
    invitation.currency = read_currency(quote.currency or rfq.currency)
    invitation.remark = read_text(quote.remark, 1000, field="remark")
    invitation.valid_until_on = _day_to_come(quote.valid_until_on, "valid_until_on")
    quoted = _read_rows(invitation, quote, lines)
    if quote.is_final and not quoted:
        raise Invalid(_("Give a price for at least one line, or decline."), field="rows")
    if not quote.is_final and invitation.state == State.SUBMITTED:
        raise Invalid(_("Your quote has been submitted; submit it again when you change it."))
    invitation.step("quote_by_link" if quote.is_final else "keep_quote")
    invitation.decline_reason = ""
    QuotedLine.objects.filter(invitation=invitation).delete()
    QuotedLine.objects.bulk_create(quoted)
    for name, content in given:
        files.attach(content, name=name, about=invitation, by=by, kind="quote")
    _note(invitation, who, is_final=quote.is_final)
    if not quote.is_final:
        return  # the supplier's own until it is submitted: no fact
    way, person = who
    fact = SupplierQuoted(
        **said_of_rfq(rfq, lines.values()),
        supplier_id=invitation.supplier_id,
        supplier=str(invitation.supplier),
        person=person,
        way=way,
        lines=len(quoted),
    )
    about = about_rfq(rfq, lines.values(), invitation.supplier_id)
    journal.record(fact, about=about, by=by)


def _decline(
    rfq: RequestForQuotation,
    invitation: Invitation,
    reason: str,
    who: tuple[str, str],
    by: User | None,
) -> None:
    reason = read_reason(reason, _("Please say why you do not quote."))
    if invitation.state == State.DECLINED:
        raise Invalid(_("This has been declined already."))
    invitation.step("decline_by_link")
    invitation.decline_reason = reason
    QuotedLine.objects.filter(invitation=invitation).delete()
    _note(invitation, who, is_final=True)
    way, person = who
    lines = lines_of_rfq(rfq)
    fact = SupplierDeclined(
        **said_of_rfq(rfq, lines),
        supplier_id=invitation.supplier_id,
        supplier=str(invitation.supplier),
        person=person,
        way=way,
        reason=reason,
    )
    journal.record(fact, about=about_rfq(rfq, lines, invitation.supplier_id), by=by)


def _note(invitation: Invitation, who: tuple[str, str], *, is_final: bool) -> None:
    invitation.answers += 1
    if is_final:
        invitation.way, invitation.person = who
        invitation.answered_at = clock.now()
        invitation.first_answer_at = invitation.first_answer_at or invitation.answered_at
    invitation.save()


def _read_rows(
    invitation: Invitation, quote: Quote, lines: Mapping[int, QuotationLine]
) -> list[QuotedLine]:
    found: dict[int, QuotedLine] = {}
    for place, row in enumerate(quote.rows):
        line = lines.get(row.position)
        if line is None:
            raise Invalid(_("The request has no such line."), field=f"rows.{place}.position")
        if line.pk in found:
            raise Invalid(_("A line is quoted once."), field=f"rows.{place}.position")
        one = _read_row(invitation, line, row, place, is_final=quote.is_final)
        if one is not None:
            found[line.pk] = one
    return list(found.values())


def _read_row(
    invitation: Invitation, line: QuotationLine, row: QuoteRow, place: int, *, is_final: bool
) -> QuotedLine | None:
    """The line as it is quoted; None where it is left empty."""
    at = f"rows.{place}"
    breaks = _read_breaks(row, line, at)
    minimum = _read_minimum(row.minimum, f"{at}.minimum")
    one = QuotedLine(
        invitation=invitation,
        line=line,
        breaks=[[f"{start:f}", f"{price:f}"] for start, price in breaks],
        lead_days=_lead_days(row.lead_days, f"{at}.lead_days"),
        arrives_on=_day_to_come(row.arrives_on, f"{at}.arrives_on"),
        minimum=minimum,
        remark=read_text(row.remark, 500, field=f"{at}.remark"),
    )
    has_day = one.lead_days is not None or one.arrives_on is not None
    if not breaks:
        is_empty = not (has_day or minimum or one.remark)
        if is_final and not is_empty:
            raise Invalid(
                _("Line %(line)s: give a price, or leave the whole line empty.")
                % {"line": line.position},
                field=f"{at}.breaks",
            )
        return None if is_empty else one
    if is_final and not has_day:
        raise Invalid(
            _("Line %(line)s: say when you can deliver.") % {"line": line.position},
            field=f"{at}.lead_days",
        )
    return one


def _read_breaks(row: QuoteRow, line: QuotationLine, at: str) -> list[tuple[Decimal, Decimal]]:
    where = f"{at}.breaks"
    found: dict[Decimal, Decimal] = {}
    if len(row.breaks) > MOST_BREAKS:
        raise Invalid(_("At most %(most)s prices a line.") % {"most": MOST_BREAKS}, field=where)
    for pair in row.breaks:
        given: list[Any] = [None if one in (None, "") else one for one in pair]
        if len(given) != 2 or given == [None, None]:
            continue
        if given[1] is None:
            raise Invalid(
                _("Line %(line)s: a price is missing.") % {"line": line.position}, field=where
            )
        start = Decimal(0) if given[0] is None else read_decimal(given[0], field=where)
        price = read_price(read_decimal(given[1], field=where), field=where)
        if price == 0:
            raise Invalid(_("A price is more than zero."), field=where)
        if not 0 <= start <= LARGEST:
            raise Invalid(_("A quantity cannot be less than zero."), field=where)
        if start in found:
            raise Invalid(
                _("Line %(line)s: two prices for the same quantity.") % {"line": line.position},
                field=where,
            )
        found[start.normalize()] = price.normalize()
    return sorted(found.items())


def _read_minimum(given: Decimal | str | None, at: str) -> Decimal:
    if given in (None, ""):
        return Decimal(0)
    minimum = read_decimal(given, field=at)
    if not 0 <= minimum <= LARGEST:
        raise Invalid(_("A quantity cannot be less than zero."), field=at)
    return minimum


def _lead_days(given: int | str | None, at: str) -> int | None:
    if given in (None, ""):
        return None
    days = read_decimal(given, field=at)
    if not 0 <= days <= MOST_LEAD_DAYS or days % 1:
        raise Invalid(_("A number of days is between 0 and 720."), field=at)
    return int(days)


def _day_to_come(given: dt.date | str | None, at: str) -> dt.date | None:
    day = read_day(given, field=at)
    if day is not None and day < clock.today():
        raise Invalid(_("That day has passed."), field=at)
    return day
