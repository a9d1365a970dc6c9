"""Papers, terms, letters of credit and clauses in a real browser."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from gendan.contracts.models import Clause, Paper
from gendan.contracts.services import install_clauses, warn_of_letters
from gendan.orders.entry import InstalmentData
from gendan.orders.models import Order
from gendan.testing.make import contracts, masters, orders
from gendan.testing.world.found_contracts import found_contracts
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def agreed() -> Order:
    """An order with its papers, terms, and a letter of credit that does not fit."""
    found_contracts()
    masters.item("A-1", name_en="Adjustable wrench 8 in", name_zh="活动扳手8寸")
    order = orders.confirmed(
        masters.customer(name="Kranz Baumarkt GmbH", name_zh="德国克兰茨建材"),
        incoterm="CIF",
        incoterm_place="Hamburg",
        customer_order_number="4500012",
        instalments=[InstalmentData(event="sight", percent=Decimal(100))],
        documents_required=["CO"],
    )
    contracts.letter_of_credit(
        order, latest_shipment_on=orders.in_days(40), amount="200", documents=[{"code": "form_a"}]
    )
    warn_of_letters()
    return order


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_a_paper_is_issued_from_the_order(
    open_as: Open, size: tuple[int, int], language: str
) -> None:
    order = agreed()
    page = open_as("mei", f"/orders/{order.pk}/?tab=papers", size=size, language=language)
    form = page.locator("form[data-verb=issue_paper]").last
    form.get_by_role("button").click()
    expect(page.locator("#papers li")).to_have_count(1)
    form.get_by_role("button").click()  # the same again is refused where the button is
    expect(form.locator("[data-refusal]")).not_to_be_empty()
    check_looks(page)


def test_a_paper_with_its_difference(open_as: Open) -> None:
    order = agreed()
    contracts.paper(order, "contract")
    page = open_as("mei", f"/orders/{order.pk}/terms/")
    page.fill("[name=loading_port]", "Shanghai / 上海")
    page.locator("form[data-verb=save_terms] button[type=submit]").click()
    page.wait_for_url("**tab=papers")
    second = contracts.paper(order, "contract")
    page.goto(page.url.split("/orders/")[0] + f"/papers/{second.pk}/")
    expect(page.get_by_text("Shanghai").first).to_be_visible()
    check_looks(page)
    assert Paper.objects.count() == 2


def test_terms_on_a_phone(open_as: Open) -> None:
    order = agreed()
    page = open_as("mei", f"/orders/{order.pk}/terms/", size=PHONE, theme="dark")
    page.fill("[name=penalty_per_day]", "9")
    page.locator("form[data-verb=save_terms] button[type=submit]").click()
    expect(page.locator("form[data-verb=save_terms] [data-refusal]")).not_to_be_empty()
    check_looks(page)


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh-hans"), (PHONE, "en")])
def test_a_letter_of_credit_says_what_is_wrong(
    open_as: Open, size: tuple[int, int], language: str
) -> None:
    order = agreed()
    letter = order.credit_links.get().letter
    page = open_as(
        "fang", f"/letters-of-credit/{letter.pk}/", size=size, language=language, theme="dark"
    )
    expect(page.locator(".od-holds li")).to_have_count(3)
    check_looks(page)


def test_the_list_of_letters_of_credit(open_as: Open) -> None:
    agreed()
    page = open_as("fang", "/letters-of-credit/")
    check_looks(page)


def test_amending_a_letter_of_credit(open_as: Open) -> None:
    letter = agreed().credit_links.get().letter
    page = open_as("fang", f"/letters-of-credit/{letter.pk}/amend/", size=PHONE)
    page.fill("[name=documents]", "Packing list; many")
    page.locator("form[data-verb=amend_letter_of_credit] button[type=submit]").click()
    expect(page.locator("[data-refusal]").first).not_to_be_empty()
    check_looks(page)


def test_the_letterhead(open_as: Open) -> None:
    found_contracts()
    page = open_as("zhao", "/settings/letterhead/")
    expect(page.locator("img[src*=seal]")).to_be_visible()
    check_looks(page)


def test_a_clause_is_previewed_in_place(open_as: Open) -> None:
    install_clauses()
    clause = Clause.objects.filter(code="shipment").get()
    page = open_as("zhao", f"/settings/clauses/write/?clause={clause.pk}")
    page.fill("[name=text_en]", "From {port} only.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("From Ningbo only.")
    expect(page.locator("[name=text_en]")).to_have_value("From {port} only.")
    check_looks(page)


def test_the_clause_library(open_as: Open) -> None:
    install_clauses()
    page = open_as("zhao", "/settings/clauses/", size=PHONE, language="zh-hans")
    check_looks(page)
