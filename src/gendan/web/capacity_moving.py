"""The page on which a work order is moved: first what would be, then the move."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.planning.capacity_moving import WhatIf, what_if
from gendan.planning.capacity_schedule import Late
from gendan.planning.services import moving
from gendan.production.models import WorkOrder
from gendan.web.capacity import address_of
from gendan.web.capacity_words import TABS, late_words, square_of, week_words
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of
from gendan.web.shell import ask, page, render_page
from gendan.web.words import short_day

LONGEST = dt.timedelta(days=2 * 366)
MOST_SHOWN = 30


@page(section="planning", verb="move_work_order")
def move_work_order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """What another due day would change – operations, load, orders – and the button to do it."""
    user: Any = request.user
    rows = WorkOrder.objects.visible_to(user).select_related("item__unit", "expected")
    order = get_object_or_404(rows, pk=work_order_id)
    if request.method == "POST":
        due_on = parse_day(request.POST.get("due_on", ""))
        if due_on is None:
            raise Invalid(_("Choose a day."), field="due_on")
        return ask(
            request,
            moving.move_work_order,
            work_order_id=order.pk,
            due_on=due_on,
            then=reverse("gantt"),
            said=_("%(order)s is due on %(day)s now.")
            % {"order": order.number, "day": short_day(due_on)},
        )
    today = clock.today()
    tried = parse_day(request.GET.get("due_on", ""))
    is_fit = tried is not None and today <= tried <= today + LONGEST and tried != order.due_on
    found = what_if(order, tried) if tried and is_fit and order.state in WorkOrder.OPEN else None
    context = {
        "tabs": tabs_of(TABS, "gantt"),
        "order": order,
        "is_open": order.state in WorkOrder.OPEN,
        "tried": tried or order.due_on,
        "today": today,
        "found": found,
        **(_shown(request, found) if found else {}),
    }
    return render_page(request, "planning/gantt_move.html", context)


def _shown(request: HttpRequest, found: WhatIf) -> dict[str, Any]:
    late = [*found.worse[:MOST_SHOWN], *found.better[:MOST_SHOWN]]
    user: Any = request.user
    rows = Item.objects.visible_to(user).filter(pk__in={one.maker.item_id for one in late})
    items = {one.pk: one for one in rows}

    def told(ones: list[Late]) -> list[tuple[Late, Item, str, str]]:
        return [
            (one, items[one.maker.item_id], _url(one, items), late_words(one))
            for one in ones[:MOST_SHOWN]
        ]

    return {
        "is_too_much": any(
            now.load > max(now.capacity, was.load) for _code, was, now in found.cells
        ),
        "cells": [
            (code, week_words(was.week), square_of(was), square_of(now))
            for code, was, now in found.cells
        ],
        "worse": told(found.worse),
        "better": told(found.better),
    }


def _url(one: Late, items: dict[int, Item]) -> str:
    return address_of(one.maker, items[one.maker.item_id])


urlpatterns = [
    path("planning/gantt/<int:work_order_id>/move/", move_work_order, name="move_work_order")
]
