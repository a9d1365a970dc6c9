"""Verbs for how items are made: work centres and routings."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import RoutingsSaved, WorkCentersSaved
from gendan.catalog.models import Routing, RoutingStep, WorkCenter
from gendan.catalog.services.revisions import MOST_LINES, record_revisions, retire_others
from gendan.kernel.cleaners import Unusable, cleaner_of, codes_to_ids
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, refuse_unless_sensible, upsert
from gendan.kernel.service import service

DAY_MINUTES = 24 * 60
PLAIN = (
    *("sequence", "name", "setup_minutes", "run_minutes_per_unit"),
    *("setup_family", "transfer_quantity"),
)
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
    hour_cost: Decimal | Clear | None = None
    overtime_minutes: int | None = None
    overtime_cost: Decimal | Clear | None = None
    second_line: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class RoutingStepRow:
    """One operation at a work centre (its code)."""

    sequence: int
    work_center: str
    name: str = ""
    setup_minutes: Decimal = Decimal(0)
    run_minutes_per_unit: Decimal = Decimal(0)
    setup_family: str = ""
    transfer_quantity: Decimal | None = None


@dataclass(frozen=True)
class RoutingRow:
    """A whole revision: its steps replace those it had."""

    item: str
    steps: Sequence[RoutingStepRow]
    revision: str = "1"
    is_current: bool = True


@service(gettext_lazy("Save work centres"))
def save_work_centers(*, rows: Sequence[WorkCenterRow], by: User | None) -> list[WorkCenter]:
    """Make or change work centres."""

    def check(center: WorkCenter, index: int, problems: Problems) -> None:
        if not 0 < center.minutes_per_day <= 10_000_000:
            problems.add(index, "minutes_per_day", _("This must be more than nothing."))
        if center.machines > MOST_MACHINES:
            words = _("A work centre has at most %(most)s machines.")
            problems.add(index, "machines", words % {"most": MOST_MACHINES})
        if center.overtime_minutes > DAY_MINUTES:
            problems.add(index, "overtime_minutes", _("A day has 1440 minutes."))
        for name in ("hour_cost", "overtime_cost"):
            cost = getattr(center, name)
            if cost is not None and cost < 0:
                problems.add(index, name, _("This cannot be less than nothing."))
        if center.pk and center.second_line_id == center.pk:
            problems.add(index, "second_line", _("A work centre is not its own second line."))

    saved = upsert(WorkCenter, rows, key=("code",), check=check)
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
    """The operations of each row, still without their routing: 1 query."""
    centers = codes_to_ids(WorkCenter, {step.work_center for row in rows for step in row.steps})
    cleaners = {name: cleaner_of(RoutingStep._meta.get_field(name)) for name in PLAIN}
    result = []
    for index, row in enumerate(rows):
        steps: dict[int, RoutingStep] = {}
        if not 0 < len(row.steps) <= MOST_LINES:
            problems.add(
                index, "steps", _("A routing has 1 to %(most)s steps.") % {"most": MOST_LINES}
            )
            continue
        for place, step in enumerate(row.steps):
            try:
                given = {name: getattr(step, name) for name in PLAIN}
                if given["transfer_quantity"] is None:
                    del given["transfer_quantity"]
                values = {name: cleaners[name](value) for name, value in given.items()}
                if step.work_center not in centers:
                    raise Unusable(
                        _("There is no work centre called “%(code)s”.")
                        % {"code": step.work_center[:60]}
                    )
                if values.get("transfer_quantity", 1) <= 0:
                    raise Unusable(_("A transfer batch is more than nothing."))
                if values["sequence"] in steps:
                    raise Unusable(
                        _("Step %(sequence)s stands twice.") % {"sequence": values["sequence"]}
                    )
                steps[values["sequence"]] = RoutingStep(
                    work_center_id=centers[step.work_center], **values
                )
            except (Unusable, DomainError) as error:
                problems.add(index, f"steps.{place}", str(error))
        result.append(list(steps.values()))
    return result
