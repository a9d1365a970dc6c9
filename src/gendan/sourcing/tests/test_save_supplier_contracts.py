"""Contracts with suppliers."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.kernel.rows import RowsRefused
from gendan.sourcing.queries import contracts_in_force
from gendan.sourcing.services import SupplierContractRow, save_supplier_contracts
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def row(number: str = "K-1", **values: Any) -> SupplierContractRow:
    return SupplierContractRow("S-1", number, **({"valid_from_on": dt.date(2026, 1, 1)} | values))


def test_the_newest_in_force_holds() -> None:
    supplier = masters.supplier("S-1")
    masters.payment_terms()
    save_supplier_contracts(
        rows=[
            row(
                valid_until_on=dt.date(2026, 12, 31), over_percent=Decimal(3), payment_terms="TT30"
            ),
            row("K-2", valid_from_on=dt.date(2026, 7, 1), penalty_percent=Decimal("0.5")),
        ],
        by=person("bo"),
    )
    held = {
        day: contracts_in_force([supplier.pk], day).get(supplier.pk)
        for day in (dt.date(2025, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    }
    assert [one and one.number for one in held.values()] == [None, "K-1", "K-2"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_from_on": None}, "valid_from_on"),
        ({"valid_until_on": dt.date(2025, 1, 1)}, "valid_until_on"),
        ({"over_percent": Decimal(101)}, "over_percent"),
        ({"payment_terms": "NONE"}, "payment_terms"),
        (
            {"penalty_percent": Decimal(5), "penalty_most_percent": Decimal(3)},
            "penalty_most_percent",
        ),
    ],
)
def test_it_refuses_what_cannot_be(values: dict[str, Any], field: str) -> None:
    masters.supplier("S-1")
    with pytest.raises(RowsRefused) as refused:
        save_supplier_contracts(rows=[row(**values)], by=None)
    assert refused.value.rows[0].field == field
