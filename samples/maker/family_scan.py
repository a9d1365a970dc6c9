"""Scans, photographs and faxes of orders in both languages."""

from random import Random

from . import not_orders
from .draw_pdf import SANS, SERIF, Look, pdf
from .draw_scan import (
    bent,
    blurred,
    copied,
    faint,
    fax_tiff,
    faxed,
    image_pdf,
    jpeg,
    noisy,
    pages,
    png,
    skewed,
    squeezed,
    stamped,
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


def png_copy(chance: Random) -> Sample:
    """A copy of a copy, 150 dpi, with a stamp over the head; both codes, labels above."""
    style = Style(columns=("line", "buyer_code", "seller_code", "name", "quantity", "price"),
                  dates="day_mon")  # fmt: skip
    data, answer = _printed(chance, "en", Look(size=10, fields="above"), style, lines=10)
    image = copied(stamped(pages(data, 150)[0], "RECEIVED 24 DEC", (0.55, 0.1)), 1)
    return Sample("png", png(skewed(image, -1.2), 150), answer)


def png_low(chance: Random) -> Sample:
    """100 dpi, blurred, boxes."""
    data, answer = _printed(chance, "en", Look(size=10.5, fields="boxed", parties="boxed"))
    return Sample("png", png(noisy(blurred(pages(data, 100)[0], 0.6), 2, 8), 100), answer)


def jpeg_bent(chance: Random) -> Sample:
    """A bent page photographed, comma decimals, no rules."""
    style = Style(columns=("line", "quantity", "unit", "code", "name", "price", "amount"),
                  numbers="comma", dates="dots")  # fmt: skip
    data, answer = _printed(chance, "en", Look(size=10, rules="none"), style, lines=9)
    image = bent(skewed(pages(data, 170)[0], -2.5), 26)
    return Sample("jpg", jpeg(noisy(image, 9, 8, shadow=True), 170, 30), answer)


def chinese_faint(chance: Random) -> Sample:
    """Faint toner, a seal over the parties, with and without tax, 170 dpi."""
    columns = ("line", "code", "name", "quantity", "unit", "price_with_tax", "price", "amount")
    truth = make_truth(chance, "zh", currency="CNY")
    words = {"col_price": "不含税单价", "col_amount": "价税合计"}
    paper, answer = compose(truth, Style(columns=columns, dates="zh"), chance, **words)
    image = faint(
        stamped(pages(pdf(paper, Look(size=9.5)), 170)[0], "OK 2026-12-24", (0.5, 0.16)), 4
    )
    return Sample("jpg", jpeg(image, 170, 60), answer)


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
    images = [faxed(skewed(image, 2.4), i) for i, image in enumerate(pages(data, 200))]
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
        png_copy, png_low, jpeg_bent, chinese_faint, jpeg_photo, fax_english, fax_standard, chinese_png, chinese_fax,
        scanned_pdf, upside_down, invoice,
    )
}  # fmt: skip
