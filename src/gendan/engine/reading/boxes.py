"""Draws where every value was read onto the pictures of the pages (`--boxes`)."""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .pages import Page, PageImage, Place
from .results import OrderDocument, ReadingResult

_CERTAIN = (0, 110, 60)
_DOUBTFUL = (205, 50, 30)
_FONT_PX = 11
_LARGER = 1.8
"""Names need room between the lines of a table."""


def write_boxes(result: ReadingResult, target: Path) -> list[Path]:
    """One PNG per page of paper: target, then target with -2, -3 … before its ending."""
    pages = {page.number: page for page in result.view}
    written = []
    for index, image in enumerate(result.images):
        name = target if index == 0 else target.with_stem(f"{target.stem}-{index + 1}")
        drawn = _drawn(image, pages[image.page], result.documents)
        drawn.save(name, "PNG")
        written.append(name)
    return written


def _drawn(image: PageImage, page: Page, documents: tuple[OrderDocument, ...]) -> Image.Image:
    """The page with a named box around every value read from it; doubtful ones in red."""
    picture = Image.open(io.BytesIO(image.data)).convert("RGB")
    size = (round(image.width_px * _LARGER), round(image.height_px * _LARGER))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_FONT_PX)
    across = size[0] / (page.width or size[0])
    down = size[1] / (page.height or size[1])
    for names, place, is_doubtful in _values(documents, page.number):
        if place.box is None:
            continue
        left, top, right, bottom = place.box
        box = (left * across - 1, top * down - 1, right * across + 1, bottom * down + 1)
        colour = _DOUBTFUL if is_doubtful else _CERTAIN
        pen.rectangle(box, outline=colour, width=1)
        pen.text((box[0], box[1] - _FONT_PX - 1), names, fill=colour, font=font)
    return picture


def _values(documents: tuple[OrderDocument, ...], number: int) -> Iterator[tuple[str, Place, bool]]:
    """What was read on a page: the fields' names, the place, whether one of them is doubtful."""
    for document in documents:
        doubted = {doubt.field for doubt in document.doubts}
        together: dict[Place, list[str]] = {}
        for name, place in document.found_at.items():
            if place.page == number:
                together.setdefault(place, []).append(name)
        for place, names in together.items():
            shown = [name.removeprefix("lines.") for name in names if name != "document_number"]
            yield ", ".join(shown[:2]), place, any(name in doubted for name in names)
