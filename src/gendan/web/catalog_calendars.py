"""Pages of working calendars: a year at a glance in which each day can be turned."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date, get_day_names
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog import services
from gendan.catalog.models import Calendar, CalendarDay
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.weekdays import weekday_names
from gendan.web.catalog_tabs import TABS
from gendan.web.lists import Column, Empty, Listing, parse_day, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import ask, page, render_page
from gendan.web.tables import ACTIVE
from gendan.web.weekdays import weekdays_field
from gendan.web.words import locale


def _weekdays_field() -> Any:
    return weekdays_field(_("Working days of the week"), is_needed=True)


CALENDAR = Record(
    services.save_calendars,
    services.CalendarRow,
    Calendar,
    ("code",),
    section="items",
    title=gettext_lazy("calendar"),
    back="calendars",
    given={"weekdays": _weekdays_field},
    then=lambda one: reverse("calendar", args=[one.pk]),
    words=gettext_lazy("A weekly pattern, the holidays of a country, and single days by hand."),
)
CALENDARS = Listing(
    key="calendars",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Code"), lambda one: one.code, sort="code"),
        Column("name", gettext_lazy("Name"), lambda one: one.name),
        Column("country", gettext_lazy("Country"), lambda one: one.country),
        Column(
            "weekdays",
            gettext_lazy("Working days of the week"),
            lambda one: _weekday_words(one.weekdays),
        ),
    ),
    filters=(ACTIVE,),
    preset={"active": "yes"},
    link=lambda one: reverse("calendar", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No calendars yet"),
        gettext_lazy("A calendar says on which days is worked; all dates are counted in it."),
        verb="save_calendars",
        icon="calendar",
    ),
)


def _weekday_words(weekdays: list[int]) -> str:
    return " ".join(weekday_names(weekdays))


@dataclass(frozen=True)
class Day:
    """A day of the year view; `kind` is working, free, holiday or makeup."""

    day: dt.date
    kind: str
    words: str
    is_by_hand: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """A month: its name and its weeks, with None where another month's days are."""

    name: str
    weeks: list[list[Day | None]]


@page(section="items", methods=["GET", "HEAD"])
def calendars(request: HttpRequest) -> HttpResponse:
    """All working calendars."""
    user: Any = request.user
    context = {
        "title": _("Calendars"),
        "tabs": tabs_of(TABS, "calendars"),
        "verbs": [("save_calendars", "plus")],
        "new_label": _("New"),
    }
    return show_list(request, CALENDARS, Calendar.objects.visible_to(user), context=context)


@page(section="items", methods=["GET", "HEAD"])
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """One calendar's year: working days, holidays, make-up days; each can be turned."""
    found = _find(request, calendar_id)
    year = _year(request.GET.get("year", ""))
    written = {one.day: one for one in found.days.filter(day__year=year)}
    context = {
        "calendar": found,
        "year": year,
        "months": [_month(found, year, number, written) for number in range(1, 13)],
        "weekday_names": [get_day_names("narrow", locale=locale())[n] for n in range(7)],
        "edit_url": record_url(CALENDAR, found),
        "days": sorted(written.values(), key=lambda one: one.day),
        "weekdays": _weekday_words(found.weekdays),
    }
    return render_page(request, "catalog/calendar.html", context)


@page(section="items", verb="save_calendar_days", methods=["POST"])
def save_calendar_days(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Turn one day: working becomes free and free working; one written by hand goes back."""
    found = _find(request, calendar_id)
    day = parse_day(request.POST.get("day", ""))
    if day is None:
        raise Invalid(_("Choose a day."), field="day")
    written = found.days.filter(day=day).first()
    if written is not None and written.is_by_hand:
        row = services.CalendarDayRow(calendar=found.code, day=day, remove=True)
    else:
        is_working = written.is_working if written else day.weekday() in found.weekdays
        name = request.POST.get("name", "").strip()[:80]
        row = services.CalendarDayRow(found.code, day, is_working=not is_working, name=name)

    def turn(*, by: Any) -> Any:
        return services.save_calendar_days(rows=[row], by=by)

    here = f"{reverse('calendar', args=[found.pk])}?year={day.year}"
    return ask(request, turn, then=here, said=_("The day is turned; dates are counted anew."))


@page(section="items", verb="fill_calendars", methods=["POST"])
def fill_calendars(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Fill in the public holidays of a year."""
    found = _find(request, calendar_id)
    year = _year(request.POST.get("year", ""))

    def fill(*, by: Any) -> Any:
        return services.fill_calendars(years=[year], codes=[found.code], by=by)

    def said(filled: Any) -> str:
        counted = _("%(made)s days written, %(changed)s changed, %(removed)s removed.") % {
            "made": filled.made,
            "changed": filled.changed,
            "removed": filled.removed,
        }
        return " ".join([counted, *filled.notes])

    here = f"{reverse('calendar', args=[found.pk])}?year={year}"
    return ask(request, fill, then=here, said=said)


def _find(request: HttpRequest, calendar_id: int) -> Calendar:
    user: Any = request.user
    return get_object_or_404(Calendar.objects.visible_to(user), pk=calendar_id)


def _year(text: str) -> int:
    year = int(text) if text.isdigit() and len(text) <= 4 else clock.today().year
    if not 1990 <= year <= 2200:
        raise Http404
    return year


def _month(found: Calendar, year: int, number: int, written: dict[dt.date, CalendarDay]) -> Month:
    weeks = [
        [_day(found, dt.date(year, number, day), written) if day else None for day in week]
        for week in months.Calendar().monthdayscalendar(year, number)
    ]
    return Month(str(format_date(dt.date(year, number, 1), "LLLL", locale=locale())), weeks)


def _day(found: Calendar, day: dt.date, written: dict[dt.date, CalendarDay]) -> Day:
    is_pattern = day.weekday() in found.weekdays
    one = written.get(day)
    if one is None:
        kind = "working" if is_pattern else "free"
    elif one.is_working:
        kind = "working" if is_pattern else "makeup"
    else:
        kind = "holiday" if is_pattern or one.name else "free"
    names = {
        "working": _("working day"),
        "free": _("free"),
        "holiday": _("holiday"),
        "makeup": _("make-up working day"),
    }
    words = f"{day:%m-%d} {names[kind]}" + (f": {one.name}" if one and one.name else "")
    return Day(day, kind, words, bool(one and one.is_by_hand), day == clock.today())


urlpatterns = [
    path("items/calendars/", calendars, name="calendars"),
    path("items/calendars/<int:calendar_id>/", calendar, name="calendar"),
    path("items/calendars/save/", record_page(CALENDAR), name="save_calendars"),
    path("items/calendars/<int:calendar_id>/days/", save_calendar_days, name="save_calendar_days"),
    path("items/calendars/<int:calendar_id>/fill/", fill_calendars, name="fill_calendars"),
]
