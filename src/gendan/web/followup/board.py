"""The follow-up board: all running orders against the stages of the journey, loudest first."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gendan.followup import queries
from gendan.followup.board import SORTS
from gendan.followup.models import Health, JourneyStage, Milestone
from gendan.followup.queries import BoardRow, Cell
from gendan.partners.models import Partner
from gendan.web.followup import chart
from gendan.web.shell import page, render_page

SHOWN = 50
SORT_WORDS: dict[str, Any] = {
    "urgency": _("urgency"),
    "impact": _("days to impact"),
    "value": _("value"),
    "promised": _("promised date"),
}
MOST_CUSTOMERS = 500


@dataclass(frozen=True)
class Square:
    """One square of the heat map; `meaning` is empty where the order has no such stage."""

    stage: str
    label: str
    meaning: str
    cell: Cell | None
    is_dragged: bool  # late or at risk only because of what comes before it


@page(section="board", methods=("GET", "HEAD"))
def board(request: HttpRequest) -> HttpResponse:
    """Orders × stages."""
    user: Any = request.user
    sort = request.GET.get("sort", "urgency")
    sort = sort if sort in SORTS else "urgency"
    health = request.GET.get("health", "")
    health = health if health in Health.values else ""
    customer = request.GET.get("customer", "")
    whose = request.GET.get("whose", "mine" if _follows(user) else "")
    found = queries.board(
        user,
        sort=sort,
        cursor=request.GET.get("after", "")[:60],
        limit=SHOWN,
        mine=whose == "mine",
        health=health,
        customer_id=int(customer) if customer.isdigit() and len(customer) < 18 else None,
    )
    busy = _open_stages(user, found.rows)
    stages = [(stage.value, str(stage.label)) for stage in JourneyStage]
    context = {
        "rows": [(row, _squares(row, stages, busy[row.order_id])) for row in found.rows],
        "stages": stages,
        "company_currency": settings.COMPANY_CURRENCY,
        "following": found.next_cursor,
        "is_first": "after" not in request.GET,
        "is_narrowed": bool(health or customer or whose == "mine"),
        "sort": sort,
        "sorts": [(key, SORT_WORDS[key]) for key in SORTS if key in SORT_WORDS],
        "healths": Health.choices,
        "health": health,
        "whose": whose,
        "customer": customer,
        "customers": Partner.objects.visible_to(user)
        .filter(is_customer=True, is_active=True)
        .order_by("name")[:MOST_CUSTOMERS],
    }
    return render_page(request, "followup/board.html", context, parts=("board",))


def _follows(user: Any) -> bool:
    """Merchandisers begin with their own orders, everybody else with all."""
    return bool(user.has_role("merchandiser")) and not user.has_role("manager")


def _open_stages(user: Any, rows: list[BoardRow]) -> dict[int, set[str]]:
    """In which stages something is open, by order: one query."""
    found: dict[int, set[str]] = defaultdict(set)
    opened = queries.milestones_for(user).filter(
        journey__order__in=[row.order_id for row in rows], state=Milestone.State.OPEN
    )
    for order_id, stage in opened.values_list("journey__order", "stage"):
        found[order_id].add(stage)
    return found


def _squares(row: BoardRow, stages: list[tuple[str, str]], busy: set[str]) -> list[Square]:
    squares = []
    for stage, label in stages:
        cell = row.cells.get(stage)
        meaning = chart.meaning_of_colour(cell.colour) if cell else ""
        is_dragged = stage not in busy and meaning in {"late", "risk"}
        squares.append(Square(stage, label, meaning, cell, is_dragged))
    return squares
