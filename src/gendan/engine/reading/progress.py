"""Tells whoever waits which page is being recognised: slow work says how far it is.

A reader that has to recognise characters calls `tell(page, pages)` before each page. Readers that
are quick say nothing, so that the first word also means: this one takes its time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Inside the block `listener(page, pages)` is called before each page that takes time."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(page: int, pages: int) -> None:
    """Page `page` of `pages` is being recognised now; nothing happens where nobody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(page, pages)
