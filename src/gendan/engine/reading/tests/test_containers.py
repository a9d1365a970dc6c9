"""Orders packed into ZIP files and into Outlook's winmail.dat are read; bombs are not."""

import io
import struct
import zipfile
from email.message import EmailMessage

import pytest
from PIL import Image, ImageDraw

from gendan.engine.reading import UnreadableFile, read_document
from gendan.engine.reading.progress import told_to

ORDER = b"PO No: K-71\nDate: 2026-11-03\nItem   Qty  Unit  Price\nW-1    5    pcs   10.00\n"


def packed(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return target.getvalue()


def winmail(*files: tuple[str, bytes]) -> bytes:
    def attribute(level: int, kind: int, value: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(value)) + value + b"\0\0"

    answer = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, b"\0\0\1\0")
    for name, data in files:
        answer += attribute(2, 0x00069002, bytes(14))
        answer += attribute(2, 0x00018010, name.encode() + b"\0") + attribute(2, 0x0006800F, data)
    return answer


def mail_with(name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "buyer@example.com", "our order"
    message["Message-ID"] = "<1@example.com>"
    message.set_content("see the attachment")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def test_an_order_in_a_zip_attached_to_a_mail_is_read() -> None:
    data = mail_with("orders.zip", packed(a__txt=ORDER, b__txt=ORDER.replace(b"K-71", b"K-72")))
    found = read_document(data, filename="m.eml").documents
    assert [document.order_number for document in found] == ["K-71", "K-72"]
    assert found[0].source.file == "a.txt"
    assert found[0].source.mail["subject"] == "our order"


def test_what_outlook_packed_into_winmail_dat_is_read() -> None:
    data = mail_with("winmail.dat", winmail(("note.txt", b"hello"), ("PO.txt", ORDER)))
    (document,) = read_document(data, filename="m.eml").documents
    assert (document.order_number, document.source.file) == ("K-71", "PO.txt")


def test_a_packed_file_that_cannot_be_read_is_told_beside_the_others() -> None:
    data = packed(a__txt=ORDER, drawing__pdf=b"%PDF-1.4 broken")
    (document,) = read_document(data, filename="o.zip").documents
    assert document.order_number == "K-71"
    assert any("drawing.pdf was not read" in doubt.why for doubt in document.doubts)


def test_a_torn_winmail_dat_is_no_order_and_no_crash() -> None:
    whole = winmail(("PO.txt", ORDER))
    for length in (6, 9, 40, len(whole) - 30):
        (document,) = read_document(whole[:length], filename="winmail.dat").documents
        assert document.doc_type == "not_an_order"


def test_archives_in_archives_end_somewhere() -> None:
    data = packed(a__txt=ORDER)
    for _ in range(8):
        data = packed(inner__zip=data)
    (document,) = read_document(data, filename="o.zip").documents
    assert document.doc_type == "not_an_order"
    assert any("was not read" in doubt.why for doubt in document.doubts)


def test_a_bomb_and_other_packers_are_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_document(packed(a__txt=b"0" * 60_000_000), filename="o.zip")
    assert refusal.value.code == "bomb"
    with pytest.raises(UnreadableFile, match="other than ZIP"):
        read_document(b"Rar!\x1a\x07\x01\x00rest of it", filename="o.rar")


def test_pages_to_recognise_are_counted_over_a_mail_and_what_is_packed_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gendan.engine.reading.parts.MAX_SCANNED_PAGES", 1)
    message = EmailMessage()
    message["From"], message["Subject"] = "buyer@example.com", "photos"
    message.set_content(ORDER.decode())
    for name, data in (("1.png", picture()), ("2.png", picture()), ("3.zip", packed(a=picture()))):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    told: list[tuple[int, int]] = []
    with told_to(lambda page, pages: told.append((page, pages))):
        (document,) = read_document(bytes(message), filename="m.eml").documents
    assert told == [(1, 1)]
    why = " ".join(doubt.why for doubt in document.doubts)
    assert "attachment 2.png was not read" in why
    assert "attachment a was not read" in why


def picture() -> bytes:
    target = io.BytesIO()
    paper = Image.new("L", (300, 100), "white")
    ImageDraw.Draw(paper).text((20, 40), "2026")
    paper.save(target, "PNG")
    return target.getvalue()
