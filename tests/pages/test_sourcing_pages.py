"""Pages and operations of suppliers, their scores and the purchase plan."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.partners.models import Partner
from gendan.purchasing.models import (
    GoodsReceipt,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
)
from gendan.purchasing.services import (
    PurchaseRow,
    VerdictRow,
    reject_receipt,
    release_receipt,
    request_purchases,
)
from gendan.purchasing.tests import ordered, received
from gendan.sourcing.models import (
    Qualification,
    ScoreWeights,
    ServiceScore,
    Source,
    SourcePrice,
    SupplierContract,
)
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
TODAY = dt.date(2026, 6, 10)
LISTS = ["suppliers", "supplier_scores", "purchase_plan"]


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


@pytest.fixture
def mill() -> Partner:
    masters.supplier("MILL", name="Yarn Mill")
    masters.item("YARN")
    sourcing.source("MILL", "YARN", breaks={0: 10, 1000: 9}, lead_days=5)
    return masters.supplier("MILL", name="Yarn Mill")


def text(client: Client, name: str, *ids: Any, query: str = "") -> str:
    answer = client.get(reverse(name, args=ids) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def requested(quantity: int = 10) -> PurchaseRequest:
    row = PurchaseRow("YARN", Decimal(quantity), dt.date(2026, 7, 1), dt.date(2026, 6, 12))
    return request_purchases(rows=[row], by=None)[0]


def test_who_sees_suppliers_and_who_does_not(browse: Browse, mill: Partner) -> None:
    for name, ids in [*((one, ()) for one in LISTS), ("supplier", (mill.pk,))]:
        for reader in ("bo", "zhao", "ping", "mei", "gang"):
            assert browse(reader).get(reverse(name, args=ids)).status_code == 200
        for stranger in ("stranger", "fang", "wen"):
            assert browse(stranger).get(reverse(name, args=ids)).status_code == 404
        assert browse().get(reverse(name, args=ids)).status_code == 302
    assert browse("mei").get(reverse("save_sources")).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", LISTS)
def test_pages_are_there_before_anything_is(browse: Browse, name: str, language: str) -> None:
    assert f'lang="{language}"' in text(browse("bo", language), name)


def test_all_of_a_supplier_on_one_page(
    browse: Browse, mill: Partner, django_assert_max_num_queries: Any
) -> None:
    sourcing.qualification("MILL", "ISO-1", expires_on=TODAY - dt.timedelta(days=1))
    sourcing.closing("MILL", dt.date(2026, 7, 1), dt.date(2026, 7, 5))
    bo = browse("bo")
    with django_assert_max_num_queries(45):
        shown = text(bo, "supplier", mill.pk)
    for words in ("ISO-1", "New purchase orders are stopped", "5 working days", "07-01", "no data"):
        assert words in shown
    assert "Yarn Mill" in text(bo, "suppliers", query="?state=stops")
    assert "Yarn Mill" not in text(bo, "suppliers", query="?state=free")


def test_a_source_and_its_prices_are_written_by_hand(browse: Browse, mill: Partner) -> None:
    bo = browse("bo")
    masters.item("CLOTH")
    source = {"supplier": "MILL", "item": "CLOTH", "status": "approved", "rank": "2"}
    bo.post(reverse("save_sources"), source)
    assert Source.objects.get(item__code="CLOTH").rank == 2
    page = reverse("save_source_prices")
    shown = text(bo, "save_source_prices", query="?supplier=MILL&item=YARN")
    assert 'value="2020-01-01|1000"' in shown
    values = {
        "supplier": "MILL",
        "item": "YARN",
        "known": ["2020-01-01|0", "2020-01-01|1000"],
        "valid_from_on-0": "2020-01-01",
        "from_quantity-0": "0",
        "price-0": "11",
        "valid_from_on-1": "2026-07-01",
        "price-1": "12",
    }
    answer = bo.post(page, values)
    assert answer.status_code == 303
    rows = SourcePrice.objects.order_by("valid_from_on").values_list("price", "valid_until_on")
    assert list(rows) == [(11, dt.date(2026, 6, 30)), (12, None)]
    assert bo.post(page, values | {"price-0": "0"}).status_code == 422
    assert bo.post(page, values | {"valid_from_on-0": "soon"}).status_code == 422
    assert bo.get(page + "?supplier=MILL&item=NONE").status_code == 404


def test_documents_contracts_scores_and_files(browse: Browse, mill: Partner) -> None:
    bo, zhao = browse("bo"), browse("zhao")
    document = {"supplier": "MILL", "kind": "quality", "number": "ISO-1"}
    bo.post(
        reverse("save_qualifications"),
        document | {"expires_on": "2026-06-09", "is_required": "on"},
    )
    one = Qualification.objects.get()
    overlook = reverse("overlook_qualification", args=[one.pk])
    assert bo.get(overlook).status_code == 403
    assert zhao.get(overlook).status_code == 200
    zhao.post(overlook, {"until_on": "2026-06-20", "reason": "the audit is booked"})
    one.refresh_from_db()
    assert one.overlooked_until_on == dt.date(2026, 6, 20)
    bo.post(
        reverse("save_supplier_contracts"),
        {"supplier": "MILL", "number": "K-1", "valid_from_on": "2026-01-01", "over_percent": "3"},
    )
    contract = SupplierContract.objects.get()
    paper = reverse("file_supplier_document", args=["contract", contract.pk])
    assert bo.get(paper).status_code == 200
    bo.post(paper, {"file": SimpleUploadedFile("k1.pdf", b"%PDF-1.4 signed")})
    read = reverse("supplier_file", args=["contract", contract.pk])
    assert b"".join(browse("ping").get(read).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert browse("wen").get(read).status_code == 404
    wrong = reverse("supplier_file", args=["story", contract.pk])
    assert bo.get(wrong).status_code == 404
    bo.post(
        reverse("save_service_scores"),
        {"supplier": "MILL", "month_on": "2026-06-10", "score": "70"},
    )
    assert ServiceScore.objects.get().score == 70
    bo.post(
        reverse("save_supplier_closings"),
        {"supplier": "MILL", "first_on": "2026-07-01", "last_on": "2026-07-03"},
    )
    shown = text(bo, "supplier", mill.pk)
    assert all(words in shown for words in ("K-1", "k1.pdf", "overlooked", "70"))


def test_weights_and_assumptions_are_set_with_a_reason(browse: Browse, mill: Partner) -> None:
    bo = browse("bo")
    weights = dict.fromkeys(ScoreWeights.PARTS, "10")
    page = reverse("save_score_weights")
    assert (
        bo.post(page, weights | {"reason": ""}).status_code == 200
    )  # the form says what is missing
    bo.post(page, weights | {"reason": "all alike"})
    assert "all alike" in text(bo, "save_score_weights")
    shown = text(bo, "save_buying_assumptions")
    assert 'name="finance_percent"' in shown
    figures = {
        "finance_percent": "8",
        "freight_percent": "1",
        "import_freight_percent": "5",
        "duty_percent": "4",
        "defect_factor": "2",
        "late_day_percent": "0.5",
    }
    bo.post(reverse("save_buying_assumptions"), figures | {"reason": "the bank asks more"})
    assert "interest 8 % a year" in text(bo, "purchase_plan")


def test_proposals_are_ordered_as_they_were_seen(browse: Browse, mill: Partner) -> None:
    requested(995)
    bo = browse("bo")
    shown = text(bo, "purchase_plan")
    assert "the higher break is cheaper in all" in shown
    assert "Order what is proposed" in shown
    assert "Order what is proposed" not in text(browse("mei"), "purchase_plan")
    told = bo.get(reverse("purchase_plan") + "?export=csv").getvalue().decode()
    assert told.splitlines()[1].startswith("MILL,Yarn Mill,YARN,1000,")
    key = shown.split('name="line" value="')[1].split('"')[0]
    seen = shown.split(f'name="seen.{key}" value="')[1].split('"')[0]
    page = reverse("order_proposals")
    assert bo.post(page, {"weeks": "2"}).status_code == 422
    requested(10)
    answer = bo.post(page, {"weeks": "2", "line": key, f"seen.{key}": seen})
    assert answer.status_code == 409
    assert "has changed" in answer.content.decode()
    shown = text(bo, "purchase_plan")
    seen = shown.split(f'name="seen.{key}" value="')[1].split('"')[0]
    answer = bo.post(page, {"weeks": "2", "line": key, f"seen.{key}": seen})
    assert answer.status_code == 303
    line = PurchaseOrder.objects.get().lines.get()
    assert (line.quantity, line.price, line.shares.count()) == (1005, 9, 2)
    assert "Nothing is to be ordered" in text(bo, "purchase_plan")


def test_an_empty_plan_says_when_the_next_is_to_be_ordered(browse: Browse, mill: Partner) -> None:
    row = PurchaseRow("YARN", Decimal(10), dt.date(2026, 8, 3), dt.date(2026, 7, 6))
    request_purchases(rows=[row], by=None)
    shown = text(browse("bo"), "purchase_plan")
    assert "Nothing is to be ordered within 2 weeks" in shown
    assert "2026-07-06" in shown
    assert "/purchasing/plan/?weeks=4" in shown
    later = text(browse("bo"), "purchase_plan", query="?weeks=4")
    assert "YARN" in later
    assert "100.00 CNY" in later
    assert "CNY · ≈" not in later  # its own currency needs no rate


def test_programs_do_the_same(browse: Browse, mill: Partner) -> None:
    bo = browse("bo")

    def post(path: str, **data: Any) -> Any:
        answer = bo.post(f"/api/v1/{path}", json.dumps(data), content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    def get(path: str, who: str = "bo") -> Any:
        answer = browse(who).get(f"/api/v1/{path}")
        return answer.json() if answer.status_code == 200 else answer.status_code

    masters.item("CLOTH")
    post("sources", rows=[{"supplier": "MILL", "item": "CLOTH", "lead_days": 3}])
    price = {"supplier": "MILL", "item": "CLOTH", "valid_from_on": "2026-01-01", "price": "4"}
    post("source-prices", rows=[price])
    post("supplier-documents", rows=[{"supplier": "MILL", "kind": "other", "number": "1"}])
    post(
        "supplier-contracts",
        rows=[{"supplier": "MILL", "number": "K", "valid_from_on": "2026-01-01"}],
    )
    post(
        "supplier-closings",
        rows=[{"supplier": "MILL", "first_on": "2026-09-01", "last_on": "2026-09-02"}],
    )
    post("service-scores", rows=[{"supplier": "MILL", "month_on": "2026-06-01", "score": 50}])
    assert get("score-weights")["at"] is None  # as Gendan ships them
    post("score-weights", weights={"service": 90}, reason="why")
    weighed = get("score-weights")
    assert (weighed["weights"]["service"], weighed["weights"]["quality"]) == (90, 25)
    assert weighed["reason"] == "why"
    assert get("score-weights", "fang") == 403
    post("buying-assumptions", values={"finance_percent": "5"}, reason="why")
    score = get(f"suppliers/{mill.pk}/score")
    assert score["total"] == 50
    assert len(score["parts"]) == 7
    for path in ("suppliers", "supplier-documents", "supplier-contracts", "supplier-closings"):
        assert len(get(path)["items"]) == 1
        assert get(path, "wen")["items"] == []
    assert len(get("sources?item=CLOTH")["items"]) == 1
    assert len(get("source-prices?supplier=MILL")["items"]) == 3
    request = requested(20)
    plan = get("purchase-plan?weeks=4")
    assert get("purchase-plan", "wen") == 404
    (line,) = plan["lines"]
    assert (line["item"], line["supplier"], Decimal(line["quantity"])) == ("YARN", "MILL", 20)
    chosen = {"source_id": line["alternatives"][0]["source_id"], "quantity": "20"}
    made = post("purchase-plan/orders", rows=[chosen | {"request_ids": [request.pk]}])
    assert PurchaseOrder.objects.get(pk=made["ids"][0]).lines.count() == 1
    document = Qualification.objects.get()
    answer = bo.post(
        f"/api/v1/supplier-papers/qualification/{document.pk}/file",
        {"file": SimpleUploadedFile("iso.pdf", b"%PDF-1.4")},
    )
    assert answer.json()["file_name"] == "iso.pdf"
    answer = browse("zhao").post(
        f"/api/v1/supplier-documents/{document.pk}/overlook",
        json.dumps({"until_on": "2026-06-20", "reason": "why"}),
        content_type="application/json",
    )
    assert answer.status_code == 409


def test_a_need_above_a_weeks_capacity_is_shared_out_and_may_be_adjusted(
    browse: Browse, mill: Partner
) -> None:
    masters.supplier("M-2", name="Second Mill")
    sourcing.source("MILL", "YARN", weekly_capacity=100, lead_days=15)
    sourcing.source("M-2", "YARN", "10.2", lead_days=5, minimum=20)
    row = PurchaseRow("YARN", Decimal(150), dt.date(2026, 7, 1), TODAY)
    request_purchases(rows=[row], by=None)
    bo = browse("bo")
    shown = text(bo, "purchase_plan")
    assert "is cheapest, but makes" in shown
    assert "Ways compared" in shown
    keys = [part.split('"')[0] for part in shown.split('name="line" value="')[1:]]
    assert len(keys) == 2
    given: dict[str, Any] = {"weeks": "2", "line": keys}
    for key in keys:
        given[f"seen.{key}"] = shown.split(f'name="seen.{key}" value="')[1].split('"')[0]
    small = next(key for key in keys if given[f"seen.{key}"].startswith("50;"))
    page = reverse("order_proposals")
    for wrong in ({f"quantity.{small}": "0"}, {f"quantity.{small}": "x"}, {f"on.{small}": "soon"}):
        assert bo.post(page, given | wrong).status_code == 422
    adjusted = {f"quantity.{small}": "60", f"on.{small}": "2026-07-06"}
    assert bo.post(page, given | adjusted).status_code == 303
    lines = {line.order.supplier.code: line for line in PurchaseOrderLine.objects.all()}
    assert {code: int(line.quantity) for code, line in lines.items()} == {"MILL": 100, "M-2": 60}
    assert lines["M-2"].requested_on == dt.date(2026, 7, 6)
    offered = bo.get("/api/v1/purchase-plan?weeks=4").json()
    assert offered["lines"] == []


def test_the_api_tells_why_a_need_is_shared_out(browse: Browse, mill: Partner) -> None:
    sourcing.source("MILL", "YARN", weekly_capacity=100, lead_days=5)
    row = PurchaseRow("YARN", Decimal(150), dt.date(2026, 7, 1), TODAY)
    request_purchases(rows=[row], by=None)
    lines = browse("bo").get("/api/v1/purchase-plan?weeks=4").json()["lines"]
    assert sorted((one["part"], one["asked_on"]) for one in lines) == [
        (1, "2026-06-24"),
        (2, "2026-07-01"),
    ]
    assert {one["split"]["supplier"] for one in lines} == {"MILL"}
    assert lines[0]["split"]["ways"][0]["parts"][0]["supplier"] == "MILL"


def judged(good: int, bad: int) -> GoodsReceipt:
    """A delivery of the mill's of which so much was released and so much rejected."""
    order = received.an_order(ordered.line("YARN", good + bad))
    receipt = received.receive(received.arrived(order, good + bad))
    [line] = receipt.lines.all()
    rows = [VerdictRow(line.pk, Decimal(good))]
    release_receipt(receipt_id=receipt.pk, rows=rows, by=person("qiu"))
    reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    return receipt


def test_a_figure_of_the_scorecard_opens_its_rows(browse: Browse, mill: Partner) -> None:
    receipt = judged(8, 2)
    bo = browse("bo")
    shown = text(bo, "supplier_score", mill.pk, query="?part=quality")
    assert "200000 ppm" in shown
    assert receipt.number in shown
    assert reverse("goods_receipt", args=[receipt.pk]) in shown
    assert "2026-06" in shown
    quarter = text(bo, "supplier_score", mill.pk, query="?part=lots&by=quarter&from=2026-04-01")
    assert "2026 Q2" in quarter
    assert receipt.number in quarter
    empty = text(bo, "supplier_score", mill.pk, query="?part=lots&from=2026-01-01")
    assert receipt.number not in empty
    odd = text(bo, "supplier_score", mill.pk, query="?part=lots&from=1990-01-01")
    assert receipt.number in odd
    assert "· 1990-01" not in odd  # no period of the page: all is shown, and nothing else said
    for query in ("?part=x", "?part=price&from=never", "?by=year&from=2026-13-45"):
        text(bo, "supplier_score", mill.pk, query=query)
    assert "part=quality" in text(bo, "supplier", mill.pk)
    assert "part=quality" in text(bo, "supplier_scores")
    told = bo.get(reverse("supplier_scores") + "?export=csv").getvalue().decode()
    assert "Quality (ppm)" in told.splitlines()[0]
    assert told.splitlines()[1].startswith("MILL,Mill Ltd,20.0,50,")
    assert bo.get(reverse("supplier_scores") + "?export=doc").status_code == 422
    assert browse("wen").get(reverse("supplier_score", args=[mill.pk])).status_code == 404
    path = f"/api/v1/suppliers/{mill.pk}/score"
    [row] = bo.get(f"{path}/quality").json()
    assert (row["of"], row["item"]) == (receipt.number, "YARN")
    assert row["figures"] == {"inspected": 10, "defective": 2, "is_accepted": False}
    assert bo.get(f"{path}/luck").status_code == 404
    for part in ("confirmed", "requested", "price", "response", "service"):
        assert bo.get(f"{path}/{part}").status_code == 200
        text(bo, "supplier_score", mill.pk, query=f"?part={part}")
