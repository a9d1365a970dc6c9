"""Questions asked of the workforce room: who is away, who works where."""

import datetime as dt
from collections.abc import Iterable

from gendan.workforce.models import Absence, Person


def away_users(user_ids: Iterable[int], on: dt.date) -> dict[int, Absence]:
    """Which of these users are away on a day, and why: one query."""
    rows = Absence.objects.filter(
        person__user_id__in=list(user_ids), from_on__lte=on, until_on__gte=on
    ).select_related("person")
    return {row.person.user_id: row for row in rows if row.person.user_id is not None}


def people_of(user_ids: Iterable[int]) -> dict[int, Person]:
    """The people behind users, with their departments: one query."""
    rows = Person.objects.filter(user_id__in=list(user_ids)).select_related("department")
    return {row.user_id: row for row in rows if row.user_id is not None}
