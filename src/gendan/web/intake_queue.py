"""Pages of the intake room: the queue, taking in files, noting calls."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.intake import queries, services, words
from gendan.intake.draft_data import value_at
from gendan.intake.models import Draft, Incoming
from gendan.kernel import clock, files
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.orders.models import Channel
from gendan.web.counts import waits
from gendan.web.forms import PageForm, whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import ask, go, page, refusal, render_page
from gendan.web.templatetags import gendan as tags

VERBS = ("add_incoming", "note_call", "correct_draft", "accept_draft")
CALL_LINES = 4


class IncomingForm(PageForm):
    """Files dropped or chosen."""

    file = forms.FileField(label=gettext_lazy("File"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came in"),
        required=False,
        choices=[("", gettext_lazy("by the kind of file")), *Channel.choices],
    )


class CallForm(PageForm):
    """A call while it is going on."""

    company = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=200)
    caller = forms.CharField(label=gettext_lazy("Who called"), required=False, max_length=200)
    called_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    order_number = forms.CharField(
        label=gettext_lazy("Customer's order number"), required=False, max_length=80
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Anything that does not fit into lines: wishes, packing, call back."
        ),
    )


# --- the queue ----------------------------------------------------------------------------------


def _about(row: Incoming) -> str:
    return row.subject or row.file_name


def _drafts_cell(row: Incoming) -> Any:
    parts = []
    for draft in row.drafts.all():
        number = value_at(draft.data, "order_number") or "–"
        who = str(draft.customer) if draft.customer else value_at(draft.data, "buyer.name") or "?"
        parts.append((f"{who} · {number}", draft.order.number if draft.order else ""))
    return format_html_join(
        "", '<div class="in-draft">{} <strong class="gd-code">{}</strong></div>', parts
    )


def _doubts(row: Incoming) -> int | None:
    if row.state not in {"read", "unreadable"}:
        return None
    return sum(
        len(queries.open_doubts(draft)) for draft in row.drafts.all() if draft.state == "open"
    )


def _doubts_cell(row: Incoming) -> Any:
    many = _doubts(row)
    if many is None:
        return ""
    # "Certain" is said of orders only: what is none waits for a look whatever was read of it.
    kinds = [tags.badge("todo", label=kind) for kind in _other_kinds(row)]
    if many:
        kinds.append(tags.badge("at_risk", label=str(many)))
    kinds = kinds or [tags.badge("done", label=_("certain"))]
    return format_html_join(" ", "{}", ((one,) for one in kinds))


def _other_kinds(row: Incoming) -> list[str]:
    """What the open drafts are where they are no orders, each kind once."""
    drafts = [draft.data for draft in row.drafts.all() if draft.state == "open"]
    kinds = [data["doc_type"] for data in drafts if not queries.is_order(data)]
    return [words.doc_type_words(kind) for kind in dict.fromkeys(kinds)]


def _twins(row: Incoming) -> str:
    found = {_twin(draft) for draft in row.drafts.all() if draft.state == "open"}
    return ", ".join(sorted(number for number in found if number))


def _twin(draft: Draft) -> str:
    """Our number of the order that the queue found to be the draft's twin."""
    return str(getattr(draft, "twin_number", None) or "")


def _certain(user: User) -> list[int]:
    """Documents among the newest whose open drafts hold no doubt and no twin."""
    newest = queries.queue(queries.waiting(user).filter(state="read"))[:50]
    return [
        row.pk
        for row in newest
        if any(
            services.is_certain(draft) and not _twin(draft)
            for draft in row.drafts.all()
            if draft.state == "open"
        )
        and row.worked_on_by_id in {None, user.pk}
    ]


def _twins_cell(row: Incoming) -> Any:
    twins = _twins(row)
    return tags.badge("late", label=_("as %(number)s") % {"number": twins}) if twins else ""


def _age_cell(row: Incoming) -> Any:
    days = (clock.today() - clock.date_of(row.received_at)).days
    age = ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else ""
    return format_html("{} <small>{}</small>", tags.moment(row.received_at), age)


def _worker_cell(row: Incoming) -> Any:
    if row.worked_on_by is None:
        return ""
    since = tags.moment(row.worked_on_since) if row.worked_on_since else ""
    return format_html("{} <small>{}</small>", tags.who(row.worked_on_by), since)


def _state_cell(row: Incoming) -> Any:
    if row.state != Incoming.State.RECEIVED:
        return tags.badge(row)
    # The list asks again by itself until the worker has read the document.
    far = f"{row.page_in_work}/{row.pages_in_work}" if row.pages_in_work else ""
    return format_html(
        '<span hx-get="" hx-trigger="load delay:2s" hx-target="#list" hx-swap="outerHTML"'
        ' hx-sync="#list:drop">{} <small>{}</small></span>',
        tags.badge(row),
        far,
    )


QUEUE = Listing(
    key="intake",
    sort="-id",
    columns=(
        Column(
            "number",
            gettext_lazy("Number"),
            lambda row: row.number,
            sort="id",
            draw=lambda row: format_html('<span class="gd-code">{}</span>', row.number),
        ),
        Column(
            "state", gettext_lazy("State"), lambda row: row.get_state_display(), draw=_state_cell
        ),
        Column("received", gettext_lazy("Received"), lambda row: row.received_at, draw=_age_cell),
        Column("sender", gettext_lazy("From"), lambda row: row.sender_name or row.sender_address),
        Column("about", gettext_lazy("About"), _about),
        Column(
            "drafts",
            gettext_lazy("Customer and number"),
            lambda row: ", ".join(
                value_at(draft.data, "order_number") or "–" for draft in row.drafts.all()
            ),
            draw=_drafts_cell,
        ),
        Column("doubts", gettext_lazy("Doubts"), _doubts, draw=_doubts_cell),
        Column("twins", gettext_lazy("Came twice"), _twins, draw=_twins_cell),
        Column(
            "worker",
            gettext_lazy("Works on it"),
            lambda row: str(row.worked_on_by or ""),
            draw=_worker_cell,
        ),
        Column(
            "channel",
            gettext_lazy("Channel"),
            lambda row: row.get_channel_display(),
            shown=False,
        ),
        Column("file", gettext_lazy("File"), lambda row: row.file_name, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: (
                rows.filter(state__in=queries.OPEN_STATES)
                if value == "waiting"
                else rows.filter(state=value)
            ),
            choices=lambda: [("waiting", _("all that wait")), *Incoming.State.choices],
        ),
        Filter(
            "channel",
            gettext_lazy("Channel"),
            lambda rows, value: rows.filter(channel=value),
            choices=lambda: Channel.choices,
        ),
    ),
    search=queries.search_incoming,
    search_hint=gettext_lazy("Number, sender, subject, customer's order number"),
    preset={"state": "waiting"},
    link=lambda row: reverse("incoming", args=[row.pk]),
    empty=Empty(
        gettext_lazy("Nothing waits"),
        gettext_lazy("Drop what a customer has sent above, or note a call."),
    ),
)


def _queue_of(user: User) -> Listing:
    """The queue with whose work can be asked for, and how much each of it is."""

    def choices() -> list[tuple[str, Any]]:
        counts = queries.worker_counts(user)
        names = {"mine": _("mine"), "free": _("nobody's"), "others": _("somebody else's")}
        return [(key, f"{name} ({counts[key]})") for key, name in names.items()]

    whose = Filter(
        "whose",
        gettext_lazy("Whose"),
        lambda rows, value: queries.worked_on_by(rows, user, value),
        choices=choices,
    )
    return replace(QUEUE, filters=(whose, *QUEUE.filters))


@waits("intake")
def waiting_for(user: Any) -> Any:
    """What stands in the queue."""
    return queries.waiting(user)


@finds("intake", gettext_lazy("Incoming documents"), icon="inbox", rank=30)
def find_incoming(user: Any, text: str) -> list[Hit]:
    """Documents by number, sender, subject or the customer's order number."""
    rows = queries.search_incoming(queries.all_incoming(user), text)[:LIMIT]
    return [
        Hit(
            row.number,
            reverse("incoming", args=[row.pk]),
            detail=f"{row.sender_name or row.sender_address} {_about(row)}".strip(),
            is_exact=row.number == text.upper(),
        )
        for row in rows
    ]


@page(section="intake", methods=["GET", "HEAD"], verb=VERBS)
def intake(request: HttpRequest) -> HttpResponse:
    """What came in and waits, and the ways to bring something in."""
    user: Any = request.user
    certain = [] if getattr(request, "htmx", False) else _certain(user)
    return show_list(
        request,
        _queue_of(user),
        queries.queue(queries.all_incoming(user)),
        "intake/queue.html",
        {"title": _("Intake"), "form": IncomingForm(), "certain": certain},
    )


@page(section="intake", verb="add_incoming")
def add_incoming(request: HttpRequest) -> HttpResponse:
    """Take in one or several files."""
    form = IncomingForm(request.POST or None, request.FILES or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        return render_page(request, "intake/add_incoming.html", {"form": form})

    if request.method != "POST" or not form.is_valid():
        return draw()
    several = request.FILES.getlist("file")
    if len(several) > 1:
        return _add_several(request, several, form.cleaned_data["channel"])
    file = form.cleaned_data["file"]
    return ask(
        request,
        services.add_incoming,
        content=file,
        name=file.name or "file",
        channel=form.cleaned_data["channel"],
        then=lambda row: reverse("incoming", args=[row.pk]),
        again=draw,
    )


def _add_several(request: HttpRequest, several: list[Any], channel: str) -> HttpResponse:
    """Several files are several documents: each is taken in or refused by itself."""
    taken, refused = 0, []
    for file in several[:50]:
        try:
            services.add_incoming(
                content=file,
                name=file.name or "file",
                channel=channel,
                by=request.user,  # type: ignore[arg-type]
            )
            taken += 1
        except DomainError as error:
            refused.append(f"{files.clean_name(file.name or 'file')}: {error.message}")
    if refused:
        words_ = " ".join(refused[:10])
        if taken:
            words_ = _("%(taken)s were taken in.") % {"taken": taken} + " " + words_
        return refusal(request, Invalid(words_, link=reverse("intake")))
    said = _("%(taken)s documents were taken in.") % {"taken": taken}
    return go(request, reverse("intake"), said=said)


@page(section="intake", verb="note_call")
def note_call(request: HttpRequest) -> HttpResponse:
    """Note a call while talking."""
    initial = {"called_at": clock.now().astimezone(clock.zone())}
    form = CallForm(request.POST or None, initial=initial)
    names = tuple(services.CALL_FIELDS)
    lines = [
        {name: request.POST.get(f"line.{number}.{name}", "") for name in names}
        for number in range(CALL_LINES * 10)
        if number < CALL_LINES or f"line.{number}.item" in request.POST
    ]

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        labels = [(name, words.call_label(name)) for name in names]
        context = {"form": form, "lines": list(enumerate(lines)), "labels": labels}
        return render_page(request, "intake/note_call.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.note_call,
        lines=lines,
        **form.cleaned_data,
        then=lambda row: reverse("incoming", args=[row.pk]),
        again=draw,
    )


@page(section="intake", verb="accept_certain_drafts", methods=["POST"])
def accept_certain_drafts(request: HttpRequest) -> HttpResponse:
    """Make the orders of all drafts without any doubt."""
    ids = [whole_number(text) for text in request.POST.getlist("incoming")[:200]]
    return ask(
        request,
        services.accept_certain_drafts,
        incoming_ids=queries.all_incoming(request.user)  # type: ignore[arg-type]
        .filter(pk__in=[one for one in ids if one is not None])
        .values_list("pk", flat=True),
        then=reverse("intake"),
        said=lambda orders: (
            _("Orders made: %(numbers)s") % {"numbers": ", ".join(order.number for order in orders)}
        ),
    )
