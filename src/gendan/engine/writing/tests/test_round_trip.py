"""What the writers write, our own readers read back: number, verdict, quantities, dates, names."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gendan.engine.reading import OrderDocument, read_document
from gendan.engine.writing.papers import (
    AnsweredLine,
    DespatchAdvice,
    DespatchedLine,
    Format,
    OrderAnswer,
    Unwritable,
    Verdict,
    WrittenParty,
)
from gendan.engine.writing.plain import ascii_text, one_line
from gendan.engine.writing.write import write_answer, write_despatch

FORMATS: tuple[Format, ...] = ("ubl", "edifact", "x12")
XSD = Path(__file__).resolve().parents[6] / "shared" / "data" / "documents" / "ubl_xsd21"
MOMENT = dt.datetime(2026, 11, 27, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))

MARKS = "'+:?~*&<>\"|^%äß北京上海机 "
names = st.text(alphabet=f"abcXYZ019-./{MARKS}", min_size=1, max_size=60).map(one_line)
names = names.filter(lambda name: bool(ascii_text(name).strip("?")))
codes = st.text(alphabet="ABCdef012-./'+:?*~&<", min_size=1, max_size=20).map(one_line)
codes = codes.filter(bool)
quantities = st.decimals(
    Decimal("0.001"), Decimal(10**9), places=3, allow_nan=False, allow_infinity=False
)
days = st.dates(dt.date(2026, 11, 27), dt.date(2035, 12, 31))
units = st.sampled_from(["PCE", "C62", "KGM", "KG", "PCS", "件", "SET", "箱"])
VERDICTS: tuple[Verdict, ...] = ("accepted", "changed", "rejected")
verdicts = st.sampled_from(VERDICTS)


@st.composite
def answers(draw: st.DrawFn) -> OrderAnswer:
    """Any answer with a few lines."""
    lines = tuple(
        AnsweredLine(
            line_no=str(index),
            verdict=draw(verdicts),
            description=draw(names),
            quantity=draw(quantities),
            unit=draw(units),
            unit_price=draw(st.none() | quantities),
            price_base_quantity=draw(st.sampled_from([Decimal(1), Decimal(100), Decimal(1000)])),
            promised_on=draw(st.none() | days),
            asked_quantity=draw(st.none() | quantities),
            seller_code=draw(codes),
            note=draw(st.just("") | names),
        )
        for index in range(1, draw(st.integers(1, 4)) + 1)
    )
    return OrderAnswer(
        number=draw(codes),
        verdict=draw(verdicts),
        order_number=draw(codes),
        our_number=draw(codes),
        answered_at=MOMENT,
        currency="USD",
        buyer=WrittenParty(draw(names), code="B1"),
        seller=WrittenParty(draw(names), gln="4012345500004"),
        lines=lines,
        note=draw(st.just("") | names),
    )


def _read(data: bytes, name: str) -> OrderDocument:
    documents = read_document(data, filename=name).documents
    assert len(documents) == 1
    return documents[0]


def _spelled(text: str, format_: Format) -> str:
    """How a text comes back from a format."""
    return ascii_text(text) if format_ == "x12" else one_line(text)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=answers())
def test_an_answer_comes_back_as_it_was_meant(format_: Format, answer: OrderAnswer) -> None:
    written = write_answer(answer, format_)
    read = _read(written.data, written.file_name)
    assert read.doc_type == "order_response"
    assert read.order_number == _spelled(answer.order_number, format_)
    assert read.document_number == _spelled(answer.number, format_)
    assert read.verdict == answer.verdict
    assert read.issue_date == "2026-11-27"
    assert read.currency == "USD"
    assert read.buyer.name == _spelled(answer.buyer.name, format_)[:60]
    assert len(read.lines) == len(answer.lines)
    assert not [d for d in read.doubts if d.field in ("lines", "source", "doc_type")]
    for got, line in zip(read.lines, answer.lines, strict=True):
        assert got.action == line.verdict
        assert got.seller_code == _spelled(line.seller_code, format_)
        assert got.description == _spelled(line.description, format_)[:80]
        if line.verdict == "rejected":
            asked = line.asked_quantity
            assert Decimal(got.quantity or 0) == (line.quantity if asked is None else asked)
            assert got.due_date is None
            continue
        assert Decimal(got.quantity or 0) == line.quantity
        assert got.due_date == (line.promised_on.isoformat() if line.promised_on else None)
        if line.unit_price is not None:
            assert Decimal(got.unit_price or 0) == line.unit_price
            assert Decimal(got.price_base_quantity or 0) == line.price_base_quantity


def _advice(quantity: Decimal = Decimal("12.5"), **more: object) -> DespatchAdvice:
    values: dict[str, object] = {
        "number": "DA-7",
        "order_number": "PO-1",
        "issued_at": MOMENT,
        "buyer": WrittenParty("上海 'Lan+Hai' Co: ?", gln="5412345000013"),
        "seller": WrittenParty("Ningbo Gear Works", code="S9", street="1 Kiln Rd", country="CN"),
        "lines": (
            DespatchedLine("1", "10", "Gear", quantity, "PCE", Decimal(3), seller_code="G1",
                           lot="L-1"),
            DespatchedLine("2", "20", "Wheel", Decimal(4), "件", gtin="4000862141404"),
        ),
        "despatched_on": dt.date(2026, 11, 26),
        "arrives_on": dt.date(2026, 12, 3),
        "carrier": "Sea & Sky",
        "tracking": "T'1",
        "packages": 2,
        "gross_weight_kg": Decimal("45.60"),
        "deliver_to": WrittenParty("Dock 4", code="D4", city="Rotterdam", country="NL"),
    }  # fmt: skip
    return DespatchAdvice(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=20, deadline=None)
@given(quantity=quantities)
def test_a_despatch_comes_back_as_it_was_meant(format_: Format, quantity: Decimal) -> None:
    written = write_despatch(_advice(quantity), format_)
    read = _read(written.data, written.file_name)
    assert read.doc_type == ("ship_notice" if format_ == "x12" else "despatch_advice")
    assert (read.order_number, read.document_number) == ("PO-1", "DA-7")
    assert read.requested_delivery == "2026-12-03"
    assert [Decimal(line.quantity or 0) for line in read.lines] == [quantity, Decimal(4)]
    assert read.lines[0].seller_code == "G1"
    assert read.lines[1].gtin == "4000862141404"
    assert not [d for d in read.doubts if d.field in ("lines", "source")]


@pytest.mark.skipif(not XSD.is_dir(), reason="the published schemas are not here")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=answers())
def test_ubl_is_valid_by_the_published_schema(answer: OrderAnswer) -> None:
    schema = _schema("OrderResponse")
    root = etree.fromstring(write_answer(answer, "ubl").data)
    assert schema.validate(root), schema.error_log
    advice = _advice(buyer=answer.buyer, seller=answer.seller, order_number=answer.order_number)
    root = etree.fromstring(write_despatch(advice, "ubl").data)
    schema = _schema("DespatchAdvice")
    assert schema.validate(root), schema.error_log
    bare = _advice(deliver_to=None, packages=None, gross_weight_kg=None, carrier="", tracking="",
                   arrives_on=None, despatched_on=None)  # fmt: skip
    root = etree.fromstring(write_despatch(bare, "ubl").data)
    assert schema.validate(root), schema.error_log


_SCHEMAS: dict[str, etree.XMLSchema] = {}


def _schema(kind: str) -> etree.XMLSchema:
    if kind not in _SCHEMAS:
        path = next(XSD.rglob(f"UBL-{kind}-2.1.xsd"))
        _SCHEMAS[kind] = etree.XMLSchema(etree.parse(path))
    return _SCHEMAS[kind]


ORDER_EDIFACT = b"""UNA:+.? '
UNB+UNOC:3+BUY1:14:R1+SELL1:14+261120:0800+77++ORDERS+++EANCOM+1'
UNH+1+ORDERS:D:96A:UN:EAN008'
BGM+220+PO-1+9'
DTM+137:20261120:102'
NAD+BY+5412345000013::9'
LIN+1++4000862141404:EN'
QTY+21:5:PCE'
UNS+S'
CNT+2:1'
UNT+9+1'
UNZ+1+77'
"""
ORDER_X12 = (
    b"ISA|00|          |00|          |01|BUYER          |ZZ|SELLER         |261120|0800|U|00401|"
    b"000000007|0|T|>\n"
    b"GS|PO|BUYAPP|SELLAPP|20261120|0800|7|X|004010\nST|850|0001\nBEG|00|SA|PO-1||20261120\n"
    b"PO1|1|5|EA|2|PE|VP|G1\nCTT|1\nSE|5|0001\nGE|1|7\nIEA|1|000000007\n"
)


@pytest.mark.parametrize(
    ("format_", "order", "swapped"),
    [
        ("edifact", ORDER_EDIFACT, {"sender": "SELL1", "receiver": "BUY1", "test": "1",
                                    "receiver_routing": "R1", "agreement": "EANCOM"}),
        ("x12", ORDER_X12, {"sender": "SELLER", "receiver": "BUYER", "usage": "T",
                            "receiver_qualifier": "01", "group_sender": "SELLAPP",
                            "group_receiver": "BUYAPP", "separators": "|>\n"}),
    ],
)  # fmt: skip
def test_an_answer_is_addressed_back_to_who_sent_the_order(
    format_: Format, order: bytes, swapped: dict[str, str]
) -> None:
    asked = _read(order, "order.dat")
    assert not asked.doubts
    answer = OrderAnswer("A1", "accepted", "PO-1", "S1", MOMENT, "", WrittenParty("B"),
                         WrittenParty("S"), (), exchange=asked.source.exchange)  # fmt: skip
    back = _read(write_answer(answer, format_).data, "answer.dat").source.exchange
    assert {name: back.get(name) for name in swapped} == swapped


def test_chinese_goes_out_in_utf_8_where_edifact_needs_it() -> None:
    answer = OrderAnswer("A1", "accepted", "PO-1", "S1", MOMENT, "", WrittenParty("北京"),
                         WrittenParty("Müller"), ())  # fmt: skip
    assert b"UNOW:4" in write_answer(answer, "edifact").data
    western = OrderAnswer("A1", "accepted", "PO-1", "S1", MOMENT, "", WrittenParty("B"),
                          WrittenParty("Müller"), ())  # fmt: skip
    data = write_answer(western, "edifact").data
    assert b"UNOC:3" in data
    assert "Müller".encode("latin-1") in data


def test_a_number_too_long_for_the_format_is_refused_in_a_sentence() -> None:
    answer = OrderAnswer("A1", "accepted", "P" * 40, "S1", MOMENT, "", WrittenParty("B"),
                         WrittenParty("S"), ())  # fmt: skip
    for format_ in ("edifact", "x12"):
        with pytest.raises(Unwritable, match="longer than"):
            write_answer(answer, format_)
    assert write_answer(answer, "ubl").data


def test_the_header_of_x12_has_its_fixed_width() -> None:
    answer = OrderAnswer("A1", "accepted", "PO-1", "S1", MOMENT, "", WrittenParty("B*uy"),
                         WrittenParty("S"), ())  # fmt: skip
    data = write_answer(answer, "x12").data.decode("ascii")
    assert data[:3] == "ISA"
    assert data[105] not in "*"
    assert data.replace("\n", "")[106:108] == "GS"


def test_a_file_name_holds_nothing_that_leads_elsewhere() -> None:
    answer = OrderAnswer("../../A 1/ü", "accepted", "P", "S1", MOMENT, "", WrittenParty("B"),
                         WrittenParty("S"), ())  # fmt: skip
    assert "/" not in write_answer(answer, "ubl").file_name
