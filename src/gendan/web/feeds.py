"""Calendar feeds (iCalendar): one's milestones, arrivals and shipments in any calendar program.

The address is the key, so it needs no account; what it shows is asked in its owner's name, in
their language, at the moment of fetching. All-day events: no zone moves them to another day.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from icalendar import Calendar, Event

from gendan.followup import calendar as followup_calendar
from gendan.followup.models import Milestone, Party
from gendan.inventory import queries as inventory_queries
from gendan.kernel import clock, feeds
from gendan.kernel.company import public_url
from gendan.kernel.feeds import Seen
from gendan.kernel.models import CalendarFeed, User
from gendan.kernel.services import LANGUAGES
from gendan.web import words
from gendan.web.shell import ask, page

MOST_EVENTS = 1000
# Programs keep what they saw; what is over stays so long, then it leaves the feed.
DAYS_BACK = 30
NEW_FEED = "gendan_new_feed"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")  # no text of an event may hold these


@dataclass(frozen=True)
class Dated:
    """One event of a feed: a day and its words."""

    uid: str
    day: dt.date
    summary: str
    url: str
    lines: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Changes when anything a reader sees changes."""
        whole = "\n".join([self.day.isoformat(), self.summary, self.url, *self.lines])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def milestone_events(user: User) -> list[Dated]:
    """The open steps of this user: what, of which order, whose move it is."""
    return [
        Dated(
            uid=f"milestone-{one.pk}",
            day=one.forecast_on,
            summary=f"{one.name} · {_order_words(one)}",
            url=_order_url(one),
            lines=[
                _("Whose move: %(party)s") % {"party": _party_of(one)},
                _("Planned: %(day)s") % {"day": one.revised_on or one.planned_on},
                _("Later than %(day)s and the order's date moves.") % {"day": one.latest_on},
            ],
        )
        for one in followup_calendar.open_milestones_of(user, MOST_EVENTS)
    ]


def arrival_events(user: User) -> list[Dated]:
    """Goods that are to come in."""
    return [
        Dated(
            uid=f"arrival-{one.pk}",
            day=one.due_on,
            summary=_("Arrival: %(quantity)s %(unit)s %(item)s")
            % {
                "quantity": words.quantity(one.quantity - one.received),
                "unit": one.item.unit,
                "item": one.item,
            },
            url=public_url(reverse("expected_supply", args=[one.pk])),
            lines=[_("Reference: %(text)s") % {"text": one.reference}] if one.reference else [],
        )
        for one in inventory_queries.arrivals_for(user, _since(), MOST_EVENTS)
    ]


def shipment_events(user: User) -> list[Dated]:
    """When goods leave the works, and when they go on board."""
    titles = {"ex_works": _("Ex works"), "on_board": _("On board")}
    found = []
    for one in followup_calendar.shipping_milestones(user, _since(), MOST_EVENTS):
        order = one.journey.order
        lines = [_("Planned: %(day)s") % {"day": one.revised_on or one.planned_on}]
        if order.promised_on:
            lines.append(_("Promised to the customer: %(day)s") % {"day": order.promised_on})
        found.append(
            Dated(
                uid=f"shipment-{one.pk}",
                day=one.forecast_on,
                summary=f"{titles[one.anchor]} · {_order_words(one)}",
                url=_order_url(one),
                lines=lines,
            )
        )
    return found


EVENTS: dict[str, Callable[[User], list[Dated]]] = {
    CalendarFeed.Kind.MILESTONES: milestone_events,
    CalendarFeed.Kind.ARRIVALS: arrival_events,
    CalendarFeed.Kind.SHIPMENTS: shipment_events,
}


def _order_words(one: Milestone) -> str:
    order = one.journey.order
    return f"{order.number} {order.customer}"


def _order_url(one: Milestone) -> str:
    return public_url(reverse("order", args=[one.journey.order_id]))


def _party_of(one: Milestone) -> str:
    party = str(Party(one.waiting_for).label) if one.waiting_for else "–"
    return f"{party} ({one.waiting_partner})" if one.waiting_partner else party


def _since() -> dt.date:
    return clock.today() - dt.timedelta(days=DAYS_BACK)


def written(feed: CalendarFeed, events: list[Dated], seen: dict[str, Seen]) -> bytes:
    """The events as an iCalendar file (RFC 5545), the same bytes as long as nothing changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gendan//Gendan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Gendan · {feed.get_kind_display()}")
    calendar.add("x-wr-timezone", str(clock.zone()))
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    host = public_url("").partition("://")[2]
    for one in events:
        event = Event()
        event.add("uid", f"{one.uid}@{host}")
        event.add("dtstamp", seen[one.uid].changed_at)
        event.add("last-modified", seen[one.uid].changed_at)
        event.add("sequence", seen[one.uid].sequence)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + dt.timedelta(days=1))
        event.add("summary", _CONTROL.sub(" ", one.summary))
        event.add("description", "\n".join([_CONTROL.sub(" ", t) for t in [*one.lines, one.url]]))
        event.add("url", one.url)
        event.add("transp", "TRANSPARENT")  # a date to know of takes no time of the day
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


@require_http_methods(["GET", "HEAD"])
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program fetches; 304 when it has the same already."""
    feed = feeds.feed_of_token(token)
    if feed is None or not (feed.user.is_superuser or feed.user.roles):
        raise Http404
    language = feed.user.language
    with translation.override(language if language in LANGUAGES else "en"):
        events = EVENTS[feed.kind](feed.user)
        seen = feeds.note_fetched(feed, {one.uid: one.mark for one in events})
        content = written(feed, events, seen)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="gendan-{feed.kind}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    changed_at = feed.changed_at or clock.now()
    response.headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response.headers["Last-Modified"] = f"{changed_at:%a, %d %b %Y %H:%M:%S} GMT"
    conditional: Any = get_conditional_response(
        request,
        etag=response.headers["ETag"],
        last_modified=int(changed_at.timestamp()),
        response=response,
    )
    return conditional  # type: ignore[no-any-return]


def url_of_feed(token: str) -> str:
    """The whole address, as a calendar program takes it."""
    return public_url(reverse("calendar_feed", args=[token]))


def rows_of(user: User) -> list[dict[str, Any]]:
    """The kinds of feeds with this user's living address of each, for My settings."""
    living = {feed.kind: feed for feed in feeds.feeds_of(user)}
    return [
        {"kind": kind, "title": title, "feed": living.get(kind)}
        for kind, title in CalendarFeed.Kind.choices
    ]


@page(section="settings", methods=["POST"])
def make_calendar_feed(request: HttpRequest) -> HttpResponse:
    """Make or renew an address; it is shown once on the next page."""

    def keep(result: Any) -> str:
        feed, token = result
        request.session[NEW_FEED] = {"kind": feed.kind, "url": url_of_feed(token)}
        return reverse("my_settings") + "#calendars"

    kind = request.POST.get("kind", "")
    return ask(request, feeds.make_calendar_feed, kind=kind, then=keep)


@page(section="settings", methods=["POST"])
def revoke_calendar_feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """The address no longer works."""
    return ask(
        request,
        feeds.revoke_calendar_feed,
        feed_id=feed_id,
        then=reverse("my_settings"),
        said=_("The calendar address no longer works."),
    )


urlpatterns = [
    path("feeds/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("settings/mine/calendars/make/", make_calendar_feed, name="make_calendar_feed"),
    path(
        "settings/mine/calendars/<int:feed_id>/revoke/",
        revoke_calendar_feed,
        name="revoke_calendar_feed",
    ),
]
