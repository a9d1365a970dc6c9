"""Steps on the way to ordered goods: what is to be reported, and what the supplier reports."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Family
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.services.reading import read_day, read_text
from gendan.partners.models import Partner
from gendan.purchasing.events import PurchaseStepsSaved
from gendan.purchasing.models import (
    PurchaseMilestone,
    PurchaseMilestoneTemplate,
    PurchaseOrderLine,
)
from gendan.purchasing.services.sharing import refuse_far_day

MOST_STEPS = 20
MOST_DAYS = 365


class StepNotOpen(DomainError):
    """A step that cannot be reported any more."""


@dataclass(frozen=True)
class StepRow:
    """A step of a family's or supplier's goods, so many calendar days before they are due."""

    name_en: str
    days_before: int
    name_zh: str = ""


@service(gettext_lazy("Save purchase steps"))
def save_purchase_steps(
    *, family: str = "", supplier: str = "", steps: Sequence[StepRow], by: User | None
) -> list[PurchaseMilestoneTemplate]:
    """The steps suppliers report for a family, a supplier, or both: these replace the former ones.

    Orders sent from now on have them; without steps there is nothing to report.
    """
    of = {
        "family": _found(Family, family, field="family"),
        "supplier": _found(Partner, supplier, field="supplier"),
    }
    if not family and not supplier:
        raise Invalid(_("Say for which family or supplier."), field="family")
    if len(steps) > MOST_STEPS:
        raise Invalid(_("At most %(most)s steps.") % {"most": MOST_STEPS}, field="steps")
    rows = []
    for position, step in enumerate(steps, 1):
        field = f"steps.{position - 1}"
        name = read_text(step.name_en, 120, field=f"{field}.name_en")
        zh = read_text(step.name_zh, 120, field=f"{field}.name_zh")
        if not (name or zh):
            raise Invalid(_("A step has a name."), field=f"{field}.name_en")
        if not 0 <= step.days_before <= MOST_DAYS:
            raise Invalid(
                _("A step is 0 to %(days)s days before the goods are due.") % {"days": MOST_DAYS},
                field=f"{field}.days_before",
            )
        rows.append(
            PurchaseMilestoneTemplate(
                **of,
                position=position,
                name_en=name or zh,
                name_zh=zh,
                days_before=step.days_before,
            )
        )
    PurchaseMilestoneTemplate.objects.filter(**of).delete()
    made = PurchaseMilestoneTemplate.objects.bulk_create(rows)
    names = [one.name_en for one in made]
    fact = PurchaseStepsSaved(family=family, supplier=supplier, steps=names)
    journal.record(fact, about="purchasing", by=by)
    return made


def plan_steps(lines: Sequence[PurchaseOrderLine]) -> None:
    """Give lines without steps those of their kind, and move the plan of the others: 4 queries."""
    if not lines:
        return
    known = _templates(lines)
    standing: dict[int, list[PurchaseMilestone]] = {}
    for one in PurchaseMilestone.objects.filter(line__in=lines):
        standing.setdefault(one.line_id, []).append(one)
    new, moved = [], []
    for line in lines:
        for one in standing.get(line.pk, []):
            planned = line.due_on - dt.timedelta(days=one.days_before)
            if one.done_on is None and one.planned_on != planned:
                one.planned_on = planned
                moved.append(one)
        if line.pk in standing:
            continue
        new += [
            PurchaseMilestone(
                line=line,
                position=step.position,
                name_en=step.name_en,
                name_zh=step.name_zh,
                days_before=step.days_before,
                planned_on=line.due_on - dt.timedelta(days=step.days_before),
            )
            for step in _steps_of(line, known)
        ]
    PurchaseMilestone.objects.bulk_create(new)
    PurchaseMilestone.objects.bulk_update(moved, ["planned_on"])


def report_step(
    milestone: PurchaseMilestone, *, done_on: object, expected_on: object, remark: str
) -> dt.date | None:
    """Write down how far it is; the day on which the goods will be due where that is later."""
    done, expected = read_day(done_on, field="done_on"), read_day(expected_on, field="expected_on")
    if milestone.done_on is not None:
        raise StepNotOpen(_("“%(step)s” is done already.") % {"step": milestone.name})
    if done is None and expected is None:
        raise Invalid(_("Say when it was done, or when it will be."), field="done_on")
    if done is not None and done > clock.today():
        raise Invalid(_("This day is still to come."), field="done_on")
    if done is None and expected is not None and expected < clock.today():
        raise Invalid(_("That day has passed."), field="expected_on")
    if expected is not None:
        refuse_far_day(expected, field="expected_on")
    milestone.done_on = done
    milestone.expected_on = done or expected
    milestone.remark = read_text(remark, 500, field="remark")
    milestone.told_at = clock.now()
    milestone.save()
    day = (done or expected or clock.today()) + dt.timedelta(days=milestone.days_before)
    return day if day > milestone.line.due_on else None


def milestone_of(lines: Sequence[PurchaseOrderLine], milestone_id: int) -> PurchaseMilestone:
    """A step of one of these lines, locked. Raises NotThere."""
    rows = PurchaseMilestone.objects.select_for_update(of=("self",)).filter(pk=milestone_id)
    found = rows.filter(line__in=lines).first()
    if found is None:
        raise NotThere(_("There is no such step."))
    found.line = next(line for line in lines if line.pk == found.line_id)
    if not found.line.is_open:
        raise StepNotOpen(_("Nothing more is to come of this line."))
    return found


def _templates(
    lines: Sequence[PurchaseOrderLine],
) -> dict[tuple[int | None, int | None], list[PurchaseMilestoneTemplate]]:
    families = {line.item.family_id for line in lines}
    suppliers = {line.order.supplier_id for line in lines}
    rows = PurchaseMilestoneTemplate.objects.filter(
        Q(family__isnull=True) | Q(family__in=families),
        Q(supplier__isnull=True) | Q(supplier__in=suppliers),
    )
    found: dict[Any, list[PurchaseMilestoneTemplate]] = {}
    for one in rows.order_by("position"):
        found.setdefault((one.family_id, one.supplier_id), []).append(one)
    return found


def _steps_of(
    line: PurchaseOrderLine, known: dict[Any, list[PurchaseMilestoneTemplate]]
) -> list[PurchaseMilestoneTemplate]:
    family, supplier = line.item.family_id, line.order.supplier_id
    for key in ((family, supplier), (None, supplier), (family, None)):
        if key in known:
            return known[key]
    return []


def _found(model: type[Any], code: str, *, field: str) -> Any:
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        words = _("There is nothing called “%(code)s”.") % {"code": code[:60]}
        raise Invalid(words, field=field)
    return found
