"""EDIFACT orders, changes, responses and advices (D.96A, EANCOM) read by segment and qualifier."""

from dataclasses import dataclass, field

from ..pages import Place
from ..parts import Part, Reading
from ..results import Source
from ..understanding.draft import Draft
from ..understanding.terms import find_incoterm
from .edifact_lines import LineReader, put_currency
from .edifact_syntax import Marks, messages_of
from .segments import (
    Message,
    Segment,
    choose_day,
    date_of,
    decimal_of,
    finish,
    joined,
    number_of,
    segments_page,
    whole_part,
)

EDIFACT_KINDS: dict[str, str] = {
    "ORDERS": "order",
    "ORDCHG": "order_change",
    "ORDRSP": "order_response",
    "DESADV": "despatch_advice",
    "RECADV": "receiving_advice",
    "REQOTE": "request_for_quotation",
}
_SECRETS = {"UNB": (5,)}
_SHIPPED = "the date asked for is the despatch, not the delivery"
_FIRST_DAY = "the date is the earliest day, not the latest"
_ASKED = (
    ("2", None), ("74", None), ("63", None), ("76", None), ("69", None), ("71", _FIRST_DAY),
    ("64", _FIRST_DAY), ("17", None), ("61", "the date is the last day before cancellation"),
    ("38", _SHIPPED), ("10", _SHIPPED), ("11", _SHIPPED), ("37", _SHIPPED),
)  # fmt: skip
_ANSWERED = (
    ("69", None), ("75", None), ("67", None), ("76", None), ("17", None), ("2", None),
    ("74", None), ("63", None), ("72", _FIRST_DAY), ("79", _SHIPPED), ("10", _SHIPPED),
    ("11", _SHIPPED), ("38", _SHIPPED),
)  # fmt: skip
_MOVED = (("17", None), ("358", None), ("35", None), ("2", None), ("69", None), ("50", None))
_TOTALS = {
    "79": "subtotal", "86": "total", "128": "total", "77": "total", "39": "total", "9": "total",
    "125": "total_excl_tax", "124": "tax", "176": "tax", "64": "freight", "260": "discount",
}  # fmt: skip
_FUNCTIONS_OF_ORDERS = {"1": "order_cancellation", "3": "order_cancellation",
                        "4": "order_change", "5": "order_change"}  # fmt: skip
_BGM_KINDS = {"230": "order_change", "231": "order_response", "320": "order_response",
              "311": "request_for_quotation", "351": "despatch_advice"}  # fmt: skip
_VERDICTS = {"29": "accepted", "12": "accepted", "6": "accepted", "4": "changed",
             "27": "rejected"}  # fmt: skip
_REMARKS = {"221": "a blanket order: quantities are called off later",
            "226": "a call-off from a blanket order"}  # fmt: skip
_BUYERS, _SELLERS = ("BY", "OB"), ("SU", "SE", "VN")
_PERIODS = {"D": "days", "W": "weeks", "M": "months", "Y": "years", "WD": "working days",
            "CD": "days", "DC": "days"}  # fmt: skip


def read_edifact(reading: Reading) -> list[Part]:
    """All messages of the file, each a document."""
    number = reading.numberer.next()
    found = messages_of(reading.data, number)
    page = segments_page(found.shown, number, reading.filename, _SECRETS)
    drafts = []
    for message in found.messages:
        source = Source(reading.filename, "edifact", "segments", reading.mail, message.exchange)
        drafts.append(MessageReader(message, source, found.marks).read())
    otherwise = Source(reading.filename, "edifact", "segments", reading.mail)
    return [whole_part(drafts, page, otherwise, "the interchange holds no message")]


@dataclass
class _Header:
    """What the header gives before it is settled."""

    days: dict[str, list[tuple[str, Place, str | None]]] = field(default_factory=dict)
    group: str = ""
    party: str = ""
    buyers: set[tuple[str, str]] = field(default_factory=set)
    invoiced: Segment | None = None
    terms: tuple[str, Place] | None = None
    payment: tuple[str, Place] | None = None
    reference: str = ""


class MessageReader:
    """Reads one message."""

    def __init__(self, message: Message, source: Source, marks: Marks) -> None:
        self.message = message
        self.marks = marks
        kind = EDIFACT_KINDS.get(message.exchange.get("type", "").upper())
        self.draft = Draft(source, kind or "not_an_order")
        self.is_known = kind is not None
        self.header = _Header()
        self.lines = LineReader(self.draft, marks.decimal)
        self.controls: dict[str, tuple[str, Segment]] = {}

    def read(self) -> Draft:
        """Header, lines, sums."""
        part = "header"
        for segment in self.message.segments if self.is_known else ():
            if segment.tag in ("LIN", "CPS") and part == "header":
                part = "lines"
            elif segment.tag in ("UNS", "CNT"):
                part = "summary"
            if part == "header":
                self.head(segment)
            elif part == "lines":
                self.lines.take(segment)
            else:
                self.summary(segment)
        if not self.is_known:
            return self.draft
        self.lines.close()
        self.settle()
        finish(self.draft, self.message)
        return self.draft

    def head(self, segment: Segment) -> None:
        """A segment before the first line."""
        reader = getattr(self, f"_{segment.tag.lower()}", None)
        if segment.tag in _HEAD_GROUPS:
            self.header.group = segment.tag
        if segment.tag in _HEAD_SEGMENTS and reader is not None:
            reader(segment)

    def _bgm(self, segment: Segment) -> None:
        draft, code, function = self.draft, segment.get(0), segment.get(2)
        number = segment.get(1)
        draft.put("document_number", number or None, segment.place(1))
        kind = _BGM_KINDS.get(code)
        if draft.doc_type == "order_response":
            draft.put("verdict", _VERDICTS.get(function), segment.place(2))
        if draft.doc_type == "order" and kind:
            draft.doc_type = kind
            draft.doubt("doc_type", f"an ORDERS message that calls itself document {code}")
        if draft.doc_type in ("order", "order_change"):
            draft.doc_type = _FUNCTIONS_OF_ORDERS.get(function, draft.doc_type)
            if function in ("7", "31"):
                draft.doubt("doc_type", "a copy of a message that was sent before")
        if code in _REMARKS and draft.doc_type == "order":
            draft.doubt("doc_type", _REMARKS[code])
        if self.message.exchange.get("type") in ("ORDERS", "REQOTE"):
            draft.put("order_number", number or None, segment.place(1))

    def _dtm(self, segment: Segment) -> None:
        qualifier = segment.get(0, 0)
        day, why = date_of(segment.get(0, 1), segment.get(0, 2))
        if qualifier in ("137", "4") and self.header.group == "":
            if qualifier == "137" or self.draft.get("issue_date") is None:
                self.draft.values.pop("issue_date", None)
                self.draft.put("issue_date", day, segment.place(0), why)
        elif qualifier in ("13", "140") and self.header.group in ("PAT", "PYT") and day:
            self.header.payment = self.header.payment or (f"due {day}", segment.place(0))
        elif day is not None:
            self.header.days.setdefault(qualifier, []).append((day, segment.place(0), why))
        elif why and qualifier in ("2", "63", "64", "69", "17", "74", "76", "10", "11"):
            self.draft.doubt("requested_delivery", why)

    def _rff(self, segment: Segment) -> None:
        if segment.get(0, 0) == "ON" and segment.get(0, 1):
            self.draft.put("order_number", segment.get(0, 1), segment.place(0))

    def _nad(self, segment: Segment) -> None:
        role = segment.get(0).upper()
        side = "buyer" if role in _BUYERS else "seller" if role in _SELLERS else ""
        self.header.party = side
        if role == "IV":
            self.header.invoiced = segment
        if side:
            self.party(side, segment)
        if role == "BY":
            self.header.buyers.add((segment.get(1, 0), segment.get(1, 2)))

    def party(self, side: str, segment: Segment) -> None:
        """Name and GLN of a party."""
        name = joined(segment.parts(3)[:5])
        at = 3
        if not name:
            name, at = segment.get(2, 0), 2
        self.draft.put(f"{side}.name", name or None, segment.place(at))
        gln = segment.get(1, 0)
        if segment.get(1, 2) == "9" and gln:
            why = None if gln.isdecimal() and len(gln) == 13 else "a GLN has 13 digits"
            self.draft.put(f"{side}.gln", gln, segment.place(1), why)

    def _com(self, segment: Segment) -> None:
        if self.header.party and self.header.group == "NAD":
            for index in range(len(segment.elements)):
                if segment.get(index, 1) == "EM":
                    mail = segment.get(index, 0) or None
                    self.draft.put(f"{self.header.party}.email", mail, segment.place(index))

    def _cux(self, segment: Segment) -> None:
        for index in range(2):
            code = segment.get(index, 1).upper()
            if len(code) == 3 and code.isalpha():
                why = None if segment.get(index, 0) == "2" else "not named as reference currency"
                self.draft.put("currency", code, segment.place(index), why if index == 0 else None)
                return

    def _pat(self, segment: Segment) -> None:
        if segment.get(0) in ("22", "20"):
            return  # discounts and penalties
        text = segment.get(1, 3) or segment.get(1, 4)
        number, period = segment.get(2, 3), segment.get(2, 2)
        self.payment(segment, text, number, period, 1 if text else 2)

    def _pyt(self, segment: Segment) -> None:
        if segment.get(0) in ("22", "20"):
            return
        text = segment.get(1, 3) or segment.get(1, 4)
        self.payment(segment, text, segment.get(5), segment.get(4), 1 if text else 5)

    def payment(self, segment: Segment, text: str, number: str, period: str, at: int) -> None:
        """Terms in words, else as a period."""
        if not text and number:
            text = f"{number.lstrip('0') or '0'} {_PERIODS.get(period, period)}".strip()
        if text and self.header.payment is None:
            self.header.payment = (text, segment.place(at))

    def _tod(self, segment: Segment) -> None:
        text = segment.get(2, 0) or segment.get(2, 3)
        more = f"{segment.get(2, 3)} {segment.get(2, 4)}".strip()
        term = find_incoterm(f"{text} {more}" if more and more != text else text)
        if term:
            self.header.terms = (term, segment.place(2))

    def _loc(self, segment: Segment) -> None:
        terms = self.header.terms
        place = segment.get(1, 3) or segment.get(1, 0)
        if self.header.group == "TOD" and terms and place and " " not in terms[0]:
            self.header.terms = (f"{terms[0]} {place}", terms[1])

    def _ftx(self, segment: Segment) -> None:
        text = " ".join(part for part in segment.parts(3) if part)
        if segment.get(0) in ("PMT", "AAB", "PMD") and text:
            self.header.payment = self.header.payment or (text, segment.place(3))

    def _moa(self, segment: Segment) -> None:
        name = _TOTALS.get(segment.get(0, 0))
        put_currency(self.draft, segment)
        if name and self.header.group != "ALC":
            value, why = number_of(segment.get(0, 1), self.marks.decimal)
            self.draft.put(f"totals.{name}", value, segment.place(0), why)

    def summary(self, segment: Segment) -> None:
        """A segment after the lines."""
        if segment.tag == "MOA":
            self.header.group = ""
            self._moa(segment)
        elif segment.tag == "CNT":
            self.controls[segment.get(0, 0)] = (segment.get(0, 1), segment)

    def settle(self) -> None:
        """What can be said once everything was seen."""
        draft, header = self.draft, self.header
        self.settle_numbers()
        ranked = _ASKED if draft.doc_type in ("order", "order_change", "order_cancellation",
                                              "request_for_quotation") else (
            _ANSWERED if draft.doc_type == "order_response" else _MOVED)  # fmt: skip
        choose_day(header.days, ranked, draft, "requested_delivery")
        self.settle_window()
        if header.terms:
            draft.put("incoterm", *header.terms)
        if header.payment:
            draft.put("payment_terms", *header.payment)
        if header.invoiced is not None and not (draft.get("buyer.name") or header.buyers):
            self.party("buyer", header.invoiced)
            draft.doubt("buyer", "no buyer is named; this is who is invoiced")
        if len(header.buyers) > 1:
            draft.doubt("buyer", "the message names two buyers")
        for line in self.lines.works:
            choose_day(line.days, ranked, line.line, "due_date")
        self.settle_verdict()
        self.settle_controls()

    def settle_verdict(self) -> None:
        """Whoever accepts the whole order does not change or refuse a line of it."""
        actions = {work.line.get("action") for work in self.lines.works}
        if self.draft.get("verdict") == "accepted" and actions & {"changed", "rejected", "deleted"}:
            self.draft.doubt("verdict", "it says that all is accepted, but changes lines")

    def settle_window(self) -> None:
        """A first and a last day of delivery that differ."""
        days = self.header.days
        for first, last in (("64", "63"), ("71", "74"), ("37", "38")):
            if first in days and last in days and days[first][0][0] != days[last][0][0]:
                why = f"a window from {days[first][0][0]} to {days[last][0][0]}"
                self.draft.doubt("requested_delivery", why)

    def settle_numbers(self) -> None:
        """The order's number stands in the header, else at the lines, else it is the message's."""
        draft = self.draft
        numbers = dict.fromkeys(w.order_number for w in self.lines.works if w.order_number)
        if draft.get("order_number") is None and numbers:
            work = next(w for w in self.lines.works if w.order_number)
            draft.put("order_number", work.order_number, None)
        if len(numbers) > 1:
            draft.doubt(
                "order_number", f"the lines belong to orders {', '.join(list(numbers)[:9])}"
            )
        if draft.get("order_number") is None and draft.doc_type in (
            "order_change", "order_cancellation"
        ):  # fmt: skip
            draft.put("order_number", draft.get("document_number"), None)
            draft.doubt("order_number", "no order is referred to; this is the message's number")

    def settle_controls(self) -> None:
        """CNT: the number of lines, the sum of their quantities."""
        works = [work for work in self.lines.works if not work.is_part]
        stated = number_of(self.controls["2"][0])[0] if "2" in self.controls else None
        if stated is not None and decimal_of(stated) not in (len(works), len(self.lines.works)):
            why = f"the message states {stated} lines, it has {len(works)}"
            self.draft.doubt("lines", why)
        hashed = number_of(self.controls["1"][0])[0] if "1" in self.controls else None
        values = [decimal_of(work.line.get("quantity")) for work in works]
        total = sum(value for value in values if value is not None)
        if hashed is not None and values and decimal_of(hashed) != total:
            why = f"the control total is {hashed}, the quantities make {total:f}"
            self.draft.doubt("lines", why)
            for work in works:
                work.line.doubt("quantity", why)


_HEAD_GROUPS = frozenset(
    ["RFF", "NAD", "CUX", "PAT", "PYT", "TOD", "TDT", "TAX", "ALC", "SCC", "PAC", "EQD"]
)
_HEAD_SEGMENTS = frozenset(
    ["BGM", "DTM", "RFF", "NAD", "COM", "CUX", "PAT", "PYT", "TOD", "LOC", "FTX", "MOA"]
)
