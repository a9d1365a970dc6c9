"""Verbs of plan runs: asked for, calculated by a worker, live at once or not at all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal, numbering
from gendan.kernel.errors import DomainError, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning import deferring
from gendan.planning.calculating import Calculated, figures_of, problems_of
from gendan.planning.capacity_people import problems_of_skills
from gendan.planning.comparing import Comparison, compare
from gendan.planning.events import (
    PlanAsked,
    PlanCancelled,
    PlanEndangersOrder,
    PlanFailed,
    PlanFinished,
)
from gendan.planning.finite import Finite
from gendan.planning.finite_rows import schedule_figures
from gendan.planning.fixed_again import problems_of_fixed
from gendan.planning.models import PlanDemand, PlanRun
from gendan.planning.problems_apart import parts_apart
from gendan.planning.services.writing import remove_plans, write_plan

RUNS_KEPT = 10
MOST_ATTEMPTS = 3
_OPEN = (PlanRun.State.WAITING, PlanRun.State.RUNNING)


class NothingToCancel(DomainError):
    """A run that is over cannot be stopped any more."""


@service(gettext_lazy("Plan now"))
def run_plan(*, by: User | None) -> PlanRun:
    """Have the whole company planned anew; a run that waits already is the one."""
    waiting = PlanRun.objects.filter(state=PlanRun.State.WAITING, cause=PlanRun.Cause.HAND)
    if (found := waiting.select_for_update().order_by("pk").first()) is not None:
        return found
    run = PlanRun.objects.create(
        number=numbering.draw("plan_run"),
        cause=PlanRun.Cause.HAND,
        asked_at=clock.now(),
        asked_by=by,
    )
    deferring.calculation(run.pk)
    journal.record(PlanAsked(run_id=run.pk, number=run.number), about=[run, "planning"], by=by)
    return run


@service
def ask_replan(*, by: None = None) -> bool:
    """Something has changed: have the company planned anew, soon; whether it was not asked yet."""
    waits = PlanRun.objects.filter(state=PlanRun.State.WAITING, cause=PlanRun.Cause.FACTS)
    if waits.exists():
        return False
    run = PlanRun(
        number=numbering.draw("plan_run"), cause=PlanRun.Cause.FACTS, asked_at=clock.now()
    )
    # Two that come at once ask for one plan only (the constraint plan_run_one_waits).
    PlanRun.objects.bulk_create([run], ignore_conflicts=True)
    made = PlanRun.objects.filter(number=run.number).first()
    if made is None:
        return False
    deferring.calculation(made.pk, in_seconds=deferring.PAUSE_SECONDS)
    return True


@service
def resume_plan_runs(*, by: None = None) -> int:
    """Put runs whose job was lost back into the queue; returns how many."""
    known = set(deferring.runs_in_the_queue())
    open_ones = PlanRun.objects.filter(state__in=_OPEN).order_by("pk")
    ids = [pk for pk in open_ones.values_list("pk", flat=True) if pk not in known]
    for run_id in ids:
        deferring.calculation(run_id)
    return len(ids)


@service(gettext_lazy("Stop the plan run"))
def cancel_plan_run(*, run_id: int, by: User | None) -> PlanRun:
    """Stop a run that waits or is being calculated; the live plan stays as it is."""
    run = _locked(run_id)
    if not run.is_open:
        raise NothingToCancel(_("%(run)s is over; there is nothing to stop.") % {"run": run.number})
    run.step("cancel_plan_run")
    run.finished_at = clock.now()
    run.save(update_fields=["state", "finished_at"])
    journal.record(PlanCancelled(run_id=run.pk, number=run.number), about=run, by=by)
    return run


@service
def take_up_plan_run(*, run_id: int, by: None = None) -> PlanRun | None:
    """A worker begins with a run, perhaps again; None where there is nothing to do any more.

    A run that has ended a worker several times is not tried for ever.
    """
    run = PlanRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not run.is_open:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        fail_plan_run(run_id=run_id, failure="crashed")
        return None
    run.step("take_up_plan_run")
    run.attempts += 1
    run.started_at, run.first_on = clock.now(), clock.today()
    run.progress, run.stage = 0, "reading"
    run.read_after = _firmed_so_far(PlanRun.objects.filter(is_live=True).first())
    run.save()
    return run


@service
def note_plan_progress(
    *, run_id: int, attempt: int, stage: str, percent: int, by: None = None
) -> bool:
    """How far a run is; False when it was cancelled or taken up by another worker."""
    running = PlanRun.objects.filter(pk=run_id, state=PlanRun.State.RUNNING, attempts=attempt)
    return bool(running.update(stage=stage, progress=percent))


@service
def finish_plan_run(
    *, run_id: int, attempt: int, done: Calculated, finite: Finite | None = None, by: None = None
) -> PlanRun | None:
    """Write a plan down, all of it at once, and let it take the place of the live one.

    A scenario stays beside it. None when the run was cancelled or taken up by another worker.
    """
    run = _locked(run_id)
    if run.state != PlanRun.State.RUNNING or run.attempts != attempt:
        return None
    run.step("finish_plan_run")
    live = PlanRun.objects.select_for_update().filter(is_live=True).first()
    if not run.is_scenario and run.read_after != _firmed_so_far(live):
        _begin_again(run)
        return None
    write_plan(run, done, finite)
    run.figures, run.problems = figures_of(done), problems_of(parts_apart(done))
    if finite is not None:
        run.problems += problems_of_fixed(done, finite)
        if finite.shop.floor.crews is not None:
            run.problems += problems_of_skills()
        run.figures["schedule"] = schedule_figures(done, finite)
    run.finished_at, run.progress, run.stage = clock.now(), 100, ""
    moved = compare(live.pk, run.pk) if live else None
    run.difference = _difference(live, moved)
    if not run.is_scenario:
        if live is not None:
            PlanRun.objects.filter(pk=live.pk).update(is_live=False)
        run.is_live = True
    run.save()
    facts: list[tuple[Any, Any]] = [(_finished(run, moved), [run, "planning"])]
    if run.is_live:
        facts += _dangers(run, live)
    journal.record_many(facts)
    _forget_old()
    return run


@service
def fail_plan_run(*, run_id: int, failure: str, detail: str = "", by: None = None) -> PlanRun:
    """A plan could not be calculated; the live plan stays as it is."""
    run = _locked(run_id)
    if run.is_open:
        run.step("fail_plan_run")
        run.finished_at, run.failure, run.failure_detail = clock.now(), failure, detail[:500]
        run.save()
        fact = PlanFailed(run_id=run.pk, number=run.number, failure=failure, detail=detail[:500])
        journal.record(fact, about=[run, "planning"])
    return run


def _locked(run_id: int) -> PlanRun:
    run = PlanRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotThere(_("There is no such plan run."))
    return run


def _firmed_so_far(live: PlanRun | None) -> str:
    """Changes when orders of the live plan are firmed: a plan read before would plan them twice."""
    return f"{live.pk}:{live.firmings}" if live else ""


def _begin_again(run: PlanRun) -> None:
    run.attempts -= 1  # it was no failure
    run.save(update_fields=["attempts"])
    deferring.calculation(run.pk)


def _difference(live: PlanRun | None, moved: Comparison | None) -> dict[str, Any]:
    """What is kept of the comparison with the live plan before."""
    if live is None or moved is None:
        return {}
    return {
        "run_id": live.pk,
        "number": live.number,
        "demands": moved.demand_count,
        "orders": moved.order_count,
        "later": moved.later_count,
        "earlier": moved.earlier_count,
    }


def _finished(run: PlanRun, moved: Comparison | None) -> PlanFinished:
    return PlanFinished(
        run_id=run.pk,
        number=run.number,
        is_live=run.is_live,
        orders=run.figures["orders"],
        late_sales_orders=run.figures["late_sales_orders"],
        moved=moved.demand_count if moved else 0,
    )


def _dangers(run: PlanRun, live: PlanRun | None) -> list[tuple[PlanEndangersOrder, Sequence[str]]]:
    """The orders that are late by the new plan and were not, or less, by the one before.

    Without a plan before, every late order is news.
    """
    before = _last_days(live) if live else {}
    found: dict[int, list[dict[str, Any]]] = {}
    days: dict[int, int] = {}
    late = PlanDemand.objects.filter(run=run, is_late=True, line__promised_on__isnull=False)
    rows = late.select_related("line__item").order_by("line__position", "pk")
    now = _last_days(run)
    for one in rows:
        part = (one.name, one.needed_on)
        if one.line is None or one.order_id is None or part not in now:
            continue
        ready, _late = now.pop(part)  # once for each part of a line
        was, was_late = before.get(part, (None, False))
        if was_late and not _is_worse(was, ready):
            continue
        late_by = (ready - one.needed_on).days if ready else 999
        days[one.order_id] = max(days.get(one.order_id, 0), late_by)
        found.setdefault(one.order_id, []).append(
            {
                "line": one.line.position,
                "item": one.line.item.code,
                "needed_on": one.needed_on.isoformat(),
                "was_on": was.isoformat() if was else None,
                "ready_on": ready.isoformat() if ready else None,
            }
        )
    return [
        (
            PlanEndangersOrder(
                order_id=order_id,
                run_id=run.pk,
                run_number=run.number,
                days_late=days[order_id],
                lines=lines,
            ),
            [f"orders.order:{order_id}", f"planning.planrun:{run.pk}"],
        )
        for order_id, lines in found.items()
    ]


def _is_worse(was: dt.date | None, now: dt.date | None) -> bool:
    """Whether a demand is ready later than by the plan before; None is never."""
    return (now or dt.date.max) > (was or dt.date.max)


def _last_days(run: PlanRun) -> dict[tuple[str, dt.date], tuple[dt.date | None, bool]]:
    """By order line and day needed: when all of it is ready (None: never), if late: 1 query."""
    found: dict[tuple[str, dt.date], tuple[dt.date | None, bool]] = {}
    rows = PlanDemand.objects.filter(run=run, line__isnull=False)
    for name, needed, ready, is_late in rows.values_list(
        "name", "needed_on", "ready_on", "is_late"
    ):
        known, was_late = found.get((name, needed), (ready, False))
        last = None if ready is None or known is None else max(ready, known)
        found[name, needed] = (last, is_late or was_late)
    return found


def _forget_old() -> None:
    """The last ten plans are kept, the last ten scenarios, the live plan and what is open."""
    scenarios = Q(cause=PlanRun.Cause.SCENARIO)
    kept: set[int] = set()
    for which in (scenarios, ~scenarios):
        newest = PlanRun.objects.filter(which).order_by("-pk")[:RUNS_KEPT]
        kept.update(newest.values_list("pk", flat=True))
    old = PlanRun.objects.exclude(pk__in=kept).exclude(is_live=True)
    remove_plans(old.exclude(state__in=_OPEN).values_list("pk", flat=True))
