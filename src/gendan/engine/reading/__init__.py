"""Reads order documents of any format: bytes in, orders with doubts and places out."""

from .document import read_document
from .errors import UnreadableFile
from .hints import ReadingHints
from .pages import Cell, Page, Place, Row
from .results import Doubt, OrderDocument, OrderLine, Party, ReadingResult, Source

__all__ = [
    "Cell",
    "Doubt",
    "OrderDocument",
    "OrderLine",
    "Page",
    "Party",
    "Place",
    "ReadingHints",
    "ReadingResult",
    "Row",
    "Source",
    "UnreadableFile",
    "read_document",
]
