"""What reading a file gives: documents with lines, doubts and places, and pages to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .pages import Page, PageImage, Place

DOC_TYPES = (
    "order",
    "order_change",
    "order_cancellation",
    "order_response",
    "despatch_advice",
    "ship_notice",
    "receiving_advice",
    "request_for_quotation",
    "not_an_order",
)


DOUBTED_CONFIDENCE = 0.5
"""A value somebody should look at is never told as surer than this."""


@dataclass(frozen=True)
class Party:
    """A company named in the document."""

    name: str | None = None
    gln: str | None = None
    email: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """The party as printed in the contract."""
        return {"name": self.name, "gln": self.gln, "email": self.email}


@dataclass(frozen=True)
class OrderLine:
    """One ordered article; numbers are plain decimal strings, dates ISO, absent values None.

    action: what a change or an answer does with the line, where the format says it in a code:
    "added", "deleted", "changed", "unchanged"; "accepted", "rejected". Quantity and due date of an
    answered line are what is answered.
    """

    line_no: str | None = None
    buyer_code: str | None = None
    seller_code: str | None = None
    gtin: str | None = None
    description: str | None = None
    specification: str | None = None
    quantity: str | None = None
    unit: str | None = None
    unit_price: str | None = None
    price_base_quantity: str | None = None
    price_includes_tax: bool | None = None
    discount_percent: str | None = None
    due_date: str | None = None
    line_amount: str | None = None
    action: str | None = None

    def as_json(self) -> dict[str, str | bool | None]:
        """The line as printed in the contract, extra keys included."""
        return dict(vars(self))


@dataclass(frozen=True)
class Doubt:
    """A value somebody should look at, and why."""

    field: str
    why: str

    def as_json(self) -> dict[str, str]:
        """The doubt as printed in the contract."""
        return {"field": self.field, "why": self.why}


@dataclass(frozen=True)
class Source:
    """Which file (and which attachment of it) a document was read from, and how.

    exchange: who sent an EDI message to whom, for answering it ("sender", "sender_qualifier",
    "receiver", "receiver_qualifier", "control", "version", …); empty for other formats.
    """

    file: str
    format: str
    method: str
    mail: Mapping[str, str] = field(default_factory=dict)
    exchange: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The source as printed in the contract; `mail` only for messages."""
        answer: dict[str, object] = {
            "file": self.file,
            "format": self.format,
            "method": self.method,
        }
        if self.mail:
            answer["mail"] = dict(self.mail)
        if self.exchange:
            answer["exchange"] = dict(self.exchange)
        return answer


@dataclass(frozen=True)
class OrderDocument:
    """One document about an order, as read.

    order_number is the number of the order the document is about; document_number the document's
    own number (the same for an order). verdict: what a response says to the whole order
    ("accepted", "changed", "rejected"), where the format says it in a code. Keys of found_at and
    fields of doubts are paths such as "order_number", "buyer.name", "totals.total",
    "lines.0.quantity".
    """

    doc_type: str
    source: Source
    order_number: str | None = None
    document_number: str | None = None
    issue_date: str | None = None
    currency: str | None = None
    buyer: Party = Party()
    seller: Party = Party()
    requested_delivery: str | None = None
    incoterm: str | None = None
    payment_terms: str | None = None
    totals: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[OrderLine, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    found_at: Mapping[str, Place] = field(default_factory=dict)
    verdict: str | None = None

    def as_json(self) -> dict[str, object]:
        """The document as in the contract (intake)."""
        return {
            "doc_type": self.doc_type,
            "order_number": self.order_number,
            "document_number": self.document_number,
            "issue_date": self.issue_date,
            "currency": self.currency,
            "buyer": self.buyer.as_json(),
            "seller": self.seller.as_json(),
            "requested_delivery": self.requested_delivery,
            "incoterm": self.incoterm,
            "payment_terms": self.payment_terms,
            "verdict": self.verdict,
            "totals": dict(self.totals),
            "lines": [line.as_json() for line in self.lines],
            "doubts": [doubt.as_json() for doubt in self.doubts],
            "found_at": self._places(),
            "source": self.source.as_json(),
        }

    def _places(self) -> dict[str, dict[str, object]]:
        """Where each value stands and how sure it is: of a doubted one, no more than a half."""
        doubted = {doubt.field for doubt in self.doubts}
        places: dict[str, dict[str, object]] = {}
        for path, place in self.found_at.items():
            places[path] = place.as_json()
            if path in doubted:
                places[path]["confidence"] = round(min(place.confidence, DOUBTED_CONFIDENCE), 2)
        return places


@dataclass(frozen=True)
class ReadingResult:
    """All documents found in one file, and its pages for showing it beside them."""

    documents: tuple[OrderDocument, ...]
    view: tuple[Page, ...]
    images: tuple[PageImage, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Exactly the JSON that `gendan read` prints."""
        return {"documents": [document.as_json() for document in self.documents]}

    def view_as_json(self) -> list[dict[str, object]]:
        """The pages as a neutral model a web page can draw; found_at refers to it."""
        return [page.as_json() for page in self.view]
