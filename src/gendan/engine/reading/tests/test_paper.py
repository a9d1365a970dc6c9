"""Orders on paper are read as they were meant, and every box stands around its value."""

import re

import pypdfium2
import pytest

from gendan.engine.reading import Place, ReadingResult, read_document

from .paper_chinese import CHINESE
from .paper_english import ENGLISH, many_pages, ruled_with_dates
from .paper_maker import Maker
from .paper_systems import SYSTEMS
from .scoring import score_document

PAPERS = (*ENGLISH, *CHINESE, *SYSTEMS)


def name_of(maker: Maker) -> str:
    """The language and what is special about a paper."""
    return f"{maker.__module__.rsplit('_', 1)[-1]}-{getattr(maker, '__name__', '')}"


def squeezed(text: str) -> str:
    """A text without blanks."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("maker", PAPERS, ids=name_of)
def test_an_order_on_paper_is_read_as_it_was_meant(maker: Maker) -> None:
    data, order = maker()
    documents = read_document(data, filename="order.pdf").as_json()["documents"]
    assert len(documents) == 1  # type: ignore[arg-type]
    score = score_document(order.expected(), documents[0])  # type: ignore[index]
    assert score.notes == []
    assert score.right == score.fields > 12


@pytest.mark.parametrize("maker", PAPERS, ids=name_of)
def test_every_box_stands_around_its_value(maker: Maker) -> None:
    data, _ = maker()
    result = read_document(data, filename="order.pdf")
    paper = pypdfium2.PdfDocument(data)
    places = [place for d in result.documents for place in d.found_at.values()]
    assert len(places) > 10
    for place in places:
        if paper[place.page - 1].get_rotation() == 0:
            assert squeezed(place.text)[:12] in squeezed(text_in(paper, result, place))
    paper.close()


def text_in(paper: pypdfium2.PdfDocument, result: ReadingResult, place: Place) -> str:
    """What the file itself says stands inside a box, with a point to spare."""
    assert place.box is not None
    left, top, right, bottom = place.box
    page = paper[place.page - 1]
    height = page.get_height()
    assert (
        result.view[place.page - 1].width,
        result.view[place.page - 1].height,
    ) == page.get_size()
    text = page.get_textpage().get_text_bounded(
        left=left - 1, bottom=height - bottom - 1, right=right + 1, top=height - top + 1
    )
    return str(text)


def test_the_box_of_a_part_of_a_cell_is_narrower_than_the_cell() -> None:
    data, order = many_pages()
    result = read_document(data, filename="order.pdf")
    place = result.documents[0].found_at["order_number"]
    assert place.text == order.number
    row = next(row for row in result.view[0].rows if row.number == place.row)
    whole = next(cell.box for cell in row.cells if cell.column == place.column)
    assert place.box is not None
    assert whole is not None
    assert place.box[0] > whole[0] + 20
    assert place.box[2] == pytest.approx(whole[2])


def test_pictures_of_pages_are_drawn_only_when_asked_for() -> None:
    data, _ = ruled_with_dates()
    assert read_document(data, filename="order.pdf").images == ()
    (image,) = read_document(data, filename="order.pdf", with_images=True).images
    assert (image.page, image.media_type) == (1, "image/png")
    assert image.data.startswith(b"\x89PNG")
    assert abs(image.width_px / image.height_px - 595 / 842) < 0.01
    assert len(image.data) < 150_000
