"""Pages and API about chasing suppliers, and the link that is shown once: hold_chasing,
resume_chasing, save_supplier_chasing, show_supplier_link."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock, journal
from gendan.kernel.models import Entry, Link
from gendan.kernel.services import save_setting
from gendan.notices.words import plain
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, SupplierChasing, SupplierWord
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import TODAY
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
FRIDAY = TODAY + dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    with clock.at(clock.moment_on(FRIDAY)):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def sent() -> PurchaseOrder:
    with clock.at(clock.moment_on(TODAY)):
        return ordered.sent()[0]


def program(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    ask = getattr(client, method)
    return ask(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_the_buyer_sees_what_went_by_itself_and_stops_it(browse: Any) -> None:
    save_setting(key="purchase_chase_mode", value="send", by=person("zhao"))
    order, bo = sent(), browse("bo")
    today = bo.get(url("today")).content.decode()
    assert "goes by itself" in today
    assert order.number in bo.get(url("save_supplier_chasing")).content.decode()
    services.chase_by_itself()
    today = bo.get(url("today")).content.decode()
    assert "Asked by itself" in today
    assert "by itself" in bo.get(url("purchase_order", order.pk)).content.decode()
    assert bo.post(url("hold_chasing", order.pk), {"why": "weather"}).status_code == 422
    held = bo.post(url("hold_chasing", order.pk), {"why": "deposit", "reason": "on Monday"})
    assert held.status_code == 303
    page = bo.get(url("purchase_order", order.pk)).content.decode()
    assert "Our deposit is not paid yet: on Monday" in page
    assert "on Monday" in bo.get(url("save_supplier_chasing")).content.decode()
    assert bo.post(url("resume_chasing", order.pk)).status_code == 303
    assert bo.post(url("resume_chasing", order.pk)).status_code == 409
    for name in ("hold_chasing", "resume_chasing", "show_supplier_link"):
        assert browse("mei").post(url(name, order.pk)).status_code == 403
    assert browse("mei").get(url("save_supplier_chasing")).status_code == 403


def test_what_waits_for_the_buyers_press_stands_on_the_page_too(browse: Any) -> None:
    order, bo = sent(), browse("bo")
    shown = bo.get(url("save_supplier_chasing")).content.decode()
    assert order.number in shown.split("Ready for you to send")[1].split("</table>")[0]
    assert "export=xlsx" in shown
    told: Any = bo.get(url("save_supplier_chasing") + "?export=csv")
    (row,) = csv.DictReader(io.StringIO(told.getvalue().decode("utf-8-sig")))
    assert (row["State"], row["Purchase order"]) == ("Ready for you to send", order.number)
    assert (row["Why"], row["Lines"]) == ("The order is not confirmed.", "1 CLOTH")
    services.hold_chasing(
        purchase_order_id=order.pk, why="deposit", reason="on Monday", by=person("bo")
    )
    told = bo.get(url("save_supplier_chasing") + "?export=csv")
    (row,) = csv.DictReader(io.StringIO(told.getvalue().decode("utf-8-sig")))
    assert (row["State"], row["Lines"]) == ("Not asked for now", "")
    assert row["Why"] == "Our deposit is not paid yet: on Monday"
    services.resume_chasing(purchase_order_id=order.pk, by=person("bo"))
    assert browse("mei").get(url("save_supplier_chasing") + "?export=csv").status_code == 403
    save_setting(key="purchase_chase_mode", value="send", by=person("zhao"))
    assert "Ready for you to send" not in bo.get(url("save_supplier_chasing")).content.decode()


def test_each_supplier_otherwise_than_the_company(browse: Any) -> None:
    ordered.mill()
    bo, path = browse("bo"), url("save_supplier_chasing")
    assert bo.post(path, {"supplier": "NOBODY", "mode": "send"}).status_code == 422
    assert bo.post(path, {"supplier": "MILL", "mode": "loudly"}).status_code == 422
    assert bo.post(path, {"supplier": "MILL", "mode": "send"}).status_code == 303
    assert SupplierChasing.objects.get().mode == "send"
    assert "自动发出" in browse("bo", language="zh-hans").get(path).content.decode()
    zhao, setting = browse("zhao"), url("save_setting")
    typed = {"key": "purchase_chase_mode", "value": "loudly"}
    assert zhao.post(setting, typed).status_code == 422
    assert zhao.post(setting, typed | {"value": "off"}).status_code == 303
    assert '<option value="off" selected>' in zhao.get(url("company_settings")).content.decode()


def test_the_same_by_the_api(browse: Any) -> None:
    order, bo = sent(), browse("bo")
    one = f"/purchase-orders/{order.pk}"
    held = program(bo, "post", f"{one}/chase/hold", {"why": "drawing"})
    assert (held.status_code, held.json()["chasing_hold"]) == (200, "drawing")
    assert program(bo, "post", f"{one}/chase/hold", {"why": "mail"}).status_code == 422
    assert program(bo, "post", f"{one}/chase/resume", {}).status_code == 200
    rows = {"rows": [{"supplier": "MILL", "mode": "ask"}]}
    assert program(bo, "put", "/supplier-chasing", rows).status_code == 200
    assert program(browse("mei"), "put", "/supplier-chasing", rows).status_code == 403
    [known] = bo.get("/api/v1/supplier-chasing").json()["items"]
    assert (known["supplier"], known["mode"], known["spread_days"]) == ("MILL", "ask", 0)
    assert browse("stranger").get("/api/v1/supplier-chasing").status_code == 404
    shown = program(bo, "post", f"{one}/link", {})
    assert shown.status_code == 201
    assert Client().get(re.sub(r"^https?://[^/]+", "", shown.json()["url"])).status_code == 200


def test_a_link_is_shown_once_journaled_and_tells_who_had_it_made(browse: Any) -> None:
    order, bo = sent(), browse("bo")
    page = url("purchase_order", order.pk)
    assert "/l/" not in bo.get(page).content.decode()
    assert bo.post(url("show_supplier_link", order.pk)).status_code == 303
    found = re.search(r"/l/[^/\"\s]+/", bo.get(page).content.decode())
    assert found is not None
    assert "/l/" not in bo.get(page).content.decode()  # this once
    fact = Entry.objects.get(fact="SupplierLinkShown")
    assert (fact.by, found[0] in json.dumps(fact.data)) == (person("bo"), False)
    assert Client().get(found[0]).status_code == 200
    typed = {"action": "confirm", "position": "1", "seen": "0"}
    assert Client().post(found[0], typed).status_code == 200
    word = SupplierWord.objects.get()
    assert word.person == f"Li Wei ({person('bo')})"
    links = Link.objects.count()
    services.cancel_purchase_order(purchase_order_id=order.pk, reason="no", by=person("bo"))
    assert bo.post(url("show_supplier_link", order.pk)).status_code == 409
    assert Link.objects.count() == links
    assert Client().get(found[0]).status_code == 410


def test_what_is_read_does_not_grow_with_the_orders(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    save_setting(key="purchase_chase_mode", value="send", by=person("zhao"))
    for _time in range(4):
        sent()
    bo = browse("bo")
    with django_assert_max_num_queries(22):
        assert bo.get(url("save_supplier_chasing")).status_code == 200


def test_what_happened_in_purchasing_is_told_in_sentences(browse: Any) -> None:
    """Without a template of its own a fact shows its raw keys and codes."""
    missing = [
        name
        for name, kind in journal.concrete_facts().items()
        if kind.__module__ == "gendan.purchasing.events" and not _has_template(name)
    ]
    assert missing == []
    order = sent()
    services.hold_chasing(purchase_order_id=order.pk, why="deposit", by=person("bo"))
    services.resume_chasing(purchase_order_id=order.pk, by=person("bo"))
    row = services.PurchaseRow("CLOTH", Decimal(5), FRIDAY, FRIDAY)
    [asked] = services.request_purchases(rows=[row], by=person("bo"))
    services.cancel_purchase_request(request_id=asked.pk, reason="enough there", by=person("bo"))
    told = [plain(one, "en") for one in Entry.objects.filter(by=person("bo"))]
    text = " ".join(told)
    assert "our deposit is not paid yet" in text
    assert f"{asked.number}: it need not be bought: enough there" in text
    assert not re.search(r"\b[a-z]+\.[a-z]+:\d|\b\w+_id\b", text)


def _has_template(name: str) -> bool:
    try:
        get_template(f"facts/{name}.html")
    except TemplateDoesNotExist:
        return False
    return True
