"""The lines of an X12 transaction set: PO1, POC, RCD and the HL loops of a ship notice."""

from dataclasses import dataclass, field
from decimal import Decimal

from ..limits import MAX_LINES
from ..understanding.draft import Draft
from ..understanding.numbers import plain
from .segments import (
    LineWork,
    Segment,
    date_of,
    decimal_of,
    number_of,
    pairs,
    settle_amount,
    settle_splits,
)

_GTIN = ("UP", "EN", "UK", "UI", "UA", "EO", "UD", "UE", "UN", "UG", "IB", "EM")
_BUYERS = ("BP", "IN", "PI", "CB", "BY", "IZ", "PN")
_SELLERS = ("VP", "VN", "VC", "SK", "VA", "SW", "VS", "SA")
_MAKERS = ("MG", "MF", "MP", "MN", "PD")
_BASES = {"HP": "100", "TP": "1000", "PN": "10", "HT": "100", "TH": "1000", "HU": "100"}
_PLAIN_BASES = ("", "PE", "UM", "CT", "CP", "NT", "NE", "QT", "LE", "LR", "CA", "PP", "EA", "TB",
                "WH", "WE")  # fmt: skip
_STATUS = {
    "IA": "accepted", "AC": "accepted", "AR": "accepted", "AA": "accepted", "DR": "changed",
    "IC": "changed", "IQ": "changed", "IP": "changed", "IS": "changed", "IB": "changed",
    "BP": "changed", "AD": "changed", "ID": "deleted", "IR": "rejected", "IF": "unchanged",
    "IH": "unchanged", "IE": "unchanged", "IW": "unchanged", "R1": "rejected", "R2": "rejected",
    "R3": "rejected", "R4": "rejected", "R5": "rejected", "R6": "rejected",
}  # fmt: skip
_WAITING = ("IF", "IH", "IE", "IW")
_CHANGES = {
    "AI": "added", "AU": "added", "OA": "added", "DI": "deleted", "OC": "deleted",
    "NC": "unchanged",
}  # fmt: skip
_STEPS = ("QI", "QD")
_ADJUSTMENT_OF = {"A": -1, "C": 1}


@dataclass
class Work(LineWork):
    """An X12 line being collected."""

    pieces: list[tuple[str, str, Segment]] = field(default_factory=list)
    answers: list[Segment] = field(default_factory=list)
    price_codes: list[Segment] = field(default_factory=list)
    maker: tuple[str, Segment, int] | None = None


class LineReader:
    """Takes the segments between the header and CTT."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.works: list[Work] = []
        self.open: Work | None = None
        self.ordered: list[Decimal] = []
        self.is_item = False

    def take(self, segment: Segment) -> bool:
        """One segment in the order of the set; whether it belonged to a line."""
        tag = segment.tag
        if tag in ("PO1", "PO3", "POC", "RCD"):
            self.start()
        elif tag == "HL":
            self.close()
            self.is_item = segment.get(2) in ("I", "F")
            if self.is_item:
                self.start()
            return True
        if self.open is None:
            return False
        reader = getattr(self, f"_{tag.lower()}", None)
        if tag in _LINE_SEGMENTS and reader is not None:
            reader(self.open, segment)
            return True
        return tag in ("N1", "REF", "PER", "DTM", "PRF", "FOB", "ITD", "CUR")

    def start(self) -> None:
        """A new line."""
        self.close()
        if len(self.works) >= MAX_LINES:
            self.draft.doubt("lines", "the document holds more lines than are read")
            return
        self.open = Work()
        self.works.append(self.open)
        self.draft.lines.append(self.open.line)

    def _po1(self, work: Work, segment: Segment) -> None:
        line = work.line
        line.put("line_no", segment.get(0) or None, segment.place(0))
        value, why = number_of(segment.get(1))
        line.put("quantity", value, segment.place(1), why)
        self.unit(work, segment, 2)
        self.price(work, segment, 3, 4)
        self.codes(work, segment, 5)

    def _poc(self, work: Work, segment: Segment) -> None:
        line, change = work.line, segment.get(1).upper()
        line.put("line_no", segment.get(0) or None, segment.place(0))
        line.put("action", _CHANGES.get(change, "changed"), segment.place(1))
        value, why = number_of(segment.get(2))
        line.put("quantity", value, segment.place(2), why)
        if change in _STEPS:
            word = "more" if change == "QI" else "less"
            line.doubt("quantity", f"{word} is ordered; whether this is the step or the new "
                       "quantity is not said")  # fmt: skip
        elif _CHANGES.get(change) == "deleted":
            line.doubt("quantity", "the message deletes this line")
        self.unit(work, segment, 4)
        self.price(work, segment, 5, 6)
        self.codes(work, segment, 7)

    def _rcd(self, work: Work, segment: Segment) -> None:
        value, why = number_of(segment.get(1))
        work.line.put("line_no", segment.get(0) or None, segment.place(0))
        work.line.put("quantity", value, segment.place(1), why)
        self.unit(work, segment, 2)

    def _lin(self, work: Work, segment: Segment) -> None:
        work.line.put("line_no", segment.get(0) or None, segment.place(0))
        self.codes(work, segment, 1)

    def _sn1(self, work: Work, segment: Segment) -> None:
        value, why = number_of(segment.get(1))
        work.line.put("line_no", segment.get(0) or None, segment.place(0))
        work.line.put("quantity", value, segment.place(1), why)
        self.unit(work, segment, 2)

    def unit(self, work: Work, segment: Segment, at: int) -> None:
        """The unit; codes of X12 355 have two characters."""
        unit = segment.get(at)
        why = None if len(unit) in (0, 2) else f"{unit[:20]} is not a code of a unit"
        work.line.put("unit", unit or None, segment.place(at), why)

    def price(self, work: Work, segment: Segment, at: int, basis_at: int) -> None:
        """The price and for how many units it is."""
        value, why = number_of(segment.get(at))
        if value is None and not why:
            return
        line, basis = work.line, segment.get(basis_at).upper()
        line.put("unit_price", value, segment.place(at), why)
        if basis in _BASES:
            line.put("price_base_quantity", _BASES[basis], segment.place(basis_at))
        elif basis not in _PLAIN_BASES:
            line.doubt("unit_price", f"a price on the basis {basis[:10]}")
        number = decimal_of(value)
        if number is not None and number == 0:
            line.doubt("unit_price", "the price is zero")

    def codes(self, work: Work, segment: Segment, first: int) -> None:
        """Pairs of qualifier and item number."""
        line = work.line
        for qualifier, code, index in pairs(segment, first):
            place = segment.place(index)
            if qualifier in _GTIN:
                is_gtin = code.isdecimal() and len(code) in (8, 12, 13, 14)
                why = None if is_gtin or "gtin" in line.values else "not as long as a GTIN"
                line.put("gtin", code, place, why)
            elif qualifier in _BUYERS:
                line.put("buyer_code", code, place)
            elif qualifier in _SELLERS:
                line.put("seller_code", code, place)
            elif qualifier == "PD":
                work.pieces.append(("", code, segment))
            elif qualifier in _MAKERS:
                work.maker = work.maker or (code, segment, index)

    def _pid(self, work: Work, segment: Segment) -> None:
        if segment.get(4):
            work.pieces.append((segment.get(1), segment.get(4), segment))

    def _sch(self, work: Work, segment: Segment) -> None:
        number = decimal_of(number_of(segment.get(0))[0])
        if number is not None:
            work.splits.append((number, "SCH"))
            work.split_place = work.split_place or segment.place(0)
        for index in (4, 7):
            if segment.get(index) and segment.get(index + 1):
                day, why = date_of(segment.get(index + 1), "102")
                work.day(segment.get(index).zfill(3), day, segment.place(index + 1), why)

    def _dtm(self, work: Work, segment: Segment) -> None:
        day, why = date_of(segment.get(1), "102")
        work.day(segment.get(0).zfill(3), day, segment.place(1), why)

    def _sdq(self, work: Work, segment: Segment) -> None:
        places = 0
        for index in range(3, len(segment.elements), 2):
            number = decimal_of(number_of(segment.get(index))[0])
            if number is not None:
                places += 1
                work.splits.append((number, "SDQ"))
                work.split_place = work.split_place or segment.place(index)
        if places > 1:
            work.line.doubt("quantity", f"to be delivered to {places} places")

    def _ctp(self, work: Work, segment: Segment) -> None:
        if segment.get(2):
            work.price_codes.append(segment)

    def _sac(self, work: Work, segment: Segment) -> None:
        sign = _ADJUSTMENT_OF.get(segment.get(0))
        if sign and segment.get(4).isascii() and segment.get(4).isdecimal():
            work.adjustments.append(sign * Decimal(segment.get(4)) / 100)
        elif sign:
            percent = decimal_of(number_of(segment.get(6))[0])
            if percent is not None:
                work.percents.append(sign * percent)

    def _txi(self, work: Work, segment: Segment) -> None:
        rate, _ = number_of(segment.get(2))
        if rate is not None and work.line.tax_rate is None:
            work.line.tax_rate = rate

    def _amt(self, work: Work, segment: Segment) -> None:
        value, why = number_of(segment.get(1))
        if segment.get(0) in ("1", "LI", "A"):
            work.line.put("line_amount", value, segment.place(1), why)
        elif segment.get(0) == "TT":
            # of the whole set, where CTT is missing
            self.draft.put("totals.total", value, segment.place(1), why)

    def _ack(self, work: Work, segment: Segment) -> None:
        work.answers.append(segment)

    def close(self) -> None:
        """The line is complete: settle what several segments say together."""
        work, self.open = self.open, None
        if work is None:
            return
        settle_splits(work)
        ordered = decimal_of(work.line.get("quantity"))
        if ordered is not None:
            self.ordered.append(ordered)
        _settle_prices(work)
        _settle_texts(work)
        _settle_answers(work)
        if work.maker and "seller_code" not in work.line.values:
            code, segment, index = work.maker
            why = "the manufacturer's number; the seller's is not given"
            work.line.put("seller_code", code, segment.place(index), why)
        settle_amount(work)


def _settle_prices(work: Work) -> None:
    """A price of its own segment (CTP) where the line itself has none."""
    stated = work.line.get("unit_price")
    for segment in work.price_codes[:5]:
        value, why = number_of(segment.get(2))
        kind = segment.get(1)
        if stated is None:
            is_plain = kind in ("", "NET", "CON", "UCP", "CUP", "INV", "PUR", "PRP")
            work.line.put("unit_price", value, segment.place(2), why)
            if not is_plain:
                work.line.doubt("unit_price", f"a price of the kind {kind[:10]}")
            base = decimal_of(number_of(segment.get(3))[0])
            if segment.get(5) == "DIS" or (base is not None and base != 1):
                work.line.doubt("unit_price", "the price depends on more than the article")
        elif kind in ("NET", "CON") and decimal_of(value) != decimal_of(stated):
            work.line.doubt("unit_price", f"there is another price: {value}")


def _settle_texts(work: Work) -> None:
    """The description is the plain one; characteristics are specification."""
    order = ("08", "", "GEN", "DS")
    ranked = sorted(
        work.pieces, key=lambda piece: order.index(piece[0]) if piece[0] in order else len(order)
    )
    for _, text, segment in ranked[:1]:
        at = 4 if segment.tag == "PID" else 0
        work.line.put("description", text, segment.place(at))
    if len(ranked) > 1:
        rest = "; ".join(text for _, text, _ in ranked[1:])[:2000]
        work.line.put("specification", rest, ranked[1][2].place(4))


def _settle_answers(work: Work) -> None:
    """ACK: what is accepted of the line, when; several answers to one line are a doubt."""
    line, answers = work.line, work.answers
    if not answers:
        return
    codes = [segment.get(0).upper() for segment in answers]
    meant = dict.fromkeys(_STATUS.get(code, "changed") for code in codes)
    action = next(iter(meant)) if len(meant) == 1 else "changed"
    line.put("action", action, answers[0].place(0))
    for code in codes:
        if code not in _STATUS or code in _WAITING:
            line.doubt("quantity", f"the line is answered with {code[:10]}: not yet decided")
    if action in ("rejected", "deleted"):
        return
    kept = [s for s, code in zip(answers, codes, strict=True)
            if _STATUS.get(code) not in ("rejected", "deleted")]  # fmt: skip
    amounts = [(decimal_of(number_of(s.get(1))[0]), s) for s in kept]
    known = [(number, s) for number, s in amounts if number is not None]
    if known:
        total = sum((number for number, _ in known), Decimal(0))
        line.values.pop("quantity", None)
        line.put("quantity", plain(total), known[0][1].place(1))
        if len(known) > 1:
            line.doubt("quantity", "the line is answered in several parts")
    for segment in kept:
        if segment.get(4):
            day, why = date_of(segment.get(4), "102")
            work.day(segment.get(3).zfill(3), day, segment.place(4), why)


_LINE_SEGMENTS = frozenset(
    ["PO1", "PO3", "POC", "RCD", "LIN", "SN1", "PID", "SCH", "DTM", "SDQ", "CTP", "SAC", "TXI",
     "AMT", "ACK"]
)  # fmt: skip
