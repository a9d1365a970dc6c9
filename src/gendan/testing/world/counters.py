"""Store people of the simulated world count now and then, while goods move."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from gendan.inventory import services
from gendan.inventory.models import Balance, Count, CountLine
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.testing.world.places import STORE, ZONES

State = CountLine.State
WHOLE, NOTHING = Decimal(1), Decimal(0)


class Counters:
    """Wen counts, Ma counts again, Zhao approves; the same seed counts the same."""

    def __init__(self, rng: random.Random, people: Mapping[str, User]) -> None:
        self.rng = rng
        self.people = people
        self.begun = 0

    def act(self, day: dt.date) -> None:
        """A zone is begun early in the week and finished at its end; goods move meanwhile."""
        running = Count.objects.filter(state=Count.State.OPEN).order_by("pk").first()
        if running is None and day.weekday() < 2:
            self._begin()
        elif running is not None and day.weekday() >= 4:
            self._finish(running)

    def _begin(self) -> None:
        zone = f"{STORE}-{list(ZONES)[self.begun % len(ZONES)]}"
        self.begun += 1
        try:
            count = services.start_count(basis="full", place=zone, by=self.people["wen"])
        except services.NothingToCount:
            return
        lines = _lines(count, State.OPEN)
        self._count(count, lines[: len(lines) * 2 // 3], "wen")

    def _finish(self, count: Count) -> None:
        """The rest is counted, what was far off by another; then variances are posted."""
        self._count(count, _lines(count, State.OPEN), "wen")
        again = _lines(count, State.AGAIN)
        by_ma = [one for one in again if one.first_by_id == self.people["ma"].pk]
        self._count(count, [one for one in again if one not in by_ma], "ma")
        self._count(count, by_ma, "wen")  # whom a third look finds, another looks after
        large = [one.pk for one in _lines(count, State.COUNTED) if one.needs_approval]
        try:
            if large:
                services.approve_variances(
                    count_id=count.pk, line_ids=large, by=self.people["zhao"]
                )
            services.post_count(count_id=count.pk, by=self.people["wen"])
            services.close_count(count_id=count.pk, by=self.people["wen"])
        except DomainError:
            left = [one.pk for one in _lines(count, State.COUNTED, State.APPROVED)]
            if left:  # goods that were missed have left meanwhile: they are counted once more
                services.count_again(count_id=count.pk, line_ids=left, by=self.people["zhao"])

    def _count(self, count: Count, lines: Sequence[CountLine], who: str) -> None:
        books = {
            (one.item_id, one.lot_id, one.location_id): one.on_hand
            for one in Balance.objects.filter(item__in={line.item_id for line in lines})
        }
        rows = []
        for one in lines:
            there = books.get((one.item_id, one.lot_id, one.location_id), NOTHING)
            found = self._found(there) if one.first_book is None else self._again(one, there)
            rows.append(services.CountedRow(one.pk, found, round=one.round))
        if rows:
            services.record_counts(count_id=count.pk, rows=rows, by=self.people[who])

    def _found(self, there: Decimal) -> Decimal:
        """What lies there: nearly always what the books say."""
        mood = self.rng.random()
        if mood < 0.9 or there < 10:
            return there
        factor = Decimal("0.996") if mood < 0.97 else Decimal("0.93")
        return (there * factor).quantize(WHOLE, ROUND_DOWN)

    def _again(self, line: CountLine, there: Decimal) -> Decimal:
        """The second look finds the same, or that the first was wrong."""
        missed = (line.first_counted or NOTHING) - (line.first_book or NOTHING)
        return max(there + missed, NOTHING) if self.rng.random() < 0.7 else there


def _lines(count: Count, *states: str) -> list[CountLine]:
    lines = count.lines.filter(state__in=states).select_related("count").order_by("pk")
    return list(lines)
