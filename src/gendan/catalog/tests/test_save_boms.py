"""BOMs: replaced as a whole, one in force, never a loop."""

from decimal import Decimal

import pytest

from gendan.catalog import invariants
from gendan.catalog.models import Bom, BomLine
from gendan.catalog.services import BomLineRow, BomRow, save_boms
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
ONE = Decimal(1)


@pytest.fixture(autouse=True)
def _items() -> None:
    masters.items({code: {"supply": "make"} for code in ("A", "B", "C", "D")})


def bom(item: str, *components: str, revision: str = "1", is_current: bool = True) -> BomRow:
    return BomRow(
        item, [BomLineRow(code, ONE) for code in components], revision, is_current=is_current
    )


def test_lines_replace_those_before() -> None:
    masters.bom("A", {"B": 2, "C": "0.5"})
    masters.bom("A", {"D": 1})
    assert list(BomLine.objects.values_list("component__code", flat=True)) == ["D"]


def test_a_new_revision_takes_over() -> None:
    save_boms(rows=[bom("A", "B")], by=None)
    save_boms(rows=[bom("A", "C", revision="2")], by=None)
    save_boms(rows=[bom("A", "D", revision="3", is_current=False)], by=None)
    assert list(Bom.objects.filter(is_current=True).values_list("revision", flat=True)) == ["2"]
    with pytest.raises(RowsRefused, match="Only one revision"):
        save_boms(rows=[bom("A", "B"), bom("A", "C", revision="2")], by=None)


@pytest.mark.parametrize(
    ("standing", "coming", "words"),
    [
        ([], [bom("A", "A")], "A → A"),
        ([bom("B", "C"), bom("C", "D")], [bom("D", "B")], "D → B → C → D"),
        ([], [bom("A", "B"), bom("B", "C"), bom("C", "A")], "A → B → C → A"),
        ([bom("B", "A")], [bom("A", "B", revision="9", is_current=False)], "A → B → A"),
    ],
)
def test_it_refuses_an_item_that_would_contain_itself(
    standing: list[BomRow], coming: list[BomRow], words: str
) -> None:
    if standing:
        save_boms(rows=standing, by=None)
    before = BomLine.objects.count()
    with pytest.raises(RowsRefused) as refusal:
        save_boms(rows=coming, by=None)
    assert words in refusal.value.rows[0].message
    assert BomLine.objects.count() == before
    assert invariants.check() == []


def test_a_loop_is_mended_by_the_same_call_that_would_close_it() -> None:
    save_boms(rows=[bom("A", "B")], by=None)
    save_boms(rows=[bom("B", "A"), bom("A", "C")], by=None)
    assert invariants.check() == []


def test_quantities_may_be_in_another_unit() -> None:
    masters.unit("doz")
    masters.conversion("doz", "pcs", 12, "B")
    save_boms(rows=[BomRow("A", [BomLineRow("B", Decimal("0.5"), unit="doz")])], by=None)
    assert BomLine.objects.get().quantity_per == 6


def test_everything_wrong_is_told_by_row_and_line() -> None:
    rows = [
        BomRow("A", [BomLineRow("B", ONE), BomLineRow("none", ONE)]),
        BomRow("none", [BomLineRow("B", ONE)]),
        BomRow("C", [BomLineRow("B", Decimal(-1)), BomLineRow("D", ONE, unit="none")]),
        BomRow("D", [BomLineRow("B", ONE), BomLineRow("B", ONE)]),
        BomRow("B", []),
    ]
    with pytest.raises(RowsRefused) as refusal:
        save_boms(rows=rows, by=None)
    assert [(row.index, row.field) for row in refusal.value.rows] == [
        (0, "lines.1"),
        (1, "item"),
        (2, "lines.0"),
        (2, "lines.1"),
        (3, "lines.1"),
        (4, "lines"),
    ]
    assert not Bom.objects.exists()


def test_a_deep_bom_is_no_problem() -> None:
    depth = 1500
    masters.items({f"P-{level}": {"supply": "make"} for level in range(depth + 1)})
    chain = [bom(f"P-{level}", f"P-{level + 1}") for level in range(depth)]
    save_boms(rows=chain, by=None)
    with pytest.raises(RowsRefused, match="contain itself"):
        save_boms(rows=[bom(f"P-{depth}", "P-0")], by=None)
