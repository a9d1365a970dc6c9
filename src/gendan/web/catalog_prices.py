"""Pages of price lists, their prices, and exchange rates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog import services
from gendan.catalog.models import ExchangeRate, Price, PriceList
from gendan.web.catalog_tabs import TABS
from gendan.web.lists import Column, Empty, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import page
from gendan.web.tables import ACTIVE, table_page
from gendan.web.templatetags import gendan as tags

PRICE_LIST = Record(
    services.save_price_lists,
    services.PriceListRow,
    PriceList,
    ("code",),
    section="items",
    title=gettext_lazy("price list"),
    back="price_lists",
    then=lambda one: reverse("price_list", args=[one.pk]),
)
PRICE = Record(
    services.save_prices,
    services.PriceRow,
    Price,
    ("price_list", "item", "from_quantity"),
    section="items",
    title=gettext_lazy("price"),
    back="price_lists",
    words=gettext_lazy("Holds from a quantity upward, until the next break."),
)
RATE = Record(
    services.save_exchange_rates,
    services.ExchangeRateRow,
    ExchangeRate,
    ("currency", "day"),
    section="items",
    title=gettext_lazy("exchange rate"),
    back="exchange_rates",
    words=gettext_lazy("What one unit of the currency is worth in the company's, from a day on."),
)
LISTS = Listing(
    key="price_lists",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Code"), lambda one: one.code, sort="code"),
        Column("name", gettext_lazy("Name"), lambda one: one.name),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency),
        Column("valid_from", gettext_lazy("Valid from"), lambda one: one.valid_from),
        Column("valid_until", gettext_lazy("Valid until"), lambda one: one.valid_until),
        Column("general", gettext_lazy("For every customer"), lambda one: one.is_general),
        Column(
            "discount",
            gettext_lazy("Discount (%)"),
            lambda one: one.discount_percent,
            at_end=True,
        ),
    ),
    filters=(ACTIVE,),
    preset={"active": "yes"},
    link=lambda one: reverse("price_list", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No price lists yet"),
        gettext_lazy("Prices stand in lists: one for every customer, or one for some."),
        verb="save_price_lists",
    ),
)
PRICES = Listing(
    key="price_list",
    sort="item__code",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("from", gettext_lazy("From quantity"), lambda one: one.from_quantity, at_end=True),
        Column(
            "price",
            gettext_lazy("Unit price"),
            lambda one: one.unit_price,
            at_end=True,
            draw=lambda one: tags.money(one.unit_price, one.price_list.currency),
        ),
        Column("per", gettext_lazy("Per (quantity)"), lambda one: one.price_per, at_end=True),
        Column(
            "discount",
            gettext_lazy("Discount (%)"),
            lambda one: one.discount_percent,
            at_end=True,
        ),
    ),
    search=lambda rows, text: rows.filter(item__code__icontains=text),
    link=lambda one: record_url(PRICE, one, next=reverse("price_list", args=[one.price_list_id])),
    empty=Empty(
        gettext_lazy("No prices yet"),
        gettext_lazy("Add one after the other, or import a sheet."),
    ),
)


@page(section="items", methods=["GET", "HEAD"])
def price_lists(request: HttpRequest) -> HttpResponse:
    """All price lists."""
    user: Any = request.user
    context = {
        "title": _("Price lists"),
        "tabs": tabs_of(TABS, "price_lists"),
        "verbs": [("save_price_lists", "plus")],
        "new_label": _("New"),
    }
    return show_list(request, LISTS, PriceList.objects.visible_to(user), context=context)


@page(section="items", methods=["GET", "HEAD"])
def price_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """One price list with its prices and whom it holds for."""
    user: Any = request.user
    found = get_object_or_404(PriceList.objects.visible_to(user), pk=list_id)
    rows = Price.objects.visible_to(user).filter(price_list=found)
    here = reverse("price_list", args=[found.pk])
    context = {
        "title": str(found),
        "crumb": _("Price lists"),
        "crumb_url": reverse("price_lists"),
        "price_list": found,
        "customers": found.customers.select_related("customer").order_by("customer__code")[:50],
        "edit_url": record_url(PRICE_LIST, found),
        "add_url": f"{reverse('save_prices')}?price_list={found.code}&next={here}",
    }
    rows = rows.select_related("item", "price_list")
    return show_list(request, PRICES, rows, "catalog/price_list.html", context)


exchange_rates = table_page(
    RATE,
    title=gettext_lazy("Exchange rates"),
    columns=("currency", "day", "rate"),
    empty=gettext_lazy("Orders in other currencies need a rate to be compared and summed."),
    tabs=TABS,
    sort="-day",
)

urlpatterns = [
    path("items/price-lists/", price_lists, name="price_lists"),
    path("items/price-lists/<int:list_id>/", price_list, name="price_list"),
    path("items/price-lists/save/", record_page(PRICE_LIST), name="save_price_lists"),
    path("items/prices/save/", record_page(PRICE), name="save_prices"),
    path("items/exchange-rates/", exchange_rates, name="exchange_rates"),
    path("items/exchange-rates/save/", record_page(RATE), name="save_exchange_rates"),
]
