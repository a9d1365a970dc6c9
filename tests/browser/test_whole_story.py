"""The whole story on the pages: a mail is dropped, and in the end a followed order is amended."""

import datetime as dt
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gendan.catalog.models import Unit
from gendan.catalog.services import UnitRow, save_units
from gendan.followup.models import Journey
from gendan.kernel import clock, reactions
from gendan.kernel.apps import make_role_groups
from gendan.orders.models import Order
from gendan.testing.world import papers
from gendan.testing.world.found import found_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.fixture
def company(transactional_db: None) -> None:
    """The fictional company on its first day, today."""
    make_role_groups()
    codes = [("pcs", "C62"), ("set", "SET"), ("pair", "PR"), ("kg", "KGM"), ("roll", "RO")]
    missing = [
        UnitRow(code=code, name_en=code, rec20=rec20, step=Decimal("0.001"))
        for code, rec20 in codes
        if not Unit.objects.filter(code=code).exists()
    ]
    if missing:
        save_units(rows=missing, by=None)
    found_company(on=clock.today(), rng=random.Random(1))
    reactions.run_due()


def mail(folder: Path, number: str) -> Path:
    """A customer's mail with a sheet, as it would be saved from a mail program."""
    today = clock.today()
    paper = papers.Paper(
        number=number,
        ordered_on=today,
        buyer="Halden & Sons Ltd",
        contact="Peter Halden",
        address="purchasing@halden.example",
        currency="USD",
        incoterm="FOB Ningbo",
        payment="30% deposit, balance against B/L copy",
        lines=(
            papers.PaperLine(
                code="HW-1001",
                description="Adjustable wrench 8 in",
                quantity=Decimal(1200),
                unit="PCS",
                unit_price=Decimal("2.35"),
                due_on=today + dt.timedelta(days=130),
            ),
        ),
    )
    path = folder / f"{number}.eml"
    path.write_bytes(papers.as_mail(paper, "sheet", sent_at=clock.now(), to="orders@us.example"))
    return path


def take_in(page: Page, path: Path) -> Order:
    """Drop the mail, wait for the worker, look at the doubts, accept."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/intake/")
    page.set_input_files("#drop-file", path)
    page.get_by_role("button", name="Take in a document").click()
    expect(page.get_by_text("The document is being read")).to_be_visible()
    reactions.run_due()
    expect(page.locator(".in-bar")).to_be_visible(timeout=15_000)
    for box in page.locator("input[type=checkbox][name=confirmed]").all():
        box.check()
    page.locator("body").press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/"))
    return Order.objects.order_by("-pk")[0]


def review(open_as: Open) -> None:
    """Whoever is asked for a customer's first order looks at it: sales and finance."""
    for who in ("sun", "fang"):
        page = open_as(who, "/orders/reviews/")
        page.locator("tbody a[data-open]").first.click()
        page.locator("[data-verb=pass_review] button[type=submit]").click()
        expect(page.locator("#messages")).not_to_be_empty()


def confirm(page: Page) -> None:
    page.locator("[data-verb=check_order] button").first.click()
    expect(page.locator(".od-check").first).to_be_visible()
    page.locator("[data-verb=promise_order] button").first.click()
    expect(page.locator(".od-way").first).to_be_visible()
    page.locator("summary", has_text="Confirm the order").click()
    page.locator("[name=despite]").fill("price agreed by phone")
    page.locator("[data-verb=confirm_order] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("confirmed")
    reactions.run_due()


def test_from_the_mail_to_the_amended_order(open_as: Open, company: None, tmp_path: Path) -> None:
    page = open_as("jun", "/intake/")
    order = take_in(page, mail(tmp_path, "HS-9001"))
    review(open_as)
    confirm(page)

    # Its milestones have appeared, and Today knows whose move it is.
    page.goto(page.url.split("?")[0] + "?tab=followup")
    expect(page.locator("body")).to_contain_text("Contract or PI signed by the customer")
    root = page.url.split("/orders/")[0]

    # The customer will sign far too late: the order slips, and Today and the board say so.
    journey = Journey.objects.get(order=order)
    signed = journey.milestones.get(code="contract_signed")
    page.goto(f"{root}/orders/{order.pk}/?tab=followup&milestone={signed.pk}")
    form = page.locator("[data-verb=expect_milestone]").first
    fold = page.locator("details", has=page.locator("[data-verb=expect_milestone]")).last
    fold.locator("summary").first.click()
    form.locator("[name=expected_on]").fill(str(clock.today() + dt.timedelta(days=90)))
    form.locator("button[type=submit]").click()
    expect(page.locator("#messages")).not_to_be_empty()
    reactions.run_due()
    journey.refresh_from_db()
    assert journey.health == "late"
    page.goto(root + "/board/")
    line = page.locator("tr", has_text=order.number)
    expect(line.locator(".gd-late").first).to_be_visible()
    page.goto(root + "/today/")
    expect(page.locator("body")).to_contain_text(order.number)

    # The customer takes more, and everything is dated anew.
    page.goto(f"{root}/orders/{order.pk}/amend/")
    page.locator("[name$=quantity]").first.fill("1500")
    page.locator("[name=reason]").fill("customer wants more")
    page.locator("[data-verb=propose_change] [value=propose]").click()
    page.locator("[data-verb=accept_change] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("carried through")
    reactions.run_due()
    order.refresh_from_db()
    assert order.version == 2
    assert order.lines.get().quantity == 1500

    # Another order is cancelled: it leaves Today.
    other = take_in(page, mail(tmp_path, "HS-9002"))
    confirm(page)
    cancel = page.locator("[data-verb=cancel_order]")
    page.locator("details", has=cancel).last.locator("summary").first.click()
    cancel.locator("[name=reason]").fill("customer cancelled")
    cancel.locator("button[type=submit]").click()
    page.locator("#confirm button[value=yes]").click()
    expect(page.locator("h1")).to_contain_text("cancelled")
    reactions.run_due()
    page.goto(root + "/today/")
    expect(page.locator(".td-row", has_text=other.number)).to_have_count(0)
