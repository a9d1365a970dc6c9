"""Pages about chasing suppliers: who is chased how, what went today, holds; links shown once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.purchasing import queries, services
from gendan.purchasing.models import SupplierChasing
from gendan.web.export_columns import CHASING, ChasingRow
from gendan.web.exports import export_found
from gendan.web.settings import next_of
from gendan.web.shell import ask, page, render_page

SHOWN_LINK = "gendan_supplier_link"


@page(section="purchasing", verb="save_supplier_chasing")
def save_supplier_chasing(request: HttpRequest) -> HttpResponse:
    """How each supplier is chased, what went today by itself, what is held."""
    if request.method != "POST":
        context = queries.chasing_at_a_glance() | {"modes": SupplierChasing.Mode.choices}
        if kind := request.GET.get("export"):
            return export_found("chasing", CHASING, _whom(context), kind)
        return render_page(request, "purchasing/chasing.html", context)
    row = services.ChasingRow(
        supplier=request.POST.get("supplier", "").strip()[:60],
        mode=request.POST.get("mode", "")[:10],
    )
    return ask(
        request,
        services.save_supplier_chasing,
        rows=[row],
        then=reverse("save_supplier_chasing"),
        said=_("It is saved how the supplier is chased."),
    )


@page(section="purchasing", methods=("POST",))
def hold_chasing(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """The supplier is not asked about this order for now."""
    return ask(
        request,
        services.hold_chasing,
        purchase_order_id=purchase_order_id,
        why=request.POST.get("why", "stopped"),
        reason=request.POST.get("reason", ""),
        then=next_of(request, _page(purchase_order_id)),
        said=_("The supplier is not asked about this order until you let it go on."),
    )


@page(section="purchasing", methods=("POST",))
def resume_chasing(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """It is asked again when its time comes."""
    return ask(
        request,
        services.resume_chasing,
        purchase_order_id=purchase_order_id,
        then=next_of(request, _page(purchase_order_id)),
        said=_("The supplier is asked again when its time comes."),
    )


@page(section="purchasing", methods=("POST",))
def show_supplier_link(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """Make a further link; the order's page shows it this once."""

    def keep(made: Any) -> str:
        url, until = made
        shown = {"order": purchase_order_id, "url": url, "until": until}
        request.session[SHOWN_LINK] = shown
        return f"{_page(purchase_order_id)}#supplier-link"

    return ask(request, services.show_supplier_link, purchase_order_id=purchase_order_id, then=keep)


def shown_link(request: HttpRequest, purchase_order_id: int) -> dict[str, Any] | None:
    """The link that was just made for this order: once, then it is forgotten."""
    made: dict[str, Any] | None = request.session.pop(SHOWN_LINK, None)
    return made if made and made["order"] == purchase_order_id else None


def _whom(found: dict[str, Any]) -> list[ChasingRow]:
    """Whom to ask, who is asked by itself, who has been and who is not: as the page says it."""
    by_hand, by_itself = _("Ready for you to send"), _("Goes in the supplier's next working hours")
    rows = [ChasingRow(by_hand, one.order, one.why, one.lines) for one in found["asked"]]
    rows += [ChasingRow(by_itself, one.order, one.why, one.lines) for one in found["waiting"]]
    rows += [ChasingRow(_("Gone today by itself"), one) for one in found["gone"]]
    return rows + [ChasingRow(_("Not asked for now"), one) for one in found["held"]]


def _page(purchase_order_id: int) -> str:
    return reverse("purchase_order", args=[purchase_order_id])


_one = "purchasing/orders/<int:purchase_order_id>/"
urlpatterns = [
    path("purchasing/chasing/", save_supplier_chasing, name="save_supplier_chasing"),
    path(_one + "chase/hold/", hold_chasing, name="hold_chasing"),
    path(_one + "chase/resume/", resume_chasing, name="resume_chasing"),
    path(_one + "link/", show_supplier_link, name="show_supplier_link"),
]
