"""Labels with a currency beside them, and the sums below a table."""

from gendan.engine.reading import read_document

CURRENCY = """PO No: K-9
Date: 2026-11-03

Item\tDescription\tQty\tUnit price USD\tLine total USD\tConfirmed date
A1\tBolt\t50\t2.00\t100.00\t2027-01-20
B2\tNut\t20\t4.00\t80.00\t2027-01-21
"""


def test_a_currency_beside_a_label_does_not_hide_it() -> None:
    (document,) = read_document(CURRENCY.encode(), filename="a.csv").documents
    assert [line.line_amount for line in document.lines] == ["100.00", "80.00"]
    assert document.currency == "USD"


def test_short_item_numbers_are_codes_and_confirmed_dates_are_dates() -> None:
    (document,) = read_document(CURRENCY.encode(), filename="a.csv").documents
    assert [line.seller_code or line.buyer_code for line in document.lines] == ["A1", "B2"]
    assert [line.due_date for line in document.lines] == ["2027-01-20", "2027-01-21"]


def test_a_discount_below_the_lines_makes_the_total_true() -> None:
    note = """PO: T-55
Date: Nov 3, 2026

Qty  Item      Description        Price    Total
10   BB-1      Barn hook          4.00     40.00
5    BB-2      Barn door rail     30.00    150.00
                                  Discount -5.00
                                  Total    185.00
"""
    (document,) = read_document(note.encode(), filename="a.txt").documents
    assert document.totals == {"discount": "-5.00", "total": "185.00"}
    assert "totals.total" not in {doubt.field for doubt in document.doubts}
