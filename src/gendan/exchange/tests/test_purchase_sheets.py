"""Purchasing in sheets: what is exported comes back, what cannot be is told row by row."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from gendan.exchange.sheets import ImportReport, dry_run, export, run_import
from gendan.inventory.models import DemandRank, LandedCost
from gendan.kernel import clock
from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import User
from gendan.kernel.service import VERBS
from gendan.purchasing import services
from gendan.purchasing.models import (
    ApprovalLimit,
    Invitation,
    PurchaseMilestoneTemplate,
    PurchaseOrder,
    PurchaseRequest,
    RequestForQuotation,
    SupplierInvoice,
)
from gendan.purchasing.tests import ordered, quoting, received
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as made

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


@pytest.fixture(autouse=True)
def boss() -> Iterator[User]:
    with clock.at(clock.moment_on(TODAY)):
        yield person("zhao")


def sheet(
    kind: str, header: str, *rows: Sequence[Any], by: User, run: Any = run_import
) -> ImportReport:
    out = io.StringIO()
    csv.writer(out).writerows([header.split(), *rows])
    return run(kind, out.getvalue().encode(), f"{kind}.csv", by=by)  # type: ignore[no-any-return]


def exported(kind: str, by: User) -> list[dict[str, str]]:
    text = export(kind, by=by, form="csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def with_cell(kind: str, column: str, value: str, by: User) -> bytes:
    """The export with one cell of its first row changed."""
    rows = exported(kind, by)
    rows[0][column] = value
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def counts(report: ImportReport) -> tuple[int, int]:
    assert report.errors == []
    return report.would_make, report.would_change


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.row, one.column.partition(" /")[0], one.message) for one in report.errors]


REQUESTS = "item quantity needed_on order_by_on demands number"


def test_requests_are_asked_for_once_and_named_ones_stay(boss: User) -> None:
    order = made.draft(lines=[masters.item("A-1")])
    masters.item("CLOTH")
    row = ["CLOTH", 100, "2026-07-10", "2026-06-20", f"{order.number} / 1", ""]
    assert counts(sheet("purchase_requests", REQUESTS, row, by=boss)) == (1, 0)
    found = PurchaseRequest.objects.get()
    assert found.demands == [f"orders.line:{order.lines.get().pk}"]
    (out,) = exported("purchase_requests", boss)
    assert (out["Purchase request"], out["For order lines"]) == (found.number, row[4])
    again = export("purchase_requests", by=boss)
    assert counts(run_import("purchase_requests", again, "x.xlsx", by=boss)) == (0, 0)
    changed = with_cell("purchase_requests", "Quantity", "120", boss)
    report = run_import("purchase_requests", changed, "x.csv", by=boss)
    ((line, column, words),) = told(report)
    assert (line, column) == (2, "Quantity")
    assert "stands otherwise" in words
    bad = [
        ["NONE", 1, "2026-07-10", "2026-06-20", "", ""],
        ["CLOTH", -1, "2026-07-10", "2026-06-20", "", ""],
        ["CLOTH", 1, "2026-06-10", "2026-06-20", "", ""],
        ["CLOTH", 1, "2026-07-10", "2026-06-20", "", "PR-NONE"],
    ]
    report = sheet("purchase_requests", REQUESTS, *bad[:3], by=boss)
    assert [(line, column) for line, column, _words in told(report)] == [
        (2, "Item"),
        (3, "Quantity"),
        (4, "Order by"),
    ]
    report = sheet("purchase_requests", REQUESTS, bad[3], [*row[:4], "SO-NONE / 1", ""], by=boss)
    assert [line for line, _column, _words in told(report)] == [3]
    assert PurchaseRequest.objects.count() == 1


ORDERS = "order supplier item quantity price requested_on requests line_remark"


def test_drafts_of_purchase_orders_come_in_and_are_changed_by_their_number(boss: User) -> None:
    ordered.mill()
    masters.items({"CLOTH": {}, "YARN": {}})
    request = quoting.requested("CLOTH", 50)
    rows = [
        ["a", "MILL", "CLOTH", 50, "2.5", "2026-07-10", request.number, "blue"],
        ["a", "MILL", "YARN", 20, "", "2026-07-10", "", ""],
        ["b", "MILL", "YARN", 5, "1", "2026-07-20", "", ""],
    ]
    assert counts(sheet("purchase_orders", ORDERS, *rows, by=boss, run=dry_run)) == (2, 0)
    assert not PurchaseOrder.objects.exists()
    assert counts(sheet("purchase_orders", ORDERS, *rows, by=boss)) == (2, 0)
    first = PurchaseOrder.objects.order_by("pk").first()
    assert first is not None
    assert first.lines.get(position=1).remark == "blue"
    request.refresh_from_db()
    assert request.in_orders == 50
    for form in ("xlsx", "csv"):
        data = export("purchase_orders", by=boss, form=form)
        assert counts(run_import("purchase_orders", data, f"x.{form}", by=boss)) == (0, 0)
    changed = with_cell("purchase_orders", "Quantity", "60", boss)
    assert counts(run_import("purchase_orders", changed, "x.csv", by=boss)) == (0, 1)
    assert first.lines.get(position=1).quantity == 60


def test_what_purchase_orders_cannot_be_is_told_at_each_row(boss: User) -> None:
    sent, _token = ordered.sent()
    rows = [
        ["a", "MILL", "CLOTH", 0, "2", "2026-07-10", "", ""],
        ["b", "NOBODY", "CLOTH", 1, "2", "2026-07-10", "", ""],
        ["a", "MILL", "NONE", 1, "2", "2026-07-10", "", ""],
        ["c", "MILL", "CLOTH", 1, "-2", "", "", ""],
        [sent.number, "MILL", "CLOTH", 1, "2", "2026-07-10", "", ""],
    ]
    found = told(sheet("purchase_orders", ORDERS, *rows, by=boss))
    assert {(line, column) for line, column, _words in found} == {
        (2, "Quantity"),
        (3, "Supplier"),
        (4, "Item"),
        (5, "Requested on"),
        (6, "Purchase order"),
    }
    assert "changes drafts only" in found[-1][2]
    missing = ["a", "MILL", "CLOTH", 1, "2", "2026-07-10", "PR-NONE", ""]
    found = told(sheet("purchase_orders", ORDERS, missing, by=boss))
    assert found == [(2, "Purchase requests", "There is no purchase request PR-NONE.")]
    with pytest.raises(NotAllowed):
        sheet("purchase_orders", ORDERS, missing, by=person("wen"))
    assert PurchaseOrder.objects.count() == 1


RFQS = "rfq suppliers answer_by_on item quantity needed_on description unit"


def test_requests_for_quotation_and_their_answers(boss: User) -> None:
    quoting.mills()
    masters.items({"CLOTH": {}, "YARN": {}})
    rows = [
        ["1", "MILL-A, MILL-B", "2026-06-20", "CLOTH", 100, "2026-07-20", "", ""],
        ["1", "MILL-A, MILL-B", "2026-06-20", "", 5, "2026-07-20", "A sample book", "pcs"],
    ]
    assert counts(sheet("rfqs", RFQS, *rows, by=boss)) == (1, 0)
    rfq = RequestForQuotation.objects.get()
    data = export("rfqs", by=boss)
    assert counts(run_import("rfqs", data, "x.xlsx", by=boss)) == (0, 0)
    rfq.refresh_from_db()
    assert (rfq.lines.count(), rfq.revision) == (2, 1)
    fewer = export("rfqs", by=boss, form="csv").replace(b"MILL-A, MILL-B", b"MILL-A")
    for changed in (
        with_cell("rfqs", "Quantity", "120", boss),
        with_cell("rfqs", "Description", "as the last one", boss),
        fewer,
    ):
        assert counts(dry_run("rfqs", changed, "x.csv", by=boss)) == (0, 1)
    services.send_rfq(rfq_id=rfq.pk, by=boss)
    found = told(run_import("rfqs", data, "x.xlsx", by=boss))
    assert [(line, column) for line, column, _words in found] == [(2, "Request for quotation")]

    header = "rfq supplier position breaks lead_days decline_reason"
    quotes: list[list[Any]] = [
        [rfq.number, "MILL-A", 1, "0 1.35; 1000 1.28", 10, ""],
        [rfq.number, "MILL-A", 2, "20", 5, ""],
        [rfq.number, "MILL-B", "", "", "", "no capacity"],
    ]
    assert counts(sheet("quotations", header, *quotes, by=boss)) == (2, 0)
    states = dict(Invitation.objects.values_list("supplier__code", "state"))
    assert (states["MILL-A"], states["MILL-B"]) == ("submitted", "declined")
    assert [row["Prices (from quantity, price)"] for row in exported("quotations", boss)] == [
        "0 1.35; 1000 1.28",
        "0 20",
    ]
    again = export("quotations", by=boss, form="csv")
    assert counts(run_import("quotations", again, "x.csv", by=boss)) == (0, 0)
    # A quote and a "no" that were written down already are left alone, word for word.
    assert counts(sheet("quotations", header, *quotes, by=boss)) == (0, 0)
    # One line said twice is not the two lines that were quoted.
    twice = sheet("quotations", header, quotes[0], quotes[0], by=boss)
    assert told(twice) == [(3, "Line", "A line is quoted once.")]
    cheaper = with_cell("quotations", "Prices (from quantity, price)", "0 1.30", boss)
    assert counts(run_import("quotations", cheaper, "x.csv", by=boss)) == (0, 1)
    given = Invitation.objects.values_list("supplier__code", "answers")
    assert dict(given) == {"MILL-A": 2, "MILL-B": 1}
    bad = [
        [rfq.number, "MILL-C", 1, "1", 1, ""],
        ["RFQ-NONE", "MILL-A", 1, "1", 1, ""],
        [rfq.number, "MILL-A", 9, "1", 1, ""],
        [rfq.number, "MILL-B", 1, "0 -5", 1, ""],
    ]
    found = told(sheet("quotations", header, *bad, by=boss))
    assert [(line, column) for line, column, _words in found][:3] == [
        (2, "Supplier"),
        (3, "Request for quotation"),
        (4, "Line"),
    ]
    assert found[3][0] == 5
    typed = sheet("quotations", header, [rfq.number, "MILL-A", 1, "1 2 3", 1, ""], by=boss)
    assert "from which quantity" in typed.errors[0].message


INVOICES = "supplier number dated_on purchase_order position quantity price"


def test_an_invoice_is_taken_once_and_named_lines_are_found(boss: User) -> None:
    order = received.an_order()
    received.receive(received.arrived(order, 100))
    row = ["MILL", "F-1", "2026-06-10", order.number, 1, 100, 2]
    assert counts(sheet("supplier_invoices", INVOICES, row, by=boss)) == (1, 0)
    assert SupplierInvoice.objects.get().state == "matched"
    for form in ("xlsx", "csv"):
        data = export("supplier_invoices", by=boss, form=form)
        assert counts(run_import("supplier_invoices", data, f"x.{form}", by=boss)) == (0, 0)
    # The same line twice is not what stands there.
    twice = told(sheet("supplier_invoices", INVOICES, row, row, by=boss))
    assert [(line, column) for line, column, _words in twice] == [(3, "Line of the order")]
    bad = [
        [*row[:6], 3],
        ["MILL", "F-2", "2026-06-10", order.number, 7, 1, 2],
        ["MILL", "F-3", "2026-06-10", order.number, 1, -1, 2],
        ["OTHER", "F-4", "2026-06-10", order.number, 1, 1, 2],
    ]
    found = told(sheet("supplier_invoices", INVOICES, *bad, by=boss))
    assert [(line, column) for line, column, _words in found] == [
        (2, "Invoice"),
        (3, "Line of the order"),
        (4, "Quantity"),
        (5, "Supplier"),
    ]
    assert "is here already" in found[0][2]
    assert SupplierInvoice.objects.count() == 1


def test_costs_ranks_steps_and_limits(boss: User) -> None:
    order = received.an_order()
    receipt = received.receive(received.arrived(order, 100))
    line = made.draft(lines=[masters.item("A-1")]).lines.get()
    masters.family("FABRIC")
    named = f"{line.order.number} / {line.position}"
    sheets: dict[str, tuple[str, list[list[Any]]]] = {
        "landed_costs": (
            "about kind reference basis amount",
            [[receipt.number, "运费", "DHL-1", "by value", 20]],
        ),
        "demand_ranks": ("demand rank", [[named, 1]]),
        "purchase_steps": (
            "family name_en days_before",
            [["FABRIC", "Yarn", 30], ["FABRIC", "Dyed", 12]],
        ),
        "approval_limits": ("role amount", [["buyer", 500], ["finance", "(empty)"]]),
        "standard_costs": ("item method standard", [["CLOTH", "standard", "2.1"]]),
    }
    for kind, (header, rows) in sheets.items():
        assert sheet(kind, header, *rows, by=boss).is_saved, kind
        for form in ("xlsx", "csv"):
            report = run_import(kind, export(kind, by=boss, form=form), f"x.{form}", by=boss)
            assert (report.errors, report.would_make) == ([], 0), kind
            assert report.would_change == 0 or kind != "purchase_steps"
    assert LandedCost.objects.get().kind == "freight"
    assert DemandRank.objects.get().demand == f"orders.line:{line.pk}"
    steps = PurchaseMilestoneTemplate.objects.order_by("position")
    assert [one.name_en for one in steps] == ["Yarn", "Dyed"]
    limits = dict(ApprovalLimit.objects.values_list("role", "amount"))
    assert (limits["buyer"], limits["finance"]) == (Decimal(500), None)
    # An empty cell leaves a limit as it is: it never takes it away.
    assert sheet("approval_limits", "role amount", ["buyer", ""], by=boss).is_saved
    assert ApprovalLimit.objects.get(role="buyer").amount == 500


def test_costs_ranks_steps_and_limits_that_cannot_be(boss: User) -> None:
    masters.item("CLOTH")
    for kind, header, row, column in (
        ("landed_costs", "about kind reference basis amount", ["GR-0", "duty", "1", "value", 5],
         "Receipt"),
        ("landed_costs", "about kind reference basis amount", ["GR-0", "rent", "1", "value", 5],
         "Cost"),
        ("demand_ranks", "demand rank", ["SO-NONE / 1", 11], "Rank"),
        ("purchase_steps", "supplier name_en days_before", ["NOBODY", "x", 1], "Supplier"),
        ("purchase_steps", "family supplier name_en days_before", ["", "", "x", 1],
         "Item family"),
        ("approval_limits", "role amount", ["pope", 5], "Role"),
        ("approval_limits", "role amount", ["buyer", -5], "Up to (company's currency)"),
        ("standard_costs", "item method standard", ["CLOTH", "standard", -1], "Standard cost"),
    ):  # fmt: skip
        report = sheet(kind, header, row, by=boss)
        assert not report.is_saved
        assert report.errors, kind
        assert report.errors[0].row == 2, (kind, report.errors)
        if column != "Item family":
            assert report.errors[-1].column.startswith(column), (kind, report.errors)
    line = made.draft(lines=[masters.item("A-1")]).lines.get()
    named = f"{line.order.number} / {line.position}"
    for kind, header, *row in (
        ("approval_limits", "role amount", "buyer", 1),
        ("demand_ranks", "demand rank", named, 1),
        ("standard_costs", "item standard method", "CLOTH", 1, "standard"),
    ):
        twice = sheet(kind, header, row, [row[0], 2, *row[2:]], by=boss)
        assert told(twice)[0][::2] == (3, "The same stands in row 2.")
        assert not twice.is_saved


def test_every_kind_asks_a_verb_that_exists() -> None:
    from gendan.exchange.sheets import KINDS

    assert all(VERBS[kind.verb].is_outer for kind in KINDS.values())
