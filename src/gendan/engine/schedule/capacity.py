"""The free minutes of one work centre by day; days with room are bits of one long number."""

from .workshop import DONE, NOTHING

LAST_DAY = 20_000  # what would be finished after 54 years is not planned


class Centre:
    """Free minutes by day; the calendar grows as needed."""

    __slots__ = ("free", "minutes", "roomy")

    def __init__(self, minutes: float, days: int) -> None:
        self.minutes = minutes
        self.free = [minutes] * days
        self.roomy = (1 << days) - 1  # bit d: day d has room

    def give_back(self, day: int, minutes: float) -> None:
        """Work is taken off a day."""
        self.free[day] += minutes
        if self.free[day] >= NOTHING:
            self.roomy |= 1 << day

    def reserve(self, day: int, minutes: float) -> None:
        """Work is put on a day that has room for it."""
        left = self.free[day] - minutes
        self.free[day] = left
        if left < NOTHING:
            self.roomy &= ~(1 << day)

    def forward(
        self, step: int, day: int, minutes: float, work: list[tuple[int, int, float]]
    ) -> int:
        """Put a step's minutes on the first days with room; the last day, -1 if there is none.

        What takes no time needs no room.
        """
        if not minutes:
            work.append((step, day, minutes))
            return day
        free = self.free
        while True:
            ahead = self.roomy >> day
            if not ahead:
                if day > LAST_DAY:
                    return -1
                self._grow(day)
                continue
            day += (ahead & -ahead).bit_length() - 1
            room = free[day]
            if minutes <= room + DONE:
                free[day] = room - minutes
                if room - minutes < NOTHING:
                    self.roomy ^= 1 << day
                work.append((step, day, minutes))
                return day
            free[day] = 0.0
            self.roomy ^= 1 << day
            minutes -= room
            work.append((step, day, room))

    def backward(
        self, step: int, day: int, minutes: float, work: list[tuple[int, int, float]]
    ) -> int:
        """Put a step's minutes on the last days with room; the first day. There must be room.

        What takes no time needs none.
        """
        if not minutes:
            work.append((step, day, minutes))
            return day
        free = self.free
        while True:
            day = (self.roomy & ((2 << day) - 1)).bit_length() - 1
            if day < 0:
                raise ValueError("no room left for work that was taken off")
            room = free[day]
            if minutes <= room + DONE:
                free[day] = room - minutes
                if room - minutes < NOTHING:
                    self.roomy ^= 1 << day
                work.append((step, day, minutes))
                return day
            free[day] = 0.0
            self.roomy ^= 1 << day
            minutes -= room
            work.append((step, day, room))

    def _grow(self, day: int) -> None:
        have = len(self.free)
        more = max(day + 1 - have, have, 64)
        self.free += [self.minutes] * more
        self.roomy |= ((1 << more) - 1) << have
