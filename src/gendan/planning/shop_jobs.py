"""The job that sequences the shop floor: reads, searches outside transactions, writes at once."""

import logging
from time import monotonic

from django.db import connection
from procrastinate.contrib.django import app

from gendan.engine.schedule.shop import Progress
from gendan.engine.schedule.shop_search import Budget, solve
from gendan.planning.deferring import QUEUE
from gendan.planning.jobs import one_moment
from gendan.planning.models import ShopSequence
from gendan.planning.services import sequencing
from gendan.planning.shop_deferring import TASK
from gendan.planning.shop_results import best_so_far, result_of
from gendan.planning.shop_snapshot import ShopInput, read_input

log = logging.getLogger(__name__)
ASK_SECONDS = 0.5  # between two looks at whether it is to end
FAR_LONGER = 120  # seconds more than asked for, where steps of the search are counted


@app.task(name=TASK, queue=QUEUE)
def calculate_sequence(*, sequence_id: int) -> None:
    """Sequence the shop floor, as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    calculate_sequence_now(sequence_id)


def calculate_sequence_now(sequence_id: int) -> None:
    """Calculate here and now; what was stopped or is done is left alone.

    What goes wrong is written on the sequence; the one in force stays as it is in any case.
    """
    sequence = sequencing.take_up_sequence(sequence_id=sequence_id)
    if sequence is None:
        return
    try:
        with one_moment():
            given = read_input(sequence)
        if not given.shop.jobs and not given.left_out:
            sequencing.fail_sequence(sequence_id=sequence_id, failure="nothing")
            return
        watch = _Watch(sequence, given)
        outcome = solve(
            given.shop,
            budget_of(sequence),
            progress=watch.better,
            is_stopped=watch.is_stopped,
        )
        result = result_of(given, outcome, sequence)
        sequencing.finish_sequence(
            sequence_id=sequence_id, attempt=sequence.attempts, result=result, read=given.read
        )
    except Exception:
        log.exception("sequence %s failed", sequence_id)
        sequencing.fail_sequence(sequence_id=sequence_id, failure="bug")
        raise


def budget_of(sequence: ShopSequence) -> Budget:
    """How long is searched. Counted: the same facts and seed give the same sequence, however busy
    the computer is; then the clock only ends what takes far too long."""
    seconds = float(sequence.seconds)
    if sequence.is_counted and seconds:
        return Budget(seconds=3 * seconds + FAR_LONGER, deterministic=seconds, seed=sequence.seed)
    return Budget(seconds=seconds, seed=sequence.seed)


class _Watch:
    """Tells what is best so far, and asks now and then whether the search is to end."""

    def __init__(self, sequence: ShopSequence, given: ShopInput) -> None:
        self.sequence, self.given = sequence, given
        self.begin = self.asked = monotonic()
        self.best: dict[str, int] = {}
        self.is_over = False

    def better(self, progress: Progress) -> None:
        self.best = best_so_far(self.given.shop, progress.placed)

    def is_stopped(self) -> bool:
        now = monotonic()
        if not self.is_over and now - self.asked >= ASK_SECONDS:
            self.asked = now
            gone = (now - self.begin) / max(self.sequence.seconds, 1)
            self.is_over = not sequencing.note_sequence(
                sequence_id=self.sequence.pk,
                attempt=self.sequence.attempts,
                percent=min(round(100 * gone), 99),
                best=self.best,
            )
        return self.is_over
