"""Given orders to be dated, the floor they are made on, and what their dates are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .floor import Crews, Work
from .workshop import NEVER

TIME, MATERIAL, CENTRE, PEOPLE = "time", "material", "centre", "people"
APPROVAL = "approval"


class Task(NamedTuple):
    """An order to be dated.

    `due`: the evening by which something asks for it directly, NEVER if only other orders take it.
    `ready`: the day on which what nobody here makes is there. `lead`: the working days it usually
    takes from beginning to end; without steps it takes them always. `steps`: (centre, amount).
    `makers`: places of the tasks whose output it takes. `held`: it is to be ready on that day, -1:
    as the plan needs it.
    `approved`: the day, not after `ready`, on which it may be begun, whatever is there.
    """

    due: int = NEVER
    ready: int = 0
    lead: int = 0
    steps: tuple[tuple[int, int], ...] = ()
    makers: tuple[int, ...] = ()
    held: int = -1
    approved: int = 0


@dataclass(frozen=True, slots=True)
class Shopfloor:
    """`capacity` (centres × days); `works` (days): the company's working days, for leads; `usual`:
    the capacity without overtime and stoppages, if it is another."""

    capacity: Sequence[Sequence[int]]
    works: Sequence[bool]
    crews: Crews | None = None
    usual: Sequence[Sequence[int]] | None = None

    @property
    def days(self) -> int:
        """How many days are looked at."""
        return len(self.works)


class Bound(NamedTuple):
    """What makes an order late: the reason, and the task and work centre in which it lies."""

    reason: str
    task: int
    centre: int = -1


@dataclass(slots=True)
class Dated:
    """By task its first and last day and its work; `bound`: of those that are late."""

    start: list[int]
    end: list[int]
    work: list[list[Work]]
    bound: dict[int, Bound] = field(default_factory=dict)
    harm: int = 0


def harm(days: int) -> int:
    """What an order's being late by so many days weighs; none if it is not.

    Late at all is twenty, each day one more, and long waits more than their days: of orders that
    cannot all be in time none is left waiting for months for the others' sake.
    """
    return 20 + days + days * days // 20 if days > 0 else 0


def shortest(one: Task) -> int:
    """The working days an order takes at least besides the work of its steps."""
    return 0 if one.steps else one.lead
