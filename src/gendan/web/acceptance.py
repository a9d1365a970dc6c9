"""Sending papers for acceptance, and recording those that came back signed in another way."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import acceptances, services
from gendan.contracts.models import Acceptance, Paper, PaperSending
from gendan.contracts.services.accepting import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_VALID_DAYS,
    VALID_DAYS,
    record_name,
)
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.orders.addressees import recipient_of
from gendan.web.files import serve_file
from gendan.web.forms import PageForm
from gendan.web.shell import ask, page, render_page

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class SendForm(PageForm):
    """To whom a paper goes, how long the link is good, and what is written with it."""

    name = forms.CharField(label=gettext_lazy("Addressee"), required=False, max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    valid_days = forms.IntegerField(
        label=gettext_lazy("The link is good for (days)"),
        min_value=1,
        max_value=LONGEST_VALID_DAYS,
        initial=VALID_DAYS,
    )
    message = forms.CharField(
        label=gettext_lazy("Words of your own"),
        required=False,
        widget=forms.Textarea,
        max_length=LONGEST_MESSAGE,
    )


class CopyForm(PageForm):
    """Who signed a paper, when, and the copy."""

    name = forms.CharField(label=gettext_lazy("Who signed"), max_length=LONGEST_NAME)
    accepted_on = forms.DateField(label=gettext_lazy("Signed on"), widget=forms.DateInput)
    content = forms.FileField(label=gettext_lazy("The signed copy"))
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=500)


def find_paper(user: Any, paper_id: int) -> Paper:
    """A paper of an order the reader may see."""
    found = acceptances.papers_seen_by(user).filter(pk=paper_id).first()
    if found is None:
        raise Http404
    return found


def _order_url(paper: Paper) -> str:
    return reverse("order", args=[paper.order_id]) + "?tab=papers"


@page(section="orders", verb="send_paper_for_acceptance")
def send_paper_for_acceptance(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Mail a paper with a link to accept it."""
    paper = find_paper(request.user, paper_id)
    recipient = recipient_of(paper.order)
    initial = {
        "name": recipient.name,
        "email": recipient.email,
        "language": recipient.language,
        "valid_days": VALID_DAYS,
    }
    form = SendForm(request.POST or None, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"paper": paper, "form": form, "sendings": acceptances.sendings_of(paper)[:5]}
        return render_page(request, "acceptance/send.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.send_paper_for_acceptance,
        paper_id=paper.pk,
        **form.cleaned_data,
        then=_order_url(paper),
        said=_("The paper is on its way to the customer."),
        again=draw,
    )


@page(section="orders", verb="record_acceptance")
def record_acceptance(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper came back signed: by scan, fax or post."""
    paper = find_paper(request.user, paper_id)
    files = request.FILES or None
    initial: dict[str, dt.date] = {"accepted_on": clock.today()}
    form = CopyForm(request.POST or None, files, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        return render_page(request, "acceptance/record.html", {"paper": paper, "form": form})

    if request.method != "POST" or not form.is_valid():
        return draw()
    given = form.cleaned_data
    return ask(
        request,
        services.record_acceptance,
        paper_id=paper.pk,
        **given,
        file_name=given["content"].name or "copy",
        then=_order_url(paper),
        said=_("The acceptance is recorded."),
        again=draw,
    )


@page(section="orders", methods=("POST",))
def withdraw_sending(request: HttpRequest, sending_id: int) -> HttpResponse:
    """The link accepts nothing any more."""
    found: PaperSending | None = (
        acceptances.sendings_seen_by(request.user).filter(pk=sending_id).first()  # type: ignore[arg-type]
    )
    if found is None:
        raise Http404
    return ask(
        request,
        services.withdraw_sending,
        sending_id=found.pk,
        reason=request.POST.get("reason", "")[:501],
        then=_order_url(found.paper),
        said=_("The link is withdrawn."),
    )


@page(section="orders", methods=("GET", "HEAD"))
def acceptance_file(request: HttpRequest, paper_id: int, which: str) -> HttpResponse:
    """The signed copy, or the record of the acceptance."""
    paper = find_paper(request.user, paper_id)
    proof: Acceptance | None = acceptances.acceptance_of(paper)
    file, name = None, ""
    if proof is not None and which == "copy":
        file, name = proof.copy, proof.copy_name
    elif proof is not None and which == "record":
        file, name = proof.record, record_name(paper)
    if file is None:
        raise Http404
    answer: Any = serve_file(file, name, inline=True)
    return answer  # type: ignore[no-any-return]


urlpatterns = [
    path(
        "papers/<int:paper_id>/send/", send_paper_for_acceptance, name="send_paper_for_acceptance"
    ),
    path("papers/<int:paper_id>/accepted/", record_acceptance, name="record_acceptance"),
    path("papers/<int:paper_id>/accepted/<str:which>.pdf", acceptance_file, name="acceptance_file"),
    path("papers/sendings/<int:sending_id>/withdraw/", withdraw_sending, name="withdraw_sending"),
]
