"""Sheets in and out: what a company has in its spreadsheets comes in whole, or not at all."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from django.test import override_settings

from gendan.catalog import services as catalog
from gendan.catalog.models import Bom, BomLine, Item, PriceList
from gendan.exchange import sheets
from gendan.exchange.sheets import KINDS, dry_run, export, run_import, template
from gendan.exchange.tables import SheetRefused, write_xlsx
from gendan.kernel import clock
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry, User
from gendan.orders import services as orders
from gendan.orders.models import Order
from gendan.partners import services as partners
from gendan.planning import services as planning
from gendan.planning.services import keeping
from gendan.sourcing import services as sourcing
from gendan.stocking import services as stocking
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import sourcing as made

pytestmark = pytest.mark.django_db
HEADER = ["Code", "Family", "Unit", "Supply", "Name (English)", "Lead time (working days)"]


@pytest.fixture
def boss() -> User:
    masters.unit()
    masters.family()
    return person("zhao")


def xlsx(header: Sequence[str], *rows: Sequence[Any]) -> bytes:
    return write_xlsx([("Sheet", header, rows)])


def as_csv(header: Sequence[str], *rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def read(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(boss: User) -> None:
    masters.item("A-1", name_en="old")
    rows: list[list[Any]] = [
        ["A-1", "HW", "pcs", "buy", "new", 5],
        ["A-2", "HW", "pcs", "make", "", 7.0],
    ]
    before = Entry.objects.count()
    report = dry_run("items", xlsx(HEADER, *rows), "items.xlsx", by=boss)
    assert (report.would_make, report.would_change, report.is_saved) == (1, 1, False)
    assert Item.objects.get().name_en == "old"
    assert Entry.objects.count() == before
    report = run_import("items", xlsx(HEADER, *rows), "items.xlsx", by=boss)
    assert (report.would_make, report.would_change, report.is_saved) == (1, 1, True)
    assert Item.objects.get(code="A-2").lead_days == 7
    assert Item.objects.get(code="A-1").name_en == "new"


def test_what_the_same_person_does_elsewhere_meanwhile_is_not_counted(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = sheets._taken

    def meanwhile(*args: Any) -> Any:
        found = taken(*args)
        for fact in ("ItemsSaved", "OrderConfirmed"):  # of another session: not noted here
            data = {"made": 70, "changed": 7, "removed": 0}
            Entry.objects.create(at=clock.now(), fact=fact, by=boss, about=["x"], data=data)
        return found

    monkeypatch.setattr(sheets, "_taken", meanwhile)
    data = xlsx(HEADER, ["A-2", "HW", "pcs", "make", "", 7.0])
    report = dry_run("items", data, "items.xlsx", by=boss)
    assert (report.would_make, report.would_change, report.would_remove) == (1, 0, 0)


def test_errors_name_row_and_column_and_nothing_is_saved(boss: User) -> None:
    rows: list[list[Any]] = [
        ["A-1", "HW", "pcs", "buy", "", 5],
        ["A-2", "none", "pcs", "buy", "", 5],
        ["A-3", "HW", "pcs", "buy", "", "soon"],
    ]
    report = run_import("items", xlsx(HEADER, *rows), "items.xlsx", by=boss)
    assert [(one.row, one.column) for one in report.errors] == [(4, HEADER[-1])]
    assert "“soon” is not a number" in report.errors[0].message
    report = run_import("items", xlsx(HEADER, *rows[:2]), "items.xlsx", by=boss)
    assert [(one.row, one.column) for one in report.errors] == [(3, "Family / 产品类别")]
    report = run_import("items", xlsx(HEADER, rows[0], rows[0]), "items.xlsx", by=boss)
    # As the file counts: its first row is the header.
    assert [(one.row, one.message) for one in report.errors] == [(3, "The same stands in row 2.")]
    assert not Item.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_comes_in_every_usual_encoding_with_chinese_headers(boss: User, encoding: str) -> None:
    header = ["编码", "产品类别", "单位", "供应方式", "名称（中文）"]
    data = as_csv(header, ["A-1", "HW", "pcs", "buy", "不锈钢铰链"], encoding=encoding)
    report = run_import("items", data, "物料.csv", by=boss)
    assert report.errors == []
    assert Item.objects.get().name_zh == "不锈钢铰链"


def test_unknown_columns_are_named_and_missing_ones_refused(boss: User) -> None:
    data = as_csv([*HEADER[:4], "Mood"], ["A-1", "HW", "pcs", "buy", "good"])
    assert run_import("items", data, "items.csv", by=boss).ignored_columns == ["Mood"]
    with pytest.raises(SheetRefused, match="Item / 货号"):
        run_import("prices", as_csv(["Price list"], ["X"]), "prices.csv", by=boss)
    with pytest.raises(SheetRefused, match="stands twice"):
        run_import("items", as_csv(["Code", "编码"], ["A", "A"]), "items.csv", by=boss)


def test_formulas_leave_as_text_and_come_back_as_they_were(boss: User) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    names = [evil, "+1+1", "-2", "@SUM(A1)", "plain"]
    for number, name in enumerate(names):
        masters.item(f"A-{number}", name_en=name)
    text = export("items", by=boss, form="csv").decode("utf-8-sig")
    column = text.splitlines()[0].split(",").index("Name (English)")
    exported = [row[column] for row in csv.reader(io.StringIO(text))][1:]
    assert exported == [f"'{name}" for name in names[:4]] + ["plain"]
    book = export("items", by=boss)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    for data, name in ((text.encode(), "items.csv"), (book, "items.xlsx")):
        report = run_import("items", data, name, by=boss)
        assert (report.errors, report.would_change) == ([], 0)
    assert sorted(Item.objects.values_list("name_en", flat=True)) == sorted(names)


def test_negative_numbers_stay_numbers(boss: User) -> None:
    data = write_xlsx([("x", ["a"], [[Decimal("-5.5")]])])
    assert read(data)[1] == [-5.5]


def test_what_is_no_sheet_is_refused_in_words(boss: User) -> None:
    for data, words in (
        (b"", "is empty"),
        (b"PK\x03\x04 not a workbook", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a workbook"),
        (b"%PDF-1.7\nno sheet\n", "neither a workbook"),
        (b"code\n" + b"x" * 200_000 + b"\n", "A cell has more than"),
        (as_csv(HEADER), "no rows below"),
    ):
        with pytest.raises(SheetRefused, match=words):
            run_import("items", data, "x.bin", by=boss)
    with override_settings(FILE_SIZE_LIMIT=10), pytest.raises(SheetRefused, match="larger"):
        run_import("items", as_csv(HEADER, ["A"] * 6), "x.csv", by=boss)


def test_a_zip_bomb_is_refused(boss: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(SheetRefused, match="unpacks to far more"):
        run_import("items", out.getvalue(), "bomb.xlsx", by=boss)


def test_rows_of_a_bom_become_one_bom(boss: User) -> None:
    masters.items({code: {} for code in ("A", "B", "C")})
    header = ["Item", "Component", "Quantity per unit", "Scrap %"]
    data = xlsx(header, ["A", "B", 2, 1.5], ["A", "C", 0.05, None], ["B", "C", 1, None])
    report = run_import("boms", data, "boms.xlsx", by=boss)
    assert (report.errors, report.would_make) == ([], 2)
    assert list(BomLine.objects.values_list("quantity_per", flat=True)) == [
        Decimal(2),
        Decimal("0.05"),
        Decimal(1),
    ]
    data = xlsx(header, ["A", "B", 2, 0], ["A", "none", 1, 0])
    report = run_import("boms", data, "boms.xlsx", by=boss)
    assert [one.row for one in report.errors] == [3]
    again = export("boms", by=boss)
    assert run_import("boms", again, "boms.xlsx", by=boss).errors == []
    assert Bom.objects.count() == 2


def test_an_empty_cell_leaves_and_a_marked_one_empties(boss: User) -> None:
    masters.price_list("L", valid_from=dt.date(2026, 1, 1), valid_until=dt.date(2026, 12, 31))
    header = ["Code", "Valid from", "Valid until"]
    run_import("price_lists", as_csv(header, ["L", "", "（空）"]), "l.csv", by=boss)
    found = PriceList.objects.get()
    assert (found.valid_from, found.valid_until) == (dt.date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-05-31", dt.date(2026, 5, 31)),
        ("2026/5/31", dt.date(2026, 5, 31)),
        ("2026年5月31日", dt.date(2026, 5, 31)),
        ("20260531", dt.date(2026, 5, 31)),
        (dt.date(2026, 5, 31), dt.date(2026, 5, 31)),
        ("03/04/2026", None),
        ("2026-02-30", None),
    ],
)
def test_dates_are_read_only_when_they_are_clear(
    boss: User, cell: object, day: dt.date | None
) -> None:
    data = xlsx(["Code", "Currency", "Valid from"], ["L", "USD", cell])
    report = run_import("price_lists", data, "l.xlsx", by=boss)
    assert bool(report.errors) == (day is None)
    assert [one.valid_from for one in PriceList.objects.all()] == ([day] if day else [])


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("3,6", [2, 5]),
        ("Wed; Saturday", [2, 5]),
        ("周三、周六", [2, 5]),
        ("1-3", [0, 1, 2]),
        (36, [2, 5]),
        ("(empty)", []),
        ("", [4]),
        ("0", None),
        ("Someday", None),
        ("6-2", None),
        (",", None),
    ],
)
def test_sailing_days_are_read_as_people_write_them(
    boss: User, cell: object, days: list[int] | None
) -> None:
    lane = masters.lane("DE", sails_on=(4,), cutoff_days=2)
    header = ["Method", "Country", "Sailing days (1 = Monday)", "截港提前(天)"]
    report = run_import("lanes", xlsx(header, ["sea", "DE", cell, 3]), "l.xlsx", by=boss)
    lane.refresh_from_db()
    assert bool(report.errors) == (days is None)
    assert (lane.sails_on, lane.cutoff_days) == (([4], 2) if days is None else (days, 3))


ORDER_HEADER = ["Order", "客户", "Customer's order number", "Item", "Quantity", "Unit price"]


def test_rows_with_one_key_become_one_order(boss: User) -> None:
    masters.customer("C1")
    masters.items({"A": {}, "B": {}})
    rows = [
        ["1", "C1", "PO-7", "A", 10, 2.5],
        ["2", "C1", "PO-8", "B", 1, 1],
        ["1", "C1", "", "B", 5, 3],
    ]
    report = dry_run("orders", xlsx(ORDER_HEADER, *rows), "orders.xlsx", by=boss)
    assert (report.errors, report.would_make, Order.objects.count()) == ([], 2, 0)
    run_import("orders", xlsx(ORDER_HEADER, *rows), "orders.xlsx", by=boss)
    first = Order.objects.get(customer_order_number="PO-7")
    assert first.total == Decimal(40)
    assert [line.item.code for line in first.lines.all()] == ["A", "B"]
    exported = read(export("orders", by=boss))
    assert len(exported) == 4


def test_one_wrong_order_keeps_all_out_and_every_fault_is_told(boss: User) -> None:
    masters.customer("C1")
    masters.item("A")
    rows = [
        ["1", "C1", "PO-7", "A", 10, 2.5],
        ["2", "C1", "PO-8", "A", 10, 2.5],
        ["2", "C1", "PO-8", "none", 1, 1],
        ["3", "C9", "PO-9", "A", 1, 1],
        ["4", "C1", "PO-7", "A", 1, 1],
    ]
    report = run_import("orders", xlsx(ORDER_HEADER, *rows), "orders.xlsx", by=boss)
    assert [(one.row, one.column) for one in report.errors] == [
        (4, "Item / 货号"),
        (5, "Customer / 客户"),
        (6, "Customer's order number / 客户订单号"),
    ]
    assert not Order.objects.exists()
    conflict = [["1", "C1", "PO-7", "A", 1, 1], ["1", "C1", "PO-x", "A", 1, 1]]
    report = run_import("orders", xlsx(ORDER_HEADER, *conflict), "orders.xlsx", by=boss)
    assert "Row 2 of the same document says something else" in report.errors[0].message


def test_only_who_may_do_the_verb_may_import_and_strangers_see_nothing(boss: User) -> None:
    masters.item("A")
    data = as_csv(HEADER, ["A-1", "HW", "pcs", "buy", "", 5])
    for who in ("qiu", "stranger"):
        with pytest.raises(NotAllowed):
            run_import("items", data, "items.csv", by=person(who))
    assert len(read(export("items", by=person("qiu")))) == 2
    assert len(read(export("items", by=person("stranger")))) == 1
    assert [one.key for one in sheets.kinds_for(person("fang"))] == [
        "exchange_rates",
        "payment_terms",
        "debts",
        "supplier_invoices",
        "standard_costs",
        "landed_costs",
    ]
    with pytest.raises(NotThere):
        export("secrets", by=boss)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_template_can_be_read_and_every_kind_exported(
    boss: User, kind: str, language: str
) -> None:
    book = template(kind, language)
    header, examples, notes = (read(book, sheet) for sheet in range(3))
    assert header[0] == [column.title(language) for column in KINDS[kind].columns]
    assert len(examples) > 1
    assert len(notes) == len(KINDS[kind].columns) + 1
    titles = [column.title(language) for column in KINDS[kind].columns]
    assert len(set(titles)) == len(titles)
    assert read(export(kind, by=boss, language=language))


def company() -> None:
    """Something of everything, so that every export has rows."""
    masters.payment_terms()
    masters.customer(payment_terms="TT30")
    masters.contact("C-1", is_main=True)
    masters.address("C-1")
    masters.lane()
    masters.items({"A-1": {}, "B-1": {"supply": "make", "specification": {"finish": "zinc"}}})
    masters.bom("B-1", {"A-1": 2})
    curve = catalog.LearningCurveRow("NEW", percents=[45, 80])
    catalog.save_learning_curves(rows=[curve], by=None)
    masters.work_center(operators=20, efficiency_percent=Decimal(80), learning_curve="NEW")
    masters.routing("B-1", ("WC-1", 10, "0.5"))
    masters.price("B-1", "12.5")
    masters.rate()
    masters.conversion("ctn", "pcs", 12, "A-1")
    masters.calendar(off=(dt.date(2026, 5, 1),))
    masters.staff(skills=["English"])
    masters.stock("A-1", 50)
    masters.expected("A-1", 25, reference="PO-1")
    debt = partners.DebtRow("C-1", "USD", Decimal(900), Decimal(20), dt.date(2026, 1, 5))
    partners.record_debts(rows=[debt], by=None)
    first = orders.ReviewRuleRow("FIRST", "price", "sales", "first_order")
    large = orders.ReviewRuleRow("LARGE", "price", "manager", "value_from", Decimal(5000))
    orders.save_review_rules(rows=[first, large], by=None)
    stop = orders.OrderRuleRow("NO", "block", item="A-1", country="US", message_en="No licence")
    orders.save_order_rules(rows=[stop], by=None)
    capacity()
    keeping.save_setup_times(rows=[keeping.SetupTimeRow("WC-1", "blue", "red", 15)], by=None)
    suppliers()


def capacity() -> None:
    """Work centres with other days than usual, their people, and what is to be made."""
    day = dt.date(2026, 12, 5)
    planning.save_capacity_changes(
        rows=[planning.CapacityChangeRow("WC-1", "overtime", day, day, 120, True, "rush")], by=None
    )
    planning.save_crews(rows=[planning.CrewRow("WC-1", "SALES", people=Decimal("1.5"))], by=None)
    goals = [
        planning.ProductionGoalRow("month", clock.today(), family="HW", quantity=Decimal(500)),
        planning.ProductionGoalRow("week", clock.today(), value=Decimal(90000)),
    ]
    planning.save_production_goals(rows=goals, by=None)


def suppliers() -> None:
    """A supplier with all that has a sheet of its own."""
    masters.supplier("S-1")
    made.source("S-1", "A-1", breaks={0: 5, 100: "4.5"}, lead_days=10, minimum=50, duty_percent=3)
    made.qualification("S-1", expires_on=dt.date(2027, 1, 31))
    made.closing("S-1", dt.date(2027, 2, 4), dt.date(2027, 2, 20))
    contract = sourcing.SupplierContractRow("S-1", "FC-1", valid_from_on=dt.date(2026, 1, 1))
    sourcing.save_supplier_contracts(rows=[contract], by=None)
    score = sourcing.ServiceScoreRow("S-1", dt.date(2026, 1, 10), 80, "fast")
    sourcing.save_service_scores(rows=[score], by=None)
    limits = stocking.PolicyRow(
        "A-1", method="min_max", minimum=Decimal(10), maximum=Decimal(40), uses_forecast=True
    )
    stocking.save_stock_policies(rows=[limits], by=None)


# Those of purchasing have tests of their own: test_purchase_sheets.
PURCHASING = {"purchase_requests", "purchase_orders", "rfqs", "quotations", "supplier_invoices"}
PURCHASING |= {"purchase_steps", "approval_limits", "landed_costs", "demand_ranks"}
# What the store does, and what the shop makes: test_arrival_sheets.
PURCHASING |= {"goods_receipts", "supply_receipts", "stock_transfers", "work_orders"}
# Stock and orders would be entered twice.
EMPTY = {"absences", "alternates", "customer_items", "customer_price_lists", "lots", "shifts"}
AGAIN = sorted(set(KINDS) - {"opening_stock", "orders"} - PURCHASING)


def test_what_is_exported_comes_back_without_a_change(boss: User) -> None:
    company()
    for kind in AGAIN:
        for form in ("xlsx", "csv"):
            data = export(kind, by=boss, form=form, language="zh-hans")
            if kind in EMPTY:
                with pytest.raises(SheetRefused, match="no rows"):
                    dry_run(kind, data, f"x.{form}", by=boss)
                continue
            report = dry_run(kind, data, f"x.{form}", by=boss)
            assert report.errors == [], kind
            assert (report.would_make, report.would_remove) == (0, 0) or kind in {
                "expected_supplies"
            }, kind
