"""The verb of learning curves, and how minutes a piece follow from standard minutes (SAM)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import LearningCurvesSaved
from gendan.catalog.models import LearningCurve, RoutingStep, WorkCenter
from gendan.engine.line_rates import piece_minutes
from gendan.kernel.cleaners import Unusable
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service

MOST_DAYS = 60
MOST_KNOWN = 730
MOST_OPERATORS = 2000
MOST_EFFICIENCY = 300


@dataclass(frozen=True)
class LearningCurveRow:
    """A learning curve by its code: percent of the full rate on the first day, the second, …"""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    percents: Sequence[int] | None = None
    known_days: int | None = None
    is_active: bool | None = None


@service(gettext_lazy("Save learning curves"))
def save_learning_curves(
    *, rows: Sequence[LearningCurveRow], by: User | None
) -> list[LearningCurve]:
    """Make or change learning curves."""

    def check(curve: LearningCurve, index: int, problems: Problems) -> None:
        percents = curve.percents
        if not 0 < len(percents) <= MOST_DAYS:
            words = _("A learning curve has 1 to %(most)s days.") % {"most": MOST_DAYS}
            problems.add(index, "percents", words)
        elif not all(0 < one <= 100 for one in percents):
            problems.add(index, "percents", _("Each day is 1 to 100 percent."))
        elif sorted(percents) != list(percents):
            words = _("A line does not get slower: no day is less than the one before.")
            problems.add(index, "percents", words)
        if not 0 < curve.known_days <= MOST_KNOWN:
            words = _("A style stays known for 1 to %(most)s days.") % {"most": MOST_KNOWN}
            problems.add(index, "known_days", words)

    saved = upsert(LearningCurve, rows, key=("code",), check=check)
    record_saved(
        LearningCurvesSaved, saved, room="catalog", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


def check_line(center: WorkCenter, index: int, problems: Problems) -> None:
    """Refuse people and efficiency that no line has."""
    if center.operators is not None and not 0 < center.operators <= MOST_OPERATORS:
        words = _("1 to %(most)s people work on a line.") % {"most": MOST_OPERATORS}
        problems.add(index, "operators", words)
    if not 0 < center.efficiency_percent <= MOST_EFFICIENCY:
        words = _("An efficiency is more than nothing and at most %(most)s %%.")
        problems.add(index, "efficiency_percent", words % {"most": MOST_EFFICIENCY})


def centers_with_sam(codes: Collection[str]) -> set[int]:
    """Those of these work centres at which operations are given by SAM. 1 query."""
    steps = RoutingStep.objects.filter(sam_minutes__isnull=False, work_center__code__in=codes)
    return set(steps.values_list("work_center_id", flat=True).distinct())


def let_rates_follow(centers: Collection[WorkCenter]) -> None:
    """Minutes a piece at lines that have changed, from the SAM of each operation. 2 queries."""
    lines = {one.pk: (one.operators, one.efficiency_percent) for one in centers if one.operators}
    if not lines:
        return
    steps = RoutingStep.objects.filter(sam_minutes__isnull=False, work_center__in=lines)
    changed = []
    for step in steps.order_by("pk"):
        minutes = piece_minutes(step.sam_minutes or Decimal(0), *lines[step.work_center_id])
        if minutes != step.run_minutes_per_unit:
            step.run_minutes_per_unit = minutes
            changed.append(step)
    RoutingStep.objects.bulk_update(changed, ["run_minutes_per_unit"], batch_size=2000)


def run_minutes(sam: Decimal | None, typed: Decimal, center: WorkCenter) -> Decimal:
    """The minutes a piece takes at a work centre: as typed, or as they follow from the SAM."""
    if sam is None:
        return typed
    if sam <= 0:
        raise Unusable(_("Standard minutes (SAM) are more than nothing."))
    if not center.operators:
        raise Unusable(
            _("%(center)s is no line: say how many people work on it, or give minutes per piece.")
            % {"center": center.code}
        )
    follows = piece_minutes(sam, center.operators, center.efficiency_percent)
    if typed and typed != follows:
        raise Unusable(
            _("With a SAM the minutes per piece follow from the line: %(minutes)s.")
            % {"minutes": f"{follows.normalize():f}"}
        )
    return follows
