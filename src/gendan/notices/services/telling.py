"""Notices: who must know an entry of the journal, who must act on it, and the proof of reading."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import Entry, User
from gendan.kernel.service import service
from gendan.notices.events import NoticesAcknowledged
from gendan.notices.models import Notice
from gendan.orders.models import Order, TeamMember

MOST_NOTICES = 1000


@service
def tell(
    *,
    entry_id: int,
    user_ids: Collection[int],
    order_id: int | None = None,
    must_act: bool = False,
    by: User | None = None,
) -> int:
    """Put an entry on the notices of these people, once each; not of who caused it."""
    entry = Entry.objects.get(pk=entry_id)
    wanted = set(user_ids) - {entry.by_id}
    users = User.objects.filter(pk__in=wanted, is_active=True, is_outside=False)
    now = clock.now()
    made = Notice.objects.bulk_create(
        [
            Notice(user=user, entry=entry, order_id=order_id, must_act=must_act, at=now)
            for user in users
        ],
        ignore_conflicts=True,
    )
    return len(made)


@service
def tell_followers(
    *, entry_id: int, order_id: int, must_act: bool = False, by: User | None = None
) -> int:
    """Put an entry on the notices of the order's merchandiser and team."""
    people = set(TeamMember.objects.filter(order=order_id).values_list("user_id", flat=True))
    people |= set(
        Order.objects.filter(pk=order_id, merchandiser__isnull=False).values_list(
            "merchandiser_id", flat=True
        )
    )
    return tell(entry_id=entry_id, user_ids=people, order_id=order_id, must_act=must_act, by=by)


@service
def tell_role(*, entry_id: int, role: str, order_id: int, by: User | None = None) -> int:
    """Put an entry on the notices of everybody of a role, to act on."""
    people = set(User.objects.filter(groups__name=role).values_list("pk", flat=True))
    return tell(entry_id=entry_id, user_ids=people, order_id=order_id, must_act=True, by=by)


@service(gettext_lazy("Acknowledge"))
def acknowledge_notices(*, notice_ids: Collection[int] | None = None, by: User) -> int:
    """I have read these notices of mine (None: all); returns how many were unread."""
    unread = Notice.objects.select_for_update().filter(user=by, read_at=None)
    if notice_ids is not None:
        mine = set(Notice.objects.filter(user=by, pk__in=notice_ids).values_list("pk", flat=True))
        if mine != set(notice_ids):
            raise NotThere(_("There is no such notice of yours."))
        unread = unread.filter(pk__in=mine)
    found = list(unread.order_by("pk")[:MOST_NOTICES])
    if found:
        Notice.objects.filter(pk__in=[one.pk for one in found]).update(read_at=clock.now())
        journal.record(
            NoticesAcknowledged(entries=[one.entry_id for one in found]), about=by, by=by
        )
    return len(found)
