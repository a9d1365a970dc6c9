"""Public holidays and make-up working days of a year, from maintained packages."""

import datetime as dt
from dataclasses import dataclass

import chinese_calendar
import holidays as many_countries
from chinese_calendar import constants as china


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from the weekly pattern."""

    day: dt.date
    is_working: bool
    name: str


@dataclass(frozen=True)
class Year:
    """The special days of a year; `is_sure` is False where make-up days are not known yet."""

    days: list[SpecialDay]
    is_known: bool
    is_sure: bool


def special_days(country: str, year: int) -> Year:
    """What is known of a country's year; nothing known gives no days and is_known False."""
    if country == "CN" and year in {day.year for day in china.holidays}:
        return Year(_china(year), is_known=True, is_sure=True)
    try:
        found = many_countries.country_holidays(country, years=[year], language=_english(country))
    except NotImplementedError:
        return Year([], is_known=False, is_sure=False)
    days = [
        SpecialDay(day, is_working=False, name=str(name)[:80])
        for day, name in sorted(found.items())
        if day.year == year
    ]
    # China decides its make-up days each November for the next year only.
    return Year(days, is_known=bool(days), is_sure=bool(days) and country != "CN")


def _china(year: int) -> list[SpecialDay]:
    words = {one.value: f"{one.chinese} {one.value}" for one in chinese_calendar.Holiday}
    off = [
        SpecialDay(day, is_working=False, name=words.get(name, name)[:80])
        for day, name in china.holidays.items()
        if day.year == year
    ]
    on = [
        SpecialDay(day, is_working=True, name=f"补班 {words.get(name, name)}"[:80])
        for day, name in china.workdays.items()
        if day.year == year
    ]
    return sorted(off + on, key=lambda one: one.day)


def _english(country: str) -> str | None:
    """English names where the package has them, else the country's own."""
    languages = getattr(many_countries.country_holidays(country), "supported_languages", ())
    return "en_US" if "en_US" in languages else None
