"""The lines of an EDIFACT message: one LIN group after the other, and what hangs below it."""

from dataclasses import dataclass, field
from decimal import Decimal

from stdnum import ean

from ..limits import MAX_LINES
from ..text import words
from ..understanding.draft import Draft
from .segments import (
    LineWork,
    Segment,
    date_of,
    decimal_of,
    joined,
    number_of,
    settle_amount,
    settle_splits,
)

_GTIN = ("EN", "UP", "EU", "SRS", "SRV", "GT", "UA", "UD", "IB")
_BUYERS = ("IN", "BP", "PO", "CC")
_SELLERS = ("SA", "VP", "VN", "SK")
_MAKERS = ("MF", "MN", "MP")
_GROUPS = frozenset(
    ["LIN", "PAC", "RFF", "PRI", "LOC", "SCC", "TAX", "ALC", "NAD", "TDT", "TOD", "RCS", "STS",
     "CPS", "PAT", "CUX", "PCI", "DOC"]
)  # fmt: skip
ACTIONS = {"1": "added", "2": "deleted", "3": "changed", "4": "unchanged", "5": "accepted",
           "6": "changed", "7": "rejected", "10": "rejected"}  # fmt: skip
_MEANT = {
    "order_response": ("113", "12", "21", "1"),
    "despatch_advice": ("12", "46", "11", "21", "1"),
    "receiving_advice": ("194", "48", "46", "12", "21"),
}
_MEANT_ELSE = ("21", "113", "1", "47", "61")
_PRICES = ("AAA", "NTP", "INV", "CAL", "CT", "", "AAB", "AAE", "AAF")
_DUE = frozenset(
    words("2 10 11 17 35 37 38 61 63 64 67 69 71 72 74 75 76 79 358"),
)


@dataclass
class Work(LineWork):
    """An EDIFACT line being collected."""

    group: str = "LIN"
    prices: dict[str, Segment] = field(default_factory=dict)
    texts: dict[str, list[tuple[str, Segment]]] = field(default_factory=dict)
    maker: tuple[str, Segment] | None = None
    sign: int = 0
    is_part: bool = False


class LineReader:
    """Takes the segments from the first LIN (or CPS) to the summary."""

    def __init__(self, draft: Draft, decimal_mark: str) -> None:
        self.draft = draft
        self.mark = decimal_mark
        self.works: list[Work] = []
        self.open: Work | None = None

    def take(self, segment: Segment) -> None:
        """One segment in the order of the message."""
        if segment.tag == "LIN":
            self.close()
            if len(self.works) >= MAX_LINES:
                self.draft.doubt("lines", "the document holds more lines than are read")
                return
            self.open = Work()
            self.works.append(self.open)
            self.draft.lines.append(self.open.line)
            self.lin(self.open, segment)
        elif segment.tag == "CPS":
            self.close()
        elif self.open is not None:
            if segment.tag in _GROUPS:
                self.open.group = segment.tag
            reader = getattr(self, f"_{segment.tag.lower()}", None)
            if segment.tag in _LINE_SEGMENTS and reader is not None:
                reader(self.open, segment)

    def lin(self, work: Work, segment: Segment) -> None:
        """Number, action and article number."""
        line = work.line
        line.put("line_no", segment.get(0) or None, segment.place(0))
        action = ACTIONS.get(segment.get(1))
        line.put("action", action, segment.place(1))
        if action == "deleted":
            line.doubt("quantity", "the message deletes this line")
        self.code(work, segment, 2)
        if segment.get(3, 1):
            work.is_part = True
            line.doubt("line_no", f"a part of line {segment.get(3, 1)}")

    def code(self, work: Work, segment: Segment, index: int) -> None:
        """One item number with its type (C212)."""
        code, kind = segment.get(index, 0), segment.get(index, 1).upper()
        if not code:
            return
        line, place = work.line, segment.place(index)
        is_gtin = code.isdecimal() and len(code) in (8, 12, 13, 14)
        if kind in _GTIN:
            why = None if is_gtin else "not as long as a GTIN"
            line.put("gtin", code, place, why if "gtin" not in line.values else None)
        elif kind in _BUYERS:
            line.put("buyer_code", code, place)
        elif kind in _SELLERS:
            line.put("seller_code", code, place)
        elif kind in _MAKERS:
            work.maker = work.maker or (code, segment)
        elif not kind and is_gtin and ean.is_valid(code):
            line.put("gtin", code, place, "the kind of article number is not given")
        elif not kind:
            line.put("seller_code", code, place, "the kind of article number is not given")

    def _pia(self, work: Work, segment: Segment) -> None:
        if segment.get(0) in ("3", "4"):
            word = "replaced by" if segment.get(0) == "3" else "a substitute for"
            work.line.doubt("seller_code", f"the article is {word} {segment.get(1, 0)}")
            return
        for index in range(1, len(segment.elements)):
            self.code(work, segment, index)

    def _imd(self, work: Work, segment: Segment) -> None:
        text = joined(segment.parts(2)[3:5])
        if text and work.group == "LIN":
            key = segment.get(1, 0)
            work.texts.setdefault(key, []).append((text, segment))

    def _ftx(self, work: Work, segment: Segment) -> None:
        text = " ".join(part for part in segment.parts(3) if part)
        if text:
            work.texts.setdefault(f"FTX {segment.get(0)}", []).append((text, segment))

    def _qty(self, work: Work, segment: Segment) -> None:
        qualifier = segment.get(0, 0)
        value, why = number_of(segment.get(0, 1), self.mark)
        number = decimal_of(value)
        if work.group in ("LOC", "SCC") and qualifier not in ("192",):
            if number is not None:
                work.splits.append((number, qualifier))
                work.split_place = work.split_place or segment.place(0)
        elif qualifier == "192" and value:
            work.line.doubt("quantity", f"{value} more are free of charge")
        elif qualifier == "83" and value:
            work.line.doubt("quantity", f"{value} are on back order")
        elif qualifier not in work.quantities:
            work.quantities[qualifier] = (value, segment.place(0), why)
        unit = segment.get(0, 2)
        if unit and work.unit is None:
            work.unit = (unit, segment.place(0))

    def _dtm(self, work: Work, segment: Segment) -> None:
        qualifier = segment.get(0, 0)
        if qualifier in _DUE and work.group not in ("PRI", "CUX", "PAT"):
            day, why = date_of(segment.get(0, 1), segment.get(0, 2))
            work.day(qualifier, day, segment.place(0), why)

    def _pri(self, work: Work, segment: Segment) -> None:
        kind = segment.get(0, 0).upper()
        if segment.get(0, 1) and kind not in work.prices:
            work.prices[kind] = segment
        elif segment.get(0, 1) and work.prices[kind].get(0, 1) != segment.get(0, 1):
            work.line.doubt("unit_price", f"there is another price: {segment.get(0, 1)}")

    def _apr(self, work: Work, segment: Segment) -> None:
        if segment.get(1, 0) not in ("", "1"):
            why = f"a price multiplier of {segment.get(1, 0)} is given"
            work.line.doubt("unit_price", why)

    def _moa(self, work: Work, segment: Segment) -> None:
        qualifier = segment.get(0, 0)
        value, why = number_of(segment.get(0, 1), self.mark)
        number = decimal_of(value)
        put_currency(self.draft, segment)
        if work.group == "ALC" and qualifier in ("8", "23", "204", "131") and number is not None:
            sign = {"23": 1, "204": -1}.get(qualifier, work.sign)
            work.adjustments.append(sign * number)
        elif qualifier in ("79", "86", "128"):
            # of the whole message, where UNS is missing
            name = "subtotal" if qualifier == "79" else "total"
            self.draft.put(f"totals.{name}", value, segment.place(0), why)
        elif qualifier in ("203", "66", "38") and work.group != "ALC":
            work.line.put("line_amount", value, segment.place(0), why)
        elif qualifier in ("146", "187") and value:
            work.line.put("unit_price", value, segment.place(0), why)

    def _alc(self, work: Work, segment: Segment) -> None:
        work.sign = -1 if segment.get(0) in ("A", "D", "E") else 1

    def _pcd(self, work: Work, segment: Segment) -> None:
        value = decimal_of(number_of(segment.get(0, 1), self.mark)[0])
        if value is not None and work.group == "ALC":
            work.percents.append(work.sign * value)

    def _tax(self, work: Work, segment: Segment) -> None:
        value, _ = number_of(segment.get(4, 3), self.mark)
        if value is not None and work.line.tax_rate is None:
            work.line.tax_rate = value

    def _rff(self, work: Work, segment: Segment) -> None:
        if segment.get(0, 0) == "ON" and segment.get(0, 1):
            work.order_number = work.order_number or segment.get(0, 1)

    def _cux(self, work: Work, segment: Segment) -> None:
        code = segment.get(0, 1)
        if code and self.draft.get("currency") not in (None, code):
            work.line.doubt("unit_price", f"the price is in {code}")

    def close(self) -> None:
        """The line is complete: settle what several segments say together."""
        work, self.open = self.open, None
        if work is None:
            return
        self.settle_quantity(work)
        self.settle_price(work)
        _settle_texts(work)
        if work.maker and "seller_code" not in work.line.values:
            why = "the manufacturer's number; the seller's is not given"
            work.line.put("seller_code", work.maker[0], work.maker[1].place(1), why)
        settle_splits(work)
        settle_amount(work)

    def settle_quantity(self, work: Work) -> None:
        """The quantity of the qualifier that the kind of message is about."""
        ranked = _MEANT.get(self.draft.doc_type, _MEANT_ELSE)
        for qualifier in ranked:
            if qualifier in work.quantities:
                value, place, why = work.quantities[qualifier]
                work.line.put("quantity", value, place, why)
                if qualifier == "61":
                    work.line.doubt("quantity", "the quantity is one to be returned")
                break
        else:
            for value, place, _ in list(work.quantities.values())[:1]:
                if "59" not in work.quantities:
                    work.line.put("quantity", value, place, "of an unusual kind of quantity")
        if work.unit is None:
            return
        unit, place = work.unit
        why = f"{unit} is not a code of a unit" if unit.isdecimal() else None
        work.line.put("unit", unit, place, why)

    def settle_price(self, work: Work) -> None:
        """Net before gross; the base quantity of the price."""
        line = work.line
        ranked = [kind for kind in _PRICES if kind in work.prices]
        for kind in [*ranked, *work.prices][:1]:
            segment = work.prices[kind]
            value, why = number_of(segment.get(0, 1), self.mark)
            line.values.pop("unit_price", None)
            line.put("unit_price", value, segment.place(0), why)
            base, base_why = number_of(segment.get(0, 4), self.mark)
            if base is not None and decimal_of(base):
                line.put("price_base_quantity", base, segment.place(0), base_why)
            if kind not in ("AAA", "AAB", "NTP", "INV", "CAL", "CT", ""):
                line.doubt("unit_price", f"a price of the kind {kind[:20]}")
            if kind == "AAB" and work.percents:
                total = sum(work.percents, Decimal(0))
                if len(work.percents) == 1 and total < 0:
                    line.put("discount_percent", f"{-total:f}", segment.place(0))
                line.doubt("unit_price", "the gross price: allowances are given apart")
            elif kind == "AAB" and work.adjustments:
                line.doubt("unit_price", "the gross price: allowances are given apart")
            unit = segment.get(0, 5)
            if unit and work.unit and unit != work.unit[0]:
                line.doubt("unit_price", f"the price is per {unit}, the quantity in {work.unit[0]}")


def put_currency(draft: Draft, segment: Segment) -> None:
    """The currency of an amount, where the message states none for all."""
    code = segment.get(0, 2).upper()
    if len(code) != 3 or not code.isalpha():
        return
    draft.put("currency", code, segment.place(0))
    if draft.get("currency") != code:
        draft.doubt("currency", f"there are amounts in {code} too")


def _settle_texts(work: Work) -> None:
    """The description is the free text of the article; other characteristics are specification."""
    keys: list[str] = [
        key for key in ("8", "ANM", "DSC", "", "79", "DM", "BRN") if key in work.texts
    ]
    keys += [key for key in work.texts if key not in keys and not key.startswith("FTX")]
    keys += [key for key in ("FTX AAA", "FTX PRD") if key in work.texts]
    if keys:
        text, segment = _joined(work.texts[keys[0]])
        work.line.put("description", text, segment.place(2 if segment.tag == "IMD" else 3))
    rest = [key for key in work.texts if not keys or key != keys[0]]
    if rest:
        segment = work.texts[rest[0]][0][1]
        text = "; ".join(_joined(work.texts[key])[0] for key in rest)[:2000]
        work.line.put("specification", text, segment.place(2 if segment.tag == "IMD" else 3))


def _joined(texts: list[tuple[str, Segment]]) -> tuple[str, Segment]:
    whole, before = texts[0]
    for text, segment in texts[1:]:
        runs_on = before.tag == "IMD" and len(before.get(2, 4)) == 35
        whole += text if runs_on else f" {text}"
        before = segment
    return whole, texts[0][1]


_LINE_SEGMENTS = frozenset(
    ["PIA", "IMD", "FTX", "QTY", "DTM", "PRI", "APR", "MOA", "ALC", "PCD", "TAX", "RFF", "CUX"]
)
