"""Pages about promises: what is possible for an order and how else, holding it, a rush order."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.quantity import QuantityRefused, read_decimal
from gendan.orders.models import Basis, Order
from gendan.planning import services
from gendan.planning.possible import Choices, LinePossible, Moved, Possible, Way, possible
from gendan.planning.promise_ways import MOST_OVERTIME
from gendan.planning.queries import (
    called_centers,
    called_items,
    moved_for,
    names_of_centers,
    promise_hold_of,
)
from gendan.web.finding import find_order
from gendan.web.forms import whole_number
from gendan.web.planning_promise_lines import binding, groups_of, said
from gendan.web.shell import ask, page, render_page

_KINDS: dict[str, Any] = {
    "overtime": gettext_lazy("Overtime at %(about)s, %(minutes)s minutes in all"),
    "second_line": gettext_lazy("A second line: %(about)s"),
    "supplier": gettext_lazy("Another supplier of %(about)s"),
    "outside": gettext_lazy("%(about)s from an outside factory"),
    "substitute": gettext_lazy("A substitute: %(about)s"),
    "freight": gettext_lazy("Faster to the customer: %(about)s (at the door)"),
}
_UNCERTAIN: dict[str, Any] = {
    "people": gettext_lazy("whether people stay longer: nobody is planned for it yet"),
    "second_line": gettext_lazy("whether the other line is set up for it"),
    "supplier_days": gettext_lazy("whether the supplier keeps these days: nobody has asked him"),
    "outside_days": gettext_lazy("whether the factory takes it in these days: nobody has asked it"),
    "customer": gettext_lazy("whether the customer takes the substitute"),
    "space": gettext_lazy("whether there is space: nothing is booked"),
    "held": gettext_lazy("whether goods that wait for quality's verdict are released"),
    "cost": gettext_lazy("what it costs: no price is written down"),
}
_AT_CENTRES = ("overtime", "second_line")
_OF_ITEMS = ("supplier", "outside", "substitute")
_TYPED = ("overtime_minutes", "cost_per_hour", "supplier_days", "outside_days", "outside_price")
_HOURS = (("24", gettext_lazy("one day")), ("72", gettext_lazy("three days")),
          ("168", gettext_lazy("a week")), ("336", gettext_lazy("two weeks")))  # fmt: skip


def way_words(way: Way, names: Mapping[str, str]) -> str:
    """What another way is; work centres and items as people call them, beside their codes."""
    about = [names.get(one, one) for one in way.about]
    return str(_KINDS[way.kind]) % {"about": " → ".join(about), "minutes": way.minutes}


def _names(found: Possible) -> dict[str, str]:
    """What work centres and items the page names are called, beside the codes. 2 queries then."""
    centers = {one for way in found.ways if way.kind in _AT_CENTRES for one in way.about}
    items = {one for way in found.ways if way.kind in _OF_ITEMS for one in way.about}
    return called_items(items) | called_centers({*centers, found.values.centre} - {""})


@page(section="orders", methods=("GET", "HEAD"))
def possible_promise(request: HttpRequest, order_id: int) -> HttpResponse:
    """What could be promised now: dates, what binds, odds, shares, other ways, and a rush."""
    order = find_order(request.user, order_id)
    found = possible(order.pk, _choices(request))
    rush, values, names = found.rush, found.values, _names(found)
    moved = _moved(found, request.GET.get("sort", ""))
    context = {
        "order": order,
        "basis": Basis(order.basis),
        "found": found,
        "lines": found.lines,
        "groups": groups_of(found, order),
        "centre": names.get(values.centre, values.centre),
        "stuck": [] if found.stuck is None else said([found.stuck], order),
        "ways": [_way(way, names) for way in (*found.ways, *found.freight)],
        "first": _first(found),
        "rush": rush,
        "moved": moved,
        "sum": _sum(moved),
        "early": _early(found),
        "full": _without_overtime(found),
        "won": _won(found),
        "sorts": _sorts(request),
        "may_rush": rush is not None and all(one.becomes_on for one in rush.later),
        "currency": settings.COMPANY_CURRENCY,
        "hold": promise_hold_of(order.pk),
        "hours": _HOURS,
        "asked": request.GET,
        "is_trying": any(request.GET.get(name, "").strip() for name in _TYPED),
        "is_draft": order.state == "draft",
    }
    return render_page(request, "planning/promise.html", context)


def _way(way: Way, names: Mapping[str, str]) -> dict[str, Any]:
    """Another way in words, with what it depends on; freight counts at the door, as `door_on`."""
    door_on = way.on + dt.timedelta(days=way.days_won) if way.kind == "freight" else None
    return {
        "way": way,
        "words": way_words(way, names),
        "door_on": door_on,
        "uncertain": [_UNCERTAIN[key] for key in way.uncertain],
    }


def _first(found: Possible) -> dict[str, Any] | None:
    """Going before all others as one of the ways: when, and by how many days which orders move."""
    if found.rush is None or found.promised_on is None:
        return None
    worst: dict[int, dict[str, Any]] = {}
    for one in found.rush.later:
        days = None if one.becomes_on is None else (one.becomes_on - one.was_on).days
        row = worst.setdefault(one.line.order_id, {"order": one.line.order, "days": days})
        known = (row["days"], days)
        row["days"] = None if None in known else max(known)
    return {
        "on": found.rush.on,
        "days_won": (found.promised_on - found.rush.on).days,
        "orders": list(worst.values()),
    }


@dataclass(frozen=True)
class MovedOrder:
    """What of one order moves for a rush; `days`: the most of its lines, None: cannot be kept.

    `past_wish`: so many of its lines would come after they are wished for.
    """

    order: Order
    rows: list[dict[str, Any]]
    days: int | None
    past_wish: int
    least: Decimal | None


def _moved(found: Possible, sort: str) -> list[MovedOrder]:
    """What moves for a rush by order, with what lines contribute per hour where the order waits.

    Sorted by that the least comes first, and what is not known last.
    """
    if found.rush is None:
        return []
    values = found.values.by_line
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in found.rush.later:
        row = {
            "one": one,
            "quantity": (one.delivery or one.line).quantity,
            "has_value": one.line.pk in values,
            "value": values.get(one.line.pk),
        }
        groups.setdefault(one.line.order_id, []).append(row)
    orders = [_moved_order(rows) for rows in groups.values()]
    if sort == "contribution":
        orders.sort(key=lambda one: (one.least is None, one.least or 0))
    elif sort == "days":
        orders.sort(key=lambda one: -(10**6 if one.days is None else one.days))
    return orders


def _moved_order(rows: list[dict[str, Any]]) -> MovedOrder:
    moved: list[Moved] = [row["one"] for row in rows]
    days = [None if one.becomes_on is None else (one.becomes_on - one.was_on).days for one in moved]
    known = [day for day in days if day is not None]
    worths = [row["value"] for row in rows if row["value"] is not None]
    return MovedOrder(
        order=moved[0].line.order,
        rows=rows,
        days=max(known) if len(known) == len(days) else None,
        past_wish=sum(_is_past_wish(one) for one in moved),
        least=min(worths, default=None),
    )


def _is_past_wish(one: Moved) -> bool:
    """Whether it would come after it is wished for; without a wish what is promised is one."""
    wished = (one.delivery.requested_on if one.delivery else None) or one.line.requested_on
    return one.becomes_on is None or one.becomes_on > (wished or one.was_on)


def _sum(moved: Sequence[MovedOrder]) -> dict[str, int]:
    """How much moves: orders, their lines, and how many of these come after they are wished for."""
    return {
        "orders": len(moved),
        "lines": sum(len(one.rows) for one in moved),
        "past_wish": sum(one.past_wish for one in moved),
    }


def _early(found: Possible) -> list[dict[str, Any]]:
    """The lines that would be promised before the day half of such lines are there by."""
    early = [one for one in found.lines if one.promised_on < one.half_on]
    return _by_days((one, one.half_on) for one in early)


def _without_overtime(found: Possible) -> list[str]:
    """The work centres that bind though no overtime is among the ways, by name. 1 query then."""
    if any(way.kind == "overtime" for way in found.ways):
        return []
    binds = [reason for one in found.lines for reason in one.reasons[: binding(one.reasons)]]
    codes = [str(one.params["centre"]) for one in binds if "centre" in one.params]
    return names_of_centers(codes) if codes else []


def _won(found: Possible) -> list[dict[str, Any]]:
    """The lines that a rush would promise earlier, by both dates; those with the same together."""
    if found.rush is None:
        return []
    basis = Basis(found.order.basis).value
    days = {one.line_id: one.promised.in_basis(basis) for one in found.rush.lines}
    won = [one for one in found.lines if one.line.pk in found.rush.won]
    return _by_days((one, days[one.line.pk]) for one in won)


def _by_days(rows: Iterable[tuple[LinePossible, dt.date]]) -> list[dict[str, Any]]:
    """The codes of lines that would be promised for one day and have the same other day."""
    groups: dict[tuple[Any, Any], list[str]] = {}
    for one, on in rows:
        groups.setdefault((one.promised_on, on), []).append(one.line.item.code)
    return [
        {"codes": list(dict.fromkeys(codes)), "was_on": was_on, "on": on}
        for (was_on, on), codes in groups.items()
    ]


def _sorts(request: HttpRequest) -> dict[str, str]:
    """The address of this page with the moved lines in another order."""
    found = {}
    for key in ("order", "contribution", "days"):
        asked = request.GET.copy()
        asked["sort"] = key
        found[key] = f"?{asked.urlencode()}#rush"
    return found


def _choices(request: HttpRequest) -> Choices:
    return Choices(
        overtime_minutes=_whole(request, "overtime_minutes", MOST_OVERTIME),
        cost_per_hour=_price(request, "cost_per_hour"),
        supplier_days=_whole(request, "supplier_days", 1_000),
        outside_days=_whole(request, "outside_days", 1_000),
        outside_price=_price(request, "outside_price"),
    )


def _whole(request: HttpRequest, name: str, most: int) -> int | None:
    number = whole_number(request.GET.get(name, "").strip())
    return None if number is None else min(number, most)


def _price(request: HttpRequest, name: str) -> Decimal | None:
    try:
        price = read_decimal(request.GET.get(name, "").strip().replace(",", "."))
    except QuantityRefused:
        return None
    return price if 0 <= price < 10**9 else None


def _back(order: Order) -> str:
    return reverse("possible_promise", args=[order.pk])


@page(section="orders", methods=("POST",))
def hold_promise(request: HttpRequest, order_id: int) -> HttpResponse:
    """Keep what is promised for some hours."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.hold_promise,
        order_id=order.pk,
        hours=whole_number(request.POST.get("hours", "")) or 0,
        then=_back(order),
        said=_("What is promised is held."),
    )


@page(section="orders", methods=("POST",))
def release_promise(request: HttpRequest, order_id: int) -> HttpResponse:
    """Give back what is held."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.release_promise,
        order_id=order.pk,
        then=_back(order),
        said=_("What was held is free again."),
    )


@page(section="orders", methods=("POST",))
def promise_rush(request: HttpRequest, order_id: int) -> HttpResponse:
    """Promise the order before all others, exactly as it was looked at."""
    order = find_order(request.user, order_id)

    def said_of(rushed: Order) -> str:
        moved = moved_for(rushed)
        if not moved:
            return _("The order is promised before all others; none became later.")
        return _("The order is promised before all others. Later became: %(orders)s.") % {
            "orders": ", ".join(moved)
        }

    return ask(
        request,
        services.promise_rush,
        order_id=order.pk,
        mark=request.POST.get("mark", "")[:16],
        then=reverse("order", args=[order.pk]) + "?tab=promise",
        said=said_of,
    )


urlpatterns = [
    path("orders/<int:order_id>/promise/possible/", possible_promise, name="possible_promise"),
    path("orders/<int:order_id>/promise/hold/", hold_promise, name="hold_promise"),
    path("orders/<int:order_id>/promise/release/", release_promise, name="release_promise"),
    path("orders/<int:order_id>/promise/rush/", promise_rush, name="promise_rush"),
]
