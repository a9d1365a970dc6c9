"""Telling: from one entry of the journal to the notices of everybody whom its rule names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gendan.catalog.queries import calendar
from gendan.kernel import clock, mail
from gendan.kernel.models import Entry, User
from gendan.kernel.service import service
from gendan.notices import hours
from gendan.notices.audiences import People, orders_of, people_of
from gendan.notices.models import Notice, NoticePreference
from gendan.notices.preferences import mail_moment
from gendan.notices.rules import Rule, rule_of
from gendan.notices.services import acting, mailing, robots

# Entries that say the same about one document within this time are one line.
MERGE_MINUTES = 10


@dataclass(frozen=True)
class Told:
    """Everything that is the same for all who are told of one entry."""

    entry: Entry
    rule: Rule
    order_id: int | None
    know: People
    act: People
    now: dt.datetime


@service
def tell_of(*, entry_id: int, by: User | None = None) -> int:
    """Tell everybody who must know or act, once, and take note of what the entry proves.

    May run more than once and in any order: who was told is not told again.
    """
    entry = Entry.objects.select_related("by").get(pk=entry_id)
    acting.take_note(entry)
    rule = rule_of(entry.fact)
    if rule is None or not rule.is_active or (rule.by_people and entry.by_id is None):
        return 0
    order_ids = orders_of(entry)
    told = Told(
        entry=entry,
        rule=rule,
        order_id=order_ids[0] if len(order_ids) == 1 else None,
        know=people_of(rule.know, entry),
        act=people_of(rule.act, entry),
        now=clock.now(),
    )
    users = _users(told)
    made = _new(told, users)
    if not made:
        return 0
    _merge(told, made)
    if any(notice.mail_at is not None and notice.mail_at <= told.now for notice in made):
        mailing.mail_due_notices()
    _tell_robots(told, users)
    return len(made)


def _users(told: Told) -> list[User]:
    """Whom the entry concerns: our own people who still work here, not who caused it."""
    people = {*told.know, *told.act}
    if not told.rule.tells_doer:
        people.discard(told.entry.by_id or 0)
    if not people:
        return []
    found = User.objects.filter(pk__in=people, is_active=True, is_outside=False)
    return list(found.select_related("notice_preference").order_by("pk"))


def _new(told: Told, users: Sequence[User]) -> list[Notice]:
    """The notices of those who have none yet of this entry."""
    have = set(Notice.objects.filter(entry=told.entry).values_list("user_id", flat=True))
    wanted = [user for user in users if user.pk not in have]
    if not wanted:
        return []
    due_at = _due_at(told)
    mails = _mail_moments(told, wanted)
    made = [_notice(told, user, due_at, mails.get(user.pk)) for user in wanted]
    acting.look_ahead(told.rule, told.entry, made)
    # Another worker may have told the same people meanwhile: its rows stand.
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    ours = Notice.objects.filter(entry=told.entry, user__in=[user.pk for user in wanted])
    return list(ours)


def _notice(
    told: Told, user: User, due_at: dt.datetime | None, mail_at: dt.datetime | None
) -> Notice:
    rule, entry = told.rule, told.entry
    must_act = user.pk in told.act
    subject = rule.subject(entry.data, **told.act.get(user.pk, {}))
    about = f"order:{told.order_id}" if rule.meaning and told.order_id else subject
    return Notice(
        user=user,
        entry=entry,
        order_id=told.order_id,
        fact=entry.fact,
        subject=subject,
        key=f"{rule.meaning or rule.fact}|{about}"[:100] if rule.merges else "",
        importance=rule.importance,
        must_act=must_act,
        is_by_hand=rule.is_by_hand,
        at=told.now,
        due_at=due_at,
        mail_at=mail_at,
    )


def _due_at(told: Told) -> dt.datetime | None:
    if not told.rule.escalate_hours or not told.rule.escalate_to:
        return None
    return hours.after(told.now, told.rule.escalate_hours)


def _mail_moments(told: Told, users: Sequence[User]) -> dict[int, dt.datetime]:
    """When each of them gets a mail; nobody where no mail server is set up."""
    readers = [user for user in users if user.email] if mail.is_set_up() else []
    if not readers:
        return {}
    days = calendar(None)
    found = {user.pk: mail_moment(told.rule, _preference(user), told.now, days) for user in readers}
    return {person: moment for person, moment in found.items() if moment is not None}


def _preference(user: User) -> NoticePreference | None:
    found: NoticePreference | None = getattr(user, "notice_preference", None)
    return found


def _merge(told: Told, made: Sequence[Notice]) -> None:
    """What says the same as an unread line of a short while ago becomes part of one line.

    The newest stands for all, except that a line on which one must act stays the line.
    """
    new = {notice.user_id: notice for notice in made if notice.read_at is None and notice.key}
    if not new:
        return
    since = told.now - dt.timedelta(minutes=MERGE_MINUTES)
    before = Notice.objects.filter(
        key=made[0].key, user__in=new, read_at__isnull=True, head__isnull=True, at__gte=since
    ).exclude(entry=told.entry)
    for old in before.select_for_update().order_by("pk"):
        head, other = new[old.user_id], old
        if old.is_to_act and not head.is_to_act:
            head, other = old, head
        Notice.objects.filter(pk=other.pk).update(head=head)
        Notice.objects.filter(head=other).update(head=head)


def _tell_robots(told: Told, users: Sequence[User]) -> None:
    if "robot" not in told.rule.channels:
        return
    roles = set(
        User.groups.through.objects.filter(user__in=[user.pk for user in users]).values_list(
            "group__name", flat=True
        )
    )
    robots.announce(entry=told.entry, roles=roles, order_id=told.order_id, must_act=bool(told.act))
