"""Kinds of journey (templates): their list, one as a graph and table, and the form of its steps."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Calendar, Family
from gendan.followup import services
from gendan.followup.models import Evidence, JourneyStage, Party, Template, Travel
from gendan.followup.templates_data import StepData
from gendan.kernel.errors import DomainError
from gendan.orders.models import Basis, Stage
from gendan.partners.models import Partner
from gendan.web.followup import chart
from gendan.web.shell import ask, go, page, render_page

MOST_STEPS = 100
_ROW = re.compile(r"^steps-(\d{1,3})-code$")
_TEXTS = (
    *("code", "name_en", "name_zh", "stage", "owner_role", "waits_for", "duration_days"),
    *("after", "evidence", "anchor", "gates", "needs", "travel", "materials"),
)
_LISTS = ("after", "materials")


@dataclass
class StepRow:
    """A step as typed: `after` is "deposit, fabric_in_house+3" (codes, with a lag in days)."""

    code: str = ""
    name_en: str = ""
    name_zh: str = ""
    stage: str = JourneyStage.CONTRACT.value
    owner_role: str = Party.MERCHANDISER.value
    waits_for: str = Party.MERCHANDISER.value
    duration_days: str = "1"
    after: str = ""
    evidence: str = Evidence.HAND.value
    anchor: str = ""
    gates: str = ""
    needs: str = ""
    travel: str = ""
    materials: str = ""  # codes of item families: "TRIMS, LABELS"
    errors: list[str] = field(default_factory=list)


def find_template(user: Any, template_id: int) -> Template:
    """A kind of journey, for our own people."""
    known = Template.objects.visible_to(user).select_related("family", "customer", "calendar")
    found = known.filter(pk=template_id).first()
    if found is None:
        raise Http404
    return found


@page(section="board", methods=("GET", "HEAD"))
def templates(request: HttpRequest) -> HttpResponse:
    """All kinds of journey, those in use first."""
    user: Any = request.user
    known = Template.objects.visible_to(user).select_related("family", "customer")
    rows = list(known.prefetch_related("steps").order_by("-is_active", "kind", "code"))
    return render_page(request, "followup/templates.html", {"rows": rows})


@page(section="board", methods=("GET", "HEAD"))
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One kind of journey: stage by stage, what follows what."""
    found = find_template(request.user, template_id)
    steps = list(found.steps.all())
    names = {step.position: step for step in steps}
    rows = [
        (step, [(names[place], lag) for place, lag in zip(step.after, step.lags, strict=True)])
        for step in steps
    ]
    context = {"template": found, "rows": rows, "graph": _graph(steps)}
    return render_page(request, "followup/template.html", context)


def _graph(steps: list[Any]) -> dict[str, Any]:
    """Bars over working days if nothing waits: where each step begins and how long it takes."""
    ends: dict[int, int] = {}
    bars = []
    for step in steps:
        ready = [ends[place] + lag for place, lag in zip(step.after, step.lags, strict=True)]
        start = max([0, *ready])
        ends[step.position] = start + step.duration_days
        bars.append((step, start, step.duration_days))
    total = max(ends.values(), default=1) or 1
    return {
        "days": total,
        "bars": [
            (step, f"{start / total * 100:.2f}%", f"{max(days / total * 100, 0.8):.2f}%")
            for step, start, days in sorted(bars, key=lambda bar: chart.by_stage(bar[0]))
        ],
    }


@page(section="board", verb="save_template")
def save_template(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """Change a kind of journey, write a new one, or copy one for a customer or family."""
    user: Any = request.user
    found = find_template(user, template_id) if template_id else None
    copied = request.GET.get("copy", "")
    source = found
    if found is None and copied.isdigit() and len(copied) < 18:
        source = find_template(user, int(copied))
    head = _head_of(source, is_copy=found is None)
    rows = rows_of(source)
    if request.method != "POST":
        return _draw(request, found, head, rows or [StepRow()])
    head = {name: request.POST.get(name, "").strip()[:130] for name in head}
    rows = rows_from(request.POST)
    if "more" in request.POST:
        return _draw(request, found, head, _grown(request.POST["more"], rows), grow=True)
    try:
        steps = [_step(row) for row in rows]
        saved = services.save_template(
            code=head["code"],
            kind=head["kind"],
            name_en=head["name_en"],
            name_zh=head["name_zh"],
            steps=steps,
            family_id=_id(head["family_id"]),
            customer_id=_id(head["customer_id"]),
            calendar_id=_id(head["calendar_id"]),
            template_id=found.pk if found else None,
            by=user,
        )
    except DomainError as error:
        _put(error, rows)
        return _draw(request, found, head, rows, status=error.status, refusal=error)
    return go(request, reverse("template", args=[saved.pk]), said=_("The journey is saved."))


@page(section="board", methods=("POST",))
def retire_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """New orders no longer get it."""
    found = find_template(request.user, template_id)
    return ask(
        request,
        services.retire_template,
        template_id=found.pk,
        then=reverse("templates"),
        said=_("New orders no longer get this journey."),
    )


def _head_of(source: Template | None, *, is_copy: bool) -> dict[str, str]:
    if source is None:
        names = ("code", "name_en", "name_zh", "family_id", "customer_id", "calendar_id")
        return {**dict.fromkeys(names, ""), "kind": Family.Kind.HARDGOODS.value}
    return {
        "code": f"{source.code}-2"[:40] if is_copy else source.code,
        "name_en": source.name_en,
        "name_zh": source.name_zh,
        "kind": source.kind,
        "family_id": str(source.family_id or ""),
        "customer_id": str(source.customer_id or ""),
        "calendar_id": str(source.calendar_id or ""),
    }


def rows_of(source: Template | None) -> list[StepRow]:
    """The rows of a journey that is there."""
    steps = list(source.steps.all()) if source else []
    codes = {step.position: step.code for step in steps}
    rows = []
    for step in steps:
        texts: dict[str, Any] = {
            name: str(getattr(step, name)) for name in _TEXTS if name not in _LISTS
        }
        rows.append(
            StepRow(
                **texts,
                materials=", ".join(step.materials),
                after=", ".join(
                    codes[place] + (f"{lag:+d}" if lag else "")
                    for place, lag in zip(step.after, step.lags, strict=True)
                ),
            )
        )
    return rows


def rows_from(post: QueryDict) -> list[StepRow]:
    """The rows of a posted form, in the order of their place numbers."""
    numbers = sorted(int(found[1]) for key in post if (found := _ROW.match(key)))[:MOST_STEPS]
    rows = []
    for number in numbers:
        texts: dict[str, Any] = {
            name: post.get(f"steps-{number}-{name}", "").strip()[:400] for name in _TEXTS
        }
        rows.append(StepRow(**texts))
    return [row for row in rows if row.code or row.name_en or row.name_zh]


def _grown(more: str, rows: list[StepRow]) -> list[StepRow]:
    kind, _space, which = more.partition(" ")
    place = int(which) if which.isdigit() and int(which) < len(rows) else None
    if kind == "step":
        rows.insert(len(rows) if place is None else place + 1, StepRow())
    elif kind == "remove" and place is not None:
        rows.pop(place)
    elif kind == "up" and place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return rows


def _step(row: StepRow) -> StepData:
    days = row.duration_days
    if not (days.isdigit() and len(days) < 5):
        days = "-1"  # refused by the verb, in its words
    return StepData(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        stage=row.stage,
        owner_role=row.owner_role,
        waits_for=row.waits_for,
        duration_days=int(days),
        after=_after(row.after),
        evidence=row.evidence,
        anchor=row.anchor,
        gates=row.gates,
        needs=row.needs,
        travel=row.travel,
        materials=tuple(
            part.strip() for part in re.split(r"[,;，；]", row.materials) if part.strip()
        ),
    )


def _after(text: str) -> dict[str, int]:
    """ "deposit, fabric_in_house+3" → {"deposit": 0, "fabric_in_house": 3}."""
    found = {}
    for part in filter(None, (one.strip() for one in re.split(r"[,;，；]", text))):
        lagged = re.match(r"^(.*?)\s*([+-]\s*\d{1,3})$", part)
        code, lag = (lagged[1], int(lagged[2].replace(" ", ""))) if lagged else (part, 0)
        found[code] = lag
    return found


def _id(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 18 else None


def _put(error: DomainError, rows: list[StepRow]) -> None:
    """Show a refusal at the step it is about."""
    found = re.match(r"^steps\.(\d+)", error.field or "")
    if found and int(found[1]) < len(rows):
        rows[int(found[1])].errors.append(error.message)


def _draw(
    request: HttpRequest,
    found: Template | None,
    head: dict[str, str],
    rows: list[StepRow],
    *,
    grow: bool = False,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    user: Any = request.user
    none = ("", "–")
    context = {
        "template": found,
        "head": head,
        "rows": rows,
        "refusal": refusal,
        "kinds": Family.Kind.choices,
        "families": Family.objects.visible_to(user).filter(is_active=True),
        "customers": Partner.objects.visible_to(user).filter(is_customer=True)[:500],
        "calendars": Calendar.objects.visible_to(user).filter(is_active=True),
        "choices": {
            "stage": JourneyStage.choices,
            "owner_role": Party.choices,
            "waits_for": Party.choices,
            "evidence": Evidence.choices,
            "anchor": [none, *Basis.choices],
            "gates": [none, *Stage.choices],
            "needs": [none, *Stage.choices],
            "travel": [none, *Travel.choices],
        },
    }
    parts = ("steps",) if grow else ()
    return render_page(request, "followup/template_form.html", context, parts=parts, status=status)
