"""What came out of a search as rows: operations in sequence, what is late and why, what changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gendan.engine.schedule.shop import Machine, Operation, Outcome, Placed, Shop
from gendan.engine.schedule.shop_calendar import Clock
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.shop_snapshot import ShopInput, clocks_of, machine_of
from gendan.production.models import WorkStep

MOST_TOLD = 500
TIME, MATERIAL, KEPT, MACHINE = "time", "material", "kept", "machine"


@dataclass(frozen=True)
class Result:
    """The rows of a sequence, not written yet, and what is said about them."""

    rows: list[SequencedOperation]
    figures: dict[str, Any]
    late: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    problems: list[dict[str, Any]]


def best_so_far(shop: Shop, placed: Iterable[Placed]) -> dict[str, int]:
    """How many jobs of a schedule are late, and how many hours altogether."""
    ends: dict[str, int] = defaultdict(int)
    for one in placed:
        ends[one.job] = max(ends[one.job], one.end)
    over = [ends[job.name] - job.due for job in shop.jobs if job.due is not None]
    late = [minutes for minutes in over if minutes > 0]
    return {"late": len(late), "hours": round(sum(late) / 60)}


def result_of(given: ShopInput, outcome: Outcome, sequence: ShopSequence) -> Result:
    """The rows and what is said about them."""
    found = _Result(given, outcome, sequence)
    rows = found.rows()
    late = found.late()
    changes = found.changes(rows)
    problems = found.problems()
    return Result(rows, found.figures(rows, len(late), len(changes)), late, changes, problems)


class _Result:
    def __init__(self, given: ShopInput, outcome: Outcome, sequence: ShopSequence) -> None:
        self.given, self.outcome, self.sequence = given, outcome, sequence
        self.machines: dict[str, Machine] = {one.name: one for one in given.shop.machines}
        self.clocks = clocks_of(given.shop)
        self.operations: dict[tuple[str, str], Operation] = {
            (job.name, one.name): one for job in given.shop.jobs for one in job.operations
        }
        self.on: dict[str, list[Placed]] = defaultdict(list)
        self.of_job: dict[str, list[Placed]] = defaultdict(list)
        for one in outcome.placed:
            self.on[one.machine].append(one)
        placed = {(one.job, one.operation): one for one in outcome.placed}
        for job in given.shop.jobs:
            keys = [(job.name, one.name) for one in job.operations]
            self.of_job[job.name] = [placed[key] for key in keys if key in placed]
        self.due = {job.name: job.due for job in given.shop.jobs}

    def rows(self) -> list[SequencedOperation]:
        """One row for each operation, with the set-up before it."""
        found = []
        for name, placed in self.on.items():
            machine = self.machines[name]
            family = machine.family
            ordered = sorted(placed, key=lambda one: (one.start, one.end, one.job))
            for place, one in enumerate(ordered, 1):
                operation = self.operations[one.job, one.operation]
                setup = machine.setups.get((family, operation.family), 0)
                found.append(self._row(one, place, setup, family if setup else ""))
                family = operation.family
        return sorted(found, key=lambda one: (one.starts_at, one.work_center_id, one.machine))

    def _row(self, one: Placed, place: int, setup: int, family: str) -> SequencedOperation:
        center_id, number = machine_of(one.machine)
        step = self.given.steps[int(one.operation)]
        is_begun = step.state == WorkStep.State.BEGUN
        times, due = self.given.times, self.due[one.job]
        starts_at = times.moment(one.start)
        ends_at = times.moment(one.end)
        return SequencedOperation(
            sequence=self.sequence,
            work_order_id=int(one.job),
            step=step,
            work_center_id=center_id,
            machine=number,
            place=place,
            starts_at=starts_at,
            ends_at=ends_at,
            minutes=sum(b - a for a, b in self.clocks[one.machine].parts(one.start, one.end)),
            setup_minutes=setup,
            setup_from=family,
            is_kept=step.pk in self.given.kept and not is_begun,
            is_begun=is_begun,
            is_late=due is not None and self.of_job[one.job][-1].end > due,
        )

    def late(self) -> list[dict[str, Any]]:
        """The jobs that end after they are due, the latest first, each with its reason."""
        found = []
        for job, placed in self.of_job.items():
            due = self.due[job]
            if not placed or due is None or placed[-1].end <= due:
                continue
            reason, what = self._reason(job, placed, due)
            order = self.given.orders[int(job)]
            found.append(
                {
                    "work_order_id": order.pk,
                    "needed_on": self.given.needed_on[order.pk].isoformat(),
                    "ends_at": self.given.times.moment(placed[-1].end).isoformat(),
                    "minutes": placed[-1].end - due,
                    "reason": reason,
                    "what": what,
                }
            )
        return sorted(found, key=lambda one: (-one["minutes"], one["work_order_id"]))

    def _reason(self, job: str, placed: Sequence[Placed], due: int) -> tuple[str, str]:
        """Why a job is late: even alone it would be; its material; what is kept; a machine."""
        order_id = int(job)
        release = next(one.release for one in self.given.shop.jobs if one.name == job)
        if self._alone(placed, 0) > due:
            return TIME, ""
        if self._alone(placed, release) > due:
            return MATERIAL, self.given.material_on[order_id].isoformat()
        if any(int(one.operation) in self.given.kept for one in placed):
            return KEPT, ""
        before, longest, where = release, -1, placed[0].machine
        for one in placed:
            start = self.clocks[one.machine].after(before, 1) - 1
            if one.start - start > longest:
                longest, where = one.start - start, one.machine
            before = one.end
        return MACHINE, where

    def _alone(self, placed: Sequence[Placed], moment: int) -> int:
        """When a job would end if it had its machines to itself from a moment on."""
        for one in placed:
            clock: Clock = self.clocks[one.machine]
            work = clock.work(one.end) - clock.work(one.start)
            moment = clock.after(moment, work)
        return moment

    def changes(self, rows: Sequence[SequencedOperation]) -> list[dict[str, Any]]:
        """Operations of the sequence in force that are elsewhere, at another time, or new."""
        found = []
        for one in rows:
            was = self.given.former.get(one.step_id)
            if one.is_begun or not one.machine or not self.given.former:
                continue
            here = (one.work_center_id, one.machine, one.starts_at)
            if was and (was.work_center_id, was.machine, was.starts_at) == here:
                continue
            found.append(
                {
                    "step_id": one.step_id,
                    "work_order_id": one.work_order_id,
                    "was": [was.work_center_id, was.machine, was.starts_at.isoformat()]
                    if was
                    else None,
                    "now": [one.work_center_id, one.machine, one.starts_at.isoformat()],
                }
            )
        return found

    def problems(self) -> list[dict[str, Any]]:
        """What is not in the sequence, and why: work order, code, what it is about."""
        found: list[dict[str, Any]] = [
            {"work_order_id": one.order.pk, "code": one.code, "what": one.what}
            for one in self.given.left_out
        ]
        for one in self.outcome.problems:
            step = self.given.steps.get(int(one.operation)) if one.operation else None
            what = step.work_center.code if step else ""
            found.append({"work_order_id": int(one.job), "code": one.code, "what": what})
        return found

    def figures(self, rows: Sequence[SequencedOperation], late: int, moved: int) -> dict[str, Any]:
        """Counts, and how busy each machine is within the horizon."""
        orders = {one.work_order_id for one in rows}
        return {
            "orders": len(orders),
            "operations": len(rows),
            "late": late,
            "late_minutes": sum(
                max(placed[-1].end - (self.due[job] or 0), 0)
                for job, placed in self.of_job.items()
                if placed and self.due[job] is not None
            ),
            "setup_minutes": sum(one.setup_minutes for one in rows),
            "moved": moved,
            "cost": self.outcome.cost,
            "bound": self.outcome.bound,
            "is_optimal": self.outcome.is_optimal,
            "is_searched": self.outcome.is_searched,
            "horizon_ends": self.given.times.moment(self.given.horizon).isoformat(),
            "machines": self._busy(),
        }

    def _busy(self) -> list[list[int]]:
        """By machine: work centre, number, busy and open minutes within the horizon."""
        found = []
        for name in self.machines:
            center_id, number = machine_of(name)
            if not number:
                continue
            clock = self.clocks[name]
            end = self.given.horizon
            busy = sum(
                clock.work(min(one.end, end)) - clock.work(min(one.start, end))
                for one in self.on.get(name, ())
            )
            found.append([center_id, number, busy, clock.work(end)])
        return found


def shifted(changes: Iterable[Mapping[str, Any]]) -> int:
    """How many of the changes are of operations that had a place before."""
    return sum(1 for one in changes if one["was"])
