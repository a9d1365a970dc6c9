"""The only place that asks what time it is, so that tests and the simulated world can turn days."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings

_stopped_at: ContextVar[dt.datetime | None] = ContextVar("stopped_at", default=None)


def zone() -> ZoneInfo:
    """The company's time zone: in it a moment becomes a date."""
    return ZoneInfo(settings.TIME_ZONE)


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return _stopped_at.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present date in the company's time zone."""
    return date_of(now())


def date_of(moment: dt.datetime) -> dt.date:
    """The company's date at an aware moment."""
    return moment.astimezone(zone()).date()


def moment_on(day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
    """The aware moment at which the company's clocks show that hour of that day."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone())


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at an aware moment inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _stopped_at.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)
