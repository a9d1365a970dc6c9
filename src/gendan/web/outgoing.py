"""What leaves the house: mails, webhook deliveries, messages to robots; what failed, and why."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import select_template
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import outgoing, sending
from gendan.kernel.models import WebhookDelivery
from gendan.kernel.sending import Sending, SendingState
from gendan.web import counts, words
from gendan.web.facts import fact_title
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.sending_words import why_not_sent
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags


@counts.waits("settings")
def what_failed(user: Any) -> Any:
    """What could not be sent, for those who look after it: one query over all kinds."""
    if not user.may_do("resend_sending"):
        return None
    return sending.parked()[: counts.CAP].count()


def url_of(row: Sending) -> str:
    """The page of one message."""
    return reverse("outgoing_message", args=[row._meta.label_lower, row.pk])


def what_of(row: Sending) -> str:
    """What a message is: a mail's subject, a delivery's fact in the reader's language."""
    return fact_title(row.gist) if isinstance(row, WebhookDelivery) else row.gist


def about_links(row: Sending) -> SafeString:
    """The documents a message is about, each with its page."""
    return format_html_join("", "<div>{}</div>", ((words.link_of(one),) for one in row.documents))


def _listing(kind: str) -> Listing:
    return Listing(
        key=f"outgoing-{kind}",
        sort="-id",
        columns=(
            Column("made_at", gettext_lazy("When"), lambda row: row.made_at),
            Column("goes_to", gettext_lazy("Addressee"), lambda row: row.goes_to),
            Column("gist", gettext_lazy("What"), what_of),
            Column(
                "state",
                gettext_lazy("State"),
                lambda row: row.get_state_display(),
                draw=tags.badge,
            ),
            Column("attempts", gettext_lazy("Attempts"), lambda row: row.attempts, at_end=True),
            Column("next_try_at", gettext_lazy("Next try"), lambda row: row.next_try_at),
            Column(
                "last_error",
                gettext_lazy("What went wrong"),
                lambda row: why_not_sent(row.last_error),
            ),
            Column(
                "about",
                gettext_lazy("About"),
                lambda row: ", ".join(row.documents),
                draw=about_links,
            ),
        ),
        filters=(
            Filter(
                "state",
                gettext_lazy("State"),
                lambda rows, value: rows.filter(state=value),
                choices=lambda: SendingState.choices,
            ),
        ),
        search=_search,
        search_hint=gettext_lazy("Subject or what went wrong"),
        link=url_of,
        empty=Empty(
            gettext_lazy("Nothing has been sent yet"),
            gettext_lazy("What people and the system send to others is listed here."),
            icon="send",
        ),
    )


def _search(rows: Any, text: str) -> Any:
    """By what went wrong, and by the subject where there is one."""
    found = rows.filter(last_error__icontains=text)
    names = {one.name for one in rows.model._meta.get_fields()}
    return found | rows.filter(subject__icontains=text) if "subject" in names else found


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    return [
        (reverse("outgoing_kind", args=[kind]), str(model._meta.verbose_name_plural), kind == here)
        for kind, model in sending.kinds().items()
    ]


@page(section="settings", verb="resend_sending", methods=["GET", "HEAD"])
def outgoing_page(request: HttpRequest, kind: str = "kernel.mail") -> HttpResponse:
    """The messages of one kind, the newest first."""
    user: Any = request.user
    context = {
        "title": _("Outgoing"),
        "subtitle": _("What leaves the house. What failed for good stands here until you decide."),
        "crumb": _("Settings"),
        "crumb_url": reverse("settings"),
        "tabs": _tabs(kind),
        "links": [(reverse("webhooks"), _("Webhooks"), "plug")],
    }
    return show_list(request, _listing(kind), outgoing.rows_for(kind, user), context=context)


@page(section="settings", verb="resend_sending", methods=["GET", "HEAD"])
def outgoing_message(request: HttpRequest, kind: str, sending_id: int) -> HttpResponse:
    """One message: what was sent to whom, every attempt, and what can be done."""
    user: Any = request.user
    row: Any = get_object_or_404(outgoing.rows_for(kind, user), pk=sending_id)
    # What a kind shows besides stands in a template of its name; a kind without one shows nothing.
    inner = select_template([f"outgoing/{kind}.html", "outgoing/any.html"])
    context = {
        "row": row,
        "what": what_of(row),
        "kind": kind,
        "kind_title": row._meta.verbose_name_plural,
        "about": about_links(row),
        "inner": inner,
        "may_drop": row.state in (SendingState.WAITING, SendingState.PARKED),
        "may_resend": row.state != SendingState.WAITING or row.next_try_at is not None,
        **DETAILS.get(kind, _nothing)(row),
    }
    return render_page(request, "outgoing/message.html", context)


def _nothing(row: Any) -> dict[str, Any]:
    return {}


def _mail(row: Any) -> dict[str, Any]:
    return {
        "text": outgoing.without_keys(row.text),
        "files": list(row.files.select_related("file")),
    }


# What the page of one message needs besides the row, by kind.
DETAILS: dict[str, Any] = {"kernel.mail": _mail}


def _acted(request: HttpRequest, kind: str, sending_id: int, verb: Any, said: str) -> HttpResponse:
    if kind not in sending.kinds():
        raise Http404
    then = reverse("outgoing_message", args=[kind, sending_id])
    return ask(request, verb, kind=kind, sending_id=sending_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def resend_sending(request: HttpRequest, kind: str, sending_id: int) -> HttpResponse:
    """Send it once more."""
    said = _("It goes out again in a moment.")
    return _acted(request, kind, sending_id, outgoing.resend_sending, said)


@page(section="settings", methods=["POST"])
def drop_sending(request: HttpRequest, kind: str, sending_id: int) -> HttpResponse:
    """Give it up."""
    return _acted(request, kind, sending_id, outgoing.drop_sending, _("It will not be sent."))


def mails_about(order: Any) -> list[Any]:
    """An order's mails with their state, for its page (1 query)."""
    return list(outgoing.mails_about(f"orders.order:{order.pk}")[:20])


_one = "settings/outgoing/<str:kind>/<int:sending_id>/"
urlpatterns = [
    path("settings/outgoing/", outgoing_page, name="outgoing"),
    path("settings/outgoing/<str:kind>/", outgoing_page, name="outgoing_kind"),
    path(_one, outgoing_message, name="outgoing_message"),
    path(_one + "resend/", resend_sending, name="resend_sending"),
    path(_one + "drop/", drop_sending, name="drop_sending"),
]
