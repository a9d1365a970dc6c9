"""Pages of items, companies, people and stock in a real browser, wide and narrow."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gendan.catalog.models import Calendar, Item
from gendan.inventory.models import ExpectedSupply
from gendan.partners.models import Partner
from gendan.testing.make import masters
from gendan.workforce.models import Person
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SIZES = [(DESK, "en", "light"), (PHONE, "zh-hans", "dark")]
LISTS = ["items", "price_lists", "conversions", "partners", "people", "stock", "moves", "expected"]
FORMS = ["save_items", "save_partners", "save_payment_terms", "post_moves", "save_calendars"]


@pytest.fixture
def world(transactional_db: None) -> dict[str, str]:
    """A few things of each kind, and the addresses of their pages."""
    names = ("Steel sink", "Drawer slide", "Cotton shirt", "Power bank", "Door hinge")
    masters.items(
        {
            f"HW-10{n}": {"name_en": name, "name_zh": "不锈钢水槽", "supply": "make"}
            for n, name in enumerate(names)
        }
        | {"RM-1": {"name_en": "Steel sheet 1.2 mm", "supply": "buy"}}
    )
    masters.bom("HW-100", {"RM-1": "2.5"})
    masters.work_center("PRESS")
    masters.routing("HW-100", ("PRESS", 30, "1.5"))
    masters.calendar("CN")
    masters.price("HW-100", "12.5")
    masters.price("HW-100", "11.9", from_quantity=1000)
    masters.unit("box")
    masters.conversion("box", "pcs", 12)
    customer = masters.customer("C-1", name="Kessler & Söhne GmbH", name_zh="凯斯勒")
    masters.contact("C-1", email="anna@kessler.example", phone="+49 40 1234", is_main=True)
    masters.address("C-1")
    masters.stock("HW-100", 1200)
    masters.expected("HW-100", 5000, reference="PO-88")
    masters.staff("P-1", name="Wang Mei")
    item = Item.objects.get(code="HW-100")
    calendar, person = Calendar.objects.get(code="CN"), Person.objects.get()
    return {
        "item": reverse("item", args=[item.pk]),
        "save_boms": reverse("save_boms", args=[item.pk]),
        "calendar": reverse("calendar", args=[calendar.pk]) + "?year=2026",
        "partner": reverse("partner", args=[customer.pk]),
        "price_list": reverse("price_list", args=[item.prices.all()[0].price_list_id]),
        "person": reverse("person", args=[person.pk]),
        "stock_of_item": reverse("stock_of_item", args=[item.pk]),
        "expected_supply": reverse("expected_supply", args=[ExpectedSupply.objects.get().pk]),
    }


@pytest.mark.parametrize(("size", "language", "theme"), SIZES, ids=["desk", "phone"])
@pytest.mark.parametrize(
    "name",
    [*LISTS, *FORMS, "item", "save_boms", "calendar", "partner", "price_list", "person",
     "stock_of_item", "expected_supply"],
)  # fmt: skip
def test_pages_fit_and_can_be_read_by_everybody(
    open_as: Open,
    world: dict[str, str],
    name: str,
    size: tuple[int, int],
    language: str,
    theme: str,
) -> None:
    address = world.get(name) or reverse(name)
    check_looks(open_as("zhao", address, size=size, language=language, theme=theme))


def test_a_list_is_walked_with_j_and_k_and_opened_with_enter(
    open_as: Open, world: dict[str, str]
) -> None:
    page = open_as("zhao", "/items/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr[data-row]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("HW-100")
    page.keyboard.press("e")
    expect(page.locator("form[data-verb=save_items]")).to_be_visible()


def test_a_list_is_filtered_while_typing_and_the_view_is_kept(
    open_as: Open, world: dict[str, str]
) -> None:
    page = open_as("zhao", "/items/")
    page.fill("#list-search", "shirt")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert "q=shirt" in page.url
    page.click("summary:has-text('Views')")
    page.fill(".gd-menu-body input[name=name]", "my shirts")
    page.click(".gd-menu-body form[data-verb=save_view] button")
    page.goto(page.url.partition("?")[0])
    page.click("summary:has-text('Views')")
    page.click("a:has-text('my shirts')")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_columns_are_chosen(open_as: Open, world: dict[str, str]) -> None:
    page = open_as("zhao", "/items/")
    expect(page.locator("th", has_text="HS code")).to_have_count(0)
    page.click("summary:has-text('Columns')")
    page.check(".gd-checks input[value=hs_code]")
    page.click(".gd-menu-body button:has-text('Show')")
    expect(page.locator("th", has_text="HS code")).to_have_count(1)


def test_a_list_is_saved_as_a_sheet(open_as: Open, world: dict[str, str]) -> None:
    page = open_as("zhao", "/items/")
    page.click("summary:has-text('Export')")
    with page.expect_download() as download:
        page.click("a[data-export=xlsx]")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_refused_form_marks_the_field(open_as: Open, world: dict[str, str]) -> None:
    page = open_as("zhao", "/partners/save/?code=C-1")
    page.fill("input[name=time_zone]", "Mars/Olympus")
    page.click("form[data-verb=save_partners] button[type=submit]")
    expect(page.locator(".gd-refused")).to_contain_text("Mars/Olympus")
    expect(page.locator("input[name=time_zone]")).to_have_attribute("aria-invalid", "true")
    page.fill("input[name=time_zone]", "Europe/Berlin")
    page.click("form[data-verb=save_partners] button[type=submit]")
    expect(page.locator(".gd-facts").first).to_contain_text("Europe/Berlin")
    assert Partner.objects.get(code="C-1").time_zone == "Europe/Berlin"


def test_a_day_of_the_calendar_is_turned_where_one_is(open_as: Open, world: dict[str, str]) -> None:
    page = open_as("zhao", world["calendar"])
    day = page.locator('button[value="2026-05-12"]')
    day.click()
    expect(page.locator('button[value="2026-05-12"]')).to_have_class("gd-holiday gd-by-hand")
    assert "year=2026" in page.url


def test_codes_are_offered_while_typing(open_as: Open, world: dict[str, str]) -> None:
    page = open_as("wen", "/stock/moves/post/")
    page.type("input[name=item]", "HW-10")
    expect(page.locator("datalist option")).to_have_count(5)
