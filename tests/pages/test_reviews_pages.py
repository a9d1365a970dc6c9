"""The pages of reviews, rules, credit and specifications: who sees them, what they do and cost."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gendan.catalog.models import Item, SpecificationVersion
from gendan.catalog.services import release_specification
from gendan.orders.models import Order, OrderReview, OrderRule, ReviewRule
from gendan.orders.services import OrderRuleRow, ReviewRuleRow, save_order_rules, save_review_rules
from gendan.partners.models import CustomerDebt
from gendan.partners.services import DebtRow, record_debts
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
KINDS = ("specification", "price", "stock", "date", "packing", "payment")


def page(browse: Any, name: str, *args: Any, who: str = "mei", query: str = "", **kept: Any) -> str:
    answer = browse(who, **kept).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def reviewed(kind: str = "price", role: str = "sales") -> tuple[Order, OrderReview]:
    save_review_rules(rows=[ReviewRuleRow(f"{kind}-{role}", kind, role)], by=None)
    order = orders.draft()
    return order, OrderReview.objects.get(order=order)


def test_who_sees_reviews(browse: Any) -> None:
    order, review = reviewed()
    for url in (reverse("reviews"), reverse("review", args=[review.pk])):
        assert browse().get(url).status_code == 302
        assert browse("stranger").get(url).status_code == 404
    assert order.number in page(browse, "reviews", who="sun")
    assert order.number not in page(browse, "reviews", who="fang")
    assert order.number in page(browse, "reviews", who="fang", query="?whose=&state=")
    assert browse("sun").get(reverse("review", args=[review.pk + 1])).status_code == 404


@pytest.mark.parametrize("verb", ["pass_review", "object_to_review", "waive_review"])
def test_strangers_decide_nothing_and_the_wrong_role_is_refused(browse: Any, verb: str) -> None:
    _order, review = reviewed()
    url = reverse(verb, args=[review.pk])
    assert browse("stranger").post(url).status_code == 404
    assert browse("ou").post(url, {"remark": "x", "reason": "x"}).status_code == 403
    review.refresh_from_db()
    assert review.state == "open"


def test_a_review_is_passed_on_its_page_and_leads_to_the_next(browse: Any) -> None:
    order, review = reviewed()
    save_review_rules(rows=[ReviewRuleRow("T", "payment", "sales")], by=None)
    other = OrderReview.objects.get(order=order, kind="payment")
    words = page(browse, "review", review.pk, who="sun")
    assert review.digest in words
    assert "2.50" in words
    answer = browse("sun").post(reverse("pass_review", args=[review.pk]), {"seen": review.digest})
    assert answer.headers["Location"] == reverse("review", args=[other.pk])
    answer = browse("sun").post(reverse("pass_review", args=[other.pk]), {"remark": "fine"})
    assert answer.headers["Location"] == reverse("reviews")
    answer = browse("sun").post(reverse("pass_review", args=[review.pk]))
    assert answer.status_code == 409
    assert "has decided this review already" in answer.content.decode()
    assert "Nothing stands in the way" in page(browse, "order", order.pk)


def test_an_objection_shows_on_the_order_and_a_manager_waives_it(browse: Any) -> None:
    order, review = reviewed()
    browse("sun").post(reverse("object_to_review", args=[review.pk]), {"remark": "too <b>low"})
    words = page(browse, "order", order.pk)
    assert "objects: too &lt;b&gt;low" in words
    answer = browse("mei").post(reverse("confirm_order", args=[order.pk]))
    assert answer.status_code == 409
    answer = browse("zhao").post(reverse("waive_review", args=[review.pk]), {"reason": "agreed"})
    assert answer.headers["Location"] == reverse("order", args=[order.pk]) + "#ready"
    words = page(browse, "order", order.pk, query="?tab=timeline")
    assert "was waived:" in words
    assert "Let pass all the same" in words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_review_shows_what_is_to_be_looked_at(browse: Any, kind: str, language: str) -> None:
    masters.payment_terms("TT30")
    masters.customer(payment_terms="TT30", credit_limit=5000)
    order, review = reviewed(kind)
    browse("mei").post(reverse("check_order", args=[order.pk]))
    words = page(browse, "review", review.pk, who="sun", language=language)
    assert ("TT30" if kind == "payment" else "A-1") in words


def test_all_that_stands_in_the_way_is_on_the_order_page_with_its_way_out(browse: Any) -> None:
    order, review = reviewed()
    masters.rate("USD", "7")
    masters.customer(credit_limit=0)
    block = OrderRuleRow("NO", "block", country="DE", message_en="No licence")
    warning = OrderRuleRow("SLOW", "warn", country="DE", message_en="Customs are slow")
    rules = save_order_rules(rows=[block, warning], by=None)
    words = page(browse, "order", order.pk)
    for said in ("Not reviewed yet: price (sales)", "No licence", "Seen: Customs are slow"):
        assert said in words
    assert reverse("review", args=[review.pk]) in words
    refused = browse("mei", htmx=True).post(reverse("confirm_order", args=[order.pk]))
    assert refused.status_code == 409
    assert refused.content.decode().count("<li>") == 4
    for name, args in (
        ("override_rule", [order.pk, rules[0].pk]),
        ("override_credit", [order.pk]),
    ):
        url = reverse(name, args=args)
        assert url not in words  # Mei may not
        assert browse("stranger").post(url).status_code == 404
        assert browse("mei").post(url, {"reason": "x"}).status_code == 403
        assert url in page(browse, "order", order.pk, who="zhao")
        assert browse("zhao").post(url, {"reason": ""}).status_code == 422
        assert browse("zhao").post(url, {"reason": "paid"}).status_code == 303
    browse("sun").post(reverse("pass_review", args=[review.pk]))
    url = reverse("confirm_order", args=[order.pk])
    assert browse("mei").post(url).status_code == 409
    browse("mei").post(url, {"seen_warnings": [str(rules[1].pk)]})
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert page(browse, "order", order.pk).count("paid") >= 2


def test_rules_are_set_on_their_pages(browse: Any) -> None:
    masters.item("A-1")
    assert browse("mei").get(reverse("save_review_rules")).status_code == 403
    assert browse("mei").post(reverse("install_review_rules")).status_code == 403
    assert "No review is required yet" in page(browse, "review_rules", who="zhao")
    browse("zhao").post(reverse("install_review_rules"))
    assert "FIRST-PRICE" in page(browse, "review_rules", who="zhao")
    given = {"code": "BIG", "kind": "stock", "role": "warehouse", "condition": "value_from"}
    assert browse("zhao").post(reverse("save_review_rules"), given).status_code == 422
    browse("zhao").post(reverse("save_review_rules"), given | {"value_from": "5000"})
    assert ReviewRule.objects.get(code="BIG").value_from == 5000
    given = {"code": "NO", "effect": "block", "item": "A-1", "country": "US", "message_en": "No"}
    browse("zhao").post(reverse("save_order_rules"), given | {"is_active": "on"})
    assert OrderRule.objects.get().item == Item.objects.get()
    assert "NO" in page(browse, "order_rules", who="zhao")


def test_debts_are_recorded_by_finance(browse: Any) -> None:
    customer = masters.customer(credit_limit=1000)
    assert browse("mei").get(reverse("record_debts")).status_code == 403
    given = {"customer": "C-1", "currency": "USD", "outstanding": "300", "overdue": "20"}
    browse("fang").post(reverse("record_debts"), given)
    assert CustomerDebt.objects.get().overdue == 20
    assert "300" in page(browse, "debts", who="fang")
    assert "Owed to us" in page(browse, "partner", customer.pk)


def test_a_specification_is_released_and_taken(browse: Any) -> None:
    order = orders.draft()
    line = order.lines.get()
    url = reverse("release_specification", args=[line.item_id])
    assert browse("mei").get(url).status_code == 403
    assert browse("stranger").get(url).status_code == 404
    pack = SimpleUploadedFile("pack.pdf", b"%PDF-1.4 thicker", "application/pdf")
    assert browse("zhao").post(url, {"version": "1"}).status_code == 409
    browse("zhao").post(url, {"version": "2", "note": "thicker", "file": pack})
    made = SpecificationVersion.objects.get()
    words = page(browse, "item", line.item_id)
    assert "thicker" in words
    answer = browse("mei").get(reverse("specification_file", args=[made.pk]))
    assert answer.status_code == 200
    assert "newer version 2 available" in page(browse, "order", order.pk)
    take = reverse("take_specification", args=[order.pk, line.pk])
    assert browse("ou").post(take).status_code == 403
    browse("mei").post(take)
    line.refresh_from_db()
    assert line.specification_version == "2"


def test_the_list_costs_the_same_for_many(browse: Any, django_assert_max_num_queries: Any) -> None:
    save_review_rules(rows=[ReviewRuleRow(kind, kind, "sales") for kind in KINDS], by=None)
    for _number in range(6):
        orders.draft()
    client = browse("sun")
    client.get(reverse("reviews"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse("reviews")).status_code == 200
    review = OrderReview.objects.filter(kind="price").first()
    assert review
    with django_assert_max_num_queries(18):
        client.get(reverse("review", args=[review.pk]))


def test_the_api_does_what_the_pages_do(browse: Any) -> None:
    order, review = reviewed()
    sun, zhao, mei = browse("sun"), browse("zhao"), browse("mei")
    for client in (sun, zhao, mei):
        client.handler.enforce_csrf_checks = False

    def post(client: Any, path: str, **data: Any) -> Any:
        return client.post(f"/api/v1/{path}", data, content_type="application/json")

    found = mei.get(f"/api/v1/orders/{order.pk}/readiness").json()
    assert [stop["code"] for stop in found["stops"]] == ["reviews_missing"]
    assert sun.get("/api/v1/reviews").json()["items"][0]["id"] == review.pk
    assert post(mei, f"reviews/{review.pk}/pass").status_code == 403
    assert post(sun, f"reviews/{review.pk}/object", remark="").status_code == 422
    assert post(sun, f"reviews/{review.pk}/object", remark="low").json()["state"] == "objected"
    assert post(zhao, f"reviews/{review.pk}/waive", reason="ok").json()["state"] == "waived"
    rows = [{"code": "NO", "effect": "block", "country": "DE", "message_en": "No"}]
    rule = post(zhao, "order-rules", rows=rows).json()["ids"][0]
    path = f"orders/{order.pk}/rules/{rule}/override"
    assert post(mei, path, reason="x").status_code == 403
    assert post(zhao, path, reason="x").status_code == 201
    assert post(zhao, f"orders/{order.pk}/credit/override", reason="x").status_code == 409
    kept = mei.get(f"/api/v1/orders/{order.pk}/overrides").json()
    assert [one["kind"] for one in kept] == ["rule", "review"]
    line = order.lines.get()
    path = f"orders/{order.pk}/lines/{line.pk}/take-specification"
    assert post(mei, path).status_code == 422
    release_specification(item_id=line.item_id, version="2", by=person("zhao"))
    assert post(mei, path, revision=1).json()["revision"] == 2
    answer = zhao.post(f"/api/v1/items/{line.item_id}/specifications", {"version": "3"})
    assert answer.status_code == 201
    rows = [{"customer": "C-1", "currency": "USD", "outstanding": "5"}]
    assert post(mei, "debts", rows=rows).status_code == 403
    assert post(zhao, "debts", rows=rows).json()["count"] == 1
    rules = [{"code": "X", "kind": "price", "role": "sales"}]
    assert post(zhao, "review-rules", rows=rules).json()["count"] == 1
    assert post(zhao, "review-rules/usual").status_code == 409
    assert zhao.get("/api/v1/review-rules").json()["items"]


def test_overdue_money_is_shown_with_its_age(browse: Any) -> None:
    masters.rate("USD", "7")
    order = orders.draft(masters.customer())
    row = DebtRow("C-1", "USD", Decimal(500), Decimal(20), orders.in_days(-40))
    record_debts(rows=[row], by=None)
    words = page(browse, "order", order.pk, who="fang")
    assert "140.00 CNY are overdue" in words
    assert reverse("override_credit", args=[order.pk]) in words
