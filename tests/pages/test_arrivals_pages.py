"""Pages and API of supply exceptions and ship notices: who may, what they do, what they cost."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gendan.inventory.services import ExpectedRow, expect_supplies
from gendan.kernel import clock, reactions
from gendan.notices.models import Notice
from gendan.orders.queries import demand_of
from gendan.partners.models import Partner
from gendan.planning.models import SourceDecision
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, ShipNotice, SupplyException
from gendan.purchasing.services import PurchaseRow
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def test_an_exception_from_report_to_done_by_pages(browse: Any) -> None:
    order, _token = ordered.sent()
    line = order.lines.get()
    wen, bo, mei = browse("wen"), browse("bo"), browse("mei")
    report = url("report_supply_exception", line.pk)
    assert wen.get(report).status_code == 200
    assert mei.get(report).status_code == 403
    assert b"came instead" in wen.post(report, {"kind": "wrong", "quantity": "5"}).content
    wen.post(report, {"kind": "wrong", "quantity": "5", "remark": "red cloth"})
    found = SupplyException.objects.get()
    page = url("supply_exception", found.pk)
    for address in (page, url("supply_exceptions")):
        assert browse().get(address).status_code == 302
        assert browse("stranger").get(address).status_code == 404
        assert b"CLOTH" in mei.get(address).content
        assert browse("bo", "zh-hans").get(address).status_code == 200
    assert b"red cloth" in bo.get(page).content
    decide = url("decide_supply_exception", found.pk)
    assert mei.post(decide, {"choice": "wait"}).status_code == 403
    bo.post(decide, {"choice": "return", "revision": found.revision})
    found.refresh_from_db()
    assert (found.state, found.choice, found.choice_on) == ("decided", "return", None)
    bo.post(url("close_supply_exception", found.pk), {"reason": "exchanged"})
    found.refresh_from_db()
    assert (found.state, found.end_reason) == ("done", "exchanged")
    assert b"exchanged" in bo.get(page).content
    assert bo.get(url("supply_exceptions") + "?export=csv&state=done").status_code == 200


def test_the_buyer_acts_and_merchandisers_of_its_orders_know() -> None:
    made = make.confirmed()
    need = demand_of(made.lines.get().pk)
    ordered.sent(ordered.line(demands=[need]))
    with clock.at(clock.moment_on(DUE + dt.timedelta(days=3))):
        services.find_supply_exceptions()
        reactions.run_due()
    told = Notice.objects.filter(entry__fact="SupplyExceptionFound")
    assert {one.user for one in told} == {person("bo"), made.merchandiser}
    assert told.get(user=person("bo")).must_act
    with clock.at(clock.moment_on(DUE + dt.timedelta(days=3))):
        found = SupplyException.objects.get()
        later = DUE + dt.timedelta(days=9)
        services.decide_supply_exception(
            exception_id=found.pk, choice="wait", on=later, by=person("bo")
        )
        reactions.run_due()
    assert told.get(user=person("bo")).acted_at is not None


def test_arrivals_name_an_order_once_with_its_earliest_promise(browse: Any) -> None:
    made = make.confirmed(lines=[make.line("S-1", 5), make.line("S-2", 5)])
    early, late = made.lines.order_by("position")
    type(late).objects.filter(pk=late.pk).update(promised_on=DUE + dt.timedelta(days=40))
    type(early).objects.filter(pk=early.pk).update(promised_on=DUE - dt.timedelta(days=1))
    ordered.sent(ordered.line(demands=[demand_of(late.pk), demand_of(early.pk)]))
    shown = browse("bo").get(url("arrivals")).content.decode()
    assert shown.count(f">{made.number}</a>") == 1
    told = shown.split(f">{made.number}</a>")[1].split("</div>")[0]
    assert "held up" in told
    assert "2 lines in all" in told
    assert f"{DUE - dt.timedelta(days=1):%m-%d}" in told


def test_the_list_costs_the_same_for_many(browse: Any) -> None:
    order, _token = ordered.sent(*(ordered.line(f"C-{at}") for at in range(5)))
    bo = browse("bo")

    def cost(numbers: int) -> int:
        for line in order.lines.order_by("position")[:numbers]:
            if not SupplyException.objects.filter(line=line).exists():
                services.report_supply_exception(
                    line_id=line.pk, kind="late", quantity="5", by=person("bo")
                )
        with CaptureQueriesContext(connection) as found:
            assert bo.get(url("supply_exceptions")).status_code == 200
        return len(found)

    cost(1)
    assert cost(1) == cost(5)


def test_exceptions_by_api(browse: Any) -> None:
    def call_api(way: str, path: str, who: str, given: Any = None) -> Any:
        sent: dict[str, Any] = {}
        if given is not None:
            sent = {"data": json.dumps(given), "content_type": "application/json"}
        return getattr(browse(who), way)(f"/api/v1{path}", **sent)

    order, _token = ordered.sent()
    line = order.lines.get()
    given = {"line_id": line.pk, "kind": "short", "quantity": "5"}
    assert call_api("post", "/supply-exceptions", "mei", given).status_code == 403
    made = call_api("post", "/supply-exceptions", "bo", given)
    assert made.status_code == 201
    one = f"/supply-exceptions/{made.json()['id']}"
    assert call_api("get", "/supply-exceptions?state=open", "mei").json()["items"]
    keys = [row["key"] for row in call_api("get", one + "/choices", "bo").json()]
    assert keys[:2] == ["wait", "split"]
    bad = call_api("post", one + "/decide", "bo", {"choice": "split"})
    assert bad.status_code == 422  # nothing is said of the parts
    wait = {"choice": "wait", "on": DUE.isoformat()}
    done = call_api("post", one + "/decide", "bo", wait).json()
    assert (done["state"], done["choice"]) == ("decided", "wait")
    assert call_api("post", one + "/close", "bo", {"reason": ""}).status_code == 422
    assert call_api("post", one + "/close", "bo", {"reason": "all is here"}).json()["state"] == (
        "done"
    )
    assert call_api("get", "/supply-exceptions/999999", "bo").status_code == 404


UBL = """<?xml version="1.0" encoding="UTF-8"?>
<DespatchAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>DA-77</cbc:ID><cbc:IssueDate>2026-06-10</cbc:IssueDate>
 <cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>
 <cac:DespatchLine><cbc:ID>1</cbc:ID>
  <cbc:DeliveredQuantity unitCode="{unit}">100</cbc:DeliveredQuantity>
  <cac:OrderLineReference><cbc:LineID>1</cbc:LineID>
   <cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference></cac:OrderLineReference>
  <cac:Item><cbc:Name>Cloth</cbc:Name>
   <cac:SellersItemIdentification><cbc:ID>M-77</cbc:ID></cac:SellersItemIdentification></cac:Item>
 </cac:DespatchLine></DespatchAdvice>"""


def test_a_notice_by_file_is_compared_and_accepted(browse: Any) -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    line = order.lines.select_related("item__unit").get()
    bo, new = browse("bo"), url("record_ship_notice")
    assert browse("mei").get(new).status_code == 403
    assert bo.get(new).status_code == 200
    text = UBL.format(order=order.number, unit=line.item.unit.rec20)
    file = SimpleUploadedFile("da.xml", text.encode())
    bo.post(new, {"file": file, "expected_on": (DUE + dt.timedelta(days=2)).isoformat()})
    notice = ShipNotice.objects.get()
    assert (notice.number, notice.way, notice.lines.get().order_line) == ("DA-77", "file", line)
    page = url("ship_notice", notice.pk)
    for address in (page, url("ship_notices")):
        assert browse("stranger").get(address).status_code == 404
        assert browse("mei", "zh-hans").get(address).status_code == 200
    assert b"DA-77" in bo.get(page + "?file=1").getvalue()
    assert b"on the way" in bo.get(url("arrivals")).content
    assert browse("mei").post(url("accept_ship_notice", notice.pk)).status_code == 403
    bo.post(url("accept_ship_notice", notice.pk))
    line.refresh_from_db()
    assert line.due_on == DUE + dt.timedelta(days=2)
    again = SimpleUploadedFile("bad.xml", b"<nothing/>")
    assert b"cannot be read" in bo.post(new, {"file": again}).content


def test_a_notice_by_the_link_and_by_api(browse: Any, client: Any) -> None:
    order, token = ordered.sent()
    link = reverse("link", args=[token])
    typed = {"action": "notice", "position": "1", "number": "DN-1", "shipped-1": "100"}
    typed |= {"expected_on": DUE.isoformat(), "name": "Li Wei"}
    refused = client.post(link, typed | {"expected_on": ""})
    assert b"when the goods are here" in refused.content
    assert b"Thank you" in client.post(link, typed).content
    assert b"DN-1" in client.get(link).content
    notice = ShipNotice.objects.get()
    assert (notice.person, notice.number) == ("Li Wei", "DN-1")
    bo = browse("bo")
    bo.post(url("refuse_ship_notice", notice.pk), {"reason": "not ready"})
    given = {
        "shipment": {"number": "DN-2", "expected_on": DUE.isoformat()},
        "rows": [{"quantity": "50", "order_number": order.number, "article": "CLOTH"}],
    }
    api = "/api/v1/ship-notices"
    made = bo.post(api, json.dumps(given), content_type="application/json")
    assert made.status_code == 201
    assert len(made.json()["differences"]) == 1
    twice = bo.post(api, json.dumps(given), content_type="application/json")
    assert twice.status_code == 409
    one = f"{api}/{made.json()['id']}"
    assert bo.post(one + "/accept").json()["state"] == "accepted"
    assert bo.get(api + "?state=accepted").json()["items"][0]["number"] == "DN-2"
    refuse = bo.post(one + "/refuse", '{"reason": "late"}', content_type="application/json")
    assert refuse.status_code == 409


def test_arrivals_by_hand_by_month_and_by_page(browse: Any, monkeypatch: Any) -> None:
    ordered.sent(*(ordered.line(f"C-{at}") for at in range(3)))
    expect_supplies(
        rows=[ExpectedRow("C-0", Decimal(7), DUE, reference="BY-HAND")], by=person("bo")
    )
    bo = browse("bo")
    assert b"BY-HAND" in bo.get(url("arrivals")).content
    monkeypatch.setattr("gendan.web.purchasing_arrivals.SHOWN", 2)
    second = bo.get(url("arrivals") + "?page=2").content
    assert (b"C-2" in second, b"C-0" in second) == (True, False)
    month = bo.get(url("arrivals") + f"?month={DUE:%Y-%m}").content
    assert (b"C-1" in month, b"BY-HAND" in month) == (True, True)
    for odd in ("2026-99", "x", "9999-12"):
        assert bo.get(url("arrivals") + f"?month={odd}").status_code == 200


def test_the_supplier_planning_has_decided_on_is_preselected(browse: Any) -> None:
    ordered.mill()
    masters.item("CLOTH")
    row = PurchaseRow("CLOTH", Decimal(100), DUE, TODAY)
    [request] = services.request_purchases(rows=[row], by=person("bo"))
    SourceDecision.objects.create(
        item=request.item,
        quantity=Decimal(100),
        needed_on=DUE,
        how="buy",
        supplier=ordered.mill(),
        made=request.number,
        decided_at=clock.now(),
    )
    sourcing.source("MILL", "CLOTH", 3, lead_days=5, currency="CNY", weekly_capacity=60)
    masters.supplier("S-2")
    sourcing.source("S-2", "CLOTH", 2, lead_days=5)
    bo = browse("bo")
    page = bo.get(url("draft_purchase_orders") + f"?requests={request.pk}").content.decode()
    assert 'value="MILL"' in page
    plan = bo.get(url("purchase_plan")).content.decode()
    assert "Planning has decided on Mill Ltd" in plan
    empty = bo.get(url("draft_purchase_orders") + "?supplier=MILL&item=CLOTH&quantity=7")
    assert 'value="7"' in empty.content.decode()


def test_an_exception_reads_well_in_chinese_and_its_draft_leads_back(browse: Any) -> None:
    made = make.confirmed()
    ordered.sent(ordered.line(demands=[demand_of(one.pk) for one in made.lines.all()]))
    masters.supplier("MILL2", currency="CNY")
    sourcing.source("MILL2", "CLOTH", "2.5", lead_days=5, currency="CNY", minimum="1500")
    after = DUE + dt.timedelta(days=3)
    with clock.at(clock.moment_on(after)):
        services.find_supply_exceptions()
        found = SupplyException.objects.get()
        bo, english = browse("bo", "zh-hans"), browse("bo", "en")
        listed = bo.get(url("supply_exceptions")).content.decode()
        assert "待定标" not in listed
        assert "待决定" in listed
        assert "decide: wait" in english.get(url("supply_exceptions")).content.decode()
        page = bo.get(url("supply_exception", found.pk)).content.decode()
        other = str(Partner.objects.get(code="MILL2"))
        assert f"换供应商: {other}" in page
        assert "收到时间" not in page
        assert page.count(f">{made.number}</a>") == 1 + page.count("?tab=followup")
        bo.post(
            url("decide_supply_exception", found.pk),
            {"choice": "other_supplier:MILL2", "revision": found.revision},
        )
        draft = PurchaseOrder.objects.get(supplier__code="MILL2")
        shown = english.get(url("purchase_order", draft.pk)).content.decode()
        assert url("supply_exception", found.pk) in shown
        assert "Bought instead of" in shown


def test_a_notice_for_an_order_begins_with_what_is_still_to_come(browse: Any) -> None:
    order, _token = ordered.sent(ordered.line(), ordered.line("RIBBON", 10))
    bo = browse("bo", "en")
    form = url("record_ship_notice")
    empty = bo.get(form).content.decode()
    assert 'name="quantity-0" value=""' in empty
    page = bo.get(f"{form}?order={order.pk}").content.decode()
    for text in ('name="article-0" value="CLOTH"', 'name="quantity-0" value="100"'):
        assert text in page
    assert 'name="quantity-1" value="10"' in page
    typed = {"order": order.pk, "number": "SN-1", "order-0": order.number}
    typed |= {"expected_on": (TODAY + dt.timedelta(days=3)).isoformat()}
    typed |= {"article-0": "CLOTH", "quantity-0": "40", "quantity-7": "5"}
    again = bo.post(form, typed | {"number": ""}).content.decode()
    assert 'name="quantity-7" value="5"' in again  # what was typed stays
    del typed["quantity-7"]
    assert bo.post(form, typed).status_code == 303
    assert ShipNotice.objects.get().lines.get().quantity == 40
