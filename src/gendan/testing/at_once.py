"""Several calls in the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from gendan.kernel.errors import DomainError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gives or is refused with, all started together.

    Needs a test whose data other connections see (`django_db(transaction=True)`).
    """
    start = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = call()
        except DomainError as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
