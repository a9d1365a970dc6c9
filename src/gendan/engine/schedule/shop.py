"""A shop to be scheduled in minutes: machines, people, jobs and their steps; and its schedule.

All times are whole minutes from the beginning of the plan (0). Intervals are half-open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

Interval = tuple[int, int]


class Goal(Enum):
    """What a schedule is to keep small."""

    MAKESPAN = "makespan"  # when everything is done
    TARDINESS = "tardiness"  # minutes after the due times, times the jobs' weights


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine: one operation at a time.

    shifts: when it works; None: always. An operation that may pause waits over the gaps.
    down: maintenance and breakdowns; nothing is carried across them. setups: minutes by (family
    before, family after), working time of the machine; what is not named needs none. family: what
    it is set up for in the beginning, "" if that does not matter.
    """

    name: str
    shifts: tuple[Interval, ...] | None = None
    down: tuple[Interval, ...] = ()
    setups: Mapping[tuple[str, str], int] = field(default_factory=dict)
    family: str = ""


@dataclass(frozen=True, slots=True)
class Skill:
    """People who can do something: how many are there in (from, to, people); none at other times.

    Where two of the intervals overlap their people add up.
    """

    name: str
    people: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A machine that can do an operation, how long, and whom it takes while the machine runs."""

    machine: str
    minutes: int
    skill: str = ""
    people: int = 1


@dataclass(frozen=True, slots=True)
class Lock:
    """Where and when an operation must begin: it is running, or somebody has decided so."""

    machine: str
    start: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a job on one of several machines.

    family: for set-ups. batches: in how many equal parts the job passes on to the next step, which
    may begin with the first of them and never runs dry; 1: only as a whole. ready: when its
    material is there. may_pause: whether it may wait over the gaps between shifts.
    """

    name: str
    choices: tuple[Choice, ...]
    family: str = ""
    batches: int = 1
    ready: int = 0
    may_pause: bool = True
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Steps one after the other. weight: what a minute after the due time costs."""

    name: str
    operations: tuple[Operation, ...]
    release: int = 0
    due: int | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """An operation in a schedule."""

    job: str
    operation: str
    machine: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What is to be scheduled. Names of machines, skills and jobs, and steps in a job, differ.

    former: the schedule so far; stability: what it costs to begin an operation of it at another
    time or on another machine, in the goal's minutes.
    """

    machines: tuple[Machine, ...]
    jobs: tuple[Job, ...]
    skills: tuple[Skill, ...] = ()
    goal: Goal = Goal.MAKESPAN
    former: tuple[Placed, ...] = ()
    stability: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A job that is left out of the schedule: what stands in the way, as a code and in words."""

    job: str
    operation: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the former schedule: was is None for what is new, now for what fell."""

    was: Placed | None
    now: Placed | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The best schedule so far, while the search goes on. bound: no schedule costs less."""

    cost: int
    bound: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A schedule: rows by start. cost: goal and stability; bound: no schedule costs less."""

    placed: tuple[Placed, ...]
    cost: int
    bound: int
    makespan: int
    tardiness: int
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    is_searched: bool  # not only constructed

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that there is none better."""
        return self.cost <= self.bound


def changes(former: Sequence[Placed], now: Sequence[Placed]) -> tuple[Change, ...]:
    """What moved, came and fell between two schedules, by its new (or former) start."""
    was = {(one.job, one.operation): one for one in former}
    found = []
    for one in now:
        old = was.pop((one.job, one.operation), None)
        if old is None or (old.machine, old.start) != (one.machine, one.start):
            found.append(Change(old, one))
    found += [Change(old, None) for old in was.values()]
    return tuple(sorted(found, key=_moment))


def _moment(change: Change) -> tuple[int, str, str]:
    one = change.now or change.was
    return (one.start, one.job, one.operation) if one else (0, "", "")
