"""The names of days of the week in the reader's language."""

from collections.abc import Iterable
from typing import Literal

from babel.dates import get_day_names
from django.utils.translation import get_language


def weekday_names(
    days: Iterable[int], width: Literal["wide", "abbreviated", "narrow"] = "abbreviated"
) -> list[str]:
    """Days of the week (0 = Monday) by name, from Monday to Sunday."""
    names = get_day_names(width, locale="zh_Hans" if is_chinese() else "en")
    return [names[day] for day in sorted(days)]


def weekdays_said(days: Iterable[int]) -> str:
    """Days of the week in a sentence."""
    return ("、" if is_chinese() else ", ").join(weekday_names(days))


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "").startswith("zh")
