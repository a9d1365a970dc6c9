"""API operations of the workforce room."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Rows, SavedOut, asker, plain, saved
from gendan.workforce import services
from gendan.workforce.models import Absence, Department, Person, Shift

router = Router(tags=["workforce"])


class DepartmentOut(Schema):
    """A part of the company."""

    id: int
    code: str
    name_en: str
    name_zh: str


class ShiftOut(DepartmentOut):
    """Working hours; an end before the start is next day."""

    starts: dt.time
    ends: dt.time
    break_minutes: int


class PersonOut(Schema):
    """One of our people."""

    id: int
    code: str
    name: str
    user_id: int | None
    department_id: int
    shift_id: int | None
    position: str
    email: str
    phone: str
    skills: list[str]
    joined_on: dt.date | None
    left_on: dt.date | None


class AbsenceOut(Schema):
    """Days (first and last included) on which somebody is away."""

    id: int
    person_id: int
    from_on: dt.date
    until_on: dt.date
    reason: str
    remark: str


class DepartmentsIn(Schema):
    """Departments to make or change."""

    rows: Rows[services.DepartmentRow]


class ShiftsIn(Schema):
    """Shifts to make or change."""

    rows: Rows[services.ShiftRow]


class PeopleIn(Schema):
    """People to make or change; what is left out of a row stays as it is."""

    rows: Rows[services.PersonRow]


class AbsencesIn(Schema):
    """Absences to make, change or remove."""

    rows: Rows[services.AbsenceRow]


@router.get("/departments", response=Page[DepartmentOut], operation_id="list_departments")
def list_departments(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Departments by code."""
    return page_of(Department.objects.visible_to(asker(request)), paging, "code")


@router.post("/departments", response=SavedOut, operation_id="save_departments")
def save_departments(request: HttpRequest, given: DepartmentsIn) -> Any:
    """Make or change departments by code, all or none."""
    return saved(services.save_departments(rows=given.rows, by=asker(request)))


@router.get("/shifts", response=Page[ShiftOut], operation_id="list_shifts")
def list_shifts(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Shifts by code."""
    return page_of(Shift.objects.visible_to(asker(request)), paging, "code")


@router.post("/shifts", response=SavedOut, operation_id="save_shifts")
def save_shifts(request: HttpRequest, given: ShiftsIn) -> Any:
    """Make or change shifts by code, all or none."""
    return saved(services.save_shifts(rows=given.rows, by=asker(request)))


@router.get("/people", response=Page[PersonOut], operation_id="list_people")
def list_people(request: HttpRequest, paging: Query[Paging], department: str = "") -> Any:
    """People by staff number, of one department (its code) if asked for."""
    rows = Person.objects.visible_to(asker(request))
    if department:
        rows = rows.filter(department__code=plain(department, 40))
    return page_of(rows, paging, "code")


@router.post("/people", response=SavedOut, operation_id="save_people")
def save_people(request: HttpRequest, given: PeopleIn) -> Any:
    """Make or change people by staff number, all or none."""
    return saved(services.save_people(rows=given.rows, by=asker(request)))


@router.get("/absences", response=Page[AbsenceOut], operation_id="list_absences")
def list_absences(
    request: HttpRequest, paging: Query[Paging], person: str = "", on: dt.date | None = None
) -> Any:
    """Absences, of one person (staff number) or on one day if asked for."""
    rows = Absence.objects.visible_to(asker(request))
    if person:
        rows = rows.filter(person__code=plain(person, 40))
    if on is not None:
        rows = rows.filter(from_on__lte=on, until_on__gte=on)
    return page_of(rows, paging, "-from_on")


@router.post("/absences", response=SavedOut, operation_id="save_absences")
def save_absences(request: HttpRequest, given: AbsencesIn) -> Any:
    """Make, change or remove absences, all or none."""
    return saved(services.save_absences(rows=given.rows, by=asker(request)))
