"""X12 4010 sets: 855 for an answer, 856 for a despatch.

X12 knows no escapes and hardly any letters: separators are chosen that no value contains, Chinese
is spelled in pinyin, accents fall, and a letter without a plain spelling becomes a question mark.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from .papers import (
    AnsweredLine,
    DespatchAdvice,
    DespatchedLine,
    OrderAnswer,
    Unwritable,
    Verdict,
    WrittenParty,
)
from .plain import ascii_text, differences, fitting, number, pieces, unit_of_x12

_ANSWERS: dict[Verdict, str] = {"accepted": "AD", "changed": "AC", "rejected": "RD"}
_STANDARD = "X12"
_SEPARATORS = ("*>~", "|>~", "*:~", "^|~", "|:\n", "\x1d\x1f\x1c")


class _Set:
    """The segments of one transaction set, written one after the other."""

    def __init__(self, kind: str, group: str) -> None:
        self.kind = kind
        self.group = group
        self.segments: list[list[str]] = []
        self.add("ST", kind, "0001")

    def add(self, *elements: str) -> None:
        """One segment; empty elements at its end are left out."""
        values = list(elements)
        while not values[-1]:
            values.pop()
        self.segments.append(values)

    def party(self, role: str, party: WrittenParty) -> None:
        """Name and address of a party, with its GLN or the receiver's code of it."""
        name = ascii_text(party.name)[:60]
        code = fitting("The code", ascii_text(party.gln or party.code), 80, _STANDARD)
        if not name and not code:
            return
        self.add("N1", role, name, ("UL" if party.gln else "92") if code else "", code)
        for street in pieces(ascii_text(party.street), 55, 1):
            self.add("N3", street)
        city, postal = ascii_text(party.city)[:30], ascii_text(party.postal_code)[:15]
        if len(city) > 1 or len(postal) > 2:
            self.add("N4", city, "", postal, ascii_text(party.country)[:3])
        mail = ascii_text(party.email)
        if mail and len(mail) <= 80:
            self.add("PER", "OC", "", "EM", mail)

    def note(self, words: str) -> None:
        """Free text."""
        rows = pieces(ascii_text(words), 264, 4)
        if rows:
            self.add("N9", "ZZ", "NOTE")
            for row in rows:
                self.add("MSG", row)

    def sealed(self, exchange: Mapping[str, str], ours: WrittenParty, theirs: WrittenParty,
               moment: dt.datetime) -> bytes:  # fmt: skip
        """The set in its group and interchange, addressed back to where the exchange came from."""
        self.add("SE", str(len(self.segments) + 1), "0001")
        back = exchange if "isa_version" in exchange else {}
        sender, receiver = _address(back, "receiver", ours), _address(back, "sender", theirs)
        groups = [
            _application(back, "group_receiver", sender[1]),
            _application(back, "group_sender", receiver[1]),
        ]
        values = [value for segment in self.segments for value in segment]
        values += [*sender, *receiver, *groups]
        element, component, terminator = _separators(back.get("separators", ""), values)
        control = f"{int(moment.timestamp()) % 10**9:09d}"
        usage = back.get("usage", "P") if back.get("usage") in ("P", "T", "I") else "P"
        isa = ["ISA", "00", " " * 10, "00", " " * 10, sender[0], f"{sender[1]:15}", receiver[0],
               f"{receiver[1]:15}", f"{moment:%y%m%d}", f"{moment:%H%M}", "U", "00401", control,
               "0", usage, component]  # fmt: skip
        group = ["GS", self.group, *groups, f"{moment:%Y%m%d}", f"{moment:%H%M}",
                 control.lstrip("0") or "0", "X", "004010"]  # fmt: skip
        tail = [["GE", "1", group[6]], ["IEA", "1", control]]
        rows = [isa, group, *self.segments, *tail]
        line_end = "" if terminator in "\r\n" else "\n"
        text = "".join(element.join(row) + terminator + line_end for row in rows)
        return text.encode("ascii")


def _application(exchange: Mapping[str, str], name: str, other: str) -> str:
    """The application's code in the group: as it was given, else the interchange's."""
    return ascii_text(exchange.get(name, "") or other)[:15] or "UNKNOWN"


def _address(exchange: Mapping[str, str], side: str, party: WrittenParty) -> tuple[str, str]:
    """Qualifier and identification of one side."""
    if exchange.get(side):
        qualifier = ascii_text(exchange.get(f"{side}_qualifier", "") or "ZZ")
        code = ascii_text(exchange[side])
    else:
        qualifier, code = "ZZ", ascii_text(party.gln or party.code or party.name[:15].strip())
        code = code if party.gln or party.code else code[:15].strip()
    if not code:
        raise Unwritable("An X12 message needs a sender and a receiver.")
    return f"{qualifier:2}"[:2], fitting("The address", code, 15, _STANDARD)


def _separators(theirs: str, values: list[str]) -> tuple[str, str, str]:
    """The partner's own separators if no value contains one, else others that none contains."""
    used = set("".join(values))
    choices = [theirs[:3], *_SEPARATORS] if len(set(theirs[:3])) == 3 else list(_SEPARATORS)
    for choice in choices:
        if not used & set(choice) and not any(mark.isalnum() or mark == " " for mark in choice):
            return choice[0], choice[1], choice[2]
    raise Unwritable("The message contains every separator that X12 could use.")


def write_x12_response(answer: OrderAnswer) -> bytes:
    """855: what we say to an order, line by line."""
    message = _Set("855", "PR")
    today = answer.answered_at.date()
    order = fitting("The order number", ascii_text(answer.order_number), 22, _STANDARD)
    own = fitting("The number", ascii_text(answer.number), 30, _STANDARD)
    ordered_on = answer.ordered_on or today
    message.add("BAK", "00", _ANSWERS[answer.verdict], order, f"{ordered_on:%Y%m%d}", "", "", "",
                own, f"{today:%Y%m%d}")  # fmt: skip
    if answer.currency:
        message.add("CUR", "SE", fitting("The currency", answer.currency, 3, _STANDARD))
    if ascii_text(answer.our_number):
        our = fitting("Our number", ascii_text(answer.our_number), 30, _STANDARD)
        message.add("REF", "VN", our)
    message.note(answer.note)
    message.party("BY", answer.buyer)
    message.party("SE", answer.seller)
    for line in answer.lines:
        _answered(message, line)
    message.add("CTT", str(len(answer.lines)))
    return message.sealed(answer.exchange, answer.seller, answer.buyer, answer.answered_at)


def _answered(message: _Set, line: AnsweredLine) -> None:
    unit = unit_of_x12(line.unit)
    asked = line.quantity if line.asked_quantity is None else line.asked_quantity
    price, basis = _price(line)
    message.add("PO1", _line_no(line.line_no), number(asked), unit, price, basis,
                *_codes(line.buyer_code, line.seller_code, line.gtin))  # fmt: skip
    for text in pieces(ascii_text(line.description), 80, 5):
        message.add("PID", "F", "", "", "", text)
    status = _status(line)
    answered = Decimal(0) if line.verdict == "rejected" else line.quantity
    day = line.promised_on if line.verdict != "rejected" else None
    message.add("ACK", status, number(answered), unit, "067" if day else "",
                f"{day:%Y%m%d}" if day else "")  # fmt: skip
    message.note(line.note)


def _status(line: AnsweredLine) -> str:
    """The code of X12 668 for what we say to a line."""
    if line.verdict != "changed":
        return "IA" if line.verdict == "accepted" else "IR"
    only = {"quantity": "IQ", "price": "IP", "date": "DR"}
    found = differences(line)
    return only[next(iter(found))] if len(found) == 1 else "IC"


def _price(line: AnsweredLine) -> tuple[str, str]:
    """The price with its basis; one that X12 cannot say exactly is left out."""
    price, base = line.unit_price, line.price_base_quantity
    if price is None or not base:
        return "", ""
    basis = {Decimal(1): "PE", Decimal(100): "HP", Decimal(1000): "TP"}.get(base)
    if basis:
        return number(price), basis
    single = (price / base).quantize(Decimal("0.000001"))
    return (number(single), "PE") if single * base == price else ("", "")


def _line_no(text: str) -> str:
    return fitting("The line number", ascii_text(text), 20, _STANDARD)


def _codes(buyer_code: str, seller_code: str, gtin: str) -> list[str]:
    """Pairs of qualifier and article number."""
    kinds = {8: "UP", 12: "UP", 13: "EN", 14: "UK"}
    found = []
    for qualifier, code in (
        ("BP", buyer_code), ("VP", seller_code), (kinds.get(len(gtin), "EN"), gtin)
    ):  # fmt: skip
        text = fitting("The article number", ascii_text(code), 48, _STANDARD)
        if text:
            found += [qualifier, text]
    return found


def write_x12_despatch(advice: DespatchAdvice) -> bytes:
    """856: what has left for an order; shipment, order, items."""
    message = _Set("856", "SH")
    moment = advice.issued_at
    own = fitting("The number", ascii_text(advice.number), 30, _STANDARD)
    order = fitting("The order number", ascii_text(advice.order_number), 22, _STANDARD)
    message.add("BSN", "00", own, f"{moment:%Y%m%d}", f"{moment:%H%M}", "0004")
    message.add("HL", "1", "", "S", "1")
    if advice.packages is not None or advice.gross_weight_kg is not None:
        packages = "" if advice.packages is None else str(advice.packages)
        weight = advice.gross_weight_kg
        tail = ("G", number(weight), "KG") if weight is not None else ()
        message.add("TD1", "CTN" if packages else "", packages, "", "", "", *tail)
    if ascii_text(advice.carrier):
        message.add("TD5", "", "", "", "", ascii_text(advice.carrier)[:35])
    if ascii_text(advice.tracking):
        number_ = fitting("The tracking number", ascii_text(advice.tracking), 30, _STANDARD)
        message.add("REF", "CN", number_)
    for qualifier, day in (("011", advice.despatched_on), ("017", advice.arrives_on)):
        if day is not None:
            message.add("DTM", qualifier, f"{day:%Y%m%d}")
    if advice.deliver_to is not None:
        message.party("ST", advice.deliver_to)
    message.party("SF", advice.seller)
    message.add("HL", "2", "1", "O", "1")
    message.add("PRF", order)
    message.party("BY", advice.buyer)
    for index, line in enumerate(advice.lines, 3):
        _despatched(message, index, line)
    message.add("CTT", str(len(advice.lines) + 2))
    return message.sealed(advice.exchange, advice.seller, advice.buyer, moment)


def _despatched(message: _Set, index: int, line: DespatchedLine) -> None:
    message.add("HL", str(index), "2", "I", "0")
    codes = _codes(line.buyer_code, line.seller_code, line.gtin)
    if codes:
        message.add("LIN", _line_no(line.order_line_no or line.line_no), *codes)
    unit = unit_of_x12(line.unit)
    message.add("SN1", _line_no(line.order_line_no or line.line_no), number(line.quantity), unit)
    for text in pieces(ascii_text(line.description), 80, 5):
        message.add("PID", "F", "", "", "", text)
    if ascii_text(line.lot):
        message.add("REF", "LT", fitting("The lot", ascii_text(line.lot), 30, _STANDARD))
