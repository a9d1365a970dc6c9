"""What the reading page draws of a document: text, tables or pictures of pages, with places."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gendan.intake import queries, words
from gendan.intake.models import Draft, PageImage

MOST_ROWS = 600
MOST_COLUMNS = 40
THUMBNAILS_UP_TO = 12  # pages; with more of them their numbers are enough


@dataclass(frozen=True)
class Piece:
    """A piece of text of the document; `paths` are the fields read from it, blank-separated."""

    text: str
    paths: str = ""
    columns: int = 1
    rows: int = 1
    mood: str = ""  # "doubt" where one of its fields is doubtful


@dataclass(frozen=True)
class DrawnPage:
    """A page of the document as text lines, as a grid, or as the picture of a sheet of paper."""

    number: int
    title: str
    kind: str
    rows: list[tuple[int, list[Piece]]]
    left_out: int
    picture: "Picture | None" = None

    @property
    def has_doubt(self) -> bool:
        """Whether something on the picture must be looked at."""
        return self.picture is not None and any(spot.mood for spot in self.picture.spots)


@dataclass(frozen=True)
class Spot:
    """A box on a picture, in the measure of its page, and the fields that were read there."""

    paths: str
    title: str
    mood: str
    left: str
    top: str
    width: str
    height: str


@dataclass(frozen=True)
class Picture:
    """A page of paper: its image and the boxes on it."""

    image: PageImage
    version: str  # of the picture, for its address: read again it may look different
    width: str
    height: str
    spots: list[Spot] = field(default_factory=list)


def draw_pages(
    draft: Draft,
    view: Iterable[Mapping[str, Any]] | None,
    images: Mapping[int, PageImage] | None = None,
) -> list[DrawnPage]:
    """The document with the fields read from each place of it."""
    doubtful = _doubtful_places(draft)
    cells: dict[tuple[int, int, int], list[str]] = {}
    spans: dict[tuple[int, int], list[tuple[int, int, str]]] = {}
    places = draft.data.get("found_at") or {}
    for path, place in places.items():
        cell, line = place.get("cell"), place.get("line")
        if cell:
            cells.setdefault((place["page"], cell["row"], cell["column"]), []).append(path)
        elif line:
            spans.setdefault((place["page"], line["number"]), []).append(
                (line["start"], line["end"], path)
            )
    drawn = []
    for page in view or []:
        image = (images or {}).get(page["page"])
        if page["kind"] == "paper" and image is not None:
            drawn.append(_paper_page(page, image, places, doubtful))
        elif page["kind"] == "text":
            drawn.append(_text_page(page, spans, doubtful))
        else:
            drawn.append(_grid_page(page, cells, doubtful))
    return drawn


def _doubtful_places(draft: Draft) -> set[str]:
    """The paths that are in doubt; whose or what is doubted shows where its name was read."""
    found = {doubt.field for doubt in queries.open_doubts(draft)}
    for path in list(found):
        if path == "customer":
            found.add("buyer.name")
        elif path.endswith(".item"):
            line = path.removesuffix("item")
            found |= {f"{line}{name}" for name in ("buyer_code", "seller_code", "description")}
    return found


def _mood(paths: Iterable[str], doubtful: set[str]) -> str:
    return "doubt" if any(path in doubtful for path in paths) else ""


def _text_page(
    page: Mapping[str, Any],
    spans: Mapping[tuple[int, int], list[tuple[int, int, str]]],
    doubtful: set[str],
) -> DrawnPage:
    rows = []
    for line in page["lines"][:MOST_ROWS]:
        found = spans.get((page["page"], line["line"]), [])
        rows.append((line["line"], _pieces(line["text"], found, doubtful)))
    left_out = max(0, len(page["lines"]) - MOST_ROWS)
    return DrawnPage(page["page"], page["title"], "text", rows, left_out)


def _pieces(text: str, spans: list[tuple[int, int, str]], doubtful: set[str]) -> list[Piece]:
    """The line cut where a value begins or ends; overlapping values share a piece."""
    length = len(text)
    cuts = sorted(
        {0, length}
        | {min(max(edge, 0), length) for start, end, _path in spans for edge in (start, end)}
    )
    pieces = []
    for start, end in itertools.pairwise(cuts):
        paths = [path for first, last, path in spans if first <= start and end <= last]
        pieces.append(Piece(text[start:end], " ".join(paths), mood=_mood(paths, doubtful)))
    return pieces


def _grid_page(
    page: Mapping[str, Any], cells: Mapping[tuple[int, int, int], list[str]], doubtful: set[str]
) -> DrawnPage:
    rows = []
    covered: set[tuple[int, int]] = set()
    for row in page["rows"][:MOST_ROWS]:
        by_column = {cell["column"]: cell for cell in row["cells"]}
        pieces: list[Piece] = []
        for column in range(1, min(max(by_column, default=0), MOST_COLUMNS) + 1):
            if (row["row"], column) in covered:
                continue
            cell = by_column.get(column)
            if cell is None:
                pieces.append(Piece(""))
                continue
            across = max(1, min(int(cell["column_span"]), MOST_COLUMNS))
            down = max(1, min(int(cell["row_span"]), MOST_ROWS))
            covered |= {
                (row["row"] + below, column + right)
                for below in range(down)
                for right in range(across)
            }
            paths = cells.get((page["page"], row["row"], column), [])
            pieces.append(
                Piece(cell["text"], " ".join(paths), across, down, _mood(paths, doubtful))
            )
        rows.append((row["row"], pieces))
    left_out = max(0, len(page["rows"]) - MOST_ROWS)
    return DrawnPage(page["page"], page["title"], "table", rows, left_out)


def _paper_page(
    page: Mapping[str, Any],
    image: PageImage,
    places: Mapping[str, Mapping[str, Any]],
    doubtful: set[str],
) -> DrawnPage:
    """Boxes in the page's own measure: the picture is stretched under them."""
    boxes: dict[tuple[float, ...], list[str]] = {}
    for path, place in places.items():
        box = place.get("box")
        if place.get("page") == page["page"] and isinstance(box, list) and len(box) == 4:
            boxes.setdefault(tuple(float(edge) for edge in box), []).append(path)
    width = float(page.get("width") or image.width_px)
    height = float(page.get("height") or image.height_px)
    # Small boxes come last, so that they lie above the large ones and can be clicked.
    spots = [
        _spot(box, paths, doubtful, width, height)
        for box, paths in sorted(boxes.items(), key=lambda one: -_area(one[0]))
    ]
    picture = Picture(image, image.file.sha256[:12], _measure(width), _measure(height), spots)
    return DrawnPage(page["page"], page["title"], "paper", [], 0, picture)


def _area(box: tuple[float, ...]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _spot(
    box: tuple[float, ...], paths: list[str], doubtful: set[str], width: float, height: float
) -> Spot:
    margin = width / 300
    left, top = max(0.0, box[0] - margin), max(0.0, box[1] - margin)
    right, bottom = min(width, box[2] + margin), min(height, box[3] + margin)
    return Spot(
        " ".join(paths),
        "; ".join(words.field_words(path) for path in paths),
        _mood(paths, doubtful),
        _measure(left),
        _measure(top),
        _measure(max(right - left, margin)),
        _measure(max(bottom - top, margin)),
    )


def _measure(value: float) -> str:
    """As an attribute of a drawing: a point whatever the reader's language writes."""
    return f"{value:.1f}"
