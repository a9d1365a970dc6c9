"""Planning rules on pages, in sheets and in the API; units by the reader's language."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.catalog.models import Alternate, Item
from gendan.catalog.services import (
    AlternateRow,
    ItemRow,
    UnitRow,
    save_alternates,
    save_items,
    save_units,
)
from gendan.exchange.sheets import dry_run, export
from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.kernel.services import make_api_token
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import sourcing as made

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def seat() -> Item:
    return Item.objects.get(code="SEAT")


def page_of(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def bench() -> None:
    masters.item("BENCH", is_sold=False)
    masters.stock("BENCH", 8)
    row = AlternateRow("SEAT", "BENCH", quantity=Decimal(2), is_planned=True)
    save_alternates(rows=[row], by=None)


def test_the_form_takes_rules_and_refuses_what_cannot_hold(browse: Browse) -> None:
    client = browse("ping")
    form: dict[str, Any] = {
        "code": "SEAT", "family": "HW", "unit": "pcs", "supply": "buy", "traced": "no",
        "lot_rule": "limits", "lot_size": "5", "lot_minimum": "20", "lot_maximum": "10",
        "yield_percent": "97.5", "fence_days": "20", "demand_fence_days": "5", "period_days": "0",
        "lead_days": "10", "safety_stock": "0", "specification_version": "1", "is_active": "on",
    }  # fmt: skip
    refused = client.post(reverse("save_items"), form)
    assert "smaller than the smallest lot" in refused.content.decode()
    saved = client.post(reverse("save_items"), {**form, "lot_maximum": "200"})
    assert saved.status_code == 303
    item = seat()
    assert (item.lot_minimum, item.lot_maximum, item.yield_percent) == (20, 200, Decimal("97.5"))
    html = page_of(client, "item", item.pk)
    for words in ("Smallest and largest lot", "97.5", "Planning fence", "Demand fence"):
        assert words in html
    assert "SEAT is planned by other rules" in html
    asked = client.get(reverse("save_items"), {"code": "SEAT"}).content.decode()
    assert "Within it only orders count, no forecast." in asked


def test_the_items_page_says_where_its_lead_time_comes_from(browse: Browse) -> None:
    assert "no approved source may be asked" in page_of(browse("ping"), "item", seat().pk)
    supplier = masters.supplier("S-1")
    made.source("S-1", "SEAT", lead_days=4)
    html = page_of(browse("ping"), "item", seat().pk)
    assert "</a> needs 4 of its working days; the 10 written on the item are not used" in html
    assert f">{supplier}</a>" in html
    assert "No selling prices yet." in html
    assert "What suppliers ask for it stands on the page of the supplier" in html
    assert "nothing newer has been released" in html
    assert reverse("supplier", args=[supplier.pk]) in html
    stores = page_of(browse("wen"), "item", seat().pk)  # who may not see where we buy
    assert "the supplier needs 4 of its working days" in stores
    assert "S-1" not in stores
    assert "page of the supplier" not in stores
    made.source("S-1", "WOOD")
    wood = Item.objects.get(code="WOOD")
    assert "names no days" in page_of(browse("ping"), "item", wood.pk)


def test_what_happened_to_an_item_leaves_its_moves_to_their_own_page(browse: Browse) -> None:
    masters.stock("SEAT", 8)
    save_items(rows=[ItemRow(code="SEAT", name_en="Seat, new")], by=person("ping"))
    assert Entry.objects.filter(fact="StockMoved").exists()
    html = page_of(browse("ping"), "item", seat().pk)
    assert "Goods moved" not in html
    assert reverse("stock_of_item", args=[seat().pk]) in html


def test_plans_show_which_substitute_is_taken_for_what(browse: Browse) -> None:
    bench()
    order = ordered(10, day=dt.date(2026, 3, 30))
    planned()
    client = browse("ping")
    assert "BENCH instead of SEAT" in page_of(client, "planned_orders")
    assert "BENCH instead of SEAT" in page_of(client, "planned_readiness")
    assert "used by plans" in page_of(client, "item", seat().pk)
    supply = client.get(reverse("order", args=[order.pk]), {"tab": "supply"})
    assert "instead of SEAT" in supply.content.decode()
    chinese = page_of(browse("ping", language="zh-hans"), "planned_orders")
    assert "BENCH 代替 SEAT" in chinese


def test_programs_read_and_write_them() -> None:
    bench()
    _token, secret = make_api_token(name="test", by=person("zhao"))
    client = Client(headers={"authorization": f"Bearer {secret}"})

    def post(path: str, **row: Any) -> Any:
        return client.post(f"/api/v1/{path}", {"rows": [row]}, content_type="application/json")

    assert post("items", code="SEAT", lot_rule="period").status_code == 422
    assert post("items", code="SEAT", lot_rule="period", period_days=7).status_code == 200
    rows = client.get("/api/v1/items", {"q": "SEAT"}).json()["items"]
    shown = next(row for row in rows if row["code"] == "SEAT")
    assert (shown["period_days"], float(shown["yield_percent"])) == (7, 100.0)
    assert (
        post("alternates", component="SEAT", alternate="BENCH", is_planned=False).status_code == 200
    )
    assert client.get("/api/v1/alternates").json()["items"][0]["is_planned"] is False
    post("alternates", component="SEAT", alternate="BENCH", is_planned=True)
    ordered(10, day=dt.date(2026, 3, 30))
    planned()
    found = client.get("/api/v1/planned-orders").json()["items"]
    (chair,) = [one for one in found if one["item"] == "CHAIR"]
    assert [(one["item"], one["instead_of"]) for one in chair["substitutes"]] == [("BENCH", "SEAT")]


def test_sheets_carry_them_there_and_back() -> None:
    bench()
    boss = person("zhao")
    save_items(
        rows=[ItemRow("SEAT", lot_rule="period", period_days=7, yield_percent=Decimal("97.5"))],
        by=None,
    )
    for kind in ("items", "alternates"):
        data = export(kind, by=boss, form="csv", language="zh-hans")
        report = dry_run(kind, data, "x.csv", by=boss)
        assert (report.errors, report.would_make, report.would_change) == ([], 0, 0)
    text = "Component,Substitute,Used by plans\nSEAT,BENCH,no\n"
    assert dry_run("alternates", text.encode(), "x.csv", by=boss).would_change == 1
    assert Alternate.objects.get().is_planned


def test_units_are_called_as_the_reader_calls_them(browse: Browse) -> None:
    save_units(rows=[UnitRow("pcs", name_zh="只"), UnitRow("m", name_zh="")], by=None)
    masters.stock("SEAT", 5)
    assert '<span class="gd-unit">pcs</span>' in page_of(browse("ping"), "item", seat().pk)
    chinese = browse("ping", language="zh-hans")
    assert '<span class="gd-unit">只</span>' in page_of(chinese, "item", seat().pk)
    wood = Item.objects.get(code="WOOD")
    # Nobody has said what it is called: as units of this code usually are.
    assert '<span class="gd-unit">米</span>' in page_of(chinese, "item", wood.pk)
    assert ">只<" in page_of(chinese, "items")
