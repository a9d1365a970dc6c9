"""Pages of supply exceptions: what is late, short, over or wrong, whom it hits, what is done."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gendan.followup.supplies import orders_moved
from gendan.kernel import journal
from gendan.planning.queries import lines_named
from gendan.purchasing import queries, services
from gendan.purchasing.choices import Choice, choices_for
from gendan.purchasing.models import SupplyException
from gendan.web.forms import whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MEANINGS = {"late": "late", "short": "late", "over": "risk", "wrong": "late"}
MOST_PARTS = 12
STATES = {"open": "late", "decided": "run", "done": "done"}


def _kind(found: SupplyException) -> Any:
    return tags.badge(MEANINGS[found.kind], label=str(found.get_kind_display()))


def _state(found: SupplyException) -> Any:
    return tags.badge(STATES[found.state], label=str(found.get_state_display()))


def _next_step(found: SupplyException) -> str:
    """What was decided; before it is decided, between what there is to choose."""
    if found.choice:
        return str(found.get_choice_display())
    if found.state != SupplyException.State.OPEN:
        return ""
    if found.kind == SupplyException.Kind.OVER:
        return _("decide: keep it or send it back")
    if found.kind == SupplyException.Kind.WRONG:
        return _("decide: send it back, wait, buy elsewhere, …")
    return _("decide: wait, split, buy elsewhere, …")


def _by_state(rows: Any, value: str) -> Any:
    if value == "alive":
        return rows.filter(state__in=SupplyException.ALIVE)
    return rows.filter(state=value)


EXCEPTIONS = Listing(
    key="supply_exceptions",
    sort="needed_on",
    columns=(
        Column("order", gettext_lazy("Line"), lambda one: str(one.line)),
        Column(
            "kind",
            gettext_lazy("What is wrong"),
            lambda one: str(one.get_kind_display()),
            sort="kind",
            draw=_kind,
        ),
        Column("item", gettext_lazy("Item"), lambda one: str(one.line.item)),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.line.item.unit),
        ),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.line.order.supplier)),
        Column("needed_on", gettext_lazy("Needed on"), lambda one: one.needed_on, sort="needed_on"),
        Column("expected_on", pgettext_lazy("day", "Expected"), lambda one: one.expected_on),
        Column("hits", gettext_lazy("For order lines"), lambda one: len(one.demands), at_end=True),
        Column("owner", gettext_lazy("Buyer"), lambda one: str(one.owner or "")),
        Column("choice", gettext_lazy("Next step"), lambda one: _next_step(one)),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            sort="state",
            draw=_state,
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            _by_state,
            choices=lambda: (("alive", _("not done")), *SupplyException.State.choices),
        ),
        Filter(
            "kind",
            gettext_lazy("What is wrong"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: SupplyException.Kind.choices,
        ),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(line__order__supplier__code__iexact=value),
        ),
    ),
    preset={"state": "alive"},
    search=lambda rows, text: rows.filter(
        Q(line__order__number__icontains=text) | Q(line__item__code__icontains=text)
    ),
    link=lambda one: reverse("supply_exception", args=[one.pk]),
    empty=Empty(
        gettext_lazy("Everything comes as ordered"),
        gettext_lazy("What suppliers deliver late, short, over or wrong appears here by itself."),
        icon="truck-delivery",
    ),
)


@page(section="purchasing", methods=READ)
def supply_exceptions(request: HttpRequest) -> HttpResponse:
    """All supply exceptions; `?mine=1`: those the reader decides about."""
    user: Any = request.user
    rows, is_mine = queries.supply_exceptions_for(user), request.GET.get("mine") == "1"
    if is_mine:
        rows = rows.filter(owner=user)
    own = reverse("supply_exceptions")
    context = {
        "title": _("Supply exceptions"),
        "verbs": [],
        "tabs": tabs_of(TABS, "arrivals"),
        "links": [
            (reverse("arrivals"), _("Arrivals"), "truck-delivery"),
            (
                own if is_mine else own + "?mine=1",
                _("All") if is_mine else _("Mine"),
                "list" if is_mine else "user",
            ),
        ],
    }
    return show_list(request, EXCEPTIONS, rows, context=context)


@page(section="purchasing", methods=READ)
def supply_exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """One exception: the orders it hits, and what can be done with its day and cost."""
    user: Any = request.user
    found = get_object_or_404(queries.supply_exceptions_for(user), pk=exception_id)
    is_alive = found.state in SupplyException.ALIVE
    context = {
        "found": found,
        "kind_badge": _kind(found),
        "state_badge": _state(found),
        "orders": lines_named(found.demands),
        "rows": [_choice(found, one) for one in choices_for(found)] if is_alive else [],
        "currency": settings.COMPANY_CURRENCY,
        "choice_of": queries.name_of_choice(found),
        "started": started_shown(found),
        "entries": journal.timeline(found)[:40],
    }
    return render_page(request, "purchasing/exception.html", context)


@page(section="purchasing", methods=("POST",))
def decide_supply_exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """Choose what is done."""
    return ask(
        request,
        services.decide_supply_exception,
        exception_id=exception_id,
        choice=request.POST.get("choice", "")[:100],
        reason=request.POST.get("reason", ""),
        on=request.POST.get("on", ""),
        parts=_parts(request),
        revision=whole_number(request.POST.get("revision", "")),
        then=_page(exception_id),
        said=_("It is decided."),
    )


def _parts(request: HttpRequest) -> list[services.PartRow]:
    """The dated parts that were typed; rows left empty say nothing."""
    days, amounts = request.POST.getlist("part_on"), request.POST.getlist("part_quantity")
    rows = list(zip(days, amounts, strict=False))[:MOST_PARTS]
    return [services.PartRow(on=day, quantity=much) for day, much in rows if day or much]


@page(section="purchasing", methods=("POST",))
def close_supply_exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """Say that nothing more is to be done."""
    return ask(
        request,
        services.close_supply_exception,
        exception_id=exception_id,
        reason=request.POST.get("reason", ""),
        revision=whole_number(request.POST.get("revision", "")),
        then=_page(exception_id),
        said=_("It is done."),
    )


@page(section="purchasing", verb="report_supply_exception")
def report_supply_exception(request: HttpRequest, line_id: int) -> HttpResponse:
    """Say what is wrong with a delivery of a line."""
    user: Any = request.user
    line = get_object_or_404(queries.sent_lines_for(user), pk=line_id)

    def draw(error: Any = None) -> HttpResponse:
        context = {
            "line": line,
            "kinds": SupplyException.Kind.choices,
            "refusal": error,
            "typed": request.POST,
        }
        return render_page(request, "purchasing/report_exception.html", context)

    if request.method != "POST":
        return draw()
    return ask(
        request,
        services.report_supply_exception,
        line_id=line.pk,
        kind=request.POST.get("kind", ""),
        quantity=request.POST.get("quantity", ""),
        remark=request.POST.get("remark", ""),
        then=lambda made: _page(made.pk),
        said=_("It is written down; the buyer is told."),
        again=draw,
    )


def started_shown(found: SupplyException) -> dict[str, Any] | None:
    """What the decision has started: its name, its page, how it stands; 1 query."""
    document: Any = queries.started_by(found)
    if document is None:
        return None
    page_of = {
        "purchaseorder": "purchase_order",
        "purchaserequest": "purchase_request",
        "requestforquotation": "rfq",
        "item": "item",
    }
    name = document._meta.model_name
    return {
        "document": document,
        "url": reverse(page_of[name], args=[document.pk]),
        "kind": document._meta.verbose_name,
        "state": document.get_state_display() if hasattr(document, "get_state_display") else "",
        "is_own": name == "purchaseorder" and document.pk == found.line.order_id,
    }


def _choice(found: SupplyException, one: Choice) -> dict[str, Any]:
    """A choice with the orders that would be late by it; None: nobody knows when it comes."""
    is_made = (found.choice, found.choice_of) == (one.kind, one.of)
    return {"choice": one, "late": late_by(found, one.on), "is_made": is_made}


def late_by(found: SupplyException, on: dt.date | None) -> list[Any] | None:
    """The customers' orders that would be late if the goods came on a day."""
    line = found.line
    if on is None or line.expected_id is None:
        return None
    # What is to move is compared with a day nobody doubts: the day it was needed on.
    was = min(found.needed_on, on) - dt.timedelta(days=1)
    moved = orders_moved(found.demands, {line.expected_id: was}, {line.expected_id: on})
    return [one for one in moved if one.is_late]


def _page(exception_id: int) -> str:
    return reverse("supply_exception", args=[exception_id])


_one = "purchasing/exceptions/<int:exception_id>/"
urlpatterns = [
    path("purchasing/exceptions/", supply_exceptions, name="supply_exceptions"),
    path(_one, supply_exception, name="supply_exception"),
    path(_one + "decide/", decide_supply_exception, name="decide_supply_exception"),
    path(_one + "close/", close_supply_exception, name="close_supply_exception"),
    path(
        "purchasing/lines/<int:line_id>/report/",
        report_supply_exception,
        name="report_supply_exception",
    ),
]
