"""Reads pictures of paper: photos, scans, screenshots, and faxes of several pages."""

import io
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import UnreadableFile
from ..limits import LEAST_PICTURE_PIXELS, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE, MAX_SCANNED_PAGES
from ..pages import Page, PageImage
from ..parts import Part, Reading
from ..progress import tell
from ..results import Source
from .layout import page_of_words
from .ocr import Scan, read_scan
from .ocr_engine import Pixels
from .page_images import picture as small_picture

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError,
           OverflowError, ArithmeticError, AttributeError, struct.error)  # fmt: skip
_METHOD = "characters recognised"


@dataclass(frozen=True, slots=True)
class _Frame:
    pixels: Pixels
    dpi: tuple[float, float] | None


def read_image(reading: Reading) -> list[Part]:
    """The pages of a picture file; each is turned upright, straightened and read."""
    picture = _open(reading.data)
    count, beyond = _frame_count(picture)
    pages: list[Page] = []
    images: list[PageImage] = []
    warnings = []
    if beyond:
        warnings.append(f"only the first {MAX_SCANNED_PAGES} pages were read")
    earlier = reading.scans.begun  # in other files of the same mail or archive
    for index in range(count):
        if reading.scans.are_spent:
            if index == 0:
                raise too_many_scans()
            warnings.append(
                f"scanned pages from page {index + 1} on were not read: they are too many"
            )
            break
        try:
            frame = _frame(picture, index)
        except UnreadableFile as refusal:
            if index == 0:
                raise
            warnings.append(f"page {index + 1} could not be read: {refusal.message}")
            continue
        number = reading.numberer.next()
        if not _may_hold_text(frame):
            continue
        reading.scans.begin()
        tell(earlier + index + 1, earlier + count)
        scan = read_scan(frame.pixels, dpi=frame.dpi)
        pages.append(page_of_scan(scan, number=number, title=reading.filename))
        if reading.with_images:
            images.append(small_picture(Image.fromarray(scan.picture), number))
    source = Source(reading.filename, "image", _METHOD, reading.mail)
    return [Part(tuple(pages), source, warnings=tuple(warnings), images=tuple(images))]


def too_many_scans() -> UnreadableFile:
    """Why a further file of a mail or archive is not recognised at all."""
    why = f"The characters of more than {MAX_SCANNED_PAGES} pages would have to be recognised."
    return UnreadableFile("too_slow", why)


def page_of_scan(scan: Scan, *, number: int, title: str) -> Page:
    """What was recognised as a page; its measure is the pixels of the scan's picture."""
    height, width = scan.picture.shape[:2]
    return page_of_words(
        scan.words,
        number=number,
        title=title,
        width=float(width),
        height=float(height),
        rulings=scan.rulings,
    )


def _open(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise _bomb() from error
    except (UnidentifiedImageError, *_DAMAGE) as error:
        raise UnreadableFile("damaged", "The picture is damaged.") from error
    _check_size(picture)
    return picture


def _bomb() -> UnreadableFile:
    limit = MAX_PICTURE_PIXELS // 1_000_000
    return UnreadableFile("bomb", f"The picture has more than {limit} million pixels.")


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PICTURE_PIXELS or max(width, height) > MAX_PICTURE_SIDE:
        raise _bomb()


def _frame_count(picture: Image.Image) -> tuple[int, bool]:
    """How many pages are read, and whether there are more; moving pictures count as one."""
    if picture.format != "TIFF":
        return 1, False
    count = 1
    try:
        while count <= MAX_SCANNED_PAGES:
            picture.seek(count)
            count += 1
    except (EOFError, *_DAMAGE):
        return count, False
    return MAX_SCANNED_PAGES, True


def _frame(picture: Image.Image, index: int) -> _Frame:
    """One page as grey or coloured pixels, the right way up as far as the file tells."""
    try:
        picture.seek(index)
        _check_size(picture)
        dpi = _dpi(picture)
        if picture.format in ("JPEG", "MPO"):
            # far more pixels than can be read cost memory: the decoder reduces them by halves
            picture.draft(None, (2400, 2400))
        upright = ImageOps.exif_transpose(picture)
        if upright.size != picture.size and dpi:
            dpi = (dpi[1], dpi[0])
        return _Frame(_pixels(upright), dpi)
    except Image.DecompressionBombError as error:
        raise _bomb() from error
    except _DAMAGE as error:
        raise UnreadableFile("damaged", "The picture is damaged or cut off.") from error


def _dpi(picture: Image.Image) -> tuple[float, float] | None:
    found: Any = picture.info.get("dpi") or picture.info.get("resolution")
    try:
        across, down = (float(value) for value in found)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return (across, down) if 1 < across < 10_000 and 1 < down < 10_000 else None


def _pixels(picture: Image.Image) -> Pixels:
    """Grey where there is no colour; transparent is white; 16 bits become 8."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float32)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return np.asarray(np.clip(values * (255.0 / top), 0, 255), dtype=np.uint8)
    if picture.mode in ("1", "L"):
        return np.array(picture.convert("L"), dtype=np.uint8)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(paper, layer)
    colours = np.array(picture.convert("RGB"), dtype=np.uint8)
    spread = colours[::4, ::4].max(axis=2) - colours[::4, ::4].min(axis=2)
    if int(spread.max(initial=0)) < 12:
        return np.ascontiguousarray(colours[:, :, 1])
    return colours


def _may_hold_text(frame: _Frame) -> bool:
    """Pictures of a few pixels are logos and rulings of mails."""
    height, width = frame.pixels.shape[:2]
    return bool(height * width >= LEAST_PICTURE_PIXELS and min(height, width) >= 12)
