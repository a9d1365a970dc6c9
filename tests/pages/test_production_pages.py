"""Pages and operations of work orders: material issued and returned, and readiness (齐套)."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gendan.kernel import clock
from gendan.planning.services import CapacityChangeRow, save_capacity_changes
from gendan.planning.tests.factory import MONDAY, chairs, planned
from gendan.production import queries, services
from gendan.production.models import WorkOrder
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
DUE = MONDAY + dt.timedelta(days=7)


@pytest.fixture
def order() -> Iterator[WorkOrder]:
    """A released work order of 10 chairs: 30 of 40 legs are in store, 4 of 10 seats come."""
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.stock("LEG", 30)
        masters.expected("SEAT", 4, DUE, reference="PO-9")
        yield made()


def made(quantity: int = 10) -> WorkOrder:
    row = services.WorkOrderRow("CHAIR", Decimal(quantity), MONDAY, DUE)
    firm = services.firm_work_orders(rows=[row], by=None)[0]
    return services.release_work_order(work_order_id=firm.pk, by=None)


def text(client: Client, name: str, *ids: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=ids) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_readiness_is_there_without_work_orders(browse: Browse, language: str) -> None:
    ping = browse("ping", language)
    for name in ("readiness", "planned_readiness"):
        assert f'lang="{language}"' in text(ping, name)


def test_strangers_find_nothing(browse: Browse, order: WorkOrder) -> None:
    for name, ids in (("readiness", []), ("issue_components", [order.pk])):
        assert browse("stranger").get(reverse(name, args=ids)).status_code == 404
    assert browse("mei").get(reverse("issue_components", args=[order.pk])).status_code == 403
    assert browse("gang").get(reverse("return_components", args=[0])).status_code == 404


def test_readiness_names_what_is_missing_and_filters(browse: Browse, order: WorkOrder) -> None:
    ping = browse("ping")
    shown = text(ping, "readiness")
    assert order.number in shown
    assert "waits for material" in shown
    assert "nobody knows when" in shown
    for wanted, is_there in (("material", True), ("waits", True), ("ready", False)):
        assert (order.number in text(ping, "readiness", query=f"?waits={wanted}")) == is_there
    assert order.number not in text(ping, "readiness", query="?waits=machine")
    stop = CapacityChangeRow("ASSEMBLY", "maintenance", MONDAY, DUE, reason="new belt")
    save_capacity_changes(rows=[stop], by=None)
    assert order.number in text(ping, "readiness", query="?waits=machine")
    assert order.number not in text(ping, "readiness", query="?waits=people")
    assert ping.get(reverse("readiness") + "?export=csv").status_code == 200
    planned()
    page = text(ping, "work_order", order.pk)
    assert "PO-9" in page
    assert "new belt" in page
    assert "planned order" in page


def test_planned_orders_are_shown_with_what_they_wait_for(browse: Browse, order: WorkOrder) -> None:
    planned()
    ping = browse("ping")
    assert "planned/" in text(ping, "readiness")
    shown = text(ping, "planned_readiness")  # legs are made for the chairs, of wood that is bought
    assert "LEG" in shown
    assert "WOOD" in shown
    assert "waits for material" in shown
    assert "WOOD" not in text(ping, "planned_readiness", query="?waits=ready")
    assert browse("stranger").get(reverse("planned_readiness")).status_code == 404
    path = "/api/v1/planned-orders/readiness"
    [legs] = ping.get(path).json()
    assert (legs["item"], legs["waits"], Decimal(legs["quantity"])) == ("LEG", ["material"], 10)
    [wood] = legs["parts"]
    assert (wood["item"], wood["missing"][0]["kind"]) == ("WOOD", "planned")
    assert wood["missing"][0]["ready_on"] == legs["material_on"]
    assert ping.get(path + "?waits=ready").json() == []
    assert len(ping.get(path + "?waits=material").json()) == 1
    assert browse("stranger").get(path).status_code == 404


def test_material_is_issued_and_returned(browse: Browse, order: WorkOrder) -> None:
    wen = browse("wen")
    form = text(wen, "issue_components", order.pk)
    assert 'value="30"' in form  # what is there of the 40 that are needed
    typed = {"item": ["LEG"], "location": ["STORE"], "lot": [""], "quantity": ["25"]}
    answer = wen.post(reverse("issue_components", args=[order.pk]), typed)
    assert answer.status_code == 303
    assert [one.quantity for one in queries.on_the_floor(order.pk)] == [25]
    back = text(wen, "return_components", order.pk)
    assert 'name="location"' in back
    typed = {"item": ["LEG"], "location": ["STORE"], "lot": [""], "quantity": ["5"]}
    assert wen.post(reverse("return_components", args=[order.pk]), typed).status_code == 303
    assert [one.quantity for one in queries.on_the_floor(order.pk)] == [20]
    assert "Issued so far" in text(wen, "work_order", order.pk)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"item": ["LEG"], "location": ["STORE"], "lot": [""], "quantity": ["41"]}, "too many"),
        ({"item": ["LEG"], "location": ["STORE"], "lot": [""], "quantity": ["x"]}, "number"),
        ({"item": ["LEG"], "location": ["STORE"], "lot": [""], "quantity": [""]}, "how much"),
        ({"item": ["LEG", "SEAT"], "location": ["STORE"], "lot": [""], "quantity": ["1"]}, "whole"),
        ({}, "how much"),
    ],
)
def test_what_cannot_be_issued_is_said_and_kept_in_the_form(
    browse: Browse, order: WorkOrder, typed: dict[str, list[str]], words: str
) -> None:
    answer = browse("wen").post(reverse("issue_components", args=[order.pk]), typed)
    assert 400 <= answer.status_code < 500
    assert words in answer.content.decode()
    assert queries.on_the_floor(order.pk) == []


def test_programs_issue_return_and_ask(browse: Browse, order: WorkOrder) -> None:
    def post(path: str, row: dict[str, Any]) -> Any:
        body = json.dumps({"rows": [row]})
        return client.post(f"/api/v1/work-orders/{path}", body, content_type="application/json")

    client = browse("gang")
    row = {"item": "LEG", "quantity": "20", "location": "STORE"}
    assert post(f"{order.pk}/issue", row).status_code == 201
    assert post(f"{order.pk}/issue", row | {"quantity": "21"}).status_code == 422
    assert post(f"{order.pk}/return", row | {"quantity": "5"}).json()["count"] == 1
    assert post("0/return", row).status_code == 404
    one = client.get(f"/api/v1/work-orders/{order.pk}/readiness").json()
    assert one["waits"] == ["material"]
    [legs] = [part for part in one["parts"] if part["item"] == "LEG"]
    assert (Decimal(legs["needed"]), Decimal(legs["there"])) == (Decimal(25), Decimal(15))
    assert [row["work_center"] for row in one["machines"]] == ["ASSEMBLY"]
    found = client.get("/api/v1/work-orders/readiness?waits=material").json()
    assert [row["number"] for row in found] == [order.number]
    assert client.get("/api/v1/work-orders/readiness?waits=people").json() == []
    assert client.get("/api/v1/work-orders/readiness?waits=luck").status_code == 422
    assert client.get("/api/v1/work-orders/0/readiness").status_code == 404
    assert browse("stranger").get("/api/v1/work-orders/readiness").status_code == 404


def test_the_questions_do_not_grow_with_the_work_orders(browse: Browse, order: WorkOrder) -> None:
    ping, counts = browse("ping"), []
    planned()
    for _more in range(2):
        text(ping, "readiness")
        with CaptureQueriesContext(connection) as caught:
            text(ping, "readiness")
        counts.append(len(caught))
        for quantity in range(1, 8):
            made(quantity)
        planned()
    assert counts[0] == counts[1]
