"""Reads order documents of any format: bytes in, orders with doubts and places out."""

from .document import OpenedDocument, open_document, read_document
from .errors import UnreadableFile
from .hints import ReadingHints
from .pages import Cell, Page, PageImage, Place, Row
from .results import Doubt, OrderDocument, OrderLine, Party, ReadingResult, Source

__all__ = [
    "Cell",
    "Doubt",
    "OpenedDocument",
    "OrderDocument",
    "OrderLine",
    "Page",
    "PageImage",
    "Party",
    "Place",
    "ReadingHints",
    "ReadingResult",
    "Row",
    "Source",
    "UnreadableFile",
    "open_document",
    "read_document",
]
