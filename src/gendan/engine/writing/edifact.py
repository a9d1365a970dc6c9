"""EDIFACT messages (D.96A, EANCOM): ORDRSP for an answer, DESADV for a despatch."""

import datetime as dt
from collections.abc import Mapping

from pydifact.control.characters import Characters
from pydifact.segments import Segment
from pydifact.serializer import Serializer

from .papers import (
    AnsweredLine,
    DespatchAdvice,
    DespatchedLine,
    OrderAnswer,
    Unwritable,
    Verdict,
    WrittenParty,
)
from .plain import fitting, number, one_line, pieces, unit_of_rec20

_FUNCTIONS: dict[Verdict, str] = {"accepted": "29", "changed": "4", "rejected": "27"}
_ACTIONS: dict[Verdict, str] = {"accepted": "5", "changed": "3", "rejected": "7"}
_STANDARD = "EDIFACT"

Element = str | list[str]


class _Message:
    """The segments of one message, written one after the other."""

    def __init__(self, kind: str, association: str) -> None:
        self.kind = kind
        self.segments: list[Segment] = []
        self.add("UNH", "1", [kind, "D", "96A", "UN", association])

    def add(self, tag: str, *elements: Element) -> None:
        """One segment; empty elements at its end are left out."""
        values = list(elements)
        while values and not (any(values[-1]) if isinstance(values[-1], list) else values[-1]):
            values.pop()
        self.segments.append(Segment(tag, *values))

    def day(self, qualifier: str, day: dt.date | None) -> None:
        """A date, if there is one."""
        if day is not None:
            self.add("DTM", [qualifier, f"{day:%Y%m%d}", "102"])

    def party(self, role: str, party: WrittenParty) -> None:
        """Name and address of a party, with its GLN or the receiver's code of it."""
        agency = "9" if party.gln else "92"
        code = fitting("The code", party.gln or party.code, 35, _STANDARD)
        identity: Element = [code, "", agency] if code else ""
        street: Element = pieces(party.street, 35, 3)
        city, postal = one_line(party.city)[:35], one_line(party.postal_code)[:9]
        name: Element = pieces(party.name, 35, 5)
        country = one_line(party.country)[:3]
        self.add("NAD", role, identity, "", name, street, city, "", postal, country)
        mail = one_line(party.email)
        if mail and len(mail) <= 512:
            self.add("CTA", "OC")
            self.add("COM", [mail, "EM"])

    def article(self, gtin: str, seller_code: str, buyer_code: str, description: str) -> None:
        """Further numbers and the words of an article; its GTIN stands in LIN."""
        numbers: list[Element] = []
        for code, kind in ((seller_code, "SA"), (buyer_code, "IN")):
            if one_line(code):
                numbers.append([fitting("The article number", code, 35, _STANDARD), kind])
        if numbers:
            self.add("PIA", "1" if gtin else "5", *numbers)
        texts = pieces(description, 35, 10)
        for start in range(0, len(texts), 2):
            self.add("IMD", "F", "", ["", "", "", *texts[start : start + 2]])

    def line(self, index: int, line_no: str, action: str, gtin: str) -> None:
        """The first segment of a line."""
        own = line_no if line_no.isdecimal() and len(line_no) <= 6 else str(index)
        code: Element = [fitting("The GTIN", gtin, 35, _STANDARD), "EN"] if one_line(gtin) else ""
        self.add("LIN", own, action, code)

    def text(self, qualifier: str, words: str) -> None:
        """Free text of up to five rows."""
        rows = pieces(words, 70, 5)
        if rows:
            self.add("FTX", qualifier, "", "", rows)

    def sealed(self, exchange: Mapping[str, str], ours: WrittenParty, theirs: WrittenParty,
               moment: dt.datetime) -> bytes:  # fmt: skip
        """The message in its interchange, addressed back to where the exchange came from."""
        self.add("UNT", str(len(self.segments) + 1), "1")
        marks = Characters()  # type: ignore[no-untyped-call]
        marks.decimal_point = "."
        writer = Serializer(marks)
        body = writer.serialize(self.segments, with_una_header=False, break_lines=True)
        is_western = _is_western(body)
        date = f"{moment:%y%m%d}" if is_western else f"{moment:%Y%m%d}"
        control = f"{moment:%y%m%d%H%M%S}"
        back = exchange if "syntax" in exchange else {}
        sender = _address(back, "receiver", ours)
        receiver = _address(back, "sender", theirs)
        is_western = is_western and _is_western("".join((*sender, *receiver)))
        more = [back.get("agreement", ""), "1" if back.get("test") == "1" else ""]
        elements: list[Element] = [
            ["UNOC", "3"] if is_western else ["UNOW", "4"], sender, receiver,
            [date, f"{moment:%H%M}"], control, "", self.kind, "", "", *more,
        ]  # fmt: skip
        while not elements[-1]:
            elements.pop()
        head = Segment("UNB", *elements)
        tail = Segment("UNZ", "1", control)
        text = "UNA:+.? '\n" + writer.serialize([head], with_una_header=False, break_lines=True)
        text += body + writer.serialize([tail], with_una_header=False, break_lines=True)
        return text.encode("latin-1" if is_western else "utf-8")


def _is_western(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeError:
        return False
    return True


def _address(exchange: Mapping[str, str], side: str, party: WrittenParty) -> list[str]:
    """Identification, qualifier and routing of one side (S002, S003)."""
    if exchange.get(side):
        found = [exchange[side], exchange.get(f"{side}_qualifier", ""),
                 exchange.get(f"{side}_routing", "")]  # fmt: skip
    else:
        found = [party.gln, "14", ""] if party.gln else [party.code or party.name[:35], "", ""]
    found = [one_line(part) for part in found]
    if not found[0]:
        raise Unwritable("An EDIFACT message needs a sender and a receiver.")
    return [fitting("The address", part, 35, _STANDARD) for part in found]


def write_edifact_response(answer: OrderAnswer) -> bytes:
    """ORDRSP: what we say to an order, line by line."""
    message = _Message("ORDRSP", "EAN009")
    number_ = fitting("The number", answer.number, 35, _STANDARD)
    message.add("BGM", "231", number_, _FUNCTIONS[answer.verdict])
    message.day("137", answer.answered_at.date())
    message.text("AAI", answer.note)
    message.add("RFF", ["ON", fitting("The order number", answer.order_number, 35, _STANDARD)])
    message.day("171", answer.ordered_on)
    if one_line(answer.our_number):
        message.add("RFF", ["VN", fitting("Our number", answer.our_number, 35, _STANDARD)])
    message.party("BY", answer.buyer)
    message.party("SU", answer.seller)
    if answer.currency:
        message.add("CUX", ["2", fitting("The currency", answer.currency, 3, _STANDARD), "9"])
    for index, line in enumerate(answer.lines, 1):
        _answered(message, index, line)
    message.add("UNS", "S")
    message.add("CNT", ["2", str(len(answer.lines))])
    return message.sealed(answer.exchange, answer.seller, answer.buyer, answer.answered_at)


def _answered(message: _Message, index: int, line: AnsweredLine) -> None:
    message.line(index, line.line_no, _ACTIONS[line.verdict], line.gtin)
    message.article(line.gtin, line.seller_code, line.buyer_code, line.description)
    unit = unit_of_rec20(line.unit)
    asked = line.asked_quantity
    if line.verdict == "rejected":
        message.add("QTY", ["21", number(line.quantity if asked is None else asked), unit])
    elif asked is not None and asked != line.quantity:
        message.add("QTY", ["21", number(asked), unit])
        message.add("QTY", ["113", number(line.quantity), unit])
    else:
        message.add("QTY", ["21", number(line.quantity), unit])
    if line.verdict != "rejected":
        message.day("69", line.promised_on)
    message.text("AAI", line.note)
    if line.unit_price is not None:
        base = number(line.price_base_quantity)
        more = ["", "", base, unit] if base != "1" else []
        message.add("PRI", ["AAA", number(line.unit_price), *more])
    _reference(message, line.line_no)


def _reference(message: _Message, line_no: str) -> None:
    """A line number that EDIFACT cannot hold as such is given as a reference."""
    if line_no and not (line_no.isdecimal() and len(line_no) <= 6):
        message.add("RFF", ["LI", fitting("The line number", line_no, 35, _STANDARD)])


def write_edifact_despatch(advice: DespatchAdvice) -> bytes:
    """DESADV: what has left for an order."""
    message = _Message("DESADV", "EAN007")
    message.add("BGM", "351", fitting("The number", advice.number, 35, _STANDARD), "9")
    message.day("137", advice.issued_at.date())
    message.day("11", advice.despatched_on)
    message.day("17", advice.arrives_on)
    message.add("RFF", ["ON", fitting("The order number", advice.order_number, 35, _STANDARD)])
    if one_line(advice.tracking):
        message.add("RFF", ["CN", fitting("The tracking number", advice.tracking, 35, _STANDARD)])
    message.party("BY", advice.buyer)
    message.party("SU", advice.seller)
    if advice.deliver_to is not None:
        message.party("DP", advice.deliver_to)
    if one_line(advice.carrier):
        message.add("TDT", "20", "", "", "", ["", "", "", one_line(advice.carrier)[:35]])
    message.add("CPS", "1")
    if advice.packages is not None:
        message.add("PAC", str(advice.packages))
    if advice.gross_weight_kg is not None:
        message.add("MEA", "PD", "AAD", ["KGM", number(advice.gross_weight_kg)])
    for index, line in enumerate(advice.lines, 1):
        _despatched(message, index, line, advice.order_number)
    message.add("CNT", ["2", str(len(advice.lines))])
    return message.sealed(advice.exchange, advice.seller, advice.buyer, advice.issued_at)


def _despatched(message: _Message, index: int, line: DespatchedLine, order_number: str) -> None:
    message.line(index, line.line_no, "", line.gtin)
    message.article(line.gtin, line.seller_code, line.buyer_code, line.description)
    unit = unit_of_rec20(line.unit)
    message.add("QTY", ["12", number(line.quantity), unit])
    if line.outstanding:
        message.add("QTY", ["83", number(line.outstanding), unit])
    reference = ["ON", one_line(order_number)]
    if one_line(line.order_line_no) and len(one_line(line.order_line_no)) <= 6:
        reference.append(one_line(line.order_line_no))
    message.add("RFF", reference)
    if one_line(line.lot):
        message.add("PCI", "36E")
        message.add("GIN", "BX", fitting("The lot", line.lot, 35, _STANDARD))
