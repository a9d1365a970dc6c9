"""Mails that came in: what became of each, those that could not be sorted, the originals."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.files import clean_name
from gendan.mailroom import queries, services
from gendan.mailroom.models import MailMessage
from gendan.web.files import serve_file
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags
from gendan.web.words import link_of

PROOF_WORDS = {
    "confirmed": gettext_lazy("sender confirmed"),
    "failed": gettext_lazy("sender not confirmed"),
    "unknown": gettext_lazy("sender not checked"),
}


def sender_of(message: MailMessage) -> str:
    """Who a mail claims to be from."""
    return message.sender_name or message.sender_address or "–"


def where_of(message: MailMessage) -> SafeString:
    """Where a mail went, as links; or why it went nowhere."""
    if message.incoming is not None:
        url = reverse("incoming", args=[message.incoming.pk])
        return format_html('<a href="{}">{}</a>', url, message.incoming.number)
    if message.order is not None:
        url = reverse("order", args=[message.order.pk])
        return format_html('<a href="{}">{}</a>', url, message.order.number)
    return format_html("{}", message.problem_words)


def _where_words(message: MailMessage) -> str:
    if message.incoming is not None:
        return message.incoming.number
    return str(message.order.number) if message.order is not None else message.problem_words


MAILS = Listing(
    key="mails",
    sort="-id",
    columns=(
        Column("taken_at", gettext_lazy("Received at"), lambda one: one.taken_at),
        Column("sender", gettext_lazy("Sender"), sender_of),
        Column("subject", gettext_lazy("Subject"), lambda one: one.subject or _("(no subject)")),
        Column("kind", gettext_lazy("Kind of mail"), lambda one: one.get_kind_display()),
        Column(
            "state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=tags.badge
        ),
        Column("where", gettext_lazy("Where it went"), _where_words, draw=where_of),
        Column("mailbox", gettext_lazy("Mailbox"), lambda one: one.mailbox.name),
        Column("size", gettext_lazy("Bytes"), lambda one: one.size, at_end=True, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: MailMessage.State.choices,
        ),
        Filter(
            "kind",
            gettext_lazy("Kind of mail"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: MailMessage.Kind.choices,
        ),
    ),
    search=queries.search_messages,
    search_hint=gettext_lazy("Sender, subject or message id"),
    link=lambda one: reverse("mail", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No mails here"),
        gettext_lazy("Mails that came by a mailbox are listed here with what became of them."),
        icon="mail-opened",
    ),
)


def _found(request: HttpRequest, message_id: int) -> MailMessage:
    user: Any = request.user
    return get_object_or_404(queries.messages_for(user), pk=message_id)


@page(section="intake", verb="retry_message", methods=["GET", "HEAD"])
def mails(request: HttpRequest, *, parked: bool = False) -> HttpResponse:
    """The mails that came in, the newest first; or those that wait for somebody."""
    user: Any = request.user
    rows = queries.parked_for(user) if parked else queries.messages_for(user)
    tabs = [
        (reverse("mails"), _("All mails"), not parked),
        (reverse("parked_mails"), _("Could not be sorted"), parked),
    ]
    context = {
        "title": _("Mails that came in"),
        "subtitle": _("Each is kept as it came, whatever became of it."),
        "crumb": _("Intake"),
        "crumb_url": reverse("intake"),
        "tabs": tabs,
        "links": [(reverse("mailboxes"), _("Mailboxes"), "mail")],
    }
    return show_list(request, MAILS, rows, context=context)


@page(section="intake", verb="retry_message", methods=["GET", "HEAD"])
def mail(request: HttpRequest, message_id: int) -> HttpResponse:
    """One mail: from whom, what became of it, and what can be done."""
    found = _found(request, message_id)
    context = {
        "message": found,
        "sender": sender_of(found),
        "proof": PROOF_WORDS[found.proof],
        "about": [link_of(one) for one in found.about if not one.startswith("kernel.")],
    }
    return render_page(request, "mailroom/mail.html", context)


@page(section="intake", methods=["GET", "HEAD"])
def original_mail(request: HttpRequest, message_id: int) -> FileResponse:
    """The mail as it came, to be saved."""
    user: Any = request.user
    rows = MailMessage.objects.visible_to(user)
    found = get_object_or_404(rows, pk=message_id)
    if found.file is None:
        raise Http404
    return serve_file(found.file, clean_name(f"{found.subject[:80] or 'mail'}.eml"))


@page(section="intake", methods=["POST"])
def retry_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Have it sorted once more."""
    then = reverse("mail", args=[message_id])
    said = _("The mail is being sorted again.")
    return ask(request, services.retry_message, message_id=message_id, then=then, said=said)


@page(section="intake", methods=["POST"])
def drop_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Put it aside."""
    said = _("The mail is put aside.")
    then = reverse("parked_mails")
    return ask(request, services.drop_message, message_id=message_id, then=then, said=said)


@page(section="intake", methods=["POST"])
def take_mail_to_intake(request: HttpRequest, message_id: int) -> HttpResponse:
    """Read it as an order document."""
    return ask(
        request,
        services.take_mail_to_intake,
        message_id=message_id,
        then=lambda one: reverse("incoming", args=[one.incoming_id]),
        said=lambda one: _("%(number)s is being read.") % {"number": one.incoming.number},
    )


_one = "intake/mails/<int:message_id>/"
urlpatterns = [
    path("intake/mails/", mails, name="mails"),
    path("intake/mails/parked/", mails, {"parked": True}, name="parked_mails"),
    path(_one, mail, name="mail"),
    path(_one + "original/", original_mail, name="original_mail"),
    path(_one + "retry/", retry_message, name="retry_message"),
    path(_one + "drop/", drop_message, name="drop_message"),
    path(_one + "intake/", take_mail_to_intake, name="take_mail_to_intake"),
]
