"""The one intermediate every reader produces: pages of rows of cells, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a cell on paper: its characters in the cell's text, and its box.

    edges: where each character begins, and where the last one ends, if the file says so.
    """

    start: int
    end: int
    box: Box
    edges: tuple[float, ...] = ()
    confidence: float = 1.0

    def part(self, start: int, end: int) -> Box:
        """The box of some of its characters (offsets in the cell's text)."""
        first, last = max(start, self.start) - self.start, min(end, self.end) - self.start
        left, top, right, bottom = self.box
        length = self.end - self.start
        if (first, last) == (0, length) or length < 1:
            return self.box
        if len(self.edges) == length + 1:
            return min(self.edges[first:last]), top, max(self.edges[first + 1 : last + 1]), bottom
        share = (right - left) / length
        return left + share * first, top, left + share * last, bottom


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece of text with its place.

    left/right: horizontal extent in the page's own measure: the column number in grids, display
    columns in text, points in PDF. value: what the file stores typed (a number, a date), if it
    does. span: first and last character in the row's text, for text pages. box: left, top, right,
    bottom on a page of paper, in the page's own measure, the top left corner is 0, 0. pieces: the
    words of a cell on paper. confidence: 0 to 1, how sure the recognition of characters is; 1 where
    nothing had to be recognised.
    """

    text: str
    column: int
    left: float
    right: float
    value: Decimal | date | None = None
    span: tuple[int, int] | None = None
    row_span: int = 1
    column_span: int = 1
    box: Box | None = None
    confidence: float = 1.0
    pieces: tuple[Piece, ...] = ()
    row: int | None = None
    """The row it was printed on, where rows were joined to one."""

    def part(self, start: int, end: int) -> "Cell":
        """Some of its characters as a cell of their own, with their own place."""
        span = (self.span[0] + start, self.span[0] + end) if self.span else None
        text = self.text[start:end]
        inside = [piece for piece in self.pieces if piece.start < end and piece.end > start]
        if not inside:
            return replace(self, text=text, span=span, pieces=())
        boxes = [piece.part(start, end) for piece in inside]
        pieces = tuple(
            Piece(
                max(piece.start, start) - start,
                min(piece.end, end) - start,
                box,
                confidence=piece.confidence,
            )
            for piece, box in zip(inside, boxes, strict=True)
        )
        box = around(boxes)
        sure = min(piece.confidence for piece in inside)
        return replace(
            self, text=text, span=span, pieces=pieces, box=box, confidence=sure,
            left=box[0], right=box[2],
        )  # fmt: skip

    def with_next(self, other: "Cell", gap: str = " ") -> "Cell":
        """This cell and the one after it as one."""
        shift = len(self.text) + len(gap)
        moved = tuple(replace(p, start=p.start + shift, end=p.end + shift) for p in other.pieces)
        boxes = [cell.box for cell in (self, other) if cell.box is not None]
        return replace(
            self,
            text=f"{self.text}{gap}{other.text}",
            left=min(self.left, other.left),
            right=max(self.right, other.right),
            value=None,
            span=(self.span[0], other.span[1]) if self.span and other.span else None,
            box=around(boxes) if boxes else None,
            confidence=min(self.confidence, other.confidence),
            pieces=self.pieces + moved,
        )


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around some boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table or one line of text; empty cells are left out.

    is_grid: the cells' column numbers are true columns (a sheet, tabs, pipes), so that an empty
    cell shifts nothing; otherwise columns have to be told by geometry. is_ruled: drawn lines above
    and below make it a row of its own, so that it does not go on with the row above.
    """

    number: int
    cells: tuple[Cell, ...]
    text: str
    is_grid: bool
    is_ruled: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet, a table of an HTML page, a body of text, a page of paper (PDF, scan, fax).

    width, height: of a page of paper, in the measure of its cells' boxes; None for the others.
    """

    number: int
    title: str
    kind: Literal["table", "text", "paper"]
    rows: tuple[Row, ...]
    width: float | None = None
    height: float | None = None

    def as_json(self) -> dict[str, object]:
        """The page as a safe model to draw: plain text only, nothing to execute."""
        if self.kind == "text":
            lines = [{"line": row.number, "text": row.text} for row in self.rows]
            return {"page": self.number, "title": self.title, "kind": "text", "lines": lines}
        rows: list[dict[str, object]] = [
            {
                "row": row.number,
                "cells": [
                    {
                        "column": cell.column,
                        "text": cell.text,
                        "row_span": cell.row_span,
                        "column_span": cell.column_span,
                    }
                    # Where each piece of a page of paper stands: corrections find columns by it.
                    | ({"box": [round(edge, 1) for edge in cell.box]} if cell.box else {})
                    for cell in row.cells
                ],
            }
            for row in self.rows
        ]
        answer: dict[str, object] = {
            "page": self.number,
            "title": self.title,
            "kind": self.kind,
            "rows": rows,
        }
        if self.kind == "paper":
            answer |= {"width": self.width, "height": self.height}
        return answer


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page of paper as a picture, to be shown beside what was read from it."""

    page: int
    media_type: Literal["image/png", "image/webp", "image/jpeg"]
    data: bytes
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was read: a cell of a table page, or characters of a line of a text page."""

    page: int
    row: int
    text: str
    column: int | None = None
    span: tuple[int, int] | None = None
    box: Box | None = None
    confidence: float = 1.0

    def as_json(self) -> dict[str, object]:
        """The place as printed in found_at."""
        answer: dict[str, object] = {
            "page": self.page,
            "box": list(self.box) if self.box else None,
            "text": self.text,
            "confidence": round(self.confidence, 2),
        }
        if self.span is not None:
            answer["line"] = {"number": self.row, "start": self.span[0], "end": self.span[1]}
        elif self.column is not None:
            answer["cell"] = {"row": self.row, "column": self.column}
        return answer


@dataclass(frozen=True, slots=True)
class Spot:
    """A row together with the page it stands on."""

    page: Page
    row: Row

    def place(self, cell: Cell, span: tuple[int, int] | None = None) -> Place:
        """The place of a cell, or of some characters inside it (offsets in the cell's text)."""
        number = self.row.number if cell.row is None else cell.row
        if self.page.kind == "text":
            base = cell.span[0] if cell.span else 0
            if span is None:
                whole = cell.span or (0, len(cell.text))
                return Place(self.page.number, number, cell.text, span=whole)
            inner = span
            return Place(
                self.page.number,
                number,
                cell.text[inner[0] : inner[1]],
                span=(base + inner[0], base + inner[1]),
            )
        if span is not None and self.page.kind == "paper":
            cell = cell.part(*span)
        return Place(
            self.page.number,
            number,
            cell.text,
            column=cell.column,
            box=cell.box,
            confidence=cell.confidence,
        )


@dataclass(frozen=True)
class Numberer:
    """Hands out page numbers across all parts of one file."""

    used: list[int] = field(default_factory=list)

    def next(self) -> int:
        """The next free page number, starting at 1."""
        self.used.append(len(self.used) + 1)
        return len(self.used)
