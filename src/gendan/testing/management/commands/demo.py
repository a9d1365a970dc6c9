"""gendan demo: found the fictional company and let it live until today."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.partners.models import Partner
from gendan.testing.world import company
from gendan.testing.world.turn import World

SEED, DAYS, ORDERS = 7, 120, 100
# Of the last days: purchase orders, bins, counts; notices; pieces reported from the shop floor.
# Before, they would cost and show little.
DETAILED, TOLD, REPORTED = 24, 40, 9
PASSWORD = "gendan-demo"  # noqa: S105  printed at the start; the demo company has no secrets


class Command(BaseCommand):
    help = (
        "Founds the demo company 海川 in an empty database and lets it live until today, through "
        "the same verbs that people use. Other seeds and lengths give other companies."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
        parser.add_argument("--days", type=int, default=DAYS, help=f"days lived, default: {DAYS}")
        parser.add_argument(
            "--orders", type=int, default=ORDERS, help=f"about so many orders, default: {ORDERS}"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when the database is in use"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days, orders = options["days"], options["orders"]
        if not 1 <= days <= 730 or not 1 <= orders <= 5000:
            raise CommandError("Between 1 and 730 days, between 1 and 5000 orders.")
        if Partner.objects.exists() or User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The demo company needs an empty database; this one is in use.")
        world = World(
            seed=options["seed"],
            first_day=clock.today() - dt.timedelta(days=days - 1),
            orders_a_day=orders / (days * 5 / 7),
            audits=30,
            plans=3,
            detail_after=days - DETAILED,
            told_after=days - TOLD,
            reported_after=days - REPORTED,
            password=PASSWORD,
            say=lambda text: self.stdout.write(f"  {text}", ending="\n"),
        )
        # Each day is a transaction of its own: in one alone, rows that are gone would stay in the
        # way of all queries until its end. `gendan up` begins half a company anew by its own mark.
        try:
            with transaction.atomic():
                world.found()
            world.run(days)
        except BaseException:
            self.stderr.write(
                "  The demo company was stopped half-way: empty the database before you try again."
            )
            raise
        roles = ", ".join(f"{row[0]} ({row[2]})" for row in company.PEOPLE if row[0])
        self.stdout.write(f"Demo company ready. Password of all: {PASSWORD}. People: {roles}")
