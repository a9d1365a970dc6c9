"""Files made to break a reader are refused with a sentence, or read with doubts; nothing "
"crashes."""

import io
import json
import random
import resource
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendan.engine.reading import ReadingResult, UnreadableFile, own_limits, read_document
from gendan.engine.reading.cli import main
from gendan.engine.reading.formats.plain_text import MAX_LINE_CHARACTERS, MAX_LINE_PIECES
from gendan.engine.reading.limits import MAX_FILE_BYTES
from gendan.engine.reading.text import HOLDS_NUL, TURNED

from .test_samples import OWN


def refusal(data: bytes, filename: str = "file.bin") -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, filename=filename)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value.code


def sheet(**cells: object) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet()
    for address, value in cells.items():
        page.write(address, value)
    book.close()
    return stream.getvalue()


def test_it_refuses_empty_and_blank_files() -> None:
    assert refusal(b"") == "empty"
    assert refusal(b" \n\x00\x00") == "empty"


def test_it_refuses_files_over_the_limit() -> None:
    assert refusal(b"x" * (MAX_FILE_BYTES + 1)) == "too_large"


def test_it_refuses_a_zip_bomb() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    assert refusal(stream.getvalue(), "order.xlsx") == "bomb"


def test_it_refuses_a_zip_whose_directory_lies_about_sizes() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (60 * 1024 * 1024))
    data = bytearray(stream.getvalue())
    size = (60 * 1024 * 1024).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    assert refusal(bytes(data), "order.xlsx") in ("bomb", "damaged")


def test_it_refuses_a_sheet_that_spans_the_whole_grid() -> None:
    assert refusal(sheet(A1="a", XFD1048576="b"), "order.xlsx") == "bomb"


def test_it_refuses_password_protected_workbooks() -> None:
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    assert refusal(data, "order.xlsx") == "encrypted"


def test_it_refuses_truncated_workbooks() -> None:
    data = sheet(A1="Order No", B1="X-1")
    assert refusal(data[: len(data) // 2], "order.xlsx") in ("damaged", "unsupported")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_refuses_entities_in_xml(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE Order [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        "<Order><ID>&a;</ID></Order>"
    )
    assert refusal(text.encode(encoding), "order.xml") == "xml_entities"


def test_it_never_fetches_a_document_type() -> None:
    text = (
        '<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/cXML.dtd"><cXML><Header><Sender><Credential>'
        "<SharedSecret>hush-hush</SharedSecret></Credential></Sender></Header><Request><OrderRequest>"
        '<OrderRequestHeader orderID="D1" orderDate="2026-01-05"/></OrderRequest></Request></cXML>'
    )
    result = read_document(text.encode(), filename="order.xml")
    assert result.documents[0].order_number == "D1"
    assert "hush-hush" not in json.dumps(result.as_json()) + json.dumps(result.view_as_json())


def test_truncated_xml_is_read_with_doubts() -> None:
    whole = (OWN / "ubl" / "order_price_per_hundred.xml").read_bytes()
    result = read_document(whole[: len(whole) - 200], filename="order.xml")
    assert result.documents[0].order_number == "FM-310"
    assert "lines" in {doubt.field for doubt in result.documents[0].doubts}


def test_deeply_nested_mails_end_in_a_doubt_or_a_refusal() -> None:
    message = EmailMessage()
    message["Subject"] = "PO 7"
    message.set_content("PO No: 7-1\nItem code  Description  Qty\nA-1        Hook         5\n")
    for level in range(300):
        outer = EmailMessage()
        outer["Subject"] = f"level {level}"
        outer.set_content("see attached")
        outer.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="a.bin")
        if level < 20:
            outer.attach(message)
            message = outer
    result = read_document(message.as_bytes(), filename="nested.eml")
    doubts = {doubt.field for document in result.documents for doubt in document.doubts}
    assert "source" in doubts
    boundaries = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(700)
    )
    assert refusal(b"From: a@b\nTo: c@d\nSubject: x\n" + boundaries, "deep.eml") == "bomb"


def test_the_content_decides_not_the_name() -> None:
    result = read_document(sheet(A1="PO No", B1="X-1"), filename="order.txt")
    assert result.documents[0].source.format == "xlsx"


def test_formulas_scripts_and_direction_marks_are_only_text() -> None:
    text = (
        "PO No: \u202eX-77\u202c\nItem code  Description               Qty\n"
        "A-1        =cmd|' /C calc'!A0        5\nA-2        <script>alert(1)</script>  6\n"
    )
    document = read_document(text.encode(), filename="a.txt").documents[0]
    assert document.order_number == "X-77"
    assert [line.quantity for line in document.lines] == ["5", "6"]
    assert TURNED in {doubt.why for doubt in document.doubts}


def test_characters_that_were_left_out_are_told() -> None:
    document = read_document(b"PO No: X-\x007\nItem  Qty\nA-1  5\n", filename="a.txt").documents[0]
    assert HOLDS_NUL in {doubt.why for doubt in document.doubts}


def test_noise_with_the_name_of_a_paper_is_refused() -> None:
    noise = random.Random(3).randbytes(4000)
    assert refusal(noise, "order.pdf") == "unsupported"


def test_absurd_numbers_are_kept_and_doubted() -> None:
    text = "PO No: X-1\nItem code  Description  Qty   Price\nA-1        Hook         1e30  -5\n"
    document = read_document(text.encode(), filename="a.txt").documents[0]
    assert document.lines[0].quantity == "1" + "0" * 30
    assert document.lines[0].unit_price == "-5"
    assert {"lines.0.quantity", "lines.0.unit_price"} <= {d.field for d in document.doubts}


def test_unreadable_attachments_are_told() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "PO 4410-7"
    message.set_content("Please find our purchase order 4410-7 attached.")
    message.add_attachment(b"\x7fELF....", maintype="application", subtype="pdf", filename="po.pdf")
    document = read_document(message.as_bytes(), filename="m.eml").documents[0]
    assert document.order_number == "4410-7"
    assert {"source", "lines"} <= {doubt.field for doubt in document.doubts}


def test_the_command_answers_with_its_exit_code(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.txt")]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    (tmp_path / "chat.txt").write_text("hello")
    assert main([str(tmp_path / "chat.txt"), "--pretty"]) == 0
    assert json.loads(capfd.readouterr().out)["documents"][0]["doc_type"] == "not_an_order"


def test_a_line_longer_than_any_is_wrapped_and_read() -> None:
    text = "We order under PO No: X-77 " + "goods as agreed " * 200 + "5 pcs of A-100 at USD 3.00."
    result = read_document(text.encode(), filename="a.txt")
    assert max(len(row.text) for row in result.view[0].rows) <= MAX_LINE_CHARACTERS
    assert " ".join(row.text for row in result.view[0].rows).split() == text.split()
    assert len(read_document(b"1" * 5_000_000, filename="a.txt").view[0].rows) <= MAX_LINE_PIECES


def test_the_command_ends_what_takes_too_long(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_limits, "MOST_CPU_SECONDS", 1)
    before = resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_AS)
    # Python's mail library looks at all that follows for each of the many marks.
    endless = 'From: a@b.example\nTo: c@d.example\nContent-Type: text/plain; charset="'
    (tmp_path / "m.eml").write_text(endless + ";" * 3_000_000 + "\n\nhi\n")
    assert main([str(tmp_path / "m.eml")]) == 2
    assert capfd.readouterr().err == "The file takes longer to read than any order.\n"
    now = resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_AS)
    assert now == before


def check(data: bytes, filename: str) -> None:
    """Read or refuse, never crash; places point into the view; the JSON can be written."""
    try:
        result: ReadingResult = read_document(data, filename=filename)
    except UnreadableFile:
        return
    json.dumps(result.as_json()).encode()
    json.dumps(result.view_as_json()).encode()
    rows = {(page.number, row.number): row for page in result.view for row in page.rows}
    for document in result.documents:
        for place in document.found_at.values():
            row = rows[(place.page, place.row)]
            if place.span is not None:
                shown = "".join(row.text[slice(*place.span)].split())
                assert shown == "".join(place.text.split())


FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = """
订单编号 ： : 数量 单价 金额 合计 品名 交期 PO No. Qty Price Total | , ; 1,000 12.50 1.234,5 ¥ $ USD
件 pcs 2026-02-30 02/03/2026 壹佰元整 元 100件 @ 序号 Item Description 1e400 -0 ( ) # 0
"""
WORDS = st.sampled_from([*PIECES.split(), "\t", "\n", "\n", "  ", "\u202e", "\x00"])


@FUZZ
@given(st.lists(WORDS, max_size=60), st.sampled_from(["a.txt", "a.csv", "a.html", "a.eml"]))
def test_word_salad_never_crashes(words: list[str], name: str) -> None:
    check(" ".join(words).encode(), name)


@FUZZ
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.csv", "a.xlsx", "a.eml", "a.xml"]))
def test_random_bytes_never_crash(data: bytes, name: str) -> None:
    check(data, name)


@pytest.mark.parametrize(
    "source", sorted(p for p in OWN.rglob("*.*") if p.suffix != ".json"), ids=str
)
def test_damaged_samples_never_crash(source: Path) -> None:
    whole = source.read_bytes()
    dice = random.Random(source.name)
    check(whole, source.name)
    for _ in range(12):
        damaged = bytearray(whole[: dice.randrange(1, len(whole) + 1)])
        for _ in range(dice.randrange(0, 6)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        check(bytes(damaged), source.name)


def test_it_refuses_an_element_with_endless_attributes() -> None:
    attributes = " ".join(f'a{number}=""' for number in range(400_000))
    assert refusal(f"<Order {attributes}/>".encode(), "order.xml") == "bomb"


def test_of_endless_columns_the_first_are_read_with_a_doubt() -> None:
    head = ",".join(["Item code", "Qty", "Price", *("x" for _ in range(100_000))])
    row = ",".join(["A-1", "5", "2.00", *("1" for _ in range(100_000))])
    document = read_document(f"{head}\n{row}\n".encode(), filename="wide.csv").documents[0]
    assert "the file holds more columns than are read" in {d.why for d in document.doubts}
