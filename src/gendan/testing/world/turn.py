"""The simulated world: orders come in, people act and slip, every evening an auditor looks."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

from gendan.catalog.queries import calendar
from gendan.followup.models import JourneyStage, TemplateStep
from gendan.followup.services import refreshing_together
from gendan.intake.sandbox import files_of_our_own
from gendan.kernel import clock, reactions, sending
from gendan.kernel.audit import audit
from gendan.kernel.models import User
from gendan.testing.world.floor import Floor
from gendan.testing.world.found import found_company
from gendan.testing.world.found_contracts import issue_some_papers
from gendan.testing.world.found_suppliers import score_service
from gendan.testing.world.inbox import Inbox
from gendan.testing.world.keeping import keep_stock
from gendan.testing.world.readers import Readers
from gendan.testing.world.work import Work
from gendan.testing.world.works import Works

Say = Callable[[str], None]
AUDIT = frozenset({"kernel.handlers.audit_nightly"})  # the world audits by itself, and raises
TELL = frozenset({"notices.handlers.tell"})


class WorldBroken(AssertionError):
    """An invariant does not hold: the seed and day are the bug report."""


@dataclass
class World:
    """A company living through days, the same for the same seed, dates and code.

    `orders_a_day` is the average of new orders per working day; `audits` is how many days lie
    between two audits (1: every evening), `plans` how many between two plans. `patience`: how much
    of the usual time customers give us; below 1 each sample is made, and approved, in a day. After
    `detail_after` days goods are bought by purchase orders, carried to their bins and counted;
    before, they are just expected and come. People are told of facts, and read it, after
    `told_after` days. After `reported_after` days the workshops report their pieces (None: never).
    """

    seed: int
    first_day: dt.date
    orders_a_day: float = 1.1
    audits: int = 1
    plans: int = 1
    patience: float = 1.0
    detail_after: int = 0
    told_after: int = 0
    reported_after: int | None = None
    password: str | None = None
    say: Say = lambda _text: None
    rng: random.Random = field(init=False)
    reactions: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311  a reproducible world, no secret

    def found(self) -> None:
        """Master data, people, opening stock, templates."""
        with clock.at(clock.moment_on(self.first_day, 8)):
            found_company(on=self.first_day, rng=self.rng, password=self.password)
            if self.patience < 1:
                TemplateStep.objects.filter(stage=JourneyStage.SAMPLES).update(duration_days=1)
            self.calendar = calendar(None)
            people = {user.username: user for user in User.objects.order_by("pk")}
            self.inbox = Inbox(self.rng, people, self.patience)
            self.work = Work(self.rng, people, self.calendar)
            self.readers = Readers(self.seed, people)
            self.works = Works(self.rng, people, self.calendar)
            self.floor = Floor(self.seed, people, self.calendar)

    def run(self, days: int) -> None:
        """Turn that many days, the first of them `first_day`."""
        with files_of_our_own():
            self._run(days)

    def _run(self, days: int) -> None:
        for number in range(days):
            day = self.first_day + dt.timedelta(days=number)
            is_last = number == days - 1
            with transaction.atomic():  # days come whole; what is dead is swept between them
                self._live(day, number, is_last)
            if number % 10 == 9:
                self.say(f"day {number + 1} of {days}")
                _tidy()

    def _live(self, day: dt.date, number: int, is_last: bool) -> None:
        self.work.store.has_detail = number >= self.detail_after
        self.readers.listen = number >= self.told_after
        self.turn(day)
        if number % 20 == 19 or is_last:
            self._issue_papers(day)
            self._look_ahead(day)
        sending.drop_waiting()  # nobody outside hears of a simulated world
        if number % self.audits == 0 or is_last:
            self.audit(day)

    def turn(self, day: dt.date) -> None:
        """One day from morning to evening; the present one only as far as it has come."""
        ends = clock.now() if day == clock.today() else None
        with clock.at(clock.moment_on(day, 7)):
            reactions.open_day()
            self._react()
        if self.calendar.works_on(day):
            hours: list[tuple[int, Callable[[dt.date], None]]] = [
                (9, self._receive),
                (10, self.work.on_drafts),
                (11, self.readers.read),
                (12, self.work.on_purchases),
                (13, self.work.on_milestones),
                (14, self._plan),
                (15, self._make),
                (16, self.work.talk),
                (17, self.readers.read),
            ]
            for hour, act in hours:
                moment = clock.moment_on(day, hour, self.rng.randrange(50))
                if ends is not None and moment > ends:
                    break  # nothing has happened yet that is still to come
                with clock.at(moment):
                    with refreshing_together():
                        act(day)
                        self._react()
                    self._react()

    def audit(self, day: dt.date) -> None:
        """Raise WorldBroken with what does not hold."""
        with clock.at(clock.moment_on(day, 20)):
            found = audit()
        if found:
            lines = [f"{room}: {line}" for room, sentences in found.items() for line in sentences]
            raise WorldBroken(f"seed {self.seed}, {day}:\n" + "\n".join(lines[:40]))

    def _issue_papers(self, day: dt.date) -> None:
        """Some orders get a proforma invoice or contract, some a letter of credit."""
        with clock.at(clock.moment_on(day, 18)):
            issue_some_papers()
            self._react()

    def _look_ahead(self, day: dt.date) -> None:
        """The works arrange their next weeks; whatever asks for a plan until now has it then."""
        evening = clock.moment_on(day, 19)
        with clock.at(min(evening, clock.now()) if day == clock.today() else evening):
            self.works.arrange(day)
            if self.work.store.has_detail:
                score_service(day)
                keep_stock(day, self.work.people["ping"])
            self._react()
            self.work.planner.calculate()
            self._react()

    def _react(self) -> None:
        dropped = AUDIT if self.readers.listen else AUDIT | TELL
        self.reactions += reactions.run_due(without=dropped)

    def _plan(self, day: dt.date) -> None:
        if (day - self.first_day).days % self.plans == 0:
            self.work.on_plan(day)

    def _make(self, day: dt.date) -> None:
        self.work.on_stock(day)
        began = self.reported_after
        if began is not None and (day - self.first_day).days >= began:
            self.floor.report(day)

    def _receive(self, day: dt.date) -> None:
        for _number in range(_poisson(self.orders_a_day, self.rng)):
            self.inbox.receive(day)


def _poisson(mean: float, rng: random.Random) -> int:
    """How many arrive today (Knuth's method; the mean is small)."""
    limit, product, count = 2.718281828459045 ** (-mean), rng.random(), 0
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _tidy() -> None:
    """Tables grow from nothing within minutes: what the database knows of them is brought up."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE (SKIP_LOCKED)")
        if not connection.in_atomic_block:  # in a test nothing can be swept
            cursor.execute("VACUUM (SKIP_LOCKED) procrastinate_jobs, procrastinate_events")
