"""Pictures of paper are read with doubts where the eye may err; spoilt files are refused."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from gendan.engine.reading import UnreadableFile, read_document
from gendan.engine.reading.sniffing import sniff

from .fax_maker import fax
from .scoring import score_document


def refusal(data: bytes, name: str = "scan.png") -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, filename=name)
    assert caught.value.message.endswith(".")
    return caught.value.code


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("name", ["coarse_fax", "scan_stamp_zh", "upside_down"])
def test_a_fax_is_read_without_a_silent_error(name: str) -> None:
    sample = fax(name)
    result = read_document(sample.data, filename=sample.name, with_images=True)
    document = result.as_json()["documents"][0]  # type: ignore[index]
    score = score_document(sample.answer, document)
    assert score.silent == 0, score.notes
    assert score.accuracy >= 90, score.notes
    (page,), (image,) = result.view, result.images
    assert page.width is not None
    assert page.height is not None
    assert abs(page.width / page.height - image.width_px / image.height_px) < 0.01
    place = result.documents[0].found_at["lines.0.quantity"]
    assert place.box is not None
    left, top, right, bottom = place.box
    assert 0 <= left < right <= page.width
    assert 0 <= top < bottom <= page.height
    assert place.confidence < 1


def test_a_picture_that_claims_to_be_enormous_is_refused() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
    assert refusal(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")) == "bomb"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_picture_cut_off_is_damaged(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    for share in (0.02, 0.5):
        cut = data[: max(70, int(len(data) * share))]
        assert sniff(cut, "scan") == "image"
        assert refusal(cut) == "damaged"


def test_a_tiff_whose_pages_point_to_each_other_comes_to_an_end() -> None:
    page = Image.new("1", (40, 40), 1)
    data = bytearray(saved(page, "TIFF", save_all=True, append_images=[page]))
    first = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[first : first + 2])[0]
    data[first + 2 + 12 * entries : first + 6 + 12 * entries] = struct.pack("<I", first)
    result = read_document(bytes(data), filename="loop.tif")
    assert result.documents[0].doc_type == "not_an_order"


@pytest.mark.parametrize(
    "make",
    [
        lambda: saved(Image.new("1", (90, 90), 1), "TIFF", compression="group4"),
        lambda: saved(Image.new("CMYK", (90, 90)), "JPEG"),
        lambda: saved(Image.new("I;16", (90, 90), 65535), "PNG"),
        lambda: saved(Image.new("RGBA", (90, 90), (0, 0, 0, 0)), "PNG"),
        lambda: saved(Image.new("P", (90, 90)), "GIF", save_all=True,
                      append_images=[Image.new("P", (90, 90), 3)]),
        lambda: saved(Image.new("LA", (1, 1)), "PNG"),
        lambda: saved(Image.new("L", (4000, 1), 0), "PNG"),
    ],
)  # fmt: skip
def test_a_small_picture_of_any_kind_is_no_order(make: Callable[[], bytes]) -> None:
    result = read_document(make(), filename="logo")
    assert [document.doc_type for document in result.documents] == ["not_an_order"]


def test_a_photograph_without_text_is_no_order_and_nothing_is_invented() -> None:
    noise = np.random.default_rng(2).normal(0, 9, (480, 640, 3))
    fade = np.linspace(40, 220, 640)[None, :, None]
    photo = Image.fromarray(np.clip(fade + noise, 0, 255).astype(np.uint8))
    document = read_document(saved(photo, "JPEG"), filename="photo.jpg").documents[0]
    assert document.doc_type == "not_an_order"
    assert not document.lines
    assert document.order_number is None
