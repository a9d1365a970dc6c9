"""Plain text: lines, cut into cells at tabs, pipes, wide gaps and rows of dots."""

import re
from collections.abc import Iterator
from itertools import islice

from ..limits import MAX_ROWS
from ..pages import Cell, Page, Row
from ..parts import Part, Reading
from ..results import Source
from ..text import clean, decode, display_width

# a wide gap, or the row of dots that leads from a label to its value
_GAP = re.compile(r"[ \u3000]{2,}(?![ \u3000:：])|[ \u3000]*(?:\.{4,}|…{2,}|·{4,})[ \u3000:：]*")
_RULE = re.compile(r"[\s|+\-=_─━┄┈│┃┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬*·.~]+")
_PIPE = re.compile("[|│┃║｜]")
_SPREAD = re.compile(r"[\u3400-\u9fff](?:[ \u3000]+[\u3400-\u9fff])?[ \u3000]*[:：]")
_TAB = re.compile("\t")

MAX_LINE_CHARACTERS = 1_500
"""Longer lines are wrapped."""

MAX_LINE_PIECES = 40
"""What is beyond these of one line is no text of a person, and not looked at."""


def read_plain_text(reading: Reading) -> list[Part]:
    """One page of text; text that is really a delimited table is read as one."""
    from .delimited import looks_delimited, read_delimited

    text, encoding = decode(reading.data)
    if looks_delimited(text):
        return read_delimited(reading)
    page = text_page(text, reading.numberer.next(), reading.filename)
    source = Source(reading.filename, "text", f"text in {encoding}", reading.mail)
    return [Part((page,), source)]


def text_page(text: str, number: int, title: str) -> Page:
    """Text as a page; the rows' cells know their characters and their display columns."""
    lines = clean(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    pieces = islice((piece for line in lines for piece in _wrapped(line)), MAX_ROWS)
    rows = tuple(text_row(piece, index) for index, piece in enumerate(pieces, 1))
    return Page(number, title, "text", rows)


def _wrapped(line: str) -> Iterator[str]:
    """A line, in pieces where it is longer than anybody's: looking into it costs by its square."""
    while len(line) > MAX_LINE_CHARACTERS:
        end = line.rfind(" ", MAX_LINE_CHARACTERS // 2, MAX_LINE_CHARACTERS) + 1
        end = end or MAX_LINE_CHARACTERS
        yield line[:end]
        line = line[end : MAX_LINE_CHARACTERS * MAX_LINE_PIECES]
    yield line


def text_row(line: str, number: int) -> Row:
    """One line as a row of cells."""
    body = line.rstrip()
    if not body.strip() or _RULE.fullmatch(body):
        return Row(number, (), body, False)
    for separator, is_pipe in ((_TAB, False), (_PIPE, True)):
        count = len(separator.findall(body.strip()))
        if count >= 2 or (count and (separator is _TAB or " | " in body.strip())):
            return Row(number, _split(body, separator, is_pipe), body, True)
    return Row(number, _split(body, _GAP, False), body, False)


def _is_inside(line: str, start: int, end: int) -> bool:
    """Whether a gap only spreads a label of few signs: "甲    方：" is one label."""
    is_lone = re.search(r"(?:^|\s)[\u3400-\u9fff]$", line[:start]) is not None
    return is_lone and _SPREAD.match(line, end) is not None


def _split(line: str, separator: re.Pattern[str], drop_first: bool) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    start, column = 0, 1
    measured, left = 0, 0
    found = (match.span() for match in separator.finditer(line))
    bounds = [span for span in found if separator is not _GAP or not _is_inside(line, *span)]
    bounds.append((len(line), len(line)))
    if drop_first and line.strip() and separator.match(line.lstrip()):
        # a table framed by pipes begins with one
        start = bounds[0][1]
        bounds = bounds[1:]
    for end, following in bounds:
        piece = line[start:end]
        text = piece.strip()
        if text:
            first = start + piece.index(text)
            left += display_width(line[measured:first])
            measured = first
            cells.append(
                Cell(
                    text,
                    column,
                    float(left),
                    float(left + display_width(text)),
                    span=(first, first + len(text)),
                )
            )
            column += 1
        elif separator is not _GAP:
            column += 1
        start = following
    return tuple(cells)
