"""The two kinds of process Gendan runs as, any number of each: web server and worker."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from typing import cast

# A worker that does not say it lives is taken for dead after 10 s (kernel/reactions.py).
HEARTBEAT_SECONDS = 3
# How long a job may go on after SIGTERM; what is cut off is run again by another worker.
GRACE_SECONDS = 5
PR_SET_PDEATHSIG = 1  # Linux: the signal to get when the parent is gone


def serve(*, host: str, port: int, workers: int = 2, threads: int = 4) -> None:
    """Serve pages and API until SIGTERM or Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if sys.platform == "linux":
        _load_once_for_all_workers()
    Granian(
        "gendan.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def work(*, concurrency: int = 2, queues: Sequence[str] = ()) -> None:
    """Run the jobs of these queues (none: all) until SIGTERM or Ctrl-C. Django must be set up."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker:
        worker.run_worker(
            name=f"{os.uname().nodename}-{os.getpid()}",
            concurrency=concurrency,
            queues=list(queues) or None,
            delete_jobs="successful",
            install_signal_handlers=True,
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
        )


def _load_once_for_all_workers() -> None:
    """Load the application before the workers fork: they start at once and share its memory."""
    multiprocessing.set_start_method("fork", force=True)
    from django.db import connections
    from django.urls import get_resolver

    from gendan.config import wsgi

    assert wsgi.application is not None  # noqa: S101 - importing it is what loads everything
    assert get_resolver().url_patterns  # noqa: S101 - the pages as well
    connections.close_all()
    os.register_at_fork(after_in_child=_end_with_parent)


def _end_with_parent() -> None:
    """A web worker whose parent was killed would answer on beside the next one: it ends as well."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
