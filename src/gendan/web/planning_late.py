"""The page of the order lines that are late by a plan, and what binds each."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.engine.promise import Reason
from gendan.engine.promise.facts import AWAITS_APPROVAL
from gendan.kernel import clock
from gendan.orders import reasons
from gendan.orders.models import Basis
from gendan.planning import queries
from gendan.planning.capacity_schedule import MATERIAL, Late
from gendan.planning.late_lines import (
    Binding,
    LateGroup,
    LateLine,
    grouped,
    late_demands,
    late_lines,
    late_order_count,
)
from gendan.web.capacity_words import late_words
from gendan.web.export_columns import LATE_LINES
from gendan.web.exports import LARGEST, export_found
from gendan.web.forms import whole_number
from gendan.web.shell import page, render_page
from gendan.web.words import short_day

MOST = 500
FEW = 4  # lines of one supply that are shown at once
OVERTIME, SECOND = 120, 480  # minutes a day that a scenario begins with


def binding_words(one: Binding | None) -> str:
    """What a late line waits for, in a sentence."""
    if one is None:
        return _("Nothing of it comes later than it is needed; it was needed before today.")
    if one.late is not None and one.approval is not None:
        on = one.late.approved_on or one.approval.on
        params = {"item": one.late.item, "on": on.isoformat()}
        reason = Reason(AWAITS_APPROVAL, params).about_milestone(one.approval.names)
        return reasons.words(reason.as_data())
    if one.late is not None and not (one.late.reason == MATERIAL and one.late.is_own):
        return f"{one.label or one.item}: {late_words(one.late)}"
    values = {"item": one.item, "label": one.label}
    if one.ready_on is None:
        return _("%(item)s is missing, and nobody can tell when it comes.") % values
    values["day"] = short_day(one.ready_on)
    if one.label:
        return _("%(label)s brings %(item)s only on %(day)s.") % values
    return _("%(item)s can only be there on %(day)s: its lead time is longer.") % values


def binding_url(late: LateLine) -> str:
    """Where what binds is found: the order's milestones, the planned order's ways, the work order,
    goods, the item."""
    one = late.binding
    if one is None:
        return ""
    if one.is_unapproved:
        return f"{reverse('order', args=[late.order.pk])}?tab=followup"
    if one.late is not None and one.late.center:
        return f"{reverse('gantt')}?center={one.late.center}"
    if one.work_order_id:
        return reverse("work_order", args=[one.work_order_id])
    if one.order_id:
        return reverse("decide_source", args=[one.order_id])
    if one.expected_id:
        return reverse("expected_supply", args=[one.expected_id])
    if one.request_id:
        return reverse("purchase_request", args=[one.request_id])
    return reverse("stock_of_item", args=[one.item_id])


@dataclass(frozen=True)
class Way:
    """Something that can be done about a late line: a page, filled in where it has a form."""

    words: str
    url: str
    icon: str


@dataclass(frozen=True)
class Told:
    """A late line as it is shown: what binds it, where that is found, what can be done."""

    late: LateLine
    basis: str
    words: str
    url: str
    ways: list[Way]


def told(one: LateLine, user: Any) -> Told:
    """What is said of a late line to somebody who may do certain things."""
    return Told(
        late=one,
        basis=str(Basis(one.order.basis).label),
        words=binding_words(one.binding),
        url=binding_url(one),
        ways=_ways(one, user),
    )


@dataclass(frozen=True)
class ToldGroup:
    """Late lines that wait for the same supply, as shown: the first few, and the others."""

    group: LateGroup
    first: tuple[LateLine, ...]
    others: tuple[LateLine, ...]
    words: str
    url: str
    basis: str
    ways: list[Way]

    @property
    def is_alone(self) -> bool:
        """Whether only one line waits for it."""
        return len(self.group.lines) == 1


def told_group(group: LateGroup, user: Any) -> ToldGroup:
    """What is said of several lines that wait for one thing: what can be done about that thing."""
    one = group.worst
    return ToldGroup(
        group=group,
        first=group.lines[:FEW],
        others=group.lines[FEW:],
        words=binding_words(group.binding),
        url=binding_url(one),
        basis=str(Basis(one.order.basis).label),
        ways=_ways(one, user) if len(group.lines) == 1 else _ways_of_supply(one, user),
    )


def _ways(one: LateLine, user: Any) -> list[Way]:
    """By what binds: more capacity, another source, the purchase; and always a split delivery."""
    found, bound = _ways_of_supply(one, user), one.binding
    if user.may_do("make_scenario") and not (bound and bound.late and bound.late.center):
        url = f"{reverse('make_scenario')}?line={one.order.number}/{one.line.position}"
        found.append(Way(_("Try another day"), url, "git-branch"))
    url = reverse("order", args=[one.order.pk]) + "?tab=promise"
    found.append(Way(_("Deliver in parts"), url, "truck-delivery"))
    return found


def _ways_of_supply(one: LateLine, user: Any) -> list[Way]:
    """What can be done about what a line waits for."""
    found: list[Way] = []
    bound = one.binding
    if bound is not None and bound.is_unapproved:
        return [Way(_("Follow-up"), binding_url(one), "list-check")]
    if bound is not None and bound.late is not None and bound.late.center:
        found += _of_center(one, bound.late, user)
    if bound is not None and bound.purchase_order_id and user.may_do("chase_supplier"):
        url = reverse("purchase_order", args=[bound.purchase_order_id])
        found.append(Way(_("Chase the purchase"), url, "send"))
    if bound is not None and bound.request_id and user.may_do("draft_purchase_orders"):
        url = f"{reverse('draft_purchase_orders')}?requests={bound.request_id}"
        found.append(Way(_("Order it now"), url, "shopping-cart"))
    if bound is not None and bound.work_order_id and user.may_do("move_work_order"):
        url = reverse("move_work_order", args=[bound.work_order_id])
        day = f"?due_on={one.needed_on.isoformat()}" if one.needed_on >= clock.today() else ""
        found.append(Way(_("Move the work order"), url + day, "calendar"))
    if (
        bound is not None
        and bound.expected_id
        and not (bound.purchase_order_id or bound.work_order_id)
    ):
        url = reverse("expected_supply", args=[bound.expected_id])
        found.append(Way(_("To the expected goods"), url, "package-import"))
    if bound is not None and bound.order_id and user.may_do("decide_source"):
        url = reverse("decide_source", args=[bound.order_id])
        found.append(Way(_("Get it elsewhere"), url, "switch-horizontal"))
    return found


def _of_center(one: LateLine, late: Late, user: Any) -> list[Way]:
    """Overtime and a second line until the day it is ready, tried in a scenario."""
    if not user.may_do("make_scenario"):
        return []
    first = clock.today()
    last = max(late.ready_on or one.needed_on, first)
    values = {"what": late.center, "on": first.isoformat(), "until": last.isoformat()}
    tried = (
        ("overtime", OVERTIME, _("Try overtime at %(center)s"), "clock"),
        ("second_line", SECOND, _("Try a second line at %(center)s"), "stack-2"),
    )
    found = []
    for kind, minutes, words, icon in tried:
        query = urlencode({"kind": kind, "minutes": minutes} | values)
        url = f"{reverse('make_scenario')}?{query}"
        found.append(Way(words % {"center": late.where}, url, icon))
    return found


@page(section="planning", methods=("GET", "HEAD"))
def late_order_lines(request: HttpRequest) -> HttpResponse:
    """The order lines that are late by the live plan (or that of `?run=`), the latest first.

    Lines that wait for the same supply stand together.
    """
    user: Any = request.user
    wanted = whole_number(request.GET.get("run", ""))
    run = queries.run_seen(wanted, user) if wanted else queries.live_run()
    if kind := request.GET.get("export"):
        every = late_lines(run, user, LARGEST + 1) if run else []
        said = [(one, binding_words(one.binding)) for one in every]
        return export_found("late_order_lines", LATE_LINES, said, kind)
    rows = late_lines(run, user, MOST) if run else []
    context = {
        "run": run,
        "rows": [told_group(one, user) for one in grouped(rows)],
        "orders": late_order_count(run) if run else 0,
        "more": max(late_demands(run).count() - MOST, 0) if run else 0,
    }
    return render_page(request, "planning/late_lines.html", context)


urlpatterns = [path("planning/late-order-lines/", late_order_lines, name="late_order_lines")]
