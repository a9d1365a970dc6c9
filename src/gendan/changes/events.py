"""The facts the changes room publishes; each carries order_id and change_id."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class ChangeFact(Fact):
    """Something about one change order."""

    order_id: int
    change_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class ChangeAskedFor(ChangeFact):
    """Somebody wants the order to be different, and has said so in words."""

    origin: str
    text: str
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeProposed(ChangeFact):
    """It is written down what exactly would be different; now somebody decides."""

    difference: list[dict[str, str]] = field(default_factory=list)
    is_renewed: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeAccepted(ChangeFact):
    """The change was carried through: the order has a new version."""

    version: int
    difference: list[dict[str, str]] = field(default_factory=list)
    effects: int = 0
    asks: int = 0  # how many of them need somebody to act
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeRejected(ChangeFact):
    """The order stays as it is."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ChangeUndone(ChangeFact):
    """The order is again what it was before the change, as a newer version."""

    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChangeVoided(ChangeFact):
    """The order has ended; there is nothing left to change."""


@dataclass(frozen=True, kw_only=True)
class ChangeAcknowledged(ChangeFact):
    """Somebody concerned has seen the change; `left` have not yet."""

    left: int
