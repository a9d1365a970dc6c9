"""Pages of purchase requests."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock
from gendan.kernel.quantity import read_decimal
from gendan.planning.queries import lines_named
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseRequest
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")


class RequestForm(PageForm):
    """What to buy, how much of it, by when."""

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
    order_by_on = forms.DateField(label=gettext_lazy("Order by"), widget=forms.DateInput())
    needed_on = forms.DateField(label=gettext_lazy("Needed on"), widget=forms.DateInput())


REQUESTS = Listing(
    key="purchase_requests",
    sort="order_by_on",
    columns=(
        Column("number", gettext_lazy("Purchase request"), lambda one: one.number, sort="number"),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column("covered", gettext_lazy("Expected"), lambda one: one.covered, at_end=True),
        Column(
            "order_by_on",
            gettext_lazy("Order by"),
            lambda one: one.order_by_on,
            sort="order_by_on",
        ),
        Column("needed_on", gettext_lazy("Needed on"), lambda one: one.needed_on, sort="needed_on"),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(
                "late" if one.is_overdue(clock.today()) else one.state,
                label=str(one.get_state_display()),
            ),
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: (
                rows.filter(state="open", order_by_on__lt=clock.today())
                if value == "late"
                else rows.filter(state=value)
            ),
            choices=lambda: (("late", _("late")), *PurchaseRequest.State.choices),
        ),
    ),
    preset={"state": "open"},
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(item__code__icontains=text)
    ),
    link=lambda one: reverse("purchase_request", args=[one.pk]),
    empty=Empty(
        gettext_lazy("Nothing is to be bought"),
        gettext_lazy("Firm planned orders, or request a purchase by hand."),
        verb="request_purchases",
        icon="shopping-cart",
    ),
)


@page(section="purchasing", methods=READ)
def purchase_requests(request: HttpRequest) -> HttpResponse:
    """All purchase requests."""
    user: Any = request.user
    verbs = [("request_purchases", "plus")] if user.may_do("request_purchases") else []
    context = {
        "title": _("Purchase requests"),
        "verbs": verbs,
        "tabs": tabs_of(TABS, "purchase_requests"),
    }
    return show_list(request, REQUESTS, queries.requests_for(user), context=context)


@page(section="purchasing", methods=READ)
def purchase_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One purchase request: what is expected for it, for whom it is."""
    user: Any = request.user
    found = get_object_or_404(queries.requests_for(user), pk=request_id)
    context = {
        "found": found,
        "lines": lines_named(found.demands),
        "is_overdue": found.is_overdue(clock.today()),
    }
    return render_page(request, "planning/purchase_request.html", context)


@page(section="purchasing", verb="request_purchases")
def request_purchases(request: HttpRequest) -> HttpResponse:
    """Request one by hand."""
    form = RequestForm(request.POST or None)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {
            "form": form,
            "verb": "request_purchases",
            "back": reverse("purchase_requests"),
        }
        return render_page(request, "planning/one_row.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        lambda *, values, by: services.request_purchases(
            rows=[
                services.PurchaseRow(
                    **values | {"quantity": read_decimal(values["quantity"], field="quantity")}
                )
            ],
            by=by,
        ),
        values=form.cleaned_data,
        then=lambda made: reverse("purchase_request", args=[made[0].pk]),
        said=lambda made: _("%(number)s is made.") % {"number": made[0].number},
        again=draw,
    )


@page(section="purchasing", methods=("POST",))
def cancel_purchase_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Say that it need not be bought."""
    return ask(
        request,
        services.cancel_purchase_request,
        request_id=request_id,
        reason=request.POST.get("reason", ""),
        then=reverse("purchase_request", args=[request_id]),
        said=_("The purchase request is cancelled."),
    )


_one = "purchasing/requests/<int:request_id>/"
urlpatterns = [
    path("purchasing/requests/", purchase_requests, name="purchase_requests"),
    path("purchasing/requests/new/", request_purchases, name="request_purchases"),
    path(_one, purchase_request, name="purchase_request"),
    path(_one + "cancel/", cancel_purchase_request, name="cancel_purchase_request"),
]
