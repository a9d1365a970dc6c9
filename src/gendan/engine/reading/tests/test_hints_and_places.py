"""What was learned about a sender settles doubts, and every value knows where it was read."""

from gendan.engine.reading import ReadingHints, read_document

LETTER = """PO No: K-7
Date: 02/03/2026
Buyer: Harrow Lighting Ltd
Widget ref  Description  Qty   Price
W-1         Wall lamp    5 PC  10.00
"""


def test_an_ambiguous_date_is_doubted() -> None:
    document = read_document(LETTER.encode(), filename="a.txt").documents[0]
    assert "issue_date" in {doubt.field for doubt in document.doubts}


def test_learned_date_order_label_and_unit_are_used() -> None:
    hints = ReadingHints(
        column_labels={"Widget ref": "buyer_code"},
        date_order="month_first",
        unit_synonyms={"PC": "SET"},
    )
    document = read_document(LETTER.encode(), filename="a.txt", hints=hints).documents[0]
    assert document.issue_date == "2026-02-03"
    assert "issue_date" not in {doubt.field for doubt in document.doubts}
    assert (document.lines[0].buyer_code, document.lines[0].unit) == ("W-1", "SET")


def test_places_point_at_the_characters_read() -> None:
    result = read_document(LETTER.encode(), filename="a.txt")
    place = result.documents[0].found_at["lines.0.quantity"]
    row = next(row for row in result.view[0].rows if row.number == place.row)
    assert place.span is not None
    assert row.text[slice(*place.span)] == "5 PC"


def test_what_is_not_printed_stays_empty() -> None:
    document = read_document(LETTER.encode(), filename="a.txt").documents[0]
    assert document.currency is None
    assert document.seller.name is None
    assert document.lines[0].due_date is None
    assert document.lines[0].line_amount is None
    assert document.totals == {}


def test_every_place_says_how_sure_it_is_and_doubted_ones_less() -> None:
    answer = read_document(LETTER.encode(), filename="a.txt").documents[0].as_json()
    places = answer["found_at"]
    assert isinstance(places, dict)
    assert all("confidence" in place for place in places.values())
    assert places["order_number"]["confidence"] == 1
    assert places["issue_date"]["confidence"] <= 0.5


def test_an_order_that_an_answer_only_quotes_is_doubted() -> None:
    quoted = "".join(f"> {line}\n" for line in LETTER.splitlines())
    mail = f"From: a@b.example\nTo: c@d.example\nSubject: Re: K-7\n\nWhen do you ship?\n\n{quoted}"
    document = read_document(mail.encode(), filename="a.eml").documents[0]
    assert {"doc_type", "lines"} <= {doubt.field for doubt in document.doubts}


def test_words_between_quoted_lines_are_read_with_them() -> None:
    mail = (
        "From: a@b.example\nTo: c@d.example\nSubject: PO\n\n> PO No: K-7\n> Qty: 5\nFine. 5 it is."
    )
    document = read_document(mail.encode(), filename="a.eml").documents[0]
    assert "quoted below" not in " ".join(doubt.why for doubt in document.doubts)
