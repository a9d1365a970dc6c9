"""Pages on which material goes to the shop floor for a work order, and comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.production import queries, services
from gendan.production.models import Component, WorkOrder
from gendan.web.shell import ask, page, render_page


@dataclass(frozen=True)
class Line:
    """One field of the form: a quantity of an item from or to a place; `there` is the most."""

    item: Item
    location: str
    lot: str
    there: Decimal
    quantity: str  # as proposed, or as it was typed
    expires_on: Any = None


@dataclass(frozen=True)
class Wanted:
    """A component with what is still needed of it, and where it lies."""

    component: Component
    needed: Decimal
    lines: list[Line]


def _typed(request: HttpRequest) -> list[services.ComponentRow]:
    """The rows with a quantity; what is left empty stays where it is."""
    names = ("item", "location", "lot", "quantity")
    columns = [request.POST.getlist(name) for name in names]
    if len(columns[1]) == 1:  # one place for all that comes back
        columns[1] *= len(columns[0])
    if len({len(one) for one in columns}) > 1:
        raise Invalid(_("The form is not whole; open it again."))
    rows = [
        services.ComponentRow(item, read_decimal(quantity, field="quantity"), location, lot)
        for item, location, lot, quantity in zip(*columns, strict=True)
        if quantity.strip()
    ]
    if not rows:
        raise Invalid(_("Enter how much."), field="quantity")
    return rows


def _answer(
    request: HttpRequest,
    order: WorkOrder,
    verb: Callable[..., Any],
    said: str,
    draw: Callable[[DomainError | None], HttpResponse],
) -> HttpResponse:
    if request.method != "POST":
        return draw(None)
    return ask(
        request,
        lambda *, by: verb(work_order_id=order.pk, rows=_typed(request), by=by),
        then=reverse("work_order", args=[order.pk]),
        said=said,
        again=draw,
    )


def _order(request: HttpRequest, work_order_id: int) -> WorkOrder:
    user: Any = request.user
    return get_object_or_404(queries.work_orders_for(user), pk=work_order_id)


def _wanted(request: HttpRequest, order: WorkOrder) -> list[Wanted]:
    """What is still needed, and a proposal of where to take it from: first what expires first."""
    components = {one.pk: one for one in order.components.select_related("item__unit")}
    needs = queries.open_components(work_order_ids=[order.pk])
    stores = queries.in_stores([one.item_id for one in needs])
    typed = request.POST.getlist("quantity")
    found = []
    for need in needs:
        component, left, lines = components[need.pk], need.quantity, []
        for one in stores.get(need.item_id, ()):
            part = min(one.free, left)
            left -= part
            text = typed.pop(0) if typed else f"{part.normalize():f}" if part else ""
            row = (one.location, one.lot, one.free, text, one.expires_on)
            lines.append(Line(component.item, *row))
        found.append(Wanted(component, need.quantity, lines))
    return found


@page(section="planning", verb="issue_components")
def issue_components(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Take material from the stores to the shop floor."""
    order = _order(request, work_order_id)

    def draw(error: DomainError | None) -> HttpResponse:
        wanted = _wanted(request, order)
        context = {"order": order, "verb": "issue_components", "wanted": wanted, "error": error}
        return render_page(request, "planning/issue.html", context)

    said = _("The material is issued.")
    return _answer(request, order, services.issue_components, said, draw)


@page(section="planning", verb="return_components")
def return_components(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Put material that was not used back into a place of ours."""
    user: Any = request.user
    order = _order(request, work_order_id)

    def draw(error: DomainError | None) -> HttpResponse:
        items = {one.item_id: one.item for one in order.components.select_related("item__unit")}
        typed = request.POST.getlist("quantity")
        floor = [one for one in queries.on_the_floor(order.pk) if one.item_id in items]
        lines = [
            Line(items[one.item_id], "", one.lot, one.quantity, typed.pop(0) if typed else "")
            for one in floor
        ]
        context = {
            "order": order,
            "verb": "return_components",
            "lines": lines,
            "places": queries.own_places(user),
            "error": error,
        }
        return render_page(request, "planning/return.html", context)

    said = _("The material is back.")
    return _answer(request, order, services.return_components, said, draw)


_one = "production/orders/<int:work_order_id>/"
ISSUES = [
    path(_one + "issue/", issue_components, name="issue_components"),
    path(_one + "return/", return_components, name="return_components"),
]
