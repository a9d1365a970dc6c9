"""The verbs of an order that need no page of their own: found, asked, and back to the order."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.kernel import journal
from gendan.kernel import queries as kernel_queries
from gendan.kernel.errors import Invalid
from gendan.orders import services
from gendan.orders.models import Order
from gendan.web.files import serve_file
from gendan.web.orders.page import find_order
from gendan.web.shell import ask, page, refusal

LONGEST = 4000


def order_url(order: Order, tab: str = "", spot: str = "") -> str:
    """The page of an order, on one of its tabs."""
    url = reverse("order", args=[order.pk])
    return url + (f"?tab={tab}" if tab else "") + (f"#{spot}" if spot else "")


def _text(request: HttpRequest, name: str, limit: int = LONGEST) -> str:
    return request.POST.get(name, "").strip()[: limit + 1]


def _whole(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "").strip()
    return int(given) if given.isdigit() and len(given) < 10 else None


def _asked(
    request: HttpRequest,
    order: Order,
    verb: Callable[..., Any],
    *,
    said: str,
    tab: str = "",
    **values: Any,
) -> HttpResponse:
    return ask(request, verb, order_id=order.pk, then=order_url(order, tab), said=said, **values)


@page(section="orders", methods=("POST",))
def check_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Check product, price and stock of every line."""
    order = find_order(request.user, order_id)
    return _asked(
        request, order, services.check_order, said=_("The lines are checked."), tab="checks"
    )


@page(section="orders", methods=("POST",))
def confirm_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Promise the order to the customer."""
    order = find_order(request.user, order_id)
    return _asked(
        request,
        order,
        services.confirm_order,
        said=_("The order is confirmed; its follow-up begins."),
        revision=_whole(request, "revision"),
        despite=_text(request, "despite"),
        seen_warnings=[
            int(pk) for pk in request.POST.getlist("seen_warnings") if pk.isdigit() and len(pk) < 10
        ],
    )


@page(section="orders", methods=("POST",))
def close_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Everything is delivered."""
    order = find_order(request.user, order_id)
    return _asked(
        request,
        order,
        services.close_order,
        said=_("The order is closed."),
        revision=_whole(request, "revision"),
    )


@page(section="orders", methods=("POST",))
def cancel_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """End an order that will not be delivered."""
    order = find_order(request.user, order_id)
    return _asked(
        request,
        order,
        services.cancel_order,
        said=_("The order is cancelled."),
        reason=_text(request, "reason"),
        revision=_whole(request, "revision"),
    )


@page(section="orders", methods=("POST",))
def place_hold(request: HttpRequest, order_id: int) -> HttpResponse:
    """Keep a stage of the order back."""
    order = find_order(request.user, order_id)
    return _asked(
        request,
        order,
        services.place_hold,
        said=_("The order is held."),
        stage=_text(request, "stage", 20),
        reason=_text(request, "reason"),
    )


@page(section="orders", methods=("POST",))
def release_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Let a stage go on."""
    order = Order.objects.visible_to(request.user).filter(holds__pk=hold_id).first()  # type: ignore[arg-type]
    if order is None:
        raise Http404
    return ask(
        request,
        services.release_hold,
        hold_id=hold_id,
        reason=_text(request, "reason"),
        then=order_url(order),
        said=_("The hold is released."),
    )


@page(section="orders", methods=("POST",))
def reserve_lines(request: HttpRequest, order_id: int) -> HttpResponse:
    """Keep stock for the lines."""
    order = find_order(request.user, order_id)
    return _asked(
        request, order, services.reserve_lines, said=_("Stock is reserved."), tab="supply"
    )


@page(section="orders", methods=("POST",))
def unreserve_lines(request: HttpRequest, order_id: int) -> HttpResponse:
    """Let reserved stock go."""
    order = find_order(request.user, order_id)
    said = _("The reserved stock is free again.")
    return _asked(request, order, services.unreserve_lines, said=said, tab="supply")


@page(section="orders", methods=("POST",))
def comment_on_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Say something about the order."""
    order = find_order(request.user, order_id)
    text = _text(request, "text")
    return _asked(request, order, services.comment_on_order, said="", tab="timeline", text=text)


@page(section="orders", methods=("POST",))
def follow_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Hear of everything that happens to the order, or let a colleague hear of it."""
    order = find_order(request.user, order_id)
    said = _("Follows this order from now on.")
    return _asked(
        request, order, services.follow_order, said=said, user_id=_whole(request, "user_id")
    )


@page(section="orders", methods=("POST",))
def unfollow_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """No longer hear of the order."""
    order = find_order(request.user, order_id)
    said = _("No longer follows this order.")
    return _asked(
        request, order, services.unfollow_order, said=said, user_id=_whole(request, "user_id")
    )


@page(section="orders", methods=("POST",))
def attach_to_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Put a file on the order."""
    order = find_order(request.user, order_id)
    given = request.FILES.get("file")
    if given is None:
        return refusal(request, Invalid(_("Choose a file first."), field="file"))
    return _asked(
        request,
        order,
        services.attach_to_order,
        said=_("The file is kept."),
        tab="papers",
        content=given,
        name=given.name or "file",
        kind=_text(request, "kind", 40),
    )


@page(section="orders", methods=("GET", "HEAD"))
def order_file(request: HttpRequest, order_id: int, attachment_id: int) -> HttpResponse:
    """A file on the order: pictures and PDF are shown, everything else is saved."""
    order = find_order(request.user, order_id)
    attachment = kernel_queries.attachment(attachment_id)
    if attachment is None or not _belongs(attachment.about, order):
        raise Http404
    answer: Any = serve_file(attachment.file, attachment.name, inline="save" not in request.GET)
    return answer  # type: ignore[no-any-return]


def _belongs(about: str, order: Order) -> bool:
    """Whether a file is on the order or on one of its milestones."""
    if about == journal.ref(order):
        return True
    kind, _colon, pk = about.rpartition(":")
    journey = getattr(order, "journey", None)
    return (
        kind == "followup.milestone"
        and journey is not None
        and journey.milestones.filter(pk=int(pk)).exists()
    )
