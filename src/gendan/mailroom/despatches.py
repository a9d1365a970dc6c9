"""What a despatch advice, ship notice or packing list says: the head of a notice and its lines."""

from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from gendan.intake import sandbox
from gendan.kernel.errors import Invalid
from gendan.purchasing.services import NoticedRow, Shipment

KINDS = frozenset({"despatch_advice", "ship_notice"})
# With it the reader takes the lines of a packing list, which is no paper of an order otherwise.
HINTS = {"is_despatch": True}
LIMITS = sandbox.Limits(wall_seconds=30, cpu_seconds=25)
Data = Mapping[str, Any]


def read_notice(file: IO[bytes], name: str) -> tuple[Shipment, list[NoticedRow]]:
    """What a file that was handed in as a notice says, read in a process of its own.

    Raises Invalid for what cannot be read so: no lines, several documents, a bomb, a picture.
    """
    answer = sandbox.read_apart(
        file, filename=name, hints=HINTS, is_slow_allowed=False, limits=LIMITS
    )
    meant = [one for one in answer.documents if one["lines"]]
    if answer.problem or not meant:
        raise Invalid(_("This file cannot be read as a ship notice."), field="file")
    if len(meant) > 1:
        raise Invalid(_("The file holds several documents; hand in each alone."), field="file")
    return shipment_of(meant[0]), rows_of(meant[0])


def despatches_in(documents: Sequence[Data]) -> list[Data]:
    """Those of the documents that tell of goods on their way."""
    return [one for one in documents if one.get("doc_type") in KINDS and one.get("lines")]


def shipment_of(document: Data) -> Shipment:
    """The head of the notice; what the document does not say is empty."""
    return Shipment(
        number=document.get("document_number") or "",
        shipped_on=document.get("issue_date") or "",
        expected_on=document.get("requested_delivery") or _last_day(document["lines"]),
    )


def rows_of(document: Data) -> list[NoticedRow]:
    """The lines of the notice."""
    return [
        NoticedRow(
            quantity=line.get("quantity") or "",
            position=_position(line.get("order_line") or line.get("line_no")),
            order_number=document.get("order_number") or "",
            article=line.get("seller_code") or line.get("buyer_code") or line.get("gtin") or "",
            unit=line.get("unit") or "",
        )
        for line in document["lines"]
    ]


def _position(text: Any) -> int:
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0


def _last_day(lines: Sequence[Data]) -> str:
    return max((line["due_date"] for line in lines if line.get("due_date")), default="")
