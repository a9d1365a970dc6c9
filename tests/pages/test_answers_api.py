"""Answers for programs: what would be said, saying it, files, refusals; outsiders find nothing."""

import json
from typing import Any

import pytest
from django.test import Client

from gendan.answers.models import Answer
from gendan.intake.services import refuse_draft
from gendan.kernel.models import User
from gendan.orders.models import Order
from gendan.partners.models import OutsideAccess
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import contracts, intake, masters

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    contracts.letterhead()
    return make.ubl_confirmed()


def program(username: str = "mei") -> Client:
    client = Client()
    client.force_login(person(username))
    return client


def post(client: Client, url: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"/api/v1{url}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_program_previews_answers_saves_and_withdraws(order: Order) -> None:
    mei = program()
    now = mei.get(f"/api/v1/orders/{order.pk}/answer").json()
    assert (now["verdict"], now["format"], len(now["lines"])) == ("accepted", "ubl", 3)
    assert now["to_email"] == "anna@nordichome.example"
    body = {"notes": {"1": "as always"}, "by_mail": False, "revision": order.revision}
    made = post(mei, f"/orders/{order.pk}/answers", body, **{"Idempotency-Key": "a1"})
    assert made.status_code == 201
    again = post(mei, f"/orders/{order.pk}/answers", body, **{"Idempotency-Key": "a1"})
    assert again.json()["id"] == made.json()["id"]
    assert Answer.objects.count() == 1
    url = f"/api/v1/answers/{made.json()['id']}"
    whole = mei.get(url).json()
    assert whole["lines"][0]["note"] == "as always"
    assert mei.get(f"/api/v1/answers?order_id={order.pk}").json()["items"][0]["state"] == "made"
    for form, beginning in (("ubl", b"<?xml"), ("edifact", b"UN"), ("x12", b"ISA")):
        assert mei.get(f"{url}/file?format={form}").content.startswith(beginning)
    pdf = mei.get(f"{url}/file")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert mei.get(f"{url}/file?format=doc").status_code == 422
    refused = post(mei, f"/answers/{made.json()['id']}/resend", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "cannot_be_mailed")
    done = post(mei, f"/answers/{made.json()['id']}/withdraw", {"reason": "wrong"})
    assert done.json()["state"] == "withdrawn"


def test_refusals_have_codes(order: Order) -> None:
    mei = program()
    make.answer(order, by_mail=False)
    same = post(mei, f"/orders/{order.pk}/answers", {})
    assert (same.status_code, same.json()["code"]) == (409, "same_answer")
    stale = post(mei, f"/orders/{order.pk}/answers", {"revision": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")
    for body in ({"format": "pdf"}, {"notes": {"x": "y"}}, {"notes": {"77": "y"}}):
        assert post(mei, f"/orders/{order.pk}/answers", body).status_code == 422
    assert post(program("wen"), f"/orders/{order.pk}/answers", {}).status_code == 403
    assert post(mei, "/orders/999999/answers", {}).status_code == 404
    unknown = mei.get(f"/api/v1/orders/{order.pk}/answer?document_id=999999")
    assert unknown.status_code == 404


def test_a_refused_document_is_answered(order: Order) -> None:
    draft = make.drafted(make.ubl_order("NH-4712"))
    early = post(program(), f"/drafts/{draft.pk}/answer", {})
    assert early.json()["code"] == "not_ready_to_answer"
    refuse_draft(draft_id=draft.pk, reason="old prices", by=person("mei"))
    made = post(program(), f"/drafts/{draft.pk}/answer", {"by_mail": False})
    assert (made.status_code, made.json()["verdict"]) == (201, "rejected")


def test_outsiders_and_strangers_find_nothing(order: Order) -> None:
    made = make.answer(order, by_mail=False)
    anna = User.objects.create(username="anna", name="Anna", is_outside=True)
    OutsideAccess.objects.create(user=anna, partner=order.customer)
    other = User.objects.create(username="otto", name="Otto", is_outside=True)
    OutsideAccess.objects.create(user=other, partner=masters.customer("C-77"))
    intake.incoming()
    for user in (anna, other, person("stranger")):
        client = Client()
        client.force_login(user)
        for url in (
            f"/api/v1/answers/{made.pk}",
            f"/api/v1/answers/{made.pk}/file",
            f"/api/v1/orders/{order.pk}/answer",
        ):
            assert client.get(url).status_code == 404
        found = client.get("/api/v1/answers")
        assert found.status_code == 404 or found.json()["items"] == []
        asked = post(client, f"/orders/{order.pk}/answers", {})
        assert asked.status_code in (403, 404)
        assert client.get(f"/answers/{made.pk}/").status_code == 404
        assert client.get(f"/orders/{order.pk}/answer/").status_code in (403, 404)
