"""The fictional company's workshops: their people, crews, stoppages, overtime and monthly goals."""

import datetime as dt
import random
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from django.db.models import Sum

from gendan.catalog.models import RoutingStep, WorkCenter
from gendan.engine.calendars import WorkCalendar
from gendan.kernel.models import User
from gendan.orders.models import Line, OrderState
from gendan.planning.services import (
    CapacityChangeRow,
    CrewRow,
    ProductionGoalRow,
    save_capacity_changes,
    save_crews,
    save_production_goals,
)
from gendan.planning.services.keeping import SetupTimeRow, save_setup_times
from gendan.testing.world import company
from gendan.workforce.models import Absence, Person
from gendan.workforce.services import AbsenceRow, PersonRow, save_absences, save_people

# work centre, skill, how many people have it, how many of them a running minute needs
WORKSHOPS = [
    ("CUT", "裁剪", 11, "1"),
    ("SEW-1", "平车缝制", 74, "17"),
    ("SEW-2", "包缝", 32, "1"),
    ("FIN", "后整", 16, "1"),
    ("FORGE", "锻压", 7, "1"),
    ("MACH", "机加工", 9, "1"),
    ("ASSY-H", "五金装配", 10, "1"),
    ("MOULD", "注塑", 5, "0.5"),
    ("SMT", "贴片", 4, "1"),
    ("ASSY-E", "电子装配", 13, "1"),
    ("TEST", "测试", 7, "1"),
]
SURNAMES = "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗"
GIVEN = "秀英建军桂兰志强丽华国平玉梅小红海燕文斌春花立新美珍永康雪琴阿龙彩霞"  # two signs each
STOPPED = ["FORGE", "SMT", "MOULD", "CUT", "MACH", "TEST"]  # maintained one after the other
AWAY = 6  # people at a time
REASONS = ["leave", "sick", "leave", "training"]


class Works:
    """What happens to workshops besides orders; the same seed does the same."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar
        self.rounds = 0

    def arrange(self, day: dt.date) -> None:
        """Stoppages and overtime of the next days, who is away, the goals of this month and next.

        Called every few weeks.
        """
        self._change(day)
        self._send_away(day)
        first = day.replace(day=1)
        goals = [
            *_goals(first),
            *_goals((first + dt.timedelta(days=32)).replace(day=1)),
        ]
        if goals:
            save_production_goals(rows=goals, by=self.people["ping"])
        self.rounds += 1

    def _change(self, day: dt.date) -> None:
        saturday = day + dt.timedelta(days=(5 - day.weekday()) % 7 or 7)
        next_week = self.calendar.add_days(saturday, 2)
        broken = self.rng.choice(["MACH", "FORGE", "MOULD"])
        save_capacity_changes(
            rows=[
                _change("SEW-1", "overtime", saturday, 820, "周六加班赶货", on_days_off=True),
                _change(
                    STOPPED[self.rounds % len(STOPPED)], "maintenance", next_week, 0, "月度保养"
                ),
                _change(broken, "breakdown", day, 960, "主轴异响，待修"),
                _change("ASSY-E", "extra_shift", next_week, 1_920, "旺季加中班", days=4),
            ],
            by=self.people["ping"],
        )

    def _send_away(self, day: dt.date) -> None:
        from_on = self.calendar.add_days(day, 1)
        away = Absence.objects.filter(until_on__gte=from_on).values("person")
        there = Person.objects.filter(code__regex="^W[0-9]+$").exclude(pk__in=away)
        codes = list(there.order_by("code").values_list("code", flat=True))
        rows = [
            AbsenceRow(
                person=code,
                from_on=from_on,
                until_on=self.calendar.add_days(from_on, self.rng.randint(0, 4)),
                reason=self.rng.choice(REASONS),
            )
            for code in self.rng.sample(codes, AWAY)
        ]
        save_absences(rows=rows, by=self.people["gang"])


def found_works() -> None:
    """The people of the workshops, and which of them each work centre needs."""
    skills = [skill for _center, skill, count, _people in WORKSHOPS for _one in range(count)]
    save_people(
        rows=[
            PersonRow(
                code=_code(number),
                name=_name(number),
                department="PRO",
                position="操作工",
                shift="DAY",
                skills=[skill],
            )
            for number, skill in enumerate(skills, 1)
        ],
        by=None,
    )
    save_crews(
        rows=[
            CrewRow(work_center=center, department="PRO", skill=skill, people=Decimal(people))
            for center, skill, _count, people in WORKSHOPS
        ],
        by=None,
    )
    _set_ups()


def _set_ups() -> None:
    """How long machines are set up for what they make."""
    rows = WorkCenter.objects.filter(code__in=company.SETUP_CENTERS).order_by("code")
    families = [
        (center.code, family)
        for center in rows
        for family in RoutingStep.objects.filter(work_center=center)
        .exclude(setup_family="")
        .order_by("setup_family")
        .values_list("setup_family", flat=True)
        .distinct()
    ]
    save_setup_times(
        rows=[
            SetupTimeRow(center, family, minutes=company.SETUP_CENTERS[center])
            for center, family in families
        ],
        by=None,
    )


def _name(number: int) -> str:
    place = number % (len(GIVEN) // 2) * 2
    return SURNAMES[number % len(SURNAMES)] + GIVEN[place : place + 2]


def _code(number: int) -> str:
    return f"W{number:03}"


def _change(
    center: str,
    kind: str,
    from_on: dt.date,
    minutes: int,
    reason: str,
    *,
    days: int = 0,
    on_days_off: bool = False,
) -> CapacityChangeRow:
    return CapacityChangeRow(
        work_center=center,
        kind=kind,
        from_on=from_on,
        until_on=from_on + dt.timedelta(days=days),
        minutes=minutes,
        on_days_off=on_days_off,
        reason=reason,
    )


def _goals(first: dt.date) -> list[ProductionGoalRow]:
    """A month's goals by family: a little more than is promised for it, in whole hundreds."""
    next_one = (first + dt.timedelta(days=32)).replace(day=1)
    promised = (
        Line.objects.filter(
            order__state__in=[OrderState.CONFIRMED, OrderState.CLOSED],
            is_cancelled=False,
            promised_on__gte=first,
            promised_on__lt=next_one,
            item__supply="make",
        )
        .values_list("item__family__code")
        .annotate(pieces=Sum("quantity"))
        .order_by("item__family__code")
    )
    return [
        ProductionGoalRow(
            period="month",
            starts_on=first,
            family=code,
            quantity=(pieces * Decimal("1.05") / 100).quantize(Decimal(1), ROUND_UP) * 100,
        )
        for code, pieces in promised
    ]
