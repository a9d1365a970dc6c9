"""Lines on pages, for programs and in sheets: rates, days for a quantity, learning curves."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.catalog.models import LearningCurve, RoutingStep, WorkCenter
from gendan.catalog.services import (
    LearningCurveRow,
    RoutingRow,
    RoutingStepRow,
    save_learning_curves,
    save_routings,
)
from gendan.exchange.sheets import export, run_import
from gendan.kernel import clock, services
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
D = Decimal
WEDNESDAY = dt.date(2026, 6, 10)


@pytest.fixture(autouse=True)
def line() -> Iterator[WorkCenter]:
    """20 people at 80 %: SAM 7.68 is 0.48 minutes a piece, 1 000 a day."""
    with clock.at(clock.moment_on(WEDNESDAY)):
        masters.calendar()
        masters.item("SHIRT", supply="make", name_en="Polo shirt")
        row = LearningCurveRow("NEW", name_zh="新款", percents=[45, 65, 80, 100])
        save_learning_curves(rows=[row], by=None)
        center = masters.work_center(
            "SEW", operators=20, efficiency_percent=D(80), learning_curve="NEW"
        )
        steps = [RoutingStepRow(10, "SEW", "sewing", sam_minutes=D("7.68"))]
        save_routings(rows=[RoutingRow("SHIRT", steps)], by=None)
        yield center


def asked(client: Client, line: WorkCenter, **given: Any) -> str:
    answer = client.get(reverse("work_center", args=[line.pk]), given)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["People on a line", "Pieces an hour"]), ("zh-hans", ["学习曲线", "标准工时"])],
)
def test_a_line_shows_what_it_makes_an_hour_and_a_day(
    browse: Browse, line: WorkCenter, language: str, words: list[str]
) -> None:
    shown = asked(browse("mei", language), line)
    for part in (*words, "125", "1,000", "SHIRT"):
        assert part in shown
    assert " style=" not in shown


def test_days_for_a_quantity(browse: Browse, line: WorkCenter) -> None:
    client = browse("mei")
    shown = asked(client, line, sam="7.68", quantity="4400")
    # 450, 650, 800, 1 000, 1 000 and half a day: until Wednesday a week later.
    for part in ("5.5", "1.1", "450", "3,900", "4,400", "06-17"):
        assert part in shown, part
    known = asked(client, line, sam="7.68", quantity="4400", made_before="9000")
    assert "4.4" in known
    alike = asked(client, line, sam="7.68", quantity="4400", curve="")
    assert "4.4" in alike
    # Four days of learning, the alike ones in one row, the last day: half a day short of 9 002.
    many = asked(client, line, sam="7.68", quantity="9000000")
    for part in ("every further day", "–9001", "<td>9002</td>", "8,999,900", "9,000,000"):
        assert part in many, part
    assert "<td>6</td>" not in many
    assert "The first 60" not in many


@pytest.mark.parametrize(
    "given",
    [
        {"sam": "0", "quantity": "5"},
        {"sam": "-1", "quantity": "5"},
        {"sam": "7", "quantity": "0"},
        {"sam": "7", "quantity": "many"},
        {"sam": "7", "quantity": "5", "made_before": "-5"},
        {"sam": "7", "quantity": "5", "curve": "NONE"},
        {"sam": "7", "quantity": "5", "begins_on": "yesterday"},
        {"sam": "NaN", "quantity": "5"},
        {"quantity": ""},
    ],
)
def test_what_cannot_be_reckoned_is_said(
    browse: Browse, line: WorkCenter, given: dict[str, str]
) -> None:
    shown = asked(browse("mei"), line, **given)
    assert 'class="gd-wrong"' in shown
    assert "Days of one line" not in shown


def test_a_day_no_calendar_reaches_is_not_told(browse: Browse, line: WorkCenter) -> None:
    shown = asked(browse("mei"), line, sam="7", quantity="5", begins_on="9999-12-31")
    assert "Days of one line" in shown


def test_strangers_see_neither(browse: Browse, line: WorkCenter) -> None:
    address = reverse("work_center", args=[line.pk])
    assert browse("stranger").get(address).status_code == 404
    assert browse().get(address).status_code == 302
    assert browse("mei").get(reverse("work_center", args=[999_999])).status_code == 404


def test_a_line_with_many_operations_asks_no_more(
    browse: Browse, line: WorkCenter, django_assert_max_num_queries: Any
) -> None:
    masters.items({f"S-{number}": {"supply": "make"} for number in range(30)})
    steps = [RoutingStepRow(10, "SEW", sam_minutes=D(9))]
    save_routings(rows=[RoutingRow(f"S-{number}", steps) for number in range(30)], by=None)
    client = browse("mei")
    asked(client, line)
    with django_assert_max_num_queries(16):
        asked(client, line, sam="7", quantity="500")


def test_the_routing_page_takes_a_sam_and_a_curve(browse: Browse, line: WorkCenter) -> None:
    step = RoutingStep.objects.get()
    client = browse("zhao")
    address = reverse("save_routings", args=[step.routing.item_id])
    shown = client.get(address).content.decode()
    assert 'value="7.68"' in shown
    assert 'value="0.48"' not in shown
    assert "125" in shown
    typed = {"revision": "1", "sequence-0": "10", "work_center-0": "SEW", "sam_minutes-0": "15.36"}
    assert client.post(address, typed | {"learning_curve-0": "NEW"}).status_code == 303
    step = RoutingStep.objects.get()
    assert (step.run_minutes_per_unit, step.learning_curve.code) == (D("0.96"), "NEW")  # type: ignore[union-attr]
    shown = client.get(reverse("item", args=[step.routing.item_id])).content.decode()
    for part in ("15.36", "62.5", "500"):
        assert part in shown


def test_a_curve_is_typed_with_commas_of_any_kind(browse: Browse) -> None:
    client = browse("zhao")
    typed = {"code": "SLOW", "percents": "30，50, 70、90", "known_days": "45", "is_active": "on"}
    assert client.post(reverse("save_learning_curves"), typed).status_code == 303
    made = LearningCurve.objects.get(code="SLOW")
    assert (made.percents, made.known_days) == ([30, 50, 70, 90], 45)
    answer = client.post(reverse("save_learning_curves"), typed | {"percents": "90, 50"})
    assert "does not get slower" in answer.content.decode()
    assert "30, 50, 70, 90" in client.get(reverse("learning_curves")).content.decode()


def program(username: str) -> Client:
    _token, secret = services.make_api_token(name="test", by=person(username))
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_programs_ask_and_save(line: WorkCenter) -> None:
    client = program("zhao")
    rate = f"/api/v1/work-centers/{line.pk}/rate"
    answer = client.get(rate, {"sam": "7.68", "quantity": "4400"}).json()
    assert (answer["days"], answer["ends_on"]) == ("5.50", "2026-06-17")
    assert [one["made"] for one in answer["by_day"]] == [450, 650, 800, 1000, 1000, 500]
    plain = client.get(rate, {"sam": "7.68", "quantity": "4400", "curve": "-"}).json()
    assert plain["days"] == "4.40"
    assert client.get(rate, {"sam": "7.68", "quantity": "5", "curve": "X"}).status_code == 404
    assert client.get(rate, {"sam": "0", "quantity": "5"}).json()["field"] == "sam"
    assert client.get(rate, {"sam": "NaN", "quantity": "5"}).status_code == 422
    largest = {"sam": "999999", "quantity": "999999999999", "begins_on": "0001-01-01"}
    assert client.get(rate, largest).json()["ends_on"] is None
    rows = {"rows": [{"code": "API", "percents": [50, 100], "known_days": 10}]}
    path = "/api/v1/learning-curves"
    saved = client.post(path, json.dumps(rows), content_type="application/json")
    assert saved.status_code == 200
    assert [one["code"] for one in client.get(path).json()["items"]] == ["API", "NEW"]
    routing = client.get("/api/v1/routings").json()["items"][0]["steps"][0]
    assert (routing["sam_minutes"], routing["run_minutes_per_unit"]) == ("7.680000", "0.480000")
    refused = program("mei").post(path, json.dumps(rows), content_type="application/json")
    assert refused.status_code == 403


@pytest.mark.parametrize("kind", ["learning_curves", "work_centers", "routings"])
def test_what_goes_out_as_a_sheet_comes_in_again(line: WorkCenter, kind: str) -> None:
    boss = person("zhao")
    data = export(kind, by=boss)
    report = run_import(kind, data, "sheet.xlsx", by=boss)
    assert report.is_saved
    assert not report.errors
    step = RoutingStep.objects.get()
    assert (step.sam_minutes, step.run_minutes_per_unit) == (D("7.68"), D("0.48"))
    assert LearningCurve.objects.get().percents == [45, 65, 80, 100]
    line.refresh_from_db()
    assert (line.operators, line.learning_curve.code) == (20, "NEW")  # type: ignore[union-attr]
