"""Asking the customer for a later date: the letter with its evidence, and their answer."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup import services
from gendan.followup.extension_evidence import case_of
from gendan.followup.models import Extension
from gendan.followup.services.extending import LONGEST_LETTER, file_name_of, ready_letter
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.orders.addressees import Recipient, recipient_of
from gendan.web.files import serve_file
from gendan.web.followup.actions import find_order
from gendan.web.forms import PageForm
from gendan.web.shell import ask, page, render_page

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class ExtensionForm(PageForm):
    """The new date, the letter, and how it goes to whom."""

    proposed_on = forms.DateField(label=gettext_lazy("New date"), widget=forms.DateInput)
    letter = forms.CharField(
        label=gettext_lazy("Letter"), widget=forms.Textarea, max_length=LONGEST_LETTER
    )
    is_mailed = forms.BooleanField(label=gettext_lazy("Send by e-mail"), required=False)
    is_pdf = forms.BooleanField(label=gettext_lazy("With the letter as a PDF"), required=False)
    name = forms.CharField(label=gettext_lazy("Addressee"), required=False, max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)


def find_extension(user: Any, extension_id: int) -> Extension:
    """A request of an order the reader may see."""
    found = (
        Extension.objects.visible_to(user)
        .select_related("order__customer", "file", "asked_by", "answered_by")
        .filter(pk=extension_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


@page(section="orders", verb="request_extension")
def request_extension(request: HttpRequest, order_id: int) -> HttpResponse:
    """The ready letter beside its evidence; everything may be changed before it goes."""
    order = find_order(request.user, order_id)
    case = case_of(order)
    known = recipient_of(order)
    wanted = request.GET.get("written", known.language)
    language = wanted if wanted in dict(LANGUAGES) else known.language
    recipient = Recipient(known.name, known.email, language)
    user: Any = request.user
    initial: dict[str, Any] = {"language": language, "name": known.name, "email": known.email}
    if case is not None:
        initial |= {
            "proposed_on": case.proposed_on,
            "letter": ready_letter(order, case, recipient, case.proposed_on, user),
            "is_mailed": bool(known.email),
            "is_pdf": True,
        }
    form = ExtensionForm(request.POST or None, initial=initial)
    form.fields["letter"].widget.attrs["rows"] = 24

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {
            "order": order,
            "case": case,
            "form": form,
            "former": order.extensions.order_by("-pk")[:5],
            "languages": LANGUAGES,
            "written": language,
        }
        return render_page(request, "followup/extensions/request.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.request_extension,
        order_id=order.pk,
        **form.cleaned_data,
        then=lambda made: reverse("extension", args=[made.pk]),
        said=_("The request is written down."),
        again=draw,
    )


@page(section="orders", methods=("GET", "HEAD"))
def extension(request: HttpRequest, extension_id: int) -> HttpResponse:
    """One request: the letter as it was sent, and the answer."""
    found = find_extension(request.user, extension_id)
    context = {"extension": found, "order": found.order, "today": clock.today()}
    return render_page(request, "followup/extensions/extension.html", context)


@page(section="orders", methods=("POST",))
def record_extension_answer(request: HttpRequest, extension_id: int) -> HttpResponse:
    """They agree, or they do not."""
    found = find_extension(request.user, extension_id)
    return ask(
        request,
        services.record_extension_answer,
        extension_id=found.pk,
        is_agreed=request.POST.get("is_agreed") == "yes",
        agreed_on=request.POST.get("agreed_on") or None,
        answer=request.POST.get("answer", "").replace("\r\n", "\n").strip()[:2001],
        then=reverse("extension", args=[found.pk]),
        said=_("The answer is recorded."),
    )


@page(section="orders", methods=("GET", "HEAD"))
def extension_file(request: HttpRequest, extension_id: int) -> HttpResponse:
    """The letter as it was sent."""
    found = find_extension(request.user, extension_id)
    if found.file is None:
        raise Http404
    answer: Any = serve_file(found.file, file_name_of(found), inline=True)
    return answer  # type: ignore[no-any-return]
