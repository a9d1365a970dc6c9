"""Pages and API of purchase orders: who may open them, what they do, how many queries they cost."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from gendan.inventory.models import Balance, ExpectedSupply
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock, reactions
from gendan.kernel.models import Entry, Mail
from gendan.planning.models import PlanMessage
from gendan.planning.tests import factory
from gendan.purchasing import services
from gendan.purchasing.models import (
    ApprovalLimit,
    ProvidedMaterial,
    PurchaseMilestoneTemplate,
    PurchaseOrder,
    SupplierWord,
)
from gendan.purchasing.services import EditLineRow, LineAnswer, PurchaseRow, StepRow
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
LATER = DUE + dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def test_only_our_own_people_open_them(browse: Any) -> None:
    order = ordered.draft()
    for page in (url("purchase_orders"), url("purchase_order", order.pk), url("arrivals")):
        assert browse().get(page).status_code == 302
        assert browse("stranger").get(page).status_code == 404
        assert browse("mei").get(page).status_code == 200
        assert browse("bo", "zh-hans").get(page).status_code == 200
    assert browse("mei").get(url("draft_purchase_orders")).status_code == 403
    assert browse("bo").get(url("save_approval_limits")).status_code == 403


def test_an_order_from_a_request_to_the_supplier_by_pages(browse: Any) -> None:
    ordered.mill()
    masters.item("CLOTH")
    row = PurchaseRow("CLOTH", Decimal(100), DUE, TODAY)
    [request] = services.request_purchases(rows=[row], by=person("bo"))
    bo = browse("bo")
    page = bo.get(url("draft_purchase_orders") + f"?requests={request.pk}").content.decode()
    assert 'value="100"' in page
    typed = {
        "supplier": "MILL",
        "kind": "goods",
        "count": "1",
        "item-0": "CLOTH",
        "quantity-0": "100",
        "price-0": "2.5",
        "requested_on-0": DUE.isoformat(),
        "requests-0": str(request.pk),
    }
    refused = bo.post(url("draft_purchase_orders"), typed | {"price-0": "-1"})
    assert "less than zero" in refused.content.decode()
    bo.post(url("draft_purchase_orders"), typed)
    order = PurchaseOrder.objects.get()
    edited = {"count": "1", "position-0": "1", "item-0": "CLOTH", "quantity-0": "110"}
    edited |= {"price-0": "2.5", "requested_on-0": DUE.isoformat(), "currency": "CNY"}
    assert bo.get(url("edit_purchase_order", order.pk)).status_code == 200
    bo.post(url("edit_purchase_order", order.pk), edited | {"revision": str(order.revision)})
    assert order.lines.get().quantity == 110
    bo.post(url("submit_purchase_order", order.pk))
    assert bo.get(url("send_purchase_order", order.pk)).status_code == 200
    bo.post(url("send_purchase_order", order.pk), {"language": "en"})
    order.refresh_from_db()
    assert order.state == "sent"
    sending = order.sendings.get()
    paper = bo.get(url("purchase_paper", order.pk, sending.pk))
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert bo.get(url("purchase_paper", order.pk, 10**9)).status_code == 404


def test_approving_and_refusing(browse: Any) -> None:
    zhao = browse("zhao")
    assert zhao.get(url("save_approval_limits")).status_code == 200
    zhao.post(url("save_approval_limits"), {"role": "buyer", "amount": "10"})
    assert ApprovalLimit.objects.get().amount == 10
    assert zhao.post(url("save_approval_limits"), {"role": "buyer"}).status_code == 422
    zhao.post(url("save_approval_limits"), {"role": "finance", "any": "1"})
    assert ApprovalLimit.objects.get(role="finance").amount is None
    order = ordered.draft()
    bo = browse("bo")
    bo.post(url("submit_purchase_order", order.pk))
    assert bo.post(url("approve_purchase_order", order.pk)).status_code == 403
    assert order.number in zhao.get(url("today")).content.decode()
    waits = browse("bo", "en").get(url("purchase_order", order.pk)).content.decode()
    assert f"These may: {person('zhao')}." in waits  # finance has the limit, but not the verb
    zhao.post(url("refuse_purchase_order", order.pk), {"reason": "too dear"})
    assert "too dear" in bo.get(url("purchase_order", order.pk)).content.decode()
    bo.post(url("submit_purchase_order", order.pk))
    zhao.post(url("approve_purchase_order", order.pk))
    order.refresh_from_db()
    assert order.state == "approved"


def test_what_a_supplier_proposes_is_decided_on_the_page(browse: Any) -> None:
    order, token = ordered.sent()
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1, LATER, "100", "full")])
    bo, word = browse("bo"), SupplierWord.objects.get()
    page = bo.get(url("purchase_order", order.pk)).content.decode()
    assert "No customer" in page
    assert order.number in bo.get(url("today")).content.decode()
    bo.post(url("refuse_counter", word.pk), {"reason": "too late"})
    bo.post(
        url("record_supplier_answer", order.pk),
        {"position": "1", "on": LATER.isoformat(), "quantity": "100", "person": "Li"},
    )
    bo.post(url("accept_counter", SupplierWord.objects.get(state="proposed").pk))
    order.refresh_from_db()
    assert order.state == "confirmed"
    page = bo.get(url("arrivals")).content.decode()
    assert order.number in page
    assert "export=xlsx" in page
    told = bo.get(url("arrivals") + "?export=csv").getvalue().decode()
    assert f",{order.number},1," in told
    bo.post(url("resend_purchase_order", order.pk), {"language": "zh-hans"})
    bo.post(url("close_purchase_order", order.pk), {"reason": "enough"})
    order.refresh_from_db()
    assert (order.state, order.sendings.count()) == ("closed", 2)


def test_chasing_by_one_press_and_cancelling(browse: Any) -> None:
    order, _token = ordered.sent()
    bo = browse("bo")
    with clock.at(clock.moment_on(TODAY + dt.timedelta(days=3))):
        assert "not confirmed" in bo.get(url("today")).content.decode()
        bo.post(url("chase_supplier", order.pk))
    assert Entry.objects.filter(fact="SupplierChased").count() == 1
    bo.post(url("cancel_purchase_order", order.pk), {"reason": "no more"})
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_steps_are_written_down_and_reported(browse: Any) -> None:
    ordered.line()
    bo = browse("bo")
    typed = {"family": "HW", "count": "1", "name_en-0": "Yarn", "days_before-0": "20"}
    bo.post(url("save_purchase_steps"), typed)
    assert PurchaseMilestoneTemplate.objects.get().days_before == 20
    assert "Yarn" in bo.get(url("save_purchase_steps") + "?family=HW").content.decode()
    order, _token = ordered.sent()
    step = order.lines.get().milestones.get()
    bo.post(url("report_purchase_step", step.pk), {"done_on": TODAY.isoformat()})
    step.refresh_from_db()
    assert step.done_on == TODAY
    assert "Yarn" in bo.get(url("purchase_order", order.pk)).content.decode()


def subcontracted() -> PurchaseOrder:
    masters.items({"CLOTH": {}, "SHIRT": {}})
    masters.bom("SHIRT", {"CLOTH": 2})
    masters.location()
    masters.stock("CLOTH", 300)
    order, _token = ordered.sent(ordered.line("SHIRT", 100), kind="subcontract")
    return order


def test_material_goes_to_the_subcontractor_stays_ours_and_is_used_up(browse: Any) -> None:
    order, bo = subcontracted(), browse("bo")
    one = ProvidedMaterial.objects.get()
    assert one.quantity == 200
    move = {"provided": str(one.pk), "location": "STORE"}
    bo.post(url("send_material", order.pk), move | {"quantity": "220"})
    at = Balance.objects.get(item__code="CLOTH", location__kind="outside")
    assert (at.on_hand, at.is_own) == (220, True)
    supply = ExpectedSupply.objects.get(reference=order.number)
    receive_expected(rows=[ReceiptRow(supply.pk, Decimal(100), "STORE")], by=None)
    reactions.run_due()
    reactions.run_due()
    one.refresh_from_db()
    at.refresh_from_db()
    assert (int(one.used), int(at.on_hand)) == (200, 20)
    bo.post(url("return_material", order.pk), move | {"quantity": "30"})
    bo.post(url("return_material", order.pk), move | {"quantity": "20"})
    one.refresh_from_db()
    at.refresh_from_db()
    assert (int(one.returned), int(one.there), int(at.on_hand)) == (20, 0, 0)
    assert "20" in bo.get(url("purchase_order", order.pk)).content.decode()


def test_the_link_page_shows_confirms_counters_and_refuses(browse: Any) -> None:
    services.save_purchase_steps(
        family=ordered.line().item and "HW", steps=[StepRow("Yarn", 20, "纱线")], by=person("bo")
    )
    order, token = ordered.sent(ordered.line(), ordered.line("ZIP", 50))
    client, page = browse(), f"/l/{token}/"
    shown = client.get(page + "?language=zh-hans").content.decode()
    assert "纱线" in shown
    assert b"".join(client.get(page + "?file=order").streaming_content).startswith(b"%PDF")
    typed = {"action": "answer", "position": "1", "seen": "0", "name": "Li"}
    past = client.post(page, typed | {"on-1": "2026-01-01", "quantity-1": "100"})
    assert past.status_code == 422
    assert "has passed" in past.content.decode()
    client.post(page, typed | {"on-1": LATER.isoformat(), "quantity-1": "100"})
    stale = client.post(page, {"action": "confirm", "position": "2", "seen": "0"})
    assert stale.status_code == 409
    client.post(page, {"action": "confirm", "position": "2", "seen": "1"})
    states = dict(SupplierWord.objects.values_list("line__position", "state"))
    assert states == {1: "proposed", 2: "confirmed"}
    step = order.lines.first().milestones.get()  # type: ignore[union-attr]
    client.post(page, {"action": "step", "step": str(step.pk), "done_on": TODAY.isoformat()})
    step.refresh_from_db()
    assert step.done_on == TODAY
    services.edit_purchase_order(
        purchase_order_id=order.pk,
        lines=[EditLineRow(position=1, price=Decimal(9))],
        by=person("bo"),
    )
    changing = client.get(page).content.decode()
    assert "being changed" in changing
    assert "9.00" not in changing
    services.cancel_purchase_order(purchase_order_id=order.pk, reason="no", by=person("bo"))
    assert client.get(page).status_code == 410
    assert client.get("/l/1-guessed/").status_code == 410


def test_lists_cost_the_same_for_any_number(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        ordered.sent(ordered.line(f"IT-{number}"), ordered.line(f"IU-{number}"))
    bo = browse("bo")
    order = PurchaseOrder.objects.latest("pk")
    with django_assert_max_num_queries(16):
        bo.get(url("purchase_orders"))
    with django_assert_max_num_queries(18):
        bo.get(url("arrivals"))
    with django_assert_max_num_queries(40):
        bo.get(url("purchase_order", order.pk))
    with (
        clock.at(clock.moment_on(TODAY + dt.timedelta(days=3))),
        django_assert_max_num_queries(34),
    ):
        assert bo.get(url("today")).content.decode().count("chase/") >= 4


def test_the_same_by_the_api(browse: Any) -> None:
    ordered.mill()
    masters.item("CLOTH")
    bo = browse("bo")

    def call(path: str, **given: Any) -> Any:
        answer = bo.post(f"/api/v1{path}", json.dumps(given), content_type="application/json")
        return answer.status_code, answer.json()

    line = {"item": "CLOTH", "quantity": "100", "price": "2", "requested_on": DUE.isoformat()}
    status, made = call("/purchase-orders", rows=[{"supplier": "MILL", "lines": [line]}])
    assert status == 201, made
    at = f"/purchase-orders/{made['ids'][0]}"
    status, whole = call(at + "/edit", lines=[{"position": 1, "quantity": "90"}])
    assert status == 200
    assert Decimal(whole["lines"][0]["quantity"]) == 90
    assert whole["warnings"] == ["CLOTH: this supplier is not on its approved list."]
    assert call(at + "/submit")[0] == 200
    assert call(at + "/approve")[0] == 409
    assert call(at + "/send")[1]["state"] == "sent"
    answer = {"position": 1, "on": LATER.isoformat(), "quantity": "90"}
    _status, whole = call(at + "/answers", answers=[answer])
    [word] = whole["lines"][0]["words"]
    assert whole["warnings"] == []  # it has gone out
    assert bo.get(f"/api/v1/supplier-answers/{word['id']}/moves").json() == []
    assert call(f"/supplier-answers/{word['id']}/accept")[1]["state"] == "accepted"
    assert call(f"/supplier-answers/{word['id']}/refuse", reason="x")[0] == 409
    assert call(at + "/resend")[0] == 200
    assert call(at + "/chase")[0] == 409
    assert len(bo.get("/api/v1/arrivals").json()["items"]) == 1
    assert bo.get("/api/v1/purchase-orders?state=confirmed").json()["items"][0]["number"]
    assert call(at + "/close", reason="enough")[1]["state"] == "closed"
    assert call(at + "/cancel", reason="no")[0] == 409
    assert Mail.objects.filter(kind="purchase").exists()
    steps = {"family": "HW", "steps": [{"name_en": "Yarn", "days_before": 3}]}
    saved = bo.put("/api/v1/purchase-steps", json.dumps(steps), content_type="application/json")
    assert saved.json()["count"] == 1
    [step] = bo.get("/api/v1/purchase-steps").json()["items"]
    assert (step["family"], step["supplier"], step["name_en"]) == ("HW", "", "Yarn")
    assert browse("stranger").get("/api/v1/purchase-steps").status_code == 404
    limit = json.dumps({"rows": [{"role": "buyer", "amount": "5"}]})
    for who, status in (("bo", 403), ("zhao", 200)):
        answer = browse(who).put("/api/v1/approval-limits", limit, content_type="application/json")
        assert answer.status_code == status
        assert browse(who).get("/api/v1/approval-limits").status_code == status
    known = browse("zhao").get("/api/v1/approval-limits").json()
    amounts = {row["role"]: row["amount"] for row in known["rows"]}
    assert Decimal(amounts["buyer"]) == 5
    again = browse("zhao").put(
        "/api/v1/approval-limits", json.dumps(known), content_type="application/json"
    )
    assert again.status_code == 200  # what is read is what is written
    assert browse("zhao").get("/api/v1/approval-limits").json() == known


def test_passing_by_an_approved_list_is_said_once_and_needs_a_reason(browse: Any) -> None:
    ordered.mill()
    masters.item("CLOTH")
    masters.supplier("OTHER")
    sourcing.source("OTHER", "CLOTH", "1.5")
    bo, first, second = browse("bo"), ordered.draft(), ordered.draft()
    words = "CLOTH: this supplier is not on its approved list."
    page = bo.get(url("purchase_order", first.pk)).content.decode()
    assert page.count(words) == 1
    assert 'name="override_reason"' in page
    bo.post(url("submit_purchase_order", first.pk))
    first.refresh_from_db()
    assert first.state == "draft"
    bo.post(url("submit_purchase_order", first.pk), {"override_reason": "sample of theirs"})
    first.refresh_from_db()
    assert (first.state, first.override_reason) == ("approved", "sample of theirs")
    page = bo.get(url("purchase_order", first.pk)).content.decode()
    assert "sample of theirs" in page
    assert page.count(words) == 1  # whoever sends it is told, too

    def submit(**given: Any) -> Any:
        at = f"/api/v1/purchase-orders/{second.pk}/submit"
        return bo.post(at, json.dumps(given), content_type="application/json")

    refused = submit()
    assert refused.status_code == 409
    assert words in refused.content.decode()
    assert submit(override_reason="asked for by the customer").json()["state"] == "approved"


def test_what_the_plan_asks_for_is_drafted_in_one_press(browse: Any) -> None:
    factory.chairs()
    factory.ordered(10, day=dt.date(2026, 8, 28))
    order, _token = ordered.sent(ordered.line("SEAT", 10, requested_on=dt.date(2026, 10, 30)))
    reactions.run_due()
    factory.planned()
    message = PlanMessage.objects.get(expected__reference=order.number)
    assert message.action == "expedite"
    bo = browse("bo")
    assert "Draft the change" in bo.get(url("arrivals")).content.decode()
    bo.post(url("follow_plan_message", message.pk))
    order.refresh_from_db()
    assert (order.state, order.lines.get().requested_on) == ("draft", message.to_day)
    assert ExpectedSupply.objects.get(reference=order.number).due_on == dt.date(2026, 10, 30)
    assert browse("mei").post(url("follow_plan_message", message.pk)).status_code == 403
