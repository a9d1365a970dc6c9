"""The facts the kernel publishes."""

from dataclasses import dataclass
from typing import Any

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class TokenMade(Fact):
    """A user made a key for programs."""

    token_id: int
    token_name: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    """A key no longer works."""

    token_id: int
    token_name: str


@dataclass(frozen=True, kw_only=True)
class SettingSaved(Fact):
    """A company setting has a new value."""

    key: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class NumberPatternSaved(Fact):
    """Numbers of a kind of document look differently from now on."""

    key: str
    pattern: str


@dataclass(frozen=True, kw_only=True)
class ReactionRetried(Fact):
    """A parked reaction was put back into the queue."""

    job_id: int


@dataclass(frozen=True, kw_only=True)
class AuditFoundProblems(Fact):
    """The nightly audit found invariants that do not hold."""

    sentences: list[str]
