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


def _minute(text: str) -> int:
    time = dt.time.fromisoformat(text)
    return time.hour * 60 + time.minute
