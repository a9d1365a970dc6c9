"""The page on which a supplier quotes, or says that it does not, without an account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from gendan.kernel.errors import DomainError
from gendan.kernel.models import Link
from gendan.purchasing import quotation_queries as queries
from gendan.purchasing import services
from gendan.purchasing.models import Invitation
from gendan.purchasing.services.quoting_answers import MOST_FILES, is_over
from gendan.purchasing.services.quoting_sharing import PURPOSE, invitation_of
from gendan.web.files import serve_file
from gendan.web.forms import whole_number
from gendan.web.portal.door import opens, render_portal, token_of
from gendan.web.portal.shared import company_name, files_of, seen_of, text_of
from gendan.web.quotation_forms import quote_fields, quote_of, refused_line


@opens(PURPOSE)
def quote_rfq(request: HttpRequest, link: Link) -> HttpResponse:
    """What is asked for, and the supplier's own quote: all of it from the link's invitation."""
    invitation = queries.invitation_behind(invitation_of(link))
    if invitation is None:
        raise Http404
    if request.method != "POST":
        wanted = whole_number(request.GET.get("file", ""))
        return _file(invitation, wanted) if wanted else _draw(request, link, invitation)
    try:
        _act(request, invitation)
    except DomainError as error:
        return _draw(request, link, invitation, refusal=error)
    found = queries.invitation_behind(invitation.pk) or invitation
    return _draw(request, link, found, is_new=True)


def _act(request: HttpRequest, invitation: Invitation) -> None:
    """Ask the one verb the pressed button stands for."""
    action = request.POST.get("action", "")
    shared: dict[str, Any] = {
        "token": token_of(request),
        "name": text_of(request, "name"),
        "seen": seen_of(request),
    }
    if action == "decline":
        services.decline_by_link(reason=text_of(request, "reason"), **shared)
        return
    lines = queries.lines_with_requests(invitation.rfq)
    services.quote_by_link(
        quote=quote_of(request, lines, is_final=action != "save"),
        given=files_of(request, "files")[: MOST_FILES + 1],
        **shared,
    )


def _file(invitation: Invitation, wanted: int) -> HttpResponse:
    """A file we gave to all suppliers: nothing else lies behind the link."""
    for one in queries.files_to_read(invitation.rfq):
        if one.pk == wanted:
            answer: Any = serve_file(one.file, one.name, inline=True)
            return answer  # type: ignore[no-any-return]
    raise Http404


def _draw(
    request: HttpRequest,
    link: Link,
    invitation: Invitation,
    refusal: DomainError | None = None,
    *,
    is_new: bool = False,
) -> HttpResponse:
    rfq = invitation.rfq
    action = request.POST.get("action", "")
    is_typed = refusal is not None and action != "decline"
    lines = queries.lines_with_requests(rfq)
    quoted = queries.own_quote(invitation)
    context: dict[str, Any] = {
        "rfq": rfq,
        "invitation": invitation,
        "company": company_name(),
        "is_open": not is_over(rfq) and not invitation.is_withdrawn,
        "is_cancelled": rfq.state == rfq.State.CANCELLED,
        "refusal": refusal,
        "refused_line": refused_line(refusal),
        "action": action,
        "is_new": is_new,
        "name": text_of(request, "name") or invitation.person or link.name,
        "reason": text_of(request, "reason"),
        "papers": queries.files_to_read(rfq),
        "most_files": MOST_FILES,
        **quote_fields(request, lines, invitation, quoted, as_typed=is_typed),
    }
    status = refusal.status if refusal else 200
    return render_portal(request, "quotations/portal.html", context, link=link, status=status)
