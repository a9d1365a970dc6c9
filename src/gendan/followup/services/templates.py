"""Kinds of journey: writing them, taking them out of use, and those that come with Gendan."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Calendar, Family
from gendan.followup.events import TemplateRetired, TemplateSaved
from gendan.followup.models import (
    Evidence,
    JourneyStage,
    Party,
    Template,
    TemplateStep,
    Travel,
)
from gendan.followup.services.refusals import TemplateRefused, read_note
from gendan.followup.templates_data import TEMPLATES, StepData, TemplateData
from gendan.kernel import journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Basis, Stage
from gendan.partners.models import Partner

M = TypeVar("M", Family, Partner, Calendar)
MOST_STEPS, MOST_FAMILIES = 100, 20
OF_MATERIAL = (Evidence.MATERIAL_EXPECTED, Evidence.MATERIAL_RECEIVED)
_LONGEST_DAYS = 400
_CHOICES = {
    "stage": JourneyStage.values,
    "owner_role": Party.values,
    "waits_for": Party.values,
    "evidence": Evidence.values,
    "anchor": ["", *Basis.values],
    "gates": ["", *Stage.values],
    "needs": ["", *Stage.values],
    "travel": ["", *Travel.values],
}


@service(gettext_lazy("Save the kind of journey"))
def save_template(
    *,
    code: str,
    kind: str,
    name_en: str,
    name_zh: str = "",
    steps: Sequence[StepData],
    family_id: int | None = None,
    customer_id: int | None = None,
    calendar_id: int | None = None,
    template_id: int | None = None,
    by: User | None,
) -> Template:
    """Make a kind of journey (template_id None) or change one; orders under way keep theirs.

    Each step follows earlier ones only. At least one is an anchor, the end of what is promised;
    each of the three anchors stands at most once.
    """
    template = _template(template_id)
    template.code = read_note(code, field="code", limit=40)
    template.name_en = read_note(name_en, field="name_en", limit=120)
    template.name_zh = read_note(name_zh, field="name_zh", limit=120)
    if not template.code or not template.name_en:
        raise TemplateRefused(_("A kind of journey needs a code and an English name."))
    if kind not in Family.Kind.values:
        raise TemplateRefused(_("There is no such kind of product."), field="kind")
    template.kind = kind
    template.family = _there(Family, family_id, "family_id")
    template.customer = _there(Partner, customer_id, "customer_id")
    template.calendar = _there(Calendar, calendar_id, "calendar_id")
    refuse_broken(steps)
    template.is_active = True
    template.version = template.version + 1 if template_id else 1
    _save(template)
    template.steps.all().delete()
    TemplateStep.objects.bulk_create(rows_of(template, steps))
    journal.record(
        TemplateSaved(
            template_id=template.pk,
            code=template.code,
            version=template.version,
            steps=len(steps),
        ),
        about=template,
        by=by,
    )
    return template


@service(gettext_lazy("Retire the kind of journey"))
def retire_template(*, template_id: int, by: User | None) -> Template:
    """New orders no longer get it; orders under way keep it. Saving it brings it back."""
    template = _template(template_id)
    if not template.is_active:
        raise TemplateRefused(_("“%(template)s” is retired already.") % {"template": template})
    template.is_active = False
    template.save(update_fields=["is_active"])
    journal.record(
        TemplateRetired(template_id=template.pk, code=template.code), about=template, by=by
    )
    return template


@service
def install_templates(*, by: User | None = None) -> list[Template]:
    """Write down the kinds of journey that come along, those whose code is not there yet."""
    known = set(Template.objects.values_list("code", flat=True))
    taken = set(
        Template.objects.filter(is_active=True, family=None, customer=None).values_list(
            "kind", flat=True
        )
    )
    made = []
    for data in TEMPLATES:
        if data.code in known or data.kind in taken:
            continue
        made.append(_install(data, by))
    return made


def _install(data: TemplateData, by: User | None) -> Template:
    return save_template(
        code=data.code,
        kind=data.kind,
        name_en=data.name_en,
        name_zh=data.name_zh,
        steps=data.steps,
        by=by,
    )


def rows_of(template: Template, steps: Sequence[StepData]) -> list[TemplateStep]:
    """Steps as rows: codes of those before become positions."""
    positions = {step.code: place for place, step in enumerate(steps, 1)}
    return [
        TemplateStep(
            template=template,
            position=positions[step.code],
            code=step.code,
            name_en=step.name_en,
            name_zh=step.name_zh,
            stage=step.stage,
            owner_role=step.owner_role,
            waits_for=step.waits_for,
            duration_days=step.duration_days,
            after=[positions[code] for code in step.after],
            lags=list(step.after.values()),
            evidence=step.evidence,
            anchor=step.anchor,
            gates=step.gates,
            needs=step.needs,
            travel=step.travel,
            materials=_families(step.materials, f"steps.{positions[step.code] - 1}.materials"),
        )
        for step in steps
    ]


def _families(codes: Sequence[str], field: str) -> list[str]:
    """Codes of item families, each once; one that is still to be made may be named."""
    found = [read_note(code, field=field, limit=40) for code in codes[: MOST_FAMILIES + 1]]
    found = list(dict.fromkeys(code for code in found if code))
    if len(found) > MOST_FAMILIES:
        raise TemplateRefused(
            _("A milestone waits for at most %(most)s families of material.")
            % {"most": MOST_FAMILIES},
            field=field,
        )
    return found


def refuse_broken(steps: Sequence[StepData]) -> None:
    """Raise TemplateRefused with the step and what is wrong with it."""
    if not steps or len(steps) > MOST_STEPS:
        raise TemplateRefused(
            _("A journey has 1 to %(most)s milestones.") % {"most": MOST_STEPS}, field="steps"
        )
    seen: set[str] = set()
    for place, step in enumerate(steps):
        _refuse_step(step, f"steps.{place}", seen)
        seen.add(step.code)
    anchors = [step.anchor for step in steps if step.anchor]
    if not anchors or len(anchors) != len(set(anchors)):
        raise TemplateRefused(
            _("One milestone must be the promised one (ex works, on board or at door), each once."),
            field="steps",
        )


def _refuse_step(step: StepData, field: str, seen: set[str]) -> None:
    code = read_note(step.code, field=f"{field}.code", limit=40)
    names = [
        read_note(name, field=f"{field}.name", limit=120) for name in (step.name_en, step.name_zh)
    ]
    if not code or not any(names):
        raise TemplateRefused(_("Every milestone needs a code and a name."), field=field)
    if code in seen:
        raise TemplateRefused(
            _("The code “%(code)s” stands twice.") % {"code": code}, field=f"{field}.code"
        )
    if step.materials and step.evidence not in OF_MATERIAL:
        raise TemplateRefused(
            _("Only a milestone that material closes names families of material (%(code)s).")
            % {"code": code},
            field=f"{field}.materials",
        )
    for name, allowed in _CHOICES.items():
        if getattr(step, name) not in allowed:
            raise TemplateRefused(
                _("“%(value)s” is not possible here (%(code)s).")
                % {"value": str(getattr(step, name))[:40], "code": code},
                field=f"{field}.{name}",
            )
    unknown = [before for before in step.after if before not in seen]
    if unknown:
        raise TemplateRefused(
            _("“%(code)s” follows “%(before)s”, which does not stand before it in the list.")
            % {"code": code, "before": unknown[0][:40]},
            field=f"{field}.after",
        )
    days = [step.duration_days, *(abs(lag) for lag in step.after.values())]
    if not all(isinstance(one, int) and 0 <= one <= _LONGEST_DAYS for one in days):
        raise TemplateRefused(
            _("Days of “%(code)s” are whole numbers up to %(most)s.")
            % {"code": code, "most": _LONGEST_DAYS},
            field=f"{field}.duration_days",
        )


def _template(template_id: int | None) -> Template:
    if template_id is None:
        return Template()
    found = Template.objects.select_for_update(of=("self",)).filter(pk=template_id).first()
    if found is None:
        raise NotThere(_("There is no such kind of journey."))
    return found


def _there(model: type[M], pk: int | None, field: str) -> M | None:
    if pk is None:
        return None
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise TemplateRefused(_("What is chosen here does not exist."), field=field)
    return found


def _save(template: Template) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        if "template_one_active" in str(error):
            raise TemplateRefused(
                _("There is an active journey for the same kind, family and customer already.")
            ) from error
        raise TemplateRefused(
            _("The code “%(code)s” is taken.") % {"code": template.code}, field="code"
        ) from error
