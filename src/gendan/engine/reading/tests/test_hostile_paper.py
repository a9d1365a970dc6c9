"""PDFs made to break or to deceive a reader are refused with a sentence, or read with doubts."""

import io
import subprocess
import sys
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from gendan.engine.reading import (
    OrderDocument,
    ReadingResult,
    UnreadableFile,
    own_limits,
    read_document,
)
from gendan.engine.reading.cli import main
from gendan.engine.reading.limits import MAX_IMAGE_SIDE, MAX_PAPER_PAGES

from .paper_english import many_pages, ruled_with_dates
from .raw_pdf import ORDER, one_page, raw_pdf, stream, written


def read(data: bytes, name: str = "order.pdf") -> ReadingResult:
    return read_document(data, filename=name)


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert caught.value.message.endswith(".")
    return caught.value.code


def reasons(document: OrderDocument) -> str:
    return "; ".join(f"{doubt.field}: {doubt.why}" for doubt in document.doubts)


def test_a_page_written_by_hand_is_read_without_doubt_about_the_source() -> None:
    document = read(one_page(ORDER)).documents[0]
    line = document.lines[0]
    assert (document.order_number, line.seller_code, line.quantity) == ("HX-4410", "A-100", "25")
    assert "source" not in {doubt.field for doubt in document.doubts}


def test_it_refuses_a_file_that_needs_a_password() -> None:
    secret = "<" + "41" * 32 + ">"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        f"<</Filter/Standard/V 1/R 2/O {secret}/U {secret}/P -4>>",
    ]
    trailer = (
        "/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
    )
    assert refusal(raw_pdf(objects, trailer)) == "encrypted"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_a_file_that_is_cut_off_is_refused_or_doubted(share: float) -> None:
    whole, _ = many_pages()
    data = whole[: int(len(whole) * share)]
    try:
        result = read(data)
    except UnreadableFile:
        assert refusal(data) == "damaged"
    else:
        assert all("end of the file is missing" in reasons(d) for d in result.documents)


def test_of_ten_thousand_pages_the_first_are_read_and_the_rest_is_told() -> None:
    count = 10_000
    kids = " ".join(f"{number} 0 R" for number in range(5, count + 5))
    leaf = (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R"
        "/Resources<</Font<</F1 4 0 R>>>>>>"
    )
    data = raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
            stream(ORDER),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *[leaf] * count,
        ]
    )
    result = read(data)
    assert len(result.view) == MAX_PAPER_PAGES
    assert f"{count} pages" in reasons(result.documents[0])


@pytest.mark.parametrize("box", ["0 0 14400 14400", "0 0 1e9 1e9", "0 0 0 0", "-50 -50 545 792"])
def test_pages_of_absurd_size_cost_no_memory(box: str) -> None:
    result = read_document(one_page(ORDER, box=box), filename="a.pdf", with_images=True)
    for image in result.images:
        assert max(image.width_px, image.height_px) <= MAX_IMAGE_SIDE
    assert result.documents


@pytest.mark.parametrize(
    "trick",
    [
        written(300, 645, "900", before="3 Tr"),
        written(300, 645, "900", before="1 1 1 rg"),
        written(300, 645, "900", size=1),
        written(700, 645, "900"),
        written(300, 645, "900") + "1 1 1 rg 290 640 60 16 re f\n",
    ],
    ids=["invisible", "white", "tiny", "beside the page", "covered"],
)
def test_text_that_nobody_sees_is_not_read_but_told(trick: str) -> None:
    extra = written(50, 645, "A-200") + written(150, 645, "Floor lamp")
    document = read(one_page(ORDER + extra + trick)).documents[0]
    assert "900" not in {line.quantity for line in document.lines}
    assert "nobody can see" in reasons(document)


def test_white_letters_on_a_dark_ground_are_read() -> None:
    head = ORDER.split("q BT", 4)
    dark = "0 0 0.4 rg 40 672 520 20 re f\n"
    labels = "".join(
        written(x, 680, label, before="1 1 1 rg")
        for x, label in ((50, "Item code"), (150, "Description"), (300, "Qty"), (370, "Unit price"))
    )
    data = one_page("q BT".join(head[:4]) + dark + labels + "".join(ORDER.splitlines(True)[-5:]))
    document = read(data).documents[0]
    assert [line.quantity for line in document.lines] == ["25"]
    assert "nobody can see" not in reasons(document)


def test_two_texts_at_one_place_are_both_doubted() -> None:
    data = one_page(ORDER.replace("(250.00)", "(9)") + written(300, 660, "75"))
    document = read(data).documents[0]
    assert document.lines[0].quantity is None or "lines.0.quantity" in reasons(document)


def test_what_was_typed_into_a_form_is_read() -> None:
    field = (
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(no)/V(HX-9)/Rect[150 745 300 760]/F 4"
        "/DA(/Helv 10 Tf 0 g)>>"
    )
    content = ORDER.replace("PO No: HX-4410", "PO No:")
    data = one_page(
        content,
        page="/Annots[7 0 R]",
        more=["<</Fields[7 0 R]/DR<</Font<</Helv 5 0 R>>>>>>", field],
    )
    document = read(data).documents[0]
    assert document.order_number == "HX-9"
    place = document.found_at["order_number"]
    assert place.box is not None
    assert place.box[0] == pytest.approx(150)


def test_notes_added_to_a_page_are_told() -> None:
    note = "<</Type/Annot/Subtype/FreeText/Contents(please make it 50)/Rect[300 600 400 620]/F 4>>"
    data = one_page(ORDER, page="/Annots[7 0 R]", more=["<</Fields[]>>", note])
    assert "please make it 50" in reasons(read(data).documents[0])


def test_attached_files_are_told_and_not_opened() -> None:
    document = pypdfium2.PdfDocument(one_page(ORDER))
    document.new_attachment("order.xml").set_data(b"<Order/>")
    saved = io.BytesIO()
    document.save(saved)
    found = read(saved.getvalue()).documents[0]
    assert found.order_number == "HX-4410"
    assert "order.xml" in reasons(found)


def test_a_stream_that_unpacks_to_nothing_but_blanks_is_survived() -> None:
    packed = zlib.compress(b" " * 30_000_000 + ORDER.encode(), 9)
    data = raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            (
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
                "/Resources<</Font<</F1 5 0 R>>>>>>"
            ),
            stream(packed, "/Filter/FlateDecode"),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )
    assert read(data).documents


def test_a_picture_of_an_order_between_text_is_told() -> None:
    plain, _ = ruled_with_dates()
    assert "picture" not in reasons(read(plain).documents[0])


def test_direction_marks_do_not_hide_in_values() -> None:
    document = read(one_page(ORDER.replace("HX-4410", "HX-44\\25510"))).documents[0]
    assert document.order_number is None or "\u202e" not in document.order_number


def test_the_command_draws_boxes_page_by_page(tmp_path: Path) -> None:
    data, _ = many_pages()
    source, target = tmp_path / "order.pdf", tmp_path / "boxes.png"
    source.write_bytes(data)
    assert main([str(source), "--boxes", str(target)]) == 0
    drawn = [target, tmp_path / "boxes-2.png", tmp_path / "boxes-3.png"]
    for picture in drawn:
        assert len(Image.open(picture).convert("RGB").getcolors(1_000_000) or ()) > 20


def test_the_command_says_that_there_is_nothing_to_draw(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "order.txt"
    source.write_text("PO No: 1-7\nItem code  Description  Qty\nA-1        Hook         5\n")
    assert main([str(source), "--boxes", str(tmp_path / "boxes.png")]) == 2
    assert "no pages of paper" in capfd.readouterr().err


def test_a_drawing_that_draws_itself_without_end_is_refused_by_the_command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_limits, "MOST_MEMORY_BYTES", 700 * 1024 * 1024)
    itself = "/Resources<</XObject<</X0 6 0 R>>>>"
    data = raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{itself}>>",
            stream("/X0 Do"),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            stream("/X0 Do /X0 Do", f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]{itself}"),
        ]
    )
    (tmp_path / "a.pdf").write_bytes(data)
    assert main([str(tmp_path / "a.pdf")]) == 2
    assert "than any order.\n" in capfd.readouterr().err


def test_a_fax_that_is_cut_off_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = io.BytesIO()
    noise = Image.effect_noise((1728, 1100), 90).convert("1")
    noise.save(whole, "TIFF", compression="group4", dpi=(204, 98))
    torn = tmp_path / "fax.tif"
    torn.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 4])
    answer = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "gendan.engine.reading", str(torn)], capture_output=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.decode().count("\n") == 1
