"""Verbs of the machine schedule: sequences asked for, calculated, stopped and adopted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import WorkCenter
from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.kernel import clock, journal, numbering
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.planning import shop_deferring
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.shop_events import (
    SequenceAdopted,
    SequenceAsked,
    SequenceFailed,
    SequenceFinished,
    SequenceStopped,
)
from gendan.planning.shop_results import Result, shifted
from gendan.planning.shop_snapshot import capacity_facts, facts_of, orders_in
from gendan.planning.shop_times import read_times
from gendan.production.models import WorkOrder, WorkStep

USUAL_DAYS = 10
MOST_DAYS = 60  # working days
USUAL_SECONDS = 20
MOST_SECONDS = 600
USUAL_STABILITY = 60
MOST_STABILITY = 10_080
MOST_SEED = 2_000_000_000
MOST_ATTEMPTS = 3
KEPT = 10  # newest sequences; what is open or in force stays anyway
MOST_NAMED = 5


class NothingToSequence(DomainError):
    """No released work order has an operation in these days."""


class SequenceRunning(DomainError):
    """One sequence is calculated at a time."""


class SequenceStale(DomainError):
    """What a proposal rests on has changed since."""


@service(gettext_lazy("Sequence the shop floor"))
def sequence_shop(
    *,
    days: int = USUAL_DAYS,
    centers: Sequence[str] = (),
    seconds: int = USUAL_SECONDS,
    is_counted: bool = False,
    seed: int = 1,
    stability: int = USUAL_STABILITY,
    by: User | None,
) -> ShopSequence:
    """Have the operations of released work orders put on machines, minute by minute: a proposal
    beside the sequence in force.

    `days`: working days from today. `stability`: so many minutes of lateness an operation must save
    to be moved.
    """
    _check("days", days, 1, MOST_DAYS)
    _check("seconds", seconds, 0, MOST_SECONDS)
    _check("seed", seed, 0, MOST_SEED)
    _check("stability", stability, 0, MOST_STABILITY)
    ids = _centers(centers)
    waiting = (
        ShopSequence.objects.select_for_update().filter(state__in=ShopSequence.OPEN).order_by("pk")
    )
    if (found := waiting.first()) is not None:
        raise SequenceRunning(
            _("%(number)s is being calculated already; stop it, or wait for it.")
            % {"number": found.number}
        )
    first, last = clock.today(), _last_day(days)
    if not orders_in(first, last, ids).exists():
        raise NothingToSequence(
            _(
                "There is nothing to sequence: no released work order has an operation there that "
                "begins or is due until %(day)s. Release work orders first."
            )
            % {"day": last.isoformat()}
        )
    sequence = ShopSequence.objects.create(
        number=numbering.draw("shop_sequence"),
        first_on=first,
        last_on=last,
        centers=ids,
        seconds=seconds,
        is_counted=is_counted,
        seed=seed,
        stability=stability,
        asked_at=clock.now(),
        asked_by=by,
    )
    shop_deferring.sequencing(sequence.pk)
    journal.record(SequenceAsked(**said(sequence)), about=[sequence, "planning"], by=by)
    return sequence


@service(gettext_lazy("Stop and take the best"))
def stop_sequence(*, sequence_id: int, by: User | None) -> ShopSequence:
    """End the search: what waits is given up, of what runs the best so far becomes the proposal."""
    sequence = _locked(sequence_id)
    sequence.step("stop_sequence")
    journal.record(SequenceStopped(**said(sequence)), about=[sequence, "planning"], by=by)
    if sequence.may("give_up_sequence"):
        return give_up_sequence(sequence_id=sequence_id)
    sequence.is_stop_asked = True
    sequence.save(update_fields=["is_stop_asked"])
    return sequence


@service
def give_up_sequence(*, sequence_id: int, by: None = None) -> ShopSequence:
    """What waits is not calculated at all."""
    sequence = _locked(sequence_id)
    sequence.step("give_up_sequence")
    sequence.finished_at = clock.now()
    sequence.save(update_fields=["state", "finished_at"])
    return sequence


@service(gettext_lazy("Adopt the sequence"))
def adopt_sequence(*, sequence_id: int, by: User | None) -> ShopSequence:
    """Let the workshop work by a proposal; refused when what it rests on has changed since."""
    # Both rows in one order: of two that adopt at once, the second sees what the first has done.
    rows = ShopSequence.objects.select_for_update().order_by("pk")
    found = {one.pk: one for one in rows.filter(pk=sequence_id) | rows.filter(is_in_force=True)}
    if sequence_id not in found:
        raise NotThere(_("There is no such sequence."))
    sequence = found.pop(sequence_id)
    sequence.step("adopt_sequence")
    if sequence.adopted_at is not None:
        raise SequenceStale(_("%(number)s was adopted already.") % {"number": sequence.number})
    former = next(iter(found.values()), None)
    _refuse_if_stale(sequence, former)
    if former is not None:
        ShopSequence.objects.filter(pk=former.pk).update(is_in_force=False)
    sequence.is_in_force, sequence.adopted_at, sequence.adopted_by = True, clock.now(), by
    sequence.save(update_fields=["is_in_force", "adopted_at", "adopted_by"])
    fact = SequenceAdopted(
        **said(sequence),
        operations=sequence.figures["operations"],
        moved=shifted(sequence.changes),
    )
    journal.record(fact, about=[sequence, "planning"], by=by)
    return sequence


@service
def take_up_sequence(*, sequence_id: int, by: None = None) -> ShopSequence | None:
    """A worker begins, perhaps again; None where there is nothing to do any more."""
    sequence = ShopSequence.objects.select_for_update().filter(pk=sequence_id).first()
    if sequence is None or not sequence.is_open:
        return None
    if sequence.attempts >= MOST_ATTEMPTS:
        fail_sequence(sequence_id=sequence_id, failure="crashed")
        return None
    sequence.step("take_up_sequence")
    sequence.attempts += 1
    sequence.started_at, sequence.progress, sequence.best = clock.now(), 0, {}
    sequence.save()
    return sequence


@service
def note_sequence(
    *, sequence_id: int, attempt: int, percent: int, best: Mapping[str, int], by: None = None
) -> bool:
    """How far a search is; False: it is to end, or another worker has it."""
    running = ShopSequence.objects.filter(
        pk=sequence_id, state=ShopSequence.State.RUNNING, attempts=attempt, is_stop_asked=False
    )
    return bool(running.update(progress=percent, best=dict(best)))


@service
def finish_sequence(
    *, sequence_id: int, attempt: int, result: Result, read: Mapping[str, object], by: None = None
) -> ShopSequence | None:
    """Write a proposal down, all of it at once; None when another worker has taken it up."""
    sequence = _locked(sequence_id)
    if sequence.state != ShopSequence.State.RUNNING or sequence.attempts != attempt:
        return None
    sequence.step("finish_sequence")
    for row in result.rows:
        row.sequence = sequence
    SequencedOperation.objects.bulk_create(result.rows)
    sequence.figures, sequence.late = result.figures, result.late
    sequence.changes, sequence.problems, sequence.read = result.changes, result.problems, dict(read)
    sequence.finished_at, sequence.progress = clock.now(), 100
    sequence.save()
    fact = SequenceFinished(
        **said(sequence), orders=result.figures["orders"], late=result.figures["late"]
    )
    journal.record(fact, about=[sequence, "planning"])
    _forget_old()
    return sequence


@service
def fail_sequence(*, sequence_id: int, failure: str, by: None = None) -> ShopSequence:
    """A sequence could not be calculated; the one in force stays as it is."""
    sequence = _locked(sequence_id)
    if sequence.is_open:
        sequence.step("fail_sequence")
        sequence.finished_at, sequence.failure = clock.now(), failure
        sequence.save()
        fact = SequenceFailed(**said(sequence), failure=failure)
        journal.record(fact, about=[sequence, "planning"])
    return sequence


@service
def resume_sequences(*, by: None = None) -> int:
    """Put sequences whose job was lost back into the queue; returns how many."""
    known = set(shop_deferring.sequences_in_the_queue())
    open_ones = ShopSequence.objects.filter(state__in=ShopSequence.OPEN).order_by("pk")
    ids = [pk for pk in open_ones.values_list("pk", flat=True) if pk not in known]
    for sequence_id in ids:
        shop_deferring.sequencing(sequence_id)
    return len(ids)


def said(sequence: ShopSequence) -> dict[str, Any]:
    """What every fact says about a sequence."""
    return {"sequence_id": sequence.pk, "number": sequence.number}


def _locked(sequence_id: int) -> ShopSequence:
    found = ShopSequence.objects.select_for_update().filter(pk=sequence_id).first()
    if found is None:
        raise NotThere(_("There is no such sequence."))
    return found


def _check(field: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid(
            _("This is a whole number from %(least)s to %(most)s.")
            % {"least": least, "most": most},
            field=field,
        )


def _centers(codes: Sequence[str]) -> list[int]:
    """The work centres named; each must have machines that can be sequenced."""
    known = {one.code: one for one in WorkCenter.objects.filter(code__in=list(codes))}
    for code in codes:
        center = known.get(code)
        if center is None:
            raise Invalid(
                _("There is no work centre called “%(code)s”.") % {"code": str(code)[:60]},
                field="centers",
            )
        if not center.is_active or not center.machines:
            raise Invalid(
                _("%(center)s has no machines to be sequenced; say how many under Work centres.")
                % {"center": center.code},
                field="centers",
            )
    return sorted({one.pk for one in known.values()})


def _last_day(days: int) -> dt.date:
    """The last of so many working days from today."""
    own, today = calendar(None), clock.today()
    try:
        return max(own.add_days(today, days), today)
    except CalendarEnds as error:
        raise Invalid(_("The calendar ends before so many working days."), field="days") from error


def _refuse_if_stale(sequence: ShopSequence, former: ShopSequence | None) -> None:
    """Refuse a proposal whose orders, machines or predecessor are not as they were read."""
    found = _changed(sequence, former)
    if found:
        raise SequenceStale(
            _("%(number)s is out of date: %(changes)s. Sequence the shop floor anew.")
            % {"number": sequence.number, "changes": "; ".join(found)}
        )


def _changed(sequence: ShopSequence, former: ShopSequence | None) -> list[str]:
    """What is not as it was when the proposal was calculated, in words."""
    read = sequence.read
    if (former.pk if former else 0) != read["base"]:
        number = former.number if former else "–"
        return [_("%(number)s was adopted since") % {"number": number}]
    if sequence.first_on != clock.today():
        return [_("it was calculated on %(day)s") % {"day": sequence.first_on.isoformat()}]
    wanted = {int(pk) for pk in read["orders"]}
    # Locked until the end: what is changed a moment later finds the sequence in force.
    rows = WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    orders = {one.pk: one for one in rows.select_related("expected")}
    steps = WorkStep.objects.filter(work_order__in=orders).order_by("sequence")
    now = facts_of(orders, list(steps))
    moved = [orders[pk].number for pk in sorted(orders) if now[str(pk)] != read["orders"][str(pk)]]
    found = []
    if moved:
        names = ", ".join(moved[:MOST_NAMED]) + (" …" if len(moved) > MOST_NAMED else "")
        found.append(_("%(orders)s changed") % {"orders": names})
    times = read_times(clock.now(), sequence.last_on, sequence.last_on)
    known = [int(pk) for pk in read["capacity"] if int(pk) in times.working]
    capacity = capacity_facts(times, known)
    codes = [
        times.working[pk].center.code
        for pk in known
        if capacity[str(pk)] != read["capacity"][str(pk)]
    ]
    if codes:
        found.append(_("the capacity of %(centers)s changed") % {"centers": ", ".join(codes)})
    return found


def _forget_old() -> None:
    """The last ten sequences are kept, the one in force, and what is open."""
    newest = list(ShopSequence.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    old = ShopSequence.objects.exclude(pk__in=newest).exclude(is_in_force=True)
    old.exclude(state__in=ShopSequence.OPEN).delete()
