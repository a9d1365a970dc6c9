"""The pages and operations of reports from the shop floor, and how the pace is shown."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.planning.tests.shop_factory import released, step, workshop
from gendan.production import services
from gendan.production.models import StepReport, WorkOrder

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(clock.moment_on(dt.date(2026, 6, 10), 8)):
        workshop()
        yield


def begun(quantity: int = 600) -> WorkOrder:
    order = released("RED", quantity, dt.date(2026, 6, 17))
    services.begin_step(step_id=step(order).pk, machine=1, by=None)
    return order


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_reporting_on_a_page(browse: Browse, language: str) -> None:
    order = begun()
    gang = browse("gang", language)
    address = reverse("report_step", args=[step(order).pk])
    assert 'name="seen" value="0"' in text(gang.get(address))
    values = {"good": "85", "scrap": "2", "reason": "毛刺", "made_on": "2026-06-10", "seen": "0"}
    assert gang.post(address, values).status_code == 303
    assert "Somebody" in text(gang.get(address)) or step(order).good == 85
    again = gang.post(address, values)  # a second tap
    assert again.status_code == 409
    assert StepReport.objects.count() == 1
    page = text(gang.get(address))
    assert "毛刺" in page
    assert 'name="seen" value="1"' in page
    back = reverse("take_back_report", args=[StepReport.objects.get().pk])
    assert gang.post(back, {"reason": ""}).status_code == 422
    assert gang.post(back, {"reason": "wrong"}).status_code == 303
    assert step(order).good == 0


def test_who_may_report(browse: Browse) -> None:
    address = reverse("report_step", args=[step(begun()).pk])
    assert browse("mei").get(address).status_code == 403
    assert browse("stranger").get(address).status_code == 404
    assert browse("gang").get(reverse("report_step", args=[0])).status_code == 404


def test_what_is_not_begun_offers_to_begin(browse: Browse) -> None:
    order = begun()
    page = text(browse("gang").get(reverse("report_step", args=[step(order, 1).pk])))
    assert 'data-verb="begin_step"' in page
    assert 'data-verb="report_step"' not in page


def behind() -> WorkOrder:
    order = begun()
    for day in (10, 11, 12):
        with clock.at(clock.moment_on(dt.date(2026, 6, day), 17)):
            services.report_step(step_id=step(order).pk, good=70, by=None)
    return order


def test_the_list_and_the_page_say_how_far_behind(browse: Browse) -> None:
    order = behind()
    released("BLUE", 60)
    with clock.at(clock.moment_on(dt.date(2026, 6, 15), 8)):
        services.follow_paces()
        ping = browse("ping")
        words = "needs 195 a day, makes 70 → ready 06-23, 6 days late"
        page = text(ping.get(reverse("work_orders") + "?state=behind"))
        assert words in page
        assert "BLUE" not in page
        assert words in text(ping.get(reverse("work_order", args=[order.pk])))


def test_reporting_by_program(browse: Browse) -> None:
    order = begun()
    gang = browse("gang")
    address = f"/api/v1/operations/{step(order).pk}/report"

    def post(where: str, body: dict[str, Any]) -> Any:
        return gang.post(where, json.dumps(body), content_type="application/json")

    made = post(address, {"good": "85", "scrap": "1", "seen": 0})
    assert made.status_code == 201
    assert post(address, {"good": "85", "seen": 0}).status_code == 409
    assert post(address, {"good": "-1"}).status_code == 422
    assert post(address, {"good": "no"}).status_code == 422
    back = f"/api/v1/operation-reports/{made.json()['id']}/take-back"
    assert post(back, {"reason": "wrong"}).json()["undoes_id"] == made.json()["id"]
    found = gang.get(f"/api/v1/operations/{step(order).pk}/reports").json()
    assert [float(one["good"]) for one in found] == [-85, 85]
    whole = gang.get(f"/api/v1/work-orders/{order.pk}").json()
    assert whole["steps"][0]["state"] == "begun"
    assert whole["is_behind"] is False


def test_splitting_and_merging_on_pages(browse: Browse) -> None:
    order, other = released("RED", 100), released("RED", 50)
    ping = browse("ping")
    address = reverse("split_work_order", args=[order.pk])
    assert "Left to be made" in text(ping.get(address))
    values = {"quantity": "40", "due_on": "2026-06-24", "revision": order.revision}
    assert ping.post(address, values | {"quantity": "100"}).status_code == 409
    answer = ping.post(address, values)
    part = WorkOrder.objects.get(split_from=order)
    assert answer["Location"] == reverse("work_order", args=[part.pk])
    assert ping.post(address, values).status_code == 409  # an older version of the page
    assert order.number in text(ping.get(answer["Location"]))
    merge = reverse("merge_work_orders")
    page = text(ping.get(f"{merge}?first={part.pk}"))
    assert other.number in page
    seen = {f"seen_{one.pk}": one.revision for one in (part, other)}
    chosen = {"first": part.pk, "others": [other.pk], **seen}
    assert ping.post(merge, {"first": part.pk}).status_code == 422
    assert ping.post(merge, chosen)["Location"] == reverse("work_order", args=[other.pk])
    assert WorkOrder.objects.get(pk=other.pk).quantity == 90
    assert ping.get(merge).status_code == 404
    assert browse("mei").get(address).status_code == 403


def test_splitting_and_merging_by_program(browse: Browse) -> None:
    order = released("RED", 100)
    ping = browse("ping")

    def post(where: str, body: dict[str, Any]) -> Any:
        return ping.post(f"/api/v1{where}", json.dumps(body), content_type="application/json")

    address = f"/work-orders/{order.pk}/split"
    part = post(address, {"quantity": "40", "due_on": "2026-06-24", "revision": order.revision})
    assert part.status_code == 201
    assert post(address, {"quantity": "40", "revision": order.revision}).status_code == 409
    assert post(address, {"quantity": "0"}).status_code == 422
    merged = post("/work-orders/merge", {"work_order_ids": [order.pk, part.json()["id"]]})
    assert float(merged.json()["quantity"]) == 100
    assert post("/work-orders/merge", {"work_order_ids": [order.pk]}).status_code == 422
