"""The schedule: operations by work centre and day as a Gantt chart, and what is late and why."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel import clock
from gendan.planning.capacity_load import Load, Maker, read_load
from gendan.planning.capacity_schedule import Bar, Late, bars_between, lanes_of, late_orders
from gendan.planning.capacity_served import orders_served
from gendan.web.capacity import address_of
from gendan.web.capacity_words import TABS, hours, late_words
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of
from gendan.web.shell import is_allowed, page, render_page
from gendan.web.words import locale, quantity, short_day

DAYS = (7, 14, 21, 42)
LANE = 26  # pixels
MOST_LANES = 20
MOST_DAYS_DRAWN = 1500  # lanes × days of all work centres together: what a page can hold
MOST_LATE = 50
LONGEST = 366


@dataclass(frozen=True)
class Drawn:
    """A bar with its place in percent of the width, and in pixels from the top."""

    x: str
    width: str
    y: int
    look: str  # firm, planned, danger, late
    sign: str
    label: str
    title: str
    url: str
    move_url: str  # "" where the bar cannot be moved
    due_on: dt.date


@dataclass(frozen=True)
class Row:
    """A work centre: its bars, its closed days (x, width); `more` operations are not drawn."""

    center: WorkCenter
    bars: list[Drawn]
    closed: list[tuple[str, str]]
    height: int
    more: int


@page(section="planning", methods=("GET", "HEAD"))
def gantt(request: HttpRequest) -> HttpResponse:
    """Operations by work centre and day, and below them what is late and what binds it."""
    today = clock.today()
    first = parse_day(request.GET.get("from", "")) or today
    first = min(max(first, today), today + dt.timedelta(days=LONGEST))
    count = request.GET.get("days", "")
    shown = int(count) if count in {str(one) for one in DAYS} else 21
    last = first + dt.timedelta(days=shown - 1)
    center = request.GET.get("center", "")[:40]
    found = read_load(last)
    late = late_orders(found, last + dt.timedelta(days=LONGEST))
    axis = _Axis(first, shown)
    bars = bars_between(found, first, last)
    items = _items(request, [one for group in bars.values() for one in group])
    ranked = sorted(late.values(), key=_rank)
    busy = [one for one in found.capacity.centers if one.pk in bars and center in ("", one.code)]
    most = min(MOST_LANES, max(MOST_DAYS_DRAWN // (shown * max(len(busy), 1)), 2))
    context = {
        "tabs": tabs_of(TABS, "gantt"),
        "rows": [_row(found, one, bars[one.pk], axis, late, items, most) for one in busy],
        "ticks": axis.ticks(),
        "today_x": axis.at(today) if first == today else "",
        "first": first,
        "choices": DAYS,
        "shown": shown,
        "centers": [one for one in found.capacity.centers if one.is_active],
        "center": center,
        "late": _late(request, ranked[:MOST_LATE]),
        "may_move": is_allowed(request.user, "move_work_order"),
        "more_late": max(len(ranked) - MOST_LATE, 0),
    }
    return render_page(request, "planning/gantt.html", context, parts=("chart",))


def _rank(one: Late) -> tuple[bool, int, dt.date]:
    """What is late before what is in danger; nobody can tell, then the most days first."""
    days = one.days_late
    return not one.is_late, -LONGEST * 10 if days is None else -days, one.maker.due_on


class _Axis:
    def __init__(self, first: dt.date, count: int) -> None:
        self.first = first
        self.count = count

    def at(self, day: dt.date) -> str:
        return f"{self.share(day):.3f}%"

    def share(self, day: dt.date) -> float:
        return min(max((day - self.first).days / self.count * 100, 0.0), 100.0)

    def span(self, first: dt.date, last: dt.date | None) -> tuple[str, str]:
        """(x, width) from the morning of a day to the evening of another."""
        begin = self.share(first)
        end = 100.0 if last is None else self.share(last + dt.timedelta(days=1))
        return f"{begin:.3f}%", f"{end - begin:.3f}%"

    def ticks(self) -> list[tuple[str, str, str]]:
        """(x, date, weekday) of each day; of Mondays only where days are narrow."""
        days = [self.first + dt.timedelta(days=number) for number in range(self.count)]
        return [
            (self.at(day), f"{day:%m-%d}", str(format_date(day, "EEE", locale=locale())))
            for day in days
            if self.count < 30 or day.weekday() == 0
        ]


def _items(request: HttpRequest, bars: Sequence[Bar]) -> dict[int, Item]:
    user: Any = request.user
    rows = Item.objects.visible_to(user).filter(pk__in={one.maker.item_id for one in bars})
    return {one.pk: one for one in rows.select_related("unit")}


def _row(
    found: Load,
    center: WorkCenter,
    bars: Sequence[Bar],
    axis: _Axis,
    late: Mapping[int, Late],
    items: Mapping[int, Item],
    most: int,
) -> Row:
    """The bars in at most so many lanes; where there are more, what is late comes first."""
    lanes = lanes_of(bars, most)
    if sum(map(len, lanes)) < len(bars):
        lanes = lanes_of([one for one in bars if one.place in late], most)
        lanes += lanes_of([one for one in bars if one.place not in late], most - len(lanes))
    drawn = [
        _drawn(bar, number, axis, late.get(bar.place), items[bar.maker.item_id])
        for number, lane in enumerate(lanes)
        for bar in lane
    ]
    amounts = found.capacity.amounts[found.capacity.place[center.pk]]
    days = [axis.first + dt.timedelta(days=number) for number in range(axis.count)]
    closed = [axis.span(day, day) for day in days if not amounts[(day - found.today).days]]
    height = len(lanes) * LANE + 8
    return Row(center, drawn, closed, height, len(bars) - len(drawn))


def _drawn(bar: Bar, lane: int, axis: _Axis, late: Late | None, item: Item) -> Drawn:
    x, width = axis.span(bar.start_on, bar.end_on)
    look, sign = ("firm" if bar.maker.is_firm else "planned"), ""
    if late is not None:
        look, sign = ("late", "!") if late.is_late else ("danger", "?")
    title = _("%(order)s: %(quantity)s × %(item)s, %(hours)s hours, %(first)s to %(last)s") % {
        "order": bar.maker.number or _("planned"),
        "quantity": quantity(bar.maker.quantity),
        "item": item.code,
        "hours": hours(bar.minutes),
        "first": short_day(bar.start_on),
        "last": short_day(bar.end_on) if bar.end_on else "…",
    }
    if late is not None:
        title += ". " + late_words(late)
    label = f"{bar.maker.number} {item.code}".strip()
    return Drawn(
        x=x,
        width=width,
        y=lane * LANE + 5,
        look=look,
        sign=sign,
        label=label,
        title=title,
        url=address_of(bar.maker, item),
        move_url=move_url(bar.maker) if bar.end_on else "",
        due_on=bar.maker.due_on,
    )


def move_url(maker: Maker) -> str:
    """Where a work order is moved; "" for a planned order, whose days the plan decides."""
    return reverse("move_work_order", args=[maker.pk]) if maker.is_firm else ""


def _late(
    request: HttpRequest, ranked: Sequence[Late]
) -> list[tuple[Late, Item, str, str, str, list[Any]]]:
    """(late order, its item, its page, where it is moved, what binds it, whom it serves)."""
    user: Any = request.user
    makers = [one.maker for one in ranked]
    served = orders_served(makers, user)
    rows = Item.objects.visible_to(user).filter(pk__in={one.item_id for one in makers})
    items = {one.pk: one for one in rows.select_related("unit")}
    return [
        (
            one,
            items[one.maker.item_id],
            address_of(one.maker, items[one.maker.item_id]),
            move_url(one.maker),
            late_words(one),
            served[one.maker.is_firm, one.maker.pk],
        )
        for one in ranked
    ]


urlpatterns = [path("planning/gantt/", gantt, name="gantt")]
