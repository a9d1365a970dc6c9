"""Questions to customers: the list, one question, asking, and the verbs of an open one."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup import queries, services
from gendan.followup.effects import effect_on
from gendan.followup.models import AnswerWay, Journey, Milestone, Question
from gendan.followup.question_letters import letter_of
from gendan.followup.services.asking import LONGEST_TEXT, MOST_FILES
from gendan.kernel import clock, files, journal
from gendan.kernel import queries as kernel_queries
from gendan.kernel.errors import DomainError
from gendan.orders.addressees import recipient_of
from gendan.orders.models import Order
from gendan.web.followup.actions import back_to, find_order
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

MOST_LINES = 500
ANSWER_TIME = dt.timedelta(days=3)  # proposed, until somebody says otherwise
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


def state_badge(question: Question) -> Any:
    """An open question is the customer's move, and looks like it."""
    meaning = "wait" if question.state == Question.State.OPEN else question.state
    return tags.badge(meaning, label=str(question.get_state_display()))


LISTING = Listing(
    key="questions",
    sort="due_on",
    columns=(
        Column("order", gettext_lazy("Order"), lambda one: one.order.number),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.order.customer)),
        Column("text", gettext_lazy("Question"), lambda one: one.text[:120]),
        Column("due_on", gettext_lazy("Answer by"), lambda one: one.due_on, sort="due_on",
               draw=lambda one: tags.day(one.due_on)),
        Column("owner", gettext_lazy("Owner"), lambda one: str(one.owner or "")),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display(),
               draw=state_badge),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), lambda rows, value: rows.filter(state=value),
               choices=lambda: Question.State.choices),
        Filter("until", gettext_lazy("Answer by"), lambda rows, v: rows.filter(due_on__lte=v),
               kind="date"),
    ),
    search=lambda rows, text: rows.filter(text__icontains=text),
    preset={"state": "open"},
    link=lambda one: reverse("question", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No open questions"),
        gettext_lazy("Questions to a customer are asked on the page of the order."),
    ),
)  # fmt: skip


class QuestionForm(PageForm):
    """What is asked, about what, until when, and to whom it goes."""

    text = forms.CharField(
        label=gettext_lazy("Question"), widget=forms.Textarea, max_length=LONGEST_TEXT
    )
    due_on = forms.DateField(label=gettext_lazy("Answer by"), widget=forms.DateInput)
    line_id = forms.TypedChoiceField(
        label=gettext_lazy("About the line"), required=False, coerce=int, empty_value=None
    )
    milestone_id = forms.TypedChoiceField(
        label=gettext_lazy("Keeps waiting"), required=False, coerce=int, empty_value=None
    )
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), required=False, coerce=int, empty_value=None
    )
    is_mailed = forms.BooleanField(
        label=gettext_lazy("Send by e-mail with a link to answer"), required=False
    )
    name = forms.CharField(label=gettext_lazy("Addressee"), required=False, max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)

    def __init__(self, order: Order, milestones: list[Milestone], *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        none = [("", "–")]
        lines = order.lines.filter(is_cancelled=False).select_related("item")[:MOST_LINES]
        chosen: dict[str, list[tuple[Any, str]]] = {
            "line_id": [(one.pk, f"{one.position} · {one.item.code}") for one in lines],
            "milestone_id": [(one.pk, one.name) for one in milestones],
            "owner_id": [(one.pk, str(one)) for one in kernel_queries.people_who_sign_in()],
        }
        for name, choices in chosen.items():
            field: Any = self.fields[name]
            field.choices = none + choices


def find_question(user: Any, question_id: int) -> Question:
    """A question of an order the reader may see."""
    found = queries.questions_for(user).filter(pk=question_id).first()
    if found is None:
        raise Http404
    return found


def question_url(question: Question) -> str:
    """The page of a question."""
    return reverse("question", args=[question.pk])


@page(section="orders", methods=("GET", "HEAD"))
def questions(request: HttpRequest) -> HttpResponse:
    """All questions to customers, those due first."""
    found = queries.questions_for(request.user)  # type: ignore[arg-type]
    return show_list(request, LISTING, found, context={"title": _("Questions to customers")})


@page(section="orders", methods=("GET", "HEAD"))
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question: what was asked, what it keeps back, the answer or how to get one."""
    found = find_question(request.user, question_id)
    [row] = queries.rows_of([found])
    context = {
        "question": found,
        "state": state_badge(found),
        "row": row,
        "files": list(files.attachments_of(found)),
        "entries": list(journal.timeline(found)[:30]),
        "ways": [one for one in AnswerWay.choices if one[0] != AnswerWay.LINK],
        "most_files": MOST_FILES,
        "letter": letter_of(found, sender="", url="", effect=row.effect),
        "next_url": question_url(found),
    }
    return render_page(request, "followup/questions/question.html", context)


@page(section="orders", verb="ask_question")
def ask_question(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask the customer of an order something."""
    order = find_order(request.user, order_id)
    open_steps = _steps(request.user, order)
    recipient = recipient_of(order)
    initial = {
        "due_on": clock.today() + ANSWER_TIME,
        "milestone_id": request.GET.get("milestone", ""),
        "owner_id": request.user.pk,
        "is_mailed": bool(recipient.email),
        "name": recipient.name,
        "email": recipient.email,
        "language": recipient.language,
    }
    form = QuestionForm(order, open_steps, request.POST or None, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        effects = [effect_on(one, clock.today()) for one in open_steps[:8]]
        context = {"order": order, "form": form, "effects": effects}
        return render_page(request, "followup/questions/ask.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.ask_question,
        order_id=order.pk,
        **form.cleaned_data,
        then=question_url,
        said=_("The question is asked."),
        again=draw,
    )


@page(section="orders", methods=("POST",))
def answer_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """What the customer said by phone, mail or in person."""
    found = find_question(request.user, question_id)
    given = [(one.name or "file", one) for one in request.FILES.getlist("files")]
    return ask(
        request,
        services.answer_question,
        question_id=found.pk,
        text=_text(request, "text"),
        way=_text(request, "way"),
        name=_text(request, "name"),
        given=given,
        then=question_url(found),
        said=_("The answer is recorded."),
    )


@page(section="orders", methods=("POST",))
def remind_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Ask again."""
    found = find_question(request.user, question_id)
    return ask(
        request,
        services.remind_question,
        question_id=found.pk,
        message=_text(request, "message"),
        then=back_to(request, question_url(found)),
        said=_("The reminder is on its way."),
    )


@page(section="orders", methods=("POST",))
def withdraw_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """No answer is needed any more."""
    found = find_question(request.user, question_id)
    return ask(
        request,
        services.withdraw_question,
        question_id=found.pk,
        reason=_text(request, "reason"),
        then=question_url(found),
        said=_("The question is withdrawn."),
    )


def _steps(user: Any, order: Order) -> list[Milestone]:
    """The milestones an answer can keep waiting: what is open first, then what comes."""
    journey = Journey.objects.visible_to(user).filter(order=order, is_open=True).first()
    if journey is None:
        return []
    states = (Milestone.State.OPEN, Milestone.State.TO_COME)
    found = list(journey.milestones.filter(state__in=states))
    for one in found:
        one.journey = journey
    return sorted(found, key=lambda one: (one.state != Milestone.State.OPEN, one.position))


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[: LONGEST_TEXT + 1]
