"""The workshops of the simulated world report what they make, operation by operation."""

import datetime as dt
import random
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

from gendan.engine.calendars import WorkCalendar
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.queries import left_of
from gendan.production.services import MachineBusy, begin_step, report_step

MOST_FOLLOWED = 30  # work orders a day, the earliest due first
SHARES = ["0.5", "0.8", "1", "1", "1.1"]  # of what a day should bring


class Floor:
    """Gang's people begin and report; chance of their own, so that all else stays as it is."""

    def __init__(self, seed: int, people: Mapping[str, User], calendar: WorkCalendar) -> None:
        self.rng = random.Random(seed)  # noqa: S311  a reproducible world, no secret
        self.by = people["gang"]
        self.calendar = calendar

    def report(self, day: dt.date) -> None:
        """A day's pieces of what runs; the next operation begins where a machine is free."""
        running = WorkOrder.objects.filter(state=WorkOrder.State.RELEASED).order_by("due_on", "pk")
        for order in running[:MOST_FOLLOWED]:
            step = (
                order.steps.exclude(state=WorkStep.State.DONE)
                .select_related("work_center", "work_order__item__unit")
                .first()
            )
            if step is None:
                continue
            try:
                if step.state == WorkStep.State.BEGUN or self._begin(step):
                    self._report(step, day)
            except DomainError:
                continue  # all of it has come into the stores meanwhile, for example

    def _begin(self, step: WorkStep) -> bool:
        for machine in range(1, step.work_center.machines + 1):
            try:
                begin_step(step_id=step.pk, machine=machine, by=self.by)
            except MachineBusy:
                continue
            return True
        return False

    def _report(self, step: WorkStep, day: dt.date) -> None:
        order, left = step.work_order, left_of(step)
        days = max(self.calendar.count(order.starts_on, order.due_on), 1)
        share = order.quantity * order.steps.count() / days
        unit = order.item.unit.step
        good = (share * Decimal(self.rng.choice(SHARES)) / unit).quantize(
            Decimal(1), ROUND_DOWN
        ) * unit
        good = min(max(good, unit), left)
        scrap = unit if self.rng.random() < 0.1 else Decimal(0)
        report_step(
            step_id=step.pk,
            good=good,
            scrap=scrap,
            reason="划伤" if scrap else "",
            made_on=day,
            is_done=good == left,
            by=self.by,
        )
