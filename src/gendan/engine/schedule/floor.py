"""What work centres and their people still have free, day by day, each day as its calendar says.

Amounts are integers (the caller's unit, e.g. thousandths of a minute). A work centre whose people
are shared with others has no more room on a day than they have. Days with room are the bits of one
long number, so that full weeks are skipped at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Work = tuple[int, int, int]  # place of the step, day, amount


@dataclass(frozen=True, slots=True)
class Crews:
    """`group` (centres): whose people it takes, -1 for nobody's; `share` (centres): hundredths of
    a person for each running minute; `present` (groups × days): what the people can work."""

    group: Sequence[int]
    share: Sequence[int]
    present: Sequence[Sequence[int]]


def _roomy(days: Sequence[int]) -> int:
    """Bit d: day d has room."""
    return int("".join("1" if one > 0 else "0" for one in reversed(days)) or "0", 2)


class Floor:
    """Free amounts by centre and day; beyond the last day there is no room."""

    def __init__(self, capacity: Sequence[Sequence[int]], crews: Crews | None = None) -> None:
        self.days = len(capacity[0]) if capacity else 0
        self.free = [list(row) for row in capacity]
        self.roomy = [_roomy(row) for row in self.free]
        self.group = list(crews.group) if crews else [-1] * len(self.free)
        self.share = list(crews.share) if crews else [0] * len(self.free)
        self.left = [list(row) for row in crews.present] if crews else []
        self.staffed = [_roomy(row) for row in self.left]

    def copy(self) -> "Floor":
        """The same floor, to try something on."""
        other = Floor((), None)
        other.days = self.days
        other.free = [row[:] for row in self.free]
        other.roomy = self.roomy[:]
        other.group, other.share = self.group, self.share
        other.left = [row[:] for row in self.left]
        other.staffed = self.staffed[:]
        return other

    def forward(self, centre: int, day: int, amount: int, step: int, work: list[Work]) -> int:
        """Put an amount on the first days with room from a day on; the last of them, -1: none."""
        while amount > 0:
            ahead = self._open(centre) >> day
            if not ahead:
                return -1
            day += (ahead & -ahead).bit_length() - 1
            amount -= self._some(centre, day, amount, step, work)
        return day

    def backward(self, centre: int, day: int, amount: int, step: int, work: list[Work]) -> int:
        """Put an amount on the last days with room until a day; the first of them, -1: none."""
        while amount > 0:
            if day < 0:
                return -1
            day = (self._open(centre) & ((2 << day) - 1)).bit_length() - 1
            if day < 0:
                return -1
            amount -= self._some(centre, day, amount, step, work)
        return day

    def when(self, centre: int, day: int, amount: int) -> int:
        """The day on which an amount begun on a day would be done; the number of days: never."""
        group, share = self.group[centre], self.share[centre]
        while amount > 0 and day < self.days:
            room = self.free[centre][day]
            if group >= 0:
                room = min(room, self.left[group][day] * 100 // max(share, 1))
            amount -= room
            day += amount > 0
        return min(day, self.days)

    def give_back(self, centres: Sequence[int], work: Sequence[Work]) -> None:
        """Work is taken off; `centres` by the place of the step."""
        for step, day, amount in work:
            centre = centres[step]
            self.free[centre][day] += amount
            self.roomy[centre] |= 1 << day
            group = self.group[centre]
            if group >= 0:
                left = self.left[group]
                left[day] += self._people(centre, amount)
                self.staffed[group] |= 1 << day

    def take(self, centres: Sequence[int], work: Sequence[Work]) -> None:
        """Work that was given back is put where it was."""
        for step, day, amount in work:
            centre = centres[step]
            self.free[centre][day] -= amount
            if not self.free[centre][day]:
                self.roomy[centre] &= ~(1 << day)
            group = self.group[centre]
            if group >= 0:
                left = self.left[group]
                left[day] -= self._people(centre, amount)
                if left[day] <= 0:
                    self.staffed[group] &= ~(1 << day)

    def _open(self, centre: int) -> int:
        group = self.group[centre]
        return self.roomy[centre] & self.staffed[group] if group >= 0 else self.roomy[centre]

    def _people(self, centre: int, amount: int) -> int:
        return -(-amount * self.share[centre] // 100)

    def _some(self, centre: int, day: int, amount: int, step: int, work: list[Work]) -> int:
        """Put as much as the day has room for on a day that is open; how much."""
        free, group = self.free[centre], self.group[centre]
        amount = min(amount, free[day])
        if group >= 0:
            left = self.left[group]
            amount = min(amount, left[day] * 100 // max(self.share[centre], 1))
            if amount <= 0:  # not worth a thousandth of a minute
                self.staffed[group] &= ~(1 << day)
                return 0
            left[day] -= self._people(centre, amount)
            if left[day] <= 0:
                self.staffed[group] &= ~(1 << day)
        free[day] -= amount
        if not free[day]:
            self.roomy[centre] &= ~(1 << day)
        work.append((step, day, amount))
        return amount
