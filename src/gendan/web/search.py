"""One search over everything: each kind of thing has a finder that is answered by an index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LIMIT = 8  # hits of a kind


@dataclass(frozen=True)
class Hit:
    """Something found; an exact one is the number that was typed, whole."""

    title: str
    url: str
    detail: str = ""
    is_exact: bool = False


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    title: str
    icon: str
    hits: Sequence[Hit]


Finder = Callable[[Any, str], Sequence[Hit]]
_finders: dict[str, tuple[int, Any, str, Finder]] = {}


def finds(
    key: str, title: Any, *, icon: str = "search", rank: int = 50
) -> Callable[[Finder], Finder]:
    """Register a finder of one kind of thing: (user, text) → hits the user may see."""

    def register(finder: Finder) -> Finder:
        _finders[key] = (rank, title, icon, finder)
        return finder

    return register


def search_all(user: Any, text: str) -> list[Group]:
    """The hits of every kind, in the order of rank; kinds without a hit are left out."""
    groups = []
    for _rank, title, icon, finder in sorted(_finders.values(), key=lambda known: known[0]):
        hits = list(finder(user, text))[:LIMIT]
        if hits:
            groups.append(Group(str(title), icon, hits))
    return groups
