"""A short row noted on the phone: what was said is read, and what was not said is doubted."""

import pytest

from gendan.engine.reading import OrderDocument, read_document


def note(text: str) -> OrderDocument:
    return read_document(text.encode(), filename="note.txt").documents[0]


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("500 pcs HW-1001 Steel hinge", "Steel hinge"),
        ("HW-1001 Steel hinge 100 mm 500 pcs", "Steel hinge 100 mm"),
        ("HW-1001 Steel hinge 100mm, 500 pcs", "Steel hinge 100mm"),
        ("500件 HW-1001", None),
    ],
)
def test_a_code_and_a_quantity_are_read_and_doubted(text: str, description: str | None) -> None:
    document = note(text)
    (line,) = document.lines
    assert (line.quantity, line.seller_code, line.description) == ("500", "HW-1001", description)
    assert "lines.0.quantity" in {doubt.field for doubt in document.doubts}


def test_the_size_of_an_article_is_no_quantity() -> None:
    document = note("HW-1001 钢铰链 100mm 500只 2026-12-20")
    (line,) = document.lines
    assert (line.quantity, line.unit, line.due_date) == ("500", "只", "2026-12-20")
    assert line.description == "钢铰链 100mm"


def test_a_quantity_that_may_be_a_size_is_doubted() -> None:
    document = note("Please send HW-1001 Steel hinge 100 mm by 2026-12-20")
    doubts = {(doubt.field, doubt.why) for doubt in document.doubts}
    assert ("lines.0.quantity", "it may be a size, not a quantity") in doubts


def test_a_report_of_the_day_is_no_order() -> None:
    assert note("Produced 500 pcs HW-1001 yesterday").lines == ()
