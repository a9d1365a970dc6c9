"""Verbs for working calendars: weekly patterns, single days, public holidays."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import CalendarsSaved
from gendan.catalog.holidays import SpecialDay, special_days
from gendan.catalog.models import Calendar, CalendarDay
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, Saved, upsert
from gendan.kernel.service import service

MONDAY_TO_FRIDAY = [0, 1, 2, 3, 4]


@dataclass(frozen=True)
class CalendarRow:
    """A calendar by its code; `weekdays` are those worked, 0 = Monday."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    country: str | None = None
    weekdays: Sequence[int] | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class CalendarDayRow:
    """A day written by hand: it wins over pattern and holidays, and over later filling."""

    calendar: str
    day: dt.date
    is_working: bool | None = None
    name: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class FilledCalendars:
    """What filling did: days written, and sentences about what was not known."""

    made: int
    changed: int
    removed: int
    notes: list[str]


@service(gettext_lazy("Save calendars"))
def save_calendars(*, rows: Sequence[CalendarRow], by: User | None) -> list[Calendar]:
    """Make or change working calendars; without a pattern a new one works Monday to Friday."""

    def check(one: Calendar, index: int, problems: Problems) -> None:
        if not one.weekdays:
            if rows[index].weekdays is not None:
                problems.add(index, "weekdays", _("At least one day of the week is worked."))
            one.weekdays = list(MONDAY_TO_FRIDAY)
        one.weekdays = sorted(set(one.weekdays))
        if not set(one.weekdays) <= set(range(7)):
            problems.add(index, "weekdays", _("Days of the week are 0 (Monday) to 6 (Sunday)."))
        if one.country and not (len(one.country) == 2 and one.country.isascii()):
            problems.add(index, "country", _("A country is given by its two letters: CN, DE, US."))
        one.country = one.country.upper()

    saved = upsert(Calendar, rows, key=("code",), check=check, always=("weekdays",))
    record_saved(
        CalendarsSaved, saved, room="catalog", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save days of a calendar"))
def save_calendar_days(*, rows: Sequence[CalendarDayRow], by: User | None) -> list[CalendarDay]:
    """Write or remove single days by hand, for what no package knows: a power cut, a fair."""

    def check(one: CalendarDay, index: int, problems: Problems) -> None:
        one.is_by_hand = True

    saved = upsert(CalendarDay, rows, key=("calendar", "day"), check=check, always=("is_by_hand",))
    record_saved(CalendarsSaved, saved, room="catalog", codes=[row.calendar for row in rows], by=by)
    return saved.objects


@service(gettext_lazy("Fill in public holidays"))
def fill_calendars(
    *, years: Sequence[int], codes: Sequence[str] | None = None, by: User | None
) -> FilledCalendars:
    """Write the public holidays and make-up working days of the calendars' countries.

    Days written by hand stay. `codes` None fills all active calendars with a country; if there is
    no calendar at all, the company's country gets its first one.
    """
    this_year = clock.today().year
    if not years or not all(1990 <= year <= this_year + 10 for year in years):
        raise Invalid(
            _("Years from 1990 to %(last)s can be filled.") % {"last": this_year + 10},
            field="years",
        )
    calendars = _calendars_to_fill(codes, by)
    standing = _standing(calendars, years)
    saved: Saved[CalendarDay] = Saved([], [], [], [])
    notes: list[str] = []
    touched = []
    for calendar in calendars:
        before = len(saved.touched)
        for year in sorted(set(years)):
            known = special_days(calendar.country, year)
            notes += _notes(calendar, year, known.is_known, known.is_sure)
            if known.is_known:
                kept = standing.get((calendar.pk, year), {})
                _compare(calendar, known.days, kept, saved)
        if len(saved.touched) > before:
            touched.append(calendar.code)
    _write_days(saved)
    record_saved(CalendarsSaved, saved, room="catalog", codes=touched, by=by)
    return FilledCalendars(len(saved.made), len(saved.changed), len(saved.removed), notes)


@service
def keep_calendars_filled(*, by: User | None = None) -> None:
    """Fill this year and the next where nothing of them is written yet; asked every morning.

    From November on next year is filled again daily: that is when China decides its days.
    """
    today = clock.today()
    years = (today.year, today.year + 1)
    active = Calendar.objects.filter(is_active=True).exclude(country="")
    calendars = dict(active.values_list("pk", "code"))
    days = CalendarDay.objects.filter(calendar_id__in=calendars, is_by_hand=False)
    written = set(days.values_list("calendar_id", "day__year").distinct())
    for year in years:
        is_season = year == today.year + 1 and today.month >= 11
        lacking = [code for pk, code in calendars.items() if is_season or (pk, year) not in written]
        if lacking:
            fill_calendars(years=[year], codes=lacking, by=by)


def _calendars_to_fill(codes: Sequence[str] | None, by: User | None) -> list[Calendar]:
    chosen = Calendar.objects.select_for_update().order_by("pk")
    if codes is None:
        if not Calendar.objects.exists():
            country = settings.COMPANY_COUNTRY
            save_calendars(rows=[CalendarRow(code=country, country=country)], by=by)
        return list(chosen.filter(is_active=True).exclude(country=""))
    found = list(chosen.filter(code__in=codes))
    missing = set(codes) - {one.code for one in found}
    if missing:
        raise NotThere(
            _("There is no calendar called “%(code)s”.") % {"code": min(missing)}, field="codes"
        )
    return found


def _standing(
    calendars: Iterable[Calendar], years: Iterable[int]
) -> dict[tuple[int, int], dict[dt.date, CalendarDay]]:
    days = CalendarDay.objects.filter(calendar__in=calendars, day__year__in=list(years))
    found: dict[tuple[int, int], dict[dt.date, CalendarDay]] = {}
    for day in days:
        found.setdefault((day.calendar_id, day.day.year), {})[day.day] = day
    return found


def _compare(
    calendar: Calendar,
    wanted: Sequence[SpecialDay],
    standing: dict[dt.date, CalendarDay],
    saved: Saved[CalendarDay],
) -> None:
    """Note what must be written, changed and removed; days by hand are left alone."""
    for special in wanted:
        one = standing.get(special.day)
        if one is None:
            saved.made.append(
                CalendarDay(
                    calendar=calendar,
                    day=special.day,
                    is_working=special.is_working,
                    name=special.name,
                )
            )
        elif not one.is_by_hand and (one.is_working, one.name) != (
            special.is_working,
            special.name,
        ):
            one.is_working, one.name = special.is_working, special.name
            saved.changed.append(one)
    days = {special.day for special in wanted}
    saved.removed.extend(
        one for day, one in standing.items() if day not in days and not one.is_by_hand
    )


def _write_days(saved: Saved[CalendarDay]) -> None:
    CalendarDay.objects.filter(pk__in=[one.pk for one in saved.removed]).delete()
    CalendarDay.objects.bulk_create(saved.made)
    if saved.changed:
        CalendarDay.objects.bulk_update(saved.changed, ["is_working", "name"])


def _notes(calendar: Calendar, year: int, is_known: bool, is_sure: bool) -> list[str]:
    values = {"calendar": calendar.code, "country": calendar.country, "year": year}
    if not calendar.country:
        return [_("Calendar %(calendar)s has no country, so no holidays.") % values]
    if not is_known:
        return [
            _("%(calendar)s: the holidays of %(country)s in %(year)s are not known; weekends hold.")
            % values
        ]
    if not is_sure:
        return [
            _(
                "%(calendar)s: the make-up working days of %(year)s are not published yet; "
                "only the statutory holidays are filled in."
            )
            % values
        ]
    return []
