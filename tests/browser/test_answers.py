"""Answering a customer's order in a real browser: on the Papers tab, the form, one answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.answers.models import Answer
from gendan.kernel import reactions
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import contracts
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SHAPES = [
    (DESK, "en", "light"),
    (PHONE, "zh-hans", "light"),
    (DESK, "zh-hans", "dark"),
    (PHONE, "en", "dark"),
]


def changed_order() -> Order:
    """One line with a later date, one that we cannot deliver."""
    contracts.letterhead()
    order = make.ubl_confirmed()
    lines = {line.item.code: line.pk for line in order.lines.select_related("item")}
    amend_order(
        order_id=order.pk,
        change_lines=[
            LineChange(line_id=lines["HW-1003"], quantity=900, promised_on=make.day("2027-05-10"))
        ],
        cancel_lines=[lines["HW-1002"]],
        reason="no brass until summer",
        by=person("mei"),
    )
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(("size", "language", "theme"), SHAPES)
def test_the_customer_is_answered(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    order = changed_order()
    tab = f"/orders/{order.pk}/?tab=papers"
    page = open_as("mei", tab, size=size, language=language, theme=theme)
    expect(page.locator("#answers tbody tr")).to_have_count(3)
    check_looks(page)
    page.locator("#answers [data-verb=answer_order]").click()
    page.wait_for_url("**/answer/")
    page.fill("[name=note-2]", "No brass until summer.")
    check_looks(page)
    page.locator("form[data-verb=answer_order] button[type=submit]").click()
    page.wait_for_url("**tab=papers")
    expect(page.locator("#answers .od-files li")).to_have_count(1)
    assert Answer.objects.get().lines.get(position=2).note == "No brass until summer."


@pytest.mark.parametrize(("size", "language", "theme"), SHAPES)
def test_an_overtaken_answer_is_replaced(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    order = changed_order()
    first = make.answer(order, by_mail=False)
    line = order.lines.get(item__code="HW-1001")
    later = LineChange(line_id=line.pk, promised_on=make.day("2027-06-01"))
    amend_order(order_id=order.pk, change_lines=[later], reason="mould", by=person("mei"))
    reactions.run_due()
    page = open_as(
        "mei", f"/orders/{order.pk}/?tab=papers", size=size, language=language, theme=theme
    )
    expect(page.locator("#answers .an-outdated")).to_be_visible()
    check_looks(page)
    page.locator(f'#answers a[href="/answers/{first.pk}/"]').click()
    page.wait_for_url(f"**/answers/{first.pk}/")
    expect(page.locator(".an-outdated")).to_be_visible()
    check_looks(page)
    page.locator("[data-verb=answer_order]").first.click()
    page.wait_for_url("**/answer/")
    page.locator("form[data-verb=answer_order] button[type=submit]").click()
    page.wait_for_url("**tab=papers")
    first.refresh_from_db()
    assert first.state == "superseded"
