"""What a shipped rule says; the rules themselves are in rules_data.py."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """One rule as shipped; what the company changes is kept in NoticeRule.

    acted_by: facts that prove the act, about the same `match` (a pattern over the fact's values);
    none: one says that it is done. meaning: facts with equal meaning about one order are one line.
    is_each: everybody acts for themselves; else one act is enough for all. tells_doer: also told
    of one's own act, because it may not have been oneself. by_people: what the system does by
    itself (gates) is not told.
    """

    fact: str
    title: Any
    know: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    acted_by: tuple[str, ...] = ()
    match: str = "order:{order_id}"
    importance: str = "normal"
    channels: tuple[str, ...] = ("digest",)
    escalate_hours: int | None = None
    escalate_to: str = ""
    meaning: str = ""
    merges: bool = True
    is_each: bool = False
    tells_doer: bool = False
    by_people: bool = False
    is_active: bool = True


TEAM = ("merchandiser", "team")
NOW = ("mail", "robot")
