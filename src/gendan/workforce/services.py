"""The verbs of the workforce room: departments, shifts, people, absences."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.cleaners import codes_to_ids
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.workforce.events import AbsencesSaved, DepartmentsSaved, PeopleSaved, ShiftsSaved
from gendan.workforce.models import Absence, Department, Person, Shift

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class DepartmentRow:
    """A department by its code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None


@dataclass(frozen=True)
class ShiftRow:
    """A shift by its code; an end before the start is next day."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    starts: dt.time | None = None
    ends: dt.time | None = None
    break_minutes: int | None = None


@dataclass(frozen=True)
class PersonRow:
    """One of our people by staff number; `user` is the user name they sign in with."""

    code: str
    name: str | None = None
    user: str | None = None
    department: str | None = None
    shift: str | None = None
    position: str | None = None
    email: str | None = None
    phone: str | None = None
    skills: Sequence[str] | None = None
    joined_on: dt.date | Clear | None = None
    left_on: dt.date | Clear | None = None


@dataclass(frozen=True)
class AbsenceRow:
    """Days (first and last included) on which somebody (staff number) is away."""

    person: str
    from_on: dt.date
    until_on: dt.date | None = None
    reason: str | None = None
    remark: str | None = None
    remove: bool = False


@service(gettext_lazy("Save departments"))
def save_departments(*, rows: Sequence[DepartmentRow], by: User | None) -> list[Department]:
    """Make or change departments."""
    saved = upsert(Department, rows, key=("code",))
    record_saved(
        DepartmentsSaved, saved, room="workforce", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save shifts"))
def save_shifts(*, rows: Sequence[ShiftRow], by: User | None) -> list[Shift]:
    """Make or change shifts."""

    def check(shift: Shift, index: int, problems: Problems) -> None:
        start, end = (one.hour * 60 + one.minute for one in (shift.starts, shift.ends))
        length = (end - start) % DAY_MINUTES or DAY_MINUTES
        if shift.break_minutes >= length:
            problems.add(index, "break_minutes", _("The break is longer than the shift."))

    saved = upsert(Shift, rows, key=("code",), check=check)
    record_saved(
        ShiftsSaved, saved, room="workforce", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save people"))
def save_people(*, rows: Sequence[PersonRow], by: User | None) -> list[Person]:
    """Make or change our people; their accounts and roles are given by the administrator."""
    users = [row.user for row in rows if row.user]
    owner = dict(Person.objects.filter(user__username__in=users).values_list("user_id", "code"))
    seen: dict[int, str] = {}

    def check(person: Person, index: int, problems: Problems) -> None:
        if person.joined_on and person.left_on and person.left_on < person.joined_on:
            problems.add(index, "left_on", _("Nobody leaves before joining."))
        if person.user_id is None:
            return
        other = seen.setdefault(person.user_id, owner.get(person.user_id, person.code))
        if other != person.code:
            problems.add(
                index, "user", _("This account belongs to %(person)s.") % {"person": other}
            )

    saved = upsert(Person, rows, key=("code",), names={"user": "username"}, check=check)
    touched = saved.touched
    record_saved(
        PeopleSaved,
        saved,
        room="workforce",
        codes=[one.code for one in touched],
        about=touched,
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save absences"))
def save_absences(*, rows: Sequence[AbsenceRow], by: User | None) -> list[Absence]:
    """Make, change or remove days away; two absences of one person never overlap."""
    spans = _spans(rows)

    def check(absence: Absence, index: int, problems: Problems) -> None:
        if absence.until_on is None:
            return
        if absence.until_on < absence.from_on:
            problems.add(index, "until_on", _("The absence would end before it begins."))
            return
        of_person = spans.setdefault(absence.person_id, {})
        for from_on, until_on in of_person.items():
            if (
                from_on != absence.from_on
                and from_on <= absence.until_on
                and absence.from_on <= until_on
            ):
                problems.add(
                    index,
                    "from_on",
                    _("This overlaps with the absence from %(first)s to %(last)s.")
                    % {"first": from_on.isoformat(), "last": until_on.isoformat()},
                )
        of_person[absence.from_on] = absence.until_on

    saved = upsert(Absence, rows, key=("person", "from_on"), check=check)
    about = sorted({f"workforce.person:{one.person_id}" for one in saved.touched})
    record_saved(
        AbsencesSaved,
        saved,
        room="workforce",
        codes=[row.person for row in rows],
        about=about,
        by=by,
    )
    return saved.objects


def _spans(rows: Sequence[AbsenceRow]) -> dict[int, dict[dt.date, dt.date]]:
    """Standing absences of the people named, by first day, without those the rows name: 2 queries.

    People are locked, so that two overlapping absences cannot be written at once.
    """
    ids = codes_to_ids(Person, {row.person for row in rows})
    named = {(ids.get(row.person), row.from_on) for row in rows}
    list(Person.objects.select_for_update().filter(pk__in=ids.values()).order_by("pk"))
    spans: dict[int, dict[dt.date, dt.date]] = {}
    standing = Absence.objects.filter(person_id__in=ids.values())
    for person_id, from_on, until_on in standing.values_list("person_id", "from_on", "until_on"):
        if (person_id, from_on) not in named:
            spans.setdefault(person_id, {})[from_on] = until_on
    return spans
