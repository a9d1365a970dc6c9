"""The pages and operations of capacity: heat map, one cell, schedule, changes, crews, goals."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel import clock
from gendan.planning.finite_load import read_schedule, scheduled_weeks
from gendan.planning.models import (
    CapacityChange,
    Crew,
    FixedOrder,
    PlannedOrder,
    ProductionGoal,
    ScheduledOperation,
)
from gendan.planning.services.capacity import CrewRow, save_crews
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing
from gendan.workforce.models import Department, Person
from gendan.workforce.services import AbsenceRow, save_absences

pytestmark = pytest.mark.django_db
PAGES = ("capacity", "gantt", "capacity_changes", "crews", "production_goals")
NEXT_WEEK = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def firm(quantity: int = 500, start: dt.date = NEXT_WEEK, days: int = 4) -> WorkOrder:
    rows = [WorkOrderRow("CHAIR", Decimal(quantity), start, start + dt.timedelta(days=days))]
    return firm_work_orders(rows=rows, by=None)[0]


def page(
    browse: Any, name: str, *args: Any, who: str = "ping", query: str = "", **kept: Any
) -> str:
    answer = browse(who, **kept).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def cell(code: str = "ASSEMBLY", week: dt.date = NEXT_WEEK) -> tuple[int, str]:
    return WorkCenter.objects.get(code=code).pk, week.isoformat()


def post(browse: Any, name: str, **values: Any) -> Any:
    return browse("ping").post(reverse(name), values)


@pytest.mark.parametrize("name", PAGES)
def test_strangers_and_nobody_see_nothing(browse: Any, name: str) -> None:
    assert browse().get(reverse(name)).status_code == 302
    assert browse("stranger").get(reverse(name)).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_there_without_any_work(browse: Any, language: str) -> None:
    for name in PAGES:
        page(browse, name, language=language)
    page(browse, "capacity_cell", *cell(), language=language)


def test_the_heat_map_says_in_words_what_is_too_much(browse: Any) -> None:
    firm()  # 3 010 minutes until Friday the 13th; a week has 2 400
    text = page(browse, "capacity")
    assert "too much" in text
    assert "week 11" in text
    # The 610 minutes that do not fit into the week lie in the one before.
    firm()
    assert "200 %" in page(browse, "capacity", query="?weeks=6&show=over")
    assert "SAW" not in page(browse, "capacity", query="?weeks=6&show=over", htmx=True)


def test_nowhere_too_much(browse: Any) -> None:
    assert "Nowhere too much" in page(browse, "capacity", query="?show=over")


def test_people_are_held_against_the_load(browse: Any) -> None:
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    save_crews(rows=[CrewRow("ASSEMBLY", "WORKS", people=Decimal(2))], by=None)
    firm(200)
    text = page(browse, "capacity")
    assert "WORKS" in text
    assert "101 %" in text  # 1 210 minutes by two, one with 2 400
    assert "without a shift: 1" in text
    works = Department.objects.get(code="WORKS").pk
    text = page(browse, "capacity_people", works, NEXT_WEEK.isoformat())
    assert "40.3 of 40 hours" in text
    assert reverse("person", args=[Person.objects.get(code="P-1").pk]) in text
    assert reverse("capacity_cell", args=cell()) in text
    missing = reverse("capacity_people", args=[works, NEXT_WEEK.isoformat()]) + "?skill=weld"
    assert browse("ping").get(missing).status_code == 404


def test_as_scheduled_people_are_not_too_much_either(browse: Any) -> None:
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    save_crews(rows=[CrewRow("ASSEMBLY", "WORKS", people=Decimal(2))], by=None)
    # 3 010 minutes by two, where one man has 2 400 a week; the work centre alone could do as much
    # in a week as he does in two.
    firm(500, MONDAY, 18)
    planned()
    text = page(browse, "capacity")
    assert "as scheduled" in text
    assert "too much" not in text
    works, full = Department.objects.get(code="WORKS").pk, dt.date(2026, 3, 23)
    assert "40 of 40 hours" in page(browse, "capacity_people", works, full.isoformat())
    away = AbsenceRow("P-1", full, full + dt.timedelta(days=4), "leave")
    save_absences(rows=[away], by=None)
    assert "too much" in page(browse, "capacity")  # until the next plan nothing is hidden


def test_a_cell_names_what_loads_it_and_for_whom(browse: Any) -> None:
    order = ordered(100, day=dt.date(2026, 3, 31))
    planned()
    work = firm(200, dt.date(2026, 3, 30), 1)
    last = cell(week=dt.date(2026, 3, 30))
    text = page(browse, "capacity_cell", *last, query="?view=alone")
    assert reverse("work_order", args=[work.pk]) in text
    assert order.number in text
    scheduled = page(browse, "capacity_cell", *last)
    assert order.number in scheduled
    assert reverse("work_order", args=[work.pk]) not in scheduled  # made since the plan
    legs = page(browse, "capacity_cell", *cell("SAW", dt.date(2026, 3, 23)))
    assert order.number in legs  # through the chairs the legs are for


def test_as_scheduled_nothing_is_too_much_and_what_is_late_is_named(browse: Any) -> None:
    firm(500, MONDAY, 11)
    order = ordered(900, day=dt.date(2026, 3, 13))
    masters.stock("LEG", 3600)
    masters.stock("SEAT", 900)
    planned()
    text = page(browse, "capacity")
    assert "as scheduled" in text
    assert "too much" not in text
    assert "makes 1 order late" in text
    assert "1 late" in text
    alone = page(browse, "capacity", query="?view=alone")
    assert "makes 1 order late" not in alone
    assert "as if alone" in alone
    only = page(browse, "capacity", query="?show=over", htmx=True)
    assert "ASSEMBLY" in only
    assert "SAW" not in only
    text = page(browse, "capacity_cell", *cell())
    assert "Late because of it" in text
    assert order.number in text
    assert "ASSEMBLY has no room for it earlier." in text
    chinese = page(browse, "capacity_cell", *cell(), language="zh-hans")
    assert "Late because of it" not in chinese


def test_the_load_of_a_week_is_what_is_scheduled_in_it(browse: Any) -> None:
    """Minutes of the operations against the sum of the squares."""
    for day in (24, 26, 31):
        ordered(120, day=dt.date(2026, 3, day))
    run = planned()
    found = read_schedule(run, MONDAY, MONDAY + dt.timedelta(days=41))
    weeks = [MONDAY + dt.timedelta(weeks=number) for number in range(6)]
    cells = scheduled_weeks(found, weeks)
    for center in WorkCenter.objects.filter(code__in=["SAW", "ASSEMBLY"]):
        minutes = sum(
            one.minutes for one in ScheduledOperation.objects.filter(run=run, work_center=center)
        )
        assert minutes
        assert sum(one.load for one in cells[center.pk]) == float(minutes)
        assert all(one.load <= one.capacity for one in cells[center.pk])
        operations = ScheduledOperation.objects.filter(run=run, work_center=center)
        for week, one in zip(weeks, cells[center.pk], strict=True):
            inside = operations.filter(
                starts_on__gte=week, ends_on__lte=week + dt.timedelta(days=6)
            )
            assert one.load >= float(sum(row.minutes for row in inside))


def test_days_off_are_told_from_a_stoppage_and_left_out_at_the_end_of_a_week(browse: Any) -> None:
    masters.work_center("OTHER")
    post(browse, "save_capacity_changes", work_center="OTHER", kind="closed",
         from_on="2026-03-02", until_on="2026-03-15", minutes=0)  # fmt: skip
    text = page(browse, "capacity")
    assert "shut down" in text
    assert "week 10" in text
    saturday = dt.date(2026, 3, 7)
    with clock.at(clock.moment_on(saturday)):
        text = page(browse, "capacity")
        assert "week 10" not in text
        assert "Nobody works in the rest of the present week" in text
        seen = page(browse, "capacity_cell", *cell(week=MONDAY))
        assert "days off" in seen
        assert "shut down" not in seen


@pytest.mark.parametrize("week", ["2026-03-10", "2019-01-07", "nonsense", "2199-01-05"])
def test_a_week_that_is_none_is_not_there(browse: Any, week: str) -> None:
    center = cell()[0]
    assert browse("ping").get(f"/planning/capacity/{center}/{week}/").status_code == 404


def test_overtime_to_the_day_is_one_click_and_a_save_away(browse: Any) -> None:
    firm(500)
    firm(100)
    text = page(browse, "capacity_cell", *cell())
    start = text.index("kind=overtime")
    link = text[text.rindex('href="', 0, start) + 6 : text.index('"', start)]
    link = link.replace("&amp;", "&")
    values = {key: one[0] for key, one in parse_qs(urlsplit(link).query).items()}
    # 3 010 less the 610 that lie before, and 610 more, against 2 400: 610 by five days.
    assert values["minutes"] == "122"
    form = browse("ping").get(link)
    assert form.status_code == 200
    assert 'value="122"' in form.content.decode()
    answer = browse("ping").post(link, values)
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("capacity_cell", args=cell())
    assert CapacityChange.objects.get().minutes == 122
    assert "overtime" in page(browse, "capacity_cell", *cell())


def test_overtime_is_no_more_than_a_day_has_and_the_rest_is_told(browse: Any) -> None:
    for _order in range(5):
        firm(400)  # 2 410 minutes each in a week of 2 400
    text = page(browse, "capacity_cell", *cell())
    assert "Overtime: 180 minutes a day" in text  # three hours where nothing is said
    assert "need a second line" in text
    WorkCenter.objects.filter(code="ASSEMBLY").update(overtime_minutes=90)
    assert "Overtime: 90 minutes a day" in page(browse, "capacity_cell", *cell())
    WorkCenter.objects.filter(code="ASSEMBLY").update(overtime_minutes=0, minutes_per_day=1440)
    text = page(browse, "capacity_cell", *cell())
    assert "Overtime:" not in text  # it runs day and night
    assert "Second line" in text


def test_a_square_counts_the_same_late_orders_on_the_heat_map_and_on_its_own_page(
    browse: Any,
) -> None:
    firm(500, MONDAY, 11)
    for day in (6, 13, 20):
        ordered(900, day=dt.date(2026, 3, day))
    masters.stock("LEG", 12000)
    masters.stock("SEAT", 3000)
    run = planned()
    weeks = [MONDAY + dt.timedelta(weeks=number) for number in range(4)]
    schedule = read_schedule(run, MONDAY, weeks[-1] + dt.timedelta(days=6))
    pk = cell()[0]
    counts = [one.late for one in scheduled_weeks(schedule, weeks)[pk]]
    assert sum(counts) > max(counts) > 0
    for week, count in zip(weeks, counts, strict=True):
        text = page(browse, "capacity_cell", pk, week.isoformat())
        assert (f"{count} late" in text) == bool(count)
        assert text.count('data-label="What binds"') == count
        besides = sum(counts) - count
        assert (f"{besides} order" in text) == bool(besides)


def test_only_who_may_sees_what_can_be_done(browse: Any) -> None:
    firm(500)
    assert "Second line" not in page(browse, "capacity_cell", *cell(), who="mei")
    assert browse("mei").get(reverse("save_capacity_changes")).status_code == 403


def test_a_change_is_removed_on_its_page(browse: Any) -> None:
    values = {"work_center": "SAW", "kind": "breakdown", "from_on": "2026-03-03"}
    post(browse, "save_capacity_changes", **values, until_on="2026-03-04", minutes=0)
    assert CapacityChange.objects.count() == 1
    wrong = values | {"from_on": "nonsense"}
    assert post(browse, "save_capacity_changes", **wrong, remove="1").status_code == 422
    post(browse, "save_capacity_changes", **values, remove="1")
    assert not CapacityChange.objects.exists()


def test_crews_and_goals_are_written_on_their_pages(browse: Any) -> None:
    masters.department("WORKS")
    post(browse, "save_crews", work_center="SAW", department="WORKS", people="1.5")
    assert Crew.objects.get().people == Decimal("1.5")
    values = {"period": "month", "starts_on": "2026-03-20", "item": "CHAIR", "quantity": "1000"}
    post(browse, "save_production_goals", **values)
    assert ProductionGoal.objects.get().starts_on == dt.date(2026, 3, 1)
    assert "Fits: the tightest is" in page(browse, "production_goals")
    assert "Fits: the tightest is" in page(browse, "capacity")
    post(
        browse, "save_production_goals", **values | {"starts_on": "2026-03-01", "quantity": "9000"}
    )
    assert "Does not fit: ASSEMBLY would need" in page(browse, "production_goals")
    assert "CHAIR" not in page(browse, "production_goals", query="?when=past")


def test_the_schedule_draws_operations_and_says_why_they_are_late(browse: Any) -> None:
    late = firm(100, MONDAY - dt.timedelta(days=4), 1)
    firm(100)
    text = page(browse, "gantt")
    assert "gt-late" in text
    assert "gt-firm" in text
    assert f"{late.number}: 100 × CHAIR, 10.2 hours" in text
    assert "It should have begun on" in text
    assert "It should have begun on" in page(browse, "gantt", query="?from=x&days=99&center=SAW")


def test_a_full_schedule_draws_what_is_late_first_and_counts_the_rest(browse: Any) -> None:
    for _order in range(25):
        firm(50)
    late = firm(100, MONDAY - dt.timedelta(days=4), 1)
    text = page(browse, "gantt")
    assert "5 more operations" in text  # of 25 lanes twenty are drawn, one with the late one
    assert f"{late.number}: 100 × CHAIR" in text
    assert text.count("gt-late") >= 1


def test_a_work_order_is_tried_on_another_day_and_then_moved(browse: Any) -> None:
    firm(300, days=4)
    order = firm(200, days=4)
    here = reverse("move_work_order", args=[order.pk])
    assert here in page(browse, "gantt")
    assert here in page(browse, "capacity_cell", *cell())
    assert "What would be if" not in page(browse, "move_work_order", order.pk)
    text = page(browse, "move_work_order", order.pk, query="?due_on=2026-03-20")
    assert "126 % · too much" in text
    assert "76 % · fits" in text
    assert "no longer" in text
    assert WorkOrder.objects.get(pk=order.pk).due_on == dt.date(2026, 3, 13)
    assert browse("ping").post(here, {"due_on": "x"}).status_code == 422
    assert browse("ping").post(here, {"due_on": "2026-03-20"}).status_code == 303
    assert WorkOrder.objects.get(pk=order.pk).due_on == dt.date(2026, 3, 20)
    assert browse("mei").get(here).status_code == 403
    assert "data-move" not in page(browse, "gantt", who="mei")


def test_the_pages_ask_a_fixed_number_of_queries(browse: Any) -> None:
    def count(name: str, *args: Any) -> int:
        client = browse("ping")
        client.get(reverse(name, args=args))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse(name, args=args))
        return len(caught)

    for number in range(3):
        firm(400 + number)
    few = [count("capacity"), count("gantt"), count("capacity_cell", *cell())]
    for number in range(8):
        firm(400 + number)
    assert [count("capacity"), count("gantt"), count("capacity_cell", *cell())] == few
    assert max(few) < 40


def api(browse: Any, path: str, given: Any = None, who: str = "ping") -> Any:
    client = browse(who)
    if given is None:
        answer = client.get(f"/api/v1{path}")
    else:
        answer = client.post(f"/api/v1{path}", json.dumps(given), content_type="application/json")
    return answer


def test_a_goal_of_another_age_stops_no_page(browse: Any) -> None:
    item = Item.objects.get(code="CHAIR")
    ProductionGoal.objects.create(
        period="week", starts_on=dt.date(2099, 12, 28), item=item, quantity=5
    )
    answer = browse("ping").get(reverse("production_goals"))
    assert answer.status_code == 200
    assert "check the year" in answer.content.decode()
    assert api(browse, "/production-goals").json()[0]["fits"] is None


def test_programs_read_load_and_schedule(browse: Any) -> None:
    firm(600)
    found = api(browse, "/capacity?weeks=3").json()
    weeks = {one["work_center"]: one["weeks"] for one in found["work_centers"]}
    assert [one["load_minutes"] for one in weeks["ASSEMBLY"]] == [1210, 2400, 0]
    assert weeks["ASSEMBLY"][1]["level"] == "tight"
    [loader] = api(browse, "/capacity/ASSEMBLY?week=2026-03-11").json()
    assert (loader["minutes"], loader["is_firm"]) == (2400, True)
    assert api(browse, "/capacity/NONE?week=2026-03-11").status_code == 404
    assert api(browse, "/capacity/SAW?week=1999-03-11").status_code == 422
    found = api(browse, "/schedule?days=14").json()
    [one] = found["operations"]
    assert (one["start_on"], one["end_on"]) == ("2026-03-04", "2026-03-13")
    assert found["late"] == []


def test_programs_read_the_load_as_scheduled_or_as_if_alone(browse: Any) -> None:
    ordered(600, day=NEXT_WEEK)  # more than can be made until then
    run = planned()
    found = api(browse, "/capacity?weeks=3").json()
    assert found["plan_run"] == run.number
    weeks = {one["work_center"]: one["weeks"] for one in found["work_centers"]}
    assert all(one["load_minutes"] <= one["capacity_minutes"] for one in weeks["ASSEMBLY"])
    loaders = api(browse, "/capacity/ASSEMBLY?week=2026-03-11").json()
    assert sum(one["minutes"] for one in loaders) == weeks["ASSEMBLY"][1]["load_minutes"]
    found = api(browse, "/capacity?weeks=3&alone=true").json()
    assert found["plan_run"] is None
    alone = {one["work_center"]: one["weeks"] for one in found["work_centers"]}["ASSEMBLY"]
    assert [one["load_minutes"] for one in alone] != [
        one["load_minutes"] for one in weeks["ASSEMBLY"]
    ]
    assert api(browse, "/capacity/ASSEMBLY?week=2026-03-11&alone=true").status_code == 200


def test_programs_get_no_more_than_they_ask_for(browse: Any) -> None:
    for quantity in (400, 500, 600):
        firm(quantity)
    loaders = api(browse, "/capacity/ASSEMBLY?week=2026-03-11").json()
    assert len(loaders) > 1
    assert api(browse, "/capacity/ASSEMBLY?week=2026-03-11&limit=1").json() == loaders[:1]
    whole = api(browse, "/schedule?days=14").json()
    assert (len(whole["operations"]), whole["more_operations"]) == (3, 0)
    assert (len(whole["late"]), whole["more_late"]) == (3, 0)
    part = api(browse, "/schedule?days=14&limit=1").json()
    assert (part["operations"], part["more_operations"]) == (whole["operations"][:1], 2)
    assert (part["late"], part["more_late"]) == (whole["late"][:1], 2)
    assert api(browse, "/schedule?limit=100000").status_code == 422


def test_programs_move_work_orders(browse: Any) -> None:
    order = firm(50)
    moved = api(browse, f"/work-orders/{order.pk}/move", {"due_on": "2026-03-20"}).json()
    assert (moved["number"], moved["due_on"]) == (order.number, "2026-03-20")
    assert api(browse, f"/work-orders/{order.pk}/move", {"due_on": "2026-03-20"}).status_code == 422
    assert api(browse, "/work-orders/999999/move", {"due_on": "2026-03-20"}).status_code == 404


def test_programs_save_changes_crews_and_goals(browse: Any) -> None:
    masters.department("WORKS")
    row = {
        "work_center": "SAW",
        "kind": "maintenance",
        "from_on": "2026-03-04",
        "until_on": "2026-03-04",
    }
    assert api(browse, "/capacity-changes", {"rows": [row]}).json()["count"] == 1
    assert api(browse, "/capacity-changes").json()["items"][0]["kind"] == "maintenance"
    row = {"work_center": "SAW", "department": "WORKS", "people": "2"}
    assert api(browse, "/crews", {"rows": [row]}).json()["count"] == 1
    assert api(browse, "/crews").json()["items"][0]["people"] == "2.00"
    row = {"period": "week", "starts_on": "2026-03-05", "family": "HW", "quantity": "10"}
    assert api(browse, "/production-goals", {"rows": [row]}).json()["count"] == 1
    [goal] = api(browse, "/production-goals").json()
    assert (goal["starts_on"], goal["measure"], goal["fits"]) == ("2026-03-02", "quantity", True)
    assert api(browse, "/production-goals", {"rows": [row]}, who="bo").status_code == 403
    assert person("bo").may_do("save_crews") is False


def test_a_planned_order_is_tried_on_another_day_and_then_fixed(browse: Any) -> None:
    ordered(80, day=dt.date(2026, 3, 31))
    order = PlannedOrder.objects.get(run=planned(), item__code="CHAIR")
    here = reverse("fix_planned_order", args=[order.pk])
    chart = browse("ping").get(reverse("gantt") + "?from=2026-03-16").content.decode()
    assert here in chart
    assert "as plan" in chart
    assert here not in browse("mei").get(reverse("gantt") + "?from=2026-03-16").content.decode()
    shown = browse("ping").get(here + "?ends_on=2026-03-24").content.decode()
    assert "Nothing is moved yet" in shown
    assert not FixedOrder.objects.exists()
    assert browse("ping").get(here + "?ends_on=never").status_code == 200
    assert browse("ping").post(here, {"ends_on": "never"}).status_code == 422
    assert browse("ping").post(here, {"ends_on": "2026-03-24"}).status_code == 303
    fixed = FixedOrder.objects.get()
    assert "Fixed by hand" in browse("ping").get(reverse("gantt")).content.decode()
    release = reverse("release_fixed_order", args=[fixed.pk])
    assert browse("ping").post(release).status_code == 303
    assert not FixedOrder.objects.exists()


def test_ways_to_get_a_planned_order_stand_side_by_side(browse: Any) -> None:
    masters.supplier("OUT")
    sourcing.source("OUT", "LEG", 3, currency="CNY", is_outside_factory=True, lead_days=4)
    ordered(80, day=dt.date(2026, 3, 31))
    order = PlannedOrder.objects.get(run=planned(), item__code="LEG")
    here = reverse("decide_source", args=[order.pk])
    assert here in page(browse, "planned_orders")
    assert here in page(browse, "capacity_cell", *cell("SAW", dt.date(2026, 3, 23)))
    text = page(browse, "decide_source", order.pk)
    assert "outside factory" in text
    assert "not known" in text  # the standard cost of legs
    assert browse("mei").get(here).status_code == 403
    ways = api(browse, f"/planned-orders/{order.pk}/sources").json()
    assert [one["how"] for one in ways] == ["make", "outsource"]
    assert browse("ping").post(here, {"way": "nonsense"}).status_code == 422
    assert browse("ping").post(here, {"way": "outsource:OUT"}).status_code == 303
    assert "It is decided already" in page(browse, "decide_source", order.pk)
