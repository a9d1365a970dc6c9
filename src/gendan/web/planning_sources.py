"""The page on which it is decided how a planned order is got, its ways side by side."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.planning import queries
from gendan.planning.models import PlannedOrder, SourceDecision
from gendan.planning.services import sourcing
from gendan.planning.source_options import SourceOption, options_of
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import TABS
from gendan.web.shell import ask, page, render_page

WAYS: dict[str, Any] = {
    "make": gettext_lazy("own line"),
    "outsource": gettext_lazy("outside factory"),
    "buy": gettext_lazy("buy"),
}


@page(section="planning", verb="decide_source")
def decide_source(request: HttpRequest, planned_order_id: int) -> HttpResponse:
    """Own line, outside factories and suppliers with day and cost, and a button for each."""
    user: Any = request.user
    rows = PlannedOrder.objects.visible_to(user).select_related("item__unit", "run")
    order = get_object_or_404(rows, pk=planned_order_id)
    if request.method == "POST":
        how, _sep, supplier = request.POST.get("way", "").partition(":")

        def said(decision: SourceDecision) -> str:
            words = _("%(item)s: %(how)s, %(made)s.")
            how_words = str(decision.get_how_display())
            return words % {"item": order.item.code, "how": how_words, "made": decision.made}

        return ask(
            request,
            sourcing.decide_source,
            planned_order_id=order.pk,
            how=how[:10],
            supplier=supplier[:60],
            even_if_made=bool(request.POST.get("even_if_made")),
            then=reverse("planned_orders"),
            said=said,
        )
    is_open = order.run.is_live and order.state == "planned"
    options = options_of(order) if is_open else []
    context = {
        "tabs": tabs_of(TABS, "planned_orders"),
        "order": order,
        "is_open": is_open,
        "options": [_row(order, one, options) for one in options],
        "company_currency": settings.COMPANY_CURRENCY,
        "decisions": queries.decisions_of(order.item_id, user),
    }
    return render_page(request, "planning/sources.html", context)


def _row(
    order: PlannedOrder, one: SourceOption, every: list[SourceOption]
) -> tuple[SourceOption, str, str, bool, bool]:
    """(option, its way in words, value of its button, is late, is the cheapest known)."""
    known = [other.cost for other in every if other.cost is not None]
    is_cheapest = len(known) > 1 and one.cost == min(known)
    value = f"{one.how}:{one.supplier}"
    return one, str(WAYS[one.how]), value, one.is_late(order.due_on), is_cheapest


urlpatterns = [
    path("planning/orders/<int:planned_order_id>/source/", decide_source, name="decide_source")
]
