"""Pages of our people: staff, departments, shifts, absences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, Words, record_page, record_url
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import page, render_page
from gendan.web.tables import table_page
from gendan.workforce import services
from gendan.workforce.models import Absence, Department, Person, Shift

TABS = (
    ("people", gettext_lazy("People")),
    ("absences", gettext_lazy("Absences")),
    ("departments", gettext_lazy("Departments")),
    ("shifts", gettext_lazy("Shifts")),
)
PERSON = Record(
    services.save_people,
    services.PersonRow,
    Person,
    ("code",),
    section="people",
    title=gettext_lazy("person"),
    back="people",
    codes={"user": "username"},
    given={
        "skills": lambda: Words(
            label=_("Skills"), required=False, help_text=_("separated by commas")
        )
    },
    then=lambda one: reverse("person", args=[one.pk]),
)
DEPARTMENT = Record(
    services.save_departments,
    services.DepartmentRow,
    Department,
    ("code",),
    section="people",
    title=gettext_lazy("department"),
    back="departments",
)
SHIFT = Record(
    services.save_shifts,
    services.ShiftRow,
    Shift,
    ("code",),
    section="people",
    title=gettext_lazy("shift"),
    back="shifts",
)
ABSENCE = Record(
    services.save_absences,
    services.AbsenceRow,
    Absence,
    ("person", "from_on"),
    section="people",
    title=gettext_lazy("absence"),
    back="absences",
)
PEOPLE = Listing(
    key="people",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Staff number"), lambda one: one.code, sort="code"),
        Column("name", gettext_lazy("Name"), lambda one: one.name),
        Column("department", gettext_lazy("Department"), lambda one: str(one.department)),
        Column("position", gettext_lazy("Position"), lambda one: one.position),
        Column("shift", gettext_lazy("Shift"), lambda one: str(one.shift or "")),
        Column(
            "user", gettext_lazy("User name"), lambda one: one.user.username if one.user else ""
        ),
        Column("phone", gettext_lazy("Phone"), lambda one: one.phone),
        Column("email", gettext_lazy("E-mail"), lambda one: one.email, shown=False),
        Column("skills", gettext_lazy("Skills"), lambda one: ", ".join(one.skills), shown=False),
    ),
    filters=(
        Filter(
            "here",
            gettext_lazy("Who"),
            lambda rows, value: rows.filter(left_on__isnull=value == "here"),
            choices=lambda: (("here", _("works here")), ("left", _("has left"))),
        ),
    ),
    preset={"here": "here"},
    search=lambda rows, text: rows.filter(name__icontains=text) | rows.filter(code__icontains=text),
    link=lambda one: reverse("person", args=[one.pk]),
    empty=Empty(
        gettext_lazy("Nobody yet"),
        gettext_lazy("The people of the company, with department, shift and skills."),
        verb="save_people",
        icon="users",
    ),
)


@page(section="people", methods=["GET", "HEAD"])
def people(request: HttpRequest) -> HttpResponse:
    """All our people."""
    user: Any = request.user
    rows = Person.objects.visible_to(user).select_related("department", "shift", "user")
    context = {
        "title": _("People"),
        "tabs": tabs_of(TABS, "people"),
        "verbs": [("save_people", "user-plus")],
        "new_label": _("New"),
    }
    return show_list(request, PEOPLE, rows, context=context)


@page(section="people", methods=["GET", "HEAD"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: where they work, what they can, when they are away."""
    user: Any = request.user
    rows = Person.objects.visible_to(user).select_related("department", "shift", "user")
    found = get_object_or_404(rows, pk=person_id)
    here = reverse("person", args=[found.pk])
    absences = found.absences.select_related("person").order_by("-from_on")[:20]
    context = {
        "person": found,
        "edit_url": record_url(PERSON, found),
        "absences": [(one, record_url(ABSENCE, one, next=here)) for one in absences],
        "add_url": f"{reverse('save_absences')}?person={found.code}&next={here}",
        "today": clock.today(),
        "entries": journal.timeline(found)[:20],
    }
    return render_page(request, "workforce/person.html", context)


@finds("people", gettext_lazy("People"), icon="users", rank=60)
def find_people(user: Any, text: str) -> list[Hit]:
    """Our people by name or staff number."""
    rows = Person.objects.visible_to(user).select_related("department")
    found = rows.filter(name__icontains=text) | rows.filter(code__iexact=text)
    return [
        Hit(one.name, reverse("person", args=[one.pk]), detail=str(one.department))
        for one in found.order_by("code")[:LIMIT]
    ]


absences = table_page(
    ABSENCE,
    title=gettext_lazy("Absences"),
    columns=("person", "from_on", "until_on", "reason", "remark"),
    empty=gettext_lazy("Who is away when, so that nobody waits for somebody on leave."),
    tabs=TABS,
    related=("person",),
    sort="-from_on",
)
departments = table_page(
    DEPARTMENT,
    title=gettext_lazy("Departments"),
    columns=("code", "name_en", "name_zh"),
    empty=gettext_lazy("The parts of the company."),
    tabs=TABS,
)
shifts = table_page(
    SHIFT,
    title=gettext_lazy("Shifts"),
    columns=("code", "name_en", "name_zh", "starts", "ends", "break_minutes"),
    empty=gettext_lazy("Working hours of groups of people."),
    tabs=TABS,
)

urlpatterns = [
    path("people/", people, name="people"),
    path("people/<int:person_id>/", person, name="person"),
    path("people/save/", record_page(PERSON), name="save_people"),
    path("people/absences/", absences, name="absences"),
    path("people/absences/save/", record_page(ABSENCE), name="save_absences"),
    path("people/departments/", departments, name="departments"),
    path("people/departments/save/", record_page(DEPARTMENT), name="save_departments"),
    path("people/shifts/", shifts, name="shifts"),
    path("people/shifts/save/", record_page(SHIFT), name="save_shifts"),
]
