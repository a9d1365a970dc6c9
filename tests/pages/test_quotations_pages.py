"""Pages and API of requests for quotation: who may open them, what they do, what they cost."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.kernel.models import Mail
from gendan.purchasing import services
from gendan.purchasing.models import Invitation, PurchaseOrder, RequestForQuotation
from gendan.purchasing.services import AwardRow, RfqLineRow
from gendan.purchasing.tests import quoting
from gendan.purchasing.tests.quoting import in_days, quote
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


class Program:
    """A client that speaks JSON."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(path, json.dumps(body), content_type="application/json")

    def get(self, path: str) -> Any:
        return self.client.get(path)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def quoted() -> tuple[RequestForQuotation, dict[str, str]]:
    rfq, tokens = quoting.sent()
    for code, price in (("MILL-A", "2"), ("MILL-B", "3")):
        services.quote_by_link(token=tokens[code], quote=quote(price))
    return rfq, tokens


def test_buyers_write_planners_read_and_nobody_else_sees(browse: Any) -> None:
    rfq, _tokens = quoted()
    pages = [url("rfqs"), url("rfq", rfq.pk), url("compare_rfq", rfq.pk)]
    for page in pages:
        assert browse().get(page).status_code == 302
        assert browse("stranger").get(page).status_code == 404
        assert browse("mei").get(page).status_code == 200
        assert browse("bo", "zh-hans").get(page).status_code == 200
    assert browse("mei").get(url("draft_rfq")).status_code == 403
    assert browse("mei").post(url("award_rfq", rfq.pk)).status_code == 403
    assert "award-1-" not in browse("mei").get(pages[2]).content.decode()


def test_from_a_request_to_the_award_by_pages(browse: Any) -> None:
    request = quoting.requested()
    quoting.mills()
    bo = browse("bo")
    page = bo.get(url("draft_rfq") + f"?requests={request.pk}").content.decode()
    assert 'value="100"' in page
    typed = {
        "answer_by_on": in_days(7).isoformat(),
        "count": "1",
        "requests-0": str(request.pk),
        "asked": "2",
        "supplier-of-0": "MILL-A",
        "supplier-of-1": "MILL-B",
    }
    assert b"by when" in bo.post(url("draft_rfq"), typed | {"answer_by_on": ""}).content
    assert bo.post(url("draft_rfq"), typed).status_code == 303
    rfq = RequestForQuotation.objects.get()
    edited = typed | {"remark": "Oeko-Tex, please", "revision": "1"}
    assert bo.post(url("edit_rfq", rfq.pk), edited).status_code == 303
    assert bo.post(url("send_rfq", rfq.pk)).status_code == 303
    assert Mail.objects.filter(kind="quotation").count() == 2
    record = {"supplier": "MILL-A", "price-1-0": "0", "lead-1": "5"}
    assert b"more than zero" in bo.post(url("record_quote", rfq.pk), record).content
    for code, price in (("MILL-A", "2"), ("MILL-B", "3")):
        record = {"supplier": code, "price-1-0": price, "lead-1": "5", "currency": "cny"}
        assert bo.post(url("record_quote", rfq.pk), record).status_code == 303
    weights = {"cost": "60", "date": "40"}
    assert bo.post(url("weigh_rfq", rfq.pk), weights | {"cost": "-5"}).status_code == 422
    assert bo.post(url("weigh_rfq", rfq.pk), weights).status_code == 303
    a, b = Invitation.objects.filter(rfq=rfq).order_by("pk")
    award = {"supplier_id": [a.supplier_id, b.supplier_id], "code": ["MILL-A", "MILL-B"]}
    award |= {f"award-1-{a.supplier_id}": "60", f"award-1-{b.supplier_id}": "40"}
    assert b"Say why" in bo.post(url("award_rfq", rfq.pk), award).content
    assert bo.post(url("award_rfq", rfq.pk), award | {"reason": "safer"}).status_code == 303
    assert PurchaseOrder.objects.filter(state="draft").count() == 2
    assert "safer" in bo.get(url("rfq", rfq.pk)).content.decode()


def test_ended_by_pages(browse: Any) -> None:
    bo = browse("bo")
    rfq, _tokens = quoted()
    assert bo.post(url("close_rfq", rfq.pk)).status_code == 303
    services.award_rfq(rfq_id=rfq.pk, rows=[AwardRow(1, "MILL-A")], by=person("bo"))
    page = bo.get(url("tell_losers", rfq.pk)).content.decode()
    assert "MILL-B" in page
    assert "MILL-C" not in page  # it has not quoted
    assert bo.post(url("tell_losers", rfq.pk), {"text_en": "Thank you."}).status_code == 303
    other = quoting.drafted()
    assert bo.post(url("cancel_rfq", other.pk), {"reason": ""}).status_code == 422
    assert bo.post(url("cancel_rfq", other.pk), {"reason": "not needed"}).status_code == 303


def test_the_suppliers_page_shows_its_own_and_nothing_of_others() -> None:
    rfq, tokens = quoted()
    services.record_quote(
        rfq_id=rfq.pk, supplier="MILL-B", quote=quote("3.1415"), person="Ms Wu", by=person("bo")
    )
    client, path = Client(), f"/l/{tokens['MILL-A']}/"
    page = client.get(path).content.decode()
    for secret in ("MILL-B", "MILL-C", "3.1415", "Ms Wu"):
        assert secret not in page
    typed = {"price-1-0": "-2", "lead-1": "5", "remark": "ex works", "currency": "CNY"}
    for blind in ({}, {"seen": "-1"}, {"seen": "many"}):  # answers what nobody has looked at
        answer = client.post(path, typed | {"action": "save", "price-1-0": "1"} | blind)
        assert (answer.status_code, "open the link again" in answer.content.decode()) == (422, True)
    answer = client.post(path, typed | {"action": "submit", "seen": "1"})
    assert answer.status_code == 422
    assert "less than zero" in answer.content.decode()
    assert 'value="-2"' in answer.content.decode()  # what was typed is not lost
    typed["price-1-0"] = "1.75"
    assert client.post(path, typed | {"action": "submit", "seen": "0"}).status_code == 409
    answer = client.post(path, typed | {"action": "submit", "seen": "1"})
    assert "we have received your quotation" in answer.content.decode()
    with clock.at(clock.moment_on(in_days(8))):
        page = client.get(path).content.decode()
        assert "request is closed" in page
        assert "1.75" in page
    assert Client().get("/l/1-guessed/").status_code == 410
    declined = client.post(path, {"action": "decline", "reason": "no yarn", "seen": "2"})
    assert declined.status_code == 200
    assert Invitation.objects.get(supplier__code="MILL-A").state == "declined"


def test_lists_and_the_comparison_cost_the_same_however_long(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    bo = browse("bo")
    lines = [
        RfqLineRow(item=masters.item(f"C-{n}").code, quantity="5", needed_on=in_days(30))
        for n in range(6)
    ]
    rfq, tokens = quoting.sent(*lines)
    for token in tokens.values():
        services.quote_by_link(token=token, quote=quote(*["2"] * 6))
    bo.get(url("rfqs"))
    with django_assert_max_num_queries(16):
        bo.get(url("rfqs"))
    with django_assert_max_num_queries(28):
        bo.get(url("rfq", rfq.pk))
    with django_assert_max_num_queries(50):
        bo.get(url("compare_rfq", rfq.pk))
    export: Any = bo.get(url("rfqs") + "?export=csv&supplier=mill-b")
    assert b"RQ-2026" in b"".join(export.streaming_content)


def test_the_operations(browse: Any) -> None:
    quoting.mills()
    masters.item("CLOTH")
    bo = Program(browse("bo"))
    body = {
        "lines": [{"item": "CLOTH", "quantity": "10", "needed_on": str(in_days(30))}],
        "suppliers": [{"supplier": "MILL-A"}, {"supplier": "MILL-B"}],
        "answer_by_on": str(in_days(5)),
    }
    made = bo.post("/api/v1/requests-for-quotation", body)
    one = f"/api/v1/requests-for-quotation/{made.json()['id']}"
    assert bo.post(one + "/edit", body | {"remark": "x"}).json()["remark"] == "x"
    assert bo.post(one + "/send", {}).json()["state"] == "sent"
    row = {"position": 1, "breaks": [["0", "2"]], "lead_days": 5}
    given = bo.post(one + "/quotes", {"supplier": "MILL-A", "rows": [row]})
    assert given.json()["state"] == "submitted"
    bad = {"supplier": "MILL-B", "rows": [row | {"breaks": [["0", "-2"]]}]}
    assert bo.post(one + "/quotes", bad).status_code == 422
    assert bo.post(one + "/weights", {"weights": {"cost": 90}}).json()["weights"]["cost"] == 90
    first = bo.get(one + "/comparison").json()["whole"][0]
    assert (first["supplier"], first["rank"]) == ("MILL-A", 1)
    assert bo.post(one + "/close", {}).json()["state"] == "closed"
    awarded = bo.post(one + "/award", {"rows": [{"position": 1, "supplier": "MILL-A"}]})
    assert awarded.json()["count"] == 1
    assert bo.post(one + "/thanks", {}).status_code == 409
    assert bo.post(one + "/cancel", {"reason": "x"}).status_code == 409
    assert bo.get("/api/v1/requests-for-quotation?supplier=MILL-B").json()["items"]
    assert Program(browse("mei")).post(one + "/send", {}).status_code == 403


def test_whom_we_ask_and_until_when_is_changed_by_page_and_api(
    browse: Any,
) -> None:
    rfq, tokens = quoting.sent()
    masters.supplier("MILL-D", currency="CNY")
    bo = browse("bo")
    shown = bo.get(url("rfq", rfq.pk)).content.decode()
    for words in ("Ask another supplier", "Change the day to answer by", "Ask the supplier no"):
        assert words in shown
    assert "Ask another supplier" not in browse("mei").get(url("rfq", rfq.pk)).content.decode()
    typed = {"supplier": "MILL-D", "email": "d@mill.example"}
    assert browse("mei").post(url("invite_suppliers", rfq.pk), typed).status_code == 403
    assert bo.post(url("invite_suppliers", rfq.pk), typed).status_code == 303
    assert bo.post(url("invite_suppliers", rfq.pk), typed).status_code == 422
    assert rfq.invitations.count() == 4
    why = {"supplier": "MILL-A", "reason": "no capacity this month"}
    assert bo.post(url("withdraw_invitation", rfq.pk), {"supplier": "MILL-A"}).status_code == 422
    assert bo.post(url("withdraw_invitation", rfq.pk), why).status_code == 303
    page = browse().get(f"/l/{tokens['MILL-A']}/").content.decode()
    assert "You are no longer asked to quote" in page
    assert "no capacity this month" not in page
    assert "Submit the quotation" not in page
    assert "no capacity this month" in bo.get(url("rfq", rfq.pk)).content.decode()
    day = {"answer_by_on": in_days(20).isoformat()}
    assert bo.post(url("extend_rfq", rfq.pk), day).status_code == 303
    assert bo.post(url("extend_rfq", rfq.pk), day).status_code == 409
    assert bo.post(url("extend_rfq", rfq.pk), {"answer_by_on": "soon"}).status_code == 422
    assert in_days(20).isoformat() in bo.get(url("rfq", rfq.pk)).content.decode()
    program = Program(bo)
    path = f"/api/v1/requests-for-quotation/{rfq.pk}"
    again = program.post(path + "/suppliers", {"suppliers": [{"supplier": "MILL-A"}]})
    assert (again.status_code, again.json()["asked_count"]) == (200, 4)
    moved = program.post(path + "/day", {"answer_by_on": in_days(9).isoformat()})
    assert moved.json()["answer_by_on"] == in_days(9).isoformat()
    gone = program.post(path + "/withdrawal", {"supplier": "MILL-D", "reason": "twice"})
    assert gone.json()["asked_count"] == 3
    states = {one["supplier"]: one["state"] for one in gone.json()["invitations"]}
    assert (states["MILL-D"], states["MILL-A"]) == ("withdrawn", "waiting")


def test_a_mail_that_failed_stands_at_its_supplier(browse: Any) -> None:
    rfq, _tokens = quoting.sent()
    first, second = Invitation.objects.filter(rfq=rfq).order_by("pk")[:2]
    failed = Mail.objects.get(kind="quotation", to=[first.to_email])
    Mail.objects.filter(pk=failed.pk).update(
        state="parked", last_error="No mail server is set up (GENDAN_SMTP_URL)."
    )
    english = browse("bo", "en").get(url("rfq", rfq.pk)).content.decode()
    assert english.count("its mail could not be sent") == 1
    assert "No mail server is set up (GENDAN_SMTP_URL)." in english
    chinese = browse("bo", "zh-hans").get(url("rfq", rfq.pk)).content.decode()
    assert "未设置邮件服务器（GENDAN_SMTP_URL）。" in chinese
    assert "No mail server" not in chinese
    assert str(second.supplier) in chinese


def test_an_empty_list_says_what_belongs_there_before_it_speaks_of_filters(browse: Any) -> None:
    bo = browse("bo", "en")
    assert "Ask several suppliers at once" in bo.get(url("rfqs")).content.decode()
    quoting.sent()
    hidden = bo.get(url("rfqs") + "?state=awarded").content.decode()
    assert "Nothing fits these filters" in hidden
