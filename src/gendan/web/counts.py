"""What waits for the reader, per section: numbers in the navigation, cheap and capped."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet

from gendan.kernel.counting import count_all

CAP = 100
# A counter gives a queryset of what waits for a user; it is counted up to CAP and never beyond.
# One whose question is more than a queryset counts by itself, as cheaply and with the same cap.
Counter = Callable[[Any], "QuerySet[Any] | int | None"]
C = TypeVar("C", bound=Counter)
_counters: dict[str, Counter] = {}


def waits(section: str) -> Callable[[C], C]:
    """Register the counter of a section: `@waits("intake")` on a function user → queryset.

    The queryset must be answered by an index: it is asked with every page.
    """

    def register(counter: C) -> C:
        _counters[section] = counter
        return counter

    return register


def waiting_for(user: Any, sections: Iterable[str]) -> dict[str, int]:
    """How many things wait for this user in each section that has a counter.

    One query for all, and what those ask that count by themselves.
    """
    waiting: dict[str, int] = {}
    questions: dict[str, QuerySet[Any]] = {}
    for section in sections:
        found = counter(user) if (counter := _counters.get(section)) else None
        if isinstance(found, int):
            waiting[section] = found
        elif found is not None:
            questions[section] = found
    counted = count_all(list(questions.values()), cap=CAP)
    return waiting | dict(zip(questions, counted, strict=True))


def capped(number: int) -> str:
    """The number as the navigation shows it: nothing for 0, "99+" from the cap on."""
    if number <= 0:
        return ""
    return str(number) if number < CAP else f"{CAP - 1}+"
