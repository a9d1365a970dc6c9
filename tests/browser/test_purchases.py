"""A supplier answers on a phone; the buyer sees which orders move and decides."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.kernel import clock, reactions
from gendan.kernel.services import save_setting
from gendan.orders.queries import demand_of
from gendan.purchasing.models import PurchaseOrder, SupplierWord
from gendan.purchasing.services import StepRow, save_purchase_steps
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def an_order_is_sent() -> tuple[PurchaseOrder, str, dt.date]:
    """An order of two lines for a followed customer's order, with steps to be reported."""
    save_setting(key="company_name", value={"en": "Haichuan Trading", "zh": "海川贸易"}, by=None)
    due = clock.today() + dt.timedelta(days=60)
    masters.item("CLOTH", name_en="Twill, indigo", name_zh="靛蓝斜纹布")
    wish = orders.line("CLOTH", 100, requested_on=due + dt.timedelta(days=90))
    customer = masters.customer(name="Nordlicht GmbH")
    order = orders.confirmed(customer, [wish], by=person("mei"), incoterm="EXW")
    followup.approved(stage="buy")  # the deposit is there
    steps = [StepRow("Yarn", 30, "纱线"), StepRow("Dyeing", 10, "染色")]
    save_purchase_steps(family="HW", steps=steps, by=person("bo"))
    demand = demand_of(order.lines.get().pk)
    found, token = ordered.sent(
        ordered.line("CLOTH", requested_on=due, demands=[demand]),
        ordered.line("ZIP", 500, requested_on=due),
    )
    reactions.run_due()
    return found, f"/l/{token}/", due


def test_a_supplier_counters_on_a_phone_and_the_buyer_sees_what_moves(open_as: Open) -> None:
    order, path, due = an_order_is_sent()
    page = open_as("", path + "?language=zh-hans", size=PHONE)
    check_looks(page)
    page.locator("#line-1 > details > summary").click()
    page.locator("#on-1").fill((due + dt.timedelta(days=200)).isoformat())
    page.locator("#remark-1").fill("染厂排期已满")
    page.locator("#line-1 button[type=submit]").click()
    expect(page.locator("[role=status]")).to_contain_text("已收到")
    check_looks(page)
    reactions.run_due()
    word = SupplierWord.objects.get(state="proposed")
    desk = open_as("bo", f"/purchasing/orders/{order.pk}/", size=DESK)
    check_looks(desk)
    box = desk.locator(f"#answer-{word.pk}")
    expect(box.locator("table tbody tr")).to_have_count(1)
    box.get_by_role("button").first.click()
    expect(desk.locator(f"#answer-{word.pk}")).to_have_count(0)
    word.refresh_from_db()
    assert word.state == "accepted"
