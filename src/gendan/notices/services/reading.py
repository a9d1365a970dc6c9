"""Proof of reading: who opens or acknowledges a notice answers for knowing."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.notices import hours
from gendan.notices.events import NoticesAcknowledged
from gendan.notices.models import Notice

MOST_NOTICES = 1000


@service(gettext_lazy("Acknowledge"))
def acknowledge_notices(*, notice_ids: Collection[int] | None = None, by: User) -> int:
    """I have read these notices of mine (None: all); returns how many were unread.

    The lines merged into one are read with it.
    """
    unread = Notice.objects.filter(user=by, read_at=None)
    if notice_ids is not None:
        wanted = set(notice_ids)
        mine = set(Notice.objects.filter(user=by, pk__in=wanted).values_list("pk", flat=True))
        if mine != wanted:
            raise NotThere(_("There is no such notice of yours."))
        unread = unread.filter(Q(pk__in=wanted) | Q(head__in=wanted))
    rows = unread.select_related("entry").select_for_update(of=("self",))
    found = list(rows.order_by("pk")[:MOST_NOTICES])
    if not found:
        return 0
    working, now = hours.working_hours(), clock.now()
    for row in found:
        row.read_at = now
        row.read_minutes = hours.minutes_between(row.entry.at, now, working)
        row.mail_at = None  # nobody is told twice
        if not row.is_to_act:
            row.due_at = None
    Notice.objects.bulk_update(
        found, ["read_at", "read_minutes", "mail_at", "due_at"], batch_size=200
    )
    journal.record(NoticesAcknowledged(entries=[row.entry_id for row in found]), about=by, by=by)
    return len(found)
