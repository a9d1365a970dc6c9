"""Orders on paper with known answers, put through scanners and fax machines that are not kind."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn
import pypdfium2
import typst
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Change = Callable[[Pixels], Pixels]

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_ARTICLES = {
    "en": ["Hex bolt M8x40 zinc", "Flange nut, stainless", "Rubber gasket 50 mm", "Control board",
           "Steel bracket, left", "Cable harness 12-pin", "Gear wheel 24T", "Spring washer"],
    "zh": ["六角螺栓", "不锈钢法兰", "橡胶密封圈", "控制主板",
           "左侧支架", "十二芯线束", "齿轮", "弹簧垫圈"],
}  # fmt: skip
_WORDS = {
    "en": {"title": "PURCHASE ORDER", "number": "PO No.", "date": "Order date", "buyer": "Buyer",
           "seller": "Supplier", "currency": "Currency", "total": "Total",
           "columns": ["No.", "Item code", "Description", "Qty", "Unit", "Unit price", "Amount",
                       "Delivery date"]},
    "zh": {"title": "采 购 订 单", "number": "订单编号", "date": "下单日期", "buyer": "买方",
           "seller": "卖方", "currency": "币种", "total": "合计",
           "columns": ["序号", "物料编码", "品名", "数量", "单位", "单价", "金额", "交货日期"]},
}  # fmt: skip
_PARTIES = {
    "en": ("Nordwind Handels GmbH", "Ningbo Sunrise Fastener Co., Ltd."),
    "zh": ("宁波海曙机械有限公司", "苏州恒达五金制品有限公司"),
}


@dataclass(frozen=True)
class Look:
    """How an order is printed."""

    language: str = "en"
    lines: int = 6
    size: float = 10
    is_ruled: bool = True
    font: str = "DejaVu Sans"
    is_tinted: bool = False
    with_dates: bool = True
    per_page: int = 40


@dataclass(frozen=True)
class Fax:
    """One page of paper in a file, and what it says."""

    name: str
    data: bytes
    answer: dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """How one fax is made: what is printed, at which resolution, and what happens on the way."""

    look: Look
    dpi: int = 200
    changes: tuple[Change, ...] = ()
    save: Callable[[list[Pixels]], tuple[str, bytes]] = field(default=lambda p: ("png", png(p)))
    seed: int = 1


def make(name: str, recipe: Recipe) -> Fax:
    """Print the order, spoil the pages, save them."""
    chance = Random(recipe.seed)
    answer = _truth(chance, recipe.look)
    pages = _printed(answer, recipe.look, recipe.dpi)
    for change in recipe.changes:
        pages = [change(page) for page in pages]
    kind, data = recipe.save(pages)
    return Fax(f"{name}.{kind}", data, answer)


def _code(chance: Random) -> str:
    """Codes with the letters and figures that are taken for each other."""
    shapes = ("{a}{b}-{n:04}", "{n:06}", "{a}{n:03}{b}", "SB{n:03}-{a}", "O{n:02}-I{a}{b}")
    letters = "ABKOSIZQ"
    return chance.choice(shapes).format(
        a=chance.choice(letters), b=chance.choice(letters), n=chance.randint(10, 9999)
    )


def _truth(chance: Random, look: Look) -> dict[str, Any]:
    issued = date(2026, 3, 1) + timedelta(days=chance.randint(0, 120))
    lines = []
    for index in range(look.lines):
        quantity = chance.choice((5, 10, 48, 100, 250, 1200, 8)) * chance.randint(1, 9)
        price = Decimal(chance.randint(105, 98_765)) / 100
        due = issued + timedelta(days=chance.randint(20, 90))
        lines.append(
            {
                "line_no": str(index + 1), "code": _code(chance),
                "description": chance.choice(_ARTICLES[look.language]), "quantity": str(quantity),
                "unit": "PCS" if look.language == "en" else "件", "unit_price": f"{price:.2f}",
                "line_amount": f"{price * quantity:.2f}",
                "due_date": due.isoformat() if look.with_dates else None,
            }
        )  # fmt: skip
    buyer, seller = _PARTIES[look.language]
    return {
        "doc_type": "order", "order_number": f"PO-26{chance.randint(1000, 9999)}",
        "issue_date": issued.isoformat(), "currency": "EUR" if look.language == "en" else "CNY",
        "buyer": {"name": buyer}, "seller": {"name": seller}, "lines": lines,
    }  # fmt: skip


def _quoted(text: object) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _money(text: str) -> str:
    return f"{Decimal(text):,.2f}"


def _printed(answer: dict[str, Any], look: Look, dpi: int) -> list[Pixels]:
    """The order as pages of pixels, in colour."""
    source: Any = _source(answer, look).encode()
    data = typst.compile(source, font_paths=[str(_FONTS)])
    pages = []
    for page in pypdfium2.PdfDocument(data):
        picture = page.render(scale=dpi / 72).to_pil().convert("RGB")
        pages.append(np.array(picture, dtype=np.uint8))
    return pages


def _source(answer: dict[str, Any], look: Look) -> str:
    words: dict[str, Any] = _WORDS[look.language]
    heads = words["columns"] if look.with_dates else words["columns"][:-1]
    total = sum((Decimal(line["line_amount"]) for line in answer["lines"]), Decimal(0))
    pairs = [
        (words["number"], answer["order_number"]), (words["date"], answer["issue_date"]),
        (words["buyer"], answer["buyer"]["name"]), (words["seller"], answer["seller"]["name"]),
        (words["currency"], answer["currency"]),
    ]  # fmt: skip
    head = "\n\n".join(f"#text({_quoted(f'{label}: {value}')})" for label, value in pairs)
    fill = 'fill: (x, y) => if y == 0 { rgb("cfe2f3") },' if look.is_tinted else ""
    stroke = "0.6pt" if look.is_ruled else "none"
    columns = "auto, auto, 1fr, auto, auto, auto, auto" + (", auto" if look.with_dates else "")
    align = "left, left, left, right, left, right, right" + (", left" if look.with_dates else "")
    tables = []
    for start in range(0, look.lines, look.per_page):
        rows = [heads]
        for line in answer["lines"][start : start + look.per_page]:
            row = [line["line_no"], line["code"], line["description"], line["quantity"],
                   line["unit"], _money(line["unit_price"]),
                   _money(line["line_amount"])]  # fmt: skip
            rows.append([*row, line["due_date"]] if look.with_dates else row)
        cells = ", ".join(_quoted(cell) for row in rows for cell in row)
        tables.append(
            f"#table(columns: ({columns}), align: ({align}), stroke: {stroke}, {fill}"
            f" inset: 5pt, {cells})"
        )
    font = f'("{look.font}", "Noto Sans SC")'
    return f"""#set page(paper: "a4", margin: 1.6cm)
#set text(size: {look.size}pt, font: {font})
#align(center, text(size: 16pt, weight: "bold", {_quoted(words["title"])}))
{head}

{"#pagebreak()".join(tables)}
#align(right, text({_quoted(f"{words['total']}: {answer['currency']} {total:,.2f}")}))
"""


def grey(page: Pixels) -> Pixels:
    """Without colour."""
    return page if page.ndim == 2 else np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), np.uint8)


def skewed(degrees: float) -> Change:
    """Laid in crookedly."""

    def change(page: Pixels) -> Pixels:
        height, width = page.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        white = (255, 255, 255)
        turned = cv2.warpAffine(
            page, turn, (width, height), borderValue=white, flags=cv2.INTER_AREA
        )
        return np.asarray(turned, dtype=np.uint8)

    return change


def blurred(sigma: float) -> Change:
    """Out of focus."""
    return lambda page: np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), dtype=np.uint8)


def grainy(strength: float, seed: int = 3) -> Change:
    """Grain of the sensor, and the light falling off to one side."""

    def change(page: Pixels) -> Pixels:
        noise = np.random.default_rng(seed).normal(0, strength, page.shape)
        light = np.linspace(0.7, 1.0, page.shape[1], dtype=np.float32)
        light = light[None, :] if page.ndim == 2 else light[None, :, None]
        return np.asarray(np.clip((page + noise) * light, 0, 255), dtype=np.uint8)

    return change


def two_tone(threshold: int = 150) -> Change:
    """Black and white only."""
    return lambda page: np.asarray(np.where(grey(page) < threshold, 0, 255), dtype=np.uint8)


def specked(share: float, seed: int = 5) -> Change:
    """Specks on a black-and-white page, each a pixel or two wide, and lost pixels in the print."""

    def change(page: Pixels) -> Pixels:
        chance = np.random.default_rng(seed)
        dirt = (chance.random(page.shape) < share).astype(np.uint8)
        dirt[:, 1:] |= dirt[:, :-1] & (chance.random(dirt[:, 1:].shape) < 0.4)
        lost = chance.random(page.shape) < share
        spoilt = np.where(lost, 255, np.where(dirt > 0, 0, page))
        return np.asarray(spoilt, dtype=np.uint8)

    return change


def stamped(page: Pixels) -> Pixels:
    """A round red stamp over the table, as companies in China put on contracts."""
    height, width = page.shape[:2]
    layer = np.full_like(page, 255)
    centre, radius = (int(width * 0.68), int(height * 0.27)), int(width * 0.11)
    red = (215, 40, 45)
    cv2.circle(layer, centre, radius, red, max(3, width // 250))
    cv2.putText(layer, "SEAL 330205", (centre[0] - radius // 2, centre[1] + radius // 3),
                cv2.FONT_HERSHEY_SIMPLEX, width / 2600, red, 2)  # fmt: skip
    return np.asarray(np.minimum(page, layer), dtype=np.uint8)


def signed(page: Pixels) -> Pixels:
    """A signature in black below the table and across its last row."""
    height, width = page.shape[:2]
    at = np.linspace(0, 1, 90)
    across = width * (0.55 + 0.3 * at)
    down = height * (0.72 + 0.025 * np.sin(at * 23) * (1 - at))
    points = np.stack([across, down], axis=1).astype(np.int32)
    return np.asarray(cv2.polylines(page.copy(), [points], False, (30, 30, 60), 3), np.uint8)


def squeezed(page: Pixels) -> Pixels:
    """Every second row lost: the coarse mode of fax machines."""
    return np.ascontiguousarray(page[::2])


def turned(quarters: int) -> Change:
    """The wrong way round in the tray."""
    return lambda page: np.ascontiguousarray(np.rot90(page, quarters))


def pale(page: Pixels) -> Pixels:
    """Little toner on grey paper with a black edge."""
    weak = 205 - (255 - page.astype(np.int16)) * 0.38
    weak[:, : page.shape[1] // 60] = 15
    return np.asarray(np.clip(weak, 0, 255), dtype=np.uint8)


def png(pages: list[Pixels]) -> bytes:
    """The first page as PNG."""
    stream = io.BytesIO()
    Image.fromarray(pages[0]).save(stream, "PNG")
    return stream.getvalue()


def jpeg(quality: int) -> Callable[[list[Pixels]], tuple[str, bytes]]:
    """The first page as JPEG."""

    def save(pages: list[Pixels]) -> tuple[str, bytes]:
        stream = io.BytesIO()
        Image.fromarray(pages[0]).save(stream, "JPEG", quality=quality)
        return "jpg", stream.getvalue()

    return save


def tiff(
    compression: str = "group4", dpi: tuple[int, int] = (204, 196)
) -> Callable[[list[Pixels]], tuple[str, bytes]]:
    """All pages as a fax machine files them."""

    def save(pages: list[Pixels]) -> tuple[str, bytes]:
        stream = io.BytesIO()
        first, *rest = [Image.fromarray(page).convert("1") for page in pages]
        first.save(
            stream, "TIFF", compression=compression, dpi=dpi, save_all=True, append_images=rest
        )
        return "tif", stream.getvalue()

    return save


_CN = Look("zh", size=9.5)
_DIRTY = (two_tone(), specked(0.0008))
RECIPES: dict[str, Recipe] = {
    "fine_fax_30_lines": Recipe(
        Look(lines=30, size=8.5), 204, (skewed(0.8), *_DIRTY), tiff(), seed=11
    ),
    "fine_fax_zh_30_lines": Recipe(
        Look("zh", lines=30, size=8.5), 204, (skewed(-0.6), *_DIRTY), tiff(), seed=12
    ),
    "fine_fax_skewed": Recipe(Look(), 204, (skewed(3), *_DIRTY), tiff(), seed=13),
    "fine_fax_unruled": Recipe(
        Look(is_ruled=False, lines=12), 204, (skewed(-1.5), *_DIRTY), tiff("group3"), seed=14
    ),
    "coarse_fax": Recipe(
        Look(size=11, lines=5, with_dates=False), 204, (squeezed, *_DIRTY), tiff(dpi=(204, 98)),
        seed=15,
    ),
    "coarse_fax_zh": Recipe(
        Look("zh", size=11, lines=5, with_dates=False), 204, (squeezed, *_DIRTY),
        tiff(dpi=(204, 98)), seed=16,
    ),
    "low_fax_100": Recipe(
        Look(size=11, lines=4), 100, (two_tone(165),), tiff(dpi=(100, 100)), seed=17
    ),
    "scan_100_grey": Recipe(Look(lines=8), 100, (grey, skewed(1), grainy(4)), jpeg(70), seed=18),
    "scan_150_zh": Recipe(_CN, 150, (skewed(-2), blurred(0.7), grainy(6)), jpeg(55), seed=19),
    "scan_stamp_zh": Recipe(Look("zh", lines=9, size=9.5, is_tinted=True), 150,
                            (stamped, skewed(0.7)), jpeg(75), seed=20),
    "scan_stamp_en": Recipe(Look(lines=9, size=9.5), 150, (stamped, signed), jpeg(80), seed=21),
    "two_pages_fax": Recipe(Look(lines=24, size=9, per_page=14), 204, (skewed(0.5), *_DIRTY),
                            tiff(), seed=22),
    "upside_down": Recipe(Look(lines=7), 150, (turned(2), grainy(3)), jpeg(70), seed=23),
    "on_its_side_zh": Recipe(_CN, 150, (turned(1), skewed(1.2)), jpeg(70), seed=24),
    "pale_black_edge": Recipe(Look(lines=6, is_ruled=False), 150, (pale, skewed(-0.8)), jpeg(70),
                              seed=25),
    "serif_300": Recipe(Look(lines=20, font="Libertinus Serif", size=9.5), 300, (blurred(1.0),),
                        jpeg(60), seed=26),
    "unruled_zh": Recipe(Look("zh", lines=14, is_ruled=False, size=9.5), 150,
                         (skewed(1), blurred(0.6)), jpeg(60), seed=27),
    "mono_fax": Recipe(
        Look(font="DejaVu Sans Mono", size=8, lines=10), 204, _DIRTY, tiff(), seed=28
    ),
}  # fmt: skip


def fax(name: str) -> Fax:
    """One of the recipes made."""
    return make(name, RECIPES[name])
