"""Pages of the stock: what lies where, moves, lots, expected goods, reservations."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory import services
from gendan.inventory.models import Balance, ExpectedSupply, Location, Lot, Move, Reservation
from gendan.inventory.queries import arrival_rule_of, availability, uninspected_items
from gendan.kernel import clock
from gendan.orders.demands import lines_told, told, with_lines
from gendan.web import (
    inventory_claims,
    inventory_counting,
    inventory_counts,
    inventory_store,
    inventory_values,
    words,
)
from gendan.web.inventory_actions import ACTIONS, TABS
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_page
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import page, render_page
from gendan.web.suggest import items_like
from gendan.web.tables import table_page
from gendan.web.templatetags import gendan as tags
from gendan.web.words import link_of

# Beside a quantity in files; on the page it stands with the number.
UNIT = Column(
    "unit",
    gettext_lazy("Unit"),
    lambda one: words.unit(one.item.unit),
    shown=False,
    in_files=True,
)
LOCATION = Record(
    services.save_locations,
    services.LocationRow,
    Location,
    ("code",),
    section="stock",
    title=gettext_lazy("location"),
    back="locations",
)
LOT = Record(
    services.save_lots,
    services.LotRow,
    Lot,
    ("item", "code"),
    section="stock",
    title=gettext_lazy("lot"),
    back="lots",
)


def _for_whom(row: Any) -> str:
    """The order line that expected goods are for, as people call it; "" where they are for none."""
    return told(row.demand_order, row.demand_position) if row.demand_order else ""


def _places(user: Any) -> list[tuple[str, str]]:
    rows = Location.objects.visible_to(user).filter(is_active=True).order_by("code")
    return [(one.code, str(one)) for one in rows]


STOCK = Listing(
    key="stock",
    sort="item__code",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("location", gettext_lazy("Location"), lambda one: str(one.location)),
        Column("lot", gettext_lazy("Lot"), lambda one: str(one.lot or "")),
        Column(
            "on_hand",
            gettext_lazy("On hand"),
            lambda one: one.on_hand,
            at_end=True,
            draw=lambda one: tags.quantity(one.on_hand, one.item.unit),
        ),
        Column(
            "reserved",
            gettext_lazy("Reserved"),
            lambda one: one.reserved,
            at_end=True,
        ),
        Column("free", gettext_lazy("Free"), lambda one: one.on_hand - one.reserved, at_end=True),
        UNIT,
    ),
    filters=(
        Filter("location", gettext_lazy("Location"), lambda r, v: r.filter(location__code=v)),
        Filter(
            "show",
            gettext_lazy("Show"),
            lambda rows, value: {
                "free": rows.filter(on_hand__gt=F("reserved")),
                "reserved": rows.filter(reserved__gt=0),
            }[value],
            choices=lambda: (("free", _("with free stock")), ("reserved", _("with reservations"))),
        ),
    ),
    link=lambda one: reverse("stock_of_item", args=[one.item_id]),
    empty=Empty(
        gettext_lazy("No stock yet"),
        gettext_lazy("Begin with the opening stock: count it, or import a sheet."),
        verb="post_opening_stock",
        icon="building-warehouse",
    ),
)
MOVES = Listing(
    key="moves",
    sort="-id",
    columns=(
        Column("at", gettext_lazy("When"), lambda one: one.at),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column("lot", gettext_lazy("Lot"), lambda one: str(one.lot or "")),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        UNIT,
        Column("source", gettext_lazy("From"), lambda one: str(one.source)),
        Column("target", gettext_lazy("To"), lambda one: str(one.target)),
        Column("reason", gettext_lazy("Reason"), lambda one: one.reason),
        Column("by", gettext_lazy("Who"), lambda one: str(one.by or "Gendan")),
        Column(
            "back",
            gettext_lazy("Moved back"),
            lambda one: bool(getattr(one, "is_reversed", False)),
            cell="inventory/move_back.html",
        ),
    ),
    filters=(
        Filter(
            "from", gettext_lazy("From day"), lambda r, v: r.filter(at__date__gte=v), kind="date"
        ),
        Filter("to", gettext_lazy("To day"), lambda r, v: r.filter(at__date__lte=v), kind="date"),
        Filter("item", gettext_lazy("Item (code)"), lambda r, v: r.filter(item__code__iexact=v)),
    ),
    empty=Empty(
        gettext_lazy("Nothing was moved yet"),
        gettext_lazy("Every quantity that goes from one place to another stands here for good."),
        verb="post_moves",
    ),
)
EXPECTED = Listing(
    key="expected",
    sort="due_on",
    columns=(
        Column(
            "due_on",
            gettext_lazy("Due"),
            lambda one: one.due_on,
            sort="due_on",
            draw=lambda one: tags.day(one.due_on),
        ),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column(
            "quantity",
            gettext_lazy("Still to come"),
            lambda one: one.quantity - one.received,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity - one.received, one.item.unit),
        ),
        Column("reference", gettext_lazy("Reference"), lambda one: one.reference),
        Column(
            "demand",
            gettext_lazy("Only for"),
            lambda one: _for_whom(one) or one.demand,
            draw=lambda one: link_of(one.demand, _for_whom(one)),
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: one.is_open,
            cell="inventory/expected_state.html",
        ),
    ),
    filters=(
        Filter(
            "open",
            gettext_lazy("Which"),
            lambda rows, value: {
                "open": rows.filter(is_open=True),
                "late": rows.filter(is_open=True, due_on__lt=clock.today()),
                "done": rows.filter(is_open=False),
            }[value],
            choices=lambda: (("open", _("open")), ("late", _("late")), ("done", _("finished"))),
        ),
    ),
    preset={"open": "open"},
    link=lambda one: reverse("expected_supply", args=[one.pk]),
    empty=Empty(
        gettext_lazy("Nothing is expected"),
        gettext_lazy("What suppliers and workshops have said will arrive, with its day."),
        verb="expect_supplies",
        icon="truck-delivery",
    ),
)
LOTS = Listing(
    key="lots",
    sort="-id",
    columns=(
        Column("code", gettext_lazy("Lot"), lambda one: one.code),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column("made_on", gettext_lazy("Made"), lambda one: one.made_on),
        Column("expires_on", gettext_lazy("Expires"), lambda one: one.expires_on),
    ),
    search=lambda rows, text: rows.filter(Q(code__icontains=text) | Q(item__code__icontains=text)),
    link=lambda one: reverse("lot", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No lots yet"),
        gettext_lazy("Items traced by lot or serial number get theirs at the first receipt."),
    ),
)


def _with_places(listing: Listing, user: Any) -> Listing:
    from dataclasses import replace

    choices = _places(user)
    first, *others = listing.filters
    return replace(
        listing,
        filters=(replace(first, choices=lambda: choices), *others),
        search=lambda rows, text: rows.filter(
            Q(item__in=items_like(user, text).order_by().values("pk"))
            | Q(lot__code__icontains=text)
        ),
    )


@page(section="stock", methods=["GET", "HEAD"])
def stock(request: HttpRequest) -> HttpResponse:
    """What lies where, and how much of it is free."""
    user: Any = request.user
    rows = Balance.objects.visible_to(user).filter(is_own=True).exclude(on_hand=0)
    rows = rows.select_related("item__unit", "location", "lot")
    context = {
        "title": _("Stock"),
        "tabs": tabs_of(TABS, "stock"),
        "verbs": [("post_moves", "switch-horizontal"), ("post_opening_stock", "package-import")],
    }
    return show_list(request, _with_places(STOCK, user), rows, context=context)


@page(section="stock", methods=["GET", "HEAD"])
def moves(request: HttpRequest) -> HttpResponse:
    """The ledger: every move, the newest first."""
    user: Any = request.user
    rows = Move.objects.visible_to(user).select_related(
        "item__unit", "lot", "source", "target", "by", "reversed_by"
    )
    context = {
        "title": _("Moves"),
        "tabs": tabs_of(TABS, "moves"),
        "verbs": [("post_moves", "switch-horizontal")],
    }
    return show_list(request, MOVES, rows, context=context)


@page(section="stock", methods=["GET", "HEAD"])
def expected(request: HttpRequest) -> HttpResponse:
    """What is to arrive, the earliest first."""
    user: Any = request.user
    rows = ExpectedSupply.objects.visible_to(user).select_related("item__unit")
    context = {
        "title": _("Expected goods"),
        "tabs": tabs_of(TABS, "expected"),
        "verbs": [("expect_supplies", "plus")],
    }
    return show_list(request, EXPECTED, with_lines(rows, "demand"), context=context)


@page(section="stock", methods=["GET", "HEAD"])
def expected_supply(request: HttpRequest, expected_id: int) -> HttpResponse:
    """One expected supply: receive it, give another day, give it up."""
    user: Any = request.user
    rows = ExpectedSupply.objects.visible_to(user).select_related("item__unit")
    found = get_object_or_404(rows, pk=expected_id)
    context = {
        "supply": found,
        "left": found.quantity - found.received,
        "is_late": found.is_open and found.due_on < clock.today(),
        "places": _arrival_places(user, found),
        "demand": link_of(found.demand, lines_told([found.demand]).get(found.demand, "")),
        "today": clock.today(),
    }
    return render_page(request, "inventory/expected_supply.html", context)


def _arrival_places(user: Any, supply: ExpectedSupply) -> list[tuple[str, str]]:
    """Where expected goods may go: what a supplier sends waits for a verdict, unless its item
    needs none."""
    rows = Location.objects.visible_to(user).filter(is_active=True, kind__in=Location.OWN)
    if not supply.made_for and not uninspected_items([supply.item_id]):
        rows = rows.filter(kind=Location.Kind.QUALITY)
    return [(one.code, str(one)) for one in rows.order_by("code")]


@page(section="stock", methods=["GET", "HEAD"])
def lots(request: HttpRequest) -> HttpResponse:
    """Lots and serial numbers."""
    user: Any = request.user
    rows = Lot.objects.visible_to(user).select_related("item")
    context = {
        "title": _("Lots"),
        "tabs": tabs_of(TABS, "lots"),
        "verbs": [("save_lots", "plus")],
        "new_label": _("New"),
    }
    return show_list(request, LOTS, rows, context=context)


@page(section="stock", methods=["GET", "HEAD"])
def stock_of_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item's stock: where it lies, who has reserved it, what comes, what was moved."""
    user: Any = request.user
    item = get_object_or_404(Item.objects.visible_to(user).select_related("unit"), pk=item_id)
    balances = Balance.objects.visible_to(user).filter(item=item, is_own=True)
    reserved = Reservation.objects.visible_to(user).filter(balance__item=item)
    moved = Move.objects.visible_to(user).filter(item=item)
    lot = request.GET.get("lot", "")
    if lot.isdigit():
        moved = moved.filter(lot_id=int(lot))
    kept = list(reserved.select_related("balance__location", "balance__lot", "by")[:100])
    named = lines_told(one.demand for one in kept)
    context = {
        "item": item,
        "arrival_rule": arrival_rule_of(item.pk),
        "stock": availability([item.pk])[item.pk],
        "balances": balances.exclude(on_hand=0).select_related("location", "lot"),
        "reservations": [(one, link_of(one.demand, named.get(one.demand, ""))) for one in kept],
        "moves": moved.select_related("lot", "source", "target", "by", "reversed_by").order_by(
            "-pk"
        )[:50],
    }
    return render_page(request, "inventory/stock_of_item.html", context)


@finds("lots", gettext_lazy("Lots"), icon="tags", rank=50)
def find_lots(user: Any, text: str) -> list[Hit]:
    """Lots by their code."""
    rows = Lot.objects.visible_to(user).filter(code__icontains=text).select_related("item")
    return [
        Hit(
            one.code,
            reverse("lot", args=[one.pk]),
            detail=str(one.item),
            is_exact=one.code.lower() == text.lower(),
        )
        for one in rows.order_by("-pk")[:LIMIT]
    ]


locations = table_page(
    LOCATION,
    title=gettext_lazy("Locations"),
    columns=(
        *("code", "name_en", "name_zh", "kind", "parent", "purpose", "sequence"),
        *("capacity", "family", "partner"),
    ),
    empty=gettext_lazy("Stores, quality hold, and the far side of every move."),
    tabs=TABS,
    related=("parent", "family", "partner"),
)

urlpatterns = [
    path("stock/", stock, name="stock"),
    path("stock/items/<int:item_id>/", stock_of_item, name="stock_of_item"),
    path("stock/moves/", moves, name="moves"),
    path("stock/expected/", expected, name="expected"),
    path("stock/expected/<int:expected_id>/", expected_supply, name="expected_supply"),
    path("stock/lots/", lots, name="lots"),
    path("stock/lots/save/", record_page(LOT), name="save_lots"),
    path("stock/locations/", locations, name="locations"),
    path("stock/locations/save/", record_page(LOCATION), name="save_locations"),
    *ACTIONS,
    *inventory_store.urlpatterns,
    *inventory_values.urlpatterns,
    *inventory_claims.urlpatterns,
    *inventory_counts.urlpatterns,
    *inventory_counting.urlpatterns,
]
