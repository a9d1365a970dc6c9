"""The intake in a real browser: dropped mails, lit places, doubts by keyboard, on a phone too."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from gendan.intake.jobs import read_now
from gendan.intake.models import Incoming
from gendan.intake.services import note_page_in_work, read_incoming
from gendan.orders.models import Order
from gendan.partners.models import Partner
from gendan.testing.make import intake as make
from gendan.testing.make import paper
from tests.browser.conftest import PHONE, check_looks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
FAXED = (
    ("HW-1001", "Steel hinge 100 mm", 500, "1.20"),
    ("HW-1002", "Door handle brass", 200, "3.40"),
    ("SP-2001", "Compression spring", 40, "0.85"),
)
DOUBTFUL = [
    ("?", "Steel hinges of 100 mm", 500, "1.20"),
    ("HW-1002", "Door handle brass", 200, "3.40"),
    ("A-9", "Garden gnome", 7, "2.00"),
]


@pytest.fixture
def customer(transactional_db: None) -> Partner:
    from gendan.catalog.models import Unit
    from gendan.catalog.services import UnitRow, save_units
    from gendan.kernel.apps import make_role_groups

    make_role_groups()
    if not Unit.objects.filter(code="pcs").exists():
        save_units(rows=[UnitRow(code="pcs", name_en="piece", name_zh="件", rec20="C62")], by=None)
    make.goods()
    return make.customer()


def doubtful() -> Incoming:
    content = make.mail(make.sheet(lines=DOUBTFUL, currency=""))
    return make.incoming(content)


def wait_for_width(picture: Locator, *, more_than: int) -> None:
    """Wait until the picture is loaded: asked from here, as the page forbids evaluating text."""
    for _ in range(100):
        if picture.evaluate("image => image.naturalWidth") > more_than:
            return
        picture.page.wait_for_timeout(100)
    raise AssertionError("the picture of the page did not load")


def test_a_dropped_mail_is_read_looked_at_by_keyboard_and_accepted(
    open_as: Open, customer: Partner, tmp_path: Path
) -> None:
    mail = tmp_path / "order.eml"
    mail.write_bytes(make.mail(make.sheet(lines=DOUBTFUL, currency="")))
    page = open_as("mei", "/intake/")
    page.set_input_files("#drop-file", mail)
    page.get_by_role("button", name="Take in a document").click()
    expect(page.get_by_text("The document is being read")).to_be_visible()
    read_incoming(incoming_id=Incoming.objects.get().pk)
    expect(page.locator(".in-bar").get_by_text("3 values to look at")).to_be_visible(timeout=10_000)
    # A field lights up its place in the document, and the place leads back to the field.
    page.locator('[name="lines.1.quantity"]').focus()
    expect(page.locator(".in-lit")).to_have_text("200")
    page.locator('.in-document [data-paths~="lines.1.unit_price"]').first.click()
    expect(page.locator('[name="lines.1.unit_price"]')).to_be_focused()
    # Enter says "it is right" and goes on; what has no proposal must be chosen.
    page.get_by_role("button", name="Next doubt").click()
    expect(page.locator('[name="currency"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[name="lines.0.item"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[name="lines.2.item"]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("spring")
    expect(page.locator("#items-found option")).to_have_attribute("value", "SP-2001")
    page.locator('[name="lines.2.item_code"]').fill("SP-2001")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/"))
    order = Order.objects.get()
    assert [line.item.code for line in order.lines.all()] == ["HW-1001", "HW-1002", "SP-2001"]


def test_a_fax_goes_from_the_file_to_the_order_by_keyboard(
    open_as: Open, customer: Partner, tmp_path: Path
) -> None:
    fax = tmp_path / "fax.tif"
    fax.write_bytes(paper.fax(paper.pdf(lines=FAXED), degrees=1.2, seed=3))
    page = open_as("mei", "/intake/")
    page.set_input_files("#drop-file", fax)
    page.locator("#drop-file").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The document is being read")).to_be_visible()
    row = Incoming.objects.get()
    note_page_in_work(incoming_id=row.pk, page=1, pages=1)
    expect(page.get_by_text("Page 1 of 1 is being recognised")).to_be_visible(timeout=10_000)
    read_now(incoming_id=row.pk)
    # The picture is there, with a box for each value; the doubtful ones look different.
    sheet = page.locator(".in-sheet img")
    expect(sheet).to_be_visible(timeout=10_000)
    wait_for_width(sheet, more_than=500)
    # A field lights its box up, and a box leads to its field.
    page.locator('[name="lines.1.quantity"]').focus()
    expect(page.locator(".in-sheet rect.in-lit")).to_have_count(1)
    page.locator('.in-sheet rect[data-paths~="lines.0.unit_price"]').click()
    expect(page.locator('[name="lines.0.unit_price"]')).to_be_focused()
    # From here on nothing but keys: larger, each doubt looked at, and accepted.
    page.keyboard.press("Escape")
    page.keyboard.press("+")
    expect(page.locator("[data-sheets]")).to_have_attribute("data-zoom", "1")
    page.keyboard.press("n")
    for _doubt in range(20):
        if not page.locator(".in-form [data-doubt]:not(:has(:checked))").count():
            break
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/"))
    order = Order.objects.get()
    assert order.customer == customer
    assert order.channel == "fax"
    found = [(line.item.code, int(line.quantity)) for line in order.lines.order_by("position")]
    assert found == [(code, quantity) for code, _name, quantity, _price in FAXED]


def test_two_people_see_each_other(open_as: Open, customer: Partner) -> None:
    row = doubtful()
    mei = open_as("mei", f"/intake/{row.pk}/")
    mei.get_by_role("button", name="I work on this").click()
    expect(mei.get_by_role("button", name="I no longer work on this")).to_be_visible()
    jun = open_as("jun", f"/intake/{row.pk}/")
    expect(jun.locator(".in-other-worker")).to_contain_text("works on this")
    check_looks(jun)
    jun.get_by_role("button", name="Take it over").click()
    expect(jun.get_by_role("button", name="I no longer work on this")).to_be_visible()
    mei.reload()
    expect(mei.locator(".in-other-worker")).to_be_visible()


def test_one_document_becomes_two_orders(open_as: Open, customer: Partner) -> None:
    row = make.incoming(make.sheet("NH-5"), "po.xlsx")
    page = open_as("mei", f"/intake/{row.pk}/")
    page.get_by_text("The document holds several orders").click()
    page.locator('[name="take"]').nth(1).check()
    page.locator('[name="split_number"]').fill("NH-6")
    page.get_by_role("button", name="Make an order of its own of these lines").click()
    expect(page.locator('[name="order_number"]')).to_have_value("NH-6")
    expect(page.locator(".in-draft-side .gd-tabs a")).to_have_count(2)
    numbers = [draft.data["order_number"] for draft in row.drafts.order_by("position")]
    assert numbers == ["NH-5", "NH-6"]


def test_a_refusal_stands_at_the_form_and_keeps_what_was_typed(
    open_as: Open, customer: Partner
) -> None:
    row = doubtful()
    page = open_as("mei", f"/intake/{row.pk}/")
    page.locator('[name="lines.1.quantity"]').fill("250")
    page.get_by_role("button", name=re.compile("Accept the draft")).click()
    refused = page.locator(".in-form .gd-refused")
    expect(refused).to_contain_text("choose the item")
    expect(page.locator('[name="lines.1.quantity"]')).to_have_value("250")


def test_saving_draws_the_page_anew_and_stays_there(open_as: Open, customer: Partner) -> None:
    row = doubtful()
    page = open_as("mei", f"/intake/{row.pk}/")
    page.locator('[name="currency"]').fill("EUR")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".in-bar").get_by_text("2 values to look at")).to_be_visible()
    assert row.drafts.get().data["currency"] == "EUR"
    # Once more, to see that the page drawn anew still works.
    page.locator('[name="lines.1.quantity"]').fill("250")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Save").click()
    assert row.drafts.get().data["lines"][1]["quantity"] == "250"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("size", [(1440, 900), PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "what", ["queue", "document", "paper", "reading", "call", "change", "unreadable", "refused"]
)
def test_the_pages_look_right(
    open_as: Open, customer: Partner, what: str, size: tuple[int, int], language: str
) -> None:
    address = prepared(what)
    page = open_as("mei", address, size=size, language=language)
    check_looks(page)
    if what == "document":
        page.locator('[name="lines.0.quantity"]').focus()


def prepared(what: str) -> str:
    from gendan.intake.services import accept_draft, correct_draft, refuse_draft
    from gendan.testing.cast import person

    if what == "call":
        return "/intake/call/"
    if what == "unreadable":
        damaged = make.incoming(b"PK\x03\x04 cut off", "order.xlsx")
        return f"/intake/{damaged.pk}/"
    if what == "paper":
        lines = [*FAXED, ("?", "Steel hinges of 100 mm", 5, "1.00")]
        found = make.incoming(paper.pdf(lines=lines, pages=2), "order.pdf")
        return f"/intake/{found.pk}/"
    if what == "reading":
        found = make.incoming(make.mail(), "order.eml", read=False)
        note_page_in_work(incoming_id=found.pk, page=3, pages=12)
        return f"/intake/{found.pk}/"
    row = doubtful()
    if what == "queue":
        make.incoming(make.sheet("NH-5"), "po.xlsx")
        make.incoming(make.mail(make.sheet("NH-6"), subject="Order 6"), "x.eml", read=False)
        return "/intake/"
    if what == "refused":
        draft = make.draft(make.sheet("NH-5"), "po.xlsx")
        refuse_draft(draft_id=draft.pk, reason="We no longer make hinges.", by=person("mei"))
        return f"/intake/{draft.incoming_id}/"
    if what == "change":
        accept_draft(draft_id=make.draft(make.sheet(), "a.xlsx").pk, by=person("mei"))
        draft = make.draft(make.sheet(lines=DOUBTFUL), "po.xlsx")
        correct_draft(draft_id=draft.pk, values={"doc_type": "order_change"}, by=person("mei"))
        return f"/intake/{draft.incoming_id}/"
    return f"/intake/{row.pk}/"


@pytest.mark.parametrize("what", ["document", "paper", "change"])
def test_it_is_dark_too(open_as: Open, customer: Partner, what: str) -> None:
    page: Any = open_as("mei", prepared(what), theme="dark")
    check_looks(page)
