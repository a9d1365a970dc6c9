"""Papers, terms, clauses and letters of credit for programs."""

import base64
from typing import Any

import pytest

from gendan.api.tests.test_orders import Program
from gendan.testing.cast import person
from gendan.testing.make import contracts, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei() -> Program:
    return Program(person("mei"))


@pytest.fixture
def zhao() -> Program:
    return Program(person("zhao"))


def test_a_paper_is_issued_read_compared_and_withdrawn(mei: Program) -> None:
    contracts.letterhead()
    order = orders.draft()
    first = mei.post(f"orders/{order.pk}/papers", {"kind": "proforma"})
    assert first.status_code == 201, first.content
    paper_id = first.json()["id"]
    assert mei.post(f"orders/{order.pk}/papers", {"kind": "proforma"}).status_code == 409
    terms = mei.post(f"orders/{order.pk}/terms", {"terms": {"loading_port": "Shanghai"}})
    assert terms.json()["loading_port"] == "Shanghai"
    second = mei.post(f"orders/{order.pk}/papers", {"kind": "proforma"}).json()
    assert second["version"] == 2
    changes = mei.get(f"papers/{second['id']}/difference/{paper_id}").json()
    assert any(one["path"].startswith("conditions.port") for one in changes)
    assert set(changes[0]) == {"path", "was", "is"}
    listed = mei.get("papers", order_id=order.pk).json()["items"]
    assert [one["state"] for one in listed] == ["issued", "void"]
    whole = mei.get(f"papers/{second['id']}").json()
    assert whole["snapshot"]["number"] == whole["number"]
    file = mei.get(f"papers/{second['id']}/file")
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert "attachment" in file.headers["Content-Disposition"]
    withdrawn = mei.post(f"papers/{second['id']}/withdraw", {"reason": "wrong price"})
    assert withdrawn.json()["void_remark"] == "wrong price"
    assert mei.post(f"papers/{second['id']}/withdraw", {"reason": ""}).status_code == 422


def test_what_is_broken_is_told(mei: Program) -> None:
    order = orders.confirmed(incoterm="FOB", incoterm_place="Ningbo")
    day = str(orders.in_days(20))
    mei.post(f"orders/{order.pk}/terms", {"terms": {"latest_shipment_on": day}})
    found = mei.get(f"orders/{order.pk}/terms/broken").json()
    assert "latest_shipment" in [one["duty"] for one in found]
    assert mei.get(f"orders/{order.pk}/terms").json()["is_own"] is True


def test_letters_of_credit(mei: Program) -> None:
    order = orders.confirmed()
    letter: dict[str, Any] = {
        "number": "LC-9",
        "order_ids": [order.pk],
        "issuing_bank": "Bank",
        "amount": "1",
        "currency": "USD",
        "issued_on": str(orders.in_days(0)),
        "expires_on": str(orders.in_days(90)),
    }
    made = mei.post("letters-of-credit", {"customer_id": order.customer_id, "letter": letter})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    kinds = [one["kind"] for one in mei.get(f"letters-of-credit/{pk}/warnings").json()]
    assert kinds == ["amount_short"]
    amended = mei.post(
        f"letters-of-credit/{pk}/amend", {"letter": {"amount": "1000"}, "revision": 1}
    )
    assert amended.json()["amendments"] == 1
    stale = mei.post(f"letters-of-credit/{pk}/amend", {"letter": {}, "revision": 1})
    assert stale.status_code == 409
    assert mei.get("letters-of-credit", q="LC-9").json()["items"][0]["order_ids"] == [order.pk]
    assert mei.post(f"letters-of-credit/{pk}/close").json()["state"] == "closed"
    assert mei.get("letters-of-credit/0").status_code == 404


def test_the_letterhead_and_clauses(zhao: Program, mei: Program) -> None:
    given = {"name_en": "Haichuan", "logo_base64": base64.b64encode(b"no image").decode()}
    refused = zhao.post("contracts/letterhead", given)
    assert (refused.status_code, refused.json()["field"]) == (422, "logo")
    assert zhao.post("contracts/letterhead", {"seal_base64": "?"}).status_code == 422
    assert zhao.get("contracts/letterhead").status_code == 404
    kept = zhao.post("contracts/letterhead", {"name_en": "Haichuan"}).json()
    assert (kept["name_en"], kept["has_logo"]) == ("Haichuan", False)
    assert zhao.post("contracts/default-terms", {"terms": {"claims_days": 9}}).status_code == 200
    row = {"code": "own", "topic": "other", "text_en": "{buyer}", "text_zh": "{buyer}"}
    assert mei.post("contracts/clauses", {"rows": [row]}).status_code == 403
    pk = zhao.post("contracts/clauses", {"rows": [row]}).json()["ids"][0]
    bad = zhao.post("contracts/clauses", {"rows": [row | {"code": "x", "text_zh": "{x}"}]})
    assert (bad.status_code, bad.json()["field"]) == (422, "rows.0.text_zh")
    assert pk in [one["id"] for one in zhao.get("contracts/clauses", limit=200).json()["items"]]
    assert zhao.post(f"contracts/clauses/{pk}/retire").json()["is_active"] is False


def test_strangers_see_nothing() -> None:
    stranger = Program(person("stranger"))
    order = orders.draft()
    paper = contracts.paper(order)
    letter = contracts.letter_of_credit(order)
    assert stranger.get("papers").status_code == 404
    assert stranger.get("letters-of-credit").status_code == 404
    for path in (
        f"papers/{paper.pk}",
        f"papers/{paper.pk}/file",
        f"orders/{order.pk}/terms",
        f"letters-of-credit/{letter.pk}",
        f"letters-of-credit/{letter.pk}/warnings",
        "contracts/letterhead",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"orders/{order.pk}/papers", {"kind": "proforma"}).status_code == 404
