"""Questions about notices."""

from django.db.models import QuerySet

from gendan.followup.queries import MOST_COUNTED
from gendan.kernel.models import User
from gendan.notices.models import Notice


def notices_for(user: User, *, unread_only: bool = True) -> "QuerySet[Notice]":
    """A user's notices with their entries, newest first."""
    notices = Notice.objects.filter(user=user).select_related("entry__by", "order")
    if unread_only:
        notices = notices.filter(read_at=None)
    return notices.order_by("-pk")


def count_unread(user: User) -> int:
    """How many notices this user has not read, to MOST_COUNTED."""
    return Notice.objects.filter(user=user, read_at=None)[:MOST_COUNTED].count()
