"""Change orders through the API: looked at, put forward, carried through, acknowledged, undone."""

import json
from typing import Any

import pytest
from django.test import Client

from gendan.changes.models import ChangeOrder
from gendan.orders.models import Order
from gendan.orders.services.versions import snapshot_of
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def post(who: str, path: str, **data: Any) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person(who))
    return client.post(f"/api/v1{path}", json.dumps(data), content_type="application/json")


def get(who: str, path: str) -> Any:
    client = Client()
    client.force_login(person(who))
    return client.get(f"/api/v1{path}")


def content_of(order: Order, quantity: str = "120") -> dict[str, Any]:
    line = order.lines.get()
    return {"change_lines": [{"line_id": line.pk, "quantity": quantity}]}


def test_the_whole_way() -> None:
    person("wen")
    order = make.confirmed()
    before = snapshot_of(order.pk)
    looked = post("mei", f"/orders/{order.pk}/changes/preview", **content_of(order))
    assert looked.status_code == 200, looked.content
    assert {"short", "total"} <= {one["code"] for one in looked.json()["effects"]}
    assert ChangeOrder.objects.count() == 0
    made = post("mei", f"/orders/{order.pk}/changes", reason="mail", **content_of(order))
    assert made.status_code == 201, made.content
    change = made.json()["id"]
    twice = post("mei", f"/orders/{order.pk}/changes", **content_of(order, "130"))
    assert (twice.status_code, twice.json()["code"]) == (409, "change_is_pending")
    done = post("mei", f"/changes/{change}/accept", order_revision=looked.json()["revision"])
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert post("wen", f"/changes/{change}/acknowledge").status_code == 200
    shown = get("bo", f"/changes/{change}").json()
    assert [one["at"] for one in shown["acknowledgements"] if one["role"] == "warehouse"] != [None]
    undone = post("mei", f"/changes/{change}/undo", reason="mistake")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert snapshot_of(order.pk) == before


def test_asked_and_rejected() -> None:
    order = make.confirmed()
    asked = post("su", f"/orders/{order.pk}/changes/ask", text="in blue")
    assert asked.status_code == 201
    change = asked.json()["id"]
    assert get("mei", "/changes?state=asked").json()["items"][0]["id"] == change
    assert post("mei", f"/changes/{change}/reject", reason="no dye left").status_code == 200
    assert post("mei", f"/changes/{change}/reject", reason="again").status_code == 409


def test_nonsense_strangers_and_the_wrong_role_are_refused() -> None:
    order = make.confirmed()
    path = f"/orders/{order.pk}/changes"
    assert post("mei", path).status_code == 422
    assert post("mei", path, change_lines=[{"line_id": "x"}]).status_code == 422
    assert post("mei", path, change_lines=[{"line_id": 10**30, "quantity": 1}]).status_code == 422
    assert post("mei", path, cancel_lines=[-1]).status_code == 422
    assert post("mei", "/orders/999999/changes", **content_of(order)).status_code == 404
    assert post("wen", path, **content_of(order)).status_code == 403
    assert post("stranger", path, **content_of(order)).status_code == 404
    assert post("mei", "/changes/999999/accept").status_code in {404, 422}
    assert get("stranger", "/changes").status_code == 404
