"""For administrators: who did what, and which programs act in whose name."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.kernel import clock, invariants, queries, services
from gendan.kernel import journal as facts
from gendan.kernel.models import ApiToken, Entry
from gendan.orders.models import Order
from gendan.partners.models import Partner
from gendan.web import words
from gendan.web.facts import fact_choices, fact_title
from gendan.web.lists import Column, Empty, Filter, Listing, parse_day, show_list
from gendan.web.navigation import tabs_of
from gendan.web.shell import ask, page
from gendan.web.templatetags import gendan as tags

# A text is looked for in what was written lately, unless a period is chosen: years of a journal
# are too much to read for one page.
DAYS_SEARCHED = 90
_DOCUMENT = re.compile(r"^[a-z]+\.[a-z]+:\d+$|^(company|day:\S+)$")
TABS = (
    ("audit", gettext_lazy("Audit trail")),
    ("tokens_in_use", gettext_lazy("Keys for programs")),
)


def names_of(text: str, user: Any) -> list[str]:
    """The documents somebody means: the journal's own name, or a number as it is printed."""
    if _DOCUMENT.match(text):
        return [text]
    orders = Order.objects.visible_to(user).filter(number__iexact=text)[:20]
    items = Item.objects.visible_to(user).filter(code__iexact=text)[:20]
    partners = Partner.objects.visible_to(user).filter(code__iexact=text)[:20]
    return [facts.ref(one) for found in (orders, items, partners) for one in found]


def _about(rows: Any, text: str, user: Any) -> Any:
    names = names_of(text, user)
    return rows.filter(about__overlap=names) if names else rows.none()


def _day(text: str) -> dt.date:
    """The typed day, within what a moment can be made of."""
    return min(max(parse_day(text) or clock.today(), dt.date(1970, 1, 2)), dt.date(2200, 1, 1))


def _about_links(entry: Entry) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((words.link_of(one),) for one in entry.about))


def _listing(user: Any) -> Listing:
    """The list; looking a number up needs to know who asks."""
    return Listing(
        key="audit",
        sort="-id",
        columns=(
            Column("at", gettext_lazy("When"), lambda entry: entry.at),
            Column("by", gettext_lazy("Who"), lambda entry: str(entry.by or "Gendan")),
            Column("fact", gettext_lazy("Fact"), lambda entry: fact_title(entry.fact)),
            Column(
                "words",
                gettext_lazy("What happened"),
                lambda entry: json.dumps(entry.data, ensure_ascii=False),
                draw=tags.fact_words,
            ),
            Column(
                "about",
                gettext_lazy("About"),
                lambda entry: ", ".join(entry.about),
                draw=_about_links,
            ),
            Column("id", gettext_lazy("Entry"), lambda entry: entry.pk, shown=False),
            Column("name", gettext_lazy("Fact's name"), lambda entry: entry.fact, shown=False),
        ),
        filters=(
            Filter("by", gettext_lazy("Who"), _by, choices=_people),
            Filter(
                "fact",
                gettext_lazy("Fact"),
                lambda rows, v: rows.filter(fact=v),
                choices=fact_choices,
            ),
            Filter(
                "about",
                gettext_lazy("About (number, or orders.order:12)"),
                lambda rows, value: _about(rows, value, user),
            ),
            Filter(
                "from",
                gettext_lazy("From"),
                lambda rows, value: rows.filter(at__gte=clock.moment_on(_day(value), 0)),
                kind="date",
            ),
            Filter(
                "until",
                gettext_lazy("Until"),
                lambda rows, value: rows.filter(
                    at__lt=clock.moment_on(_day(value), 0) + dt.timedelta(days=1)
                ),
                kind="date",
            ),
        ),
        search=lambda rows, text: queries.entries_saying(rows, text),
        search_hint=gettext_lazy("Text of the facts"),
        empty=Empty(
            gettext_lazy("Nothing has happened yet"), gettext_lazy("Every verb writes here.")
        ),
    )


def _by(rows: Any, value: str) -> Any:
    return rows.filter(by=None) if value == "0" else rows.filter(by_id=int(value))


def _people() -> list[tuple[str, str]]:
    return [("0", "Gendan"), *((str(one.pk), str(one)) for one in queries.everybody())]


@page(section="settings", verb="save_setting", methods=["GET", "HEAD"])
def audit(request: HttpRequest) -> HttpResponse:
    """The journal, for those who audit: who did what, when, about which document."""
    rows = queries.entries()
    is_bounded = request.GET.get("from") or request.GET.get("about")
    if request.GET.get("q", "").strip() and not is_bounded:
        rows = rows.filter(at__gte=clock.now() - dt.timedelta(days=DAYS_SEARCHED))
    said = _("Nobody can change what stands here: the database refuses it.")
    if not invariants.journal_is_guarded():
        said = _("Warning: the database no longer refuses changes to the journal.")
    if request.GET.get("q", "").strip() and not is_bounded:
        limit = _("The text was looked for in the last %(days)s days; choose a period for more.")
        said = f"{said} {limit % {'days': DAYS_SEARCHED}}"
    context = {
        "title": _("Audit trail"),
        "subtitle": said,
        "crumb": _("Settings"),
        "crumb_url": reverse("settings"),
        "tabs": tabs_of(TABS, "audit"),
    }
    return show_list(request, _listing(request.user), rows, context=context)


def _token_state(token: ApiToken) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.is_expired else "active"


_STATE_WORDS = {
    "active": gettext_lazy("valid"),
    "revoked": gettext_lazy("revoked"),
    "expired": gettext_lazy("expired"),
}


def _state_badge(token: ApiToken) -> Any:
    state = _token_state(token)
    return tags.badge("active" if state == "active" else "inactive", label=str(_STATE_WORDS[state]))


def _only(rows: Any, state: str) -> Any:
    if state == "revoked":
        return rows.filter(revoked_at__isnull=False)
    living = rows.filter(revoked_at=None)
    expired = living.filter(expires_at__lte=clock.now())
    return expired if state == "expired" else living.exclude(pk__in=expired.values("pk"))


TOKENS = Listing(
    key="tokens-in-use",
    sort="-id",
    columns=(
        Column("name", gettext_lazy("Name"), lambda token: token.name),
        Column("user", gettext_lazy("Whose"), lambda token: str(token.user)),
        Column(
            "state",
            gettext_lazy("State"),
            lambda token: str(_STATE_WORDS[_token_state(token)]),
            draw=_state_badge,
        ),
        Column("made_at", gettext_lazy("Made on"), lambda token: token.made_at),
        Column("used_at", gettext_lazy("Last used"), lambda token: token.used_at),
        Column("expires_at", gettext_lazy("Valid until"), lambda token: token.expires_at),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), _only, choices=lambda: list(_STATE_WORDS.items())),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    preset={"state": "active"},
    empty=Empty(
        gettext_lazy("No keys"),
        gettext_lazy("Keys for programs are made by each person under My settings."),
        icon="key",
    ),
)


@page(section="settings", verb="withdraw_api_token", methods=["GET", "HEAD"])
def tokens_in_use(request: HttpRequest) -> HttpResponse:
    """Everybody's keys for programs: whose, last used, valid until; each can be revoked."""
    context = {
        "title": _("Keys for programs"),
        "subtitle": _("A program that shows such a key acts as its owner, with their role."),
        "crumb": _("Settings"),
        "crumb_url": reverse("settings"),
        "tabs": tabs_of(TABS, "tokens_in_use"),
    }
    act = Column("act", "", lambda token: None, draw=lambda token: _act(request, token))
    listing = replace(TOKENS, columns=(*TOKENS.columns, act))
    return show_list(request, listing, queries.tokens_in_use(), context=context)


def _act(request: HttpRequest, token: ApiToken) -> Any:
    """The button that revokes a key that still works."""
    if _token_state(token) != "active":
        return ""
    sure = _(
        "Revoke the key “%(name)s” of %(who)s? The program that uses it is locked out at once."
    )
    return tags.verb_button(
        {"request": request},
        "withdraw_api_token",
        token,
        label=_("Revoke"),
        style="btn-outline-danger",
        confirm=sure % {"name": token.name, "who": token.user},
    )


@page(section="settings", methods=["POST"])
def withdraw_api_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """A colleague's key no longer works."""
    return ask(
        request,
        services.withdraw_api_token,
        token_id=token_id,
        then=reverse("tokens_in_use"),
        said=lambda token: _("The key “%(name)s” no longer works.") % {"name": token.name},
    )


urlpatterns = [
    path("settings/audit/", audit, name="audit"),
    path("settings/audit/keys/", tokens_in_use, name="tokens_in_use"),
    path(
        "settings/audit/keys/<int:token_id>/revoke/", withdraw_api_token, name="withdraw_api_token"
    ),
]
