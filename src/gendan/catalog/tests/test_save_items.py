"""Saving items: many at once, in part, and all or none."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog.models import Item
from gendan.catalog.services import ItemRow, save_items
from gendan.kernel import journal
from gendan.kernel.cleaners import CLEAR
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def rows(count: int, **values: object) -> list[ItemRow]:
    kept = {"family": "HW", "unit": "pcs", "supply": "buy"} | values
    return [ItemRow(code=f"I-{number}", **kept) for number in range(count)]  # type: ignore[arg-type]


@pytest.fixture
def _company() -> None:
    masters.unit()
    masters.family()


@pytest.mark.usefixtures("_company")
def test_it_makes_items_and_says_so_once() -> None:
    planner = person("ping")
    made = save_items(rows=rows(3, name_en="Hinge"), by=planner)
    assert [one.code for one in made] == ["I-0", "I-1", "I-2"]
    entry = journal.timeline(made[0]).get()
    assert (entry.fact, entry.by, entry.data["made"]) == ("ItemsSaved", planner, 3)
    assert entry.data["codes"] == ["I-0", "I-1", "I-2"]


@pytest.mark.usefixtures("_company")
def test_what_is_not_given_stays_as_it_is() -> None:
    save_items(rows=rows(1, name_en="Hinge", cost=Decimal("1.5"), lead_days=7), by=None)
    (item,) = save_items(rows=[ItemRow(code="I-0", lead_days=9)], by=None)
    item.refresh_from_db()
    assert (item.name_en, item.cost, item.lead_days) == ("Hinge", Decimal("1.5"), 9)
    save_items(rows=[ItemRow(code="I-0", cost=CLEAR)], by=None)
    item.refresh_from_db()
    assert item.cost is None


@pytest.mark.usefixtures("_company")
def test_saving_the_same_again_is_no_news() -> None:
    save_items(rows=rows(2), by=None)
    before = Entry.objects.count()
    save_items(rows=rows(2), by=None)
    assert Entry.objects.count() == before


@pytest.mark.usefixtures("_company")
def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    counts = []
    for count in (2, 40):
        Item.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            save_items(rows=rows(count), by=None)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("_company")
def test_all_wrong_rows_are_told_and_none_is_saved() -> None:
    wrong = [
        *rows(1),
        ItemRow(code="X", family="none", unit="pcs", supply="buy"),
        ItemRow(code="I-0"),
        ItemRow(code="Y", family="HW", unit="pcs", supply="steal", lot_size=Decimal(0)),
        ItemRow(code="Z", family="HW", unit="pcs", supply="buy", safety_stock=Decimal(-1)),
        ItemRow(code="N", family="HW", unit="pcs"),
        ItemRow(code="", family="HW", unit="pcs", supply="buy"),
        ItemRow(code="B", family="HW", unit="pcs", supply="buy", cost=Decimal("1e30")),
        ItemRow(code="D", family="HW", unit="pcs", supply="buy", lot_size=Decimal("0.0000001")),
        ItemRow(code="C", family="HW", unit="pcs", supply="buy", name_en="a\x00b"),
    ]
    with pytest.raises(RowsRefused) as refusal:
        save_items(rows=wrong, by=None)
    assert [(row.index, row.field) for row in refusal.value.rows] == [
        (1, "family"),
        (2, "code"),
        (3, "supply"),
        (4, "safety_stock"),
        (5, "supply"),
        (6, "code"),
        (7, "cost"),
        (8, "lot_size"),
        (9, "name_en"),
    ]
    assert "row 1" in refusal.value.rows[1].message
    assert not Item.objects.exists()


@pytest.mark.usefixtures("_company")
def test_a_style_has_each_colour_and_size_once() -> None:
    masters.item("T-1", style="TEE", colour="red", size="M")
    with pytest.raises(RowsRefused, match="T-1"):
        masters.item("T-2", style="TEE", colour="red", size="M")
    masters.item("T-2", style="TEE", colour="red", size="L")


@pytest.mark.usefixtures("_company")
def test_a_counted_item_keeps_its_unit() -> None:
    masters.unit("set")
    masters.item("A-1")
    masters.item("A-1", unit="set")  # nothing counts it yet
    masters.stock("A-1", 5)
    with pytest.raises(RowsRefused, match="in use"):
        masters.item("A-1", unit="pcs")


def test_it_refuses_nothing_at_all_and_the_wrong_role() -> None:
    with pytest.raises(Invalid, match="Nothing was given"):
        save_items(rows=[], by=None)
    with pytest.raises(NotAllowed):
        save_items(rows=[ItemRow(code="A")], by=person("qiu"))
    with pytest.raises(NotAllowed):
        save_items(rows=[ItemRow(code="A")], by=person("stranger"))


@pytest.mark.usefixtures("_company")
def test_signs_of_other_languages_are_only_signs() -> None:
    name = "'; DROP TABLE x; -- {{ 7*7 }} <script>%s</script> 铰链"
    masters.item("A-1", name_zh=name)
    assert Item.objects.get(code="A-1").name_zh == name
