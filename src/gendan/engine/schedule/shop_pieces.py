"""Stretches of possible starts in which everything else about an operation is constant."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .shop import Interval
from .shop_calendar import END_OF_TIME, Clock, merged
from .shop_instance import NOBODY, Instance, passes


@dataclass(frozen=True, slots=True)
class Piece:
    """Starts of one option from low to high with the same end, working time and batches.

    elapsed: minutes to the end; shift: working time of the machine at a start less the start;
    given, needed: minutes to where each transfer batch is passed on, and is needed.
    """

    option: int
    low: int
    high: int
    elapsed: int
    shift: int
    given: tuple[int, ...]
    needed: tuple[int, ...]


def given(instance: Instance, v: int, n: int, start: int) -> tuple[int, ...]:
    """Minutes from a start to where each transfer batch is passed on."""
    task = instance.tasks[v]
    option = task.options[n]
    clock = instance.clocks[option.machine]
    batches = passes(task.batches, option.minutes, 0)
    return tuple(clock.after(start, done) - start for done, _ in batches)


def needed(instance: Instance, v: int, n: int, start: int) -> tuple[int, ...]:
    """Minutes from a start to where each transfer batch of the step before is needed."""
    task = instance.tasks[v]
    option = task.options[n]
    clock = instance.clocks[option.machine]
    count = 1 if task.before == NOBODY else instance.tasks[task.before].batches
    batches = passes(count, 0, option.minutes)
    return tuple(clock.after(start, work) - start for _, work in batches)


def pieces_of(instance: Instance, v: int, n: int, earliest: int, latest: int) -> list[Piece]:
    """All pieces of an option that begin at or after a moment and end by another."""
    option = instance.tasks[v].options[n]
    clock = instance.clocks[option.machine]
    found = []
    for span in option.spans[bisect_left(option.spans, earliest, key=lambda one: one.high) :]:
        if span.low + span.elapsed > latest:
            break
        low, high = max(span.low, earliest), min(span.high, latest - span.elapsed)
        for a, b in _cuts(instance, v, n, low, high):
            shift = 0 if clock.is_always_open else clock.work(a) - a
            passed, wanted = given(instance, v, n, a), needed(instance, v, n, a)
            found.append(Piece(n, a, b, span.elapsed, shift, passed, wanted))
    return found


def _cuts(instance: Instance, v: int, n: int, low: int, high: int) -> Iterator[Interval]:
    """Starts from low to high, cut where a batch comes to be passed on in another shift."""
    task = instance.tasks[v]
    option = task.options[n]
    clock = instance.clocks[option.machine]
    count = max(task.batches, 1 if task.before == NOBODY else instance.tasks[task.before].batches)
    begins = {low}
    if count > 1 and not clock.is_always_open:
        inside = {work for pair in passes(task.batches, option.minutes, 0) for work in pair}
        if task.before != NOBODY:
            before = instance.tasks[task.before].batches
            inside |= {work for pair in passes(before, 0, option.minutes) for work in pair}
        for work in inside - {0}:
            spans = clock.spans(work, may_pause=True)
            begins |= {span.low for span in spans if low < span.low <= high}
    edges = sorted(begins)
    yield from zip(edges, [*(edge - 1 for edge in edges[1:]), high], strict=True)


@dataclass(frozen=True, slots=True)
class Users:
    """Who uses a skill: tasks, and when any of their machines works (None: always)."""

    tasks: tuple[int, ...]
    open: tuple[Interval, ...] | None
    capacity: tuple[tuple[int, int], ...]

    def missing(self, most: int, earliest: int, latest: int) -> Iterator[tuple[int, int, int]]:
        """(from, to, how many fewer than the most) while machines work, between two moments."""
        ends = [moment for moment, _ in self.capacity[1:]] + [max(latest, 0)]
        for (begin, people), end in zip(self.capacity, ends, strict=True):
            if people >= most or max(begin, earliest) >= min(end, latest):
                continue
            stretches = [(0, latest)] if self.open is None else self.open
            for a, b in stretches:
                low, high = max(a, begin, earliest), min(b, end, latest)
                if low < high:
                    yield low, high, most - people

    def is_open_in_pause(self, clock: Clock, piece: Piece) -> bool:
        """Whether others work with the skill while an operation pauses."""
        parts = clock.parts(piece.low, piece.low + piece.elapsed)
        pauses = [(a[1], b[0]) for a, b in pairwise(parts)]
        stretches = ((0, END_OF_TIME),) if self.open is None else self.open
        return any(a < end and begin < b for begin, end in pauses for a, b in stretches)


def skill_users(instance: Instance, skill: int) -> Users:
    """Who uses a skill in an instance."""
    tasks, machines = [], set()
    for v, task in enumerate(instance.tasks):
        mine = {option.machine for option in task.options if option.skill == skill}
        if mine:
            tasks.append(v)
            machines |= mine
    clocks = [instance.clocks[machine] for machine in sorted(machines)]
    always = any(clock.is_always_open for clock in clocks)
    stretches = None if always else tuple(merged(part for clock in clocks for part in clock.open))
    return Users(tuple(tasks), stretches, instance.capacity[skill])
