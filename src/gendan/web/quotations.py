"""Pages of requests for quotation: the list, one of them, and what is done to it."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal, mail
from gendan.kernel.journal import ref
from gendan.kernel.outgoing import not_sent_to
from gendan.planning.queries import lines_named
from gendan.purchasing import quotation_queries as queries
from gendan.purchasing import services
from gendan.purchasing.models import RequestForQuotation
from gendan.sourcing.models.visibility import may_read
from gendan.web.files import serve_file
from gendan.web.forms import whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.search import Hit, finds
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
LIMIT = 8


def _answers(one: Any) -> str:
    words = _("%(quoted)s of %(asked)s") % {"quoted": one.quoted_count, "asked": one.asked_count}
    if one.declined_count:
        words += " · " + _("%(count)s declined") % {"count": one.declined_count}
    return words


def _state(one: Any) -> Any:
    if one.is_overdue(clock.today()):
        return tags.badge("late", label=f"{one.get_state_display()} · {_('late')}")
    return tags.badge(_MEANING[one.state], label=str(one.get_state_display()))


_MEANING = {
    "draft": "todo",
    "sent": "run",
    "closed": "risk",
    "awarded": "done",
    "cancelled": "off",
}

RFQS = Listing(
    key="rfqs",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Request"), lambda one: one.number, sort="number"),
        Column("lines", gettext_lazy("Lines"), lambda one: one.line_count, at_end=True),
        Column("answers", gettext_lazy("Quotes"), _answers),
        Column(
            "answer_by_on",
            gettext_lazy("Answer by"),
            lambda one: one.answer_by_on,
            sort="answer_by_on",
        ),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=_state),
        Column("buyer", gettext_lazy("Buyer"), lambda one: str(one.made_by or "")),
        Column("sent_at", gettext_lazy("Sent"), lambda one: one.sent_at, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: (
                rows.filter(state__in=RequestForQuotation.OPEN)
                if value == "open"
                else rows.filter(state=value)
            ),
            choices=lambda: (("open", _("open")), *RequestForQuotation.State.choices),
        ),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(pk__in=queries.ids_asked_of(value)),
            kind="text",
        ),
        Filter(
            "until",
            gettext_lazy("Answer until"),
            lambda rows, value: rows.filter(answer_by_on__lte=value),
            kind="date",
        ),
    ),
    preset={"state": "open"},
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(pk__in=queries.ids_about(text))
    ),
    link=lambda one: reverse("rfq", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No requests for quotation here"),
        gettext_lazy("Ask several suppliers at once what they would take, and compare."),
        verb="draft_rfq",
        icon="scale",
    ),
)


@finds("rfqs", gettext_lazy("Requests for quotation"), icon="scale", rank=41)
def find_rfqs(user: Any, text: str) -> list[Hit]:
    """Requests for quotation by number."""
    rows = queries.rfqs_for(user).filter(number__icontains=text).order_by("-id")
    return [
        Hit(
            one.number,
            reverse("rfq", args=[one.pk]),
            detail=str(one.get_state_display()),
            is_exact=one.number == text.upper(),
        )
        for one in rows[:LIMIT]
    ]


@page(section="purchasing", methods=READ)
def rfqs(request: HttpRequest) -> HttpResponse:
    """All requests for quotation."""
    user: Any = request.user
    if not may_read(user):
        raise Http404
    context = {
        "title": _("Requests for quotation"),
        "verbs": [("draft_rfq", "plus")] if user.may_do("draft_rfq") else [],
        "tabs": tabs_of(TABS, "rfqs"),
    }
    return show_list(request, RFQS, queries.rfqs_for(user), context=context)


@page(section="purchasing", methods=READ)
def rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """One request: what is asked for, who was asked, how they answered, the timeline."""
    found = the_rfq(request, rfq_id)
    wanted = whole_number(request.GET.get("file", ""))
    if wanted:
        return _file(found, wanted)
    lines = queries.lines_with_requests(found)
    named = lines_named(sorted({demand for line in lines for demand in line.demands}))
    by_name = {f"orders.line:{one.pk}": one for one in named}
    context = {
        "rfq": found,
        "badge": _state(found),
        "rows": [
            {"line": line, "orders": [by_name[d] for d in line.demands if d in by_name]}
            for line in lines
        ],
        "invitations": _invitations(found),
        "papers": queries.files_to_read(found),
        "theirs": queries.files_of_quotes(found),
        "is_compared": found.state in RequestForQuotation.COMPARED,
        "losers": queries.losers_of(found) if found.state == "awarded" else [],
        "entries": journal.timeline(found)[:40],
    }
    return render_page(request, "quotations/rfq.html", context)


def _invitations(found: RequestForQuotation) -> list[Any]:
    """Who was asked, each with its last mail where that could not be sent."""
    rows: list[Any] = queries.invitations_of(found)
    failed = not_sent_to(ref(found))
    for one in rows:
        one.not_sent = failed.get(one.to_email.lower())
    return rows


def _file(found: RequestForQuotation, wanted: int) -> HttpResponse:
    """A file we gave, or one that came with a quote that was submitted."""
    every = [*queries.files_to_read(found)]
    every += [one for _invitation, rows in queries.files_of_quotes(found) for one in rows]
    for one in every:
        if one.pk == wanted:
            answer: Any = serve_file(one.file, one.name, inline=True)
            return answer  # type: ignore[no-any-return]
    raise Http404


def _asked(rfq: RequestForQuotation) -> str:
    """What is said after sending; without a mail server nobody gets the mails."""
    if mail.is_set_up():
        return _("The suppliers are asked.")
    return _("The request is open, but no mail server is set up: no supplier gets its mail.")


@page(section="purchasing", methods=("POST",))
def send_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Mail each supplier its own link."""
    return ask(
        request,
        services.send_rfq,
        rfq_id=rfq_id,
        revision=whole_number(request.POST.get("revision", "")),
        then=rfq_page(rfq_id),
        said=_asked,
    )


@page(section="purchasing", methods=("POST",))
def close_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """No more answers."""
    said = _("Suppliers cannot answer any more.")
    return ask(request, services.close_rfq, rfq_id=rfq_id, then=rfq_page(rfq_id), said=said)


@page(section="purchasing", methods=("POST",))
def cancel_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Nothing is bought by it."""
    return ask(
        request,
        services.cancel_rfq,
        rfq_id=rfq_id,
        reason=request.POST.get("reason", ""),
        then=rfq_page(rfq_id),
        said=_("The request for quotation is cancelled."),
    )


def the_rfq(request: HttpRequest, rfq_id: int) -> Any:
    """The request, as far as the reader sees it; else it is not there."""
    user: Any = request.user
    return get_object_or_404(queries.rfqs_for(user), pk=rfq_id)


def rfq_page(rfq_id: int) -> str:
    """The address of a request's page."""
    return reverse("rfq", args=[rfq_id])


_one = "purchasing/quotations/<int:rfq_id>/"
urlpatterns = [
    path("purchasing/quotations/", rfqs, name="rfqs"),
    path(_one, rfq, name="rfq"),
    path(_one + "send/", send_rfq, name="send_rfq"),
    path(_one + "close/", close_rfq, name="close_rfq"),
    path(_one + "cancel/", cancel_rfq, name="cancel_rfq"),
]
