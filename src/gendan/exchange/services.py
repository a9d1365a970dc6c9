"""Verbs of imports: a large sheet is asked for, taken whole or not at all, stopped."""

import hashlib
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gendan.exchange import deferring
from gendan.exchange.events import SheetImported, SheetImportEnded
from gendan.exchange.models import ImportRun
from gendan.exchange.sheets import ImportReport, kind_of, refuse_role
from gendan.kernel import clock, files, journal
from gendan.kernel.errors import DomainError, NotThere
from gendan.kernel.locks import one_at_a_time
from gendan.kernel.models import User
from gendan.kernel.service import service

MOST_ATTEMPTS = 3
ERRORS_KEPT = 5000
State = ImportRun.State


class ImportIsOver(DomainError):
    """An import that is over cannot be stopped any more."""


class BroughtByAnother(DomainError):
    """Somebody whose imports one does not see brings in the very same file."""


@service
def hold_file(*, kind: str, data: bytes, by: None = None) -> None:
    """Nobody else brings this file in as this kind until the present transaction is over."""
    one_at_a_time(f"gendan.import.{kind}.{hashlib.sha256(data).hexdigest()}")


@service(gettext_lazy("Import a sheet"))
def import_sheet(*, kind: str, data: bytes, name: str, is_trial: bool = False, by: User) -> Any:
    """Have the worker take a sheet; the same file that waits or is being taken already is the one.

    Whoever asks must be allowed what the sheet's rows are done with, now and when they are done.
    """
    refuse_role(kind_of(kind), by)
    file = files.keep(data, name=name)
    made = ImportRun(
        kind=kind,
        name=files.clean_name(name)[:200],
        file=file,
        is_trial=is_trial,
        language=get_language() or "en",
        asked_at=clock.now(),
        asked_by=by,
    )
    # Two that bring the same at once get one import (the constraint import_run_one_open).
    ImportRun.objects.bulk_create([made], ignore_conflicts=True)
    # The newest of them is the open one, or was until a moment ago.
    rows = ImportRun.objects.filter(kind=kind, file=file, is_trial=is_trial)
    run = rows.select_related("asked_by").order_by("-pk")[0]
    if run.asked_at == made.asked_at:
        deferring.taking(run.pk)
    elif not rows.visible_to(by).filter(pk=run.pk).exists():
        raise BroughtByAnother(
            _("%(who)s is bringing in this very file at the moment.") % {"who": run.asked_by},
            field="file",
        )
    return run


@service(gettext_lazy("Stop the import"))
def stop_import(*, import_id: int, by: User) -> ImportRun:
    """Stop an import that waits or is being taken; nothing of it is kept."""
    run = _locked(import_id, by)
    if not run.is_open:
        raise ImportIsOver(_("%(name)s is over; there is nothing to stop.") % {"name": run.name})
    run.step("stop_import")
    _end(run, by)
    return run


@service
def record_import(
    *, report: ImportReport, data: bytes, name: str, asker: User, by: None = None
) -> ImportRun:
    """Write down that a small sheet was taken, in the transaction that took it."""
    run = ImportRun(
        kind=report.kind,
        name=files.clean_name(name)[:200],
        file=files.keep(data, name=name),
        language=get_language() or "en",
        state=State.RUNNING,
        asked_at=clock.now(),
        asked_by=asker,
        started_at=clock.now(),
    )
    run.step("finish_import")
    _done(run, report)
    return run


@service
def take_up_import(*, run_id: int, by: None = None) -> ImportRun | None:
    """A worker begins with an import, perhaps again; None where there is nothing to do any more.

    One that has ended a worker several times is not tried for ever.
    """
    rows = ImportRun.objects.select_for_update(of=("self",)).select_related("file", "asked_by")
    run = rows.filter(pk=run_id).first()
    if run is None or not run.is_open:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        words = _("The worker ended %(count)s times while it took this file.")
        fail_import(run_id=run_id, failure=words % {"count": run.attempts})
        return None
    run.step("take_up_import")
    run.attempts += 1
    run.started_at, run.progress, run.stage = clock.now(), 0, "reading"
    run.save()
    return run


@service
def note_import(*, run_id: int, attempt: int, stage: str, percent: int, by: None = None) -> bool:
    """How far an import is; False when it was stopped or another worker has taken it up."""
    running = ImportRun.objects.filter(pk=run_id, state=State.RUNNING, attempts=attempt)
    return bool(running.update(stage=stage, progress=percent))


@service
def finish_import(
    *, run_id: int, attempt: int, report: ImportReport, by: None = None
) -> ImportRun | None:
    """What came of a file, in the transaction that took its rows; None when it was stopped."""
    run = _locked(run_id)
    if run.state != State.RUNNING or run.attempts != attempt:
        return None
    run.step("refuse_import" if report.errors else "finish_import")
    if report.errors:
        run.rows, run.ignored_columns = report.rows, report.ignored_columns
        run.error_count = report.error_count
        run.errors = [[one.row, one.column, one.message] for one in report.errors[:ERRORS_KEPT]]
        _end(run, run.asked_by)
    else:
        _done(run, report)
    return run


@service
def fail_import(*, run_id: int, failure: str, by: None = None) -> ImportRun:
    """The file could not be taken; nothing of it was kept."""
    run = _locked(run_id)
    if run.is_open:
        run.step("fail_import")
        run.failure = failure[:500]
        _end(run, run.asked_by)
    return run


@service
def resume_imports(*, by: None = None) -> int:
    """Put imports whose job was lost back into the queue; returns how many."""
    known = set(deferring.runs_in_the_queue())
    open_ones = ImportRun.objects.filter(state__in=ImportRun.OPEN).order_by("pk")
    ids = [pk for pk in open_ones.values_list("pk", flat=True) if pk not in known]
    for run_id in ids:
        deferring.taking(run_id)
    return len(ids)


def _done(run: ImportRun, report: ImportReport) -> None:
    run.rows, run.ignored_columns = report.rows, report.ignored_columns
    run.made, run.changed = report.would_make, report.would_change
    run.removed = report.would_remove
    run.ended_at, run.progress, run.stage = clock.now(), 100, ""
    run.save()
    if run.is_trial:
        return  # nothing has happened
    fact = SheetImported(
        import_id=run.pk,
        kind=run.kind,
        file=run.name,
        rows=run.rows,
        made=run.made,
        changed=run.changed,
        removed=run.removed,
    )
    journal.record(fact, about=run, by=run.asked_by)


def _end(run: ImportRun, by: User) -> None:
    run.ended_at, run.stage = clock.now(), ""
    run.save()
    fact = SheetImportEnded(
        import_id=run.pk, kind=run.kind, file=run.name, state=run.state, errors=run.error_count
    )
    journal.record(fact, about=run, by=by)


def _locked(run_id: int, user: User | None = None) -> ImportRun:
    rows = ImportRun.objects.select_for_update(of=("self",)).select_related("file", "asked_by")
    if user is not None:
        rows = rows.filter(pk__in=ImportRun.objects.visible_to(user).values("pk"))
    run = rows.filter(pk=run_id).first() if 0 < run_id < 2**63 else None
    if run is None:
        raise NotThere(_("There is no such import."))
    return run
