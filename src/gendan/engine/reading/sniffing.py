"""Which format some bytes are, told by their content; the file name only settles what is left."""

import re

from .errors import UnreadableFile
from .text import decode

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c\x7f]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL_HEADER = re.compile(
    r"\A(?:from |(?:[A-Za-z][A-Za-z0-9-]{1,40}):[^\n]*\n(?:(?:[ \t][^\n]*\n)|"
    r"(?:[A-Za-z][A-Za-z0-9-]{1,40}):[^\n]*\n)*)",
    re.IGNORECASE,
)
_MAIL_FIELDS = re.compile(
    r"^(?:from|to|subject|date|received|message-id|mime-version|content-type|return-path):",
    re.I | re.M,
)
_EDIFACT = re.compile(
    rb"UNA[^A-Za-z0-9]{2}.{3}[^A-Za-z0-9][\s\x00]*UN[BGH]|UNB[+\x1d]UNO[A-Z]|UNH\+[^+]{1,35}\+[A-Z]{6}:",
    re.DOTALL,
)
_X12 = re.compile(
    rb"ISA([^A-Za-z0-9\s])\d\d\1.{10}\1|ISA([^A-Za-z0-9\s])[^\r\n]{60,}|"
    rb"GS([^A-Za-z0-9\s])[A-Z]{2}\3[^\r\n]{2,40}\3|ST([^A-Za-z0-9\s])\d{3}\4\w{1,9}[^A-Za-z0-9]"
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "pdf", "PDF files"),
    (b"\x89PNG", "image", "images"),
    (b"\xff\xd8\xff", "image", "images"),
    (b"GIF8", "image", "images"),
    (b"II*\x00", "image", "images"),
    (b"MM\x00*", "image", "images"),
    (b"II+\x00", "image", "images"),
    (b"MM\x00+", "image", "images"),
    (b"Rar!", "archive", "archives"),
    (b"7z\xbc\xaf", "archive", "archives"),
    (b"\x1f\x8b", "archive", "archives"),
    (b"{\\rtf", "rtf", "RTF files"),
    (b"\x78\x9f\x3e\x22", "tnef", "winmail.dat files"),
    (b"MZ", "program", "programs"),
    (b"\x7fELF", "program", "programs"),
)

_BITMAP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def _zip_kind(data: bytes) -> str:
    head_and_tail = data[:4000] + data[-65_000:]
    if b"xl/workbook.xml" in head_and_tail or b"xl/worksheets" in head_and_tail:
        return "xlsx"
    if b"xl/workbook.bin" in head_and_tail:
        return "xlsb"
    if b"word/document.xml" in head_and_tail:
        return "docx"
    if b"opendocument.spreadsheet" in head_and_tail:
        return "ods"
    return "archive"


def _ole_kind(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("encrypted", "The file is protected by a password.")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    return "ole"


def sniff(data: bytes, filename: str) -> str:
    """The name of the format: eml, xlsx, xls, csv, html, xml, text, or one no reader handles."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data[:1024].lstrip()[:4] == b"%PDF":
        return "pdf"
    for mark, kind, _ in _OTHERS:
        if data.startswith(mark):
            return kind
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_bitmap(data):
        return "image"
    return _message_kind(data) or _text_kind(data, filename.lower())


def _is_bitmap(data: bytes) -> bool:
    """Whether it is a BMP: "BM" alone may begin a letter, so the header's size is looked at too."""
    return data[:2] == b"BM" and data[14:18] in _BITMAP_HEADERS and len(data) > 54


def _message_kind(data: bytes) -> str | None:
    """EDIFACT and X12, told by their first segments, whatever their separators."""
    start = data[:400].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if _EDIFACT.match(start):
        return "edifact"
    return "x12" if _X12.match(start) else None


def _is_binary(start: bytes) -> bool:
    """Whether there are more control characters than any text has."""
    zeros, controls = start.count(0), len(_CONTROLS.findall(start))
    return zeros > 50 or (controls > 20 and controls * 20 > len(start))


def _text_kind(data: bytes, name: str) -> str:
    text, encoding = decode(data[:20_000])
    if not encoding.startswith("utf-16") and _is_binary(data[:8000]):
        return "binary"
    start = text.lstrip("\ufeff \t\r\n\x00")
    lowered = start[:3000].lower()
    if lowered.startswith(("<?xml", "<!doctype cxml")) or re.match(
        r"<[a-z_][\w.-]*:?[\w.-]*[\s>/]", lowered
    ):
        is_html = re.search(r"<(?:!doctype html|html|body|table|div|p|meta|span)[\s>]", lowered)
        return "html" if is_html and "<order" not in lowered else "xml"
    if lowered.startswith(("<!doctype html", "<html", "<!--")) or re.match(
        r"<(?:table|div|body|p)\b", lowered
    ):
        return "html"
    if lowered.startswith("<!"):
        return "xml"
    if name.endswith((".csv", ".tsv", ".tab")):
        return "csv"
    header = _MAIL_HEADER.match(start.replace("\r\n", "\n"))
    if header:
        fields = {field.lower() for field in _MAIL_FIELDS.findall(header.group())}
        if len(fields) >= 3 or (name.endswith(".eml") and fields):
            return "eml"
    return "text"


def describe(kind: str) -> str:
    """The format's name in words, for refusals."""
    words = {kind: words for _, kind, words in _OTHERS}
    words |= {
        "docx": "DOCX documents",
        "ods": "ODS sheets",
        "xlsb": "XLSB workbooks",
        "x12": "X12 messages",
        "ole": "old Office documents of this kind",
        "binary": "binary files of this kind",
    }
    return words.get(kind, f"{kind} files")
