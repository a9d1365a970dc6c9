"""The days a promise has had since it counts, each with its rank: who is booked before whom.

Whoever was promised earlier comes earlier. A line counts from when its order was confirmed, or its
draft held before that; a date computed later ranks behind all that were given until then, and so
does a line of which more, or something else, was asked. A date that was only said again keeps its
rank. What a rush has booked anew ranks in the turns in which it was booked.
"""

import datetime as dt
from itertools import pairwise
from typing import Any, NamedTuple

from gendan.engine.promise import Given
from gendan.kernel import clock

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE = dt.timedelta(microseconds=1)
_UNKNOWN = dt.date.min


def microseconds(moment: dt.datetime) -> int:
    """A moment as ranks have it."""
    return (moment - _EPOCH) // _ONE


class Turn(NamedTuple):
    """A turn of a rush, of one name."""

    name: str
    given: Given
    was_on: dt.date | None
    number: int
    last_number: int


class History:
    """What a line was promised: when (by rising number), for which day, and what came between."""

    def __init__(
        self,
        counts_from: dt.datetime | None,
        promises: list[Any],
        asked: list[Any],
        turns: list[Any],
    ) -> None:
        self.counts_from = 0 if counts_from is None else microseconds(counts_from)
        self.turns = [_turn(*row) for row in turns]
        self.promises = [
            (number, _moment(at), dt.date.fromisoformat(on)) for number, at, on, _parts in promises
        ]
        self.parts = {number: parts for number, _at, _on, parts in promises}
        self.asked = [_moment(at) for at in asked]

    def way(self, promised_on: dt.date) -> dt.timedelta:
        """From the promised day to the one on which the goods leave the works."""
        return self.promises[-1][2] - promised_on if self.promises else dt.timedelta(0)

    def of_line(self, name: str, on: dt.date) -> list[Given]:
        """Its days by rising rank; the last is the one it has now."""
        return self._ended(_others(self._all(name)), on)

    def of_delivery(self, name: str, on: dt.date) -> list[Given]:
        """The same of a delivery: its days are its own, not the line's."""
        part = name.rpartition("/")[2]
        found = [one if one.rank[2] else self._of_part(one, part) for one in self._all(name)]
        unknown = [place for place, one in enumerate(found) if one.on == _UNKNOWN]
        if unknown:  # from before such days were written down: only a rush has kept them
            found = found[unknown[-1] :]
            was_on = {turn.given: turn.was_on for turn in self.turns if turn.name == name}
            day = was_on.get(found[1]) if len(found) > 1 else on
            found[:1] = [] if day is None else [found[0]._replace(on=day)]
        return self._ended(_others(found), on)

    def _of_part(self, one: Given, part: str) -> Given:
        """A day of the line as the day its delivery had then."""
        day = self.parts[one.rank[1]].get(part)
        return one._replace(on=_UNKNOWN if day is None else dt.date.fromisoformat(day))

    def _all(self, name: str) -> list[Given]:
        """Each time a day was given, before it counted only the last."""
        inside = [range(turn.number + 1, turn.last_number + 1) for turn in self.turns]
        given = [
            Given((max(at, self.counts_from), number, 0), on)
            for number, at, on in self.promises
            if not any(number in one for one in inside)
        ]
        first = [one for one in given if one.rank[0] == self.counts_from][-1:]
        later = [one for one in given if one.rank[0] > self.counts_from]
        turns = [turn.given for turn in self.turns if turn.name == name]
        counting = [one for one in turns if one.rank[0] >= self.counts_from]
        return sorted([*first, *later, *counting])

    def _ended(self, found: list[Given], on: dt.date) -> list[Given]:
        """The last has the present day, and ranks behind what was asked since."""
        last = found.pop() if found else Given((self.counts_from, 0, 0), on)
        asked = max(self.asked, default=0)
        if asked > last.rank[0]:
            found.append(last)
            last = Given((asked, last.rank[1], 0), on)
        whole = [*found, last._replace(on=on)]
        former = [
            one._replace(was_past=one.on < _date(after.rank[0])) for one, after in pairwise(whole)
        ]
        return [*former, whole[-1]]


def _others(found: list[Given]) -> list[Given]:
    """Without the days that were only said again."""
    kept: list[Given] = []
    for one in found:
        if not kept or one.on != kept[-1].on or one.rank[2]:
            kept.append(one)
    return kept


def _turn(
    name: str,
    at: str,
    number: int,
    last_number: int,
    turn: int,
    is_early: bool,
    was_on: str | None,
    is_on: str,
) -> Turn:
    given = Given((_moment(at), last_number, turn), dt.date.fromisoformat(is_on), is_early)
    was = None if was_on is None else dt.date.fromisoformat(was_on)
    return Turn(name, given, was, number, last_number)


def _date(moment: int) -> dt.date:
    """The day on which something was given."""
    return (_EPOCH + moment * _ONE).astimezone(clock.zone()).date()


def _moment(at: str) -> int:
    return microseconds(dt.datetime.fromisoformat(at))
