"""What lines know of styles: what they have made of an item, and what they will have made.

A style is an item with all others of the same style (colours, sizes). Steps that the workshop has
said are done count on that day, others of work orders that are over on the day these ended, those
of open ones on the day these are due: whoever comes after them need not learn the style again.
"""

import datetime as dt
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Q

from gendan.catalog.makings import Making, learning, of_styles, style_of
from gendan.engine.line_rates import Run, known, parts_of
from gendan.kernel import clock
from gendan.production.models import WorkOrder, WorkStep

LONGEST = dt.timedelta(days=730)  # a style stays known; what was made before is not looked at


class Styles:
    """By style and work centre, when how much was made or will be; more can be added."""

    def __init__(self, runs: Mapping[tuple[str, int], Sequence[Run]] | None = None) -> None:
        self.runs: dict[tuple[str, int], list[Run]] = defaultdict(list)
        for key, own in (runs or {}).items():
            self.runs[key] = list(own)

    def copy(self) -> "Styles":
        """The same, to which more can be added."""
        return Styles(self.runs)

    def add(self, style: str, center_id: int, on: dt.date, quantity: Decimal) -> None:
        """A quantity will have been made by a day."""
        run = Run(on, parts_of(quantity))
        insort(self.runs[style, center_id], run, key=lambda one: one.on)

    def known(self, making: Making, on: dt.date) -> Making:
        """An operation as it is on a day, with what the line knows of the style by then."""
        if not making.effort.learns:
            return making
        runs = self.runs.get((making.style, making.center_id), ())
        return _after(making, runs, on)

    def knowing(self, making: Iterable[Making], today: dt.date) -> list[Making]:
        """The operations of an item for what may be made any day from today on."""
        return [self.soon_known(one, today) for one in making]

    def soon_known(self, making: Making, today: dt.date) -> Making:
        """An operation for what may be made any day from today on: open work counts as made.

        Such work has its own learning in its minutes; whichever goes first, both together take
        what is counted.
        """
        if not making.effort.learns:
            return making
        runs = self.runs.get((making.style, making.center_id), ())
        last = today + dt.timedelta(days=making.known_days)
        near = [Run(min(one.on, today), one.parts) for one in runs if one.on <= last]
        return _after(making, near, today)

    def following(self, making: Iterable[Making], on: dt.date, quantity: Decimal) -> list[Making]:
        """The operations of an order for a day, which from then on is behind the line."""
        found = []
        for one in making:
            found.append(self.known(one, on))
            if one.effort.learns:
                self.add(one.style, one.center_id, on, quantity)
        return found


def _after(making: Making, runs: Sequence[Run], on: dt.date) -> Making:
    return making.after(known(runs, on, making.known_days, making.effort.enough))


def styles_of(found: dict[int, list[Making]], *, without: int | None = None) -> Styles:
    """What is known of those of these styles that have to be learned; `without` a work order.

    1 query, none where nothing is learned.
    """
    styles = Styles()
    named = learning(found)
    if not named:
        return styles
    since = clock.now() - LONGEST
    made = Q(state=WorkStep.State.DONE, done_at__gte=since)
    made |= Q(work_order__state=WorkOrder.State.DONE, work_order__ended_at__gte=since)
    coming = Q(work_order__state__in=WorkOrder.OPEN)
    rows = WorkStep.objects.filter(made | coming, of_styles(named, "work_order__item"))
    if without is not None:
        rows = rows.exclude(work_order=without)
    columns = (
        *("work_order__item_id", "work_order__item__style"),
        *("work_center_id", "work_order__quantity"),
        *("done_at", "work_order__ended_at", "work_order__due_on"),
    )
    for item_id, style, center_id, quantity, *moments in rows.order_by("pk").values_list(*columns):
        done_at, ended_at, due_on = moments
        at = done_at or ended_at
        on = clock.date_of(at) if at else due_on
        styles.add(style_of(item_id, style), center_id, on, quantity)
    return styles
