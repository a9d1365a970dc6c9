"""Scans, photographs and faxes of orders in both languages."""

from random import Random

from . import not_orders
from .draw_pdf import SANS, SERIF, Look, pdf
from .draw_scan import (
    blurred,
    fax_tiff,
    faxed,
    image_pdf,
    jpeg,
    noisy,
    pages,
    png,
    skewed,
    squeezed,
)
from .paper import Style, compose, sign_for
from .sample import Make, Sample, only
from .truth import Answer, make_truth

ENGLISH = ("line", "code", "name", "quantity", "unit", "price", "amount")
CHINESE = ("line", "code", "name", "spec", "quantity", "unit", "price", "amount", "due")


def _printed(
    chance: Random, language: str, look: Look, style: Style | None = None, lines: int | None = None
) -> tuple[bytes, Answer]:
    truth = make_truth(chance, language, lines=lines, currency="CNY" if language == "zh" else None)
    columns = CHINESE if language == "zh" else ENGLISH
    paper, answer = compose(truth, style or Style(columns=columns), chance)
    return pdf(paper, look), answer


def png_clean(chance: Random) -> Sample:
    """150 dpi, slightly noisy."""
    data, answer = _printed(chance, "en", Look(size=10))
    return Sample("png", png(noisy(pages(data, 150)[0], 1, 6), 150), answer)


def png_low(chance: Random) -> Sample:
    """110 dpi, blurred, boxes."""
    data, answer = _printed(chance, "en", Look(size=10.5, fields="boxed", parties="boxed"))
    return Sample("png", png(noisy(blurred(pages(data, 110)[0], 0.5), 2, 5), 110), answer)


def jpeg_photo(chance: Random) -> Sample:
    """A photograph: skewed, shadow, strong compression, serif letters, dates at lines."""
    columns = ("code", "name", "quantity", "price", "amount", "due")
    data, answer = _printed(
        chance,
        "en",
        Look(size=10, font=SERIF, rules="horizontal"),
        Style(columns=columns, dates="day_mon"),
    )
    image = noisy(skewed(pages(data, 170)[0], 1.8), 3, 8, shadow=True)
    return Sample("jpg", jpeg(image, 170), answer)


def fax_english(chance: Random) -> Sample:
    """A fax of two pages, 1 bit, 204 x 196 dpi, skewed."""
    look = Look(size=10, rows_per_page=14, carried="continued", font=SANS)
    data, answer = _printed(chance, "en", look, lines=22)
    images = [faxed(skewed(image, 0.8), i) for i, image in enumerate(pages(data, 200))]
    return Sample("tiff", fax_tiff(images, (204, 196)), answer)


def fax_standard(chance: Random) -> Sample:
    """A fax with half the lines: 204 x 98 dpi."""
    data, answer = _printed(chance, "en", Look(size=12, rules="none"), lines=4)
    images = [squeezed(faxed(image, 5, 200), 0.49) for image in pages(data, 200)]
    return Sample("tif", fax_tiff(images, (204, 98)), answer)


def chinese_png(chance: Random) -> Sample:
    """150 dpi in Chinese."""
    data, answer = _printed(chance, "zh", Look(size=9))
    return Sample("png", png(noisy(skewed(pages(data, 150)[0], -0.7), 6, 6), 150), answer)


def chinese_fax(chance: Random) -> Sample:
    """A Chinese fax, 1 bit."""
    data, answer = _printed(chance, "zh", Look(size=9.5, font=SERIF))
    images = [faxed(image, 7, 250) for image in pages(data, 200)]
    return Sample("tiff", fax_tiff(images, (200, 200)), answer)


def scanned_pdf(chance: Random) -> Sample:
    """A copier's PDF: a picture without text layer."""
    truth = make_truth(chance, "en")
    style = Style(columns=("code", "name", "quantity", "price", "amount"), dates="us_long",
                  sign=sign_for(chance, truth.currency), currency_field=False, ship_to=True)  # fmt: skip
    paper, answer = compose(truth, style, chance)
    images = [
        noisy(image, 8, 4) for image in pages(pdf(paper, Look(size=10, parties="boxed")), 150)
    ]
    return Sample("pdf", image_pdf(images, 150), answer)


def upside_down(chance: Random) -> Sample:
    """Put the wrong way round into the scanner."""
    data, answer = _printed(chance, "en", Look(size=10.5), lines=3)
    return Sample("png", png(pages(data, 150)[0][::-1, ::-1], 150), answer)


def invoice(chance: Random) -> Sample:
    """A scanned invoice is no order."""
    paper, _ = not_orders.lookalike(chance, "en", "invoice")
    return Sample("jpg", jpeg(pages(pdf(paper, Look()), 130)[0], 130, 70), only("not_an_order"))


SAMPLES: dict[str, Make] = {
    function.__name__: function
    for function in (
        png_clean, png_low, jpeg_photo, fax_english, fax_standard, chinese_png, chinese_fax,
        scanned_pdf, upside_down, invoice,
    )
}  # fmt: skip
