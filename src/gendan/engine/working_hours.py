"""Working time between moments: what lies in the working hours of working days counts, no more."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gendan.engine.calendars import WorkCalendar

_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class WorkingHours:
    """The hours between `opens` and `closes` (minutes after midnight) of a calendar's days."""

    calendar: WorkCalendar
    zone: ZoneInfo
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 24 * 60:
            raise ValueError("working hours begin before they end, within one day")

    @property
    def length(self) -> int:
        """Working minutes of a working day."""
        return self.closes - self.opens

    def minutes_between(self, first: dt.datetime, second: dt.datetime) -> int:
        """Working minutes from the first moment to the second; 0 when it is not later."""
        if second <= first:
            return 0
        begin, begin_minute = self._local(first)
        end, end_minute = self._local(second)
        days = self.calendar.count(begin, end)  # after `begin`, up to and including `end`
        total = days * self.length
        if self.calendar.works_on(begin):
            total += self.closes - self._clamped(begin_minute)
        if self.calendar.works_on(end):
            total -= self.closes - self._clamped(end_minute)
        return max(total, 0)

    def add_hours(self, moment: dt.datetime, hours: int) -> dt.datetime:
        """The moment at which so many working hours have passed."""
        day, minute = self._local(moment)
        if self.calendar.works_on(day):
            minute = self._clamped(minute)
        else:
            day, minute = self.calendar.add_days(day, 0), self.opens
        total = minute - self.opens + hours * 60
        # What ends with the working day ends on it, not at the next one's beginning.
        days, rest = divmod(total - 1, self.length) if total else (0, -1)
        minute = self.opens + rest + 1
        if days:
            day = self.calendar.add_days(day, days)
        return self._moment(day, minute)

    def _clamped(self, minute: int) -> int:
        return min(max(minute, self.opens), self.closes)

    def _local(self, moment: dt.datetime) -> tuple[dt.date, int]:
        local = moment.astimezone(self.zone)
        return local.date(), local.hour * 60 + local.minute

    def _moment(self, day: dt.date, minute: int) -> dt.datetime:
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=self.zone)
        return (midnight + minute * _MINUTE).astimezone(dt.UTC)
