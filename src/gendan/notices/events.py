"""The facts of the notices: what was read, what was done, what nobody answered."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class NoticesAcknowledged(Fact):
    """Somebody has read, and with that answers for knowing, these entries of the journal."""

    entries: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class NoticesFinished(Fact):
    """Somebody says to have done what these entries of the journal asked for."""

    entries: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class NoticeEscalated(Fact):
    """These people have not read or acted in time; the role hears of it."""

    entry_id: int
    fact: str
    user_ids: list[int]
    role: str
    hours: int
    is_to_act: bool
    order_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeRuleSaved(Fact):
    """Who hears of one kind of fact, and who must act on it, was changed."""

    fact: str
    know: list[str]
    act: list[str]
    importance: str
    channels: list[str]
    escalate_hours: int | None
    escalate_to: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class NoticeRuleReset(Fact):
    """The shipped rule for one kind of fact holds again."""

    fact: str


@dataclass(frozen=True, kw_only=True)
class RobotFact(Fact):
    """Something about a robot of a group chat; never its key."""

    robot_id: int
    robot_name: str


@dataclass(frozen=True, kw_only=True)
class RobotSaved(RobotFact):
    """A robot was set up or changed."""

    kind: str
    roles: list[str]
    is_active: bool
    has_new_key: bool


@dataclass(frozen=True, kw_only=True)
class RobotRemoved(RobotFact):
    """A robot is spoken to no more, and its key is forgotten."""


@dataclass(frozen=True, kw_only=True)
class RobotTested(RobotFact):
    """Somebody tried a robot."""
