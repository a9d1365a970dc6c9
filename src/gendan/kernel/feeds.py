"""Calendar feeds: an address per person and kind that a calendar program asks without signing in.

The table keeps only the address's hash, as of all keys. What a feed holds is asked by web/feeds.py
in its owner's name at the moment of fetching: who loses a role or the account loses the feed.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.journal import Fact
from gendan.kernel.models import CalendarFeed, User
from gendan.kernel.service import service

_LONGEST_TOKEN = 100
_PREFIX = "cal_"


@dataclass(frozen=True, kw_only=True)
class FeedMade(Fact):
    """Somebody made an address for their calendar; a former one of the kind no longer works."""

    feed_id: int
    feed: str


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(Fact):
    """A calendar's address no longer works."""

    feed_id: int
    feed: str


@service(gettext_lazy("Make a calendar address"))
def make_calendar_feed(*, kind: str, by: User) -> tuple[CalendarFeed, str]:
    """A new address for one kind of dates, which is shown once; the former one ends at once."""
    if kind not in CalendarFeed.Kind.values:
        raise Invalid(_("There is no such calendar."), field="kind")
    User.objects.select_for_update().get(pk=by.pk)  # two presses at once: one after the other
    CalendarFeed.objects.filter(user=by, kind=kind, revoked_at=None).update(revoked_at=clock.now())
    token = _PREFIX + secrets.token_urlsafe(24)
    feed = CalendarFeed.objects.create(
        user=by, kind=kind, digest=_digest(token), made_at=clock.now()
    )
    journal.record(FeedMade(feed_id=feed.pk, feed=kind), about=by, by=by)
    return feed, token


@service(gettext_lazy("Revoke the calendar address"))
def revoke_calendar_feed(*, feed_id: int, by: User) -> CalendarFeed:
    """The address no longer works, from this moment."""
    rows = CalendarFeed.objects.select_for_update()
    feed = rows.filter(pk=feed_id, user=by).first()
    if feed is None:
        raise NotThere(_("There is no such calendar address of yours."))
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        journal.record(FeedRevoked(feed_id=feed.pk, feed=feed.kind), about=by, by=by)
    return feed


def feeds_of(user: User) -> "QuerySet[CalendarFeed]":
    """A person's living calendar addresses."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None).order_by("pk")


def feed_of_token(token: str) -> CalendarFeed | None:
    """The living feed of an address, of somebody who still works here (1 query; 0 for a guess)."""
    if not token.startswith(_PREFIX) or len(token) > _LONGEST_TOKEN:
        return None
    rows = CalendarFeed.objects.select_related("user").filter(revoked_at=None)
    return rows.filter(digest=_digest(token), user__is_active=True, user__is_outside=False).first()


@dataclass(frozen=True)
class Seen:
    """What a feed has told of one event: how often it changed, and when last."""

    sequence: int
    changed_at: dt.datetime


def note_fetched(feed: CalendarFeed, marks: Mapping[str, str]) -> dict[str, Seen]:
    """Remember what a feed holds now (event id → mark of its content), and what is new of it.

    So a program hears of each event how often it changed, and that nothing did when nothing did.
    Writes at most once a minute unless something changed.
    """
    moment = clock.now().replace(microsecond=0)
    found: dict[str, list[Any]] = {}
    for uid, mark in marks.items():
        before = feed.known.get(uid)
        if before is None:
            found[uid] = [mark, 0, moment.isoformat()]
        elif before[0] != mark:
            found[uid] = [mark, before[1] + 1, moment.isoformat()]
        else:
            found[uid] = before
    if found != feed.known or feed.changed_at is None:
        feed.known, feed.changed_at, feed.used_at = found, moment, moment
        feed.save(update_fields=["known", "changed_at", "used_at"])
    elif feed.used_at is None or (moment - feed.used_at).total_seconds() > 60:
        feed.used_at = moment
        feed.save(update_fields=["used_at"])
    return {
        uid: Seen(sequence=row[1], changed_at=dt.datetime.fromisoformat(row[2]))
        for uid, row in found.items()
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
