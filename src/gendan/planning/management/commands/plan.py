"""gendan plan: calculate the live plan of the company and print its figures.

A worker that is calculating a plan is waited for: never two at once.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gendan.planning import jobs, queries, services
from gendan.planning.problems_apart import MOST_NAMED, told

ROWS = (
    ("demands", "demands"),
    ("receipts", "expected supplies and requests"),
    ("orders", "planned orders"),
    ("make", "  to make"),
    ("buy", "  to buy"),
    ("outsource", "  from outside factories"),
    ("late_orders", "late planned orders"),
    ("late_sales_orders", "late customer orders"),
)


class Command(BaseCommand):
    """Plans."""

    help = "Plan the company here and now, and print the figures of the plan."

    def handle(self, *args: Any, **options: Any) -> None:
        run = services.run_plan(by=None)
        jobs.calculate_in_turn(run.pk)
        run.refresh_from_db()
        if run.state != run.State.DONE:
            detail = f" ({run.failure_detail})" if run.failure_detail else ""
            why = f"{run.get_state_display()} {run.failure}"
            raise CommandError(f"Plan {run.number}: {why}{detail}")
        self.stdout.write(f"Plan {run.number} is live.")
        for key, words in ROWS:
            self.stdout.write(f"{run.figures[key]:>10}  {words}")
        for line in told(run.problems):
            self.stdout.write(line)
        for code, count in queries.centers_that_bind(run.pk)[:MOST_NAMED]:
            self.stdout.write(f"{count:>10}  late for want of minutes at {code}")
