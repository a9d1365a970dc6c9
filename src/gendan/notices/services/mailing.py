"""Mails about notices: one for what is urgent, one for all that was collected until the hour."""

import logging
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gendan.kernel import clock, company, mail
from gendan.kernel.errors import Invalid
from gendan.kernel.models import Mail, User
from gendan.kernel.service import service
from gendan.notices import words
from gendan.notices.models import Notice

log = logging.getLogger(__name__)

MOST_AT_ONCE = 2000
MOST_LISTED = 60  # in one mail; the page has the rest


@service
def mail_due_notices(*, by: User | None = None) -> int:
    """Write the mails whose time has come, one for each person; returns how many.

    What was read meanwhile is not mailed: nobody is told twice. 1 query when nothing is due.
    """
    now = clock.now()
    due = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(mail_at__lte=now)
        .order_by("user_id", "pk")[:MOST_AT_ONCE]
    )
    if not due:
        return 0
    Notice.objects.filter(pk__in=[one.pk for one in due]).update(mail_at=None)
    if not mail.is_set_up():
        return 0
    wanted = [one.pk for one in due if one.read_at is None and one.acted_at is None]
    rows = (
        Notice.objects.filter(pk__in=wanted, user__is_active=True, user__is_outside=False)
        .exclude(user__email="")
        .select_related("user", "entry__by", "order__customer")
        .order_by("user_id", "pk")
    )
    written = 0
    for _user_id, found in groupby(rows, key=lambda one: one.user_id):
        told = list(found)
        if _write(told):
            Notice.objects.filter(pk__in=[one.pk for one in told]).update(mailed_at=now)
            written += 1
    return written


def _write(notices: Sequence[Notice]) -> Mail | None:
    """One mail to one person about these notices of theirs."""
    user = notices[0].user
    shown = _without_merged(notices)
    with translation.override(user.language):
        try:
            return mail.write_mail(
                to=[user.email],
                subject=_subject(shown),
                text=_text(user, shown),
                about=_about(user, shown),
                kind="notice",
            )
        except Invalid:
            log.warning("the e-mail address of user %s cannot be used", user.pk)
            return None


def _without_merged(notices: Sequence[Notice]) -> list[Notice]:
    """Notices that are one line on the page are one line in the mail."""
    here = {one.pk for one in notices}
    return [one for one in notices if one.head_id not in here]


def _about(user: User, notices: Sequence[Notice]) -> str:
    """Mails about one order are one thread; collected ones are the person's own."""
    orders = {one.order_id for one in notices}
    if len(orders) == 1 and None not in orders:
        return f"orders.order:{orders.pop()}"
    return f"kernel.user:{user.pk}"


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        one = notices[0]
        parts = [_("To do") if one.is_to_act else "", str(one.order or "")]
        return ": ".join(filter(None, [" ".join(filter(None, parts)), words.plain(one.entry)]))
    to_act = sum(one.is_to_act for one in notices)
    subject = ngettext("%(count)s notice", "%(count)s notices", len(notices)) % {
        "count": len(notices)
    }
    if to_act:
        subject += ", " + _("%(count)s of them to act on") % {"count": to_act}
    return f"Gendan 跟单: {subject}"


def _text(user: User, notices: Sequence[Notice]) -> str:
    parts = [_("Hello %(name)s,") % {"name": user}]
    listed = sorted(notices[:MOST_LISTED], key=_place)
    for _place_of, found in groupby(listed, key=lambda one: (not one.order_id, one.order_id or 0)):
        parts.append(_group(list(found)))
    if len(notices) > MOST_LISTED:
        parts.append(_("… and %(count)s more.") % {"count": len(notices) - MOST_LISTED})
    all_of_them = company.public_url(reverse("notices"))
    parts.append(_("All notices: %(url)s") % {"url": all_of_them})
    return "\n\n".join(parts) + "\n"


def _place(notice: Notice) -> tuple[bool, int, bool, int]:
    """By order, what is to be done first."""
    return (not notice.order_id, notice.order_id or 0, not notice.is_to_act, notice.pk)


def _group(notices: Sequence[Notice]) -> str:
    """The notices of one order under its number and address."""
    order = notices[0].order
    lines = []
    if order is not None:
        lines.append(f"{order.number} · {order.customer}")
        lines.append(company.public_url(reverse("order", args=[order.pk])))
    return "\n".join([*lines, *_lines(notices)])


def _lines(notices: Iterable[Notice]) -> Iterable[str]:
    for one in notices:
        at = one.entry.at.astimezone(clock.zone())
        start = _("To do: ") if one.is_to_act else ""
        by = f" – {one.entry.by}" if one.entry.by else ""
        yield f"- {start}{words.plain(one.entry)}{by}, {at:%m-%d %H:%M}"
