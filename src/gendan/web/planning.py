"""Pages of the planning room: promises."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.planning import services
from gendan.web import planning_promises
from gendan.web.orders.page import find_order
from gendan.web.shell import ask, page


@page(section="orders", methods=("POST",))
def promise_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Work out the earliest dates of all lines; the order's promise tab says why."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.promise_order,
        order_id=order.pk,
        then=reverse("order", args=[order.pk]) + "?tab=promise",
        said=_("The dates are worked out."),
    )


urlpatterns = [
    path("orders/<int:order_id>/promise/", promise_order, name="promise_order"),
    *planning_promises.urlpatterns,
]
