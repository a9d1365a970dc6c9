"""Orders that are given – planned, with their pegs, and firm – dated with finite capacity.

Where `construct` decides itself what is made together, here the orders are those of a plan of net
requirements, and each knows which others make what it takes. The method is that of `construct`:

1. what is held (work orders, orders somebody has fixed) takes its room first;
2. `_back`: all others as late as their consumers and the work centres allow, the latest day first;
   of two the one whose material comes last keeps its place;
3. `_mend`: what would begin before its material is there, or before the first day, is made again as
   early as possible, most urgent first; several fronts are tried, the best is kept;
4. `_sooner`: what is late goes before those due later where they can wait, and, everything else as
   late as it can stay (`_settle`, right-justification), into what they leave free. Nothing of it
   makes it worse by `harm`, in which a month late counts more than a day late of thirty orders;
5. `_ahead`: until here what is made takes as long as its steps. Where there is room it is begun as
   early as the usual time of its item asks, and what it takes is made before.

Days count from the first; what does not end within the days of the floor ends on `days`. What is
ready on a day can be taken on that day. Same input, same dates.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from .causes import Causes
from .chains import Leads, consumers_first
from .floor import Floor, Work
from .tasks import Bound, Dated, Shopfloor, Task, harm, shortest
from .workshop import NEVER

_FRONTS = (0, 1, 30, NEVER)  # 0: only what must; else so many days after the last that is too early
_ROUNDS = 4  # of exchanges and of filling what is free, while the harm falls by a fiftieth
_TRIES = 200_000  # orders looked at for exchanges in a round; one that is moved counts as _MOVED
_MOVED = 20


def date_orders(
    tasks: Sequence[Task],
    shop: Shopfloor,
    note: Callable[[int], None] = lambda _number: None,
) -> Dated:
    """The dates of all tasks. `note(number)` is told of each attempt, and may raise."""
    return _Dating(tasks, shop).run(note)


class _Dating:
    def __init__(self, tasks: Sequence[Task], shop: Shopfloor) -> None:
        self.tasks = tasks
        self.days = shop.days
        self.leads = Leads(shop.works)
        self.floor = Floor(shop.capacity, shop.crews)
        self.empty = Floor(shop.usual, shop.crews) if shop.usual else self.floor.copy()
        self.centres = [tuple(centre for centre, _amount in one.steps) for one in tasks]
        self.order, self.makers = consumers_first(tasks)
        self.consumers: list[list[int]] = [[] for _ in tasks]
        for place, makers in enumerate(self.makers):
            for maker in makers:
                self.consumers[maker].append(place)
        self.urgency = self._urgency()
        self.earliest = self._earliest()
        size = len(tasks)
        self.dated = Dated([-1] * size, [-1] * size, [[] for _ in range(size)])
        position = [0] * size
        for number, place in enumerate(self.order):
            position[place] = number
        self.position = position
        self.at_centre: dict[int, list[int]] = {}
        for place, centres in enumerate(self.centres):
            for centre in dict.fromkeys(centres):
                self.at_centre.setdefault(centre, []).append(place)
        self.producers_first = sorted(
            range(size), key=lambda place: (self.urgency[place], -position[place])
        )
        self.turn = [0] * size
        for number, place in enumerate(self.producers_first):
            self.turn[place] = number

    def run(self, note: Callable[[int], None]) -> Dated:
        self._hold()
        self._back()
        base, floor = self.dated, self.floor
        least = sum(
            harm(self._soonest_end(place) - one.due) for place, one in enumerate(self.tasks)
        )
        early = [
            base.start[place]
            for place in range(len(self.tasks))
            if base.start[place] < self.earliest[place]
        ]
        front = max(early, default=-1)
        best: tuple[Dated, Floor] | None = None
        for number, more in enumerate(_FRONTS if early else _FRONTS[:1]):
            note(number)
            self.dated = Dated(base.start[:], base.end[:], [work[:] for work in base.work])
            self.floor = floor.copy()
            self._mend(front + more if more else -1)
            self._count()
            if best is None or self.dated.harm < best[0].harm:
                best = self.dated, self.floor
            if best[0].harm <= least:
                break
        if best is not None:
            self.dated, self.floor = best
        self._sooner(least)
        self._ahead()
        return self.dated

    # --- before anything is placed ---

    def _urgency(self) -> list[int]:
        """The first day by which something above asks for it."""
        urgency = [min(one.due, one.held if one.held >= 0 else NEVER) for one in self.tasks]
        for place in self.order:
            for maker in self.makers[place]:
                urgency[maker] = min(urgency[maker], urgency[place])
        return urgency

    def _earliest(self) -> list[int]:
        """The first day on which each could begin if work centres had no limits."""
        earliest = [0] * len(self.tasks)
        for place in reversed(self.order):
            first = max(self.tasks[place].ready, 0)
            for maker in self.makers[place]:
                first = max(first, self.leads.forward(earliest[maker], shortest(self.tasks[maker])))
            earliest[place] = min(first, self.days)
        return earliest

    def _soonest_end(self, place: int) -> int:
        return self.leads.forward(self.earliest[place], shortest(self.tasks[place]))

    # --- placing ---

    def _forward(self, place: int, day: int) -> None:
        """As early as possible from a day on; without an end if there is no room."""
        one, dated = self.tasks[place], self.dated
        work: list[Work] = []
        begin = min(day, self.days)
        for step, (centre, amount) in enumerate(one.steps):
            day = self.floor.forward(centre, day, amount, step, work) if day < self.days else -1
            if day < 0:
                self.floor.give_back(self.centres[place], work)
                dated.start[place] = dated.end[place] = self.days
                dated.work[place] = []
                return
        dated.start[place], dated.work[place] = begin, work
        dated.end[place] = max(day, self.leads.forward(begin, shortest(one)))

    def _backward(self, place: int, day: int) -> bool:
        """As late as possible until a day; False if there is no room from the first day on."""
        one, dated = self.tasks[place], self.dated
        last = day = min(day, self.days - 1)
        begin = self.leads.backward(day, shortest(one))
        work: list[Work] = []
        for step in range(len(one.steps) - 1, -1, -1):
            centre, amount = one.steps[step]
            day = self.floor.backward(centre, day, amount, step, work) if day >= 0 else -1
            if day < 0:
                break
        begin = min(begin, day)
        if begin < 0:
            self.floor.give_back(self.centres[place], work)
            dated.start[place] = dated.end[place] = -1
            dated.work[place] = []
            return False
        work.reverse()
        dated.start[place], dated.work[place] = begin, work
        ends = work[-1][1] if work else last
        dated.end[place] = max(ends, self.leads.forward(begin, shortest(one)))
        return True

    def _take_out(self, place: int) -> None:
        self.floor.give_back(self.centres[place], self.dated.work[place])
        self.dated.work[place] = []

    def _hold(self) -> None:
        """What is held, by its day."""
        held = [place for place, one in enumerate(self.tasks) if one.held >= 0]
        for place in sorted(held, key=lambda place: (self.tasks[place].held, place)):
            if not self._backward(place, self.tasks[place].held):
                self._forward(place, self.earliest[place])

    def _back(self) -> None:
        """All others as late as possible, consumers before what they take."""
        waits = [len(one) for one in self.consumers]
        latest = [one.due for one in self.tasks]
        heap = [
            (-min(latest[place], NEVER), -self.earliest[place], place)
            for place, count in enumerate(waits)
            if not count
        ]
        heapify(heap)
        while heap:
            _latest, _earliest, place = heappop(heap)
            if self.tasks[place].held < 0 and not self._backward(place, latest[place]):
                self.dated.start[place] = self.dated.end[place] = -1
            start = self.dated.start[place]
            for maker in self.makers[place]:
                latest[maker] = min(latest[maker], start)
                waits[maker] -= 1
                if not waits[maker]:
                    heappush(heap, (-latest[maker], -self.earliest[maker], maker))

    def _mend(self, front: int) -> None:
        """What cannot begin when it should, and what begins until `front`, is made again."""
        dated = self.dated
        again = set()
        for place in self.producers_first:
            if self.tasks[place].held < 0 and dated.start[place] <= front:
                self._take_out(place)
                again.add(place)
        for place in self.producers_first:
            ready = self._ready(place)
            if place in again or dated.start[place] < ready:
                self._take_out(place)
                self._forward(place, ready)

    def _ready(self, place: int) -> int:
        """The day on which all it takes is there."""
        ends = (self.dated.end[maker] for maker in self.makers[place])
        return max(self.tasks[place].ready, 0, max(ends, default=0))

    def _count(self) -> None:
        pairs = zip(self.tasks, self.dated.end, strict=True)
        self.dated.harm = sum(harm(end - one.due) for one, end in pairs if end > one.due)

    def _settle(self, places: Iterable[int]) -> None:
        """As late as the consumers' beginnings, the last first; late ones stay as they are."""
        dated = self.dated
        for place in sorted(places, key=lambda place: (-dated.end[place], self.position[place])):
            one, end = self.tasks[place], dated.end[place]
            if one.held >= 0 or end >= self.days:
                continue
            latest = max(one.due, end) if one.due < NEVER else self.days - 1
            for consumer in self.consumers[place]:
                latest = min(latest, dated.start[consumer])
            if one.due == NEVER and not self.consumers[place]:
                latest = end
            self._take_out(place)
            self._backward(place, max(latest, end))  # finds at least the room it had

    # --- what is late ---

    def _sooner(self, least: int) -> None:
        """Late orders change places with those that can wait, and fill what the others leave.

        The causes are read where late orders and what they take are as early as can be: afterwards
        what they take is moved to where it is needed, and no wait is seen any more.
        """
        everything = range(len(self.tasks))
        for _round in range(_ROUNDS):
            before = self.dated.harm
            if before > least:
                self._exchange()
            self._settle(everything)
            self._pull()
            self._count()
            if before - self.dated.harm <= before // 50:
                break
        self._bind()
        self._settle(self._late_chain())

    # --- the usual time ---

    def _ahead(self) -> None:
        """What is made is begun as early as its usual time asks, if all it takes can be there.

        What it takes is moved into free room only, so that nothing becomes later for it.
        """
        dated = self.dated
        aims = self._aims()
        for place in reversed(self.order):
            one, end = self.tasks[place], dated.end[place]
            if end >= self.days:
                continue
            ready = self._ready(place)
            aim = max(aims[place], self.leads.forward(ready, shortest(one)))
            if one.held < 0 and aim < end:
                before = {place: self._state(place)}
                self._take_out(place)
                if not self._backward(place, aim) or dated.start[place] < ready:
                    self._restore(before)
            begin = self.leads.backward(dated.end[place], one.lead)
            dated.start[place] = min(dated.start[place], max(begin, ready))

    def _aims(self) -> list[int]:
        """By which day each should be ready: when what takes it is begun if it takes as long as
        usual. What is late has no time to give."""
        dated, leads, tasks = self.dated, self.leads, self.tasks
        aims, begins = dated.end[:], dated.start[:]
        for place in self.order:
            one, start, end = tasks[place], dated.start[place], dated.end[place]
            if end >= self.days:
                continue
            latest = min((begins[consumer] for consumer in self.consumers[place]), default=NEVER)
            if one.held < 0 and end <= one.due:
                aims[place] = max(min(end, latest), 0)
            worked = leads.before[end + 1] - leads.before[start + 1]
            begins[place] = min(start, leads.backward(aims[place], max(one.lead, worked)))
        return aims

    def _late_chain(self) -> set[int]:
        """What is late, or held and not ready on its day, and all that is made for it."""
        chain = {
            place
            for place, one in enumerate(self.tasks)
            if self.dated.end[place] > min(one.due, one.held if one.held >= 0 else NEVER)
        }
        for place in self.order:
            if place in chain:
                chain.update(self.makers[place])
        return chain

    def _pull(self) -> None:
        """What is late is made again as early as it can be now, and before it what it takes."""
        chain = self._late_chain()
        for place in self.producers_first:
            if place in chain and self.tasks[place].held < 0:
                self._take_out(place)
                self._forward(place, self._ready(place))  # finds at least the room it had

    def _exchange(self) -> None:
        """Each late order is tried before those due later at the work centre it waits for."""
        dated, tasks = self.dated, self.tasks
        chain, left = self._late_chain(), _TRIES
        late = [place for place in chain if dated.end[place] > tasks[place].due]
        tried: set[tuple[int, int]] = set()
        for place in sorted(late, key=lambda place: (tasks[place].due - dated.end[place], place)):
            days = dated.end[place] - tasks[place].due
            if days <= 0:  # an exchange for another has helped it
                continue
            bound = self._cause(place, days)
            if bound.centre < 0 or (bound.task, bound.centre) in tried:
                continue
            tried.add((bound.task, bound.centre))
            window = self._window(bound.task, bound.centre)
            left -= len(self.at_centre[bound.centre])
            if len(window) > 1:
                left -= _MOVED * self._try(window, chain)
            if left <= 0:
                return

    def _window(self, task: int, centre: int) -> list[int]:
        """An order, and those less urgent at a work centre while it waits for it."""
        dated, urgency = self.dated, self.urgency
        first, last, most = self._ready(task), dated.end[task], urgency[task]
        return [task] + [
            place
            for place in self.at_centre[centre]
            if urgency[place] > most
            and dated.start[place] <= last
            and dated.end[place] >= first
            and self.tasks[place].held < 0
        ]

    def _try(self, window: Sequence[int], chain: Collection[int]) -> int:
        """These again in the order of their urgency, kept if it is better; how many were moved."""
        dated, tasks = self.dated, self.tasks
        touched = {place: self._state(place) for place in window}
        for place in window:
            self._take_out(place)
        heap = [(self.turn[place], place) for place in window]
        heapify(heap)
        is_kept = True
        while heap and is_kept:
            _turn, place = heappop(heap)
            self._forward(place, self._ready(place))
            end, before = dated.end[place], touched[place][1]
            is_kept = end < self.days or end == before
            for consumer in self.consumers[place]:
                if consumer in touched:
                    continue
                is_moved = end > dated.start[consumer]
                if is_moved or (end < before and consumer in chain and tasks[consumer].held < 0):
                    is_kept = is_kept and tasks[consumer].held < 0
                    touched[consumer] = self._state(consumer)
                    self._take_out(consumer)
                    heappush(heap, (self.turn[consumer], consumer))
        if not is_kept or not self._is_better(touched):
            self._restore(touched)
        return len(touched)

    def _is_better(self, before: Mapping[int, tuple[int, int, list[Work]]]) -> bool:
        """Whether their being late does less harm than before."""
        gain = 0
        for place, (_start, end, _work) in before.items():
            due = self.tasks[place].due
            gain += harm(end - due) - harm(self.dated.end[place] - due)
        return gain > 0

    def _state(self, place: int) -> tuple[int, int, list[Work]]:
        return self.dated.start[place], self.dated.end[place], self.dated.work[place]

    def _restore(self, before: Mapping[int, tuple[int, int, list[Work]]]) -> None:
        """These as they were: first all are taken out, for they may have each other's room."""
        dated = self.dated
        for place in before:
            self._take_out(place)
        for place, (start, end, work) in before.items():
            self.floor.take(self.centres[place], work)
            dated.start[place], dated.end[place], dated.work[place] = start, end, work

    # --- why ---

    def _bind(self) -> None:
        dated = self.dated
        for place, one in enumerate(self.tasks):
            late = dated.end[place] - min(one.due, one.held if one.held >= 0 else NEVER)
            if late > 0:
                dated.bound[place] = self._cause(place, late)

    def _cause(self, place: int, late: int) -> Bound:
        causes = Causes(self.tasks, self.makers, self.leads, self.empty, self.dated, self.floor)
        return causes.of(place, late)
