"""What a machine schedule must keep, minute by minute: slow, obvious, and nobody else's code."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from gendan.engine.schedule.shop import Choice, Goal, Job, Machine, Operation, Placed, Shop


def complaints(shop: Shop, placed: Sequence[Placed], left_out: frozenset[str]) -> list[str]:
    """Every rule a schedule breaks, in words; jobs left out need not be in it."""
    found: list[str] = []
    rows = {(one.job, one.operation): one for one in placed}
    wanted = {
        (job.name, operation.name)
        for job in shop.jobs
        if job.name not in left_out
        for operation in job.operations
    }
    if set(rows) != wanted or len(rows) != len(placed):
        return [f"operations {set(rows) ^ wanted}"]
    machines = {one.name: one for one in shop.machines}
    for job in shop.jobs:
        if job.name not in left_out:
            found += _job(job, rows, machines)
    for machine in shop.machines:
        found += _machine(shop, machine, [one for one in placed if one.machine == machine.name])
    return found + _people(shop, rows, left_out)


def is_down(machine: Machine, minute: int) -> bool:
    """Whether it cannot be touched in the minute that begins then."""
    return any(begin <= minute < end for begin, end in machine.down)


def works(machine: Machine, minute: int) -> bool:
    """Whether it works in the minute that begins then."""
    shifts = machine.shifts
    return not is_down(machine, minute) and (
        shifts is None or any(begin <= minute < end for begin, end in shifts)
    )


def choice_of(operation: Operation, row: Placed) -> list[Choice]:
    """The choices that could be meant by a row."""
    return [one for one in operation.choices if one.machine == row.machine]


def _job(job: Job, rows: dict[tuple[str, str], Placed], machines: dict[str, Machine]) -> list[str]:
    found = []
    for operation in job.operations:
        row = rows[job.name, operation.name]
        machine = machines[row.machine]
        if row.start < max(job.release, operation.ready):
            found.append(f"{row} before its release")
        if operation.lock and (operation.lock.machine, operation.lock.start) != (
            row.machine,
            row.start,
        ):
            found.append(f"{row} is not where it is locked")
        minutes = range(row.start, row.end)
        worked = sum(works(machine, minute) for minute in minutes)
        if not any(one.minutes == worked for one in choice_of(operation, row)):
            found.append(f"{row} works {worked} minutes")
        if row.end > row.start and not works(machine, row.end - 1):
            found.append(f"{row} ends while the machine stands")
        if row.end > row.start and not works(machine, row.start):
            found.append(f"{row} begins while the machine stands")
        if any(is_down(machine, minute) for minute in minutes):
            found.append(f"{row} is carried across a time when the machine is down")
        if not operation.may_pause and worked != row.end - row.start:
            found.append(f"{row} pauses")
    for one, other in pairwise(job.operations):
        found += _pass(one, rows[job.name, one.name], rows[job.name, other.name], machines)
    return found


def _pass(
    operation: Operation, first: Placed, second: Placed, machines: dict[str, Machine]
) -> list[str]:
    """Each batch is there when the next step has done all batches before it."""
    here, there = _minutes(machines, first), _minutes(machines, second)
    count = operation.batches
    for batch in range(1, count + 1):
        done = _ceil(batch * len(here), count)
        used = (batch - 1) * len(there) // count
        passed = here[done - 1] + 1 if done else first.start
        needed = there[used - 1] + 1 if used else second.start
        if needed < passed:
            return [f"{second} needs batch {batch} at {needed}, {first} passes it on at {passed}"]
    return []


def _ceil(a: int, b: int) -> int:
    return -(-a // b)


def _minutes(machines: dict[str, Machine], row: Placed) -> list[int]:
    return [minute for minute in range(row.start, row.end) if works(machines[row.machine], minute)]


def _machine(shop: Shop, machine: Machine, rows: list[Placed]) -> list[str]:
    found = []
    families = {
        (job.name, operation.name): operation.family
        for job in shop.jobs
        for operation in job.operations
    }
    rows = sorted(rows, key=lambda one: (one.start, one.end))
    before, end = machine.family, 0
    for row in rows:
        family = families[row.job, row.operation]
        if row.start < end:
            found.append(f"{row} overlaps on its machine")
        setup = machine.setups.get((before, family), 0)
        if sum(works(machine, minute) for minute in range(end, row.start)) < setup:
            found.append(f"{row} has no {setup} minutes of set-up from {before!r}")
        before, end = family, row.end
    return found


def _people(shop: Shop, rows: dict[tuple[str, str], Placed], left_out: frozenset[str]) -> list[str]:
    """People are there for some choice of each operation; choices on a machine have one skill."""
    machines = {one.name: one for one in shop.machines}
    busy: dict[tuple[str, int], int] = {}
    for job in shop.jobs:
        if job.name in left_out:
            continue
        for operation in job.operations:
            row = rows[job.name, operation.name]
            choice = choice_of(operation, row)[0]
            for minute in _minutes(machines, row) if choice.skill else ():
                key = (choice.skill, minute)
                busy[key] = busy.get(key, 0) + choice.people
    found = []
    for (skill, minute), people in sorted(busy.items()):
        there = sum(
            count
            for one in shop.skills
            if one.name == skill
            for begin, end, count in one.people
            if begin <= minute < end
        )
        if people > there:
            found.append(f"{people} with skill {skill} at {minute}, {there} are there")
    return found


def value(shop: Shop, placed: Sequence[Placed]) -> int:
    """What a schedule costs: the goal, and what moved of the former schedule."""
    ends = {(one.job, one.operation): one.end for one in placed}
    if shop.goal is Goal.MAKESPAN:
        total = max(ends.values(), default=0)
    else:
        total = sum(
            job.weight * max(0, ends[job.name, job.operations[-1].name] - job.due)
            for job in shop.jobs
            if job.due is not None and (job.name, job.operations[-1].name) in ends
        )
    where: Callable[[Placed], tuple[str, int]] = lambda one: (one.machine, one.start)  # noqa: E731
    now = {(one.job, one.operation): where(one) for one in placed}
    moved = sum(
        now[one.job, one.operation] != where(one)
        for one in shop.former
        if (one.job, one.operation) in now
    )
    return total + shop.stability * moved
