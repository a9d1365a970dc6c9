"""DOCX orders are read as Word shows them; macros, references and bombs are harmless."""

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from gendan.engine.reading import OrderDocument, UnreadableFile, read_document

HEADER = ("Line", "Item code", "Description", "Qty", "Unit", "Unit price", "Delivery date")


def order(*, with_table: bool = True) -> Any:
    document = docx.Document()
    document.add_paragraph("PURCHASE ORDER")
    head = document.add_table(rows=2, cols=4)
    pairs = (
        "PO No",
        "D-7710",
        "Order date",
        "2026-02-11",
        "Buyer",
        "Harrow Ltd",
        "Currency",
        "EUR",
    )
    for index, text in enumerate(pairs):
        head.cell(index // 4, index % 4).text = text
    if with_table:
        table = document.add_table(rows=3, cols=7)
        rows = (
            HEADER,
            ("1", "A-1", "Wall lamp", "20", "pcs", "11.50", "2026-05-04"),
            ("2", "A-2", "Floor lamp", "8", "pcs", "64.00", ""),
        )
        for down, row in enumerate(rows):
            for across, text in enumerate(row):
                table.cell(down, across).text = text
        table.cell(1, 6).merge(table.cell(2, 6))
    return document


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(data: bytes, name: str = "order.docx") -> OrderDocument:
    return read_document(data, filename=name).documents[0]


def changed(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == member:
                assert old in content
                content = content.replace(old, new)
            target.writestr(info.filename, content)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    return caught.value.code


def test_labels_in_cells_and_merged_dates_are_read() -> None:
    found = read(saved(order()))
    assert (found.order_number, found.issue_date, found.buyer.name) == (
        "D-7710", "2026-02-11", "Harrow Ltd",
    )  # fmt: skip
    assert [line.quantity for line in found.lines] == ["20", "8"]
    assert [line.due_date for line in found.lines] == ["2026-05-04", "2026-05-04"]
    assert found.source.format == "docx"


def test_the_head_of_the_page_and_text_boxes_are_read() -> None:
    document = order()
    document.sections[0].header.paragraphs[0].text = "Incoterms: FOB Ningbo"
    box = parse_xml(
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>Payment terms: net 30 days"
        "</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    document.add_paragraph()._p.append(box)
    found = read(saved(document))
    assert (found.incoterm, found.payment_terms) == ("FOB Ningbo", "net 30 days")


def test_tables_inside_tables_are_read() -> None:
    document = order(with_table=False)
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    inner = outer.add_table(rows=2, cols=7)
    for across, text in enumerate(HEADER):
        inner.cell(0, across).text = text
    for across, text in enumerate(("1", "A-9", "Desk lamp", "12", "pcs", "9.00", "2026-06-01")):
        inner.cell(1, across).text = text
    assert [line.seller_code for line in read(saved(document)).lines] == ["A-9"]


def test_what_is_struck_out_or_deleted_is_left_out_and_told() -> None:
    document = order()
    cell = document.tables[1].cell(1, 3).paragraphs[0]
    cell.runs[0].font.strike = True
    cell.add_run("25")
    deleted = parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>99</w:delText></w:r></w:del>'
    )
    cell._p.append(deleted)
    found = read(saved(document))
    assert found.lines[0].quantity == "25"
    why = " ".join(doubt.why for doubt in found.doubts)
    assert "struck out" in why
    assert "tracked changes" in why


def test_macros_are_ignored() -> None:
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    data = changed(saved(order()), "[Content_Types].xml", plain, macro)
    assert read(data, "order.docm").order_number == "D-7710"


def test_outside_references_are_never_fetched() -> None:
    document = order()
    document.part.relate_to(
        "http://127.0.0.1:9/picture.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    assert read(saved(document)).order_number == "D-7710"


def test_entities_are_not_expanded() -> None:
    start = b"<w:document "
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document '
    data = changed(saved(order()), "word/document.xml", start, bomb)
    data = changed(data, "word/document.xml", b"Wall lamp", b"Wall &b; lamp")
    try:
        assert "aaaa" not in (read(data).lines[0].description or "")
    except UnreadableFile:
        assert refusal(data) == "damaged"


def test_it_refuses_bombs_and_broken_files() -> None:
    data = saved(order())
    bomb = changed(data, "word/document.xml", b"</w:body>", b" " * 60_000_000 + b"</w:body>")
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bomb)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    assert refusal(stream.getvalue()) == "bomb"
    assert refusal(data[: len(data) // 2]) in ("damaged", "unsupported")
    assert refusal(changed(data, "word/document.xml", b"</w:body>", b"<w:body>")) == "damaged"


def test_tables_nested_without_end_are_survived() -> None:
    opening = b"<w:tbl><w:tr><w:tc><w:p/>" * 300
    closing = b"<w:p/></w:tc></w:tr></w:tbl>" * 300
    data = changed(
        saved(order()), "word/document.xml", b"</w:body>", opening + closing + b"</w:body>"
    )
    try:
        assert read(data).order_number == "D-7710"
    except UnreadableFile:
        assert refusal(data) in ("damaged", "bomb")
