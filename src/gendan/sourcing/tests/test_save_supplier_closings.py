"""Days on which suppliers do not work."""

import datetime as dt

import pytest

from gendan.kernel.rows import RowsRefused
from gendan.sourcing.models import SupplierClosing
from gendan.sourcing.services import ClosingRow, save_supplier_closings
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 2, 14)


def test_they_are_written_changed_and_removed() -> None:
    masters.supplier("S-1")
    row = ClosingRow("S-1", FIRST, dt.date(2026, 2, 23), "Spring Festival")
    save_supplier_closings(rows=[row], by=person("bo"))
    save_supplier_closings(rows=[ClosingRow("S-1", FIRST, dt.date(2026, 3, 1))], by=person("bo"))
    assert SupplierClosing.objects.get().last_on == dt.date(2026, 3, 1)
    save_supplier_closings(rows=[ClosingRow("S-1", FIRST, remove=True)], by=person("bo"))
    assert not SupplierClosing.objects.exists()


@pytest.mark.parametrize("last_on", [None, dt.date(2026, 2, 13), FIRST + dt.timedelta(days=120)])
def test_it_refuses_days_that_cannot_be(last_on: dt.date | None) -> None:
    masters.supplier("S-1")
    with pytest.raises(RowsRefused) as refused:
        save_supplier_closings(rows=[ClosingRow("S-1", FIRST, last_on)], by=None)
    assert refused.value.rows[0].field == "last_on"


def test_it_refuses_a_company_that_is_no_supplier() -> None:
    masters.customer("C-1")
    with pytest.raises(RowsRefused, match="supplier"):
        save_supplier_closings(rows=[ClosingRow("C-1", FIRST, FIRST)], by=None)
