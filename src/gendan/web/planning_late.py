"""The page of the order lines that are late by a plan, and what binds each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.orders.models import Basis
from gendan.planning import queries
from gendan.planning.late_lines import Binding, LateLine, late_demands, late_lines, late_order_count
from gendan.web.capacity_words import late_words
from gendan.web.forms import whole_number
from gendan.web.shell import page, render_page
from gendan.web.words import short_day

MOST = 500


def binding_words(one: Binding | None) -> str:
    """What a late line waits for, in a sentence."""
    if one is None:
        return _("Nothing of it comes later than it is needed; it was needed before today.")
    if one.late is not None:
        return f"{one.label or one.item}: {late_words(one.late)}"
    values = {"item": one.item, "label": one.label}
    if one.ready_on is None:
        return _("%(item)s is missing, and nobody can tell when it comes.") % values
    values["day"] = short_day(one.ready_on)
    if one.label:
        return _("%(label)s brings %(item)s only on %(day)s.") % values
    return _("%(item)s can only be there on %(day)s: its lead time is longer.") % values


def binding_url(one: Binding | None) -> str:
    """Where what binds is found: the planned order's ways, the work order, goods, the item."""
    if one is None:
        return ""
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


def _row(one: LateLine) -> tuple[LateLine, str, str, str]:
    basis = str(Basis(one.order.basis).label)
    return one, basis, binding_words(one.binding), binding_url(one.binding)


@page(section="planning", methods=("GET", "HEAD"))
def late_order_lines(request: HttpRequest) -> HttpResponse:
    """The order lines that are late by the live plan (or that of `?run=`), the latest first."""
    user: Any = request.user
    wanted = whole_number(request.GET.get("run", ""))
    run = queries.run_seen(wanted, user) if wanted else queries.live_run()
    rows = late_lines(run, user, MOST) if run else []
    context = {
        "run": run,
        "rows": [
            (
                one,
                Basis(one.order.basis).label,
                binding_words(one.binding),
                binding_url(one.binding),
            )
            for one in rows
        ],
        "orders": late_order_count(run) if run else 0,
        "more": max(late_demands(run).count() - MOST, 0) if run else 0,
    }
    return render_page(request, "planning/late_lines.html", context)


urlpatterns = [path("planning/late-order-lines/", late_order_lines, name="late_order_lines")]
