"""The page on which a customer reads a paper and accepts it or asks for a change."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gendan.contracts import services
from gendan.contracts.acceptances import acceptance_of, paper_behind, sending_of_link
from gendan.contracts.essentials import essentials_of
from gendan.contracts.models import Acceptance, Paper, PaperSending, PaperState
from gendan.contracts.services.accepting import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    PURPOSE,
    paper_of,
    record_name,
    refuse_other_version,
)
from gendan.kernel.errors import DomainError
from gendan.kernel.models import Link
from gendan.web.files import serve_file
from gendan.web.portal.door import opens, render_portal, token_of
from gendan.web.portal.shared import company_name, text_of
from gendan.web.sign_in.places import address_of


@opens(PURPOSE)
def accept_paper(request: HttpRequest, link: Link) -> HttpResponse:
    """The paper's essentials, the PDF itself, and the two ways to answer it."""
    paper = paper_behind(paper_of(link))
    if paper is None:
        raise Http404
    sending = sending_of_link(link)
    proof = acceptance_of(paper)
    is_theirs = proof is not None and sending is not None and proof.sending_id == sending.pk
    if not is_theirs:
        refuse_other_version(paper, link)
    wanted = request.GET.get("file", "")
    if wanted and request.method != "POST":
        return _file(paper, proof if is_theirs else None, wanted)
    if request.method != "POST":
        return _draw(request, link, paper, sending)
    typed = {name: text_of(request, name) for name in ("name", "text")}
    token, action = token_of(request), request.POST.get("action", "")
    try:
        if action == "change":
            services.ask_change_by_link(token=token, text=typed["text"], name=typed["name"])
        else:
            services.accept_by_link(
                token=token,
                name=typed["name"],
                is_confirmed=request.POST.get("confirmed") == "on",
                sha256=request.POST.get("sha256", "")[:64],
                address=address_of(request),
                user_agent=request.headers.get("User-Agent", "")[:300],
            )
    except DomainError as error:
        return _draw(request, link, paper, sending_of_link(link), typed, error)
    return _draw(request, link, paper_behind(paper.pk) or paper, sending_of_link(link), is_new=True)


def _file(paper: Paper, proof: Acceptance | None, wanted: str) -> HttpResponse:
    """The paper, or the record of its acceptance: nothing else lies behind the link."""
    answer: HttpResponseBase
    if wanted == "paper":
        answer = serve_file(paper.file, paper.file_name, inline=True)
    elif wanted == "record" and proof is not None and proof.record is not None:
        answer = serve_file(proof.record, record_name(paper), inline=True)
    else:
        raise Http404
    return answer  # type: ignore[return-value]


def _draw(
    request: HttpRequest,
    link: Link,
    paper: Paper,
    sending: PaperSending | None,
    typed: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    *,
    is_new: bool = False,
) -> HttpResponse:
    proof = acceptance_of(paper)
    context: dict[str, Any] = {
        "paper": paper,
        "order": paper.order,
        "essentials": essentials_of(paper),
        "company": company_name(),
        "sending": sending,
        "proof": proof,
        "is_theirs": proof is not None and sending is not None and proof.sending_id == sending.pk,
        "is_open": sending is not None
        and sending.state == PaperSending.State.OPEN
        and paper.state == PaperState.SENT,
        "typed": typed or {"name": link.name, "text": ""},
        "refusal": refusal,
        "is_change": request.POST.get("action") == "change",
        "is_new": is_new,
        "longest_name": LONGEST_NAME,
        "longest_text": LONGEST_MESSAGE,
    }
    status = refusal.status if refusal else 200
    return render_portal(request, "portal/paper.html", context, link=link, status=status)
