"""Pages of lines: what a work centre makes an hour and a day, days for a quantity, curves."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog import services
from gendan.catalog.line_plans import MOST_DAYS, LinePlan, line_plan, rate_of
from gendan.catalog.makings import makings
from gendan.catalog.models import LearningCurve, RoutingStep, WorkCenter
from gendan.engine.line_rates import MILLIONTHS, WHOLE
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.production.styles import styles_of
from gendan.web.catalog_tabs import TABS
from gendan.web.forms import PageForm
from gendan.web.records import Record, Words, record_page, record_url
from gendan.web.shell import page, render_page
from gendan.web.tables import table_page

MOST_OPERATIONS = 100

LEARNING_CURVE = Record(
    services.save_learning_curves,
    services.LearningCurveRow,
    LearningCurve,
    ("code",),
    section="items",
    title=gettext_lazy("learning curve"),
    back="learning_curves",
    given={
        "percents": lambda: Words(
            label=_("Percent of the full rate, day by day"),
            help_text=_("For example 45, 65, 80, 100: after the last day the rate is full."),
        )
    },
    words=gettext_lazy("How a line gets into a new style; chosen at work centres and operations."),
)
WORK_CENTER = Record(
    services.save_work_centers,
    services.WorkCenterRow,
    WorkCenter,
    ("code",),
    section="items",
    title=gettext_lazy("work centre"),
    back="work_centers",
    then=lambda one: reverse("work_center", args=[one.pk]),
)
learning_curves = table_page(
    LEARNING_CURVE,
    title=gettext_lazy("Learning curves"),
    columns=("code", "name_en", "name_zh", "percents", "known_days"),
    empty=gettext_lazy("A new style is slow on its first days; a curve says how slow."),
    tabs=TABS,
)
work_centers = table_page(
    WORK_CENTER,
    title=gettext_lazy("Work centres"),
    columns=(
        *("code", "name_en", "name_zh", "minutes_per_day", "machines", "operators"),
        *("efficiency_percent", "learning_curve", "is_outside", "calendar"),
        *("hour_cost", "overtime_minutes", "overtime_cost", "second_line"),
    ),
    empty=gettext_lazy("Lines, machines and outside factories that do the work."),
    tabs=TABS,
    related=("calendar", "second_line", "learning_curve"),
    link=lambda one: reverse("work_center", args=[one.pk]),
)


class DaysForm(PageForm):
    """A quantity of a style for a line."""

    sam = forms.DecimalField(max_digits=12, decimal_places=6)
    quantity = forms.DecimalField(max_digits=18, decimal_places=6)
    made_before = forms.DecimalField(max_digits=18, decimal_places=6, required=False)
    curve = forms.ChoiceField(required=False)
    begins_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, center: WorkCenter, curves: list[LearningCurve], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        labels = {
            "sam": _("SAM (standard minutes)") if center.operators else _("Per piece (minutes)"),
            "quantity": _("Quantity"),
            "made_before": _("Made before, and still known"),
            "curve": _("Learning curve"),
            "begins_on": _("Begins on"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        choices: Any = self.fields["curve"]
        choices.choices = [("", "–"), *((one.code, str(one)) for one in curves)]
        for name in ("sam", "quantity", "made_before"):
            self.fields[name].widget.attrs |= {"step": "any", "min": "0"}
        self.dress()


@page(section="items", methods=["GET", "HEAD"])
def work_center(request: HttpRequest, center_id: int) -> HttpResponse:
    """A work centre: what it is, what it makes an hour, and how many days a quantity takes."""
    user: Any = request.user
    rows = WorkCenter.objects.visible_to(user)
    rows = rows.select_related("calendar", "second_line", "learning_curve")
    center = get_object_or_404(rows, pk=center_id)
    curves = list(LearningCurve.objects.visible_to(user).filter(is_active=True).order_by("code"))
    form = DaysForm(center, curves, data=_asked(request, center))
    context = {
        "center": center,
        "edit_url": record_url(WORK_CENTER, center),
        "operations": _operations(center, user),
        "most_operations": MOST_OPERATIONS,
        "form": form,
        **_reckoned(form, center, curves),
    }
    return render_page(request, "catalog/work_center.html", context)


def _asked(request: HttpRequest, center: WorkCenter) -> dict[str, str] | None:
    """What was asked, the usual where something is left out; None: nothing yet."""
    usual = {
        "curve": center.learning_curve.code if center.learning_curve else "",
        "begins_on": clock.today().isoformat(),
    }
    return usual | request.GET.dict() if "quantity" in request.GET else None


def _reckoned(form: DaysForm, center: WorkCenter, curves: list[LearningCurve]) -> dict[str, Any]:
    """The answer of the calculator, or why there is none."""
    if not form.is_bound or not form.is_valid():
        form.initial = {
            "curve": center.learning_curve.code if center.learning_curve else "",
            "begins_on": clock.today(),
        }
        return {}
    given = form.cleaned_data
    try:
        plan = line_plan(
            center,
            sam=given["sam"],
            quantity=given["quantity"],
            made_before=given["made_before"] or Decimal(0),
            begins_on=given["begins_on"],
            curve=next((one for one in curves if one.code == given["curve"]), None),
        )
    except DomainError as error:
        form.refuse(error)
        return {}
    days = _folded(plan, given["quantity"])
    is_cut = plan.is_cut and "until" not in days[-2]
    return {"plan": plan, "days": days, "is_cut": is_cut, "most_days": MOST_DAYS}


def _folded(plan: LinePlan, quantity: Decimal) -> list[dict[str, Any]]:
    """The days of learning, one row for all that are alike after them, and the last day."""
    days = plan.told_by_day()
    full = len(days)  # from here on all that is known is at the full rate
    while full and days[full - 1]["percent"] == days[-1]["percent"] == WHOLE:
        full -= 1
    last = plan.whole_days - 1  # so many days are worked wholly
    if last - full <= 1 or full == len(days):
        return days
    known = plan.by_day[min(last, len(days)) - 1]  # worked wholly, as are the days after it
    so_far = (known.so_far + known.parts * (last - known.number)) // MILLIONTHS
    alike = {"number": full + 1, "until": last, "percent": WHOLE, "made": plan.a_day}
    ended = {"number": last + 1, "percent": WHOLE}
    return [
        *days[:full],
        alike | {"so_far": so_far},
        ended | {"made": quantity - so_far, "so_far": quantity},
    ]


def _operations(center: WorkCenter, user: Any) -> list[dict[str, Any]]:
    """What is made here by the routings in force: rates, and how much of the style is known."""
    rows = RoutingStep.objects.visible_to(user).filter(work_center=center)
    rows = rows.filter(routing__is_current=True).select_related("routing__item", "learning_curve")
    steps = list(rows.order_by("routing__item__code", "sequence")[:MOST_OPERATIONS])
    known = makings({one.routing.item_id for one in steps})
    styles, today = styles_of(known), clock.today()
    by_step = {
        (one.item_id, one.sequence): styles.known(one, today)
        for own in known.values()
        for one in own
    }
    return [
        {
            "step": step,
            "rate": rate_of(center, step.run_minutes_per_unit),
            "learns": by_step[step.routing.item_id, step.sequence].effort.learns,
            "begun": by_step[step.routing.item_id, step.sequence].effort.learned > 0,
            "curve": step.learning_curve or center.learning_curve,
        }
        for step in steps
    ]


urlpatterns = [
    path("items/work-centers/", work_centers, name="work_centers"),
    path("items/work-centers/save/", record_page(WORK_CENTER), name="save_work_centers"),
    path("items/work-centers/<int:center_id>/", work_center, name="work_center"),
    path("items/learning-curves/", learning_curves, name="learning_curves"),
    path("items/learning-curves/save/", record_page(LEARNING_CURVE), name="save_learning_curves"),
]
