"""Verbs for how items are made: work centres and routings."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import RoutingsSaved, WorkCentersSaved
from gendan.catalog.models import LearningCurve, Routing, RoutingStep, WorkCenter
from gendan.catalog.services.line_rates import (
    centers_with_sam,
    check_line,
    let_rates_follow,
    run_minutes,
)
from gendan.catalog.services.revisions import MOST_LINES, record_revisions, retire_others
from gendan.kernel.cleaners import Unusable, cleaner_of, codes_to_ids
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, refuse_unless_sensible, upsert
from gendan.kernel.service import service

DAY_MINUTES = 24 * 60
PLAIN = (
    *("sequence", "name", "setup_minutes", "run_minutes_per_unit", "sam_minutes"),
    *("setup_family", "transfer_quantity"),
)
OPTIONAL = ("sam_minutes", "transfer_quantity")
MOST_MACHINES = 200


@dataclass(frozen=True)
class WorkCenterRow:
    """A work centre by its code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    calendar: str | None = None
    minutes_per_day: int | None = None
    machines: int | None = None
    is_outside: bool | None = None
    operators: int | Clear | None = None
    efficiency_percent: Decimal | None = None
    learning_curve: str | None = None
    hour_cost: Decimal | Clear | None = None
    overtime_minutes: int | None = None
    overtime_cost: Decimal | Clear | None = None
    second_line: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class RoutingStepRow:
    """One operation at a work centre (its code).

    With `sam_minutes` (the standard minutes of one person) the minutes per piece follow from the
    line. `learning_curve`: another than the work centre's.
    """

    sequence: int
    work_center: str
    name: str = ""
    setup_minutes: Decimal = Decimal(0)
    run_minutes_per_unit: Decimal = Decimal(0)
    setup_family: str = ""
    transfer_quantity: Decimal | None = None
    sam_minutes: Decimal | None = None
    learning_curve: str = ""


@dataclass(frozen=True)
class RoutingRow:
    """A whole revision: its steps replace those it had."""

    item: str
    steps: Sequence[RoutingStepRow]
    revision: str = "1"
    is_current: bool = True


@service(gettext_lazy("Save work centres"))
def save_work_centers(*, rows: Sequence[WorkCenterRow], by: User | None) -> list[WorkCenter]:
    """Make or change work centres; the minutes of operations given by SAM follow."""
    # Asked only once the work centres are locked: an operation by SAM must not come in between.
    with_sam = functools.cache(lambda: centers_with_sam([str(row.code).strip() for row in rows]))

    def check(center: WorkCenter, index: int, problems: Problems) -> None:
        if center.minutes_per_day <= 0:
            problems.add(index, "minutes_per_day", _("This must be more than nothing."))
        if center.minutes_per_day > 10_000_000:
            words = _("No work centre has so many minutes a day.")
            problems.add(index, "minutes_per_day", words)
        if center.machines > MOST_MACHINES:
            words = _("A work centre has at most %(most)s machines.")
            problems.add(index, "machines", words % {"most": MOST_MACHINES})
        if center.overtime_minutes > DAY_MINUTES * center.machines:
            words = _("A day has 1440 minutes, for each of the machines.")
            problems.add(index, "overtime_minutes", words)
        for name in ("hour_cost", "overtime_cost"):
            cost = getattr(center, name)
            if cost is not None and cost < 0:
                problems.add(index, name, _("This cannot be less than nothing."))
        check_line(center, index, problems)
        if center.pk and center.operators is None and center.pk in with_sam():
            words = _("Operations here are given by SAM: say how many people work on the line.")
            problems.add(index, "operators", words)
        if center.pk and center.second_line_id == center.pk:
            problems.add(index, "second_line", _("A work centre is not its own second line."))

    saved = upsert(WorkCenter, rows, key=("code",), check=check)
    let_rates_follow(saved.changed)
    record_saved(
        WorkCentersSaved, saved, room="catalog", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save routings"))
def save_routings(*, rows: Sequence[RoutingRow], by: User | None) -> list[Routing]:
    """Write how items are made, operation by operation."""
    refuse_unless_sensible(rows)
    problems = Problems()
    steps = _steps(rows, problems)
    retire_others(Routing, rows, problems)
    saved = upsert(Routing, rows, key=("item", "revision"), leave_out=("steps",), problems=problems)
    RoutingStep.objects.filter(routing_id__in=[one.pk for one in saved.objects]).delete()
    for routing, of_routing in zip(saved.objects, steps, strict=True):
        for step in of_routing:
            step.routing = routing
    RoutingStep.objects.bulk_create(step for of_routing in steps for step in of_routing)
    record_revisions(RoutingsSaved, saved, rows, by)
    return saved.objects


def _steps(rows: Sequence[RoutingRow], problems: Problems) -> list[list[RoutingStep]]:
    """The operations of each row, still without their routing: 2 queries."""
    reading = _Reading.of(rows)
    result = []
    for index, row in enumerate(rows):
        steps: dict[int, RoutingStep] = {}
        if not 0 < len(row.steps) <= MOST_LINES:
            problems.add(
                index, "steps", _("A routing has 1 to %(most)s steps.") % {"most": MOST_LINES}
            )
            continue
        for place, given in enumerate(row.steps):
            try:
                step = reading.step(given)
                if step.sequence in steps:
                    raise Unusable(
                        _("Step %(sequence)s stands twice.") % {"sequence": step.sequence}
                    )
                steps[step.sequence] = step
            except (Unusable, DomainError) as error:
                problems.add(index, f"steps.{place}", str(error))
        result.append(list(steps.values()))
    return result


@dataclass(frozen=True)
class _Reading:
    """What the operations of rows are read with: work centres and curves by code."""

    centers: dict[str, WorkCenter]
    curves: dict[str, int]
    cleaners: dict[str, Callable[[Any], Any]]

    @classmethod
    def of(cls, rows: Sequence[RoutingRow]) -> "_Reading":
        """Work centres of operations with a SAM stay as they are until these are written."""
        steps = [step for row in rows for step in row.steps]
        lines = {str(step.work_center) for step in steps if step.sam_minutes is not None}
        found = WorkCenter.objects.filter(code__in={str(step.work_center) for step in steps})
        if lines:
            found = found.select_for_update().order_by("pk")
        return cls(
            {one.code: one for one in found},
            codes_to_ids(LearningCurve, {str(step.learning_curve) for step in steps}),
            {name: cleaner_of(RoutingStep._meta.get_field(name)) for name in PLAIN},
        )

    def step(self, given: RoutingStepRow) -> RoutingStep:
        """One operation; what cannot be is refused."""
        values = {
            name: self.cleaners[name](value)
            for name in PLAIN
            if (value := getattr(given, name)) is not None or name not in OPTIONAL
        }
        center = self.centers.get(given.work_center)
        if center is None:
            raise Unusable(
                _("There is no work centre called “%(code)s”.") % {"code": given.work_center[:60]}
            )
        if given.learning_curve and given.learning_curve not in self.curves:
            raise Unusable(
                _("There is no learning curve called “%(code)s”.")
                % {"code": given.learning_curve[:60]}
            )
        if values.get("transfer_quantity", 1) <= 0:
            raise Unusable(_("A transfer batch is more than nothing."))
        values["run_minutes_per_unit"] = run_minutes(
            values.get("sam_minutes"), values["run_minutes_per_unit"], center
        )
        return RoutingStep(
            work_center_id=center.pk,
            learning_curve_id=self.curves.get(given.learning_curve),
            **values,
        )
