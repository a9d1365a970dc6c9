"""Pages and API of receiving: scanning, holding, verdicts, returns, labels, invoices."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.purchasing import gs1, labels
from gendan.purchasing.models import (
    GoodsReceipt,
    SupplierInvoice,
    SupplierReturn,
    SupplyException,
)
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, line, receive
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
GTIN = "4006381333931"


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def scanned(client: Client, text: str, **more: Any) -> str:
    answer = client.post(url("receive_goods"), {"scan": text, "do": "scan", "count": "0"} | more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_who_opens_them(browse: Any) -> None:
    receipt = receive(arrived(an_order(), 10))
    for page in ("goods_receipts", "supplier_returns", "supplier_invoices"):
        assert browse().get(url(page)).status_code == 302
        assert browse("stranger").get(url(page)).status_code == 404
        assert browse("bo", "zh-hans").get(url(page)).status_code == 200
    assert browse("mei").get(url("receive_goods")).status_code == 403
    assert browse("wen").get(url("receive_goods")).status_code == 200
    assert browse("qiu").get(url("goods_receipt", receipt.pk)).status_code == 200


def test_what_came_is_taken_out_as_a_file(browse: Any) -> None:
    receipt = receive(arrived(an_order(), 10), delivery_note="LS 1")
    page = url("goods_receipt", receipt.pk)
    told: Any = browse("qiu").get(page + "?export=csv")
    (row,) = csv.DictReader(io.StringIO(told.getvalue().decode("utf-8-sig")))
    assert (row["Receipt"], row["Delivery note"]) == (receipt.number, receipt.delivery_note)
    assert (row["Item"], row["Quantity"], row["Released"]) == ("CLOTH", "10", "0")
    assert "export=xlsx" in browse("qiu").get(page).content.decode()
    assert browse("stranger").get(page + "?export=csv").status_code == 404
    assert browse("stranger").get(url("goods_receipt", receipt.pk)).status_code == 404
    assert browse("wen").post(url("release_receipt", receipt.pk)).status_code == 403
    assert browse("fang").get(url("supplier_invoices")).status_code == 200


def test_from_the_scan_to_the_return_by_pages(browse: Any) -> None:
    order = an_order()
    wen, qiu, bo = browse("wen"), browse("qiu"), browse("bo")
    assert f'value="{line(order).pk}"' in scanned(wen, order.number.lower())
    row = {"count": "1", "line-0": line(order).pk, "do": "receive", "delivery_note": "DN-1"}
    refused = wen.post(url("receive_goods"), row | {"quantity-0": "200"})
    assert "would be too many" in refused.content.decode()
    assert 'value="200"' in refused.content.decode()
    assert "Type how much" in wen.post(url("receive_goods"), row).content.decode()
    wen.post(url("receive_goods"), row | {"quantity-0": "100"})
    receipt = GoodsReceipt.objects.get()
    qiu.post(url("release_receipt", receipt.pk), {"line": receipt.lines.get().pk, "quantity": "70"})
    qiu.post(url("reject_receipt", receipt.pk), {"reason": "stains"})
    assert lies() == {"BIN-1": 70, "QUARANTINE": 30}
    page = bo.get(url("goods_receipt", receipt.pk)).content.decode()
    assert "stains" in page
    assert "30" in page
    given = {"outcome": "credit", "reason": "stains", "due_on": ""}
    bo.post(url("return_goods", receipt.pk), given)
    found = SupplierReturn.objects.get()
    assert found.credit == 60
    note = bo.get(url("return_note", found.pk))
    assert b"".join(note.streaming_content).startswith(b"%PDF-")
    assert found.number in bo.get(url("supplier_returns")).content.decode()


def test_one_field_understands_what_is_scanned(browse: Any) -> None:
    masters.item("GLUE", traced="lot", barcode=GTIN)
    order = an_order(ordered.line("GLUE"), ordered.line("CLOTH"))
    wen = browse("wen")
    assert 'name="item-0" value="GLUE"' in scanned(wen, "glue")
    assert 'name="item-0" value="GLUE"' in scanned(wen, GTIN)
    assert "2 lines are open" in scanned(wen, "mill")
    text = gs1.write({"02": f"0{GTIN}", "37": "24", "10": "L7", "17": "271231"})
    page = scanned(wen, f"]C1{text}")
    for value in ('value="24"', 'value="L7"', 'value="2027-12-31"'):
        assert value in page
    again = {"count": "1", "line-0": line(order).pk, "quantity-0": "24", "lot-0": "L7"}
    assert "scanned already" in scanned(wen, "(240)GLUE(10)L7", **again)
    other = scanned(wen, "(240)GLUE(10)L8", **again)
    assert 'value="L8"' in other
    assert 'value="L7"' in other
    receipt = receive(arrived(order, 5, lot="L9"))
    assert 'value="L9"' in scanned(wen, labels.label_url(receipt.lines.get().pk))


def test_what_cannot_be_received_is_said_in_a_sentence(browse: Any) -> None:
    order = an_order()
    masters.item("LOOSE", barcode="12345670")
    wen = browse("wen")
    for text, words in (
        ("https://other.example/receiving/labels/1/", "belongs to another company"),
        (f"{settings.PUBLIC_URL}/receiving/labels/99999/", "no label of goods"),
        ("http://[", "belongs to another company"),
        ("NOBODY-KNOWS", "Nothing is known as"),
        ("4006381333931", "No item of ours has the GTIN"),
        ("(01)04006381333932", "cannot be read"),
        ("12345670", "Nothing of"),
        ("x" * 301, "Scan or type"),
    ):
        assert words in scanned(wen, text), text
    receive(arrived(order, 100))
    assert "Nothing of" in scanned(wen, order.number)


def test_labels_are_a_pdf_and_say_what_scanning_reads(browse: Any) -> None:
    masters.item("GLUE", traced="lot", barcode=GTIN)
    receipt = receive(arrived(an_order(ordered.line("GLUE")), 24, lot="L7"))
    said = labels.elements(receipt.lines.get())
    assert said == {"02": f"0{GTIN}", "37": "24", "10": "L7", "240": "GLUE"}
    answer = browse("wen").get(url("receipt_labels", receipt.pk) + "?copies=3")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    for bad in ("0", "501"):
        page = browse("wen").get(url("receipt_labels", receipt.pk) + f"?copies={bad}")
        assert page.status_code == 422
    Item.objects.update(code="批料 1")
    assert "240" not in labels.elements(receipt.lines.get())
    assert labels.label_sheet([receipt.lines.get()]).startswith(b"%PDF-")


def test_an_invoice_by_pages(browse: Any) -> None:
    order = an_order()
    receive(arrived(order, 100))
    bo, fang = browse("bo"), browse("fang")
    page = url("record_supplier_invoice")
    assert "No supplier has" in bo.get(page, {"order": "PO-9"}).content.decode()
    assert 'value="100"' in bo.get(page, {"order": order.number}).content.decode()
    key = line(order).pk
    given = {"order": order.number, "number": "F-1", "dated_on": "2026-06-09"}
    given |= {f"quantity-{key}": "100", f"price-{key}": "2.5"}
    bo.post(page, given)
    found = SupplierInvoice.objects.get()
    assert found.state == "differs"
    assert "is here already" in bo.post(page, given).content.decode()
    shown = fang.get(url("supplier_invoice", found.pk)).content.decode()
    assert "another price: 2.5 ≠ 2" in shown
    fang.post(url("approve_supplier_invoice", found.pk), {"reason": "agreed by phone"})
    found.refresh_from_db()
    assert found.state == "approved"


def test_lists_cost_the_same_whatever_their_length(browse: Any) -> None:
    order, zhao = an_order(), browse("zhao")

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            zhao.get(url("goods_receipts"))
            zhao.get(url("goods_receipt", GoodsReceipt.objects.latest("pk").pk))
        return len(found)

    receive(arrived(order, 5))
    cost()  # the first page of a session asks more
    few = cost()
    for _ in range(5):
        receive(arrived(order, 5), arrived(order, 1), arrived(order, 2), again=True)
    assert cost() == few
    assert zhao.get(url("goods_receipts") + "?export=csv").status_code == 200


def test_the_api_does_the_same(browse: Any) -> None:
    order = an_order()

    def call(who: str, path: str, given: Any = None) -> Any:
        client, path = browse(who), f"/api/v1{path}"
        if given is None:
            return client.get(path)
        return client.post(path, json.dumps(given), content_type="application/json")

    scan = call("wen", "/receiving/scan", {"text": order.number}).json()
    rows = [{"line_id": scan["lines"][0]["line_id"], "quantity": "100"}]
    made = call("wen", "/goods-receipts", {"rows": rows, "delivery_note": "A"})
    assert made.status_code == 201
    receipt = made.json()
    path = f"/goods-receipts/{receipt['id']}"
    assert call("wen", "/goods-receipts", {"rows": rows}).status_code == 422
    part = [{"line_id": receipt["lines"][0]["id"], "quantity": "60"}]
    assert (
        call("qiu", path + "/release", {"rows": part}).json()["lines"][0]["waiting"] == "40.000000"
    )
    assert call("qiu", path + "/reject", {"reason": "stains"}).json()["state"] == "decided"
    back = {"outcome": "replacement", "reason": "stains", "due_on": "2026-06-20"}
    assert call("bo", path + "/return", back).json()["due_on"] == "2026-06-20"
    bill = {"supplier": "MILL", "number": "F", "dated_on": "2026-06-10"}
    bill["rows"] = [{"line_id": rows[0]["line_id"], "quantity": "60", "price": "2"}]  # type: ignore[assignment]
    invoice = call("bo", "/supplier-invoices", bill).json()
    assert (invoice["state"], invoice["total"]) == ("matched", "120.0000")
    for name in ("goods-receipts", "supplier-returns", "supplier-invoices"):
        assert call("mei", f"/{name}").json()["items"]
    assert call("mei", path + "/labels").content.startswith(b"%PDF-")
    assert call("mei", f"/supplier-invoices/{invoice['id']}").status_code == 200
    assert person("mei").may_do("release_receipt") is False


def test_a_surplus_is_named_and_the_store_reads_its_own_units(browse: Any) -> None:
    order = an_order(ordered.line(over_percent=Decimal(5)))
    wen = browse("wen", "zh-hans")
    waiting = wen.get(url("receive_goods")).content.decode()
    assert 'data-title="未到' in waiting or "100</span>" in waiting
    page = wen.post(url("receive_goods"), {"scan": order.number, "do": "scan", "count": "0"})
    assert '<span class="gd-unit">pcs</span>' not in page.content.decode()
    assert ">105</span>" in page.content.decode()  # with what is tolerated
    typed = {"do": "receive", "count": "1", "line-0": line(order).pk, "quantity-0": "104"}
    said = browse("wen", "en").post(url("receive_goods"), typed, follow=True).content.decode()
    assert "104 of 100 pcs ordered; the surplus is within the tolerance of 5 %" in said
    receipt = GoodsReceipt.objects.get()
    shown = browse("wen", "en").get(url("goods_receipt", receipt.pk)).content.decode()
    assert "more has come than was ordered" in shown
    assert "found later" not in shown  # nothing is released yet
    browse("qiu").post(url("release_receipt", receipt.pk))
    shown = browse("wen", "en").get(url("goods_receipt", receipt.pk)).content.decode()
    assert "these roles send them back from here" in shown


def test_the_phones_bar_of_the_store_has_receiving(browse: Any) -> None:
    def bar(who: str, name: str = "today") -> str:
        page = browse(who, "en").get(url(name)).content.decode()
        return str(page.split('class="gd-bottom"')[1].split("</nav>")[0])

    assert url("receive_goods") in bar("wen")
    assert bar("wen").count("<a ") == 5
    assert bar("wen", "receive_goods").count("aria-current") == 1
    assert url("receive_goods") not in bar("mei")


def test_freight_by_air_is_booked_from_the_receipt(browse: Any) -> None:
    order = an_order()
    SupplyException.objects.create(
        line=line(order),
        kind="late",
        state="decided",
        quantity=100,
        needed_on=TODAY,
        found_at=clock.now(),
        choice="air",
        choice_cost=Decimal(400),
    )
    receipt = receive(arrived(order, 100))
    page, fang = url("goods_receipt", receipt.pk), browse("fang")
    assert "Finance adds it once" in browse("bo").get(page).content.decode()
    found = re.search(r'href="(/stock/values/landed/add/[^"]*)"', fang.get(page).content.decode())
    assert found is not None
    form = fang.get(html.unescape(found[1])).content.decode()
    paper = f"purchasing.goodsreceipt:{receipt.pk}"
    assert f'value="{paper}"' in form
    assert '<option value="freight" selected' in form
    typed = {"about": paper, "kind": "freight", "basis": "quantity", "amount": "390"}
    assert fang.post(url("add_landed_cost"), typed | {"reference": "AWB-1"}).status_code == 303
    assert "to be booked" not in fang.get(page).content.decode()
    answer = browse("bo").get(f"/api/v1/goods-receipts/{receipt.pk}")
    assert answer.json()["freight"] is None
