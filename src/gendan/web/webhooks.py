"""Webhooks: the addresses that are told of facts, their secrets, and their log."""

import json
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import journal
from gendan.kernel.models import Webhook
from gendan.kernel.sending import SendingState
from gendan.kernel.webhooks import queries, relaying, services
from gendan.web import outgoing
from gendan.web.facts import fact_choices, fact_title, facts_by_room
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

NEW_SECRET = "gendan_new_webhook_secret"  # noqa: S105 - the key under which it is shown once


class WebhookForm(PageForm):
    """Name, address, and the kinds of facts (none chosen: all)."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    url = forms.CharField(label=gettext_lazy("Address (https://…)"), max_length=500)
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("Facts"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["facts"]
        field.choices = [(name, fact_title(name)) for name in journal.concrete_facts()]


def _host(webhook: Webhook) -> str:
    return urlsplit(webhook.url).hostname or ""


def _facts_words(webhook: Webhook) -> str:
    names = [fact_title(one) for one in webhook.facts]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "") if names else _("all facts")


STATE_WORDS = {
    "active": gettext_lazy("active"),
    "failing": gettext_lazy("fails"),
    "off": gettext_lazy("switched off"),
}


def _state(webhook: Webhook) -> Any:
    return tags.badge(webhook.state, label=str(STATE_WORDS[webhook.state]))


WEBHOOKS = Listing(
    key="webhooks",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Name"), lambda one: one.name, sort="name"),
        Column("host", gettext_lazy("Where to"), _host),
        Column("facts", gettext_lazy("Facts"), _facts_words),
        Column(
            "state", gettext_lazy("State"), lambda one: str(STATE_WORDS[one.state]), draw=_state
        ),
        Column("waiting", gettext_lazy("Waiting"), lambda one: one.waiting, at_end=True),
        Column("parked", gettext_lazy("Failed"), lambda one: one.parked, at_end=True),
        Column("made_by", gettext_lazy("Made by"), lambda one: str(one.made_by or "")),
    ),
    filters=(
        Filter(
            "is_active",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(is_active=value == "1"),
            choices=lambda: [("1", gettext_lazy("active")), ("0", gettext_lazy("switched off"))],
        ),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    link=lambda one: reverse("webhook", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No webhooks yet"),
        gettext_lazy("A webhook tells another system of what happens here, at once and signed."),
        verb="save_webhook",
        icon="plug",
    ),
)
DELIVERIES = Listing(
    key="webhook-log",
    sort="-id",
    columns=(
        Column("made_at", gettext_lazy("When"), lambda row: row.made_at),
        Column("gist", gettext_lazy("Fact"), outgoing.what_of),
        Column(
            "state", gettext_lazy("State"), lambda row: row.get_state_display(), draw=tags.badge
        ),
        Column("status", gettext_lazy("Answer"), lambda row: row.status, at_end=True),
        Column("attempts", gettext_lazy("Attempts"), lambda row: row.attempts, at_end=True),
        Column("next_try_at", gettext_lazy("Next try"), lambda row: row.next_try_at),
        Column("last_error", gettext_lazy("What went wrong"), lambda row: row.last_error),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: SendingState.choices,
        ),
        Filter(
            "fact",
            gettext_lazy("Fact"),
            lambda rows, value: rows.filter(entry__fact=value),
            choices=fact_choices,
        ),
    ),
    link=outgoing.url_of,
    empty=Empty(
        gettext_lazy("Nothing delivered yet"),
        gettext_lazy("“Send a ping” tries the address; facts follow as they happen."),
        icon="send",
    ),
)


@page(section="settings", verb="save_webhook", methods=["GET", "HEAD"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks and how they stand."""
    user: Any = request.user
    context = {
        "title": _("Webhooks"),
        "subtitle": _("Other systems hear of what happens here, signed and tried again."),
        "crumb": _("Outgoing"),
        "crumb_url": reverse("outgoing"),
        "links": [(reverse("save_webhook"), _("New webhook"), "plus")],
    }
    rows = queries.with_counts(queries.webhooks_for(user))
    return show_list(request, WEBHOOKS, rows, context=context)


def _found(request: HttpRequest, webhook_id: int) -> Webhook:
    user: Any = request.user
    return get_object_or_404(queries.webhooks_for(user), pk=webhook_id)


@page(section="settings", verb="save_webhook", methods=["GET", "HEAD"])
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One webhook: what it is told, what can be done, and its log."""
    found = _found(request, webhook_id)
    kept = request.session.get(NEW_SECRET)
    secret = request.session.pop(NEW_SECRET)["secret"] if kept and kept["id"] == found.pk else ""
    context = {
        "title": found.name,
        "crumb": _("Webhooks"),
        "crumb_url": reverse("webhooks"),
        "webhook": found,
        "badge": _state(found),
        "fact_titles": [fact_title(one) for one in found.facts],
        "new_secret": secret,
    }
    rows = queries.deliveries_of(found)
    return show_list(request, DELIVERIES, rows, template="webhooks/webhook.html", context=context)


def _kept(request: HttpRequest) -> Any:
    """Keeps a new secret for the next page, which shows it once."""

    def then(result: Any) -> str:
        made, secret = result
        if secret:
            request.session[NEW_SECRET] = {"id": made.pk, "secret": secret}
        return reverse("webhook", args=[made.pk])

    return then


@page(section="settings", verb="save_webhook")
def save_webhook(request: HttpRequest, webhook_id: int | None = None) -> HttpResponse:
    """The form of a webhook."""
    found = _found(request, webhook_id) if webhook_id else None
    initial = {"name": found.name, "url": found.url, "facts": found.facts} if found else None
    form = WebhookForm(request.POST or None, initial=initial)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        rooms = facts_by_room(form["facts"].value() or [])
        context = {"form": form, "webhook": found, "rooms": rooms}
        return render_page(request, "webhooks/form.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.save_webhook,
        webhook_id=found.pk if found else None,
        **form.cleaned_data,
        then=_kept(request),
        said=_("The webhook is saved."),
        again=draw,
    )


@page(section="settings", methods=["POST"])
def rotate_webhook_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Sign with a new secret, which the next page shows once."""
    typed = request.POST.get("overlap_hours", str(services.OVERLAP_HOURS))
    hours = int(typed) if typed.isdigit() and len(typed) < 6 else -1
    return ask(
        request,
        services.rotate_webhook_secret,
        webhook_id=webhook_id,
        overlap_hours=hours,
        then=_kept(request),
        said=_("The webhook has a new secret."),
    )


@page(section="settings", methods=["POST"])
def switch_webhook_off(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Deliver nothing more."""
    then = reverse("webhook", args=[webhook_id])
    said = _("Nothing more is delivered.")
    return ask(request, services.switch_webhook_off, webhook_id=webhook_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def switch_webhook_on(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Deliver again."""
    then = reverse("webhook", args=[webhook_id])
    said = _("Facts are delivered from now on.")
    return ask(request, services.switch_webhook_on, webhook_id=webhook_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def remove_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Forget a webhook."""
    said = _("The webhook is removed.")
    then = reverse("webhooks")
    return ask(request, services.remove_webhook, webhook_id=webhook_id, then=then, said=said)


@page(section="settings", methods=["POST"])
def send_ping(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Try the address; the delivery's page shows what comes back."""
    said = _("The ping is on its way; look at this page again in a moment.")
    return ask(request, services.send_ping, webhook_id=webhook_id, then=outgoing.url_of, said=said)


def _delivery(row: Any) -> dict[str, Any]:
    body = json.dumps(json.loads(relaying.body_of(row)), ensure_ascii=False, indent=2)
    return {"body": body[:20_000], "tries": queries.attempts_of(row)[:50]}


outgoing.DETAILS["kernel.webhookdelivery"] = _delivery

_one = "settings/webhooks/<int:webhook_id>/"
urlpatterns = [
    path("settings/webhooks/", webhooks, name="webhooks"),
    path("settings/webhooks/new/", save_webhook, name="save_webhook"),
    path(_one, webhook, name="webhook"),
    path(_one + "change/", save_webhook, name="save_webhook"),
    path(_one + "secret/", rotate_webhook_secret, name="rotate_webhook_secret"),
    path(_one + "off/", switch_webhook_off, name="switch_webhook_off"),
    path(_one + "on/", switch_webhook_on, name="switch_webhook_on"),
    path(_one + "remove/", remove_webhook, name="remove_webhook"),
    path(_one + "ping/", send_ping, name="send_ping"),
]
