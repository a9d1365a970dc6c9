"""Orders on paper for the tests: a PDF typeset from what it says, and a fax made of a PDF."""

import io
from collections.abc import Sequence
from random import Random

_SPECIAL = str.maketrans({mark: "\\" + mark for mark in "\\#$*_@`<>[]~/"})
LINES = (
    ("HW-1001", "Steel hinge 100 mm", 500, "1.20"),
    ("HW-1002", "Door handle brass", 200, "3.40"),
    ("SP-2001", "Compression spring", 40, "0.85"),
)


def pdf(
    number: str = "NH-4711",
    lines: Sequence[tuple[str, str, int, str]] = LINES,
    *,
    buyer: str = "Nordic Home AB",
    code_title: str = "Item code",
    date: str = "2026-11-20",
    delivery: str = "2027-03-15",
    currency: str = "USD",
    title: str = "PURCHASE ORDER",
    pages: int = 1,
) -> bytes:
    """A purchase order as a PDF with a text layer; with `pages` its table goes over several."""
    import typst

    heads: list[object] = [
        "Pos",
        code_title,
        "Description",
        "Quantity",
        "Unit",
        "Unit price",
        "Amount",
    ]
    rows: list[list[object]] = [
        [position, code, name, quantity, "pcs", price, f"{quantity * float(price):.2f}"]
        for position, (code, name, quantity, price) in enumerate(lines, 1)
    ]
    total = sum(quantity * float(price) for _code, _name, quantity, price in lines)
    pairs = [
        ("PO number", number),
        ("Date", date),
        ("Buyer", buyer),
        ("Currency", currency),
        ("Delivery date", delivery),
    ]
    head = " \\\n".join(f"{label}: {_text(value)}" for label, value in pairs if value)
    share = -(-len(rows) // pages)
    tables = [
        "#table(columns: (auto, auto, 1fr, auto, auto, auto, auto), inset: 5pt,\n"
        + ",\n".join(
            ", ".join(f"[{_text(cell)}]" for cell in row)
            for row in [heads, *rows[start : start + share]]
        )
        + ")"
        for start in range(0, len(rows), share)
    ]
    source = (
        '#set page(paper: "a4", margin: 1.8cm)\n#set text(size: 10pt, font: "DejaVu Sans")\n'
        f"#text(size: 16pt)[*{_text(title)}*]\n\n{head}\n\n"
        + "\n#pagebreak()\n".join(tables)
        + f"\n\n#align(right)[Total: {_text(f'{total:.2f}')}]\n"
    )
    made: bytes = typst.compile(source.encode())
    return made


def fax(content: bytes, *, dpi: int = 204, degrees: float = 0.6, seed: int = 7) -> bytes:
    """The pages of a PDF as a fax machine files them: black and white, crooked, with specks."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    chance = np.random.default_rng(Random(seed).randint(0, 2**31))  # noqa: S311 - a sample
    sheets = []
    for page in pypdfium2.PdfDocument(content):
        sheet = page.render(scale=dpi / 72).to_pil().convert("L")
        sheet = sheet.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
        pixels = np.where(np.asarray(sheet) < 150, 0, 255).astype(np.uint8)
        dirt = chance.random(pixels.shape)
        pixels[dirt < 0.0004] = 0
        pixels[dirt > 0.9996] = 255
        sheets.append(Image.fromarray(pixels).convert("1"))
    target = io.BytesIO()
    first, *rest = sheets
    first.save(
        target, "TIFF", compression="group4", dpi=(dpi, dpi), save_all=True, append_images=rest
    )
    return target.getvalue()


def _text(value: object) -> str:
    return str(value).translate(_SPECIAL)
