"""Pages of what stock is worth: by item, every change of value, landed costs, standard costs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory import queries, services
from gendan.inventory.models import ItemValue, LandedCost, ValueEntry
from gendan.inventory.queries.valuing import landed_costs_for, value_entries_for
from gendan.web.forms import PageForm
from gendan.web.inventory_actions import TABS
from gendan.web.inventory_forms import decimal_of, form_page, number, suggested
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import save_one
from gendan.web.shell import page
from gendan.web.suggest import items_like
from gendan.web.templatetags import gendan as tags
from gendan.web.words import link_of, money

READ = ("GET", "HEAD")


def _money(value: Any) -> Any:
    return tags.money(value, settings.COMPANY_CURRENCY)


def _links(here: str) -> list[tuple[str, Any, str]]:
    pages = (
        ("stock_values", gettext_lazy("By item"), "box"),
        ("value_entries", gettext_lazy("Changes of value"), "list-details"),
        ("landed_costs", gettext_lazy("Landed costs"), "ship"),
    )
    return [(reverse(name), words, icon) for name, words, icon in pages if name != here]


VALUES = Listing(
    key="stock_values",
    sort="-value",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("method", gettext_lazy("Valued by"), lambda one: str(one.get_method_display())),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column(
            "unit_value",
            gettext_lazy("Value per unit"),
            lambda one: round(one.unit_value or 0, 6),
            at_end=True,
            draw=lambda one: _money(round(one.unit_value or 0, 4)),
        ),
        Column(
            "value",
            gettext_lazy("Value"),
            lambda one: one.value,
            sort="value",
            at_end=True,
            draw=lambda one: _money(one.value),
        ),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            lambda rows, value: {
                "held": rows.filter(quantity__gt=0),
                "worthless": rows.filter(quantity__gt=0, value=0),
            }[value],
            choices=lambda: (("held", _("in stock")), ("worthless", _("in stock without value"))),
        ),
    ),
    preset={"show": "held"},
    link=lambda one: f"{reverse('value_entries')}?q={one.item.code}",
    empty=Empty(
        gettext_lazy("Nothing is worth anything yet"),
        gettext_lazy("The value of stock follows what comes in and goes out."),
    ),
)
ENTRIES = Listing(
    key="value_entries",
    sort="-id",
    columns=(
        Column("at", gettext_lazy("When"), lambda one: one.at),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column("kind", gettext_lazy("What"), lambda one: str(one.get_kind_display())),
        Column("quantity", gettext_lazy("Quantity"), lambda one: one.quantity, at_end=True),
        Column(
            "value",
            gettext_lazy("Value"),
            lambda one: one.value,
            at_end=True,
            draw=lambda one: _money(one.value),
        ),
        Column("rounding", gettext_lazy("Rounding"), lambda one: one.rounding, at_end=True),
        Column("variance", gettext_lazy("Not in stock"), lambda one: one.variance, at_end=True),
        Column(
            "about",
            gettext_lazy("Document"),
            lambda one: one.about,
            draw=lambda one: link_of(one.about),
        ),
        Column("by", gettext_lazy("Who"), lambda one: str(one.by or "Gendan")),
    ),
    filters=(
        Filter(
            "kind",
            gettext_lazy("What"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: ValueEntry.Kind.choices,
        ),
    ),
    empty=Empty(
        gettext_lazy("No value has changed yet"),
        gettext_lazy("Every change of what an item's stock is worth stands here for good."),
    ),
)
LANDED = Listing(
    key="landed_costs",
    sort="-id",
    columns=(
        Column("at", gettext_lazy("When"), lambda one: one.at),
        Column("about", gettext_lazy("Receipt"), lambda one: one.about),
        Column("kind", gettext_lazy("Kind"), lambda one: str(one.get_kind_display())),
        Column("reference", gettext_lazy("Invoice"), lambda one: one.reference),
        Column("basis", gettext_lazy("Spread"), lambda one: str(one.get_basis_display())),
        Column(
            "amount",
            gettext_lazy("Amount"),
            lambda one: one.amount,
            at_end=True,
            draw=lambda one: tags.money(one.amount, one.currency),
        ),
        Column(
            "own",
            gettext_lazy("Company currency"),
            lambda one: one.in_company_currency,
            at_end=True,
            draw=lambda one: _money(one.in_company_currency),
        ),
        Column("by", gettext_lazy("Who"), lambda one: str(one.by or "Gendan")),
    ),
    search=lambda rows, text: (
        rows.filter(about__icontains=text) | rows.filter(reference__icontains=text)
    ),
    empty=Empty(
        gettext_lazy("No landed cost yet"),
        gettext_lazy("Freight, duty and insurance are spread over what came in."),
        verb="add_landed_cost",
        icon="ship",
    ),
)


class LandedForm(PageForm):
    """A cost that came on top of a receipt."""

    about = forms.CharField(label=gettext_lazy("Paper of the receipt"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LandedCost.Kind.choices)
    reference = forms.CharField(label=gettext_lazy("Invoice"), max_length=80)
    amount = number(gettext_lazy("Amount"))
    currency = forms.CharField(
        label=gettext_lazy("Currency, if not the company's"), max_length=3, required=False
    )
    basis = forms.ChoiceField(label=gettext_lazy("Spread"), choices=LandedCost.Basis.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why it is so much, where it is far above the goods' worth"),
        max_length=120,
        required=False,
    )


class StandardForm(PageForm):
    """How an item is valued from now on."""

    item = suggested(gettext_lazy("Item (code)"))
    method = forms.ChoiceField(label=gettext_lazy("Valued by"), choices=ItemValue.Method.choices)
    standard = number(gettext_lazy("Standard cost per unit"), required=False)


@page(section="stock", methods=READ)
def stock_values(request: HttpRequest) -> HttpResponse:
    """What each item's stock is worth, and all of it."""
    from dataclasses import replace

    user: Any = request.user
    rows = queries.values_for(user)
    whole = rows.aggregate(whole=Sum("value"))["whole"] or Decimal(0)
    listing = replace(
        VALUES, search=lambda rows, text: rows.filter(item__in=_items_like(user, text))
    )
    context = {
        "title": _("Value of stock"),
        "subtitle": _("%(value)s in all") % {"value": money(whole, settings.COMPANY_CURRENCY)},
        "tabs": tabs_of(TABS, "stock_values"),
        "verbs": [("save_standard_costs", "adjustments")],
        "links": _links("stock_values"),
    }
    return show_list(request, listing, rows, context=context)


@page(section="stock", methods=READ)
def value_entries(request: HttpRequest) -> HttpResponse:
    """Every change of value, the newest first."""
    from dataclasses import replace

    user: Any = request.user
    listing = replace(
        ENTRIES, search=lambda rows, text: rows.filter(item__in=_items_like(user, text))
    )
    context = {
        "title": _("Changes of value"),
        "tabs": tabs_of(TABS, "stock_values"),
        "links": _links("value_entries"),
    }
    return show_list(request, listing, value_entries_for(user), context=context)


@page(section="stock", methods=READ)
def landed_costs(request: HttpRequest) -> HttpResponse:
    """Costs that were spread over receipts."""
    user: Any = request.user
    context = {
        "title": _("Landed costs"),
        "tabs": tabs_of(TABS, "stock_values"),
        "verbs": [("add_landed_cost", "plus")],
        "links": _links("landed_costs"),
    }
    return show_list(request, LANDED, landed_costs_for(user), context=context)


@page(section="stock", verb="add_landed_cost")
def add_landed_cost(request: HttpRequest) -> HttpResponse:
    """Spread a cost over what came in with a paper."""
    given = ("about", "kind", "amount", "basis")  # as a receipt proposes it
    initial = {name: request.GET.get(name, "")[:80] for name in given}
    form = LandedForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form,
        services.add_landed_cost,
        lambda: form.cleaned_data | {"amount": decimal_of(form, "amount")},
        name="add_landed_cost",
        then=reverse("landed_costs"),
        said=_("The cost is spread over the receipt."),
        words=_(
            "What still lies here becomes dearer by its share; the share of what has left is shown "
            "as “not in stock”. A credit note has a negative amount."
        ),
        back=reverse("landed_costs"),
    )


@page(section="stock", verb="save_standard_costs")
def save_standard_costs(request: HttpRequest) -> HttpResponse:
    """Value an item by moving average or by standard cost."""
    form = StandardForm(request.POST or None, initial={"item": request.GET.get("item", "")[:40]})

    def values() -> dict[str, Any]:
        data = form.cleaned_data | {"standard": decimal_of(form, "standard")}
        return {"row": services.StandardRow(**data)}

    return form_page(
        request,
        form,
        lambda *, row, by: save_one(services.save_standard_costs, row)(by=by),
        values,
        name="save_standard_costs",
        then=reverse("stock_values"),
        said=_("The item is valued so from now on."),
        words=_("What lies here is valued anew at once; the difference is an entry of its own."),
        back=reverse("stock_values"),
    )


def _items_like(user: Any, text: str) -> Any:
    return items_like(user, text).order_by().values("pk")


urlpatterns = [
    path("stock/values/", stock_values, name="stock_values"),
    path("stock/values/entries/", value_entries, name="value_entries"),
    path("stock/values/landed/", landed_costs, name="landed_costs"),
    path("stock/values/landed/add/", add_landed_cost, name="add_landed_cost"),
    path("stock/values/standard/", save_standard_costs, name="save_standard_costs"),
]
