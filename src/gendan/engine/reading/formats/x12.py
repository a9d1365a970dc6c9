"""X12 orders, changes, acknowledgments and ship notices (4010) read by segment and qualifier."""

from dataclasses import dataclass, field

from ..pages import Place
from ..parts import Part, Reading
from ..results import Source
from ..understanding.draft import Draft
from ..understanding.terms import find_incoterm
from .segments import (
    Message,
    Segment,
    choose_day,
    date_of,
    decimal_of,
    finish,
    number_of,
    segments_page,
    whole_part,
)
from .x12_lines import LineReader
from .x12_syntax import messages_of

X12_KINDS: dict[str, str] = {
    "850": "order",
    "875": "order",
    "860": "order_change",
    "876": "order_change",
    "855": "order_response",
    "865": "order_response",
    "856": "ship_notice",
    "861": "receiving_advice",
    "840": "request_for_quotation",
}
_SECRETS = {"ISA": (1, 3), "GS": (), "CRC": ()}
_SHIPPED = "the date asked for is the despatch, not the delivery"
_FIRST_DAY = "the date is the earliest day, not the latest"
_ASKED = (
    ("002", None), ("106", None), ("074", None), ("063", None), ("067", None), ("069", None),
    ("017", None), ("071", _FIRST_DAY), ("064", _FIRST_DAY),
    ("001", "the date is the last day before cancellation"),
    ("061", "the date is the last day before cancellation"), ("010", _SHIPPED),
    ("038", _SHIPPED), ("068", _SHIPPED), ("037", _SHIPPED), ("118", _SHIPPED),
)  # fmt: skip
_ANSWERED = (
    ("069", None), ("067", None), ("017", None), ("002", None), ("106", None), ("079", _SHIPPED),
    ("068", _SHIPPED), ("011", _SHIPPED), ("010", _SHIPPED), ("038", _SHIPPED),
)  # fmt: skip
_MOVED = (("017", None), ("067", None), ("002", None), ("371", None), ("035", None))
_PURPOSES = {"01": "order_cancellation", "03": "order_cancellation", "04": "order_change",
             "05": "order_change"}  # fmt: skip
_COPIES = {"07": "a copy of a message that was sent before", "22": "a copy for information",
           "18": "a message that was issued again"}  # fmt: skip
_VERDICTS = {"AD": "accepted", "AT": "accepted", "AC": "changed", "AE": "changed",
             "RD": "rejected", "RJ": "rejected", "RF": "rejected"}  # fmt: skip
_BUYERS, _SELLERS = ("BY", "OB"), ("SE", "SU", "VN", "SF")
_DATES_OF_DELIVERY = {"002", "010", "017", "037", "038", "063", "064", "067", "069", "074", "106"}


def read_x12(reading: Reading) -> list[Part]:
    """All transaction sets of the file, each a document."""
    number = reading.numberer.next()
    found = messages_of(reading.data, number)
    page = segments_page(found.shown, number, reading.filename, _SECRETS)
    drafts = []
    for message in found.messages:
        source = Source(reading.filename, "x12", "segments", reading.mail, message.exchange)
        drafts.append(MessageReader(message, source).read())
    otherwise = Source(reading.filename, "x12", "segments", reading.mail)
    why = "the interchange holds no message"
    if not found.is_readable:
        why = "the interchange header is damaged"
    return [whole_part(drafts, page, otherwise, why)]


@dataclass
class _Header:
    """What the header gives before it is settled."""

    days: dict[str, list[tuple[str, Place, str | None]]] = field(default_factory=dict)
    party: str = ""
    billed: Segment | None = None
    has_buyer: bool = False


class MessageReader:
    """Reads one transaction set."""

    def __init__(self, message: Message, source: Source) -> None:
        self.message = message
        kind = X12_KINDS.get(message.exchange.get("type", ""))
        self.is_known = kind is not None
        self.draft = Draft(source, kind or "not_an_order")
        self.header = _Header()
        self.lines = LineReader(self.draft)

    def read(self) -> Draft:
        """Header, lines, sums."""
        part = "header"
        for segment in self.message.segments if self.is_known else ():
            if segment.tag in ("PO1", "POC", "RCD", "PO3") or (
                segment.tag in ("HL", "LIN", "SN1") and self.draft.doc_type == "ship_notice"
            ):
                part = "lines"
            elif segment.tag == "CTT":
                part = "summary"
            if part == "lines" and self.lines.take(segment):
                continue
            if segment.tag in _HEAD_SEGMENTS:
                getattr(self, f"_{segment.tag.lower()}")(segment)
        if not self.is_known:
            return self.draft
        self.lines.close()
        self.settle()
        finish(self.draft, self.message)
        return self.draft

    def begin(self, segment: Segment, number: int, release: int, days: tuple[int, ...]) -> None:
        """What all beginning segments have: purpose, number, release, date."""
        draft, purpose = self.draft, segment.get(0)
        if draft.doc_type in ("order", "order_change"):
            draft.doc_type = _PURPOSES.get(purpose, draft.doc_type)
        if purpose in _COPIES and draft.doc_type != "order_response":
            draft.doubt("doc_type", _COPIES[purpose])
        draft.put("order_number", segment.get(number) or None, segment.place(number))
        if segment.get(release):
            draft.doubt("order_number", f"this is release {segment.get(release)} of the order")
        for index in days:
            if segment.get(index):
                day, why = _day(segment.get(index))
                draft.put("issue_date", day, segment.place(index), why)
                break

    def _beg(self, segment: Segment) -> None:
        self.begin(segment, 2, 3, (4,))
        self.draft.put("document_number", segment.get(2) or None, segment.place(2))
        kinds = {"BK": "a blanket order: quantities are called off later",
                 "RL": "a call-off from a blanket order"}  # fmt: skip
        if segment.get(1) in kinds:
            self.draft.doubt("doc_type", kinds[segment.get(1)])

    def _bch(self, segment: Segment) -> None:
        self.begin(segment, 2, 3, (10, 9, 5))
        at = 4 if segment.get(4) else 2
        self.draft.put("document_number", segment.get(at) or None, segment.place(at))

    def _bak(self, segment: Segment) -> None:
        self.begin(segment, 2, 4, (8, 3))
        self.draft.put("verdict", _VERDICTS.get(segment.get(1)), segment.place(1))
        self.draft.put("document_number", segment.get(7) or None, segment.place(7))

    def _bca(self, segment: Segment) -> None:
        self.begin(segment, 2, 3, (9, 5))
        self.draft.put("verdict", _VERDICTS.get(segment.get(1)), segment.place(1))
        self.draft.put("document_number", segment.get(4) or None, segment.place(4))

    def _bsn(self, segment: Segment) -> None:
        day, why = _day(segment.get(2))
        self.draft.put("document_number", segment.get(1) or None, segment.place(1))
        self.draft.put("issue_date", day, segment.place(2), why)

    def _bra(self, segment: Segment) -> None:
        day, why = _day(segment.get(1))
        self.draft.put("document_number", segment.get(0) or None, segment.place(0))
        self.draft.put("issue_date", day, segment.place(1), why)

    def _bqt(self, segment: Segment) -> None:
        day, why = _day(segment.get(2))
        self.draft.put("document_number", segment.get(1) or None, segment.place(1))
        self.draft.put("order_number", segment.get(1) or None, segment.place(1))
        self.draft.put("issue_date", day, segment.place(2), why)

    def _g50(self, segment: Segment) -> None:
        day, why = _day(segment.get(1))
        for name in ("order_number", "document_number"):
            self.draft.put(name, segment.get(2) or None, segment.place(2))
        self.draft.put("issue_date", day, segment.place(1), why)

    def _prf(self, segment: Segment) -> None:
        number = segment.get(0)
        self.draft.put("order_number", number or None, segment.place(0))
        if number and number != self.draft.get("order_number"):
            self.draft.doubt("order_number", f"the message is about order {number} too")

    def _cur(self, segment: Segment) -> None:
        code = segment.get(1).upper()
        why = None if len(code) == 3 and code.isalpha() else f"{code[:20]} is not a currency"
        self.draft.put("currency", code if why is None else None, segment.place(1), why)

    def _ref(self, segment: Segment) -> None:
        if segment.get(0) == "PO" and self.draft.doc_type == "receiving_advice":
            self.draft.put("order_number", segment.get(1) or None, segment.place(1))

    def _fob(self, segment: Segment) -> None:
        code = segment.get(4).upper()
        place = segment.get(6) or (segment.get(2) if segment.get(1) in ("OR", "PE", "DE") else "")
        term = find_incoterm(f"{code} {place}".strip())
        self.draft.put("incoterm", term, segment.place(4))

    def _itd(self, segment: Segment) -> None:
        text, at = segment.get(11), 11
        if not text and segment.get(6):
            text, at = f"net {segment.get(6).lstrip('0') or '0'} days", 6
            if segment.get(2) and segment.get(4):
                text = f"{segment.get(2)}% {segment.get(4)} days, {text}"
        if not text and segment.get(5):
            day, _ = _day(segment.get(5))
            text, at = (f"due {day}" if day else ""), 5
        self.draft.put("payment_terms", text or None, segment.place(at))

    def _dtm(self, segment: Segment) -> None:
        qualifier, text = segment.get(0).zfill(3), segment.get(1)
        at = 1
        if not text and segment.get(5):
            at = 5
            period = segment.get(5).replace("-", "")
            form = {"RD8": "718", "D8": "102"}.get(segment.get(4), "")
            day, why = date_of(period, form)
        else:
            day, why = _day(text)
        if qualifier == "004" and self.draft.doc_type == "order":
            self.draft.put("issue_date", day, segment.place(at), why)
        elif day is not None:
            self.header.days.setdefault(qualifier, []).append((day, segment.place(at), why))
        elif why and qualifier in _DATES_OF_DELIVERY:
            self.draft.doubt("requested_delivery", why)

    def _n1(self, segment: Segment) -> None:
        role = segment.get(0).upper()
        side = "buyer" if role in _BUYERS else "seller" if role in _SELLERS else ""
        self.header.party = side
        self.header.has_buyer = self.header.has_buyer or side == "buyer"
        if role == "BT" and self.header.billed is None:
            self.header.billed = segment
        if side:
            self.party(side, segment)

    def party(self, side: str, segment: Segment) -> None:
        """Name and GLN of a party."""
        self.draft.put(f"{side}.name", segment.get(1) or None, segment.place(1))
        if segment.get(2) == "UL":
            self.draft.put(f"{side}.gln", segment.get(3) or None, segment.place(3))

    def _per(self, segment: Segment) -> None:
        for index in (2, 4, 6):
            if segment.get(index) == "EM" and self.header.party:
                mail = segment.get(index + 1) or None
                self.draft.put(f"{self.header.party}.email", mail, segment.place(index + 1))

    def _sac(self, segment: Segment) -> None:
        # SAC05 has two implied decimals
        amount = decimal_of(segment.get(4)) if segment.get(4).isdecimal() else None
        if amount is None or segment.get(0) not in ("A", "C"):
            return
        is_freight = segment.get(1) in ("D240", "D500", "G821", "I260")
        name = "discount" if segment.get(0) == "A" else "freight" if is_freight else ""
        if name and f"totals.{name}" not in self.draft.values:
            self.draft.put(f"totals.{name}", f"{amount / 100:.2f}", segment.place(4))
        elif name:
            self.draft.doubt(f"totals.{name}", "there are several of them")

    def _txi(self, segment: Segment) -> None:
        value, why = number_of(segment.get(1))
        self.draft.put("totals.tax", value, segment.place(1), why)

    def _amt(self, segment: Segment) -> None:
        name = {"TT": "total", "BAP": "subtotal", "1": "subtotal", "T": "tax"}.get(segment.get(0))
        if name:
            value, why = number_of(segment.get(1))
            self.draft.put(f"totals.{name}", value, segment.place(1), why)

    def _ctt(self, segment: Segment) -> None:
        self.lines.close()
        draft, stated = self.draft, decimal_of(number_of(segment.get(0))[0])
        counted = len(draft.lines)
        if draft.doc_type == "ship_notice":
            counted = sum(1 for entry in self.message.segments if entry.tag == "HL")
        if stated is not None and stated not in (counted, len(draft.lines)):
            draft.doubt("lines", f"the set states {stated:f} lines, it has {counted}")
        hashed = decimal_of(number_of(segment.get(1))[0])
        if hashed is None:
            return
        values = [decimal_of(line.get("quantity")) for line in draft.lines]
        total = sum(value for value in [*values, *self.lines.ordered] if value is not None)
        plain_total = sum(value for value in values if value is not None)
        if hashed not in (plain_total, total, sum(self.lines.ordered)):
            why = f"the hash total is {hashed:f}, the quantities make {plain_total:f}"
            draft.doubt("lines", why)
            for line in draft.lines:
                line.doubt("quantity", why)

    def settle(self) -> None:
        """What can be said once everything was seen."""
        draft, header = self.draft, self.header
        ranked = {"order_response": _ANSWERED, "ship_notice": _MOVED,
                  "receiving_advice": _MOVED}.get(draft.doc_type, _ASKED)  # fmt: skip
        choose_day(header.days, ranked, draft, "requested_delivery")
        for first, last in (("064", "063"), ("071", "074"), ("037", "038")):
            if first in header.days and last in header.days:
                start, end = header.days[first][0][0], header.days[last][0][0]
                if start != end:
                    draft.doubt("requested_delivery", f"a window from {start} to {end}")
        if header.billed is not None and not header.has_buyer:
            self.party("buyer", header.billed)
            draft.doubt("buyer", "no buyer is named; this is who is billed")
        for work in self.lines.works:
            choose_day(work.days, ranked, work.line, "due_date")


def _day(text: str) -> tuple[str | None, str | None]:
    """CCYYMMDD; YYMMDD is of older releases and a doubt."""
    if len(text) == 6 and text.isdecimal():
        day, why = date_of(text, "101")
        return day, why or "the year has two digits"
    return date_of(text, "102")


_HEAD_SEGMENTS = frozenset(
    ["BEG", "BCH", "BAK", "BCA", "BSN", "BRA", "BQT", "G50", "PRF", "CUR", "REF", "FOB", "ITD",
     "DTM", "N1", "PER", "SAC", "TXI", "AMT", "CTT"]
)  # fmt: skip
