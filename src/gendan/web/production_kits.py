"""The readiness of work orders (齐套): what is missing of material, people and machines."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.catalog.queries import units_of
from gendan.kernel import clock
from gendan.planning.kits import (
    MACHINE,
    MATERIAL,
    PEOPLE,
    Kit,
    kits_of,
    kits_of_planned,
    orders_to_make,
)
from gendan.planning.models import Peg
from gendan.production import queries
from gendan.production.models import WorkOrder
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import TABS
from gendan.web.shell import page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MOST = 2_000  # work orders that are looked at, those that start first
WAITS: dict[str, Any] = {
    MATERIAL: gettext_lazy("waits for material"),
    PEOPLE: gettext_lazy("waits for people"),
    MACHINE: gettext_lazy("waits for machine"),
}
NEXT_LINE = mark_safe("<br>")
_MOST_NAMED = 3  # components named in a cell


def state_of(kit: Kit, starts_on: dt.date) -> Any:
    """Ready, or what it waits for; late where the material comes after the start."""
    if not kit.waits:
        return tags.badge("done", label=_("ready"))
    is_in_time = kit.waits == (MATERIAL,) and _comes_in_time(kit, starts_on)
    meaning = "risk" if is_in_time else "late"
    return format_html_join(
        " ", "{}", ((tags.badge(meaning, label=str(WAITS[one])),) for one in kit.waits)
    )


def _comes_in_time(kit: Kit, starts_on: dt.date) -> bool:
    there = kit.material_on
    return there is not None and there <= max(starts_on, clock.today())


def _missing(kit: Kit, codes: Mapping[int, tuple[str, str]]) -> Any:
    """The first missing components: how much, and when."""
    rows = [
        (code, tags.quantity(one.short, unit), _when(one.ready_on))
        for one in kit.missing[:_MOST_NAMED]
        for code, unit in (codes.get(one.item_id, ("", "")),)
    ]
    shown = format_html_join(NEXT_LINE, '<span class="gd-code">{}</span> {} · {}', rows)
    shown = _with_substitutes(shown, kit, codes)
    more = len(kit.missing) - len(rows)
    if more <= 0:
        return shown
    words = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    return format_html('{}<br><small class="text-secondary">{}</small>', shown, words)


def _with_substitutes(shown: Any, kit: Kit, codes: Mapping[int, tuple[str, str]]) -> Any:
    """Under what is missing, what the plan takes in place of components."""
    lines = [
        format_html(
            '<small class="text-secondary">{}</small>',
            _("%(item)s instead of %(component)s")
            % {
                "item": codes.get(one.item_id, ("",))[0],
                "component": codes.get(one.instead_of_id or 0, ("",))[0],
            },
        )
        for one in kit.substitutes[:_MOST_NAMED]
    ]
    return format_html_join(NEXT_LINE, "{}", ((one,) for one in (shown, *lines) if one))


def _named(kits: Iterable[Kit]) -> set[int]:
    """The items that the lists name: what is missing, substitutes and what they stand for."""
    found = {part.item_id for kit in kits for part in (*kit.missing, *kit.substitutes)}
    return found | {part.instead_of_id or 0 for kit in kits for part in kit.substitutes}


def _when(day: Any) -> Any:
    return tags.day(day) if day else _("nobody knows when")


def _others(kit: Kit) -> Any:
    """Which people and machines are not enough, and when they will be."""
    rows = [
        *(
            (f"{one.department.code} {one.skill}".strip(), one.enough_on)
            for one in kit.people
            if not one.is_enough
        ),
        *((one.center.code, one.enough_on) for one in kit.machines if not one.is_enough),
    ]
    return format_html_join(
        NEXT_LINE,
        '<span class="gd-code">{}</span> · {}',
        ((name, _when(day)) for name, day in rows),
    )


def _narrowed(kits: Mapping[int, Kit]) -> Any:
    def is_wanted(kit: Kit, value: str) -> bool:
        if value in ("ready", "waits"):
            return bool(kit.waits) == (value == "waits")
        return value in kit.waits

    def apply(rows: "QuerySet[WorkOrder]", value: str) -> "QuerySet[WorkOrder]":
        return rows.filter(pk__in=[pk for pk, kit in kits.items() if is_wanted(kit, value)])

    return apply


READINESS = Listing(
    key="readiness",
    sort="starts_on",
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
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(one),
        ),
        Column("starts_on", gettext_lazy("Start"), lambda one: one.starts_on, sort="starts_on"),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: [one for one in WorkOrder.State.choices if one[0] in WorkOrder.OPEN],
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(item__code__icontains=text)
    ),
    search_hint=gettext_lazy("Work order or item"),
    link=lambda one: reverse("work_order", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No work orders here"),
        gettext_lazy("Open work orders stand here with what they wait for."),
        url="work_orders",
        action=gettext_lazy("To the work orders"),
        icon="checks",
    ),
)


PLANNED_READINESS = Listing(
    key="planned_readiness",
    sort="release_on",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column(
            "release_on", gettext_lazy("Release"), lambda one: one.release_on, sort="release_on"
        ),
        Column("due_on", gettext_lazy("Due"), lambda one: one.due_on, sort="due_on"),
    ),
    search=lambda rows, text: rows.filter(item__code__icontains=text),
    search_hint=gettext_lazy("Item"),
    empty=Empty(
        gettext_lazy("Nothing is planned to be made"),
        gettext_lazy("What the live plan makes stands here with what it waits for."),
        url="planning",
        action=gettext_lazy("To the plan"),
        icon="checks",
    ),
)


def _listing(listing: Listing, kits: Mapping[int, Kit], begins: str) -> Listing:
    """A list with what was found out about its orders, which begin on the day `begins`."""
    codes = units_of(_named(kits.values()))
    columns = (
        *listing.columns,
        Column(
            "ready",
            gettext_lazy("Readiness"),
            lambda one: ", ".join(str(WAITS[kind]) for kind in kits[one.pk].waits) or _("ready"),
            draw=lambda one: state_of(kits[one.pk], getattr(one, begins)),
        ),
        Column(
            "covered",
            gettext_lazy("Components there"),
            lambda one: f"{kits[one.pk].covered} %",
            at_end=True,
        ),
        Column(
            "missing",
            gettext_lazy("Missing material"),
            lambda one: ", ".join(
                codes[row.item_id][0] for row in kits[one.pk].missing if row.item_id in codes
            ),
            draw=lambda one: _missing(kits[one.pk], codes),
        ),
        Column(
            "others",
            gettext_lazy("People and machines"),
            lambda one: ", ".join(kind for kind in kits[one.pk].waits if kind != MATERIAL),
            draw=lambda one: _others(kits[one.pk]),
        ),
    )
    chosen = Filter(
        "waits",
        gettext_lazy("Readiness"),
        _narrowed(kits),
        choices=lambda: (
            ("ready", _("ready")),
            ("waits", _("waits for something")),
            *WAITS.items(),
        ),
    )
    return replace(listing, columns=columns, filters=(chosen, *listing.filters))


@page(section="planning", methods=READ)
def readiness(request: HttpRequest) -> HttpResponse:
    """Open work orders with what they wait for."""
    user: Any = request.user
    open_ones = queries.work_orders_for(user).filter(state__in=WorkOrder.OPEN)
    first = list(open_ones.order_by("starts_on", "pk")[: MOST + 1])
    kits = kits_of(first[:MOST])
    context = _context(len(first), "planned_readiness", _("Planned orders"))
    rows = open_ones.filter(pk__in=list(kits))
    return show_list(request, _listing(READINESS, kits, "starts_on"), rows, context=context)


@page(section="planning", methods=READ)
def planned_readiness(request: HttpRequest) -> HttpResponse:
    """Orders of the live plan that are to be made, with what they wait for."""
    user: Any = request.user
    orders = orders_to_make(user)
    first = list(orders.order_by("release_on", "pk")[: MOST + 1])
    kits = kits_of_planned(first[:MOST])
    context = _context(len(first), "readiness", _("Work orders"))
    rows = orders.filter(pk__in=list(kits))
    listing = _listing(PLANNED_READINESS, kits, "release_on")
    return show_list(request, listing, rows, context=context)


def _context(count: int, other: str, words: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "title": _("Readiness"),
        "tabs": tabs_of(TABS, "readiness"),
        "links": [(reverse(other), words, "list-check")],
    }
    if count > MOST:
        context["subtitle"] = _("Looked at: the %(count)s orders that start first.") % {
            "count": MOST
        }
    return context


def kit_context(order: WorkOrder) -> dict[str, Any]:
    """What the page of a work order shows of its readiness."""
    kit = kits_of([order]).get(order.pk)
    if kit is None:
        return {}
    names = order.components.select_related("item__unit")
    items = {one.item_id: one.item for one in names}
    return {
        "kit": kit,
        "kit_state": state_of(kit, order.starts_on),
        "missing": [
            (items[part.item_id], row, str(Peg.Kind(row.kind).label))
            for part in kit.missing
            for row in part.missing
        ],
    }


KITS = [
    path("production/readiness/", readiness, name="readiness"),
    path("production/readiness/planned/", planned_readiness, name="planned_readiness"),
]
