"""What a change breaks: every room says it by one function (docs/how-to/changes.md).

A function is given the whole proposal, frozen, and returns the effects on its own room. It only
reads: the same function serves the preview, the decision and the record of what was known then.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gendan.kernel.models import User
from gendan.kernel.money import round_money
from gendan.orders.models import Delivery, Instalment, Line, Order


class Kind(TextChoices):
    """What has to happen because of an effect."""

    FOLLOWS = "follows", gettext_lazy("follows by itself")
    ASK = "ask", gettext_lazy("somebody must act")
    IRREVERSIBLE = "irreversible", gettext_lazy("cannot be undone")
    BLOCKS = "blocks", gettext_lazy("stands in the way")


@dataclass(frozen=True, slots=True)
class LineMove:
    """A line that the change touches: as it is (None: it is new) and as it would be.

    `was` and `now` are lines of the snapshot (orders/services/versions.py). `line_id` of a new line
    is negative.
    """

    line_id: int
    position: int
    item_id: int
    item_code: str
    delivered: Decimal
    was: Mapping[str, Any] | None
    now: Mapping[str, Any]

    @property
    def was_quantity(self) -> Decimal:
        """What stands ordered now; nothing of a cancelled line."""
        return standing_quantity(self.was)

    @property
    def is_quantity(self) -> Decimal:
        """What would stand ordered."""
        return standing_quantity(self.now)

    @property
    def is_new(self) -> bool:
        """Whether the change adds the line."""
        return self.was is None

    @property
    def is_dropped(self) -> bool:
        """Whether the change cancels the line."""
        return bool(self.now["is_cancelled"]) and not (self.was or {}).get("is_cancelled", False)

    def changes(self, *names: str) -> bool:
        """Whether one of these values of the line differs; those of a new line all do."""
        return self.was is None or any(self.was.get(one) != self.now.get(one) for one in names)


def standing_quantity(line: Mapping[str, Any] | None) -> Decimal:
    """The quantity of a line of a snapshot; nothing of one that is not there or cancelled."""
    if line is None or line["is_cancelled"]:
        return Decimal(0)
    return Decimal(line["quantity"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change as every room may look at it: the order as it is, and as it would be.

    `present` and `proposed` are snapshots (head, lines, instalments); `difference` is what the
    versions page would show; `heads` (name → was, is) and `lines` are the same, ready for use.
    `order`, `all_lines`, `deliveries` and `plan` are the order as it would be, as objects that are
    not written: for engines that work on them. Nothing of it may be saved.
    """

    order_id: int
    number: str
    currency: str
    present: Mapping[str, Any]
    proposed: Mapping[str, Any]
    difference: list[dict[str, str]]
    heads: Mapping[str, tuple[Any, Any]]
    lines: Sequence[LineMove]
    order: Order
    all_lines: Sequence[Line]
    deliveries: Mapping[int, Sequence[Delivery]]
    plan: Sequence[Instalment]

    def changes_head(self, *names: str) -> bool:
        """Whether one of these values of the head differs."""
        return any(name in self.heads for name in names)

    def day(self, name: str) -> tuple[dt.date | None, dt.date | None]:
        """A date of the head as it is and as it would be."""
        was, now = self.present["head"][name], self.proposed["head"][name]
        return (
            dt.date.fromisoformat(was) if was else None,
            dt.date.fromisoformat(now) if now else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One thing that a change does to a room.

    `code` names the sentence of the function's `words`, `params` its values: words are made when
    somebody reads. `about` is the thing as the journal names it ("inventory.expectedsupply:7").
    `role` must act (kind ask) or is in charge; without it the function's own role is.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = Kind.FOLLOWS
    about: str = ""
    role: str = ""
    was_on: dt.date | None = None
    is_on: dt.date | None = None
    money: Decimal | None = None
    currency: str = ""

    def as_data(self) -> dict[str, Any]:
        """Plain values, as kept with an accepted change and given to programs."""
        return {
            "code": self.code,
            "params": dict(self.params),
            "kind": self.kind.value,
            "about": self.about,
            "role": self.role,
            "was_on": self.was_on.isoformat() if self.was_on else None,
            "is_on": self.is_on.isoformat() if self.is_on else None,
            "money": None if self.money is None else str(round_money(self.money, self.currency)),
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class Registered:
    """One function of `@affects`, with its heading, its department and its sentences."""

    key: str
    title: LazyText
    role: str
    words: Mapping[str, LazyText]
    function: Callable[[Proposal], Iterable[Effect]]


_AFFECTS: dict[str, Registered] = {}
_CARRIES: dict[str, Callable[[Proposal, Order, User | None], None]] = {}
_HINDERS: dict[str, Callable[[Any], Iterable[str]]] = {}
_UNDOES: dict[str, Callable[[Any, User | None], None]] = {}

A = Callable[[Proposal], Iterable[Effect]]
C = Callable[[Proposal, Order, User | None], None]
H = Callable[[Any], Iterable[str]]
U = Callable[[Any, User | None], None]


def affects(
    key: str, title: LazyText, *, role: str, words: Mapping[str, LazyText]
) -> Callable[[A], A]:
    """Register what a room says about a proposal: `(proposal) -> effects`; reads only."""

    def register(function: A) -> A:
        _once(_AFFECTS, key)
        _AFFECTS[key] = Registered(key, title, role, words, function)
        return function

    return register


def carries_through(key: str) -> Callable[[C], C]:
    """Register what a room does when a change is accepted: `(proposal, order, by)`.

    Runs in the transaction of accept_change, after the order itself has been amended; what it
    refuses, refuses the whole change. It may only call inner verbs of its own room.
    """

    def register(function: C) -> C:
        _once(_CARRIES, key)
        _CARRIES[key] = function
        return function

    return register


def hinders_undo(key: str) -> Callable[[H], H]:
    """Register what a room has against undoing a change: `(change order) -> sentences`.

    A sentence names what has followed and cannot be taken back; none means that nothing has.
    """

    def register(function: H) -> H:
        _once(_HINDERS, key)
        _HINDERS[key] = function
        return function

    return register


def undoes(key: str) -> Callable[[U], U]:
    """Register what a room takes back when a change is undone: `(change order, by)`.

    Runs in the transaction of undo_change, after the order is as it was.
    """

    def register(function: U) -> U:
        _once(_UNDOES, key)
        _UNDOES[key] = function
        return function

    return register


def _once(registered: Mapping[str, Any], key: str) -> None:
    if key in registered:
        raise RuntimeError(f"two rooms register {key} for changes")


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything a proposal does, in the order in which the rooms were registered."""

    effects: tuple[tuple[Registered, Effect], ...]

    @property
    def blocking(self) -> list[str]:
        """The sentences of what stands in the way."""
        return [
            words_of(one.key, effect.code, effect.params)
            for one, effect in self.effects
            if effect.kind == Kind.BLOCKS
        ]

    @property
    def roles(self) -> set[str]:
        """The roles that must act or whose things change."""
        return {effect.role or one.role for one, effect in self.effects}

    def as_data(self) -> list[dict[str, Any]]:
        """Plain values: each effect with the key it was registered under and its role."""
        return [
            {**effect.as_data(), "key": one.key, "role": effect.role or one.role}
            for one, effect in self.effects
        ]


def impact_of(proposal: Proposal) -> Impact:
    """Ask every room; reads only."""
    return Impact(
        tuple((one, effect) for one in _AFFECTS.values() for effect in one.function(proposal))
    )


def words_of(key: str, code: str, params: Mapping[str, str]) -> str:
    """An effect as a sentence; one this version does not know is shown as it is."""
    registered = _AFFECTS.get(key)
    text = registered.words.get(code) if registered else None
    if text is None:
        return code.replace("_", " ")
    try:
        sentence: str = str(text) % {"name": _own_name(params), **params}
        return sentence
    except (KeyError, TypeError):
        return _("%(code)s (its values are not complete)") % {"code": code}


def _own_name(params: Mapping[str, str]) -> str:
    """What has a name in both languages is called by the reader's."""
    names = [params.get("name_zh", ""), params.get("name_en", "")]
    if not (get_language() or "").startswith("zh"):
        names.reverse()
    return names[0] or names[1]


def title_of(key: str) -> str:
    """The heading of what was registered under a key."""
    registered = _AFFECTS.get(key)
    return str(registered.title) if registered else key


def carry_through(proposal: Proposal, order: Order, by: User | None) -> None:
    """Let every room follow an accepted change."""
    for function in _CARRIES.values():
        function(proposal, order, by)


def obstacles(change: Any) -> list[str]:
    """What every room has against undoing a change."""
    return [sentence for function in _HINDERS.values() for sentence in function(change)]


def take_back(change: Any, by: User | None) -> None:
    """Let every room take back what it did for a change that is undone."""
    for function in _UNDOES.values():
        function(change, by)
