"""Logo and seal: only PNG and JPEG that can really be drawn, and not larger than papers need."""

import struct

from django.utils.translation import gettext as _

from gendan.contracts.papers.render import NotDrawable, render
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.files import sniff

LARGEST = 300 * 1024  # bytes: each paper carries it
MOST_PIXELS = 3000
_JPEG_SIZES = {0xC0, 0xC1, 0xC2}  # start of frame: baseline, extended, progressive


class ImageRefused(Invalid):
    """A file that is no image papers could show."""


def refuse_unless_image(content: bytes, *, field: str) -> None:
    """Raise ImageRefused unless this is a small PNG or JPEG that can be drawn."""
    if len(content) > LARGEST:
        raise ImageRefused(
            _("The image is larger than %(limit)s kB.") % {"limit": LARGEST // 1024}, field=field
        )
    kind = sniff(content[:8192], "")
    if kind not in {"image/png", "image/jpeg"}:
        raise ImageRefused(_("Logo and seal are PNG or JPEG images."), field=field)
    size = _png_size(content) if kind == "image/png" else _jpeg_size(content)
    if size is None:
        raise _broken(field)
    if max(size) > MOST_PIXELS or min(size) < 1:
        raise ImageRefused(
            _("The image is %(width)s × %(height)s points; at most %(most)s × %(most)s.")
            % {"width": size[0], "height": size[1], "most": MOST_PIXELS},
            field=field,
        )
    try:
        render("image", {}, images={"image": content}, at=clock.now())
    except NotDrawable:
        raise _broken(field) from None


def _broken(field: str) -> ImageRefused:
    return ImageRefused(_("This image cannot be read; it seems to be broken."), field=field)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None
