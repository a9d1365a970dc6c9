"""The company's working time: its calendar's days, the hours of its settings."""

import datetime as dt

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.engine.working_hours import WorkingHours
from gendan.kernel import clock, company


def working_hours() -> WorkingHours:
    """The company's own: 3 queries; ask once for many moments."""
    kept = company.values("work_starts", "work_ends")
    opens, closes = (_minute(kept[key]) for key in ("work_starts", "work_ends"))
    return WorkingHours(calendar(None), clock.zone(), opens, closes)


def minutes_between(at: dt.datetime, until: dt.datetime, hours: WorkingHours | None = None) -> int:
    """Working minutes between two aware moments."""
    return (hours or working_hours()).minutes_between(at, until)


def after(at: dt.datetime, count: int, hours: WorkingHours | None = None) -> dt.datetime:
    """The moment at which `count` working hours have passed since an aware one."""
    try:
        return (hours or working_hours()).add_hours(at, count)
    except CalendarEnds:  # a calendar without any working day for years
        return at + dt.timedelta(hours=count)


def end_of_quiet(
    quiet_from: dt.time | None, quiet_until: dt.time | None, now: dt.datetime
) -> dt.datetime | None:
    """When the quiet hours that last at this moment end; None when there are none now."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    local = now.astimezone(clock.zone())
    time, day = local.time(), local.date()
    if quiet_from < quiet_until:
        is_quiet = quiet_from <= time < quiet_until
    else:  # over midnight
        is_quiet = time >= quiet_from or time < quiet_until
    if not is_quiet:
        return None
    ends_on = day if time < quiet_until else day + dt.timedelta(days=1)
    return clock.moment_on(ends_on, quiet_until.hour, quiet_until.minute)


def _minute(text: str) -> int:
    time = dt.time.fromisoformat(text)
    return time.hour * 60 + time.minute
