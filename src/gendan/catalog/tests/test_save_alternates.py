"""Substitutes: what may stand in for a component, in one made item or in all."""

from decimal import Decimal

import pytest

from gendan.catalog.models import Alternate
from gendan.catalog.services import AlternateRow, WorkCenterRow, save_alternates, save_work_centers
from gendan.kernel import journal
from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def items() -> None:
    masters.items({"SHIRT": {"supply": "make"}, "LINEN": {}, "COTTON": {}})


def test_it_is_made_changed_and_removed() -> None:
    [one] = save_alternates(rows=[AlternateRow("LINEN", "COTTON", "SHIRT")], by=person("ping"))
    assert (one.quantity, one.rank) == (1, 1)
    assert journal.timeline(one.component)[0].fact == "AlternatesSaved"
    rows = [AlternateRow("LINEN", "COTTON"), AlternateRow("LINEN", "COTTON", "SHIRT", Decimal(2))]
    save_alternates(rows=rows, by=None)  # everywhere, and otherwise in shirts
    assert Alternate.objects.count() == 2
    save_alternates(rows=[AlternateRow("LINEN", "COTTON", remove=True)], by=None)
    assert Alternate.objects.get().quantity == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (AlternateRow("LINEN", "LINEN"), "no substitute of itself"),
        (AlternateRow("LINEN", "COTTON", "COTTON"), "no part of itself"),
        (AlternateRow("LINEN", "COTTON", quantity=Decimal(0)), "more than nothing"),
        (AlternateRow("LINEN", "SILK"), "SILK"),
    ],
)
def test_nonsense_is_refused(row: AlternateRow, words: str) -> None:
    with pytest.raises(RowsRefused, match=words):
        save_alternates(rows=[row], by=None)
    assert not Alternate.objects.exists()


def test_the_wrong_role_is_refused() -> None:
    with pytest.raises(NotAllowed):
        save_alternates(rows=[AlternateRow("LINEN", "COTTON")], by=person("mei"))


def test_a_work_centre_knows_its_overtime_and_its_second_line() -> None:
    masters.work_center("B")
    masters.work_center("A", second_line="B", overtime_minutes=120, overtime_cost=Decimal(9))
    for wrong in ({"second_line": "A"}, {"overtime_minutes": 1441}, {"hour_cost": Decimal(-1)}):
        with pytest.raises(RowsRefused):
            save_work_centers(rows=[WorkCenterRow("A", **wrong)], by=None)
    # Ten lines beside each other work two hours longer each.
    (center,) = save_work_centers(
        rows=[WorkCenterRow("A", machines=10, overtime_minutes=1200 + 1440)], by=None
    )
    assert center.overtime_minutes == 2640
    with pytest.raises(RowsRefused, match="for each of the machines"):
        save_work_centers(rows=[WorkCenterRow("A", machines=1)], by=None)
