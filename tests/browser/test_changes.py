"""A change in a browser: typed in, looked at, carried through, acknowledged; desk and phone."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from gendan.changes.models import ChangeOrder
from gendan.inventory.services import ExpectedRow, expect_supplies
from gendan.kernel import reactions
from gendan.orders.models import Order
from gendan.orders.queries import demand_of
from gendan.orders.services import reserve_lines
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def busy_order() -> Order:
    """A followed order with stock kept, goods expected, and people whose things they are."""
    for who in ("wen", "fang", "bo", "ping", "gang"):
        person(who)
    followup.template()
    item = masters.item("LAMP-1")
    masters.stock(item.code, 40)
    order = followup.followed(item=item, days=30, price="12.50").order
    line = order.lines.get()
    reserve_lines(order_id=order.pk, by=person("mei"))
    expect_supplies(
        rows=[
            ExpectedRow(
                item=item.code,
                quantity=Decimal(60),
                due_on=orders.in_days(20),
                reference="PO-2026-0007",
                demand=demand_of(line.pk),
            )
        ],
        by=person("bo"),
    )
    reactions.run_due()
    return order


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_change_is_looked_at_and_carried_through(
    open_as: Open, size: tuple[int, int], language: str
) -> None:
    order = busy_order()
    page = open_as("mei", f"/orders/{order.pk}/change/", size=size, language=language)
    line = order.lines.get()
    page.locator(f"[name=line-{line.pk}-quantity]").fill("180")
    page.locator(f"[name=line-{line.pk}-promised_on]").fill(orders.in_days(12).isoformat())
    page.locator("[name=reason]").fill("Mail of Ms. Weber")
    page.locator("[name=do][value=preview]").click()
    expect(page.locator("#effects")).to_contain_text("PO-2026-0007")
    check_looks(page)
    page.locator("[name=do][value=propose]").click()
    page.wait_for_url("**/changes/*/")
    expect(page.locator("#effects")).to_contain_text("PO-2026-0007")
    check_looks(page)
    page.locator("[data-verb=accept_change] button[type=submit]").click()
    expect(page.locator("#acknowledged")).to_be_visible()
    check_looks(page)
    change = ChangeOrder.objects.get()
    assert (change.state, order.lines.get().quantity) == ("accepted", 180)
    root = page.url.split("/changes/")[0]
    for address in (f"/orders/{order.pk}/?tab=changes", "/changes/?state=accepted"):
        page.goto(root + address)
        check_looks(page)
