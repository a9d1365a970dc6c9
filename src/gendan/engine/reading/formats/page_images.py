"""Pages of paper as small pictures in shades of grey, to be shown beside what was read."""

import io
from typing import TYPE_CHECKING

from PIL import Image

from ..limits import MAX_IMAGE_SIDE
from ..pages import PageImage

if TYPE_CHECKING:
    from .pdf_page import PaperPage

_SCALE = 110 / 72
_SHADES = 16


def picture_of(paper: "PaperPage", number: int) -> PageImage:
    """The page of a PDF at about 110 dpi, fewer where the page is very large."""
    scale = min(_SCALE, MAX_IMAGE_SIDE / max(paper.width, paper.height))
    return picture(paper.bitmap(scale).to_pil(), number)


def picture(image: Image.Image, number: int) -> PageImage:
    """A picture in sixteen shades of grey: small, and print stays readable."""
    grey = image.convert("L")
    if max(grey.size) > MAX_IMAGE_SIDE:
        grey.thumbnail((MAX_IMAGE_SIDE, MAX_IMAGE_SIDE))
    steps = 255 / (_SHADES - 1)
    indexed = grey.point([round(shade / steps) for shade in range(256)])
    palette = Image.frombytes("P", grey.size, indexed.tobytes())
    palette.putpalette([round(shade * steps) for shade in range(_SHADES) for _ in range(3)])
    stream = io.BytesIO()
    palette.save(stream, "PNG", bits=4, optimize=False, compress_level=6)
    return PageImage(number, "image/png", stream.getvalue(), *grey.size)
