"""The Gantt chart of a sequence: a row for each machine, only the hours in which is worked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning.models import SequencedOperation
from gendan.web.words import locale, quantity

SCALES = {"small": 110, "middle": 260, "large": 640}  # pixels of a day
MOST_DAYS = 40
MOST_BARS = 1500
LANE = 30
SETUP_LEAST = 4  # pixels
NARROW = 34  # bars in which nothing can be read
DAY = 24 * 60


@dataclass(frozen=True)
class Bar:
    """An operation as it is drawn, in pixels."""

    x: int
    y: int
    width: int
    setup_x: int
    setup_width: int
    look: str
    sign: str
    label: str
    title: str
    url: str


@dataclass(frozen=True)
class Row:
    """A machine: its bars, how busy it is."""

    name: str
    words: str
    percent: int | None
    bars: list[Bar]
    height: int


@dataclass(frozen=True)
class Chart:
    """All machines on one axis of days, each so many pixels wide."""

    rows: list[Row]
    days: list[tuple[int, str, str]]
    hours: list[tuple[int, str]]
    width: int
    now_x: int | None
    more: int


class _Axis:
    """Moments as pixels; days on which nothing is worked and the nights are left out."""

    def __init__(self, rows: Sequence[SequencedOperation], pixels: int) -> None:
        self.pixels = pixels
        zone = clock.zone()
        begins = [one.starts_at.astimezone(zone) for one in rows]
        ends = [one.ends_at.astimezone(zone) for one in rows]
        days = {one.date() for one in (*begins, *ends)}
        self.days = sorted(days)[:MOST_DAYS]
        self.place = {day: number for number, day in enumerate(self.days)}
        low = min((_minute(one) for one in begins), default=8 * 60)
        high = max((_minute(one) or DAY for one in ends), default=17 * 60)
        self.low = low // 60 * 60
        self.high = max(-(-high // 60) * 60, self.low + 60)

    @property
    def width(self) -> int:
        return len(self.days) * self.pixels

    def at(self, moment: dt.datetime) -> int:
        """The pixel of a moment; the next one that is drawn where it lies in a gap."""
        here = moment.astimezone(clock.zone())
        place = self.place.get(here.date())
        if place is None:
            later = [n for day, n in self.place.items() if day > here.date()]
            return min(later, default=len(self.days)) * self.pixels
        share = (_minute(here) - self.low) / (self.high - self.low)
        return round((place + min(max(share, 0), 1)) * self.pixels)

    def per_minute(self) -> float:
        return self.pixels / (self.high - self.low)


def _minute(moment: dt.datetime) -> int:
    return moment.hour * 60 + moment.minute


def chart_of(
    rows: Sequence[SequencedOperation],
    scale: str,
    orders: Mapping[int, Sequence[Order]],
    busy: Sequence[Sequence[int]],
) -> Chart:
    """The chart of rows that are ordered by work centre, machine and start."""
    drawn = rows[:MOST_BARS]
    axis = _Axis(drawn, SCALES.get(scale, SCALES["middle"]))
    groups: dict[tuple[int, int], list[SequencedOperation]] = defaultdict(list)
    for one in drawn:
        groups[one.work_center_id, one.machine].append(one)
    percents = {(row[0], row[1]): row[2] * 100 // row[3] for row in busy if row[3]}
    ticks = [
        (number * axis.pixels, f"{day:%m-%d}", str(format_date(day, "EEE", locale=locale())))
        for number, day in enumerate(axis.days)
    ]
    now = clock.now()
    is_now = clock.date_of(now) in axis.place
    return Chart(
        rows=[_row(group, axis, orders, percents.get(key)) for key, group in groups.items()],
        days=ticks,
        hours=_hours(axis),
        width=axis.width,
        now_x=axis.at(now) if is_now else None,
        more=len(rows) - len(drawn),
    )


def _hours(axis: _Axis) -> list[tuple[int, str]]:
    """Lines at some hours of each day, as many as can be read."""
    step = next((n for n in (60, 120, 180, 240, 360) if axis.per_minute() * n >= 44), 0)
    if not step:
        return []
    minutes = range(axis.low + step, axis.high, step)
    return [
        (round(number * axis.pixels + (minute - axis.low) * axis.per_minute()), f"{minute // 60}h")
        for number in range(len(axis.days))
        for minute in minutes
    ]


def _row(
    group: Sequence[SequencedOperation],
    axis: _Axis,
    orders: Mapping[int, Sequence[Order]],
    percent: int | None,
) -> Row:
    bars: list[Bar] = []
    ends: list[int] = []  # of lanes: only outside more than one runs at once
    for one in group:
        x = axis.at(one.starts_at)
        width = max(axis.at(one.ends_at) - x, 3)
        lane = next((n for n, end in enumerate(ends) if end <= x + 2), len(ends))
        before = ends[lane] if lane < len(ends) else 0
        ends[lane : lane + 1] = [x + width]
        bars.append(_bar(one, axis, (x, width, lane, before), orders.get(one.work_order_id, ())))
    first = group[0]
    words = first.work_center.name if first.machine else _("outside factory")
    return Row(first.machine_code, words, percent, bars, len(ends) * LANE + 8)


def _bar(
    one: SequencedOperation,
    axis: _Axis,
    place: tuple[int, int, int, int],
    orders: Sequence[Order],
) -> Bar:
    x, width, lane, before = place
    setup = 0
    if one.setup_minutes:
        setup = max(min(round(one.setup_minutes * axis.per_minute()), x - before), SETUP_LEAST)
    look = "gone" if one.is_begun else "firm"
    if one.is_late:
        look = "late"
    sign = ("▶ " if one.is_begun else "") + ("⚑ " if one.is_kept else "")
    sign += "! " if one.is_late else ""
    label = one.work_order.item.code
    if orders:
        label += f" · {orders[0].number}" + ("…" if len(orders) > 1 else "")
    return Bar(
        x=x,
        y=lane * LANE + 4,
        width=width,
        setup_x=max(x - setup, 0),
        setup_width=setup,
        look=look,
        sign=sign.strip(),
        label=label if width >= NARROW else "",
        title=title_of(one, orders),
        url=reverse("work_order", args=[one.work_order_id]),
    )


def title_of(one: SequencedOperation, orders: Sequence[Order]) -> str:
    """All that is to be said of an operation in its place."""
    zone = clock.zone()
    words = _("%(item)s × %(quantity)s, %(step)s on %(machine)s, %(begin)s to %(end)s (%(order)s)")
    said = words % {
        "item": one.work_order.item.code,
        "quantity": quantity(one.work_order.quantity),
        "step": str(one.step),
        "machine": one.machine_code,
        "begin": f"{one.starts_at.astimezone(zone):%m-%d %H:%M}",
        "end": f"{one.ends_at.astimezone(zone):%m-%d %H:%M}",
        "order": one.work_order.number,
    }
    if orders:
        said += ". " + _("For %(orders)s") % {"orders": ", ".join(o.number for o in orders[:5])}
    if one.setup_minutes:
        said += ". " + _("Set-up before it: %(minutes)s minutes") % {"minutes": one.setup_minutes}
    if one.is_kept:
        said += ". " + _("Kept here by a planner")
    if one.is_late:
        said += ". " + _("Its work order is late")
    return said
