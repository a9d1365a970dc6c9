"""Pages of items, companies, people and stock: who sees them, what they save, what they cost."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gendan.catalog.models import (
    Alternate,
    BomLine,
    CalendarDay,
    Family,
    Item,
    Price,
    RoutingStep,
    Unit,
    UnitConversion,
    WorkCenter,
)
from gendan.inventory.models import Balance, ExpectedSupply, Location, Lot, Move
from gendan.orders.models import CustomerItem
from gendan.partners.models import Address, Contact, Lane, Partner, PaymentTerms
from gendan.testing.make import masters
from gendan.workforce.models import Absence, Department, Person, Shift

Browse = Callable[..., Client]
LISTS = [
    "items", "families", "units", "conversions", "alternates", "work_centers", "learning_curves",
    "calendars", "price_lists", "exchange_rates", "partners", "payment_terms", "lanes", "people",
    "absences", "departments", "shifts", "stock", "moves", "expected", "lots", "locations",
]  # fmt: skip
# verb (its page without arguments) → somebody whose role does not allow it
VERBS = {
    "save_items": "mei", "save_families": "mei", "save_units": "mei", "save_conversions": "mei",
    "save_alternates": "mei", "save_work_centers": "mei", "save_price_lists": "mei",
    "save_learning_curves": "mei",
    "save_prices": "mei",
    "save_exchange_rates": "mei", "save_calendars": "mei", "save_partners": "mei",
    "save_contacts": "wen", "save_addresses": "wen", "save_customer_items": "wen",
    "save_customer_price_lists": "wen", "save_payment_terms": "bo", "save_lanes": "bo",
    "save_people": "mei", "save_absences": "mei", "save_departments": "mei",
    "save_shifts": "mei", "save_locations": "mei", "save_lots": "mei", "post_moves": "mei",
    "post_opening_stock": "mei", "expect_supplies": "mei",
}  # fmt: skip


@pytest.fixture
def world(db: None) -> dict[str, str]:
    """One of each thing with a page of its own: name → address."""
    masters.items({"A-1": {"name_zh": "不锈钢水槽", "supply": "make"}, "B-1": {"supply": "buy"}})
    item = Item.objects.get(code="A-1")
    masters.bom("A-1", {"B-1": 2})
    masters.work_center("WC-1")
    masters.routing("A-1", ("WC-1", 5, 2))
    calendar = masters.calendar("CN")
    price_list = masters.price_list("USD-1")
    masters.price("A-1", 5)
    customer = masters.customer("C-1", name_zh="宁波海晟机电")
    masters.contact("C-1")
    masters.address("C-1")
    person = masters.staff("P-1")
    masters.location("STORE")
    masters.stock("A-1", 100)
    masters.expected("B-1", 50)
    supply = ExpectedSupply.objects.get()
    return {
        "item": reverse("item", args=[item.pk]),
        "save_boms": reverse("save_boms", args=[item.pk]),
        "save_routings": reverse("save_routings", args=[item.pk]),
        "calendar": reverse("calendar", args=[calendar.pk]),
        "price_list": reverse("price_list", args=[price_list.pk]),
        "partner": reverse("partner", args=[customer.pk]),
        "person": reverse("person", args=[person.pk]),
        "stock_of_item": reverse("stock_of_item", args=[item.pk]),
        "expected_supply": reverse("expected_supply", args=[supply.pk]),
    }


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_those_who_work_here(browse: Browse, name: str) -> None:
    url = reverse(name)
    assert browse().get(url).status_code == 302
    assert browse("stranger").get(url).status_code == 404
    for language in ("en", "zh-hans"):
        assert browse("zhao", language).get(url).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_with_one_row_and_with_many(
    browse: Browse,
    world: dict[str, str],
    name: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = browse("zhao")
    client.get(reverse(name))
    with django_assert_max_num_queries(14):
        answer = client.get(reverse(name))
    assert b"<html" in answer.content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_are_exported(browse: Browse, world: dict[str, str], name: str, kind: str) -> None:
    answer = browse("zhao").get(reverse(name), {"export": kind})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert content.startswith("\ufeff".encode() if kind == "csv" else b"PK")


def test_things_have_pages(browse: Browse, world: dict[str, str]) -> None:
    for name, url in world.items():
        assert browse().get(url).status_code == 302, name
        assert browse("stranger").get(url).status_code == 404, name
        for language in ("en", "zh-hans"):
            answer = browse("zhao", language).get(url)
            assert answer.status_code == 200, name
            assert b" style=" not in answer.content, name


def test_unknown_things_are_not_there(browse: Browse) -> None:
    client = browse("zhao")
    for name in ("item", "calendar", "price_list", "partner", "person", "stock_of_item"):
        assert client.get(reverse(name, args=[999_999])).status_code == 404


@pytest.mark.parametrize(("verb", "username"), VERBS.items())
def test_the_wrong_role_neither_sees_nor_sends_the_form(
    browse: Browse, verb: str, username: str
) -> None:
    client = browse(username)
    assert client.get(reverse(verb)).status_code == 403
    assert client.post(reverse(verb), {"code": "X"}).status_code == 403
    assert browse("stranger").get(reverse(verb)).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_right_role_sees_the_form(browse: Browse, verb: str, language: str) -> None:
    assert browse("zhao", language).get(reverse(verb)).status_code == 200


@pytest.mark.parametrize("verb", ["save_customer_items", "save_customer_price_lists"])
def test_a_customers_page_leads_to_a_form_that_names_it(
    browse: Browse, world: dict[str, str], verb: str
) -> None:
    answer = browse("zhao").get(reverse(verb) + "?customer=C-1")
    assert answer.status_code == 200
    assert 'value="C-1"' in answer.content.decode()


SAVED: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    ("save_units", {"code": "m", "name_en": "metre", "step": "0.01"}, Unit, {"code": "m"}),
    ("save_families", {"code": "F", "kind": "apparel", "sizes": "S, M，L"}, Family,
     {"code": "F", "sizes": ["S", "M", "L"]}),
    ("save_items", {"code": "N-1", "family": "HW", "unit": "pcs", "supply": "buy",
                    "lead_days": "5", "lot_rule": "as_needed", "lot_size": "1",
                    "safety_stock": "0", "traced": "no", "specification": "colour: red",
                    "is_active": "on", "specification_version": "1"}, Item,
     {"code": "N-1", "lead_days": 5, "specification": {"colour": "red"}}),
    ("save_conversions", {"unit": "box", "into": "pcs", "factor": "12"}, UnitConversion,
     {"factor": Decimal(12), "unit__code": "box"}),
    ("save_alternates", {"component": "B-1", "alternate": "A-1", "quantity": "1.5", "rank": "1"},
     Alternate, {"quantity": Decimal("1.5"), "component__code": "B-1"}),
    ("save_work_centers", {"code": "W", "minutes_per_day": "900", "overtime_minutes": "60",
                           "second_line": "WC-1"}, WorkCenter,
     {"code": "W", "second_line__code": "WC-1"}),
    ("save_learning_curves", {"code": "L", "percents": "45, 100", "known_days": "60"}, None, {}),
    ("save_price_lists", {"code": "EUR-1", "currency": "EUR", "discount_percent": "0"}, None, {}),
    ("save_prices", {"price_list": "USD-1", "item": "B-1", "from_quantity": "100",
                     "unit_price": "3.2", "price_per": "1", "discount_percent": "0"}, Price,
     {"item__code": "B-1", "unit_price": Decimal("3.2")}),
    ("save_exchange_rates", {"currency": "EUR", "day": "2026-05-01", "rate": "7.9"}, None, {}),
    ("save_calendars", {"code": "DE", "country": "DE", "weekdays": ["0", "1"]}, None, {}),
    ("save_partners", {"code": "S-9", "name": "Steel", "country": "CN", "language": "en",
                       "time_zone": "UTC", "currency": "CNY", "is_supplier": "on",
                       "documents_required": "B/L, CO"}, Partner,
     {"code": "S-9", "is_supplier": True, "documents_required": ["B/L", "CO"]}),
    ("save_contacts", {"partner": "C-1", "name": "Tom", "email": "t@example.com"}, Contact,
     {"name": "Tom"}),
    ("save_addresses", {"partner": "C-1", "kind": "delivery", "lines": "Dock 4",
                        "country": "DE"}, Address, {"kind": "delivery"}),
    ("save_customer_items", {"customer": "C-1", "code": "X-7", "item": "A-1"}, CustomerItem,
     {"code": "X-7"}),
    ("save_customer_price_lists", {"customer": "C-1", "price_list": "USD-1", "rank": "1"},
     None, {}),
    ("save_lanes", {"method": "sea", "country": "BR", "transit_days": "40",
                    "to_port_days": "3", "to_door_days": "3", "sails_on": ["2", "5"],
                    "cutoff_days": "2"}, Lane, {"country": "BR", "sails_on": [2, 5]}),
    ("save_payment_terms", {"code": "T1", "name_en": "T/T", "event-0": "contract",
                            "percent-0": "30", "event-1": "bill_of_lading", "percent-1": "70",
                            "days-1": "5"}, PaymentTerms, {"code": "T1"}),
    ("save_departments", {"code": "D", "name_en": "Store"}, Department, {"code": "D"}),
    ("save_shifts", {"code": "S", "name_en": "Day", "starts": "08:00", "ends": "17:00",
                     "break_minutes": "60"}, Shift, {"code": "S"}),
    ("save_people", {"code": "P-9", "name": "Li", "department": "SALES",
                     "skills": "sewing"}, Person, {"code": "P-9", "skills": ["sewing"]}),
    ("save_absences", {"person": "P-1", "from_on": "2026-05-01", "until_on": "2026-05-03",
                       "reason": "leave"}, Absence, {"person__code": "P-1"}),
    ("save_locations", {"code": "L2", "kind": "store"}, Location, {"code": "L2"}),
    ("save_lots", {"item": "T-1", "code": "L-9"}, Lot, {"code": "L-9"}),
    ("post_opening_stock", {"item": "B-1", "quantity": "1,200", "location": "STORE"}, Balance,
     {"item__code": "B-1", "on_hand": Decimal(1200), "location__code": "STORE"}),
    ("post_moves", {"item": "A-1", "quantity": "10", "source": "STORE", "target": "QC"}, Balance,
     {"item__code": "A-1", "on_hand": Decimal(10), "location__code": "QC"}),
    ("expect_supplies", {"item": "A-1", "quantity": "7", "due_on": "2027-01-05"},
     ExpectedSupply, {"item__code": "A-1", "quantity": Decimal(7)}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "typed", "model", "found"), SAVED, ids=[verb for verb, *_ in SAVED]
)
def test_a_form_saves_through_its_verb(
    browse: Browse,
    world: dict[str, str],
    verb: str,
    typed: dict[str, Any],
    model: Any,
    found: dict[str, Any],
) -> None:
    masters.unit("box")
    masters.location("QC", "quality")
    masters.item("T-1", traced="lot")
    answer = browse("zhao").post(reverse(verb), typed)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    if model:
        assert model.objects.filter(**found).count() == 1
    page = browse("zhao").get(answer.headers["Location"])
    assert page.status_code == 200


def test_what_stands_is_changed_and_emptied(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao")
    url = reverse("save_partners") + "?code=C-1"
    page = client.get(url)
    assert b'value="C-1"' in page.content
    form = page.context["form"]
    typed = {name: form.initial.get(name) or "" for name in form.fields}
    typed |= {"credit_limit": "1000", "is_customer": "on", "name": "New name"}
    typed["documents_required"] = ""
    client.post(url, {key: value for key, value in typed.items() if value is not False})
    partner = Partner.objects.get(code="C-1")
    assert (partner.name, partner.credit_limit) == ("New name", 1000)
    typed["credit_limit"] = ""
    client.post(url, {key: value for key, value in typed.items() if value is not False})
    assert Partner.objects.get(code="C-1").credit_limit is None


def test_a_lane_sails_on_the_days_that_are_ticked(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao")
    typed = {"method": "sea", "country": "NO", "transit_days": "40", "sails_on": ["2", "5"]}
    client.post(reverse("save_lanes"), typed)
    url = reverse("save_lanes") + "?method=sea&country=NO"
    boxes = re.findall(r'name="sails_on" value="(.)"[^>]*checked', client.get(url).content.decode())
    assert boxes == ["2", "5"]
    assert "Wed, Sat" in client.get(reverse("lanes")).content.decode()
    client.post(url, typed | {"sails_on": []})
    assert Lane.objects.get(country="NO").sails_on == []
    for wrong in ({"sails_on": ["7"]}, {"cutoff_days": "61"}, {"cutoff_days": "-1"}):
        assert client.post(url, typed | wrong).status_code in {200, 422}
    assert Lane.objects.get(country="NO").sails_on == []


def test_a_refused_form_keeps_what_was_typed(browse: Browse, world: dict[str, str]) -> None:
    typed = {"code": "S-9", "name": "<b>Steel", "country": "Germany"}
    page = browse("zhao").post(reverse("save_partners"), typed)
    assert page.status_code in {200, 422}
    assert b"&lt;b&gt;Steel" in page.content
    part = browse("zhao", htmx=True).post(reverse("save_partners"), typed)
    assert part.status_code == 422
    assert part.headers["Gendan-Refusal"]
    assert not Partner.objects.filter(code="S-9").exists()


@pytest.mark.parametrize("quantity", ["-1", "1e30", "many", "0", "0.5", "=1+1", ""])
def test_impossible_quantities_are_refused(
    browse: Browse, world: dict[str, str], quantity: str
) -> None:
    before = Move.objects.count()
    typed = {"item": "A-1", "quantity": quantity, "location": "STORE"}
    answer = browse("zhao", htmx=True).post(reverse("post_opening_stock"), typed)
    assert answer.status_code == 422, answer.content
    assert Move.objects.count() == before


def test_rows_are_removed(browse: Browse, world: dict[str, str]) -> None:
    answer = browse("zhao").post(
        reverse("save_contacts"), {"partner": "C-1", "name": "Anna Schmidt", "remove": "1"}
    )
    assert answer.status_code == 303
    assert not Contact.objects.exists()


def test_a_bom_is_replaced_and_never_contains_itself(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao", htmx=True)
    typed = {"revision": "1", "component-0": "B-1", "quantity_per-0": "3", "scrap_percent-0": "2"}
    assert client.post(world["save_boms"], typed).status_code == 204
    assert BomLine.objects.get(bom__is_current=True).quantity_per == 3
    refused = client.post(world["save_boms"], typed | {"component-0": "A-1"})
    assert refused.status_code == 422
    assert "contain itself" in refused.content.decode()


def test_a_routing_is_replaced(browse: Browse, world: dict[str, str]) -> None:
    typed = {"sequence-0": "10", "name-0": "press", "work_center-0": "WC-1", "setup_minutes-0": "9"}
    assert browse("zhao").post(world["save_routings"], typed).status_code == 303
    assert RoutingStep.objects.get(routing__is_current=True).setup_minutes == 9


def test_a_day_is_turned_and_turned_back(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao")
    pk = int(world["calendar"].rstrip("/").rpartition("/")[2])
    url = reverse("save_calendar_days", args=[pk])
    day = dt.date(2026, 5, 12)  # a Tuesday without a holiday
    client.post(url, {"day": day.isoformat(), "name": "power cut"})
    assert not CalendarDay.objects.get(calendar_id=pk, day=day).is_working
    client.post(url, {"day": day.isoformat()})
    assert not CalendarDay.objects.filter(calendar_id=pk, day=day).exists()
    assert browse("mei").post(url, {"day": day.isoformat()}).status_code == 403
    assert client.post(url, {"day": "yesterday"}).status_code == 422


def test_public_holidays_are_filled_in(browse: Browse, world: dict[str, str]) -> None:
    pk = int(world["calendar"].rstrip("/").rpartition("/")[2])
    answer = browse("zhao").post(reverse("fill_calendars", args=[pk]), {"year": "2026"})
    assert answer.status_code == 303
    assert not CalendarDay.objects.get(calendar_id=pk, day=dt.date(2026, 10, 1)).is_working
    assert browse("mei").post(reverse("fill_calendars", args=[pk])).status_code == 403


def test_expected_goods_are_received_and_given_up(browse: Browse, world: dict[str, str]) -> None:
    supply = ExpectedSupply.objects.get()
    client = browse("wen", htmx=True)
    receive = reverse("receive_expected", args=[supply.pk])
    masters.location("QC", "quality")  # what a supplier sends is held for a verdict
    assert client.post(receive, {"quantity": "20", "location": "STORE"}).status_code == 422
    assert client.post(receive, {"quantity": "20", "location": "QC"}).status_code == 204
    supply.refresh_from_db()
    assert supply.received == 20
    drop = reverse("drop_expected", args=[supply.pk])
    assert client.post(drop, {"reason": ""}).status_code == 422
    assert client.post(drop, {"reason": "supplier closed"}).status_code == 204
    supply.refresh_from_db()
    assert not supply.is_open
    for url in (receive, drop):
        assert browse("mei").post(url).status_code == 403


def test_a_move_is_moved_back_once(browse: Browse, world: dict[str, str]) -> None:
    move = Move.objects.order_by("pk").first()
    assert move is not None
    url = reverse("reverse_move", args=[move.pk])
    assert browse("mei").post(url).status_code == 403
    client = browse("wen", htmx=True)
    assert client.post(url, {"reason": "wrong item"}).status_code == 204
    assert client.post(url, {"reason": "wrong item"}).status_code == 409


def test_search_knows_codes_names_initials_and_lots(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao")
    for text, target in (
        ("A-1", world["item"]),
        ("宁波海晟", world["partner"]),
        ("nbhsjd", world["partner"]),
        ("不锈钢", world["item"]),
    ):
        answer = client.get(reverse("search"), {"q": text})
        assert (answer.status_code, answer.headers.get("Location")) == (302, target), text
    nothing = client.get(reverse("search"), {"q": "%_'; drop table"})
    assert nothing.status_code == 200
    assert "Nothing fits" in nothing.content.decode()


def test_codes_are_suggested_while_typing(browse: Browse, world: dict[str, str]) -> None:
    client = browse("zhao")
    rows = client.get(reverse("suggest", args=["items"]), {"q": "a-"}).json()["rows"]
    assert [row["code"] for row in rows] == ["A-1"]
    assert client.get(reverse("suggest", args=["secrets"])).status_code == 404
    assert browse("stranger").get(reverse("suggest", args=["items"])).status_code == 404


@pytest.mark.parametrize("name", ["items", "orders", "intake", "notices", "stock"])
def test_while_filtering_only_the_list_is_drawn(
    browse: Browse, world: dict[str, str], name: str
) -> None:
    client = browse("zhao", htmx=True)
    answer = client.get(reverse(name), {"q": "A-1"}, headers={"HX-Target": "list"})
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b'id="list"' in answer.content
    assert b'id="list-tools" hx-swap-oob="true"' in answer.content
    assert "HX-Target" in answer.headers["Vary"]
