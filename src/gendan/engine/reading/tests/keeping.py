"""What must be true of every reading, whatever the file holds; for tests and the fuzzer."""

import json
import re
from typing import Any

from gendan.engine.reading import UnreadableFile, read_document
from gendan.engine.reading.results import DOC_TYPES, OrderDocument

_NUMBER = re.compile(r"-?\d{1,62}(?:\.\d{1,62})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBERS = ("quantity", "unit_price", "price_base_quantity", "discount_percent", "line_amount")


def refuse_or_answer(data: bytes, filename: str) -> str:
    """Read the bytes; "" or the code of the refusal. Anything wrong raises AssertionError."""
    try:
        result = read_document(data, filename=filename)
    except UnreadableFile as refusal:
        return _one_sentence(refusal)
    json.dumps(result.as_json(), ensure_ascii=False).encode("utf-8")
    json.dumps(result.view_as_json(), ensure_ascii=False).encode("utf-8")
    assert result.documents, "a file that can be opened gives a document"
    pages = {page.number for page in result.view}
    for document in result.documents:
        _check(document, pages)
    return ""


def _one_sentence(refusal: UnreadableFile) -> str:
    assert refusal.code, "a refusal has a code"
    assert refusal.message.strip().endswith("."), refusal.message
    assert "\n" not in refusal.message, refusal.message
    return refusal.code


def _check(document: OrderDocument, pages: set[int]) -> None:
    assert document.doc_type in DOC_TYPES, document.doc_type
    for day in (document.issue_date, document.requested_delivery):
        assert day is None or _DAY.fullmatch(day), day
    for value in document.totals.values():
        assert _NUMBER.fullmatch(value), value
    for line in document.lines:
        assert line.due_date is None or _DAY.fullmatch(line.due_date), line.due_date
        for name in _NUMBERS:
            number: Any = getattr(line, name)
            assert number is None or _NUMBER.fullmatch(number), (name, number)
    for path, place in document.found_at.items():
        assert place.page in pages, (path, place.page)
    for doubt in document.doubts:
        _check_path(doubt.field, len(document.lines))
        assert doubt.why, doubt.field


def _check_path(path: str, lines: int) -> None:
    assert path, "a doubt is about a field"
    parts = path.split(".")
    if parts[0] == "lines" and len(parts) > 1:
        assert int(parts[1]) < lines, path
