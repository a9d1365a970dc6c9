"""What must always be true of the sequence in force, read from the rows alone."""

from collections import defaultdict
from itertools import pairwise

from gendan.planning.models import SequencedOperation, ShopSequence

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong with the sequence in force; empty when all is right. 3 queries."""
    rows = SequencedOperation.objects.filter(sequence__is_in_force=True)
    found = list(rows.select_related("step", "work_center").order_by("starts_at", "pk"))
    return [*_one_at_a_time(found), *_steps_in_order(found), *_machines_are_there(found), *_whole()]


def _one_at_a_time(rows: list[SequencedOperation]) -> list[str]:
    """On a machine one operation ends before the next is set up and begins."""
    on: dict[tuple[int, int], list[SequencedOperation]] = defaultdict(list)
    for one in rows:
        if one.machine:  # those outside run beside each other
            on[one.work_center_id, one.machine].append(one)
    return [
        f"operations {a.step_id} and {b.step_id} overlap on {b.machine_code}"
        for group in on.values()
        for a, b in pairwise(group)
        if b.starts_at < a.ends_at
    ][:MOST_TOLD]


def _steps_in_order(rows: list[SequencedOperation]) -> list[str]:
    """A step does not begin before the one before it has ended, or has passed on a batch; and it
    does not end before that one."""
    of_order: dict[int, list[SequencedOperation]] = defaultdict(list)
    for one in rows:
        of_order[one.work_order_id].append(one)
    told = []
    for group in of_order.values():
        ordered = sorted(group, key=lambda one: one.step.sequence)
        for a, b in pairwise(ordered):
            passes_on = a.step.transfer_quantity is not None and not b.is_begun
            least = a.starts_at if passes_on else a.ends_at
            if b.is_begun or (b.starts_at >= least and b.ends_at >= a.ends_at):
                continue
            told.append(f"operation {b.step_id} does not wait for {a.step_id}")
    return told[:MOST_TOLD]


def _machines_are_there(rows: list[SequencedOperation]) -> list[str]:
    """Only work outside is on no machine of ours. (Fewer machines since: a new sequence.)"""
    return [
        f"operation {one.step_id} is on no machine of {one.work_center.code}"
        for one in rows
        if not one.machine and not one.work_center.is_outside
    ][:MOST_TOLD]


def _whole() -> list[str]:
    """Rows belong to sequences that were finished."""
    rows = SequencedOperation.objects.exclude(sequence__state=ShopSequence.State.DONE)
    numbers = rows.order_by("sequence").values_list("sequence__number", flat=True).distinct()
    return [f"sequence {number} was not finished and has rows" for number in numbers[:MOST_TOLD]]
