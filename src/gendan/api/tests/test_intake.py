"""The intake for programs: a file in, doubts out, an order made."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gendan.intake.models import Incoming, Learned
from gendan.intake.services import read_incoming
from gendan.kernel import services as kernel
from gendan.kernel.models import Mail
from gendan.orders.models import Order
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make
from gendan.testing.make import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db: None) -> Partner:
    make.goods()
    return make.customer()


def program(username: str) -> Client:
    _token, secret = kernel.make_api_token(name="test", by=person(username))
    return Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def post(client: Client, path: str, data: Any = None, **headers: str) -> Any:
    return client.post(
        f"/api/v1{path}", json.dumps(data or {}), content_type="application/json", headers=headers
    )


def upload(client: Client, content: bytes, name: str = "o.xlsx", **fields: str) -> Any:
    data = {"file": SimpleUploadedFile(name, content), **fields}
    return client.post("/api/v1/incoming", data)


def test_a_file_goes_in_and_an_order_comes_out(customer: Partner) -> None:
    client = program("mei")
    content = make.sheet(lines=[("?", "Steel hinges of 100 mm", 5, "1.00")])
    answer = upload(client, content, sender_address="anna@nordichome.example")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["channel"]) == ("received", "sheet")
    again = upload(client, content)
    assert again.status_code == 409
    assert again.json()["params"]["number"] == made["number"]
    read_incoming(incoming_id=made["id"])
    (draft,) = client.get(f"/api/v1/incoming/{made['id']}").json()["drafts"]
    assert [doubt["field"] for doubt in draft["doubts"]] == ["lines.0.item"]
    refused = post(client, f"/drafts/{draft['id']}/accept")
    assert refused.json()["code"] == "draft_is_doubtful"
    corrected = post(
        client,
        f"/drafts/{draft['id']}/correct",
        {"revision": 1, "values": {"lines.0.quantity": "6"}, "confirmed": ["lines.0.item"]},
    )
    assert corrected.json()["doubts"] == []
    accepted = post(client, f"/drafts/{draft['id']}/accept", {"revision": 2})
    assert accepted.status_code == 201
    order = Order.objects.get()
    assert accepted.json() == {"id": order.pk, "number": order.number}
    listed = client.get("/api/v1/incoming", {"state": "done"}).json()
    assert [row["number"] for row in listed["items"]] == [made["number"]]


def test_a_call_is_noted_once_with_a_key(customer: Partner) -> None:
    client = program("mei")
    said = {"company": "Nordic Home AB", "lines": [{"item": "HW-1001", "quantity": "5"}]}
    first = post(client, "/incoming/calls", said, **{"Idempotency-Key": "k1"})
    second = post(client, "/incoming/calls", said, **{"Idempotency-Key": "k1"})
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Incoming.objects.count() == 1


def test_refusing_answers_politely(customer: Partner) -> None:
    draft = make.draft()
    answer = post(program("mei"), f"/drafts/{draft.pk}/refuse", {"reason": "No more hinges."})
    assert "Dear Anna Berg" in answer.json()["reply"]
    assert answer.json()["state"] == "refused"


def test_taking_reading_again_and_all_certain(customer: Partner) -> None:
    client = program("mei")
    row = make.incoming()
    assert post(client, f"/incoming/{row.pk}/work").json()["worked_on_by_id"] == person("mei").pk
    certain = post(client, "/incoming/accept-certain", {"incoming_ids": [row.pk]})
    assert [one["number"] for one in certain.json()] == [Order.objects.get().number]
    other = make.incoming(make.sheet("PO-2"), "b.xlsx")
    assert post(client, f"/incoming/{other.pk}/read-again").json()["state"] == "received"


def test_what_was_learned_is_listed_and_forgotten(customer: Partner) -> None:
    client = program("mei")
    draft = make.draft(make.sheet(lines=[("A-9", "Gnome", 7, "2.00")]), "po.xlsx")
    item = make.goods()[0]
    post(client, f"/drafts/{draft.pk}/correct", {"items": {"0": item.pk}})
    (learned,) = client.get(f"/api/v1/customers/{customer.pk}/learned").json()
    assert learned["value"] == "HW-1001"
    assert post(client, f"/learned/{learned['id']}/forget").status_code == 204
    assert not Learned.objects.exists()


def test_strangers_and_the_wrong_role_get_nothing(customer: Partner) -> None:
    draft = make.draft()
    storekeeper, stranger = program("wen"), Client()
    stranger.force_login(person("stranger"))
    assert stranger.get("/api/v1/incoming").status_code == 404
    assert stranger.get(f"/api/v1/incoming/{draft.incoming_id}").status_code == 404
    assert post(stranger, f"/drafts/{draft.pk}/accept").status_code == 404
    assert post(storekeeper, f"/drafts/{draft.pk}/accept").status_code == 403
    assert upload(storekeeper, b"x").status_code == 403
    assert upload(program("mei"), b"").status_code == 422


def test_what_customers_send_is_read_by_those_who_work_with_it(customer: Partner) -> None:
    row = make.incoming()
    for path in ("/incoming", f"/incoming/{row.pk}", f"/customers/{customer.pk}/learned"):
        assert program("mei").get(f"/api/v1{path}").status_code == 200, path
        answer = program("ou").get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path


def test_a_change_is_carried_over_and_a_document_split_and_joined(customer: Partner) -> None:
    client = program("mei")
    first = make.draft()
    split = post(
        client, f"/drafts/{first.pk}/split", {"lines": [1], "order_number": "N-2", "revision": 1}
    )
    assert split.status_code == 201
    assert split.json()["data"]["order_number"] == "N-2"
    assert post(client, f"/drafts/{first.pk}/split", {"lines": [0]}).status_code == 422
    joined = post(client, f"/drafts/{first.pk}/join", {"other_id": split.json()["id"]})
    assert joined.status_code == 200
    order_id = post(client, f"/drafts/{first.pk}/accept").json()["id"]
    lines = [("HW-1001", "Steel hinge 100 mm", 600, "1.20")]
    change = make.draft(make.sheet(lines=lines), "po.xlsx")
    wrong = program("wen")
    assert post(wrong, f"/drafts/{change.pk}/merge").status_code == 403
    assert post(client, f"/drafts/{change.pk}/merge", {"order_id": 999}).status_code == 404
    merged = post(client, f"/drafts/{change.pk}/merge", {"order_id": order_id}).json()
    assert (merged["state"], merged["order_id"], merged["change_id"]) == ("merged", order_id, None)
    line = Order.objects.get(pk=order_id).lines.get(item__code="HW-1001")
    assert line.quantity == 600


def test_pages_and_progress_are_told_and_the_sender_is_answered(customer: Partner) -> None:
    client = program("mei")
    row = make.incoming(paper.pdf(), "order.pdf")
    told = client.get(f"/api/v1/incoming/{row.pk}").json()
    assert [page["media_type"] for page in told["pages"]] == ["image/png"]
    assert told["pages_in_work"] == 0
    waiting = make.incoming(make.sheet("N-3"), "b.xlsx", read=False)
    aside = post(client, f"/incoming/{waiting.pk}/aside")
    assert aside.json()["state"] == "done"
    taken = post(program("jun"), f"/incoming/{row.pk}/work").json()
    assert taken["worked_on_since"]
    assert post(client, f"/incoming/{row.pk}/work").status_code == 409
    assert post(client, f"/incoming/{row.pk}/work", {"take_over": True}).status_code == 200
    draft = make.draft()
    refused = post(
        client, f"/drafts/{draft.pk}/refuse", {"reason": "Sold out.", "send_reply": True}
    ).json()
    assert Mail.objects.get(kind="reply").text == refused["reply"]
