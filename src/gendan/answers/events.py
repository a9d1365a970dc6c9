"""The facts the answers room publishes; each about an order carries order_id."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class OrderAnswered(Fact):
    """The customer was told what we accept, change and reject; `email` empty: files only.

    `previous` is the number of the answer this one takes the place of.
    """

    order_id: int
    answer_id: int
    number: str
    verdict: str
    accepted: int = 0
    changed: int = 0
    rejected: int = 0
    format: str = ""
    email: str = ""
    previous: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalAnswered(Fact):
    """The customer was told that we take nothing of an order that we refused at the intake."""

    draft_id: int
    answer_id: int
    number: str
    rejected: int = 0
    format: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerSentAgain(Fact):
    """The same answer was mailed (once more), perhaps to somebody else."""

    order_id: int | None
    answer_id: int
    number: str
    email: str


@dataclass(frozen=True, kw_only=True)
class AnswerWithdrawn(Fact):
    """An answer no longer holds; `email` is who was told so by mail."""

    order_id: int | None
    answer_id: int
    number: str
    reason: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerOutdated(Fact):
    """The order says otherwise than the answer in force; `lines` names those that differ."""

    order_id: int
    answer_id: int
    number: str
    lines: list[str]
