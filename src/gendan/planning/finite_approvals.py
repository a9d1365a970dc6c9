"""Before which day tasks of the finite schedule may not begin: what is made for orders that wait.

An order's production waits for approvals (planning/approvals.py); of all that is made for it, on
every level and outside, nothing is begun before. What is bought is bought, so that it is there for
the sample that is made of it. Of a lot for several customers' orders the approval counts that is
expected first: the lot is made for that order, and those of others who take of it would wait for
nothing of theirs. What serves forecasts or safety stock besides has no say; alone it does not wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gendan.engine.promise import Approval
from gendan.engine.schedule.chains import Leads, consumers_first
from gendan.planning.calculating import Calculated

# By (day, days after material): when it may begin; nothing is approved sooner than AT_ONCE, and
# NOBODY's say comes after everybody's.
_Wait = tuple[int, int]
AT_ONCE: _Wait = (0, 0)
NOBODY: _Wait = (1 << 40, 0)


@dataclass(frozen=True, slots=True)
class Linked:
    """A task as it is linked: whose output it takes, and when the rest of its material is there.

    `is_bought`: nothing of ours is begun for it. `is_begun`: its making has begun already.
    """

    makers: Sequence[int]
    ready: int
    is_bought: bool
    is_begun: bool
    lead: int
    starts: int  # by the net requirements


@dataclass(slots=True)
class Begins:
    """By task the day before which it may not begin, of those that wait, and for what is bought the
    evening by which the sample needs it."""

    begin: dict[int, int] = field(default_factory=dict)
    needed: dict[int, int] = field(default_factory=dict)


def begins(
    done: Calculated,
    approvals: Mapping[int, Approval],
    served: Mapping[int, set[int]],
    tasks: Sequence[Linked],
    works: Sequence[bool],
) -> Begins:
    """`served`: by task the demands (places in `asked`) it serves directly."""
    found = Begins()
    order, makers = consumers_first(tasks)
    waits = _waits(_own_waits(done, approvals, served, len(tasks)), tasks, order, makers)
    leads = Leads(works)
    for place in reversed(order):  # makers first
        one, (on, days) = tasks[place], waits[place]
        if one.is_bought or one.is_begun or waits[place] in (AT_ONCE, NOBODY):
            continue
        begin = on
        if days:
            bought = [maker for maker in one.makers if tasks[maker].is_bought]
            there = (leads.forward(tasks[maker].ready, tasks[maker].lead) for maker in bought)
            soonest = min(max([one.ready, *there]), leads.days)
            begin = max(begin, leads.forward(soonest, days))
            for maker in bought:
                evening = max(leads.backward(max(begin, one.starts), days), 0)
                found.needed[maker] = min(found.needed.get(maker, evening), evening)
        if begin > 0:
            found.begin[place] = begin
    return found


def _own_waits(
    done: Calculated, approvals: Mapping[int, Approval], served: Mapping[int, set[int]], size: int
) -> list[_Wait]:
    """By task what the orders wait for that it serves directly."""
    today, asked = done.given.today.toordinal(), done.given.asked
    waits = [NOBODY] * size
    for place, demands in served.items():
        for demand in demands:
            order_id = asked[demand].order_id
            if order_id is None:
                continue
            one = approvals.get(order_id)
            wait = AT_ONCE if one is None else (max(one.on.toordinal() - today, 0), one.days)
            waits[place] = min(waits[place], wait)
    return waits


def _waits(
    waits: list[_Wait],
    tasks: Sequence[Linked],
    order: Sequence[int],
    makers: Sequence[Sequence[int]],
) -> list[_Wait]:
    """From what is served down to what it is made of."""
    for place in order:
        wait = AT_ONCE if tasks[place].is_begun else waits[place]
        for maker in makers[place]:
            waits[maker] = min(waits[maker], wait)
    return waits
