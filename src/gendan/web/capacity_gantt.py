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
from gendan.planning import queries
from gendan.planning.capacity import Capacity, capacity_by_day
from gendan.planning.capacity_load import Maker, read_load
from gendan.planning.capacity_schedule import Bar, Late, bars_between, lanes_of, late_orders
from gendan.planning.capacity_served import orders_served
from gendan.planning.finite_shown import late_ids, scheduled_bars, scheduled_late, scheduled_run
from gendan.planning.models import PlanRun
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
MOST_MOVABLE = 200
MOST_NAMED = 400  # orders whose customers' orders are looked up, for the names of bars
MOST_BY_DAY = 200
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
    is_firm: bool
    start_on: dt.date


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
    user: Any = request.user
    today = clock.today()
    first = parse_day(request.GET.get("from", "")) or today
    first = min(max(first, today), today + dt.timedelta(days=LONGEST))
    count = request.GET.get("days", "")
    shown = int(count) if count in {str(one) for one in DAYS} else 21
    last = first + dt.timedelta(days=shown - 1)
    center = request.GET.get("center", "")[:40]
    run = scheduled_run()
    is_planned = run is not None and request.GET.get("view") != "alone"
    chart = _by_plan(run, first, last) if run and is_planned else _alone(first, last)
    axis, bars, late = _Axis(first, shown), chart.bars, chart.late
    items = _items(request, [one for group in bars.values() for one in group])
    ranked = chart.ranked[:MOST_LATE]
    served = _served(request, chart, ranked)
    mover = _Mover(request)
    busy = [one for one in chart.capacity.centers if one.pk in bars and center in ("", one.code)]
    most = min(MOST_LANES, max(MOST_DAYS_DRAWN // (shown * max(len(busy), 1)), 2))
    draw = _Pen(axis, late, items, served, mover)
    rows = [_row(chart.capacity, one, bars[one.pk], draw, most) for one in busy]
    context = {
        "tabs": tabs_of(TABS, "gantt"),
        "rows": rows,
        "by_day": _by_day(rows, first),
        "run": run,
        "is_planned": is_planned,
        "waiting": queries.open_run(user),
        "ticks": axis.ticks(),
        "today_x": axis.at(today) if first == today else "",
        "first": first,
        "choices": DAYS,
        "shown": shown,
        "centers": [one for one in chart.capacity.centers if one.is_active],
        "center": center,
        "late": _late(request, ranked, mover, served),
        "may_move": mover.may_move,
        "may_fix": mover.may_fix,
        "movable": _movable(bars, items, mover),
        "fixed": queries.fixed_orders(user) if run else [],
        "without_need": queries.fixed_without_need(run) if run else set(),
        "more_late": max(chart.late_count - MOST_LATE, 0),
    }
    return render_page(request, "planning/gantt.html", context, parts=("chart",))


@dataclass(frozen=True)
class _Chart:
    """Bars by work centre, what of them is late by their place, and the list of what is late."""

    capacity: Capacity
    bars: dict[int, list[Bar]]
    late: Mapping[int, Late]
    ranked: list[Late]
    late_count: int


def _by_plan(run: PlanRun, first: dt.date, last: dt.date) -> _Chart:
    """As the live plan schedules, with finite capacity."""
    bars = scheduled_bars(run, first, last)
    ranked, count = scheduled_late(run, MOST_LATE)
    late = late_ids(run, (one.place for group in bars.values() for one in group))
    capacity = capacity_by_day(clock.today(), last)
    return _Chart(capacity, bars, late, list(ranked.values()), count)


def _alone(first: dt.date, last: dt.date) -> _Chart:
    """Backward from the days they are needed, each order as if it were alone."""
    found = read_load(last)
    late = late_orders(found, last + dt.timedelta(days=LONGEST))
    ranked = sorted(late.values(), key=_rank)
    bars = bars_between(found, first, last)
    return _Chart(found.capacity, bars, late, ranked, len(ranked))


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
    capacity: Capacity,
    center: WorkCenter,
    bars: Sequence[Bar],
    draw: "_Pen",
    most: int,
) -> Row:
    """The bars in at most so many lanes; where there are more, what is late comes first."""
    lanes = lanes_of(bars, most)
    if sum(map(len, lanes)) < len(bars):
        late = draw.late
        lanes = lanes_of([one for one in bars if one.place in late], most)
        lanes += lanes_of([one for one in bars if one.place not in late], most - len(lanes))
    drawn = [_drawn(bar, number, draw) for number, lane in enumerate(lanes) for bar in lane]
    axis = draw.axis
    amounts = capacity.amounts[capacity.place[center.pk]]
    days = [axis.first + dt.timedelta(days=number) for number in range(axis.count)]
    closed = [axis.span(day, day) for day in days if not amounts[(day - capacity.first).days]]
    height = len(lanes) * LANE + 8
    return Row(center, drawn, closed, height, len(bars) - len(drawn))


@dataclass(frozen=True)
class _Pen:
    """What bars are drawn with: days, what is late, items, for which orders, where it is moved."""

    axis: _Axis
    late: Mapping[int, Late]
    items: Mapping[int, Item]
    served: Mapping[tuple[bool, int], Sequence[Any]]
    mover: "_Mover"

    def label(self, maker: Maker) -> str:
        """How people know it: by its item and the customer's order; how many more there are."""
        orders = self.served.get((maker.is_firm, maker.pk), ())
        words = self.items[maker.item_id].code
        if orders:
            words += f" · {orders[0].number}"
        return f"{words} +{len(orders) - 1}" if len(orders) > 1 else words


def _served(
    request: HttpRequest, chart: _Chart, ranked: Sequence[Late]
) -> dict[tuple[bool, int], list[Any]]:
    """By order of the chart and of the list, the customers' orders it is for."""
    user: Any = request.user
    makers = {(one.maker.is_firm, one.maker.pk): one.maker for one in ranked}
    for group in chart.bars.values():
        for bar in group:
            if len(makers) < MOST_NAMED:
                makers.setdefault((bar.maker.is_firm, bar.maker.pk), bar.maker)
    return orders_served(makers.values(), user)


def _by_day(rows: Sequence[Row], first: dt.date) -> list[tuple[dt.date, list[tuple[str, Drawn]]]]:
    """For phones: day by day what begins, or goes on from before, and where."""
    found: dict[dt.date, list[tuple[str, Drawn]]] = {}
    every = [(max(bar.start_on, first), row.center.code, bar) for row in rows for bar in row.bars]
    every.sort(key=lambda one: (one[0], one[1], one[2].label))
    for day, code, bar in every[:MOST_BY_DAY]:
        found.setdefault(day, []).append((code, bar))
    return list(found.items())


def _drawn(bar: Bar, lane: int, draw: _Pen) -> Drawn:
    late, item, mover = draw.late.get(bar.place), draw.items[bar.maker.item_id], draw.mover
    x, width = draw.axis.span(bar.start_on, bar.end_on)
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
    title += ". " + _("Needed on %(day)s.") % {"day": short_day(bar.maker.due_on)}
    if late is not None:
        title += " " + late_words(late)
    return Drawn(
        x=x,
        width=width,
        y=lane * LANE + 5,
        look=look,
        sign=sign,
        label=draw.label(bar.maker),
        title=title,
        url=address_of(bar.maker, item),
        move_url=mover.url(bar.maker) if bar.end_on else "",
        due_on=_moved_from(bar.maker),
        is_firm=bar.maker.is_firm,
        start_on=bar.start_on,
    )


def _moved_from(maker: Maker) -> dt.date:
    """The day that is moved by dragging a bar: a work order's own, a planned order's end."""
    if maker.is_firm:
        return maker.own_due_on or maker.due_on
    return maker.ready_on or maker.due_on


class _Mover:
    """Where work orders are moved and planned orders fixed, for who may."""

    def __init__(self, request: HttpRequest) -> None:
        self.may_move = is_allowed(request.user, "move_work_order")
        self.may_fix = is_allowed(request.user, "fix_planned_order")

    def url(self, maker: Maker) -> str:
        """The page on which an order is moved; "" for who may not."""
        if maker.is_firm:
            return reverse("move_work_order", args=[maker.pk]) if self.may_move else ""
        return reverse("fix_planned_order", args=[maker.pk]) if self.may_fix else ""


def _movable(
    bars: Mapping[int, Sequence[Bar]], items: Mapping[int, Item], mover: _Mover
) -> list[tuple[Maker, Item, str]]:
    """The orders of the chart once each, for who does not drag: by item and day."""
    makers = {
        (bar.maker.is_firm, bar.maker.pk): bar.maker for group in bars.values() for bar in group
    }
    shown = sorted(makers.values(), key=lambda one: (items[one.item_id].code, one.due_on, one.pk))
    found = [(one, items[one.item_id], mover.url(one)) for one in shown[:MOST_MOVABLE]]
    return [row for row in found if row[2]]


def _late(
    request: HttpRequest,
    ranked: Sequence[Late],
    mover: _Mover,
    served: Mapping[tuple[bool, int], list[Any]],
) -> list[tuple[Late, Item, str, str, str, list[Any]]]:
    """(late order, its item, its page, where it is moved, what binds it, whom it serves)."""
    user: Any = request.user
    makers = [one.maker for one in ranked]
    rows = Item.objects.visible_to(user).filter(pk__in={one.item_id for one in makers})
    items = {one.pk: one for one in rows.select_related("unit")}
    return [
        (
            one,
            items[one.maker.item_id],
            address_of(one.maker, items[one.maker.item_id]),
            mover.url(one.maker),
            late_words(one),
            served[one.maker.is_firm, one.maker.pk],
        )
        for one in ranked
    ]


urlpatterns = [path("planning/gantt/", gantt, name="gantt")]
