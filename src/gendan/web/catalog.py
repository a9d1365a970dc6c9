"""Pages of the catalog: items with their BOM, routing, prices and units; families, work centres."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog import services
from gendan.catalog.line_plans import rate_of
from gendan.catalog.models import Alternate, Family, Item, Unit, UnitConversion
from gendan.catalog.queries import calendar
from gendan.inventory.queries import availability
from gendan.kernel import clock, journal
from gendan.kernel.files import attachments_of
from gendan.partners.queries import by_codes
from gendan.sourcing.lead_times import lead_times
from gendan.sourcing.models.visibility import may_read
from gendan.web import (
    catalog_calendars,
    catalog_lines,
    catalog_prices,
    catalog_specifications,
    catalog_structure,
    words,
)
from gendan.web.catalog_tabs import TABS
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, Words, record_page, record_url
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import page, render_page
from gendan.web.suggest import items_like
from gendan.web.tables import ACTIVE, table_page
from gendan.web.templatetags import gendan as tags

ITEM = Record(
    services.save_items,
    services.ItemRow,
    Item,
    ("code",),
    section="items",
    title=gettext_lazy("item"),
    back="items",
    then=lambda item: reverse("item", args=[item.pk]),
)
FAMILY = Record(
    services.save_families,
    services.FamilyRow,
    Family,
    ("code",),
    section="items",
    title=gettext_lazy("item family"),
    back="families",
    given={"sizes": lambda: Words(label=_("Sizes"), required=False)},
    words=gettext_lazy("The family decides which kind of journey its orders have."),
)
UNIT = Record(
    services.save_units,
    services.UnitRow,
    Unit,
    ("code",),
    section="items",
    title=gettext_lazy("unit"),
    back="units",
)
CONVERSION = Record(
    services.save_conversions,
    services.ConversionRow,
    UnitConversion,
    ("unit", "into", "item"),
    section="items",
    title=gettext_lazy("conversion"),
    back="conversions",
    words=gettext_lazy("One unit is so many of the other; without an item it holds for all."),
)
ALTERNATE = Record(
    services.save_alternates,
    services.AlternateRow,
    Alternate,
    ("component", "alternate", "parent"),
    section="items",
    title=gettext_lazy("substitute"),
    back="alternates",
    words=gettext_lazy("What may be taken for a component; without a made item it holds for all."),
)
ITEMS = Listing(
    key="items",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Code"), lambda item: item.code, sort="code"),
        Column("name", gettext_lazy("Name"), lambda item: item.name),
        Column("model", gettext_lazy("Model"), lambda item: item.model),
        Column("family", gettext_lazy("Family"), lambda item: item.family.name),
        Column("supply", gettext_lazy("Supply"), lambda item: item.get_supply_display()),
        Column("unit", gettext_lazy("Unit"), lambda item: words.unit(item.unit)),
        Column(
            "lead_days",
            gettext_lazy("Own lead time (working days)"),
            lambda item: item.lead_days,
            at_end=True,
        ),
        Column(
            "safety_stock",
            gettext_lazy("Safety stock"),
            lambda item: item.safety_stock,
            at_end=True,
            shown=False,
        ),
        Column("hs_code", gettext_lazy("HS code"), lambda item: item.hs_code, shown=False),
        Column("style", gettext_lazy("Style"), lambda item: item.style, shown=False),
        Column("colour", gettext_lazy("Colour"), lambda item: item.colour, shown=False),
        Column("size", gettext_lazy("Size"), lambda item: item.size, shown=False),
        Column("barcode", gettext_lazy("GTIN"), lambda item: item.barcode, shown=False),
        Column(
            "active",
            gettext_lazy("Active"),
            lambda item: item.is_active,
            shown=False,
        ),
    ),
    filters=(
        Filter(
            "family",
            gettext_lazy("Family"),
            lambda rows, value: rows.filter(family__code=value),
        ),
        Filter(
            "supply",
            gettext_lazy("Supply"),
            lambda rows, value: rows.filter(supply=value),
            choices=lambda: Item.Supply.choices,
        ),
        ACTIVE,
    ),
    preset={"active": "yes"},
    link=lambda item: reverse("item", args=[item.pk]),
    empty=Empty(
        gettext_lazy("No items yet"),
        gettext_lazy("What is sold, made and bought stands here. Import a sheet, or enter one."),
        verb="save_items",
        icon="box",
    ),
)


@page(section="items", methods=["GET", "HEAD"])
def items(request: HttpRequest) -> HttpResponse:
    """All items."""
    from dataclasses import replace

    user: Any = request.user
    families = Family.objects.visible_to(user).order_by("code")
    choices = [(one.code, one.name) for one in families]
    family, *others = ITEMS.filters
    listing = replace(
        ITEMS,
        filters=(replace(family, choices=lambda: choices), *others),
        search=lambda rows, text: rows.filter(pk__in=items_like(user, text).values("pk")),
    )
    rows = Item.objects.visible_to(user).select_related("family", "unit")
    context = {
        "title": _("Items"),
        "tabs": tabs_of(TABS, "items"),
        "verbs": [("save_items", "plus")],
        "new_label": _("New"),
    }
    return show_list(request, listing, rows, context=context)


@page(section="items", methods=["GET", "HEAD"])
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: what it is, made of, made how, sold at, and how much of it there is."""
    user: Any = request.user
    rows = Item.objects.visible_to(user).select_related("family", "unit")
    found = get_object_or_404(rows, pk=item_id)
    bom = found.boms.filter(is_current=True).prefetch_related("lines__component__unit").first()
    routing = found.routings.filter(is_current=True).prefetch_related("steps__work_center").first()
    stock = availability([found.pk])[found.pk]
    context = {
        "item": found,
        **_planned_how(found, user),
        "edit_url": record_url(ITEM, found),
        "bom": bom,
        "routing": routing,
        "steps": [
            (step, rate_of(step.work_center, step.run_minutes_per_unit))
            for step in (routing.steps.all() if routing else ())
        ],
        "used_in": found.used_in.filter(bom__is_current=True).select_related("bom__item")[:20],
        "prices": found.prices.select_related("price_list").order_by(
            "price_list__code", "from_quantity"
        )[:40],
        "conversions": found.unitconversion_set.select_related("unit", "into")[:20],
        "codes": found.customer_codes.select_related("customer").order_by("customer__code")[:40],
        "stock": stock,
        "specifications": found.specification_versions.select_related("by")[:20],
        "attachments": attachments_of(found),
        "entries": _happened(found),
    }
    return render_page(request, "catalog/item.html", context)


def _supplier_called(code: str) -> str:
    """A supplier as people call it: 1 query."""
    return str(by_codes([code]).get(code, code))


def _happened(found: Item) -> list[Any]:
    """What happened to an item; its moves, which say no quantity here, have a page of their own."""
    return list(journal.timeline(found).exclude(fact="StockMoved")[:20])


def _planned_how(found: Item, user: Any) -> dict[str, Any]:
    """The lead time that plans and promises count with, where it comes from, and substitutes."""
    lead_time = None
    if found.supply == Item.Supply.BUY:
        times = lead_times(clock.today(), calendar(None), [found.pk])
        lead_time = times.of.get(found.pk)
    return {
        "lead_time": lead_time,
        "lead_supplier": _supplier_called(lead_time.supplier) if lead_time else "",
        "lead_days": lead_time.days if lead_time else found.lead_days,
        "may_see_sources": may_read(user),
        "alternates": found.alternates.select_related("alternate__unit", "parent").order_by(
            "rank", "pk"
        )[:20],
    }


@finds("items", gettext_lazy("Items"), icon="box", rank=30)
def find_items(user: Any, text: str) -> list[Hit]:
    """Items by code, name, model or initials."""
    return [
        Hit(
            one.code,
            reverse("item", args=[one.pk]),
            detail=tags.join_words([one.name, one.model]),
            is_exact=one.code.lower() == text.lower(),
        )
        for one in items_like(user, text)[:LIMIT]
    ]


families = table_page(
    FAMILY,
    title=gettext_lazy("Item families"),
    columns=("code", "name_en", "name_zh", "kind", "uses_matrix", "uses_assortment", "sizes"),
    empty=gettext_lazy("Items that go the same journey form a family."),
    tabs=TABS,
)
units = table_page(
    UNIT,
    title=gettext_lazy("Units"),
    columns=("code", "name_en", "name_zh", "rec20", "step"),
    empty=gettext_lazy("Pieces, sets, metres: what quantities are counted in."),
    tabs=TABS,
)
conversions = table_page(
    CONVERSION,
    title=gettext_lazy("Conversions"),
    columns=("unit", "factor", "into", "item"),
    empty=gettext_lazy("A dozen is twelve pieces; a roll of this cloth is 80 metres."),
    tabs=TABS,
    related=("unit", "into", "item"),
)
alternates = table_page(
    ALTERNATE,
    title=gettext_lazy("Substitutes"),
    columns=("component", "alternate", "parent", "quantity", "rank", "is_planned", "remark"),
    empty=gettext_lazy("What may be taken for a component when it would come too late."),
    tabs=TABS,
    related=("component", "alternate", "parent"),
)
urlpatterns = [
    path("items/", items, name="items"),
    path("items/<int:item_id>/", item, name="item"),
    path("items/save/", record_page(ITEM), name="save_items"),
    path("items/families/", families, name="families"),
    path("items/families/save/", record_page(FAMILY), name="save_families"),
    path("items/units/", units, name="units"),
    path("items/units/save/", record_page(UNIT), name="save_units"),
    path("items/conversions/", conversions, name="conversions"),
    path("items/conversions/save/", record_page(CONVERSION), name="save_conversions"),
    path("items/alternates/", alternates, name="alternates"),
    path("items/alternates/save/", record_page(ALTERNATE), name="save_alternates"),
    *catalog_specifications.urlpatterns,
    *catalog_structure.urlpatterns,
    *catalog_prices.urlpatterns,
    *catalog_calendars.urlpatterns,
    *catalog_lines.urlpatterns,
]
