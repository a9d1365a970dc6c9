"""A shop in numbers: operations, choices and machines by place; and what cannot be scheduled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .shop import Choice, Goal, Job, Operation, Placed, Problem, Shop
from .shop_calendar import Clock, Span, earliest

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of an operation: spans are its possible starts, the release kept."""

    machine: int
    minutes: int
    skill: int
    people: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """An operation: its neighbours in the job by place, -1 for none."""

    job: int
    before: int
    after: int
    family: int
    batches: int
    options: tuple[Option, ...]
    is_locked: bool
    former: tuple[int, int] | None  # option (-1: not one of them) and start in the schedule so far


@dataclass(frozen=True, eq=False)
class Instance:
    """All of a shop that can be scheduled."""

    shop: Shop
    jobs: tuple[Job, ...]
    tasks: tuple[Task, ...]
    clocks: tuple[Clock, ...]
    setups: tuple[dict[tuple[int, int], int], ...]  # by machine, by families
    families: int
    begin_family: tuple[int, ...]  # by machine
    capacity: tuple[tuple[tuple[int, int], ...], ...]  # by skill: (moment, people from then on)
    names: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def is_makespan(self) -> bool:
        """Whether the end of all is to be early, not each job's."""
        return self.shop.goal is Goal.MAKESPAN

    def setup(self, machine: int, u: int, v: int) -> int:
        """Minutes between two tasks on a machine; u may be -1, the machine's beginning."""
        family = self.begin_family[machine] if u < 0 else self.tasks[u].family
        return self.setups[machine].get((family, self.tasks[v].family), 0)


def passes(batches: int, minutes: int, following: int) -> list[tuple[int, int]]:
    """For each transfer batch: minutes of work after which it is passed on, and minutes of work
    of the next step before which it is needed."""
    return [
        (-(-batch * minutes // batches), (batch - 1) * following // batches)
        for batch in range(1, batches + 1)
    ]


@dataclass(slots=True)
class Plan:
    """A schedule by task: the option taken, start and end."""

    option: list[int]
    start: list[int]
    end: list[int]

    def copy(self) -> "Plan":
        """Another plan with the same values."""
        return Plan(self.option[:], self.start[:], self.end[:])


def cost(instance: Instance, plan: Plan) -> int:
    """What a plan costs: the goal, and what moved of the former schedule."""
    total = makespan(plan) if instance.is_makespan else tardiness(instance, plan)
    weight = instance.shop.stability
    if weight:
        for v, task in enumerate(instance.tasks):
            if task.former is not None and task.former != (plan.option[v], plan.start[v]):
                total += weight
    return total


def makespan(plan: Plan) -> int:
    """When all is done."""
    return max(plan.end, default=0)


def tardiness(instance: Instance, plan: Plan) -> int:
    """Minutes after the due times, weighted."""
    total = 0
    for v, task in enumerate(instance.tasks):
        job = instance.jobs[task.job]
        if task.after < 0 and job.due is not None:
            total += job.weight * max(0, plan.end[v] - job.due)
    return total


def placed(instance: Instance, plan: Plan) -> tuple[Placed, ...]:
    """The rows of a plan by start."""
    rows = [
        Placed(
            *instance.names[v],
            instance.shop.machines[task.options[plan.option[v]].machine].name,
            plan.start[v],
            plan.end[v],
        )
        for v, task in enumerate(instance.tasks)
    ]
    return tuple(sorted(rows, key=lambda one: (one.start, one.end, one.job, one.operation)))


class Compiler:
    """Turns a shop into numbers, leaving out the jobs that cannot be."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.machines = {one.name: place for place, one in enumerate(shop.machines)}
        self.skills = {one.name: place for place, one in enumerate(shop.skills)}
        self.clocks = tuple(Clock(one) for one in shop.machines)
        self.capacity = tuple(_profile(one.people) for one in shop.skills)
        self.former = {(one.job, one.operation): one for one in shop.former}
        self.families: dict[str, int] = {"": 0}
        self.problems: list[Problem] = []

    def instance(self, left_out: frozenset[str] = frozenset()) -> Instance:
        """The instance without some jobs; problems tells what else had to be left out."""
        self.problems = []
        jobs: list[Job] = []
        tasks: list[Task] = []
        names: list[tuple[str, str]] = []
        for job in self.shop.jobs:
            if job.name in left_out:
                continue
            rows = self._tasks(job, len(jobs), len(tasks))
            if rows:
                jobs.append(job)
                tasks += rows
                names += [(job.name, one.name) for one in job.operations]
        setups = tuple(
            {(self._family(a), self._family(b)): n for (a, b), n in one.setups.items() if n > 0}
            for one in self.shop.machines
        )
        begin = tuple(self._family(one.family) for one in self.shop.machines)
        return Instance(
            self.shop,
            tuple(jobs),
            tuple(tasks),
            self.clocks,
            setups,
            len(self.families),
            begin,
            self.capacity,
            tuple(names),
        )

    def _family(self, name: str) -> int:
        return self.families.setdefault(name, len(self.families))

    def _tasks(self, job: Job, place: int, first: int) -> list[Task]:
        """The tasks of a job from a place on; none if one of them cannot be."""
        tasks, last = [], len(job.operations) - 1
        for step, operation in enumerate(job.operations):
            options = tuple(self._options(job, operation))
            if not options:
                return []
            tasks.append(
                Task(
                    job=place,
                    before=first + step - 1 if step else NOBODY,
                    after=first + step + 1 if step < last else NOBODY,
                    family=self._family(operation.family),
                    batches=max(operation.batches, 1),
                    options=options,
                    is_locked=operation.lock is not None,
                    former=self._former(job, operation, options),
                )
            )
        if not tasks:
            self._refuse(job, "", "no_operations", "has no operations")
        return tasks

    def _former(
        self, job: Job, operation: Operation, options: Sequence[Option]
    ) -> tuple[int, int] | None:
        was = self.former.get((job.name, operation.name))
        if was is None:
            return None
        machine = self.machines.get(was.machine, NOBODY)
        places = [n for n, one in enumerate(options) if one.machine == machine]
        return (places[0] if places else NOBODY, was.start)

    def _options(self, job: Job, operation: Operation) -> Iterator[Option]:
        if not operation.choices:
            self._refuse(job, operation.name, "no_machine", "has no machine that can do it")
        refusals = []
        for choice in operation.choices:
            option = self._option(job, operation, choice)
            if isinstance(option, Option):
                yield option
            elif option is not None:
                refusals.append(option)
        if operation.choices and len(refusals) == len(operation.choices):
            self._refuse(job, operation.name, *refusals[0])

    def _option(self, job: Job, operation: Operation, choice: Choice) -> Option | tuple[str, str]:
        """The option, or why it cannot be (code and words)."""
        if choice.machine not in self.machines:
            return "unknown_machine", f"needs machine {choice.machine!r}, which is not there"
        if choice.minutes < 0:
            return "negative_minutes", f"takes {choice.minutes} minutes on {choice.machine!r}"
        skill = NOBODY
        if choice.skill and choice.people > 0:
            if choice.skill not in self.skills:
                return "unknown_skill", f"needs skill {choice.skill!r}, which nobody has"
            skill = self.skills[choice.skill]
            most = max((n for _, n in self.capacity[skill]), default=0)
            if most < choice.people:
                return "too_few_people", (
                    f"needs {choice.people} with skill {choice.skill!r}; {most} are there at most"
                )
        machine = self.machines[choice.machine]
        spans = self._allowed(job, operation, machine, choice.minutes)
        if not spans:
            return "no_time", f"fits into no working time of machine {choice.machine!r}"
        return Option(machine, choice.minutes, skill, choice.people, spans)

    def _allowed(
        self, job: Job, operation: Operation, machine: int, minutes: int
    ) -> tuple[Span, ...]:
        spans = self.clocks[machine].spans(minutes, may_pause=operation.may_pause)
        if (lock := operation.lock) is not None:
            span = earliest(spans, lock.start)
            if lock.machine != self.shop.machines[machine].name or span is None:
                return ()
            return (Span(lock.start, lock.start, span.elapsed),) if span.low <= lock.start else ()
        begin = max(job.release, operation.ready, 0)
        return tuple(
            Span(max(span.low, begin), span.high, span.elapsed)
            for span in spans
            if span.high >= begin
        )

    def _refuse(self, job: Job, operation: str, code: str, words: str) -> None:
        what = f"{job.name!r}, step {operation!r}" if operation else f"{job.name!r}"
        self.problems.append(Problem(job.name, operation, code, f"Job {what} {words}."))


def _profile(people: Sequence[tuple[int, int, int]]) -> tuple[tuple[int, int], ...]:
    """From which moment how many people are there."""
    steps: dict[int, int] = {0: 0}
    for begin, end, count in people:
        if begin < end:
            steps[max(begin, 0)] = steps.get(max(begin, 0), 0) + count
            steps[max(end, 0)] = steps.get(max(end, 0), 0) - count
    found, now = [], 0
    for moment in sorted(steps):
        now += steps[moment]
        found.append((moment, now))
    return tuple(found)
