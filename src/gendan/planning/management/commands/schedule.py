"""gendan schedule: date the company's orders with finite capacity, and print or write it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gendan.planning.assumed import assumed
from gendan.planning.calculating import Calculated, calculate, figures_of, problems_of
from gendan.planning.capacity_people import problems_of_skills
from gendan.planning.finite import Finite, read_shop, schedule, with_dates
from gendan.planning.finite_files import write_files
from gendan.planning.finite_rows import late_places
from gendan.planning.net_snapshot import net_input
from gendan.planning.problems_apart import parts_apart, told
from gendan.planning.queries import assumptions_in_force

MOST_NAMED = 20


class Command(BaseCommand):
    """Schedules, and changes nothing: `gendan plan` makes it the live plan."""

    help = (
        "Date planned orders and work orders of the database with finite capacity. "
        "With --from a folder of workload files is planned instead, without a database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="the folder to write the three files into")

    def handle(self, *args: Any, **options: Any) -> None:
        changes = assumed(assumptions_in_force())
        given = net_input(changes)
        shop = read_shop(given, changes)
        done = calculate(given)
        finite = schedule(done, shop)
        done = with_dates(done, finite)
        self._tell(done, finite)
        if options["out"] is not None:
            try:
                write_files(options["out"], done, finite)
            except OSError as error:
                raise CommandError(
                    f"{options['out'].name!r} cannot be written: {error.strerror}."
                ) from error
            self.stdout.write(f"Written into {options['out']}.")

    def _tell(self, done: Calculated, finite: Finite) -> None:
        figures, late = figures_of(done), late_places(done, finite)
        self.stdout.write(
            f"{figures['demands']} demands, {figures['late_demands']} late, "
            f"{sum(map(bool, finite.steps))} orders scheduled until {finite.shop.capacity.last}, "
            f"{len(late)} late."
        )
        for line in told([*problems_of(parts_apart(done)), *problems_of_skills()]):
            self.stdout.write(line)
        codes = done.given.snapshot.items.code
        orders, place_of = len(done.plan.orders), done.given.item_ids.index
        for place, bound in sorted(late.items())[:MOST_NAMED]:
            center = finite.shop.capacity.centers[bound.centre].code if bound.centre >= 0 else ""
            if place < orders:
                item = codes[int(done.plan.orders.item[place])]
            else:
                firm = finite.shop.firm[place - orders]
                item = f"{firm.number} {codes[place_of(firm.item_id)]}"
            end = finite.day(finite.dated.end[place]) or "nobody can tell"
            self.stdout.write(f"  {item}: {end}, {bound.reason} {center}".rstrip())
        if len(late) > MOST_NAMED:
            self.stdout.write(f"  and {len(late) - MOST_NAMED} more")
