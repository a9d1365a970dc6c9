"""Labels for what was received: GS1-128 bars and a QR code, as a sheet of labels in one PDF."""

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import barcode
import segno
from barcode.writer import SVGWriter
from django.utils.translation import gettext as _

from gendan.contracts.papers.render import render
from gendan.kernel import clock, company
from gendan.kernel.errors import Invalid
from gendan.purchasing import gs1
from gendan.purchasing.models import GoodsReceiptLine

TEMPLATE = Path(__file__).parent / "papers" / "labels.typ"
PATH = "/receiving/labels/"
MOST_LABELS = 500
# What the upper bars say; the lower ones say the rest. Together they would be too wide.
_UPPER = ("01", "02", "17", "37")
_FNC1 = "\xf1"


def elements(line: GoodsReceiptLine) -> dict[str, str]:
    """What a label of a receipt's line says by GS1 rules, as far as these rules can say it."""
    item, lot, found = line.item, line.lot, {}
    count = f"{line.quantity.normalize():f}"
    try:
        gtin = gs1.gtin14(item.barcode)
        # A whole number of trade items is what a package contains; else it only names the item.
        is_whole = line.quantity == line.quantity.to_integral_value()
        found["02" if is_whole else "01"] = gtin
        if is_whole:
            found["37"] = count
    except gs1.NotGs1:
        pass
    if lot is not None:
        found["21" if item.traced == item.Traced.SERIAL else "10"] = lot.code
        if lot.expires_on is not None:
            found["17"] = f"{lot.expires_on:%y%m%d}"
    found["240"] = item.code
    return {ai: value for ai, value in found.items() if gs1.may_carry(ai, value)}


def label_url(line_id: int) -> str:
    """What the QR code says: the address of the label's page, here."""
    return company.public_url(f"{PATH}{line_id}/")


def bars(parts: dict[str, str]) -> bytes:
    """A GS1-128 symbol as SVG, without the words below it."""
    text = gs1.write(parts).replace(gs1.SEPARATOR, _FNC1)
    drawn = io.BytesIO()
    code = barcode.get("gs1_128", text, writer=SVGWriter())
    options = {"write_text": False, "module_height": 11.0, "quiet_zone": 2.5, "module_width": 0.25}
    code.write(drawn, options)
    return drawn.getvalue()


def square(text: str) -> bytes:
    """A QR code as SVG."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2)
    return drawn.getvalue()


def label_sheet(lines: Sequence[GoodsReceiptLine], *, copies: int = 1) -> bytes:
    """A PDF with so many labels of each line."""
    if not 1 <= copies <= MOST_LABELS or not lines or len(lines) * copies > MOST_LABELS:
        words = _("Between 1 and %(most)s labels are printed at once.")
        raise Invalid(words % {"most": MOST_LABELS}, field="copies")
    images: dict[str, bytes] = {}
    labels: list[dict[str, Any]] = []
    for line in lines:
        said = elements(line)
        upper = {ai: value for ai, value in said.items() if ai in _UPPER}
        lower = {ai: value for ai, value in said.items() if ai not in _UPPER}
        rows = []
        for place, parts in enumerate(part for part in (upper, lower) if part):
            name = f"b{line.pk}-{place}"
            images[name] = bars(parts)
            rows.append({"image": name, "text": gs1.in_brackets(parts)})
        images[f"q{line.pk}"] = square(label_url(line.pk))
        labels += [_said(line, rows)] * copies
    return render(TEMPLATE, {"labels": labels}, images=images, at=clock.now())


def _said(line: GoodsReceiptLine, rows: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "item": line.item.code,
        "name_zh": line.item.name_zh,
        "name_en": line.item.name_en,
        "lot": line.lot.code if line.lot else "",
        "expires": line.lot.expires_on.isoformat() if line.lot and line.lot.expires_on else "",
        "quantity": f"{_plain(line.quantity)} {line.item.unit.code}",
        "receipt": f"{line.receipt.number} / {line.position}",
        "order": line.order_line.order.number,
        "qr": f"q{line.pk}",
        "bars": rows,
    }


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
