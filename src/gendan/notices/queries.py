"""Questions about notices: a person's list, what is new for an open page, who has read what."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, Q, QuerySet

from gendan.followup.queries import MOST_COUNTED
from gendan.kernel import clock
from gendan.kernel.models import Entry, User
from gendan.notices.models import Notice, NoticePreference, Robot, RobotMessage
from gendan.orders.models import Order

MOST_NEWS = 5
NEWS_SECONDS = 120  # what is older is no news on an open page
MOST_ENTRIES = 60
# Two partial indexes of open rows answer it without reading the table; both stop at the cap.
_STATE = """
SELECT (SELECT id FROM notices_notice
        WHERE user_id = %(user)s AND read_at IS NULL AND head_id IS NULL
        ORDER BY id DESC LIMIT 1),
       (SELECT count(*) FROM (SELECT 1 FROM notices_notice
        WHERE user_id = %(user)s AND read_at IS NULL AND head_id IS NULL
        LIMIT %(cap)s) AS unread)
"""


@dataclass(frozen=True)
class News:
    """What an open page compares: the newest unread notice and how many there are."""

    newest_id: int
    unread: int

    @property
    def mark(self) -> str:
        """Equal marks: nothing has changed."""
        return f"{self.newest_id}.{self.unread}"


@dataclass
class Reader:
    """One person's proof for one entry."""

    notice: Notice
    department: str = ""

    @property
    def meaning(self) -> str:
        """The colour of its badge."""
        if self.notice.escalated_at and (self.notice.is_to_act or not self.notice.read_at):
            return "late"
        if self.notice.is_to_act:
            return "risk"
        return "done" if self.notice.read_at or self.notice.acted_at else "todo"


@dataclass
class ReadEntry:
    """An entry of an order and everybody who was told of it."""

    entry: Entry
    readers: list[Reader] = field(default_factory=list)

    @property
    def has_read(self) -> int:
        """How many have read it."""
        return sum(1 for one in self.readers if one.notice.read_at)

    @property
    def to_act(self) -> int:
        """How many must still act."""
        return sum(1 for one in self.readers if one.notice.is_to_act)


def notices_for(user: User, *, unread_only: bool = True) -> "QuerySet[Notice]":
    """A user's notices with their entries, newest first; merged ones under the one line."""
    notices = Notice.objects.filter(user=user, head__isnull=True)
    if unread_only:
        notices = notices.filter(read_at__isnull=True)
    return notices.select_related("entry__by", "order").order_by("-pk")


def listed_for(user: User) -> "QuerySet[Notice]":
    """All of a user's lines, with what was merged into each, as the list shows them."""
    rows = Notice.objects.filter(user=user, head__isnull=True)
    return rows.select_related("entry__by", "order").prefetch_related("others__entry__by")


def names_of(ids: Collection[int]) -> str:
    """The names of these people, beside each other."""
    found = User.objects.filter(pk__in=list(ids)[:20]).order_by("name", "username")
    return ", ".join(str(user) for user in found)


def to_act_for(user: User) -> "QuerySet[Notice]":
    """What a user must still do, the oldest first."""
    open_duties = Notice.objects.filter(user=user, must_act=True, acted_at__isnull=True)
    return open_duties.filter(head__isnull=True).select_related("entry__by", "order").order_by("pk")


def count_unread(user: User) -> int:
    """How many notices this user has not read, to MOST_COUNTED."""
    return unread(user)[:MOST_COUNTED].count()


def unread(user: User) -> "QuerySet[Notice]":
    """What this user has not read: answered by an index."""
    return Notice.objects.filter(user=user, read_at__isnull=True, head__isnull=True)


def state_of(user_id: int) -> News:
    """Whether anything is new: one question, answered from an index alone."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, {"user": user_id, "cap": MOST_COUNTED})
        newest, count = cursor.fetchone()
    return News(newest or 0, count)


def latest_news(user: User) -> list[Notice]:
    """The newest unread notices of the last moments, for short messages on an open page."""
    since = clock.now() - dt.timedelta(seconds=NEWS_SECONDS)
    rows = unread(user).filter(at__gte=since).select_related("entry__by", "order")
    return list(rows.order_by("-pk")[:MOST_NEWS])


def preference_of(user: User) -> NoticePreference | None:
    """How a user wants to be told; None: as the rules say."""
    return NoticePreference.objects.filter(user=user).first()


def readers_of_order(order_id: int, *, limit: int = MOST_ENTRIES) -> list[ReadEntry]:
    """Who has read what about an order, the newest first: 2 queries."""
    ids = (
        Notice.objects.filter(order=order_id).order_by("-entry").values_list("entry", flat=True)
    ).distinct()[:limit]
    rows = Notice.objects.filter(order=order_id, entry__in=list(ids)).select_related(
        "entry__by", "user__person__department", "acted_entry__by"
    )
    found: dict[int, ReadEntry] = {}
    for row in rows.order_by("-entry", "user__name", "pk"):
        person = getattr(row.user, "person", None)
        one = found.setdefault(row.entry_id, ReadEntry(row.entry))
        one.readers.append(Reader(row, str(person.department) if person else ""))
    return list(found.values())


def unread_of_order(user: User, order: Order) -> list[int]:
    """The reader's own unread notices of an order."""
    rows = unread(user).filter(order=order).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:MOST_COUNTED])


def waiting_longest(limit: int = 50) -> "QuerySet[Notice]":
    """What was escalated and is still open, of everybody: for those who see to it."""
    is_open = Q(must_act=True, acted_at__isnull=True) | Q(must_act=False, read_at__isnull=True)
    rows = Notice.objects.filter(is_open, escalated_at__isnull=False)
    return rows.select_related("user", "entry__by", "order").order_by(F("escalated_at"))[:limit]


def robots_for(user: User) -> "QuerySet[Robot]":
    """The robots in group chats: for those who set them up."""
    rows = Robot.objects.filter(removed_at=None)
    return rows if user.may_do("save_robot") else rows.none()


def messages_of(robot: Robot) -> "QuerySet[RobotMessage]":
    """What a robot says or has said."""
    return RobotMessage.objects.filter(robot=robot).select_related("by")
