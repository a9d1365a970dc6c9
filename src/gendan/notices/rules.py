"""The rules in force: what is shipped, with what the company has changed."""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any

from gendan.kernel.people import OUTSIDE_ROLES, role_codes
from gendan.notices.models import NoticeRule
from gendan.notices.rules_data import SHIPPED
from gendan.notices.shipped import Shipped

# A rule switched on works in every process after this time; asking for each fact would cost all.
SECONDS = 5
_known: tuple[float, frozenset[str]] | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule(Shipped):
    """A rule in force, and whether it is the company's own."""

    revision: int = 0
    is_changed: bool = False

    @property
    def is_by_hand(self) -> bool:
        """Whether nothing but somebody's word proves the act."""
        return not self.acted_by

    def subject(self, data: Mapping[str, Any], **more: Any) -> str:
        """What a fact is about, so that the act can be recognised: "revision:12"."""
        return self.match.format_map(_Values({**data, **more}))[:80]


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def rules() -> dict[str, Rule]:
    """Every rule in force by fact: 1 query."""
    kept = {row.fact: row for row in NoticeRule.objects.all()}
    return {fact: _in_force(shipped, kept.get(fact)) for fact, shipped in SHIPPED.items()}


def rule_of(fact: str) -> Rule | None:
    """The rule in force for one kind of fact: 1 query; None where none is shipped."""
    shipped = SHIPPED.get(fact)
    if shipped is None:
        return None
    return _in_force(shipped, NoticeRule.objects.filter(fact=fact).first())


def acted_on_by(fact: str) -> list[Rule]:
    """The rules whose act a fact proves (what proves an act is not the company's to change)."""
    return [_in_force(rule, None) for rule in SHIPPED.values() if fact in rule.acted_by]


def is_wanted(fact: str) -> bool:
    """Whether recording this fact may tell anybody, or prove an act: asked with every fact."""
    shipped = SHIPPED.get(fact)
    if fact in PROOFS or (shipped is not None and shipped.is_active):
        return True
    return shipped is not None and fact in _switched_on()


def forget() -> None:
    """Look at the table again at once."""
    global _known
    _known = None


def audiences() -> list[str]:
    """Who a rule may name on its page, besides what its own fact names."""
    return ["merchandiser", "team", *(f"role:{role}" for role in own_roles())]


def own_roles() -> list[str]:
    """The roles of our own people."""
    return [role for role in role_codes() if role not in OUTSIDE_ROLES]


def _switched_on() -> frozenset[str]:
    """Shipped as switched off, switched on by the company."""
    global _known
    if _known is None or time.monotonic() - _known[0] > SECONDS:
        found = NoticeRule.objects.filter(is_active=True).values_list("fact", flat=True)
        _known = (time.monotonic(), frozenset(found))
    return _known[1]


def _in_force(shipped: Shipped, row: NoticeRule | None) -> Rule:
    values = {field.name: getattr(shipped, field.name) for field in dataclasses.fields(Shipped)}
    if row is None:
        return Rule(**values)
    values |= {
        "know": tuple(row.know),
        "act": tuple(row.act),
        "importance": row.importance,
        "channels": tuple(row.channels),
        "escalate_hours": row.escalate_hours,
        "escalate_to": row.escalate_to,
        "is_active": row.is_active,
    }
    return Rule(**values, revision=row.revision, is_changed=True)


PROOFS = frozenset(proof for rule in SHIPPED.values() for proof in rule.acted_by) | {
    "OrderCancelled",
    "OrderClosed",
}
