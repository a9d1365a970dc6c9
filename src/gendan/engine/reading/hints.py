"""What was learned about a customer's documents and is used when the next one is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class ReadingHints:
    """Knowledge about the sender that settles what the document alone leaves open.

    column_labels: label as printed -> field name of a line or of the header ("buyer_code").
    date_order: how the sender writes 02/03/2026.
    unit_synonyms: unit as printed -> unit as we call it ("PC" -> "SET").
    currency: the sender's currency when only a sign such as ¥ or $ is printed.
    is_despatch: whoever hands it in says that it tells of goods on their way: a packing list is
    read for its lines then, which is otherwise no paper of an order.
    """

    column_labels: Mapping[str, str] = field(default_factory=dict)
    date_order: Literal["day_first", "month_first"] | None = None
    unit_synonyms: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    is_despatch: bool = False
