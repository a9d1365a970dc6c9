"""Mailboxes that are read: setting one up, trying it, how it stands."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.mailroom import queries, services
from gendan.mailroom.models import Mailbox
from gendan.web.forms import PageForm, whole_number
from gendan.web.lists import Column, Empty, Listing, show_list
from gendan.web.mails import MAILS
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

MAY_SEE = queries.SEES_MAILBOXES
STATE_WORDS = {
    "active": gettext_lazy("active"),
    "failing": gettext_lazy("fails"),
    "off": gettext_lazy("switched off"),
}


def _secret(label: Any, most: int = 500) -> forms.CharField:
    """A field that is never filled in with what is kept."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class MailboxForm(PageForm):
    """Where a mailbox is, as whom to sign in, what to read and what to do then."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    host = forms.CharField(label=gettext_lazy("Mail server (IMAP)"), max_length=200)
    security = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=Mailbox.Security.choices)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    user = forms.CharField(label=gettext_lazy("User name"), max_length=200)
    sign_in = forms.ChoiceField(label=gettext_lazy("Sign in with"), choices=Mailbox.SignIn.choices)
    password = _secret(gettext_lazy("Password"))
    token_url = forms.CharField(label=gettext_lazy("Token address"), max_length=500, required=False)
    client_id = forms.CharField(label=gettext_lazy("Client id"), max_length=200, required=False)
    client_secret = _secret(gettext_lazy("Client secret"))
    refresh_token = _secret(gettext_lazy("Refresh token"), 4000)
    scope = forms.CharField(label=gettext_lazy("Scope"), max_length=500, required=False)
    folder = forms.CharField(
        label=gettext_lazy("Folder that is read"), max_length=200, initial="INBOX"
    )
    after_reading = forms.ChoiceField(
        label=gettext_lazy("After reading"), choices=Mailbox.After.choices
    )
    move_to = forms.CharField(
        label=gettext_lazy("Folder to move mails to"), max_length=200, required=False
    )
    read_since = forms.DateField(
        label=gettext_lazy("Mails since"), required=False, widget=forms.DateInput()
    )
    poll_minutes = forms.IntegerField(
        label=gettext_lazy("Read every … minutes"), min_value=1, max_value=1440, initial=5
    )
    trusted_server = forms.CharField(
        label=gettext_lazy("Name of your server in Authentication-Results"),
        max_length=200,
        required=False,
    )

    SECRETS = ("password", "client_secret", "refresh_token")


def _row(mailbox: Mailbox) -> dict[str, Any]:
    """A mailbox's values for its form; secrets are not among them."""
    names = [name for name in MailboxForm.base_fields if name not in MailboxForm.SECRETS]
    return {name: getattr(mailbox, name) for name in names}


def _state(mailbox: Mailbox) -> Any:
    return tags.badge(mailbox.state, label=str(STATE_WORDS[mailbox.state]))


MAILBOXES = Listing(
    key="mailboxes",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Name"), lambda one: one.name, sort="name"),
        Column("user", gettext_lazy("User name"), lambda one: one.user),
        Column("folder", gettext_lazy("Folder"), lambda one: one.folder),
        Column(
            "state", gettext_lazy("State"), lambda one: str(STATE_WORDS[one.state]), draw=_state
        ),
        Column("problem", gettext_lazy("What went wrong"), lambda one: one.problem_words),
        Column("read_at", gettext_lazy("Last read"), lambda one: one.last_success_at),
        Column("mails", gettext_lazy("Mails"), lambda one: one.mails, at_end=True),
        Column("parked", gettext_lazy("Parked"), lambda one: one.parked, at_end=True),
    ),
    link=lambda one: reverse("mailbox", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No mailboxes yet"),
        gettext_lazy(
            "The mailbox to which customers send orders: mails come into the intake by themselves, "
            "and answers to our mails onto the order's timeline."
        ),
        verb="save_mailbox",
        icon="mail",
    ),
)


def _found(request: HttpRequest, mailbox_id: int) -> Mailbox:
    user: Any = request.user
    return get_object_or_404(queries.mailboxes_for(user), pk=mailbox_id)


@page(section="settings", verb=MAY_SEE, methods=["GET", "HEAD"])
def mailboxes(request: HttpRequest) -> HttpResponse:
    """All mailboxes, and how they stand."""
    user: Any = request.user
    links = [(reverse("mails"), _("Mails that came in"), "mail-opened")]
    if user.may_do("save_mailbox"):
        links.append((reverse("save_mailbox"), _("New mailbox"), "plus"))
    context = {
        "title": _("Mailboxes"),
        "subtitle": _("They are read by themselves; nothing in them is accepted by itself."),
        "crumb": _("Settings"),
        "crumb_url": reverse("settings"),
        "links": links,
    }
    rows = queries.with_counts(queries.mailboxes_for(user))
    return show_list(request, MAILBOXES, rows, context=context)


@page(section="settings", verb=MAY_SEE, methods=["GET", "HEAD"])
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """One mailbox: how it stands, and what came by it."""
    user: Any = request.user
    found = _found(request, mailbox_id)
    context = {
        "title": found.name,
        "mailbox": found,
        "badge": _state(found),
        "is_awaited": found.asked_at is not None or found.test_asked_at is not None,
    }
    rows = queries.messages_for(user).filter(mailbox=found)
    return show_list(request, MAILS, rows, template="mailroom/mailbox.html", context=context)


@page(section="settings", verb="save_mailbox")
def save_mailbox(request: HttpRequest, mailbox_id: int | None = None) -> HttpResponse:
    """The form of a mailbox."""
    found = _found(request, mailbox_id) if mailbox_id else None
    form = MailboxForm(request.POST or None, initial=_row(found) if found else None)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        return render_page(request, "mailroom/form.html", {"form": form, "mailbox": found})

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.save_mailbox,
        mailbox_id=found.pk if found else None,
        revision=whole_number(request.POST.get("revision", "")),
        **form.cleaned_data,
        then=lambda one: reverse("mailbox", args=[one.pk]),
        said=_("The mailbox is saved. Try it now."),
        again=draw,
    )


@page(section="settings", methods=["POST"])
def test_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Let the worker try it; the answer appears on its page."""
    then = reverse("mailbox", args=[mailbox_id])
    return ask(request, services.test_mailbox, mailbox_id=mailbox_id, then=then)


@page(section="settings", methods=["POST"])
def read_mailbox_now(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Let the worker read it at once."""
    then = reverse("mailbox", args=[mailbox_id])
    return ask(request, services.read_mailbox_now, mailbox_id=mailbox_id, then=then)


@page(section="settings", methods=["POST"])
def switch_mailbox_off(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it no more."""
    said = _("The mailbox is switched off.")
    then = reverse("mailbox", args=[mailbox_id])
    return ask(request, services.switch_mailbox_off, mailbox_id=mailbox_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def switch_mailbox_on(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it again."""
    said = _("The mailbox is switched on.")
    then = reverse("mailbox", args=[mailbox_id])
    return ask(request, services.switch_mailbox_on, mailbox_id=mailbox_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def remove_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Forget a mailbox and its password."""
    said = _("The mailbox is removed, and its password is forgotten.")
    then = reverse("mailboxes")
    return ask(request, services.remove_mailbox, mailbox_id=mailbox_id, then=then, said=said)


_one = "settings/mailboxes/<int:mailbox_id>/"
urlpatterns = [
    path("settings/mailboxes/", mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", save_mailbox, name="save_mailbox"),
    path(_one, mailbox, name="mailbox"),
    path(_one + "change/", save_mailbox, name="save_mailbox"),
    path(_one + "test/", test_mailbox, name="test_mailbox"),
    path(_one + "read/", read_mailbox_now, name="read_mailbox_now"),
    path(_one + "off/", switch_mailbox_off, name="switch_mailbox_off"),
    path(_one + "on/", switch_mailbox_on, name="switch_mailbox_on"),
    path(_one + "remove/", remove_mailbox, name="remove_mailbox"),
]
