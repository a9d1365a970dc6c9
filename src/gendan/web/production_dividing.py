"""Pages of batches: a part of a work order on its own, several work orders as one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import DomainError
from gendan.planning.queries import lines_named
from gendan.production import queries, services
from gendan.web.forms import PageForm, whole_number
from gendan.web.shell import ask, page, render_page


class SplitForm(PageForm):
    """How much becomes a work order of its own, and when it is due."""

    quantity = forms.CharField(
        label=gettext_lazy("Quantity of the part"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    due_on = forms.DateField(label=gettext_lazy("Part due"), widget=forms.DateInput())


@page(section="planning", verb="split_work_order")
def split_work_order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """A part of it on its own: how much, until when, for which order lines."""
    user: Any = request.user
    order = get_object_or_404(queries.work_orders_for(user), pk=work_order_id)
    form = SplitForm(request.POST or None, initial={"due_on": order.due_on})
    lines = lines_named(order.demands)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        left = queries.left_to_make(order, order.steps.all())
        context = {"form": form, "order": order, "left": left}
        context["lines"] = [(f"orders.line:{one.pk}", one) for one in lines]
        return render_page(request, "planning/split.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    chosen = request.POST.getlist("demands")
    return ask(
        request,
        services.split_work_order,
        work_order_id=work_order_id,
        **form.cleaned_data,
        demands=chosen or None,
        revision=whole_number(request.POST.get("revision", "")),
        then=lambda made: reverse("work_order", args=[made.pk]),
        said=lambda made: _("%(number)s is made of it.") % {"number": made.number},
        again=draw,
    )


@page(section="planning", verb="merge_work_orders")
def merge_work_orders(request: HttpRequest) -> HttpResponse:
    """Several work orders as one: of those for the same item that are not begun."""
    user: Any = request.user
    first = whole_number(request.POST.get("first", request.GET.get("first", ""))) or 0
    order = get_object_or_404(queries.work_orders_for(user), pk=first)
    form = PageForm(request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        others = queries.mergeable_with(order, user)
        context = {"form": form, "order": order, "others": others}
        return render_page(request, "planning/merge.html", context)

    if request.method != "POST":
        return draw()
    seen = {pk: whole_number(request.POST.get(f"seen_{pk}", "")) for pk in _chosen(request, first)}
    return ask(
        request,
        services.merge_work_orders,
        work_order_ids=list(seen),
        revisions={pk: revision for pk, revision in seen.items() if revision is not None},
        then=lambda merged: reverse("work_order", args=[merged.pk]),
        said=lambda merged: _("They are one now: %(number)s.") % {"number": merged.number},
        again=draw,
    )


def _chosen(request: HttpRequest, first: int) -> list[int]:
    found = [whole_number(one) for one in request.POST.getlist("others")]
    return [first, *(one for one in found if one is not None)]


DIVIDING = [
    path("production/orders/<int:work_order_id>/split/", split_work_order, name="split_work_order"),
    path("production/orders/merge/", merge_work_orders, name="merge_work_orders"),
]
