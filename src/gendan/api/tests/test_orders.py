"""Orders for programs: every verb, strangers, wrong roles, refusals that name the field."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gendan.kernel.models import User
from gendan.kernel.services import make_api_token
from gendan.orders import invariants
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


class Program:
    """A program with a user's token (who may have none: with their session)."""

    def __init__(self, user: User) -> None:
        if not user.roles:
            self.client = Client()
            self.client.force_login(user, "django.contrib.auth.backends.ModelBackend")
            return
        _token, secret = make_api_token(name="test", by=user)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", data or {}, content_type="application/json", headers=headers
        )


@pytest.fixture
def mei() -> Program:
    return Program(person("mei"))


def body(**head: Any) -> dict[str, Any]:
    customer = masters.customer()
    masters.item("A-1")
    line = {"item_code": "A-1", "quantity": "100", "unit_price": "2.5"}
    return {
        "order": {"customer_id": customer.pk, **head},
        "lines": [line | {"requested_on": make.in_days(60).isoformat()}],
    }


def test_an_order_goes_its_whole_way(mei: Program) -> None:
    drafted = mei.post("orders", body(customer_order_number="PO-1"))
    assert drafted.status_code == 201, drafted.content
    pk = drafted.json()["id"]
    path = f"orders/{pk}"
    edited = mei.post(f"{path}/edit", {"changes": {"packing": "cartons"}, "revision": 1})
    assert edited.json()["revision"] == 2
    checks = mei.post(f"{path}/check").json()
    assert {one["kind"] for one in checks} == {"product", "price", "stock"}
    assert all(reason["words"] for one in checks for reason in one["reasons"])
    possible = mei.get(f"{path}/possible-dates").json()
    promised = mei.post(f"{path}/promise").json()
    assert promised["promised_on"] == make.in_days(60).isoformat()
    reasons = mei.get(f"{path}/promise").json()["lines"][0]["reasons"]
    assert reasons == possible[0]["reasons"]
    assert reasons[0]["binding"]
    confirmed = mei.post(f"{path}/confirm", {"despite": "new item"}).json()
    assert confirmed["state"] == "confirmed"
    order = mei.get(path).json()
    line = order["lines"][0]
    assert (line["item"], line["unit"], line["quantity"]) == ("A-1", "pcs", "100.000000")
    amended = mei.post(
        f"{path}/amend",
        {"change_lines": [{"line_id": line["id"], "quantity": 120}], "reason": "more"},
    )
    assert amended.json()["version"] == 2
    versions = mei.get(f"{path}/versions").json()
    assert {"path": "lines.1.quantity", "was": "100", "is": "120"} in versions[0]["difference"]
    hold = mei.post(f"{path}/holds", {"stage": "ship", "reason": "photo missing"})
    assert hold.status_code == 201
    delivery = {"lines": [{"line_id": line["id"], "quantity": 120}]}
    refused = mei.post(f"{path}/deliveries", delivery)
    assert (refused.status_code, refused.json()["code"]) == (409, "order_is_held")
    assert mei.post(f"holds/{hold.json()['id']}/release").json()["released_at"]
    assert mei.post(f"{path}/deliveries", delivery).status_code == 200
    assert mei.post(f"{path}/close").json()["state"] == "closed"
    assert [one["kind"] for one in mei.get(f"{path}/dates").json()][:3] == [
        "requested",
        "promised",
        "forecast",
    ]
    assert len(mei.get(f"{path}/holds").json()) == 1
    assert invariants.check() == []


def test_stock_is_kept_and_freed(mei: Program) -> None:
    masters.item("A-1")
    masters.stock("A-1", 60)
    order = make.confirmed()
    kept = mei.post(f"orders/{order.pk}/reserve").json()["lines"]
    assert kept == {str(order.lines.get().pk): "60.000000"}
    freed = mei.post(f"orders/{order.pk}/unreserve").json()["lines"]
    assert freed == kept
    answer = mei.post(f"orders/{order.pk}/cancel", {"reason": "no longer wanted"})
    assert answer.json()["state"] == "cancelled"


def test_people_talk_about_an_order(mei: Program) -> None:
    bo = person("bo")
    path = f"orders/{make.draft().pk}"
    comment = mei.post(f"{path}/comments", {"text": "@bo where is the cloth?"})
    assert (comment.status_code, comment.json()["mentioned"]) == (201, [bo.pk])
    assert mei.post(f"{path}/follow", {"user_id": bo.pk}).status_code == 204
    assert mei.post(f"{path}/follow", {"user_id": bo.pk}).status_code == 409
    assert mei.post(f"{path}/unfollow", {"user_id": bo.pk}).status_code == 204
    file = SimpleUploadedFile("../marks.txt", b"ACME")
    kept = mei.client.post(f"/api/v1/{path}/files", {"file": file, "kind": "marks"})
    assert kept.status_code == 201, kept.content
    assert kept.json()["name"] == "marks.txt"


def test_matrix_and_assortment_become_lines(mei: Program) -> None:
    masters.family("TEE", sizes=["S", "M"], uses_matrix=True)
    for size in ("S", "M"):
        masters.item(f"T-{size}", family="TEE", style="T", colour="red", size=size)
    given = body() | {
        "lines": [],
        "matrices": [{"style": "T", "cells": {"red": {"S": 5, "M": 7}}, "unit_price": "3"}],
        "assortments": [
            {"style": "T", "colour": "red", "ratio": {"S": 1, "M": 2}, "packs": 4, "unit_price": 3}
        ],
    }
    order = mei.post("orders", given).json()
    lines = mei.get(f"orders/{order['id']}").json()["lines"]
    assert [one["quantity"].split(".")[0] for one in lines] == ["5", "7", "4", "8"]
    assert lines[3]["assortment"]["ratio"] == {"S": 1, "M": 2}


def test_customers_codes_and_lists() -> None:
    sun = Program(person("sun"))
    customer, _item = masters.customer(), masters.item("A-1")
    masters.price_list("OWN")
    rows = {"rows": [{"customer": "C-1", "code": "GB", "item": "A-1"}]}
    assert sun.post("customer-items", rows).json()["count"] == 1
    lists = {"rows": [{"customer": "C-1", "price_list": "OWN", "rank": 1}]}
    assert sun.post("customer-price-lists", lists).json()["count"] == 1
    path = f"customers/{customer.pk}"
    assert [one["code"] for one in sun.get(f"{path}/items").json()["items"]] == ["GB"]
    assert len(sun.get(f"{path}/price-lists").json()["items"]) == 1
    assert sun.get("customers/999999/items").status_code == 404


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("edit", {"changes": {"remark": "x"}}),
        ("check", {}),
        ("promise", {}),
        ("confirm", {}),
        ("amend", {}),
        ("cancel", {"reason": "x"}),
        ("close", {}),
        ("holds", {"stage": "buy", "reason": "x"}),
        ("reserve", {}),
        ("unreserve", {}),
        ("deliveries", {"lines": []}),
    ],
)
def test_strangers_see_nothing_and_wrong_roles_are_refused(
    verb: str, given: dict[str, Any]
) -> None:
    path = f"orders/{make.draft().pk}/{verb}"
    assert Client().post(f"/api/v1/{path}", given, "application/json").status_code == 401
    assert Program(person("stranger")).post(path, given).status_code == 404
    answer = Program(person("ou")).post(path, given)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    order = Order.objects.get()
    assert (order.state, order.revision) == ("draft", 1)


def test_refusals_name_the_field(mei: Program) -> None:
    for change, field in (
        ({"quantity": "1.5"}, "lines.0.quantity"),
        ({"unit_price": -1}, "lines.0.unit_price"),
        ({"unit_price": "1e30"}, "lines.0.unit_price"),
        ({"unit_price": "many"}, "lines.0.unit_price"),
        ({"item_code": "'; DROP TABLE orders_order; --"}, "lines.0.item"),
        ({"item_code": "", "item_id": 10**30}, "lines.0.item"),
        ({"unit": "{{ 7*7 }}"}, "lines.0.unit"),
    ):
        given = body()
        given["lines"][0] |= change
        answer = mei.post("orders", given)
        assert answer.status_code == 422, (change, answer.content)
        assert answer.json()["params"].get("field", answer.json().get("field")) == field
    assert not Order.objects.exists()


def test_a_repeated_post_has_its_effect_once(mei: Program) -> None:
    given = body()
    first = mei.post("orders", given, **{"Idempotency-Key": "k1"})
    again = mei.post("orders", given, **{"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    assert Order.objects.count() == 1


def test_lists_are_found_and_paged_with_few_queries(mei: Program) -> None:
    for number in range(3):
        make.draft(customer_order_number=f"PO-{number}")
    with CaptureQueriesContext(connection) as few:
        page = mei.get("orders", limit=2).json()
    assert [one["customer_order_number"] for one in page["items"]] == ["PO-2", "PO-1"]
    assert page["items"][0]["customer"] == "C-1"
    rest = mei.get("orders", limit=2, cursor=page["next"]).json()
    assert [one["customer_order_number"] for one in rest["items"]] == ["PO-0"]
    make.draft()
    with CaptureQueriesContext(connection) as more:
        mei.get("orders", limit=100)
    assert len(more) <= len(few)
    assert [
        one["customer_order_number"] for one in mei.get("orders", q="po-1").json()["items"]
    ] == ["PO-1"]
    assert mei.get("orders", late=True).json()["items"] == []
    assert Program(person("stranger")).get("orders").json()["items"] == []


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.parametrize(
    "path", ["orders", "me/tokens", "me/views", "settings", "customer-items", "orders/1/comments"]
)
def test_texts_that_cannot_be_kept_are_refused_everywhere(path: str, text: str) -> None:
    given = {"name": text, "text": text, "order": {"remark": [{text: text}]}}
    answer = Program(person("zhao")).post(path, given)
    assert (answer.status_code, answer.json()["code"]) == (422, "unkeepable")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_no_clock_shows_is_refused(mei: Program, moment: str) -> None:
    answer = mei.post("orders", body(received_at=moment))
    assert (answer.status_code, answer.json()["field"]) == (422, "received_at")


def test_a_form_whose_head_is_endless_is_unreadable_not_a_fault(mei: Program) -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="' + "x" * 5000 + '"'
    answer = mei.client.post(
        "/api/v1/orders/1/files",
        f"--b\r\n{head}\r\n\r\nx\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
