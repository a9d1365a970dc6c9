"""What was typed into the form fields of a PDF, and notes that were added to a page."""

import ctypes
import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..text import clean, display_width
from .layout import Word
from .pdf_page import PaperPage

_MOST = 2_000
_TEXTS = (
    pdfium.FPDF_FORMFIELD_TEXTFIELD,
    pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
)
_NOTES = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_STAMP)


@dataclass
class Notes:
    """What somebody added to a page after it was made."""

    texts: list[str] = field(default_factory=list)
    is_crossed_out: bool = False


def filled_in(document: pypdfium2.PdfDocument, paper: PaperPage) -> tuple[list[Word], Notes]:
    """The values of the page's form fields as words, and the notes on it."""
    words: list[Word] = []
    notes = Notes()
    page = paper.page.raw
    for index in range(min(_MOST, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            hidden = pdfium.FPDFAnnot_GetFlags(annotation) & (1 | 2 | 32)
            if hidden:
                continue
            if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv is not None:
                words.extend(_typed(document.formenv.raw, annotation, paper))
            elif kind in _NOTES:
                text = _contents(annotation)
                if re.search(r"\w", text) and text not in notes.texts:
                    notes.texts.append(text)
            elif kind == pdfium.FPDF_ANNOT_STRIKEOUT:
                notes.is_crossed_out = True
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return words, notes


def _contents(annotation: Any) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    return _text(
        size,
        lambda buffer: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size),
    )


def _text(size: int, fill: Any) -> str:
    """A text the library writes into a buffer of two bytes a character."""
    if not 2 < size <= 20_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    fill(buffer)
    return clean(bytes(buffer)[: size - 2].decode("utf-16-le", "replace")).strip()


def _typed(form: Any, annotation: Any, paper: PaperPage) -> list[Word]:
    """The value of one field, line by line, as wide as it is likely to be printed."""
    if pdfium.FPDFAnnot_GetFormFieldType(form, annotation) not in _TEXTS:
        return []
    size = pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    value = _text(
        size,
        lambda buffer: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size),
    )
    sides = pdfium.FS_RECTF()
    if not value or not pdfium.FPDFAnnot_GetRect(annotation, sides):
        return []
    box = paper.way.box(sides.left, sides.bottom, sides.right, sides.top)
    left, top, right, bottom = box
    if right <= 0 or bottom <= 0 or left >= paper.width or top >= paper.height:
        return []
    lines = [line.strip() for line in re.split(r"[\r\n]+", value) if line.strip()]
    height = min((bottom - top) / max(1, len(lines)), 16.0)
    words = []
    for index, line in enumerate(lines):
        middle = (top + bottom) / 2 if len(lines) == 1 else top + height * (index + 0.5)
        width = display_width(line) * height * 0.4
        end = min(right, left + max(width, (right - left) * 0.5))
        words.append(
            Word(line, left, middle - height * 0.45, end, middle + height * 0.45, size=height * 0.7)
        )
    return words
