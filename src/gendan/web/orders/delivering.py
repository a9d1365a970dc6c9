"""Recording what has left for the customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.orders import services
from gendan.orders.models import open_quantity
from gendan.orders.services import DeliveredLine
from gendan.web.orders.page import find_order
from gendan.web.shell import ask, page, render_page

_SOURCES: dict[str, bool | None] = {"": None, "yes": True, "no": False}


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
