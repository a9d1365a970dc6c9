"""Pages of work orders."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gendan.kernel import clock
from gendan.kernel.quantity import read_decimal
from gendan.planning.queries import lines_named
from gendan.production import queries, services
from gendan.production.gates import open_gates
from gendan.production.models import Component, WorkOrder
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import TABS
from gendan.web.production_dividing import DIVIDING
from gendan.web.production_issue import ISSUES
from gendan.web.production_kits import KITS, kit_context
from gendan.web.production_reports import REPORTS, pace_badge, pace_words
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")


class WorkOrderForm(PageForm):
    """What to make, how much of it, from when until when."""

    item = forms.CharField(
        label=gettext_lazy("Item (code)"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-suggest": "items", "autocomplete": "off"}),
    )
    quantity = forms.CharField(
        label=gettext_lazy("Quantity"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    starts_on = forms.DateField(label=gettext_lazy("Start"), widget=forms.DateInput())
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=forms.DateInput())


WORK_ORDERS = Listing(
    key="work_orders",
    sort="due_on",
    columns=(
        Column("number", gettext_lazy("Work order"), lambda one: one.number, sort="number"),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column("starts_on", gettext_lazy("Start"), lambda one: one.starts_on, sort="starts_on"),
        Column("due_on", gettext_lazy("Due"), lambda one: one.due_on, sort="due_on"),
        Column(
            "received",
            pgettext_lazy("quantity", "Received"),
            lambda one: one.expected.received,
            at_end=True,
        ),
        Column("pace", gettext_lazy("Pace"), pace_words, draw=pace_badge),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(one),
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: {
                "open": rows.filter(state__in=WorkOrder.OPEN),
                "late": rows.filter(state__in=WorkOrder.OPEN, due_on__lt=clock.today()),
                "behind": rows.filter(state__in=WorkOrder.OPEN, is_behind=True),
            }.get(value, rows.filter(state=value)),
            choices=lambda: (
                ("open", _("open")),
                ("late", _("late")),
                ("behind", _("behind their pace")),
                *WorkOrder.State.choices,
            ),
        ),
    ),
    preset={"state": "open"},
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(item__code__icontains=text)
    ),
    link=lambda one: reverse("work_order", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No work orders yet"),
        gettext_lazy("Firm planned orders, or make a work order by hand."),
        verb="firm_work_orders",
        icon="building-factory",
    ),
)


@page(section="planning", methods=READ)
def work_orders(request: HttpRequest) -> HttpResponse:
    """All work orders."""
    user: Any = request.user
    verbs = [("firm_work_orders", "plus")] if user.may_do("firm_work_orders") else []
    context = {
        "title": _("Work orders"),
        "verbs": verbs,
        "tabs": tabs_of(TABS, "work_orders"),
    }
    return show_list(request, WORK_ORDERS, queries.work_orders_for(user), context=context)


@page(section="planning", methods=READ)
def work_order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """One work order: what it needs, where it is made, for whom."""
    user: Any = request.user
    found = get_object_or_404(queries.work_orders_for(user), pk=work_order_id)
    context = {
        "order": found,
        "components": _components(found),
        "is_open": found.state in WorkOrder.OPEN,
        "on_floor": queries.on_the_floor(found.pk),
        "steps": list(found.steps.select_related("work_center")),
        "lines": lines_named(found.demands),
        "today": clock.today(),
        "pace": pace_words(found),
        "late_percent": round(found.late_chance * 100),
        "gates": open_gates([found]).get(found.pk, ()),
    }
    return render_page(request, "planning/work_order.html", context | kit_context(found))


def _components(order: WorkOrder) -> list[tuple[Component, Decimal, Decimal]]:
    """Each component with what was issued and what must still leave the stores."""
    issued = queries.issued_to([order.pk])
    left = {one.pk: one.quantity for one in queries.open_components(work_order_ids=[order.pk])}
    return [
        (one, issued.get((order.pk, one.item_id), Decimal(0)), left.get(one.pk, Decimal(0)))
        for one in order.components.select_related("item__unit")
    ]


@page(section="planning", verb="firm_work_orders")
def firm_work_orders(request: HttpRequest) -> HttpResponse:
    """Make one by hand."""
    form = WorkOrderForm(request.POST or None)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"form": form, "verb": "firm_work_orders", "back": reverse("work_orders")}
        return render_page(request, "planning/one_row.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        lambda *, values, by: services.firm_work_orders(
            rows=[
                services.WorkOrderRow(
                    **values | {"quantity": read_decimal(values["quantity"], field="quantity")}
                )
            ],
            by=by,
        ),
        values=form.cleaned_data,
        then=lambda made: reverse("work_order", args=[made[0].pk]),
        said=lambda made: _("%(number)s is made.") % {"number": made[0].number},
        again=draw,
    )


@page(section="planning", methods=("POST",))
def release_work_order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Let the shop floor begin."""
    then = reverse("work_order", args=[work_order_id])
    said = _("The shop floor may begin.")
    verb = services.release_work_order
    return ask(request, verb, work_order_id=work_order_id, then=then, said=said)


@page(section="planning", methods=("POST",))
def cancel_work_order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """End it without its being made."""
    return ask(
        request,
        services.cancel_work_order,
        work_order_id=work_order_id,
        reason=request.POST.get("reason", ""),
        then=reverse("work_order", args=[work_order_id]),
        said=_("The work order is cancelled."),
    )


_one = "production/orders/<int:work_order_id>/"
urlpatterns = [
    path("production/orders/", work_orders, name="work_orders"),
    path("production/orders/new/", firm_work_orders, name="firm_work_orders"),
    path(_one, work_order, name="work_order"),
    path(_one + "release/", release_work_order, name="release_work_order"),
    path(_one + "cancel/", cancel_work_order, name="cancel_work_order"),
    *ISSUES,
    *KITS,
    *REPORTS,
    *DIVIDING,
]
