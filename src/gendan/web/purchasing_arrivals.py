"""Arrivals: what comes when, which orders it holds up, what the plan would change."""

import datetime as dt
from calendar import Calendar, monthrange
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.planning import queries as planning
from gendan.planning.models import PlanMessage
from gendan.planning.queries import lines_named
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrderLine
from gendan.web.export_columns import ARRIVALS
from gendan.web.exports import LARGEST, export_found
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page

SHOWN = 200  # on a page
MOST_IN_MONTH = 2000
MONTHS = (dt.date(2000, 1, 1), dt.date(2199, 12, 1))
ACTIONS = ("expedite", "defer", "increase", "decrease", "cancel")


@dataclass(frozen=True)
class Arrival:
    """A line that is still to come, the order lines it is for, what the plan says of it."""

    line: PurchaseOrderLine
    orders: list[Any]
    message: PlanMessage | None
    coming: list[Any]

    @property
    def held_up(self) -> list[Any]:
        """The order lines that would be late by it."""
        return [
            one for one in self.orders if one.promised_on and one.promised_on < self.line.due_on
        ]

    @property
    def by_order(self) -> list[dict[str, Any]]:
        """The orders it is for, each once, with the earliest promise of its lines."""
        late = {one.pk for one in self.held_up}
        found: dict[int, dict[str, Any]] = {}
        for one in self.orders:
            row = found.setdefault(
                one.order_id, {"order": one.order, "lines": 0, "is_late": False, "on": None}
            )
            row["lines"] += 1
            row["is_late"] = row["is_late"] or one.pk in late
            row["on"] = min(filter(None, (row["on"], one.promised_on)), default=None)
        return list(found.values())

    @property
    def left(self) -> Any:
        """What is still to come."""
        return self.line.quantity - self.line.received


@page(section="purchasing", methods=("GET", "HEAD"))
def arrivals(request: HttpRequest) -> HttpResponse:
    """What arrives when: late first, then week by week; `?month=2026-06`: a month's calendar."""
    user: Any = request.user
    text = request.GET.get("q", "").strip()[:60]
    lines, by_hand = queries.arriving(user, text)
    if kind := request.GET.get("export"):
        return export_found("arrivals", ARRIVALS, _arrivals(list(lines[: LARGEST + 1])), kind)
    month = _month(request.GET.get("month", ""))
    context: dict[str, Any] = {"tabs": tabs_of(TABS, "arrivals"), "text": text}
    context["query"] = urlencode({"q": text}) if text else ""
    if month is not None:
        return render_page(
            request, "purchasing/arrivals_month.html", context | _calendar(month, lines, by_hand)
        )
    shown = Paginator(lines, SHOWN).get_page(request.GET.get("page"))
    context |= {
        "groups": _grouped(_arrivals(list(shown))),
        "shown": shown,
        "by_hand": list(by_hand[:SHOWN]) if shown.number == 1 else [],
        "today": clock.today(),
        "month": clock.today().strftime("%Y-%m"),
    }
    return render_page(request, "purchasing/arrivals.html", context)


def _month(text: str) -> dt.date | None:
    """The first day of a month written as 2026-06; None: no month is asked for."""
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        found = clock.today().replace(day=1)
    return found if MONTHS[0] <= found <= MONTHS[1] else clock.today().replace(day=1)


def _calendar(month: dt.date, lines: Any, by_hand: Any) -> dict[str, Any]:
    """The weeks of a month with what is due on each day: 2 queries."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    span = (month, last)
    due: dict[dt.date, dict[str, list[Any]]] = {}
    for line in lines.filter(due_on__range=span)[:MOST_IN_MONTH]:
        due.setdefault(line.due_on, {"lines": [], "by_hand": []})["lines"].append(line)
    for one in by_hand.filter(due_on__range=span)[:MOST_IN_MONTH]:
        due.setdefault(one.due_on, {"lines": [], "by_hand": []})["by_hand"].append(one)
    weeks = [
        [{"day": day, "is_out": day.month != month.month, **due.get(day, {})} for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]
    return {
        "weeks": weeks,
        "month": month,
        "has_any": bool(due),
        "before": (month - dt.timedelta(days=1)).strftime("%Y-%m"),
        "after": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
        "today": clock.today(),
    }


@page(section="purchasing", verb="edit_purchase_order", methods=("POST",))
def follow_plan_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Draft the change of the order that the plan asks for."""
    user: Any = request.user
    live = planning.live_run()
    rows = planning.messages_of(live) if live else PlanMessage.objects.visible_to(user).none()
    message = get_object_or_404(rows, pk=message_id, action__in=ACTIONS)
    line = queries.lines_expected([message.expected_id or 0]).get(message.expected_id or 0)
    if line is None:
        raise Invalid(_("This is no line of a purchase order."))
    return ask(
        request,
        services.edit_purchase_order,
        purchase_order_id=line.order_id,
        lines=[_change(line, message)],
        then=reverse("purchase_order", args=[line.order_id]),
        said=_("The change is drafted; look at it and send it."),
    )


def _change(line: PurchaseOrderLine, message: PlanMessage) -> services.EditLineRow:
    """What the plan asks for, as the change of a line."""
    if message.action == "cancel":
        return services.EditLineRow(position=line.position, remove=True)
    if message.action in ("increase", "decrease"):
        typed = message.to_quantity * line.typed_quantity / line.quantity
        return services.EditLineRow(position=line.position, quantity=round(typed, 6))
    day = max(message.to_day, clock.today())
    return services.EditLineRow(position=line.position, requested_on=day)


def _arrivals(lines: list[PurchaseOrderLine]) -> list[Arrival]:
    """4 queries whatever their number."""
    demands = {demand for line in lines for demand in line.demands}
    named = {f"orders.line:{one.pk}": one for one in lines_named(demands)}
    live = planning.live_run()
    messages: dict[int, PlanMessage] = {}
    if live is not None:
        ids = [line.expected_id for line in lines]
        found = planning.messages_of(live).filter(expected__in=ids, action__in=ACTIONS)
        messages = {one.expected_id: one for one in found if one.expected_id is not None}
    coming = queries.coming_with([line.pk for line in lines])
    return [
        Arrival(
            line,
            [named[one] for one in line.demands if one in named],
            messages.get(line.expected_id or 0),
            coming.get(line.pk, []),
        )
        for line in lines
    ]


def _grouped(rows: list[Arrival]) -> list[dict[str, Any]]:
    """Late ones, then each week by its Monday."""
    today = clock.today()
    groups: dict[dt.date | None, list[Arrival]] = {}
    for one in rows:
        due = one.line.due_on
        monday = None if due < today else due - dt.timedelta(days=due.weekday())
        groups.setdefault(monday, []).append(one)
    return [{"monday": monday, "rows": found} for monday, found in groups.items()]


urlpatterns = [
    path("purchasing/arrivals/", arrivals, name="arrivals"),
    path(
        "purchasing/arrivals/<int:message_id>/follow/",
        follow_plan_message,
        name="follow_plan_message",
    ),
]
