"""Whether a request for quotation, or a quote, stands already as a sheet says it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.conf import settings

from gendan.purchasing.models import (
    Invitation,
    QuotationLine,
    QuotedLine,
    RequestForQuotation,
)

if TYPE_CHECKING:
    from gendan.exchange.quotation_sheets import QuotationRow, QuotedRow, RfqLine, RfqRow


def is_same_rfq(
    found: RequestForQuotation,
    row: "RfqRow",
    stands: Sequence[QuotationLine],
    invited: Sequence[str],
) -> bool:
    """Whether a draft would be no other than it is; what is left empty is the usual."""
    head = (
        found.answer_by_on == row.answer_by_on,
        found.currency == (row.currency or settings.COMPANY_CURRENCY),
        found.remark == _text(row.remark),
        sorted(invited) == sorted(row.suppliers),
        len(stands) == len(row.lines),
    )
    return all(head) and all(
        _is_same_line(line, said) for line, said in zip(stands, row.lines, strict=True)
    )


def _is_same_line(line: QuotationLine, said: "RfqLine") -> bool:
    requests = list(line.requests.all())
    code = line.item.code if line.item else ""
    open_now = sum((one.to_order for one in requests), Decimal(0)) or None
    quantity = open_now if said.quantity is None else said.quantity
    first = min((one.needed_on for one in requests), default=None)
    return all(
        (
            code == said.item or (bool(requests) and not said.item),
            line.description == _text(said.description),
            line.quantity == quantity,
            bool(line.item) or line.unit == _text(said.unit),  # an item has its own unit
            line.needed_on == (said.needed_on or first),
            {one.number for one in requests} == set(said.requests),
            line.remark == _text(said.line_remark),
        )
    )


def is_same_quote(
    asked: Invitation, row: "QuotationRow", currency: str, stands: Sequence[QuotedLine]
) -> bool:
    """Whether a supplier has answered this already. `currency`: which one it was asked in."""
    if row.decline_reason:
        is_declined = asked.state == Invitation.State.DECLINED
        return is_declined and asked.decline_reason == _text(row.decline_reason)
    said = [one for one in row.lines if not _is_empty(one)]
    by_position: Mapping[int, QuotedLine] = {one.line.position: one for one in stands}
    head = (
        asked.state == Invitation.State.SUBMITTED,
        asked.currency == (row.currency or currency),
        asked.valid_until_on == (row.valid_until_on or None),
        asked.remark == _text(row.remark),
        # A line that the sheet says twice is not the same: the verb refuses it.
        sorted(one.position or 0 for one in said) == sorted(by_position),
    )
    return all(head) and all(_is_same_quoted(by_position[one.position or 0], one) for one in said)


def _is_same_quoted(line: QuotedLine, said: "QuotedRow") -> bool:
    return all(
        (
            sorted(line.prices) == _breaks(said.breaks),
            line.lead_days == said.lead_days,
            line.arrives_on == (said.arrives_on or None),
            line.minimum == (said.minimum or 0),
            line.remark == _text(said.line_remark),
        )
    )


def _is_empty(said: "QuotedRow") -> bool:
    day = said.lead_days is not None or said.arrives_on
    return not (said.breaks or day or said.minimum or said.line_remark)


def _breaks(pairs: Sequence[tuple[str, str]]) -> list[tuple[Decimal, Decimal]] | None:
    """None where one is no number: the verb says so."""
    try:
        return sorted((Decimal(start or 0), Decimal(price)) for start, price in pairs)
    except InvalidOperation:
        return None


def _text(value: Any) -> str:
    return str(value or "").strip()
