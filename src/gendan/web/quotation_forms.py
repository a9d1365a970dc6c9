"""The form of a quote, for the supplier's page and for the buyer who writes one down."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from gendan.kernel.errors import Invalid
from gendan.purchasing.models import Invitation, QuotationLine, QuotedLine
from gendan.purchasing.services import Quote, QuoteRow
from gendan.web.portal.shared import text_of

BREAKS = 3  # rows of prices a line has
CELLS = ("lead", "on", "minimum", "remark")


def quote_of(request: HttpRequest, lines: Sequence[QuotationLine], *, is_final: bool) -> Quote:
    """What was typed, for the verb to judge."""
    rows = [
        QuoteRow(
            position=line.position,
            breaks=[
                (
                    text_of(request, f"from-{line.position}-{place}"),
                    text_of(request, f"price-{line.position}-{place}"),
                )
                for place in range(BREAKS)
            ],
            lead_days=text_of(request, f"lead-{line.position}"),
            arrives_on=text_of(request, f"on-{line.position}"),
            minimum=text_of(request, f"minimum-{line.position}"),
            remark=text_of(request, f"line-remark-{line.position}"),
        )
        for line in lines
    ]
    return Quote(
        rows,
        currency=text_of(request, "currency").upper(),
        valid_until_on=text_of(request, "valid_until_on"),
        remark=text_of(request, "remark"),
        is_final=is_final,
    )


def quote_fields(
    request: HttpRequest,
    lines: Sequence[QuotationLine],
    invitation: Invitation,
    quoted: Mapping[int, QuotedLine],
    *,
    as_typed: bool,
) -> dict[str, Any]:
    """Head and rows of the form: what is kept, or what was typed where that was refused."""
    head = {
        "currency": invitation.currency or invitation.rfq.currency,
        "valid_until_on": _day(invitation.valid_until_on),
        "remark": invitation.remark,
    }
    if as_typed:
        head = {name: text_of(request, name) for name in head}
    rows = [
        {
            "line": line,
            "cells": _typed(request, line) if as_typed else _kept(quoted.get(line.pk)),
            "is_quoted": line.pk in quoted and bool(quoted[line.pk].breaks),
            "quoted": quoted.get(line.pk),
        }
        for line in lines
    ]
    return {"head": head, "fields": rows}


def refused_line(error: Invalid | Any) -> int | None:
    """Which row (from 0) a refusal is about."""
    parts = str(getattr(error, "field", "") or "").split(".")
    return int(parts[1]) if parts[0] == "rows" and len(parts) > 1 and parts[1].isdigit() else None


def _typed(request: HttpRequest, line: QuotationLine) -> dict[str, Any]:
    at = line.position
    return {
        "breaks": [
            (text_of(request, f"from-{at}-{place}"), text_of(request, f"price-{at}-{place}"))
            for place in range(BREAKS)
        ],
        "lead": text_of(request, f"lead-{at}"),
        "on": text_of(request, f"on-{at}"),
        "minimum": text_of(request, f"minimum-{at}"),
        "remark": text_of(request, f"line-remark-{at}"),
    }


def _kept(one: QuotedLine | None) -> dict[str, Any]:
    if one is None:
        return {"breaks": [("", "")] * BREAKS, **dict.fromkeys(CELLS, "")}
    pairs = [("" if start == "0" else start, price) for start, price in one.breaks]
    return {
        "breaks": (pairs + [("", "")] * BREAKS)[: max(BREAKS, len(pairs))],
        "lead": "" if one.lead_days is None else one.lead_days,
        "on": _day(one.arrives_on),
        "minimum": f"{one.minimum.normalize():f}" if one.minimum else "",
        "remark": one.remark,
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
