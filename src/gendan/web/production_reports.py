"""Pages of reports from the shop floor: pieces by operation, for the phone; how fast it goes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.planning import shop_shown
from gendan.production import queries, services
from gendan.production.models import StepReport, WorkOrder, WorkStep
from gendan.web.forms import PageForm, whole_number
from gendan.web.settings import next_of
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MOST_SHOWN = 30


class ReportForm(PageForm):
    """How many good pieces, how much scrap, on which day."""

    good = forms.CharField(
        label=gettext_lazy("Good pieces"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    scrap = forms.CharField(
        label=gettext_lazy("Scrap"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=gettext_lazy("Why scrap"), max_length=200, required=False)
    made_on = forms.DateField(label=gettext_lazy("Day it was made"), widget=forms.DateInput())


@page(section="dispatch", verb="report_step")
def report_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """Pieces of one operation: what was reported, and what is to be said now."""
    user: Any = request.user
    step = shop_shown.step_seen(step_id, user)
    form = ReportForm(request.POST or None, initial={"made_on": clock.today()})

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        # Refused: somebody else may have reported since it was read.
        shown = shop_shown.step_seen(step_id, user) if error else step
        reports = queries.reports_of(step.pk)
        context = {
            "step": shown,
            "order": shown.work_order,
            "form": form,
            "reports": reports[:MOST_SHOWN],
            "count": len(reports),
            "left": queries.left_of(shown),
            "quick": _quick(shown, reports),
            "next": next_of(request, reverse("dispatch_list")),
            "pace": pace_words(shown.work_order),
        }
        return render_page(request, "planning/shop_report.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.report_step,
        step_id=step_id,
        good=form.cleaned_data["good"],
        scrap=form.cleaned_data["scrap"],
        made_on=form.cleaned_data["made_on"],
        reason=form.cleaned_data["reason"],
        is_done=request.POST.get("is_done") == "on",
        seen=whole_number(request.POST.get("seen", "")),
        then=next_of(request, reverse("dispatch_list")),
        said=_("It is reported."),
        again=draw,
    )


def _quick(step: WorkStep, reports: Sequence[StepReport]) -> list[str]:
    """What is often reported: the same as last time, and what is left."""
    last = next((one.good for one in reports if one.good > 0), None)
    found = [one for one in (last, queries.left_of(step)) if one]
    return [f"{one.normalize():f}" for one in dict.fromkeys(found)]


@page(section="dispatch", methods=("POST",))
def take_back_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """It was a mistake."""
    return ask(
        request,
        services.take_back_report,
        report_id=report_id,
        reason=request.POST.get("reason", ""),
        then=next_of(request, reverse("dispatch_list")),
        said=_("The report is taken back."),
    )


def pace_words(order: WorkOrder) -> str:
    """What its own pace says of a work order, in one sentence; "" where nothing is known."""
    if order.state not in WorkOrder.OPEN or order.forecast_on is None:
        return ""
    ready = _("ready %(day)s") % {"day": f"{order.forecast_on:%m-%d}"}
    late = (order.forecast_on - order.due_on).days
    if late > 0:
        late_words = ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
        ready = f"{ready}, {late_words}"
    if order.makes_a_day is None:
        return ready
    makes = _pieces(order.makes_a_day)
    if order.needs_a_day is None:
        return _("makes %(makes)s a day → %(ready)s") % {"makes": makes, "ready": ready}
    return _("needs %(needs)s a day, makes %(makes)s → %(ready)s") % {
        "needs": _pieces(order.needs_a_day),
        "makes": makes,
        "ready": ready,
    }


def _pieces(quantity: Decimal) -> str:
    """Whole pieces from ten on."""
    places = Decimal(1) if quantity >= 10 else Decimal("0.1")
    return f"{quantity.quantize(places).normalize():f}"


def pace_badge(order: WorkOrder) -> Any:
    """Whether a work order keeps its pace, for lists."""
    words = pace_words(order)
    if not words:
        return ""
    kind = "late" if order.is_behind else "risk" if order.late_chance > RISKY else "done"
    return tags.badge(kind, label=words)


RISKY = 0.1  # chance of being late from which its 90 % day is too late

REPORTS = [
    path("planning/shop/operations/<int:step_id>/report/", report_step, name="report_step"),
    path(
        "production/reports/<int:report_id>/take-back/", take_back_report, name="take_back_report"
    ),
]
