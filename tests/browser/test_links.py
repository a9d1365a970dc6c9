"""The pages behind links on a phone: both languages, both lights, with and without scripts."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.contracts.models import Acceptance
from gendan.contracts.services import send_paper_for_acceptance
from gendan.contracts.tests.accepted import paper, token_of
from gendan.followup.models import Handover, Question
from gendan.followup.services import ask_question, hand_over
from gendan.kernel import clock, reactions
from gendan.kernel.models import Mail
from gendan.kernel.services import save_setting
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LOOKS = [("en", "light"), ("zh-hans", "dark"), ("zh-hans", "light")]


def a_contract_is_sent() -> str:
    """A contract of three lines, mailed to Anna; the path of its link."""
    save_setting(key="company_name", value={"en": "Haichuan Trading", "zh": "海川贸易"}, by=None)
    customer = masters.customer(name="Nordlicht GmbH")
    contact = masters.contact("C-1", email="anna@example.com", is_main=True)
    lines = [
        orders.line("A-1", 1200, description="Lantern, powder-coated, with candle holder"),
        orders.line("A-2", 600, description="Garden torch 120 cm"),
        orders.line("A-3", 24),
    ]
    order = orders.confirmed(
        customer, lines, contact_id=contact.pk, customer_order_number="PO-77120", incoterm="FOB",
        incoterm_place="Ningbo",
    )  # fmt: skip
    found = paper(order)
    send_paper_for_acceptance(
        paper_id=found.pk, message="Please look at the new packing.", by=person("mei")
    )
    return f"/l/{token_of()}/"


def a_question_is_asked() -> str:
    """A question about a line; the path of its link."""
    save_setting(key="company_name", value={"en": "Haichuan Trading", "zh": "海川贸易"}, by=None)
    followup.template()
    journey = followup.followed(number="PO-77120")
    ask_question(
        order_id=journey.order_id,
        text="Which shade of blue shall the lanterns have: navy (19-3923) or royal (19-3955)?",
        due_on=clock.today() + dt.timedelta(days=3),
        line_id=journey.order.lines.get().pk,
        milestone_id=followup.milestone(journey, "deposit").pk,
        email="anna@example.com",
        name="Anna Schmidt",
        by=person("mei"),
    )
    return f"/l/{token_of(Mail.objects.latest('pk'))}/"


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_contract_page_looks_right(open_as: Open, language: str, theme: str) -> None:
    page = open_as("", a_contract_is_sent() + f"?language={language}", size=PHONE)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.reload()
    check_looks(page)
    page.locator("summary").click()
    check_looks(page)


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_question_page_looks_right(open_as: Open, language: str, theme: str) -> None:
    page = open_as("", a_question_is_asked() + f"?language={language}", size=PHONE)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.reload()
    check_looks(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_contract_is_accepted_on_a_phone(open_as: Open, scripts: bool) -> None:
    page = open_as("", a_contract_is_sent(), size=PHONE, scripts=scripts)
    page.get_by_label("Your full name").fill("Anna Schmidt")
    page.get_by_label("I have read the document").check()
    page.get_by_role("button", name="Accept the document").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    assert Acceptance.objects.get().name == "Anna Schmidt"
    reactions.run_due()
    page.goto(page.url)
    expect(page.get_by_role("link", name="Record of acceptance")).to_be_visible()
    if scripts:
        check_looks(page)


def test_a_question_is_answered_on_a_phone(open_as: Open) -> None:
    page = open_as("", a_question_is_asked(), size=PHONE)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the answer")
    page.get_by_label("Your answer").fill("Navy, please.")
    page.get_by_label("Photos or files").set_input_files(
        {"name": "lab-dip.txt", "mimeType": "text/plain", "buffer": b"19-3923"}
    )
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    check_looks(page)
    question = Question.objects.get()
    assert (question.answer, question.answered_name) == ("Navy, please.", "Anna Schmidt")


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("language", "theme"), LOOKS[:2])
def test_our_own_pages_fit_and_are_accessible(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    a_question_is_asked()
    question = Question.objects.get()
    handover = hand_over(
        giver_id=person("mei").pk,
        taker_id=person("jun").pk,
        order_ids=[question.order_id],
        back_on=clock.today() + dt.timedelta(days=9),
        notes={question.order_id: "Call Anna on Monday."},
        by=person("mei"),
    )
    hand_over(
        giver_id=person("jun").pk,
        taker_id=person("mei").pk,
        order_ids=[question.order_id],
        kind=Handover.Kind.LEAVING,
        by=person("jun"),
    )
    page = open_as("mei", f"/questions/{question.pk}/", language=language, theme=theme, size=size)
    base = page.url.split("/questions/")[0]
    check_looks(page)
    for address in (
        "/questions/",
        f"/orders/{question.order_id}/ask/",
        f"/orders/{question.order_id}/extension/",
        "/handovers/",
        f"/handovers/{handover.pk}/",
        "/handovers/new/",
        f"/orders/{question.order_id}/",
    ):
        page.goto(base + address)
        check_looks(page)
