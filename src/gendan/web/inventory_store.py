"""Pages of the store's work: putting away, picking, carrying, the past, a lot's way."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory import queries, services
from gendan.inventory.models import Balance, Location, Lot
from gendan.inventory.queries.tracing import lots_in
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.quantity import read_quantity
from gendan.web import words
from gendan.web.export_columns import BINS, PICKS, WAITING
from gendan.web.exports import LARGEST, export_found
from gendan.web.inventory_actions import TABS, GoodsForm
from gendan.web.inventory_forms import LookForm, form_page, item_of, with_places
from gendan.web.lists import Column
from gendan.web.navigation import tabs_of
from gendan.web.records import save_one
from gendan.web.shell import page, render_page
from gendan.web.words import link_of

READ = ("GET", "HEAD")
WHY = {
    "same_item": gettext_lazy("lies here already"),
    "family": gettext_lazy("zone of its family, empty"),
    "empty": gettext_lazy("empty"),
    "shared": gettext_lazy("beside other goods"),
}
MOST_SHOWN = 500


class TransferForm(GoodsForm):
    """A quantity from one bin to another."""

    source = forms.CharField(label=gettext_lazy("From"), max_length=40)
    target = forms.CharField(label=gettext_lazy("To"), max_length=40)
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


@dataclass(frozen=True)
class PastRow:
    """What lay somewhere, with the words of a table."""

    item: Item
    lot: str
    place: str
    quantity: Decimal


PAST = (
    Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
    Column("location", gettext_lazy("Location"), lambda one: one.place),
    Column("lot", gettext_lazy("Lot"), lambda one: one.lot),
    Column("quantity", gettext_lazy("Quantity"), lambda one: one.quantity),
    Column("unit", gettext_lazy("Unit"), lambda one: words.unit(one.item.unit)),
)


def _asked(request: HttpRequest) -> tuple[LookForm, Item | None, Decimal | None, str]:
    """The item and quantity in the address, and what stands in the way of reading them."""
    form = LookForm(request.GET if request.GET.get("item") else None)
    if not form.is_bound or not form.is_valid():
        return form, None, None, ""
    item = item_of(request.user, form.cleaned_data["item"])
    if item is None:
        words = _("There is no item called “%(code)s”.")
        return form, None, None, words % {"code": form.cleaned_data["item"]}
    try:
        quantity = read_quantity(form.cleaned_data["quantity"], step=item.unit.step)
    except DomainError as error:
        return form, item, None, error.message
    return form, item, quantity, ""


@page(section="stock", methods=READ)
def put_away(request: HttpRequest) -> HttpResponse:
    """What waits in receiving, and into which bins it may go."""
    user: Any = request.user
    form, item, quantity, problem = _asked(request)
    rows: list[Any] = []
    left = Decimal(0)
    if item is not None and quantity is not None:
        bins, left = queries.put_away_for(item, quantity)
        places = _places(user, [one.place_id for one in bins])
        rows = [(places[one.place_id], one.quantity, WHY[one.why]) for one in bins]
    waiting = queries.waiting_to_be_put_away(user)
    if kind := request.GET.get("export"):
        if item is not None:
            return export_found("put_away", BINS, [(item, *row) for row in rows], kind)
        return export_found("put_away", WAITING, _put_away_list(user, waiting), kind)
    context = {
        "tabs": tabs_of(TABS, "put_away"),
        "form": form,
        "item": item,
        "rows": rows,
        "left": left,
        "problem": problem,
        "source": request.GET.get("source", "")[:40],
        "lot": request.GET.get("lot", "")[:60],
        "waiting": waiting[:100],
    }
    return render_page(request, "inventory/put_away.html", context)


def _put_away_list(user: Any, waiting: Any) -> list[Any]:
    """What waits with the bins it may go to, as a row of the export: 4 queries."""
    rows = queries.put_away_list(list(waiting[: LARGEST + 1]))
    places = _places(user, [part.place_id for _one, part, _quantity in rows if part])
    return [
        (one, places.get(part.place_id) if part else None, quantity, WHY[part.why] if part else "")
        for one, part, quantity in rows
    ]


@page(section="stock", methods=READ)
def picking(request: HttpRequest) -> HttpResponse:
    """From which bins to take a quantity, in walking order."""
    user: Any = request.user
    form, item, quantity, problem = _asked(request)
    rows: list[Any] = []
    lacking = Decimal(0)
    demand = request.GET.get("demand", "")[:80]
    rule = "fifo" if request.GET.get("rule") == "fifo" else "fefo"
    if item is not None and quantity is not None:
        picks, lacking = queries.picks_for(item, quantity, demand, by_expiry=rule == "fefo")
        places = _places(user, [one.place_id for one in picks])
        lots = {
            one.pk: one
            for one in Lot.objects.visible_to(user).filter(pk__in=[p.lot_id for p in picks])
        }
        rows = [(places[one.place_id], lots.get(one.lot_id or 0), one) for one in picks]
    if kind := request.GET.get("export"):
        return export_found("picking", PICKS, [(item, *row) for row in rows], kind)
    context = {
        "tabs": tabs_of(TABS, "picking"),
        "form": form,
        "item": item,
        "rows": rows,
        "lacking": lacking,
        "problem": problem,
        "demand": demand,
        "rule": rule,
    }
    return render_page(request, "inventory/picking.html", context)


@page(section="stock", verb="transfer_stock")
def transfer_stock(request: HttpRequest) -> HttpResponse:
    """Carry a quantity from one bin to another; what is kept for a demand stays kept."""
    names = ("item", "quantity", "source", "target", "lot")
    start = {name: request.GET.get(name, "")[:60] for name in names}
    form = TransferForm(request.user, request.POST or None, initial=start)
    with_places(form, request.user, "source", "target", kind=Location.Kind.STORE)
    return form_page(
        request,
        form,
        lambda *, row, by: save_one(services.transfer_stock, services.TransferRow(**row))(by=by),
        lambda: {"row": form.row()},
        name="transfer_stock",
        then=reverse("put_away"),
        said=_("The goods are carried."),
        words=_("What is kept for a demand stays kept where it goes."),
        back=reverse("put_away"),
    )


@page(section="stock", methods=READ)
def past_stock(request: HttpRequest) -> HttpResponse:
    """What lay where at a past moment, and what it was worth."""
    user: Any = request.user
    moment = _moment(request.GET.get("at", ""))
    code, where = request.GET.get("item", "").strip()[:40], request.GET.get("location", "")[:40]
    item = item_of(user, code) if code else None
    place = Location.objects.visible_to(user).filter(code=where).first() if where else None
    rows: list[PastRow] = []
    worth = None
    if moment is not None and (item is not None or not code):
        held = queries.held_at(
            moment,
            item_ids=[item.pk] if item else None,
            location_ids=[place.pk] if place else None,
        )
        rows = _worded(user, held)
        values = queries.value_of([item.pk] if item else None, moment) if not place else {}
        worth = sum((one.value for one in values.values()), Decimal(0)) if not place else None
    if kind := request.GET.get("export"):
        return export_found("past_stock", PAST, rows, kind)
    context = {
        "tabs": tabs_of(TABS, "past_stock"),
        "at": request.GET.get("at", ""),
        "moment": moment,
        "code": code,
        "is_unknown": bool(code) and item is None,
        "where": where,
        "places": Location.objects.visible_to(user).filter(kind__in=Location.OWN).order_by("code"),
        "rows": rows[:MOST_SHOWN],
        "more": max(0, len(rows) - MOST_SHOWN),
        "worth": worth,
        "company_currency": settings.COMPANY_CURRENCY,
    }
    return render_page(request, "inventory/past.html", context)


@page(section="stock", methods=READ)
def lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """One lot: where it lies, where it came from and what became of it."""
    user: Any = request.user
    found = get_object_or_404(Lot.objects.visible_to(user).select_related("item__unit"), pk=lot_id)
    origin = queries.genealogy(found.item_id, found.pk, forward=False)
    way = queries.genealogy(found.item_id, found.pk, forward=True)
    rows = Balance.objects.visible_to(user).filter(lot=found, is_own=True).exclude(on_hand=0)
    customers = sorted(
        {
            (end.about, one.item, one.lot, end.quantity)
            for one in lots_in(way)
            for end in one.ends
            if end.kind == Location.Kind.CUSTOMER
        }
    )
    context = {
        "lot": found,
        "balances": rows.select_related("location"),
        "is_expired": found.is_expired_on(clock.today()),
        "origin": _lines(origin),
        "way": _lines(way),
        "customers": [(link_of(about), *rest) for about, *rest in customers],
        "may_keep": user.may_do("keep_lot"),
    }
    return render_page(request, "inventory/lot.html", context)


def _lines(tree: Any) -> list[dict[str, Any]]:
    """A tree as lines with their depth, for a table that reads well on a phone too."""
    lines: list[dict[str, Any]] = []
    waiting = [(tree, 0)]
    while waiting:
        one, depth = waiting.pop()
        ends = [(end, link_of(end.about) if end.about else "") for end in one.ends]
        lines.append({"lot": one, "depth": range(depth), "ends": ends, "is_root": not depth})
        waiting += [(child, depth + 1) for child in reversed(one.next)]
    return lines


def _places(user: Any, ids: list[int]) -> dict[int, Location]:
    return {one.pk: one for one in Location.objects.visible_to(user).filter(pk__in=ids)}


def _worded(user: Any, held: list[Any]) -> list[PastRow]:
    """What lay there with the names of items, lots and places: 3 queries."""
    visible = Item.objects.visible_to(user).select_related("unit")
    items = visible.in_bulk({one.item_id for one in held})
    lots = Lot.objects.visible_to(user).in_bulk({one.lot_id for one in held if one.lot_id})
    places = Location.objects.visible_to(user).in_bulk({one.location_id for one in held})
    return [
        PastRow(
            items[one.item_id],
            str(lots.get(one.lot_id, "")),
            str(places[one.location_id]),
            one.quantity,
        )
        for one in held
        if one.item_id in items
    ]


def _moment(text: str) -> dt.datetime | None:
    """A moment as the input gives it, on the company's clock."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=clock.zone())


urlpatterns = [
    path("stock/put-away/", put_away, name="put_away"),
    path("stock/picking/", picking, name="picking"),
    path("stock/transfers/post/", transfer_stock, name="transfer_stock"),
    path("stock/past/", past_stock, name="past_stock"),
    path("stock/lots/<int:lot_id>/", lot, name="lot"),
]
