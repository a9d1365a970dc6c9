"""Verbs: the functions that may change something, their transactions, permissions and register."""

import functools
import inspect
import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, overload

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate.exceptions import ConnectorException

from gendan.kernel.errors import Busy, NotAllowed

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)
_LOCK_NOT_AVAILABLE = "55P03"
_DEADLOCK = "40P01"
_ATTEMPTS = 3


@dataclass(frozen=True)
class Verb:
    """One thing somebody may do. Outer verbs (with a title) have a page and an API operation."""

    name: str
    room: str
    title: Any
    function: Callable[..., Any]

    @property
    def is_outer(self) -> bool:
        return self.title is not None


VERBS: dict[str, Verb] = {}
_outermost: ContextVar[str | None] = ContextVar("outermost_verb", default=None)


@overload
def service(given: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def service(given: Any, /) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def service(given: Any, /) -> Any:
    """Make a function a verb: `@service(_("Confirm the order"))`, bare `@service` for inner ones.

    Opens the transaction, checks that `by` may do the outermost verb (by=None is the system itself:
    time, reactions, set-up) and registers the name. A deadlock at the outermost verb is tried
    again; a lock that cannot be had within lock_timeout is refused as Busy.
    """
    if inspect.isfunction(given):
        return _make_verb(given, None)
    return lambda function: _make_verb(function, given)


def _make_verb(function: Callable[P, R], title: Any) -> Callable[P, R]:
    name = function.__name__
    room = function.__module__.removeprefix("gendan.").split(".")[0]
    if name in VERBS:
        raise RuntimeError(f"two verbs are called {name}: {VERBS[name].room} and {room}")

    @functools.wraps(function)
    def verb(*args: P.args, **kwargs: P.kwargs) -> R:
        if _outermost.get() is not None:
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        _check_permission(name, title, kwargs.get("by"))
        token = _outermost.set(name)
        try:
            return _in_transaction(function, *args, **kwargs)
        finally:
            _outermost.reset(token)

    VERBS[name] = Verb(name=name, room=room, title=title, function=verb)
    return verb


def _check_permission(name: str, title: Any, by: Any) -> None:
    if by is None or by.may_do(name):
        return
    raise NotAllowed(
        _("Your role does not allow this: %(verb)s.") % {"verb": title or name}, verb=name
    )


def _in_transaction(function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    for attempt in range(1, _ATTEMPTS + 1):
        is_own = not connection.in_atomic_block
        try:
            # An outer transaction (a test, the simulation) gets a savepoint, so that a refusal
            # leaves it usable and nothing half-written.
            with transaction.atomic():
                return function(*args, **kwargs)
        except (OperationalError, ConnectorException) as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state == _DEADLOCK and is_own and attempt < _ATTEMPTS:
                log.info("deadlock in %s, trying again", function.__name__)
                time.sleep(0.02 * attempt)
                continue
            if state in {_LOCK_NOT_AVAILABLE, _DEADLOCK}:
                raise Busy(
                    _("Somebody else is changing this at the moment. Please try again.")
                ) from error
            raise
    raise AssertionError("unreachable")


def is_database_gone(error: BaseException | None) -> bool:
    """Whether the error says that the database cannot be reached at the moment, and no more."""
    cause = error.__cause__ if error else None
    # The queue has a word of its own for whatever the database says: the cause tells it apart.
    lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    is_of_queue = isinstance(error, ConnectorException) and lost
    if not (is_of_queue or isinstance(error, OperationalError | InterfaceError)):
        return False
    state = getattr(cause, "sqlstate", None)
    # No state at all: the connection broke. 08…: connection exception, 57P…: it shuts down.
    return state is None or state.startswith(("08", "57P"))


def title_of(verb: str) -> str:
    """The words of a verb in the reader's language, as on its button."""
    found = VERBS.get(verb)
    return str(found.title) if found and found.title else verb.replace("_", " ")


def call(verb: str, **kwargs: Any) -> Any:
    """Call a verb by its name: for doors that carry the name as data."""
    return VERBS[verb].function(**kwargs)
