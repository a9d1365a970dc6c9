"""The page on which a planned order is fixed to a day or a work centre: first what would be."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.planning import queries
from gendan.planning.finite_fixing import FixedThen, Moved, preview_fixed
from gendan.planning.models import PlannedOrder
from gendan.planning.services import fixing
from gendan.web.capacity_words import TABS
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of
from gendan.web.shell import ask, page, render_page
from gendan.web.words import short_day

MOST_SHOWN = 30


@page(section="planning", verb="fix_planned_order")
def fix_planned_order(request: HttpRequest, planned_order_id: int) -> HttpResponse:
    """What fixing it would change – its operations, other orders – and the button to do it."""
    user: Any = request.user
    rows = PlannedOrder.objects.visible_to(user).select_related("item__unit", "run")
    order = get_object_or_404(rows, pk=planned_order_id)
    given = request.POST if request.method == "POST" else request.GET
    ends_on = parse_day(given.get("ends_on", ""))
    from_center, to_center = given.get("from_center", "")[:40], given.get("to_center", "")[:40]
    if request.method == "POST":
        if ends_on is None:
            raise Invalid(_("Choose a day."), field="ends_on")
        said = _("%(item)s is to be ready on %(day)s in every plan from now on.")
        return ask(
            request,
            fixing.fix_planned_order,
            planned_order_id=order.pk,
            ends_on=ends_on,
            from_center=from_center,
            to_center=to_center,
            then=reverse("gantt"),
            said=said % {"item": order.item.code, "day": short_day(ends_on)},
        )
    scheduled = queries.scheduled_of(order)
    tried = ends_on or (scheduled.ends_on if scheduled else None) or order.due_on
    today = clock.today()
    is_fit = ends_on is not None and today <= ends_on <= today + fixing.FURTHEST
    is_open = order.run.is_live and order.state == "planned" and order.kind == "make"
    found = _found(request, order, tried, from_center, to_center) if is_fit and is_open else {}
    context = {
        "tabs": tabs_of(TABS, "gantt"),
        "order": order,
        "scheduled": scheduled,
        "is_open": is_open,
        "tried": tried,
        "today": today,
        "last": today + fixing.FURTHEST,
        "own_centers": queries.centers_of_routing(order.item_id),
        "centers": WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code"),
        "from_center": from_center,
        "to_center": to_center,
        "waiting": queries.open_run(user),
        **found,
    }
    return render_page(request, "planning/gantt_fix.html", context)


def _found(
    request: HttpRequest, order: PlannedOrder, ends_on: dt.date, here: str, there: str
) -> dict[str, Any]:
    """What would be, with the names of items and work centres."""
    user: Any = request.user
    centers = {one.code: one for one in WorkCenter.objects.visible_to(user)}
    is_elsewhere = here in centers and there in centers and here != there
    found = preview_fixed(
        order,
        ends_on=ends_on,
        from_center_id=centers[here].pk if is_elsewhere else None,
        to_center_id=centers[there].pk if is_elsewhere else None,
    )
    return {"found": found, **_shown(user, found, centers.values())}


def _shown(user: Any, found: FixedThen, centers: Any) -> dict[str, Any]:
    shown = found.others[:MOST_SHOWN]
    rows = Item.objects.visible_to(user).filter(pk__in={one.item_id for one in shown})
    items = {one.pk: one for one in rows}
    codes = {one.pk: one.code for one in centers}

    def told(ones: list[Moved]) -> list[tuple[Moved, Item]]:
        return [(one, items[one.item_id]) for one in ones if one.item_id in items]

    return {
        "others": told(shown),
        "more": max(len(found.others) - MOST_SHOWN, 0),
        "operations": [
            (one, codes[one.was_center_id], codes[one.then_center_id]) for one in found.operations
        ],
    }


@page(section="planning", methods=("POST",))
def release_fixed_order(request: HttpRequest, fixed_order_id: int) -> HttpResponse:
    """Let the plan date an order again."""
    return ask(
        request,
        fixing.release_fixed_order,
        fixed_order_id=fixed_order_id,
        then=reverse("gantt"),
        said=_("The plan dates it again."),
    )


urlpatterns = [
    path(
        "planning/gantt/planned/<int:planned_order_id>/",
        fix_planned_order,
        name="fix_planned_order",
    ),
    path(
        "planning/gantt/fixed/<int:fixed_order_id>/release/",
        release_fixed_order,
        name="release_fixed_order",
    ),
]
