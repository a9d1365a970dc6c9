"""The binary samples that lie in samples/orders: workbooks, and a letter carrying two of them."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import xlsxwriter

from .truth import Answer

TARGET = Path(__file__).resolve().parent.parent / "orders"
SHEET_TYPE = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Fill = Callable[[Any, Any], None]


def order(number: str | None, **rest: Any) -> Answer:
    """An answer; what is not given is not in the document."""
    answer: Answer = {"doc_type": "order", "order_number": number, "issue_date": None}
    answer |= {"currency": None} | rest
    return answer


def line(quantity: str, price: str | None = None, **rest: Any) -> Answer:
    """One line of an answer."""
    return {"quantity": quantity, "unit_price": price, "due_date": None} | rest


def _title_rows(book: Any, sheet: Any) -> None:
    """Merged title, labels and values beside each other, serials unformatted, codes by format."""
    bold, padded = book.add_format({"bold": True}), book.add_format({"num_format": "000000"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:H1", "义乌市启航日用品有限公司", bold)
    sheet.merge_range("A2:H2", "采 购 订 单", bold)
    sheet.write_row("A3", ["订单号", "QH-26-0098", "", "订单日期"])
    sheet.write_datetime("E3", date(2026, 4, 8), day)
    sheet.write_row("A4", ["供应商", "台州市黄岩塑料制品厂", "", "币种", "人民币"])
    sheet.write_row("A6", ["序号", "物料编码", "品名", "数量", "单位", "单价", "金额", "交货日期"])
    rows = [(1, 4512, "收纳盒", 800, "个", 6.5), (2, 4513, "垃圾桶", 300, "个", 11.2)]
    for index, (number, code, name, quantity, unit, price) in enumerate(rows, 6):
        sheet.write_number(index, 0, number)
        sheet.write_number(index, 1, code, padded)
        sheet.write_row(index, 2, [name, quantity, unit, price])
        sheet.write_formula(index, 6, f"=D{index + 1}*F{index + 1}", None, quantity * price)
    sheet.merge_range("H7:H8", "", day)
    sheet.write_datetime("H7", date(2026, 5, 15), day)
    sheet.write_row("A9", ["合计", "", "", 1100, "", "", 8560])
    sheet.write_row("A10", ["金额大写：捌仟伍佰陆拾元整"])
    sheet.write_row("A11", ["付款方式：货到30天"])


def _two_header_rows(book: Any, sheet: Any) -> None:
    """Labels over two rows, units in the second, a discount column, dollar by number format."""
    dollars = book.add_format({"num_format": "[$US$-409]#,##0.00"})
    sheet.write_row("A1", ["Purchase Order", "", "", "", "PO Number", "PX-6612"])
    sheet.write_row("A2", ["Customer", "Belmont Toys Inc.", "", "", "Date", "April 9, 2026"])
    sheet.write_row(
        "A4",
        [
            "Item",
            "Our item no.",
            "Your item no.",
            "Description",
            "Quantity",
            "Unit price",
            "Disc.",
            "Amount",
        ],
    )
    sheet.write_row("A5", ["", "", "", "", "(PCS)", "(each)", "(%)", ""])
    for index, row in enumerate(
        [
            (1, "BT-1", "X9001", "Toy car", 1000, 1.5, 10, 1350.0),
            (2, "BT-2", "X9002", "Toy bus", 500, 2.0, 0, 1000.0),
        ],
        5,
    ):
        sheet.write_row(index, 0, row[:5])
        sheet.write_number(index, 5, row[5], dollars)
        sheet.write_number(index, 6, row[6])
        sheet.write_number(index, 7, row[7], dollars)
    sheet.write_row("D8", ["TOTAL", 1500, "", "", 2350])


def _serial_dates(book: Any, sheet: Any) -> None:
    """Dates left as bare day numbers; a sheet of notes beside the order."""
    sheet.write_row("A1", ["PO No.", "SR-77"])
    sheet.write_row("A2", ["Buyer", "Tanaka Shoji K.K."])
    sheet.write_row("A3", ["Currency", "JPY"])
    sheet.write_row(
        "A5",
        [
            "Line",
            "Material",
            "Description",
            "Order Qty",
            "Unit",
            "Price",
            "Per",
            "Net value",
            "Delivery date",
        ],
    )
    sheet.write_row("A6", [10, "TS-400", "Screw M4", 20000, "PC", 350, 1000, 7000, 46180])
    sheet.write_row("A7", [20, "TS-500", "Screw M5", 10000, "PC", 420, 1000, 4200, 46195])
    notes = book.add_worksheet("Notes")
    notes.write_row("A1", ["Packing", "Export cartons"])


SHEETS: dict[str, tuple[Fill, Answer]] = {
    "xlsx/zh_merged_cells.xlsx": (_title_rows, order(
        "QH-26-0098", issue_date="2026-04-08", currency="CNY",
        buyer={"name": "义乌市启航日用品有限公司"},
        seller={"name": "台州市黄岩塑料制品厂"},
        lines=[line("800", "6.5", code="004512", description="收纳盒",
                    unit="个", due_date="2026-05-15"),
               line("300", "11.2", code="004513", description="垃圾桶",
                    unit="个", due_date="2026-05-15")])),
    "xlsx/en_two_header_rows.xlsx": (_two_header_rows, order(
        "PX-6612", issue_date="2026-04-09", currency="USD", buyer={"name": "Belmont Toys Inc."},
        lines=[line("1000", "1.5", seller_code="X9001", description="Toy car"),
               line("500", "2.0", seller_code="X9002", description="Toy bus")])),
    "xlsx/en_serial_dates.xlsx": (_serial_dates, order(
        "SR-77", currency="JPY", buyer={"name": "Tanaka Shoji K.K."},
        lines=[line("20000", "350", code="TS-400", description="Screw M4",
                    unit="PC", due_date="2026-06-07"),
               line("10000", "420", code="TS-500", description="Screw M5",
                    unit="PC", due_date="2026-06-22")])),
}  # fmt: skip


def workbook(fill: Fill) -> bytes:
    """An XLSX made by one function; the creation date is fixed so that files do not change."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    # only a moment is taken for the creation date: a day would be replaced by now
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
    fill(book, book.add_worksheet("Order"))
    book.close()
    return stream.getvalue()


def letter(books: dict[str, bytes]) -> bytes:
    """A mail with all its orders in attachments."""
    message = EmailMessage()
    message["From"], message["To"] = "陈小姐 <chen@qihang.example>", "orders@gendan.example"
    message["Subject"] = "新订单 QH-26-0098 / PX-6612"
    message["Date"] = "Mon, 11 May 2026 09:30:00 +0800"
    message["Message-ID"] = "<two-orders@sample.example>"
    message.set_content("您好，附件为两份订单，请确认交期。\n陈\n")
    for name, data in books.items():
        message.add_attachment(
            data, maintype="application", subtype=SHEET_TYPE, filename=name.split("/")[1]
        )
    # a boundary drawn by chance would change the file at every run
    message.set_boundary("=_two_attached_orders")
    return message.as_bytes()


def write(name: str, data: bytes, answer: Answer) -> None:
    """One sample and its answer."""
    (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_bytes(data)
    text = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    (TARGET / name).with_suffix(".expected.json").write_text(text, encoding="utf-8")


def write_committed() -> int:
    """Write all of them anew; gives how many samples lie there."""
    books = {name: workbook(fill) for name, (fill, _) in SHEETS.items()}
    for name, data in books.items():
        write(name, data, SHEETS[name][1])
    attached = ("xlsx/zh_merged_cells.xlsx", "xlsx/en_two_header_rows.xlsx")
    answers = {"orders": [SHEETS[name][1] for name in attached]}
    write("mail/two_attached_orders.eml", letter({n: books[n] for n in attached}), answers)
    return len(list(TARGET.rglob("*.expected.json")))
