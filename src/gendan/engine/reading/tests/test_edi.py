"""EDIFACT and X12: who sent it, where it stands, what is doubted, and what hostile files cost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.reading import OrderDocument, UnreadableFile, read_document
from gendan.engine.reading.formats.segments import date_of, number_of

SAMPLES = Path(__file__).resolve().parents[5] / "samples" / "orders"
EDIFACT = (
    b"UNA:+.? 'UNB+UNOC:3+BUY:14:R+SELL:ZZ+261120:0915+77+secret++++EANCOM+1'"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+P-1+9'DTM+137:20261120:102'"
)
X12 = (
    b"ISA*00*          *01*PASSWORD12*ZZ*BUY            *01*SELL           *261120*0915*U*00401*"
    b"000000501*0*T*>~GS*PO*BUYAPP*SELLAPP*20261120*0915*5*X*004010~ST*850*0001~"
    b"BEG*00*SA*P-1**20261120~"
)


def _edifact(*segments: str) -> OrderDocument:
    body = "".join(segment + "'" for segment in segments)
    tail = f"UNS+S'UNT+{len(segments) + 5}+1'UNZ+1+77'"
    return _only(EDIFACT + body.encode() + tail.encode())


def _x12(*segments: str) -> OrderDocument:
    body = "".join(segment + "~" for segment in segments)
    return _only(X12 + body.encode() + f"SE*{len(segments) + 3}*0001~GE*1*5~IEA*1*501~".encode())


def _only(data: bytes) -> OrderDocument:
    documents = read_document(data, filename="order.edi").documents
    assert len(documents) == 1
    return documents[0]


def _why(document: OrderDocument, field: str) -> str:
    return "; ".join(doubt.why for doubt in document.doubts if doubt.field == field)


def test_edifact_says_who_sent_what_to_whom() -> None:
    exchange = _edifact("NAD+BY+++Buyer").source.exchange
    assert exchange == {
        "syntax": "UNOC:3",
        "sender": "BUY",
        "sender_qualifier": "14",
        "sender_routing": "R",
        "receiver": "SELL",
        "receiver_qualifier": "ZZ",
        "control": "77",
        "agreement": "EANCOM",
        "test": "1",
        "separators": ":+.? '",
        "message": "1",
        "type": "ORDERS",
        "version": "D:96A",
        "association": "EAN008",
    }


def test_x12_says_who_sent_what_to_whom() -> None:
    exchange = _x12("N1*BY*BUYER").source.exchange
    assert exchange["sender"] == "BUY"
    assert exchange["receiver_qualifier"] == "01"
    assert exchange["group_sender"] == "BUYAPP"
    assert exchange["version"] == "004010"
    assert exchange["usage"] == "T"
    assert exchange["separators"] == "*>~"


@pytest.mark.parametrize(("data", "secret"), [(EDIFACT, "secret"), (X12, "PASSWORD12")])
def test_a_password_of_the_envelope_is_not_shown(data: bytes, secret: str) -> None:
    result = read_document(data, filename="a")
    assert secret not in str(result.as_json())
    assert secret not in str(result.view_as_json())
    assert "•••" in str(result.view_as_json())


def test_a_value_knows_its_segment_and_element() -> None:
    document = _edifact("LIN+1++4000862141404:EN", "QTY+21:5:PCE")
    place = document.found_at["lines.0.quantity"]
    assert (place.row, place.column, place.text) == (6, 2, "21 : 5 : PCE")


@pytest.mark.parametrize(
    ("text", "form", "day", "is_doubted"),
    [
        ("20261120", "102", "2026-11-20", False),
        ("202611200830", "203", "2026-11-20", False),
        ("20261120083000", "204", "2026-11-20", False),
        ("261120", "101", "2026-11-20", False),
        ("201126", "2", "2026-11-20", False),
        ("20261120", "", "2026-11-20", False),
        ("2026112020261130", "718", "2026-11-30", True),
        ("202647", "616", "2026-11-22", True),
        ("202611", "610", "2026-11-30", True),
        ("20261320", "102", None, True),
        ("20270229", "102", None, True),
        ("1120", "106", None, True),
        ("200", "102", None, True),
        ("²0261120", "102", None, True),
    ],
)
def test_a_date_is_read_by_its_format_and_nothing_is_invented(
    text: str, form: str, day: str | None, is_doubted: bool
) -> None:
    read, why = date_of(text, form)
    assert read == day
    assert bool(why) is is_doubted


@pytest.mark.parametrize(
    ("text", "mark", "value", "is_doubted"),
    [
        ("12.50", ".", "12.50", False),
        ("12,5", ".", "12.5", False),
        ("1,234", ".", "1.234", True),
        ("1,234", ",", "1.234", False),
        ("1.234", ",", "1.234", True),
        ("-3", ".", "-3", False),
        ("3-", ".", "-3", False),
        (".5", ".", "0.5", False),
        ("ten", ".", None, True),
        ("NaN", ".", None, True),
        ("", ".", None, False),
    ],
)
def test_a_number_is_read_with_either_decimal_mark(
    text: str, mark: str, value: str | None, is_doubted: bool
) -> None:
    read, why = number_of(text, mark)
    assert read == value
    assert bool(why) is is_doubted


@pytest.mark.parametrize(
    ("segments", "field", "why"),
    [
        (("LIN+1", "QTY+21:5", "QTY+192:1"), "lines.0.quantity", "free of charge"),
        (("LIN+1", "QTY+21:5:6"), "lines.0.unit", "not a code"),
        (("LIN+1", "QTY+21:5:PCE", "PRI+AAA:2:::1:KGM"), "lines.0.unit_price", "per KGM"),
        (("LIN+1", "QTY+21:5", "PRI+AAA:2", "MOA+203:11"), "lines.0.line_amount", "quantity"),
        (("LIN+1", "QTY+21:5", "LOC+7+1", "QTY+11:2"), "lines.0.quantity", "part deliveries"),
        (("LIN+1", "PIA+5+X:MF"), "lines.0.seller_code", "manufacturer"),
        (("LIN+1", "LIN+2+++1:1"), "lines.1.line_no", "part of line"),
        (("DTM+2:20261201:102", "NAD+BY+1::9", "NAD+BY+2::9"), "buyer", "two buyers"),
        (("DTM+64:20261201:102", "DTM+63:20261205:102"), "requested_delivery", "window"),
        (("DTM+10:20261201:102",), "requested_delivery", "despatch"),
        (("NAD+IV+++Payer",), "buyer", "invoiced"),
        (("NAD+SU+123::9",), "seller.gln", "13 digits"),
    ],
)
def test_what_does_not_add_up_in_edifact_is_doubted(
    segments: tuple[str, ...], field: str, why: str
) -> None:
    assert why in _why(_edifact(*segments), field)


@pytest.mark.parametrize(
    ("segments", "field", "why"),
    [
        (("PO1*1*5*INVALID*2",), "lines.0.unit", "not a code"),
        (("PO1*1*5*EA*2*XX",), "lines.0.unit_price", "basis XX"),
        (("PO1*1*5*EA*2", "SCH*3*EA***002*20261201"), "lines.0.quantity", "part deliveries"),
        (("PO1*1*5*EA*2", "CTT*1", "AMT*TT*11"), "totals.total", "do not make"),
        (("PO1*1*5*EA*0",), "lines.0.unit_price", "zero"),
        (("PO1*1*5*EA*2**MG*X1",), "lines.0.seller_code", "manufacturer"),
        (("DTM*010*20261201",), "requested_delivery", "despatch"),
        (("DTM*002*200",), "requested_delivery", "not a date"),
        (("N1*BT*PAYER",), "buyer", "billed"),
    ],
)
def test_what_does_not_add_up_in_x12_is_doubted(
    segments: tuple[str, ...], field: str, why: str
) -> None:
    assert why in _why(_x12(*segments), field)


def test_who_accepts_all_and_changes_a_line_contradicts_himself() -> None:
    head = EDIFACT.replace(b"ORDERS:D", b"ORDRSP:D").replace(b"BGM+220+P-1+9", b"BGM+231+A-1+29")
    body = b"RFF+ON:P-1'LIN+1+3'QTY+12:4'UNS+S'UNT+7+1'UNZ+1+77'"
    document = _only(head + body)
    assert document.verdict == "accepted"
    assert "changes lines" in _why(document, "verdict")


def test_a_price_that_is_not_given_is_not_invented() -> None:
    line = _edifact("LIN+1++4000862141404:EN", "QTY+21:4:PCE", "MOA+203:10").lines[0]
    assert (line.unit_price, line.price_base_quantity, line.line_amount) == (None, None, "10")


def test_a_clean_message_has_no_doubts() -> None:
    assert not _edifact(
        "NAD+BY+4098765000012::9++Buyer", "CUX+2:EUR:9", "LIN+1++4000862141404:EN",
        "QTY+21:4:PCE", "DTM+2:20270101:102", "PRI+AAA:2.5", "MOA+203:10"
    ).doubts  # fmt: skip
    assert not _x12("CUR*BY*USD", "N1*BY*BUYER", "PO1*1*4*EA*2.5*PE*VP*A", "CTT*1").doubts


def test_a_header_of_the_wrong_width_does_not_hide_the_order() -> None:
    narrow = X12.replace(b" " * 10, b"").replace(b"PASSWORD12", b"")
    document = _only(narrow + b"PO1*1*4*EA*2.5*PE*VP*A~SE*4*0001~GE*1*5~IEA*1*501~")
    assert document.order_number == "P-1"
    assert document.source.exchange["receiver"] == "SELL"
    broken = b"ISA*00*00*" + X12[X12.index(b"ZZ*BUY") :]
    document = _only(broken + b"PO1*1*4*EA*2.5*PE*VP*A~SE*4*0001~GE*1*5~IEA*1*501~")
    assert document.lines[0].quantity == "4"
    assert "sender" not in document.source.exchange
    assert "guessed" in _why(document, "source")


def test_a_message_without_its_envelope_is_read_with_a_doubt() -> None:
    document = _only(EDIFACT[EDIFACT.index(b"UNH") :] + b"LIN+1'QTY+21:4'UNT+6+1'")
    assert document.lines[0].quantity == "4"
    assert "no interchange" in _why(document, "source")
    document = _only(X12[X12.index(b"ST*") :] + b"PO1*1*4*EA*2.5*PE*VP*A~SE*4*0001~")
    assert document.lines[0].quantity == "4"
    assert "no interchange" in _why(document, "source")


HOSTILE = {
    "a million segments": EDIFACT + b"QTY+21:5'" * 1_000_000,
    "a segment without end": EDIFACT + b"FTX+" + b"A" * 5_000_000,
    "elements without end": EDIFACT + b"+" * 5_000_000,
    "release characters": EDIFACT + b"LIN+1++" + b"?" * 3_000_001 + b"'",
    "many messages": EDIFACT + b"UNH+1+ORDERS:D:96A:UN'BGM+220+X+9'UNT+3+1'" * 25_000,
    "numbers without end": EDIFACT
    + b"LIN+1'QTY+21:"
    + b"9" * 5000
    + b"'PRI+AAA:1e999'MOA+203:NaN'",
    "a million lines": X12 + b"PO1*1*5*EA*1*PE*VP*A~" * 70_000,
    "interchanges in a row": X12[:106] * 3_000,
    "digits that are none": X12 + "PO1*²*²*EA*²~SAC*A*X***²~CTT*²*²~SE*²*1~".encode(),
    "zero bytes": EDIFACT.replace(b"'", b"'\x00") + b"LIN+1\x00++\x004000862141404:EN'",
    "empty segments": EDIFACT + b"UNT'UNH'UNB'BGM'DTM'NAD'LIN'QTY'PRI'MOA'UNZ'UNZ'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_as_far_as_it_goes(name: str) -> None:
    result = read_document(HOSTILE[name], filename="order.edi")
    assert result.documents
    assert all(document.doubts for document in result.documents)
    assert sum(len(page.rows) for page in result.view) <= 60_000


_SEEDS = [path.read_bytes() for kind in ("edifact", "x12") for path in
          sorted((SAMPLES / kind).glob("*.[ex]*")) if path.suffix in (".edi", ".x12")]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_SEEDS), st.randoms(use_true_random=False), st.integers(1, 12))
def test_a_broken_message_never_breaks_the_reader(seed: bytes, random: object, cuts: int) -> None:
    import random as random_module

    assert isinstance(random, random_module.Random)
    data = bytearray(seed)
    for _ in range(cuts):
        at = random.randrange(len(data))
        if random.random() < 0.5:
            data[at] = random.choice(b"'+:?*~>\x00\n\xff09A|")
        else:
            del data[at : at + random.randrange(1, 20)]
        data = data or bytearray(b"x")
    try:
        assert read_document(bytes(data), filename="order.edi").as_json()
    except UnreadableFile:
        return
