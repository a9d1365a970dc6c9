"""Workbooks of strangers: the cells come back as they are, and no file ends the process."""

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from gendan.exchange.tables import SheetRefused, read_table

FAR = "XFD1048576"  # the last cell a sheet may name
WIDE = [  # ways to name a far cell that a search of the file's text would miss
    f"<c r='{FAR}' t='n'><v>1</v></c>",
    f'<c r = "{FAR}" t="n"><v>1</v></c>',
    f'<c r="{FAR.lower()}" t="n"><v>1</v></c>',
]


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    book.close()
    return out.getvalue()


def bomb(far: str) -> bytes:
    """A workbook of two cells, the second where `far` says."""
    out = io.BytesIO()
    given = zipfile.ZipFile(io.BytesIO(workbook({(0, 0): "code", (1, 0): 5})))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in given.namelist():
            text = given.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b"</sheetData>", f"<row>{far}</row></sheetData>".encode())
            archive.writestr(name, text)
    return out.getvalue()


def test_cells_come_back_as_they_are() -> None:
    day = dt.date(2026, 6, 10)
    table = read_table(
        workbook({(2, 1): "code", (2, 2): "on", (4, 1): "钢", (4, 2): day}), "a.xlsx"
    )
    assert table.header == ["code", "on"]
    assert table.rows == [(5, ["钢", day])]


@pytest.mark.parametrize("far", WIDE)
def test_a_sheet_that_spans_the_world_is_refused_and_nothing_else_happens(far: str) -> None:
    data = bomb(far)
    assert len(data) < 10_000
    with pytest.raises(SheetRefused, match="far more than a sheet holds"):
        read_table(data, "order.xlsx")


def test_what_is_no_workbook_is_said_to_be_none() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(SheetRefused, match="no workbook"):
        read_table(out.getvalue(), "order.xlsx")


@pytest.mark.parametrize(("cells", "words"), [({}, "is empty"), ({(0, 0): "code"}, "no rows")])
def test_an_empty_sheet_and_one_with_a_header_only(
    cells: dict[tuple[int, int], object], words: str
) -> None:
    with pytest.raises(SheetRefused, match=words):
        read_table(workbook(cells), "a.xlsx")


@pytest.mark.parametrize("data", [b"\n" * 3_000_000, b"a" + b"," * 3_000_000])
def test_a_file_of_blanks_or_commas_is_refused_before_it_is_all_read(data: bytes) -> None:
    with pytest.raises(SheetRefused, match="more lines, or longer ones"):
        read_table(b"code\n" + data, "a.csv")
