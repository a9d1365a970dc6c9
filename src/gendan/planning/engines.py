"""The methods that can compute a promise, by name: a better one is registered beside the others."""

from typing import Protocol

from gendan.engine.promise import LineResult, PromiseSnapshot, capable, promise

CAPABLE = "capable"  # material and capacity together
FIXED_LEAD_TIMES = "fixed_lead_times"
DEFAULT = CAPABLE


class PromiseEngine(Protocol):
    """From a snapshot of an order to the dates of its lines; pure, without side effects."""

    def __call__(self, snapshot: PromiseSnapshot) -> tuple[LineResult, ...]:
        """The dates of every line of the snapshot; NoDate where one can have none."""


_ENGINES: dict[str, PromiseEngine] = {}


def register(name: str, engine: PromiseEngine) -> None:
    """Offer a method under a name; a name is given once."""
    if name in _ENGINES:
        raise RuntimeError(f"two promise engines are called {name}")
    _ENGINES[name] = engine


def engine_called(name: str) -> PromiseEngine | None:
    """The method of that name, if there is one."""
    return _ENGINES.get(name)


def names() -> list[str]:
    """All methods, the default first."""
    return list(_ENGINES)


register(CAPABLE, capable)
register(FIXED_LEAD_TIMES, promise)
