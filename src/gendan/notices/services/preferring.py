"""How somebody wants to be told."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.notices.models import Importance, MailChoice, NoticePreference
from gendan.notices.rules_data import SHIPPED

MOST_DIGESTS = 6


@service(gettext_lazy("Save how I am told"))
def save_notice_preferences(
    *,
    mail: Mapping[str, str],
    kinds: Mapping[str, str],
    toasts: Collection[str],
    digest_hours: Collection[int],
    quiet_from: dt.time | None = None,
    quiet_until: dt.time | None = None,
    quiet_days_off: bool = True,
    by: User,
) -> NoticePreference:
    """Set by which ways and when I am told. The list of my notices cannot be switched off."""
    _refuse_unknown(mail, set(Importance.values), "mail")
    _refuse_unknown(kinds, set(SHIPPED), "kinds")
    if not set(toasts) <= set(Importance.values):
        raise Invalid(_("There is no such importance."), field="toasts")
    hours = sorted(set(digest_hours))
    if not 1 <= len(hours) <= MOST_DIGESTS or not all(0 <= hour <= 23 for hour in hours):
        raise Invalid(
            _("Collected mails go out at one to six full hours, 0 to 23."), field="digest_hours"
        )
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(
            _("Quiet hours need a beginning and an end."),
            field="quiet_until" if quiet_from else "quiet_from",
        )
    kept, _made = NoticePreference.objects.select_for_update().get_or_create(user=by)
    kept.mail = {key: word for key, word in mail.items() if word != MailChoice.RULE}
    kept.kinds = {key: word for key, word in kinds.items() if word != MailChoice.RULE}
    kept.toasts = [one for one in Importance.values if one in toasts]
    kept.digest_hours = hours
    kept.quiet_from, kept.quiet_until = quiet_from, quiet_until
    kept.quiet_days_off = quiet_days_off
    kept.save()
    return kept


def _refuse_unknown(given: Mapping[str, str], keys: set[str], field: str) -> None:
    if not set(given) <= keys or not set(given.values()) <= set(MailChoice.values):
        raise Invalid(_("There is no such choice."), field=field)
