"""The facts of the notices: what was read, and what was not."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class NoticesAcknowledged(Fact):
    """Somebody has read, and with that answers for knowing, these entries of the journal."""

    entries: list[int] = field(default_factory=list)
