"""Charts as plain drawings: points of lines and areas, marks of the axes; no scripts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gendan.engine.stocking import CurvePoint
from gendan.stocking.models import ItemForecast
from gendan.web import words
from gendan.web.stocking_words import percent, shown

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 26, 12, 28
SHOWN = 36  # months of history
SURE = 1.645  # 90 % lie within so many spreads
MARKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of an axis: where it stands and what it says."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with words of its own, read when it is pointed at."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws: lines as SVG points, an area, dots, both axes."""

    first: str
    second: str
    area: str
    dots: list[Dot]
    across: list[Mark]
    up: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


class _Frame:
    """Where a value stands in the drawing."""

    def __init__(self, steps: int, most: float) -> None:
        self.steps = max(1, steps)
        self.most = _round_up(most)

    def x(self, step: float) -> float:
        return round(LEFT + step / self.steps * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = min(max(value / self.most, 0.0), 1.0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def up(self) -> list[Mark]:
        parts = (self.most * number / MARKS for number in range(MARKS + 1))
        return [Mark(self.y(part), shown(part)) for part in parts]

    def line(self, points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{self.x(step)},{self.y(value)}" for step, value in points)


def _round_up(most: float) -> float:
    """The end of an axis: the next of 1, 2, 4, 5, 8, 10 in its power of ten."""
    if most <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(most))) - 1) if most >= 1 else 0.1
    return next((power * step for step in (1, 2, 4, 5, 8, 10) if power * step >= most), power * 10)


def forecast_chart(found: ItemForecast) -> Chart:
    """Months that were, months to come, and between what they will be nine times of ten."""
    history = found.history[-SHOWN:]
    begin = len(history)
    high = [mean + SURE * off for mean, off in zip(found.mean, found.spread, strict=True)]
    low = [mean - SURE * off for mean, off in zip(found.mean, found.spread, strict=True)]
    frame = _Frame(begin + len(found.mean) - 1, max([*history, *high, 0.0]))
    were = [(float(step), value) for step, value in enumerate(history)]
    come = [(float(begin + step), value) for step, value in enumerate(found.mean)]
    area = [(float(begin + step), value) for step, value in enumerate(high)]
    area += [(float(begin + step), value) for step, value in reversed(list(enumerate(low)))]
    dots = [
        Dot(frame.x(step), frame.y(value), f"{_month(found, int(step) - begin)}: {shown(value)}")
        for step, value in were + come
    ]
    return Chart(
        first=frame.line(were),
        second=frame.line([*were[-1:], *come]),
        area=frame.line(area),
        dots=dots,
        across=_months(found, begin, frame),
        up=frame.up(),
    )


def _month(found: ItemForecast, place: int) -> str:
    return f"{found.month(place):%Y-%m}"


def _months(found: ItemForecast, begin: int, frame: _Frame) -> list[Mark]:
    """Every sixth month, so that the words have room."""
    places = range(-begin, len(found.mean))
    chosen = [one for one in places if found.month(one).month in (1, 7)]
    return [Mark(frame.x(one + begin), _month(found, one)) for one in chosen]


def curve_chart(points: Sequence[CurvePoint], currency: str) -> Chart:
    """Value of the mean stock by service level, the levels evenly apart."""
    frame = _Frame(len(points) - 1, max((one.stock_value for one in points), default=0.0))
    line = [(float(step), one.stock_value) for step, one in enumerate(points)]
    safety = [(float(step), one.safety_value) for step, one in enumerate(points)]
    dots = [
        Dot(
            frame.x(step),
            frame.y(one.stock_value),
            f"{percent(one.level)} %: {words.amount(Decimal(round(one.stock_value)), currency)}",
        )
        for step, one in enumerate(points)
    ]
    across = [
        Mark(frame.x(step), f"{percent(one.level).normalize():f} %")
        for step, one in enumerate(points)
        if step % 2 == 0
    ]
    return Chart(frame.line(line), frame.line(safety), "", dots, across, frame.up())


def trend_chart(trend: Sequence[tuple[dt.date, float]]) -> Chart:
    """Money tied up at the end of each month."""
    frame = _Frame(len(trend) - 1, max((value for _month, value in trend), default=0.0))
    line = [(float(step), value) for step, (_month, value) in enumerate(trend)]
    area = [*line, (float(len(trend) - 1), 0.0), (0.0, 0.0)] if line else []
    dots = [
        Dot(frame.x(step), frame.y(value), f"{month:%Y-%m}: {shown(value)}")
        for step, (month, value) in enumerate(trend)
    ]
    across = [
        Mark(frame.x(step), f"{month:%Y-%m}")
        for step, (month, _value) in enumerate(trend)
        if month.month in (1, 4, 7, 10)
    ]
    return Chart(frame.line(line), "", frame.line(area), dots, across, frame.up())
