"""What makes an order late: down the chain of what each waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from .chains import Leads
from .floor import Floor
from .tasks import APPROVAL, CENTRE, MATERIAL, PEOPLE, TIME, Bound, Dated, Task, shortest
from .workshop import NEVER


@dataclass(frozen=True, slots=True)
class Causes:
    """Reads dates on their floor; `empty` is the floor without anything on it."""

    tasks: Sequence[Task]
    makers: Sequence[Sequence[int]]
    leads: Leads
    empty: Floor
    dated: Dated
    floor: Floor

    @property
    def days(self) -> int:
        """How many days are looked at."""
        return self.leads.days

    def of(self, place: int, late: int) -> Bound:
        """Down the chain of what an order waits for, to the wait without which it is in time."""
        while True:
            one = self.tasks[place]
            last = max(self.makers[place], key=lambda maker: self.dated.end[maker], default=-1)
            made = self.dated.end[last] if last >= 0 else -1
            ready = max(one.ready, made, 0)
            centre, waited = self._wait(place, ready)
            # Where neither wait alone makes it late, the one that costs more days binds.
            if waited >= late or waited > ready:
                return self._limit(place, centre, ready)
            if made >= max(one.ready, 1):
                place, late = last, late - waited
                continue
            if one.ready > 0:
                return Bound(APPROVAL if one.approved == one.ready else MATERIAL, place)
            if waited:
                return self._limit(place, centre, ready)
            return Bound(TIME if one.steps else MATERIAL, place)

    def _limit(self, place: int, centre: int, ready: int) -> Bound:
        """The work centre, or its people if it has minutes left on most days of waiting."""
        own = {day for _step, day, _amount in self.dated.work[place]}
        days = range(ready, min(self.dated.end[place] + 1, self.days))
        waits = [day for day in days if self.empty.free[centre][day] and day not in own]
        short = sum(self.floor.free[centre][day] > 0 for day in waits)
        is_people = self.floor.group[centre] >= 0 and short * 2 > len(waits)
        return Bound(PEOPLE if is_people else CENTRE, place, centre)

    def _wait(self, place: int, ready: int) -> tuple[int, int]:
        """The work centre an order waits for most, and the days it is later for all of them."""
        one = self.tasks[place]
        is_undated = self.dated.end[place] >= self.days and not self.dated.work[place]
        if one.steps and is_undated and ready < self.days:
            return self._without_room(place, ready), NEVER
        day, found, most, before = ready, -1, 0, 0
        ends = {step: last for step, last, _amount in self.dated.work[place]}
        for step, (centre, amount) in enumerate(one.steps):
            day = self.empty.when(centre, day, amount)
            if day >= self.days > ready:
                return centre, NEVER  # even alone
            wait = (ends.get(step, self.days) if amount else day) - day
            if wait - before > most:
                found, most = centre, wait - before
            before = wait
        alone = max(day, self.leads.forward(ready, shortest(one)))
        return found, max(self.dated.end[place] - alone, 0) if found >= 0 else 0

    def _without_room(self, place: int, day: int) -> int:
        """The work centre of the first step that finds no room within the days looked at."""
        centre = -1
        for centre, amount in self.tasks[place].steps:
            day = self.floor.when(centre, day, amount)
            if day >= self.days:
                break
        return centre
