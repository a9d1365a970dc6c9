"""What is changed of a request for quotation after it was sent: whom we ask, and until when."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from gendan.purchasing import services
from gendan.purchasing.services import InviteRow
from gendan.web.forms import whole_number
from gendan.web.portal.shared import text_of
from gendan.web.quotations import rfq_page, the_rfq
from gendan.web.shell import ask, page

POSTED = ("POST",)


@page(section="purchasing", methods=POSTED)
def invite_suppliers(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Ask one more supplier."""
    found = the_rfq(request, rfq_id)
    row = InviteRow(*(text_of(request, name) for name in ("supplier", "email", "name", "language")))
    return ask(
        request,
        services.invite_suppliers,
        rfq_id=found.pk,
        suppliers=[row],
        revision=whole_number(request.POST.get("revision", "")),
        then=rfq_page(rfq_id),
        said=_("The supplier is asked."),
    )


@page(section="purchasing", methods=POSTED)
def withdraw_invitation(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Ask one of them no longer."""
    found = the_rfq(request, rfq_id)
    return ask(
        request,
        services.withdraw_invitation,
        rfq_id=found.pk,
        supplier=text_of(request, "supplier"),
        reason=text_of(request, "reason"),
        then=rfq_page(rfq_id),
        said=_("The supplier is no longer asked, and was told."),
    )


@page(section="purchasing", methods=POSTED)
def extend_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Another day to answer by."""
    found = the_rfq(request, rfq_id)
    return ask(
        request,
        services.extend_rfq,
        rfq_id=found.pk,
        answer_by_on=text_of(request, "answer_by_on"),
        revision=whole_number(request.POST.get("revision", "")),
        then=rfq_page(rfq_id),
        said=_("The suppliers were told the new day."),
    )


_one = "purchasing/quotations/<int:rfq_id>/"
urlpatterns = [
    path(_one + "invite/", invite_suppliers, name="invite_suppliers"),
    path(_one + "withdraw/", withdraw_invitation, name="withdraw_invitation"),
    path(_one + "extend/", extend_rfq, name="extend_rfq"),
]
