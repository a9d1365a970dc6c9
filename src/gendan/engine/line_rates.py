"""How fast a line makes a style: from standard minutes, people, efficiency and a learning curve.

One function says what an operation takes, `Effort.work`, and everything asks it. All of it is whole
numbers: work in thousandths of a minute, quantities in millionths of a piece, minutes a piece in
millionths of a minute. So what is asked twice is answered alike, and the way back is exact.

A learning curve gives the output of each day on a style as a percentage of the full rate; after its
last day the rate is full. A day on the style is one day's minutes of the line, whenever they are
worked: half a day today and half a day next week are the first day.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

THOUSANDTHS = 1000  # of a minute
MILLIONTHS = 1_000_000  # of a piece, and of a minute a piece
WHOLE = 100
# A quantity times the minutes of a piece is so many times its work.
SCALE = MILLIONTHS * MILLIONTHS // THOUSANDTHS
HOUR = 60
LONGEST_PIECE = Decimal(999_999)  # minutes: more cannot be written down
_STEP = Decimal("0.000001")


def piece_minutes(sam: Decimal, operators: int, efficiency_percent: Decimal) -> Decimal:
    """The minutes of a line for one piece: its standard minutes shared by the people at work.

    `sam`: minutes one person of standard speed takes. Rounded to a millionth, never nothing and
    never more than LONGEST_PIECE.
    """
    exact = sam * WHOLE / (operators * efficiency_percent)
    rounded = max(exact.quantize(_STEP, ROUND_HALF_UP), _STEP) if sam else Decimal(0)
    return min(rounded, LONGEST_PIECE)


def pieces_an_hour(run_minutes: Decimal) -> Decimal | None:
    """The full rate; None: a piece takes no time."""
    return HOUR / run_minutes if run_minutes else None


def parts_of(quantity: Decimal) -> int:
    """A quantity in millionths of a piece."""
    return int(quantity * MILLIONTHS)


@dataclass(frozen=True, slots=True)
class Effort:
    """What an operation takes: `setup` in thousandths, `run` in millionths of a minute a piece.

    `day`: thousandths of a minute that a line works on a day. `curve`: percent of the full rate by
    day on the style. `learned`: how much of the curve's days lies behind, in thousandths.
    """

    setup: int
    run: int
    day: int = 0
    curve: tuple[int, ...] = ()
    learned: int = 0

    @classmethod
    def of(
        cls,
        setup_minutes: Decimal,
        run_minutes: Decimal,
        day_minutes: int = 0,
        curve: Iterable[int] = (),
        lines: int = 1,
    ) -> "Effort":
        """From minutes, as they are written down; `lines` beside each other share a day's."""
        return cls(
            round(setup_minutes * THOUSANDTHS),
            round(run_minutes * MILLIONTHS),
            day_minutes * THOUSANDTHS // max(lines, 1),
            tuple(curve) if day_minutes else (),
        )

    @property
    def enough(self) -> int:
        """After so much of a style (or a little less) nothing of it has to be learned."""
        return self.parts(self.setup + self.day * len(self.curve)) + 1 if self.run else 0

    @property
    def learns(self) -> bool:
        """Whether a style has still to be learned."""
        return self.run > 0 and self.learned < self.day * len(self.curve)

    def after(self, parts: int) -> "Effort":
        """The effort when so much of the style was made before, and is still known."""
        if not parts or not self.curve:
            return self
        spent = self.work(parts) - self.setup
        return replace(self, learned=min(self.learned + spent, self.day * len(self.curve)))

    def slower(self, percent: Decimal) -> "Effort":
        """The effort of good pieces, where of 100 made so many (`percent`) are good."""
        return replace(self, run=int(-(-self.run * WHOLE // percent)))

    def work(self, parts: int) -> int:
        """What a quantity takes, set-up included; a started thousandth counts."""
        left = parts * self.run * WHOLE
        spent, begun = self.setup, self.learned
        for number, percent in enumerate(self.curve, 1):
            room = number * self.day - begun
            if room <= 0:
                continue
            rate = percent * SCALE
            if left <= room * rate:
                return spent - (-left // rate)
            left -= room * rate
            spent += room
            begun += room
        return spent - (-left // (WHOLE * SCALE))

    def parts(self, work: int) -> int:
        """The most that so much work makes, set-up included: the way back of `work`.

        Nothing before the set-up is over. Not to be asked where a piece takes no time.
        """
        if not self.run:
            raise ZeroDivisionError("a piece takes no time")
        left, made, begun = work - self.setup, 0, self.learned
        if left <= 0:
            return 0
        for number, percent in enumerate(self.curve, 1):
            used = min(max(number * self.day - begun, 0), left)
            made += used * percent * SCALE
            left -= used
            begun += used
        return (made + left * WHOLE * SCALE) // (self.run * WHOLE)

    def lost(self, parts: int) -> int:
        """How much of the work of a quantity is because the style is learned."""
        return self.work(parts) - replace(self, curve=()).work(parts)


@dataclass(frozen=True, slots=True)
class LineDay:
    """One day of a line on a style: pieces (millionths) made on it, and so far.

    `percent`: of what a day without set-up and learning makes, were there enough to make.
    """

    number: int
    percent: int
    parts: int
    so_far: int


def by_day(effort: Effort, parts: int, most: int) -> list[LineDay]:
    """What a line makes of a quantity day by day, set-up first; at most so many days."""
    found: list[LineDay] = []
    before = so_far = 0
    while so_far < parts and len(found) < most and effort.day and effort.run:
        could = effort.parts((len(found) + 1) * effort.day)
        percent = min(round((could - before) * effort.run * WHOLE / (effort.day * SCALE)), WHOLE)
        made = min(could, parts)
        found.append(LineDay(len(found) + 1, percent, made - so_far, made))
        before, so_far = could, made
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """A style was, or will have been, made by a day: so many millionths of a piece."""

    on: dt.date
    parts: int


def known(runs: Sequence[Run], on: dt.date, known_days: int, enough: int | None = None) -> int:
    """How much of a style the line has behind it on a day and still knows.

    Runs (by rising day) later than the day do not count; what lies longer back than a style stays
    known, after its last run or between two, is forgotten. `enough`: no more need be counted.
    """
    total, after = 0, on
    for place in range(bisect_right(runs, on, key=lambda run: run.on) - 1, -1, -1):
        one = runs[place]
        if (after - one.on).days > known_days or (enough is not None and total >= enough):
            break
        total, after = total + one.parts, one.on
    return total
