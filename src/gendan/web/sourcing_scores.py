"""Pages of the scorecard: all suppliers side by side, its weights, what buying assumes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError
from gendan.purchasing.supplier_facts import MONTHS, scorecards, supplier_facts
from gendan.sourcing import queries, services
from gendan.sourcing.models import BuyingAssumptions, ScoreWeights
from gendan.sourcing.models.visibility import may_read
from gendan.sourcing.services.scores import ASSUMED
from gendan.web.export_columns import score_columns
from gendan.web.exports import LARGEST, export_found
from gendan.web.forms import PageForm
from gendan.web.labels import label_of
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page
from gendan.web.sourcing_words import PART_WORDS, drawn_score

MOST = 500


class WeightsForm(PageForm):
    """A weight for each part, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = queries.weights()
        for part in ScoreWeights.PARTS:
            self.fields[part] = forms.IntegerField(
                label=PART_WORDS[part], min_value=0, max_value=100, initial=getattr(now, part)
            )
        self.fields["reason"] = forms.CharField(label=_("Why"), max_length=500)
        self.dress()


class AssumptionsForm(PageForm):
    """What the comparison of total costs assumes, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = queries.assumptions()
        for name in ASSUMED:
            column: Any = BuyingAssumptions._meta.get_field(name)
            value: Decimal = getattr(now, name)
            self.fields[name] = forms.DecimalField(
                label=label_of(column), min_value=0, initial=f"{value.normalize():f}"
            )
        self.fields["reason"] = forms.CharField(label=_("Why"), max_length=500)
        self.dress()


@page(section="purchasing", methods=("GET", "HEAD"))
def supplier_scores(request: HttpRequest) -> HttpResponse:
    """The scorecard of all suppliers, the best first; those without data at the end."""
    user: Any = request.user
    if not may_read(user):
        raise Http404
    kind = request.GET.get("export")
    most = LARGEST + 1 if kind else MOST
    found = list(queries.suppliers_for(user).filter(is_active=True).order_by("code")[:most])
    scores = scorecards([one.pk for one in found], supplier_facts())
    scored = [(one, scores[one.pk]) for one in found]
    scored.sort(key=lambda row: (row[1].total is None, -(row[1].total or 0)))
    weights = queries.weights()
    if kind:
        return export_found("supplier_scores", score_columns(weights.PARTS), scored, kind)
    context = {
        "tabs": tabs_of(TABS, "suppliers"),
        "rows": [(one, drawn_score(score)) for one, score in scored],
        "weights": [(PART_WORDS[part], getattr(weights, part)) for part in weights.PARTS],
        "months": MONTHS,
    }
    return render_page(request, "sourcing/scores.html", context)


@page(section="purchasing", verb="save_score_weights")
def save_score_weights(request: HttpRequest) -> HttpResponse:
    """How much each part counts; the weights that held before stay to be read."""
    form = WeightsForm(request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        history = [
            (one, [(PART_WORDS[part], getattr(one, part)) for part in one.PARTS])
            for one in queries.history_of_weights()
        ]
        return _figures(request, form, "save_score_weights", history)

    if request.method != "POST" or not form.is_valid():
        return draw()
    values = dict(form.cleaned_data)
    reason = values.pop("reason")
    return ask(
        request,
        services.save_score_weights,
        weights=values,
        reason=reason,
        then=reverse("supplier_scores"),
        said=_("The scorecard is weighed anew."),
        again=draw,
    )


@page(section="purchasing", verb="save_buying_assumptions")
def save_buying_assumptions(request: HttpRequest) -> HttpResponse:
    """What the comparison of total costs assumes; what held before stays to be read."""
    form = AssumptionsForm(request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        labels: list[tuple[str, Any]] = [
            (name, label_of(BuyingAssumptions._meta.get_field(name)))  # type: ignore[arg-type]
            for name in ASSUMED
        ]
        history = [
            (one, [(words, f"{getattr(one, name).normalize():f}") for name, words in labels])
            for one in queries.history_of_assumptions()
        ]
        return _figures(request, form, "save_buying_assumptions", history)

    if request.method != "POST" or not form.is_valid():
        return draw()
    values = dict(form.cleaned_data)
    reason = values.pop("reason")
    return ask(
        request,
        services.save_buying_assumptions,
        values=values,
        reason=reason,
        then=reverse("purchase_plan"),
        said=_("Costs are compared by these figures from now on."),
        again=draw,
    )


def _figures(request: HttpRequest, form: Any, verb: str, history: Any) -> HttpResponse:
    back = {"save_score_weights": "supplier_scores"}.get(verb, "purchase_plan")
    context = {"form": form, "verb": verb, "history": history, "back": reverse(back)}
    return render_page(request, "sourcing/figures.html", context)


urlpatterns = [
    path("purchasing/scores/", supplier_scores, name="supplier_scores"),
    path("purchasing/scores/weights/", save_score_weights, name="save_score_weights"),
    path("purchasing/assumptions/", save_buying_assumptions, name="save_buying_assumptions"),
]
