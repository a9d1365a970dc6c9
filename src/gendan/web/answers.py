"""Answers to customers' orders: what would be said, sending it, its files, taking it back."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.answers import prepare, queries, services, written
from gendan.answers.models import IN_FORCE, Answer, AnswerState, Format
from gendan.answers.prepare import Prepared
from gendan.answers.services.answering import LONGEST_MESSAGE, LONGEST_NOTE, Given, preview
from gendan.intake import queries as intake
from gendan.intake.models import Draft
from gendan.kernel import journal, mail
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.orders.models import Order, OrderState
from gendan.web.contracts.papers import papers_url, tabs_of
from gendan.web.files import serve_bytes, serve_file
from gendan.web.finding import find_order
from gendan.web.forms import PageForm, whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags
from gendan.web.templatetags.answer_words import verdict_badge

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LINES_SHOWN = 8
BY_MAIL, FILES_ONLY = "mail", "files"


class AnswerForm(PageForm):
    """To whom an answer goes, in which format, and what is written with it."""

    way = forms.ChoiceField(
        label=gettext_lazy("How it goes"),
        choices=[
            (BY_MAIL, gettext_lazy("by mail")),
            (FILES_ONLY, gettext_lazy("files only, I hand them over")),
        ],
    )
    name = forms.CharField(label=gettext_lazy("Addressee"), required=False, max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    format = forms.ChoiceField(
        label=gettext_lazy("File for the customer's system"),
        required=False,
        choices=[("", gettext_lazy("none")), *Format.choices],
    )
    message = forms.CharField(
        label=gettext_lazy("Words of your own"),
        required=False,
        widget=forms.Textarea,
        max_length=LONGEST_MESSAGE,
    )


ANSWERS = Listing(
    key="answers",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Number"), lambda one: one.number),
        Column("order_number", gettext_lazy("Customer's number"), lambda one: one.order_number),
        Column("our_number", gettext_lazy("Order"), lambda one: one.our_number),
        Column(
            "customer", gettext_lazy("Customer"), lambda one: one.parties["buyer"].get("name", "")
        ),
        Column(
            "verdict",
            gettext_lazy("Verdict"),
            lambda one: one.get_verdict_display(),
            draw=lambda one: verdict_badge(one.verdict),
        ),
        Column(
            "state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=tags.badge
        ),
        Column(
            "answered_at",
            gettext_lazy("Answered"),
            lambda one: one.answered_at,
            draw=lambda one: tags.moment(one.answered_at),
        ),
        Column("by", gettext_lazy("By"), lambda one: str(one.answered_by or ""), shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: AnswerState.choices,
        ),
    ),
    search=queries.containing_answers,
    search_hint=gettext_lazy("Number, order, customer"),
    link=lambda one: reverse("answer", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No order has been answered yet"),
        gettext_lazy("Customers are answered on the Papers tab of their order."),
        icon="send",
    ),
)


def find_answer(user: User, answer_id: int) -> Answer:
    """The answer, if the reader may see it; otherwise it is not there."""
    found = (
        queries.visible_answers(user)
        .select_related("previous", "pdf", "file")
        .filter(pk=answer_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_draft(user: User, draft_id: int) -> Draft:
    """The draft, if the reader may see it; otherwise it is not there."""
    found = intake.drafts_for(user).filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found


def answers_tab(user: User, order: Order) -> dict[str, Any]:
    """What the Papers tab of an order shows of answers."""
    given = list(queries.answers_of(order.pk, user)[:20])
    in_force = next((one for one in given if one.state in IN_FORCE), None)
    context: dict[str, Any] = {
        "answer_in_force": in_force,
        "earlier_answers": [],
        "would_say": None,
    }
    context["earlier_answers"] = [one for one in given if one != in_force]
    if order.state == OrderState.DRAFT:
        return context
    if in_force is None or in_force.outdated_at is not None:
        now = prepare.prepare_order(order, in_force.draft if in_force else None)
        context["would_say"] = now
        context["would_say_lines"] = now.lines[:LINES_SHOWN]
        context["would_say_more"] = max(len(now.lines) - LINES_SHOWN, 0)
        if in_force is not None:
            context["answer_differs"] = prepare.differing(in_force, now)[:LINES_SHOWN]
    return context


@page(section="papers", methods=["GET", "HEAD"])
def answers(request: HttpRequest) -> HttpResponse:
    """All answers, the newest first."""
    user: Any = request.user
    context = {"title": _("Order responses"), "tabs": tabs_of("answers")}
    return show_list(request, ANSWERS, queries.visible_answers(user), context=context)


@page(section="papers", methods=["GET", "HEAD"])
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """One answer: what it says to every line, its files, what became of it."""
    user: Any = request.user
    found = find_answer(user, answer_id)
    differs = []
    if found.outdated_at is not None and found.order is not None:
        differs = prepare.differing(found, prepare.prepare_order(found.order, found.draft))
    context = {
        "answer": found,
        "lines": list(found.lines.all()),
        "formats": Format.choices,
        "differs": differs,
        "is_mail_set_up": mail.is_set_up(),
        "entries": journal.timeline(found)[:30],
    }
    return render_page(request, "answers/answer.html", context)


@page(section="papers", methods=["GET", "HEAD"])
def answer_file(request: HttpRequest, answer_id: int, form: str) -> HttpResponse:
    """The PDF as it was sent, or the answer in the format of a customer's system."""
    user: Any = request.user
    found = find_answer(user, answer_id)
    file: Any
    if form == "pdf":
        file = serve_file(found.pdf, found.pdf_name, inline=request.GET.get("inline") == "1")
    elif form == found.format and found.file is not None:
        file = serve_file(found.file, found.file_name(form))
    elif form in Format.values:
        content = written.as_file(found, form)
        file = serve_bytes(content.data, found.file_name(form), content.media_type)
    else:
        raise Http404
    return file  # type: ignore[no-any-return]


@page(section="orders", verb="answer_order")
def answer_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """What would be said to the customer, notes for it, and sending it."""
    order = find_order(request.user, order_id)
    documents = prepare.documents_of(order)
    wanted = request.POST.get("document") or request.GET.get("document") or ""
    draft = next((one for one in documents if str(one.pk) == wanted), None)
    draft = draft or (documents[0] if documents else None)
    now = prepare.prepare_order(order, draft)
    return _answering(
        request,
        now,
        services.answer_order,
        {
            "order_id": order.pk,
            "draft_id": draft.pk if draft else None,
            "revision": whole_number(request.POST.get("revision", "")),
        },
        then=papers_url(order.pk),
        context={"order": order, "documents": documents, "document": draft},
    )


@page(section="intake", verb="answer_refused_draft")
def answer_refused_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Telling the sender of a refused document, in their format, that we take nothing of it."""
    user: Any = request.user
    draft = find_draft(user, draft_id)
    now = prepare.prepare_refusal(draft)
    return _answering(
        request,
        now,
        services.answer_refused_draft,
        {"draft_id": draft.pk},
        then=lambda made: reverse("answer", args=[made.pk]),
        context={"draft": draft},
    )


def _answering(
    request: HttpRequest,
    now: Prepared,
    verb: Any,
    values: dict[str, Any],
    *,
    then: Any,
    context: dict[str, Any],
) -> HttpResponse:
    """The page both verbs share: the lines, to whom, and in which form."""
    in_force = prepare.answer_in_force(now.order, now.draft)
    can_mail = mail.is_set_up()
    initial = {
        "way": BY_MAIL if can_mail and now.recipient.email else FILES_ONLY,
        "name": now.recipient.name,
        "email": now.recipient.email,
        "language": now.recipient.language,
        "format": now.format,
    }
    form = AnswerForm(request.POST or None, initial=initial)
    notes = _notes(request, now)
    if not notes and in_force is not None:
        notes = {line.position: line.note for line in in_force.lines.all() if line.note}

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        said = now.with_notes({place: text[:LONGEST_NOTE] for place, text in notes.items()})
        shown = {
            "now": said,
            "form": form,
            "in_force": in_force,
            "can_mail": can_mail,
            "differs": prepare.differing(in_force, now) if in_force else [],
            "longest_note": LONGEST_NOTE,
            **context,
        }
        return render_page(request, "answers/answer_order.html", shown)

    if request.method != "POST" or not form.is_valid():
        return draw()
    typed = form.cleaned_data
    given = Given(
        message=typed["message"],
        notes=notes,
        format=typed["format"],
        email=typed["email"],
        name=typed["name"],
        language=typed["language"],
        by_mail=typed["way"] == BY_MAIL,
    )
    said = (
        _("The answer is on its way to the customer.")
        if given.by_mail
        else _("The answer is made; its files are here to be handed over.")
    )
    return ask(request, verb, **values, given=given, then=then, said=said, again=draw)


def _notes(request: HttpRequest, now: Prepared) -> dict[int, str]:
    """What was typed for lines, by position."""
    typed = {
        line.position: request.POST.get(f"note-{line.position}", "").strip() for line in now.lines
    }
    return {place: text for place, text in typed.items() if text}


@page(section="orders", methods=["GET", "HEAD"], verb="answer_order")
def preview_answer(request: HttpRequest, order_id: int) -> HttpResponse:
    """The PDF as it would be now, without a number; nothing is kept."""
    order = find_order(request.user, order_id)
    content = preview(prepare.prepare_order(order))
    answer: Any = serve_bytes(content, f"{order.number}.pdf", "application/pdf", inline=True)
    return answer  # type: ignore[no-any-return]


@page(section="papers", verb="resend_answer", methods=["POST"])
def resend_answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Mail the same answer again."""
    user: Any = request.user
    found = find_answer(user, answer_id)
    return ask(
        request,
        services.resend_answer,
        answer_id=found.pk,
        email=request.POST.get("email", "")[:300],
        name=request.POST.get("name", "")[:200],
        then=reverse("answer", args=[found.pk]),
        said=_("The answer is on its way to the customer."),
    )


@page(section="papers", verb="withdraw_answer", methods=["POST"])
def withdraw_answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take an answer back."""
    user: Any = request.user
    found = find_answer(user, answer_id)
    return ask(
        request,
        services.withdraw_answer,
        answer_id=found.pk,
        reason=request.POST.get("reason", "")[:600],
        then=reverse("answer", args=[found.pk]),
        said=_("The answer is withdrawn."),
    )


urlpatterns = [
    path("answers/", answers, name="answers"),
    path("answers/<int:answer_id>/", answer, name="answer"),
    path("answers/<int:answer_id>/file/<str:form>/", answer_file, name="answer_file"),
    path("answers/<int:answer_id>/resend/", resend_answer, name="resend_answer"),
    path("answers/<int:answer_id>/withdraw/", withdraw_answer, name="withdraw_answer"),
    path("orders/<int:order_id>/answer/", answer_order, name="answer_order"),
    path("orders/<int:order_id>/answer/preview.pdf", preview_answer, name="preview_answer"),
    path("intake/drafts/<int:draft_id>/answer/", answer_refused_draft, name="answer_refused_draft"),
]
