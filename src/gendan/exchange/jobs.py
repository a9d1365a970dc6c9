"""The job that takes a large sheet: whole or not at all, and it says how far it is meanwhile."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from gendan.exchange import services, sheets
from gendan.exchange.deferring import QUEUE, TASK
from gendan.exchange.models import ImportRun
from gendan.exchange.queries import content_of
from gendan.exchange.tables import read_table
from gendan.kernel import rows
from gendan.kernel.errors import DomainError
from gendan.kernel.service import is_database_gone

log = logging.getLogger(__name__)
Note = Callable[[str, int], None]
# How far it is when reading begins, when rows are checked, and when they are written.
READ, CHECKED, WRITTEN = 5, 20, 60


class _Stopped(Exception):
    """Somebody has stopped the import, or another worker has taken it up."""


# Where the database was gone for a moment, it is taken up again; a bug is parked in sight.
RETRY = RetryStrategy(
    max_attempts=services.MOST_ATTEMPTS,
    wait=5,
    retry_exceptions=[OperationalError, InterfaceError, ConnectorException],
)


@app.task(name=TASK, queue=QUEUE, retry=RETRY)
def take_sheet(*, run_id: int) -> None:
    """Take one sheet, as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    take_now(run_id)


def take_now(run_id: int) -> None:
    """Take a sheet here and now; one that is over is left alone.

    The rows and the word that they are here are written in one transaction: a worker that is
    killed leaves nothing, and the next one begins anew. What goes wrong is written on the import;
    a bug surfaces besides.
    """
    run = services.take_up_import(run_id=run_id)
    if run is None:
        return
    try:
        with override(run.language), _telling(run) as note:
            _take(run, note)
    except _Stopped:
        return
    except DomainError as refusal:
        services.fail_import(run_id=run_id, failure=refusal.message)
    except Exception as error:
        if not is_database_gone(error):
            log.exception("import %s failed", run_id)
            services.fail_import(run_id=run_id, failure="bug")
        raise


def _take(run: ImportRun, note: Note) -> None:
    def finish(report: sheets.ImportReport) -> None:
        done = services.finish_import(run_id=run.pk, attempt=run.attempts, report=report)
        if done is None:
            raise _Stopped

    def watch(stage: str, done: int, count: int) -> None:
        begin, end = (CHECKED, WRITTEN) if stage == "checking" else (WRITTEN, 99)
        note(stage, begin + (end - begin) * done // max(count, 1))

    note("reading", READ)
    table = read_table(content_of(run), run.name)
    note("checking", CHECKED)
    kind = sheets.kind_of(run.kind)
    with rows.watched(watch):
        report = sheets.run_table(
            kind, table, run.asked_by, keep=not run.is_trial, then=finish,
            most_errors=services.ERRORS_KEPT,
        )  # fmt: skip
    if not report.is_saved:
        finish(report)


@contextmanager
def _telling(run: ImportRun) -> Iterator[Note]:
    """Says on the import how far it is, where others see it while the rows' own transaction is
    open: by a connection of its own (a test's own transaction is told inside it)."""
    told = -1

    def tell(stage: str, percent: int) -> bool:
        return services.note_import(
            run_id=run.pk, attempt=run.attempts, stage=stage, percent=percent
        )

    def note(stage: str, percent: int) -> None:
        nonlocal told
        if percent == told:
            return
        told = percent
        is_ours = aside.submit(tell, stage, percent).result() if aside else tell(stage, percent)
        if not is_ours:
            raise _Stopped

    aside = None if connection.in_atomic_block else ThreadPoolExecutor(1, "import-progress")
    try:
        yield note
    finally:
        if aside is not None:
            aside.submit(lambda: connection.close()).result()  # its own, not ours
            aside.shutdown()
