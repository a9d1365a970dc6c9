"""Heads and feet that repeat on every page are left out, so that tables run on across pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..pages import Page, Row

_MARGIN = 0.14
_PAGE_NUMBER = re.compile(
    r"(?i)\W*(?:page|pg\.?|seite|第)?\s*\d{1,4}\s*(?:页|頁)?\s*(?:(?:of|/|von|共|,|，)\s*(?:共)?\s*\d{1,4}\s*(?:页|頁)?)?\W*"
)


def without_running_rows(pages: Sequence[Page]) -> list[Page]:
    """Pages without page numbers, and from the second on without what the first already says."""
    feet = _repeated(pages) if len(pages) > 1 else set()
    first = next((page for page in pages if page.rows), pages[0])
    answer = []
    for page in pages:
        rows = [row for row in page.rows if not _is_foot(row, page, feet)]
        if page is not first:
            rows = rows[_same_start(first.rows, rows) :]
        answer.append(replace(page, rows=tuple(rows)))
    return answer


def _key(row: Row) -> str:
    """The row's words; only the number of a page may differ from page to page."""
    text = "".join(row.text.split()).casefold()
    return re.sub(r"((?:page|pg\.?|seite|第|共|of|/)\W?)\d{1,4}(?=$|\W|页|頁|of|共)", r"\1#", text)


def _middle(row: Row) -> float | None:
    boxes = [cell.box for cell in row.cells if cell.box is not None]
    return sum(box[1] + box[3] for box in boxes) / (2 * len(boxes)) if boxes else None


def _repeated(pages: Sequence[Page]) -> set[tuple[str, int]]:
    """Rows near the lower edge that stand at one height on more than half of the pages."""
    counts: Counter[tuple[str, int]] = Counter()
    for page in pages:
        counts.update({place for row in page.rows if (place := _foot_place(row, page))})
    return {place for place, count in counts.items() if count * 2 > len(pages)}


def _foot_place(row: Row, page: Page) -> tuple[str, int] | None:
    middle = _middle(row)
    if middle is None or not _is_low(row, page):
        return None
    return _key(row), round(middle / 4)


def _is_low(row: Row, page: Page) -> bool:
    middle = _middle(row)
    return middle is not None and page.height is not None and middle > page.height * (1 - _MARGIN)


def _is_foot(row: Row, page: Page, feet: set[tuple[str, int]]) -> bool:
    middle = _middle(row)
    if middle is None or page.height is None:
        return False
    if not _is_low(row, page) and middle > page.height * _MARGIN:
        return False
    if len(row.cells) == 1 and _PAGE_NUMBER.fullmatch(row.text) and not row.text.isdigit():
        return True
    return _foot_place(row, page) in feet


def _same_start(first: Sequence[Row], rows: Sequence[Row]) -> int:
    """How many rows at the top of a page only repeat the top of the first one."""
    known = {_key(row): row for row in reversed(first)}
    last = misses = 0
    for index, row in enumerate(rows[:60]):
        if not row.cells:
            continue
        other = known.get(_key(row))
        if other is not None and _says_the_same(row, other):
            last = index + 1
        else:
            misses += 1
            if misses > 1:
                break
    return last


def _says_the_same(row: Row, other: Row) -> bool:
    """Equal words without figures, or equal in all at the same height of the page."""
    if not re.search(r"\d", row.text):
        return True
    here, there = _middle(row), _middle(other)
    is_level = here is not None and there is not None and abs(here - there) <= 4
    is_equal = "".join(row.text.split()) == "".join(other.text.split())
    return is_level and (is_equal or re.search(r"(?i)page|页", row.text) is not None)
