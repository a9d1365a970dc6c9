"""Planning rules of items: what cannot hold is refused in words and by the table, changes told."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gendan.catalog.models import Item
from gendan.catalog.services import ItemRow, save_items
from gendan.kernel import journal
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ({"lot_minimum": D(30), "lot_maximum": D(20)}, "lot_maximum", "smaller than the smallest"),
        ({"lot_rule": "limits"}, "lot_minimum", "smallest lot or the largest"),
        (
            {"lot_rule": "limits", "lot_size": D(40), "lot_minimum": D(50), "lot_maximum": D(70)},
            "lot_maximum",
            "No multiple of the lot size",
        ),
        ({"lot_rule": "period"}, "period_days", "how many working days"),
        ({"period_days": 1001}, "period_days", "At most 1000"),
        ({"fence_days": 5000}, "fence_days", "At most 1000"),
        ({"demand_fence_days": 2_000_000_000}, "demand_fence_days", "At most 1000"),
        ({"yield_percent": D(0)}, "yield_percent", "from 1 to 100"),
        ({"yield_percent": D("0.5")}, "yield_percent", "from 1 to 100"),
        ({"yield_percent": D("100.5")}, "yield_percent", "too large"),
        (
            {"lot_rule": "fixed", "lot_size": D(1), "yield_percent": D(60)},
            "yield_percent",
            "nothing of the largest lot",
        ),
        ({"lot_minimum": D(-1)}, "lot_minimum", "less than zero"),
        ({"lot_rule": "sometimes"}, "lot_rule", "none of"),
        ({"period_days": D("1.5")}, "period_days", "whole number"),
    ],
)
def test_rules_that_cannot_hold_are_refused_in_words(
    values: dict[str, Any], column: str, words: str
) -> None:
    masters.item("A-1")
    with pytest.raises(RowsRefused, match=words) as refusal:
        save_items(rows=[ItemRow("A-1", **values)], by=None)
    assert refusal.value.rows[0].field == column
    assert Item.objects.get().lot_rule == "as_needed"


@pytest.mark.parametrize(
    "values",
    [
        {"lot_minimum": 30, "lot_maximum": 20},
        {"lot_maximum": -1},
        {"yield_percent": 0},
        {"lot_rule": "period"},
        {"fence_days": 1001},
    ],
)
def test_the_table_refuses_them_too(values: dict[str, Any]) -> None:
    masters.item("A-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.update(**values)


def test_limits_may_be_kept_while_another_rule_holds() -> None:
    masters.item("A-1", lot_rule="limits", lot_minimum=D(30), lot_maximum=D(90), lot_size=D(10))
    (item,) = save_items(rows=[ItemRow("A-1", lot_rule="as_needed")], by=None)
    assert (item.lot_minimum, item.has_limits) == (30, False)


def test_changed_rules_are_told_with_what_they_were() -> None:
    item = masters.item("A-1", yield_percent=D("98.50"))
    assert [one.fact for one in journal.timeline(item)] == ["ItemsSaved"]
    ping = person("ping")
    save_items(rows=[ItemRow("A-1", yield_percent=D(90), lead_days=4, name_en="Hinge")], by=ping)
    entry = journal.timeline(item).filter(fact="ItemRulesChanged").get()
    assert entry.by == ping
    assert entry.data["was"] == {"lead_days": "0", "yield_percent": "98.5"}
    assert entry.data["now"] == {"lead_days": "4", "yield_percent": "90"}
    save_items(rows=[ItemRow("A-1", yield_percent=D("90.0"), name_en="Hinges")], by=None)
    assert journal.timeline(item).filter(fact="ItemRulesChanged").count() == 1
