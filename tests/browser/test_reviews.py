"""Reviews in a real browser: what stands in the way, deciding on a phone, both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.orders.models import Order, OrderReview
from gendan.orders.services import (
    OrderRuleRow,
    ReviewRuleRow,
    check_order,
    object_to_review,
    save_order_rules,
    save_review_rules,
)
from gendan.partners.services import DebtRow, record_debts
from gendan.testing.cast import person
from gendan.testing.make import masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def stopped() -> Order:
    """A draft with everything in its way at once."""
    masters.rate("USD", "7")
    masters.payment_terms("TT30")
    masters.items({"A-1": {"name_en": "Hinge 100 mm", "name_zh": "铰链100mm"}})
    masters.price("A-1", "2.60")
    customer = masters.customer(
        name="Nordlicht Handels GmbH", credit_limit=1000, payment_terms="TT30"
    )
    debt = DebtRow("C-1", "USD", 500, 80, orders.in_days(-40))  # type: ignore[arg-type]
    record_debts(rows=[debt], by=None)
    save_review_rules(
        rows=[
            ReviewRuleRow("P", "price", "sales"),
            ReviewRuleRow("M", "payment", "finance"),
            ReviewRuleRow("D", "date", "planner"),
        ],
        by=None,
    )
    save_order_rules(
        rows=[
            OrderRuleRow(
                "NO-LICENCE",
                "block",
                country="DE",
                message_en="The licence does not cover Germany",
                message_zh="授权不含德国",
            ),
            OrderRuleRow(
                "SLOW",
                "warn",
                country="DE",
                message_en="Customs in Hamburg are slow",
                message_zh="汉堡清关较慢",
            ),
        ],
        by=None,
    )
    order = orders.draft(customer, [orders.line("A-1"), orders.line("B-2", 40)])
    check_order(order_id=order.pk, by=person("mei"))
    review = OrderReview.objects.get(order=order, kind="date")
    object_to_review(review_id=review.pk, remark="Sewing is full in week 50", by=person("ping"))
    return order


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everything_in_the_way_is_seen_at_once(
    open_as: Open, size: tuple[int, int], language: str
) -> None:
    order = stopped()
    page = open_as("zhao", f"/orders/{order.pk}/", size=size, language=language)
    expect(page.locator("#ready li").first).to_be_visible()
    check_looks(page)


@pytest.mark.parametrize("kind", ["price", "payment", "date"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_review_is_decided_where_it_is_looked_at(
    open_as: Open, size: tuple[int, int], kind: str
) -> None:
    order = stopped()
    review = OrderReview.objects.get(order=order, kind=kind)
    who = {"price": "sun", "payment": "fang", "date": "ping"}[kind]
    language = "zh-hans" if kind == "payment" else "en"
    page = open_as(who, f"/orders/reviews/{review.pk}/", size=size, language=language)
    check_looks(page)
    page.locator("[data-verb=pass_review] button[type=submit]").click()
    page.wait_for_url("**/orders/reviews/")
    review.refresh_from_db()
    assert review.state == "passed"


def test_a_warning_is_ticked_and_the_rest_stands_in_the_dialog(open_as: Open) -> None:
    order = stopped()
    page = open_as("mei", f"/orders/{order.pk}/")
    page.get_by_text("Confirm the order").first.click()
    page.locator("[name=seen_warnings]").check()
    page.locator("[data-verb=confirm_order] button[type=submit]").click()
    refused = page.locator("[data-verb=confirm_order] [data-refusal] li")
    expect(refused).to_have_count(5)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "address", ["/orders/reviews/?whose=", "/settings/reviews/", "/settings/order-rules/"]
)
def test_lists_of_reviews_and_rules(open_as: Open, size: tuple[int, int], address: str) -> None:
    stopped()
    page = open_as("zhao", address, size=size, language="zh-hans")
    expect(page.locator("tbody tr").first).to_be_visible()
    check_looks(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_specification_is_released(open_as: Open, size: tuple[int, int]) -> None:
    item = masters.item("A-1")
    page = open_as("zhao", f"/items/{item.pk}/specification/", size=size)
    page.locator("[name=version]").fill("2")
    page.locator("[name=note]").fill("Zinc layer 12 µm instead of 8 µm")
    page.locator("[name=file]").set_input_files(
        {"name": "pack v2.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 pack"}
    )
    page.locator("[data-verb=release_specification] button[type=submit]").click()
    expect(page.locator("#specification")).to_contain_text("Zinc layer")
    check_looks(page)
