"""Limits on this very process for `gendan read`, which reads a stranger's file by itself.

The intake reads in a process apart (intake/sandbox.py); the command is that process.
"""

import ctypes
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import UnreadableFile
from .limits import MAX_SCANNED_PAGES
from .progress import told_to

MOST_MEMORY_BYTES = 4 * 1024 * 1024 * 1024
"""Address space: recognising characters maps its models into it."""

MOST_CPU_SECONDS = 120
CPU_SECONDS_A_PAGE = 60
"""More for each page whose characters have to be recognised, up to as many as are read."""


_PR_SET_PDEATHSIG = 1


def in_a_child(work: Callable[[], int]) -> int | None:
    """What `work` returns, done in a child process; None when the system ended the child.

    Libraries in C end the process when memory runs out, instead of raising.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            # Whoever kills the command kills the reading as well.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            _hush_libraries()
            code = work()
            sys.stdout.flush()
            sys.stderr.flush()
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    _child, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def _hush_libraries() -> None:
    """What libraries print by themselves (panics, warnings) goes nowhere; Python's own stays."""
    own = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = own


@contextmanager
def limited() -> Iterator[None]:
    """Inside the block memory and processor time are bounded; what takes more is refused."""
    memory = resource.getrlimit(resource.RLIMIT_AS)
    time = resource.getrlimit(resource.RLIMIT_CPU)
    handler = signal.signal(signal.SIGXCPU, _too_slow)
    _lower(resource.RLIMIT_AS, MOST_MEMORY_BYTES)
    began, pages = _used(), 0

    def on_page(_page: int, _pages: int) -> None:
        nonlocal pages
        pages = min(pages + 1, MAX_SCANNED_PAGES)
        _lower(resource.RLIMIT_CPU, began + MOST_CPU_SECONDS + CPU_SECONDS_A_PAGE * pages)

    # Every second after the limit the signal comes again.
    _lower(resource.RLIMIT_CPU, began + MOST_CPU_SECONDS)
    try:
        with told_to(on_page):
            yield
    except (MemoryError, RecursionError) as error:
        raise UnreadableFile("too_much_memory", "The file takes more memory than any order.") from (
            error
        )
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, time)
        resource.setrlimit(resource.RLIMIT_AS, memory)
        signal.signal(signal.SIGXCPU, handler)


def _too_slow(_number: int, _frame: object) -> None:
    raise UnreadableFile("too_slow", "The file takes longer to read than any order.")


def _used() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime)


def _lower(kind: int, value: int) -> None:
    """The soft limit; never above the hard one that somebody has set."""
    _soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
