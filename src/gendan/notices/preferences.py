"""When somebody may be disturbed, and how: mail at once, with others, or not at all."""

import datetime as dt

from gendan.engine.calendars import WorkCalendar
from gendan.kernel import clock
from gendan.notices.models import Channel, Importance, MailChoice, NoticePreference
from gendan.notices.rules import Rule

MOST_DAYS = 40  # a company that works on none of so many days has a wrong calendar


def choice_for(rule: Rule, preference: NoticePreference | None) -> str:
    """INSTANT, DIGEST or OFF: the person's own word, else the rule's."""
    chosen = MailChoice.RULE.value
    if preference is not None:
        chosen = preference.kinds.get(rule.fact) or preference.mail.get(rule.importance) or chosen
    if chosen != MailChoice.RULE:
        return chosen
    if Channel.MAIL in rule.channels:
        return MailChoice.INSTANT
    return MailChoice.DIGEST if Channel.DIGEST in rule.channels else MailChoice.OFF


def mail_moment(
    rule: Rule, preference: NoticePreference | None, now: dt.datetime, calendar: WorkCalendar
) -> dt.datetime | None:
    """When a notice is mailed; None: not at all."""
    chosen = choice_for(rule, preference)
    if chosen == MailChoice.OFF:
        return None
    kept = preference or NoticePreference()
    if chosen == MailChoice.INSTANT:
        return quiet_until(kept, now, calendar)
    return quiet_until(kept, _next_digest(kept, now), calendar)


def quiet_until(
    preference: NoticePreference, moment: dt.datetime, calendar: WorkCalendar
) -> dt.datetime:
    """The moment itself, or the end of the quiet time it falls into."""
    local = moment.astimezone(clock.zone())
    begin, end = preference.quiet_from, preference.quiet_until
    has_hours = begin is not None and end is not None and begin != end
    for _turn in range(MOST_DAYS):
        if preference.quiet_days_off and not calendar.works_on(local.date()):
            local = _at(calendar.add_days(local.date(), 0), dt.time(0))
        elif has_hours and begin is not None and end is not None and _lies(local, begin, end):
            wraps = end < begin and local.time() >= begin
            local = _at(local.date() + dt.timedelta(days=int(wraps)), end)
        else:
            break
    return local.astimezone(dt.UTC) if local != moment else moment


def is_quiet(
    preference: NoticePreference | None, moment: dt.datetime, calendar: WorkCalendar
) -> bool:
    """Whether this person is not to be disturbed now (the list and the bell go on counting)."""
    if preference is None or not (preference.quiet_from or preference.quiet_days_off):
        return False
    return quiet_until(preference, moment, calendar) != moment


def shows_toast(preference: NoticePreference | None, importance: str) -> bool:
    """Whether a notice of this importance shows itself on an open page."""
    shown = list(Importance.values) if preference is None else preference.toasts
    return importance in shown


def _next_digest(preference: NoticePreference, now: dt.datetime) -> dt.datetime:
    local = now.astimezone(clock.zone())
    hours = sorted(preference.digest_hours) or [9]
    later = [hour for hour in hours if hour > local.hour]
    if later:
        return _at(local.date(), dt.time(later[0]))
    return _at(local.date() + dt.timedelta(days=1), dt.time(hours[0]))


def _lies(local: dt.datetime, begin: dt.time, end: dt.time) -> bool:
    if begin < end:
        return begin <= local.time() < end
    return local.time() >= begin or local.time() < end


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=clock.zone())
