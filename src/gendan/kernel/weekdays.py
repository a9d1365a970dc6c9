"""The names of days of the week in the reader's language."""

from collections.abc import Iterable

from babel.dates import get_day_names
from django.utils.translation import get_language


def weekday_names(days: Iterable[int]) -> list[str]:
    """Days of the week (0 = Monday) by their short names, from Monday to Sunday."""
    names = get_day_names("abbreviated", locale="zh_Hans" if is_chinese() else "en")
    return [names[day] for day in sorted(days)]


def weekdays_said(days: Iterable[int]) -> str:
    """Days of the week in a sentence."""
    return ("、" if is_chinese() else ", ").join(weekday_names(days))


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "").startswith("zh")
