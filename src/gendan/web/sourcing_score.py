"""The page of one supplier's score: its parts by month or quarter, and the rows behind a figure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gendan.purchasing.supplier_facts import periods_of, scorecards, supplier_facts
from gendan.sourcing import queries
from gendan.sourcing.models.visibility import may_read
from gendan.sourcing.scoring import PeriodScore, rows_of_part
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import page, render_page
from gendan.web.sourcing_words import PART_WORDS, drawn_score, figure_words

MOST_ROWS = 500


@dataclass(frozen=True)
class Choice:
    """Which part is opened, by months or quarters, and of which period (None: all)."""

    part: str
    by_quarter: bool
    first: dt.date | None

    @classmethod
    def of(cls, given: Any) -> "Choice":
        """From an address; what is no choice is none."""
        part = given.get("part", "")
        try:
            first = parse_date(given.get("from", ""))
        except ValueError:
            first = None
        return cls(part if part in PART_WORDS else "", given.get("by") == "quarter", first)

    def url(
        self, part: str, first: dt.date | None = None, *, by_quarter: bool | None = None
    ) -> str:
        """The query that opens a part of a period."""
        quarter = self.by_quarter if by_quarter is None else by_quarter
        values = {
            "part": part,
            "by": "quarter" if quarter else "",
            "from": first.isoformat() if first else "",
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"?{query}" + ("#rows" if part else "")


@page(section="purchasing", methods=("GET", "HEAD"))
def supplier_score(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """Every part of the score in every period; a figure opens the rows it comes from."""
    user: Any = request.user
    if not may_read(user):
        raise Http404
    found: Any = get_object_or_404(queries.suppliers_for(user), pk=supplier_id)
    choice = Choice.of(request.GET)
    facts = supplier_facts()
    periods = periods_of(found.pk, facts, by_quarter=choice.by_quarter)
    first, end = _between(periods, choice)
    rows = rows_of_part(facts, found.pk, choice.part, first, end) if choice.part else []
    score = drawn_score(scorecards([found.pk], facts)[found.pk])
    context = {
        "tabs": tabs_of(TABS, "suppliers"),
        "supplier": found,
        "score": score,
        "choice": choice,
        "periods": [_label(one.month_on, choice) for one in periods],
        "totals": ["–" if one.total is None else f"{one.total:.0f}" for one in periods],
        "parts": [
            _part_row(place, drawn, periods, choice) for place, drawn in enumerate(score.parts)
        ],
        "by_urls": [
            (_("By month"), choice.url(choice.part, by_quarter=False), not choice.by_quarter),
            (_("By quarter"), choice.url(choice.part, by_quarter=True), choice.by_quarter),
        ],
        "part_words": PART_WORDS.get(choice.part, ""),
        "period": _label(first, choice) if choice.first == first else "",
        "rows": [(one, _url(one)) for one in rows[:MOST_ROWS]],
        "left_out": max(len(rows) - MOST_ROWS, 0),
        "currency": settings.COMPANY_CURRENCY,
    }
    return render_page(request, "sourcing/score.html", context)


def _between(periods: list[PeriodScore], choice: Choice) -> tuple[dt.date, dt.date]:
    """The days of the period that was chosen; all of them where none was."""
    starts = [one.month_on for one in periods]
    if choice.first not in starts:
        return starts[0], dt.date.max
    after = starts.index(choice.first) + 1
    return choice.first, starts[after] if after < len(starts) else dt.date.max


def _part_row(place: int, drawn: Any, periods: list[PeriodScore], choice: Choice) -> dict[str, Any]:
    part = drawn.part.part
    return {
        "drawn": drawn,
        "url": choice.url(part),
        "is_open": part == choice.part,
        "cells": [
            (
                figure_words(one.parts[place]) if one.parts[place].has_data else "",
                one.parts[place],
                choice.url(part, one.month_on),
            )
            for one in periods
        ],
    }


def _label(first: dt.date, choice: Choice) -> str:
    return f"{first:%Y} Q{(first.month + 2) // 3}" if choice.by_quarter else f"{first:%Y-%m}"


def _url(row: Any) -> str:
    """The page of the order, receipt, request or item a row comes from."""
    return reverse(row.told.page, args=[row.told.pk]) if row.told.page else ""


urlpatterns = [
    path("purchasing/suppliers/<int:supplier_id>/score/", supplier_score, name="supplier_score")
]
