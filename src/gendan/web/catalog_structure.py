"""Pages of what items are made of (BOMs) and how (routings)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.catalog import services
from gendan.catalog.line_plans import rate_of
from gendan.catalog.models import Item, LearningCurve, RoutingStep, WorkCenter
from gendan.kernel.quantity import read_decimal
from gendan.web.grids import GridColumn, grid, typed_rows
from gendan.web.records import save_one
from gendan.web.shell import ask, page, render_page
from gendan.web.words import bare


def _find(request: HttpRequest, item_id: int) -> Item:
    user: Any = request.user
    return get_object_or_404(Item.objects.visible_to(user).select_related("unit"), pk=item_id)


def _revision(request: HttpRequest, found: Any) -> str:
    return (request.POST.get("revision", "").strip() or (found.revision if found else "1"))[:20]


def _bom_columns() -> list[GridColumn]:
    return [
        GridColumn("component", _("Component (code)"), suggest="items"),
        GridColumn("quantity_per", _("Quantity per piece"), is_number=True),
        GridColumn("unit", _("Unit, if not its own")),
        GridColumn("scrap_percent", _("Lost (%)"), is_number=True, hint="0"),
    ]


@page(section="items", verb="save_boms")
def save_boms(request: HttpRequest, item_id: int) -> HttpResponse:
    """What an item is made of: the lines typed replace those of the revision."""
    item = _find(request, item_id)
    bom = item.boms.filter(is_current=True).prefetch_related("lines__component").first()
    columns = _bom_columns()
    if request.method == "POST":
        lines = [
            services.BomLineRow(
                component=row["component"],
                quantity_per=read_decimal(row["quantity_per"], field=f"quantity_per-{number}"),
                scrap_percent=read_decimal(row["scrap_percent"] or "0"),
                unit=row["unit"],
            )
            for number, row in enumerate(typed_rows(request, columns))
        ]
        row = services.BomRow(item=item.code, lines=lines, revision=_revision(request, bom))
        return ask(
            request,
            save_one(services.save_boms, row),
            then=reverse("item", args=[item.pk]),
            said=_("The BOM is saved."),
        )
    rows = [
        {
            "component": line.component.code,
            "quantity_per": bare(line.quantity_per),
            "scrap_percent": bare(line.scrap_percent),
        }
        for line in (bom.lines.all() if bom else [])
    ]
    context = {
        "item": item,
        "verb": "save_boms",
        "title": _("What it is made of"),
        "revision": bom.revision if bom else "1",
        "grid": grid(columns, rows),
        "hint": _("Clear the code of a line to leave it out."),
    }
    return render_page(request, "catalog/structure.html", context)


def _routing_columns(user: Any) -> list[GridColumn]:
    centers = WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code")
    choices = [("", "–"), *((center.code, str(center)) for center in centers)]
    curves = LearningCurve.objects.visible_to(user).filter(is_active=True).order_by("code")
    known = [("", "–"), *((one.code, str(one)) for one in curves)]
    return [
        GridColumn("sequence", _("Step"), is_number=True),
        GridColumn("name", _("Operation")),
        GridColumn("work_center", _("Work centre"), choices=choices),
        GridColumn("setup_minutes", _("Set-up (minutes)"), is_number=True, hint="0"),
        GridColumn("sam_minutes", _("SAM"), is_number=True, hint="–"),
        GridColumn("run_minutes_per_unit", _("Per piece (minutes)"), is_number=True, hint="0"),
        GridColumn("learning_curve", _("Learning curve"), choices=known),
        GridColumn("setup_family", _("Set-up family")),
        GridColumn("transfer_quantity", _("Transfer batch"), is_number=True, hint=_("all")),
    ]


@page(section="items", verb="save_routings")
def save_routings(request: HttpRequest, item_id: int) -> HttpResponse:
    """How an item is made: the operations typed replace those of the revision."""
    item = _find(request, item_id)
    routings = item.routings.filter(is_current=True)
    routing = routings.prefetch_related("steps__work_center", "steps__learning_curve").first()
    columns = _routing_columns(request.user)
    if request.method == "POST":
        steps = [
            services.RoutingStepRow(
                sequence=int(read_decimal(row["sequence"], field=f"sequence-{number}")),
                name=row["name"],
                work_center=row["work_center"],
                setup_minutes=read_decimal(row["setup_minutes"] or "0"),
                run_minutes_per_unit=read_decimal(row["run_minutes_per_unit"] or "0"),
                sam_minutes=read_decimal(row["sam_minutes"]) if row["sam_minutes"] else None,
                learning_curve=row["learning_curve"],
                setup_family=row["setup_family"],
                transfer_quantity=read_decimal(row["transfer_quantity"])
                if row["transfer_quantity"]
                else None,
            )
            for number, row in enumerate(typed_rows(request, columns))
        ]
        row = services.RoutingRow(item=item.code, steps=steps, revision=_revision(request, routing))
        return ask(
            request,
            save_one(services.save_routings, row),
            then=reverse("item", args=[item.pk]),
            said=_("The routing is saved."),
        )
    standing = list(routing.steps.all()) if routing else []
    context = {
        "item": item,
        "verb": "save_routings",
        "title": _("How it is made"),
        "rates": [
            (step, rate_of(step.work_center, step.run_minutes_per_unit)) for step in standing
        ],
        "revision": routing.revision if routing else "1",
        "grid": grid(columns, [_typed(step) for step in standing]),
        "hint": _(
            "Clear the number of a step to leave it out. With a SAM (standard minutes of one "
            "person) the minutes per piece follow from the people and efficiency of the line. "
            "Without a learning curve of its own the work centre's holds."
        ),
    }
    return render_page(request, "catalog/structure.html", context)


def _typed(step: RoutingStep) -> dict[str, Any]:
    """An operation as its row of the grid; what follows from the SAM is not typed."""
    return {
        "sequence": step.sequence,
        "name": step.name,
        "work_center": step.work_center.code,
        "setup_minutes": bare(step.setup_minutes),
        "run_minutes_per_unit": bare(step.run_minutes_per_unit) if not step.sam_minutes else "",
        "sam_minutes": bare(step.sam_minutes) if step.sam_minutes else "",
        "learning_curve": step.learning_curve.code if step.learning_curve else "",
        "setup_family": step.setup_family,
        "transfer_quantity": "" if step.transfer_quantity is None else bare(step.transfer_quantity),
    }


urlpatterns = [
    path("items/<int:item_id>/bom/", save_boms, name="save_boms"),
    path("items/<int:item_id>/routing/", save_routings, name="save_routings"),
]
