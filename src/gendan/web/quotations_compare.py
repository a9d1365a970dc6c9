"""Quotes side by side, the weights of the comparison, the award, and thanks to the others."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import DomainError
from gendan.purchasing import quotation_queries as queries
from gendan.purchasing import services
from gendan.purchasing.comparing import PARTS, Comparison, compare
from gendan.purchasing.models import RequestForQuotation
from gendan.purchasing.quote_letters import thanks_words
from gendan.purchasing.services import AwardRow
from gendan.web.forms import whole_number
from gendan.web.portal.shared import text_of
from gendan.web.quotations import rfq_page, the_rfq
from gendan.web.shell import ask, page, render_page

READ = ("GET", "HEAD")
MOST_ROWS = 1000
PART_WORDS = {
    "cost": gettext_lazy("Total cost"),
    "date": gettext_lazy("Date"),
    "quality": gettext_lazy("Quality"),
    "punctual": gettext_lazy("On time"),
    "capacity": gettext_lazy("Capacity"),
}
PROBLEMS = {
    "missing": gettext_lazy("not quoted"),
    "incomplete": gettext_lazy("incomplete: not ranked"),
    "expired": gettext_lazy("no longer valid"),
    "rate": gettext_lazy("no exchange rate"),
}


@page(section="purchasing", methods=READ)
def compare_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """All quotes side by side, best first where they can be ranked."""
    return _draw(request, the_rfq(request, rfq_id))


@page(section="purchasing", methods=("POST",))
def weigh_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Weigh the parts otherwise; kept with the request."""
    return ask(
        request,
        lambda *, by: services.weigh_rfq(
            rfq_id=rfq_id,
            weights={part: _weight(request.POST.get(part, "")) for part in PARTS},
            by=by,
        ),
        then=_page(rfq_id),
        said=_("The comparison is weighed anew."),
    )


@page(section="purchasing", verb="award_rfq")
def award_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Choose, line by line, perhaps in parts."""
    found = the_rfq(request, rfq_id)
    if request.method != "POST":
        return _draw(request, found)
    rows = _rows(request, [one.position for one in queries.lines_with_requests(found)])
    return ask(
        request,
        services.award_rfq,
        rfq_id=found.pk,
        rows=rows,
        reason=text_of(request, "reason"),
        with_prices=request.POST.get("with_prices") == "1",
        revision=whole_number(request.POST.get("revision", "")),
        then=rfq_page(found.pk),
        said=lambda made: (
            _("%(count)s purchase orders are written as drafts: %(numbers)s.")
            % {"count": len(made), "numbers": ", ".join(one.number for one in made[:10])}
        ),
        again=lambda error: _draw(request, found, error),
    )


@page(section="purchasing", verb="tell_losers")
def tell_losers(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Thank those who were not chosen, in words that can be changed."""
    found = the_rfq(request, rfq_id)
    if request.method != "POST":
        context = {
            "rfq": found,
            "losers": queries.losers_of(found),
            "text_en": thanks_words(found.number, is_chinese=False),
            "text_zh": thanks_words(found.number, is_chinese=True),
            "back": rfq_page(found.pk),
        }
        return render_page(request, "quotations/thanks.html", context)
    return ask(
        request,
        services.tell_losers,
        rfq_id=found.pk,
        text_en=text_of(request, "text_en"),
        text_zh=text_of(request, "text_zh"),
        then=rfq_page(found.pk),
        said=lambda told: _("%(count)s suppliers are thanked.") % {"count": len(told)},
    )


def _draw(
    request: HttpRequest, found: RequestForQuotation, error: DomainError | None = None
) -> HttpResponse:
    if found.state not in RequestForQuotation.COMPARED:
        raise Http404
    compared = compare(found)
    context = {
        "rfq": found,
        "compared": compared,
        "columns": _columns(request, compared, as_typed=error is not None),
        "weights": [(part, PART_WORDS[part], compared.weights[part]) for part in PARTS],
        "refused": error.message if error else "",
        "reason": text_of(request, "reason"),
        "currency": settings.COMPANY_CURRENCY,
        "back": rfq_page(found.pk),
    }
    return render_page(request, "quotations/compare.html", context)


def _columns(request: HttpRequest, compared: Comparison, *, as_typed: bool) -> dict[str, Any]:
    """Suppliers from left to right by rank, and the rows as the table draws them."""
    order = sorted(
        range(len(compared.wholes)),
        key=lambda place: (compared.wholes[place].rank or 999, place),
    )
    wholes = [compared.wholes[place] for place in order]
    return {
        "wholes": [_drawn(one) for one in wholes],
        "rows": [
            {
                "line": row.line,
                "cells": [_drawn(row.cells[place]) for place in order],
                "item": text_of(request, f"item-{row.line.position}") if as_typed else "",
                "typed": [
                    _quantity(request, row, row.cells[place], as_typed=as_typed) for place in order
                ],
            }
            for row in compared.rows
        ],
    }


def _drawn(one: Any) -> dict[str, Any]:
    """A cell with its parts in words."""
    return {
        "it": one,
        "problem": PROBLEMS.get(one.problem, ""),
        "parts": [(PART_WORDS[name], one.parts.get(name)) for name in PARTS] if one.parts else [],
    }


def _quantity(request: HttpRequest, row: Any, cell: Any, *, as_typed: bool) -> tuple[str, str]:
    """(name of the input, its value): the first in rank is proposed for the whole line."""
    name = f"award-{row.line.position}-{cell.invitation.supplier_id}"
    if as_typed:
        return name, text_of(request, name)
    quoted = cell.quoted
    if cell.rank != 1 or quoted is None:
        return name, ""
    most = max(row.line.quantity, quoted.minimum, quoted.prices[0][0])
    firsts = [one for one in row.cells if one.rank == 1]
    return name, f"{most.normalize():f}" if firsts[0] is cell else ""


def _rows(request: HttpRequest, positions: list[int]) -> list[AwardRow]:
    """What was typed into the cells of the table."""
    rows = []
    codes = dict(
        zip(request.POST.getlist("supplier_id"), request.POST.getlist("code"), strict=False)
    )
    for position in positions[:MOST_ROWS]:
        for pk, code in list(codes.items())[:50]:
            typed = text_of(request, f"award-{position}-{pk}")
            if typed and typed != "0":
                item = text_of(request, f"item-{position}")
                rows.append(AwardRow(position, code, typed, item))
    return rows


def _weight(text: str) -> int:
    found = whole_number(text.strip() or "0")
    return -1 if found is None else found


def _page(rfq_id: int) -> str:
    return reverse("compare_rfq", args=[rfq_id])


_one = "purchasing/quotations/<int:rfq_id>/"
urlpatterns = [
    path(_one + "compare/", compare_rfq, name="compare_rfq"),
    path(_one + "weights/", weigh_rfq, name="weigh_rfq"),
    path(_one + "award/", award_rfq, name="award_rfq"),
    path(_one + "thanks/", tell_losers, name="tell_losers"),
]
