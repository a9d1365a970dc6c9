"""Prints a PDF, puts it through a bad scanner or fax, and gives the images."""

import io

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def pages(data: bytes, dpi: int) -> list[Pixels]:
    """The pages of a PDF in grey."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page in document:
        image = page.render(scale=dpi / 72, grayscale=True).to_numpy()
        found.append(np.ascontiguousarray(image.reshape(image.shape[0], image.shape[1])))
    return found


def skewed(image: Pixels, degrees: float) -> Pixels:
    """Laid crookedly on the glass."""
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(image, turn, (width, height), borderValue=255, flags=cv2.INTER_CUBIC),
        dtype=np.uint8,
    )


def noisy(image: Pixels, seed: int, strength: float, shadow: bool = False) -> Pixels:
    """Grain, and the shadow of the book's spine."""
    rng = np.random.default_rng(seed)
    grain = image.astype(np.float32) + rng.normal(0, strength, image.shape)
    if shadow:
        grain *= np.linspace(0.72, 1.0, image.shape[1], dtype=np.float32)[None, :]
    return np.clip(grain, 0, 255).astype(np.uint8)


def blurred(image: Pixels, sigma: float) -> Pixels:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8)


def faxed(image: Pixels, seed: int, specks: int = 400) -> Pixels:
    """Black or white only, with specks and a few streaks."""
    rng = np.random.default_rng(seed)
    bits = np.where(image < 165, 0, 255).astype(np.uint8)
    ys, xs = rng.integers(0, bits.shape[0], specks), rng.integers(0, bits.shape[1], specks)
    bits[ys, xs] = np.where(rng.random(specks) < 0.5, 0, 255)
    for x in rng.integers(0, bits.shape[1], 2):
        bits[:, x] = np.where(rng.random(bits.shape[0]) < 0.25, 0, bits[:, x])
    return bits


def png(image: Pixels, dpi: int) -> bytes:
    """One page as PNG."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def jpeg(image: Pixels, dpi: int, quality: int = 45) -> bytes:
    """One page as JPEG with its artefacts."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=quality, dpi=(dpi, dpi))
    return stream.getvalue()


def fax_tiff(images: list[Pixels], dpi: tuple[int, int]) -> bytes:
    """All pages in one 1-bit TIFF, compressed as faxes are."""
    stream = io.BytesIO()
    first, *rest = [Image.fromarray(image).convert("1") for image in images]
    first.save(stream, "TIFF", compression="group4", save_all=True, append_images=rest, dpi=dpi)
    return stream.getvalue()


def image_pdf(images: list[Pixels], dpi: int) -> bytes:
    """A PDF of pictures without text layer, as copiers send it."""
    stream = io.BytesIO()
    first, *rest = [Image.fromarray(image) for image in images]
    stamp = {"creationDate": None, "modDate": None}
    first.save(
        stream, "PDF", resolution=dpi, save_all=True, append_images=rest, quality=70, **stamp
    )
    return stream.getvalue()


def squeezed(image: Pixels, factor: float) -> Pixels:
    """Lines lost on the way: standard fax mode has half the vertical resolution."""
    height, width = image.shape
    size = (width, round(height * factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def bent(image: Pixels, depth: float) -> Pixels:
    """A page that does not lie flat: lines run in a curve."""
    height, width = image.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    lifted = ys + depth * np.sin(np.pi * xs / width).astype(np.float32)
    turned = cv2.remap(image, xs, lifted, cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, dtype=np.uint8)


def stamped(image: Pixels, text: str, at: tuple[float, float]) -> Pixels:
    """A rubber stamp across the page, half transparent."""
    height, width = image.shape
    layer = np.full_like(image, 255)
    x, y = int(at[0] * width), int(at[1] * height)
    size = width / 900
    cv2.putText(layer, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, 90, max(1, int(2 * size)))
    box = (x - 12, y - int(34 * size)), (x + int(20 * size * len(text)), y + int(14 * size))
    cv2.rectangle(layer, *box, 110, 2)
    return np.minimum(image, skewed(layer, 6))


def copied(image: Pixels, seed: int) -> Pixels:
    """A copy of a copy: thick letters, grey ground, black edge."""
    thick = cv2.erode(image, np.ones((2, 2), np.uint8))
    grey = noisy(blurred(np.asarray(thick, dtype=np.uint8), 0.8), seed, 9).astype(np.float32)
    grey = 205 - (255 - grey) * 0.75
    grey[:, : image.shape[1] // 60] = 20
    return np.clip(grey, 0, 255).astype(np.uint8)


def faint(image: Pixels, seed: int) -> Pixels:
    """The toner runs out: light letters."""
    pale = 255 - (255 - image.astype(np.float32)) * 0.38
    return noisy(np.asarray(pale, dtype=np.uint8), seed, 7)
