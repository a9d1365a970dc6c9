"""What customers owe: by customer and currency, the newest word counts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import clock, journal
from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.partners.models import CustomerDebt
from gendan.partners.services import DebtRow, record_debts
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_the_newest_word_counts() -> None:
    customer = masters.customer()
    day = clock.today()
    record_debts(rows=[DebtRow("C-1", "USD", Decimal(500), Decimal(20), day)], by=person("fang"))
    debt = CustomerDebt.objects.get()
    assert (debt.outstanding, debt.overdue, debt.oldest_due_on, debt.as_of) == (500, 20, day, day)
    record_debts(rows=[DebtRow("C-1", "USD", Decimal(300), Decimal(0))], by=person("zhao"))
    debt.refresh_from_db()
    assert (debt.outstanding, debt.overdue, debt.oldest_due_on) == (300, 0, None)
    assert journal.timeline(customer)[0].fact == "DebtsRecorded"
    record_debts(rows=[DebtRow("C-1", "USD", remove=True)], by=person("fang"))
    assert not CustomerDebt.objects.exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (DebtRow("nobody", "USD", Decimal(1)), "customer"),
        (DebtRow("S-1", "USD", Decimal(1)), "customer"),
        (DebtRow("C-1", "dollars", Decimal(1)), "currency"),
        (DebtRow("C-1", "XXQ", Decimal(1)), "currency"),
        (DebtRow("C-1", "USD", Decimal(-1)), "outstanding"),
        (DebtRow("C-1", "USD", Decimal(10), Decimal(11)), "overdue"),
    ],
)
def test_it_refuses_in_words(row: DebtRow, field: str) -> None:
    masters.customer()
    masters.supplier()
    with pytest.raises(RowsRefused) as caught:
        record_debts(rows=[row], by=person("fang"))
    assert field in {one.field for one in caught.value.rows}


def test_the_wrong_role() -> None:
    masters.customer()
    with pytest.raises(NotAllowed):
        record_debts(rows=[DebtRow("C-1", "USD", Decimal(1))], by=person("mei"))


def test_many_rows_cost_as_many_queries_as_few() -> None:
    for number in range(12):
        masters.customer(f"C-{number}")
    fang = person("fang")
    record_debts(rows=[DebtRow("C-0", "EUR", Decimal(1))], by=fang)  # her roles are known

    def cost(count: int) -> int:
        rows = [DebtRow(f"C-{number}", "USD", Decimal(7)) for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            record_debts(rows=rows, by=fang)
        return len(queries)

    assert cost(2) == cost(12)
