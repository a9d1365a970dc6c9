"""record_supplier_invoice and approve_supplier_invoice: the three-way match."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.kernel.services import save_setting
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, SupplierInvoice
from gendan.purchasing.services import InvoiceRow
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, line, receive
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def invoice(
    order: PurchaseOrder, quantity: int = 100, price: str = "2", number: str = "F1", **more: Any
) -> SupplierInvoice:
    values: dict[str, Any] = {"supplier": "MILL", "number": number, "dated_on": TODAY} | more
    row = InvoiceRow(line(order).pk, Decimal(quantity), Decimal(price))
    return services.record_supplier_invoice(rows=[row], by=person("bo"), **values)


def kinds(found: SupplierInvoice) -> list[str]:
    found.refresh_from_db()
    rows = [one["kind"] for line in found.lines.all() for one in line.differences]
    return rows + [one["kind"] for one in found.differences]


def test_what_was_ordered_and_has_come_matches() -> None:
    order = an_order()
    receive(arrived(order, 100))
    found = invoice(order)
    assert (found.state, found.total, kinds(found)) == ("matched", 200, [])


def test_an_invoice_before_the_goods_matches_once_they_come() -> None:
    order = an_order()
    found = invoice(order)
    assert (found.state, kinds(found)) == ("differs", ["not_received"])
    receive(arrived(order, 60))
    assert kinds(found) == ["not_received"]
    receive(arrived(order, 40))
    assert (kinds(found), found.state) == ([], "matched")


def test_each_kind_of_difference_is_named_and_tolerances_are_data() -> None:
    order = an_order()
    receive(arrived(order, 100))
    assert kinds(invoice(order, 100, "2.04", "P")) == ["price"]
    save_setting(key="match_price_percent", value=3, by=None)
    assert kinds(invoice(order, 100, "2.04", "Q")) == ["more_than_ordered", "invoiced_before"]
    other = an_order()
    receive(arrived(other, 100))
    assert kinds(invoice(other, 120, "2", "M")) == ["more_than_ordered", "not_received"]
    assert kinds(invoice(an_order(), 1, "2", "T", total="9")) == ["not_received", "total"]
    third = an_order()
    receive(arrived(third, 100))
    assert kinds(invoice(third, 100, "2", "C", currency="USD")) == ["currency"]


def test_nothing_is_paid_twice() -> None:
    order = an_order()
    receive(arrived(order, 100))
    assert invoice(order, 60).state == "matched"
    for typed in (" f1 ", "F 1", "Ｆ１", "F\u200b1"):
        with pytest.raises(services.InvoicedAlready, match="F1"):
            invoice(order, 40, number=typed)
    assert invoice(order, 40, number="F2").state == "matched"
    assert kinds(invoice(order, 40, number="F3")) == ["more_than_ordered", "invoiced_before"]


def test_what_went_back_is_not_paid() -> None:
    order = an_order()
    receipt = receive(arrived(order, 100))
    found = invoice(order)
    services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    services.return_goods(receipt_id=receipt.pk, outcome="credit", reason="stains", by=person("bo"))
    assert (kinds(found), found.state) == (["returned"], "differs")


def test_another_person_approves_with_a_reason() -> None:
    order = an_order()
    found = invoice(order)
    fang = person("fang")
    with pytest.raises(NotAllowed):
        services.approve_supplier_invoice(invoice_id=found.pk, reason="x", by=person("bo"))
    with pytest.raises(Invalid, match="Say why"):
        services.approve_supplier_invoice(invoice_id=found.pk, reason="", by=fang)
    services.approve_supplier_invoice(invoice_id=found.pk, reason="paid in advance", by=fang)
    found.refresh_from_db()
    assert (found.state, found.approved_by) == ("approved", fang)
    receive(arrived(order, 100))
    found.refresh_from_db()
    assert found.state == "approved"  # what was approved is not compared again
    with pytest.raises(IllegalStep):
        services.approve_supplier_invoice(invoice_id=found.pk, reason="twice", by=fang)


def test_bad_invoices_are_refused_in_words() -> None:
    order = an_order()
    masters.supplier("DYER", currency="CNY")
    with pytest.raises(Invalid, match="was not ordered from"):
        invoice(order, supplier="DYER")
    with pytest.raises(NotThere):
        invoice(order, supplier="NOBODY")
    with pytest.raises(Invalid, match="number of the invoice"):
        invoice(order, number=" ")
    with pytest.raises(Invalid, match="day to come"):
        invoice(order, dated_on="2026-06-11")
    with pytest.raises(RowsRefused, match="more than zero"):
        invoice(order, 0)
    with pytest.raises(RowsRefused, match="below zero"):
        invoice(order, 1, "-2")
    assert not SupplierInvoice.objects.exists()
