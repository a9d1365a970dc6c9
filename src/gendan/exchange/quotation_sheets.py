"""Requests for quotation and what suppliers quoted, as sheets."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.exchange.quotation_compare import is_same_quote, is_same_rfq
from gendan.exchange.taking import CHANGED, MADE, SAME, Places, Taken, one_by_one
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.purchasing.models import Invitation, RequestForQuotation
from gendan.purchasing.named import (
    asked_of,
    quoted_of,
    requests_named,
    rfq_lines_of,
    rfqs_named,
)
from gendan.purchasing.services import (
    InviteRow,
    Quote,
    QuoteRow,
    RfqLineRow,
    draft_rfq,
    edit_rfq,
    record_quote,
)


@dataclass(frozen=True)
class RfqLine:
    """What is to be quoted: an item of ours, or words and a unit."""

    quantity: Decimal | None = None
    item: str = ""
    description: str = ""
    unit: str = ""
    needed_on: dt.date | None = None
    requests: Sequence[str] = ()
    line_remark: str = ""


@dataclass(frozen=True)
class RfqRow:
    """A request for quotation: `rfq` is the number of a draft, or any key that its rows share."""

    rfq: str
    suppliers: Sequence[str]
    answer_by_on: dt.date
    lines: Sequence[RfqLine]
    currency: str = ""
    remark: str = ""


@dataclass(frozen=True)
class QuotedRow:
    """What is quoted for one line: prices from quantities on, and when it would come."""

    position: int | None = None
    breaks: Sequence[tuple[str, str]] = ()
    lead_days: int | None = None
    arrives_on: dt.date | None = None
    minimum: Decimal | None = None
    line_remark: str = ""


@dataclass(frozen=True)
class QuotationRow:
    """The quote of one supplier for one request, or why it does not quote."""

    rfq: str
    supplier: str
    lines: Sequence[QuotedRow]
    currency: str = ""
    valid_until_on: dt.date | None = None
    decline_reason: str = ""
    remark: str = ""


LINE_COLUMNS = {"remark": "line_remark", "request_ids": "requests"}
RFQ_PLACES = Places("rfq", line_columns=LINE_COLUMNS)
QUOTE_PLACES = Places("rfq", line_columns=LINE_COLUMNS, lines=("lines", "rows"))


def take_rfqs(*, rows: Sequence[RfqRow], by: User) -> Taken:
    """Draft each request; a draft that is named by its number is written anew where the sheet
    says something else."""
    requests = requests_named(one for row in rows for line in row.lines for one in line.requests)
    standing = rfqs_named(row.rfq for row in rows)
    asked = asked_of(one.pk for one in standing.values())
    lines_of = rfq_lines_of(one.pk for one in standing.values())

    def take(row: RfqRow) -> str:
        found = standing.get(row.rfq)
        given: dict[str, Any] = {
            "lines": [_rfq_line(place, line, requests) for place, line in enumerate(row.lines)],
            "suppliers": [
                _invited(code, asked.get((found.pk, code)) if found else None)
                for code in row.suppliers
            ],
            "answer_by_on": row.answer_by_on,
            "currency": row.currency,
            "remark": row.remark,
            "by": by,
        }
        if found is None:
            draft_rfq(**given)
            return MADE
        if found.state != RequestForQuotation.State.DRAFT:
            raise Invalid(
                _("%(number)s is %(state)s; a sheet changes drafts only.")
                % {"number": found.number, "state": found.get_state_display()},
                field="rfq",
            )
        invited = [code for rfq_id, code in asked if rfq_id == found.pk]
        if is_same_rfq(found, row, lines_of.get(found.pk, []), invited):
            return SAME
        edit_rfq(rfq_id=found.pk, **given)
        return CHANGED

    return one_by_one(rows, take, RFQ_PLACES)


def _rfq_line(place: int, line: RfqLine, requests: Mapping[str, Any]) -> RfqLineRow:
    for one in line.requests:
        if one not in requests:
            raise Invalid(
                _("There is no purchase request %(number)s.") % {"number": one[:60]},
                field=f"lines.{place}.request_ids",
            )
    return RfqLineRow(
        item=line.item,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        needed_on=line.needed_on,
        request_ids=[requests[one].pk for one in line.requests],
        remark=line.line_remark,
    )


def _invited(code: str, invitation: Invitation | None) -> InviteRow:
    """A supplier; whom we write to there stays as it was chosen."""
    if invitation is None:
        return InviteRow(code)
    return InviteRow(code, invitation.to_email, invitation.to_name, invitation.language)


def take_quotations(*, rows: Sequence[QuotationRow], by: User) -> Taken:
    """Write down each quote: a later one of the same supplier takes the place of the former, and
    one that says the same leaves it as it was answered."""
    standing = rfqs_named(row.rfq for row in rows)
    asked = asked_of(one.pk for one in standing.values())
    quoted = quoted_of(one.pk for one in asked.values())

    def take(row: QuotationRow) -> str:
        rfq = standing.get(row.rfq)
        if rfq is None:
            raise NotThere(
                _("There is no request for quotation %(number)s.") % {"number": row.rfq[:60]},
                field="rfq",
            )
        before = asked.get((rfq.pk, row.supplier))
        if before is None:
            raise NotThere(_("This supplier was not asked."), field="supplier")
        if is_same_quote(before, row, rfq.currency, quoted.get(before.pk, [])):
            return SAME
        record_quote(
            rfq_id=rfq.pk,
            supplier=row.supplier,
            quote=None if row.decline_reason else _quote(row),
            decline_reason=row.decline_reason,
            by=by,
        )
        return CHANGED if before.answers else MADE

    return one_by_one(rows, take, QUOTE_PLACES)


def _quote(row: QuotationRow) -> Quote:
    return Quote(
        rows=[_quoted(place, line) for place, line in enumerate(row.lines)],
        currency=row.currency,
        valid_until_on=row.valid_until_on,
        remark=row.remark,
    )


def _quoted(place: int, line: QuotedRow) -> QuoteRow:
    if not line.position:
        raise Invalid(
            _("Say which line of the request this is for."), field=f"lines.{place}.position"
        )
    return QuoteRow(
        position=line.position,
        breaks=line.breaks,
        lead_days=line.lead_days,
        arrives_on=line.arrives_on,
        minimum=line.minimum,
        remark=line.line_remark,
    )
