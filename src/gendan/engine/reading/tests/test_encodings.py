"""Texts of unknown encodings are read as what was written, and Western ones stay Western."""

import pytest

from gendan.engine.reading import read_document
from gendan.engine.reading.text import decode

TRADITIONAL = """採購單,,,
訂單編號：,TW-5001,訂單日期：,2026/11/11
料號,品名,數量,單價
HY-1,毛巾架,500,12
"""
SIMPLIFIED = TRADITIONAL.translate(str.maketrans("採購單訂編號數價", "采购单订编号数价"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_chinese_is_read_in_every_encoding(encoding: str) -> None:
    (document,) = read_document(SIMPLIFIED.encode(encoding), filename="a.csv").documents
    assert (document.order_number, document.lines[0].description) == ("TW-5001", "毛巾架")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "big5"])
def test_traditional_chinese_is_read_in_every_encoding(encoding: str) -> None:
    (document,) = read_document(TRADITIONAL.encode(encoding), filename="a.csv").documents
    assert (document.order_number, document.lines[0].description) == ("TW-5001", "毛巾架")


def test_western_letters_are_not_taken_for_chinese() -> None:
    for text in ("20 °C bis 30 °C", "Größe, Äpfel, Öl, ÄÖÜ", "élève à Genève, çà et là", "£5 ±2"):
        assert decode(text.encode("cp1252")) == (text, "cp1252")
