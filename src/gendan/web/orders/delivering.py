"""Recording what has left for the customer, and handing orders over to a colleague."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel import queries as kernel_queries
from gendan.kernel.errors import DomainError
from gendan.orders import services
from gendan.orders.models import Order, OrderState, open_quantity
from gendan.orders.services import DeliveredLine
from gendan.web.orders.page import find_order
from gendan.web.shell import ask, page, render_page

_SOURCES: dict[str, bool | None] = {"": None, "yes": True, "no": False}
_MOST = 500


@page(section="orders", verb="record_delivery")
def record_delivery(request: HttpRequest, order_id: int) -> HttpResponse:
    """What left, when and from where; the open quantities are filled in."""
    order = find_order(request.user, order_id)
    lines = list(order.lines.filter(is_cancelled=False).select_related("item", "item__unit"))

    def draw(error: DomainError | None = None) -> HttpResponse:
        typed = request.POST if request.method == "POST" else {}
        shown = [
            {
                "line": line,
                "open": open_quantity(line),
                "typed": typed.get(f"quantity-{line.pk}", f"{open_quantity(line).normalize():f}"),
            }
            for line in lines
        ]
        context = {"order": order, "rows": shown, "refusal": error, "today": clock.today()}
        return render_page(request, "orders/deliver.html", context)

    if request.method != "POST":
        return draw()
    given = [
        DeliveredLine(
            line_id=line.pk,
            quantity=quantity,
            from_stock=_SOURCES.get(request.POST.get(f"source-{line.pk}", "")),
        )
        for line in lines
        if (quantity := request.POST.get(f"quantity-{line.pk}", "").strip()[:40])
        and quantity.strip("0.") != ""
    ]
    values: dict[str, Any] = {
        "order_id": order.pk,
        "lines": given,
        "delivered_on": request.POST.get("delivered_on") or None,
        "remark": request.POST.get("remark", "")[:501],
    }
    return ask(
        request,
        services.record_delivery,
        then=reverse("order", args=[order.pk]),
        said=_("The delivery is recorded."),
        again=draw,
        **values,
    )


@page(section="orders", verb="hand_over_orders")
def hand_over_orders(request: HttpRequest) -> HttpResponse:
    """Give orders of one merchandiser to another, all or chosen ones."""
    given = request.POST if request.method == "POST" else request.GET
    people = list(kernel_queries.people_who_sign_in())
    from_id = next((one.pk for one in people if str(one.pk) == given.get("from_id")), None)
    running = Order.objects.visible_to(request.user).filter(  # type: ignore[arg-type]
        state__in=(OrderState.DRAFT, OrderState.CONFIRMED)
    )
    theirs = list(
        running.filter(merchandiser=from_id)
        .select_related("customer")
        .order_by("promised_on")[:_MOST]
        if from_id
        else []
    )

    def draw(error: DomainError | None = None) -> HttpResponse:
        context = {"people": people, "from_id": from_id, "orders": theirs, "refusal": error}
        return render_page(request, "orders/hand_over.html", context)

    if request.method != "POST":
        return draw()
    chosen = {one.pk for one in theirs}.intersection(
        int(text) for text in request.POST.getlist("order") if text.isdigit()
    )
    to_id = request.POST.get("to_id", "")
    return ask(
        request,
        services.hand_over_orders,
        order_ids=sorted(chosen),
        to_id=int(to_id) if to_id.isdigit() else 0,
        then=reverse("orders") + (f"?whose={to_id}" if to_id.isdigit() else ""),
        said=_("The orders are handed over."),
        again=draw,
    )
