"""Loading against a slow obvious version that walks day by day."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.loading import Loaded, Work, load

Orders = list[tuple[int, list[tuple[int, int]]]]  # due day, (work centre, amount) of each step


def work_of(orders: Orders) -> Work:
    def ints(values: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return np.array(values, np.int64)

    steps = [(place, *step) for place, (_due, steps) in enumerate(orders) for step in steps]
    return Work(
        order=ints([one[0] for one in steps]),
        center=ints([one[1] for one in steps]),
        amount=ints([one[2] for one in steps]),
        due=ints([due for due, _steps in orders]),
    )


class Slow:
    """One order: its steps day by day, first backward, else forward from the first day."""

    def __init__(self, capacity: list[list[int]]) -> None:
        self.capacity = capacity
        self.days = len(capacity[0])

    def date(self, due: int, steps: list[tuple[int, int]]) -> tuple[bool, list[dict[int, int]]]:
        back = self.back(min(due, self.days - 1), steps) if due >= 0 else None
        return (False, back) if back is not None else (True, self.forward(steps))

    def back(self, day: int, steps: list[tuple[int, int]]) -> list[dict[int, int]] | None:
        part, whole = 1, 1
        found: list[dict[int, int]] = []
        for center, amount in reversed(steps):
            taken: dict[int, int] = {}
            free = part * self.capacity[center][day] // whole
            if amount:
                while amount > free:
                    if free:
                        taken[day] = free
                    amount -= free
                    day -= 1
                    if day < 0:
                        return None
                    free = self.capacity[center][day]
                taken[day] = amount
                part, whole = free - amount, self.capacity[center][day]
            found.insert(0, taken)
        return found

    def forward(self, steps: list[tuple[int, int]]) -> list[dict[int, int]]:
        day, part, whole = 0, 0, 1
        found: list[dict[int, int]] = []
        for center, amount in steps:
            taken: dict[int, int] = {}
            if amount and day < self.days:
                over = -(-part * self.capacity[center][day] // whole)
                while amount > self.capacity[center][day] - over:
                    if self.capacity[center][day] > over:
                        taken[day] = self.capacity[center][day] - over
                        amount -= taken[day]
                    day, over = day + 1, 0
                    if day == self.days:
                        break
                else:
                    taken[day] = amount
                    part, whole = over + amount, self.capacity[center][day]
            found.append(taken)
        return found


def rows_of(found: Loaded) -> dict[int, dict[int, int]]:
    rows: dict[int, dict[int, int]] = {}
    columns = (found.row_operation, found.row_day, found.row_amount)
    for operation, day, amount in zip(*(one.tolist() for one in columns), strict=True):
        rows.setdefault(operation, {})[day] = amount
    return rows


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[int]], Orders]:
    centers, days = draw(st.integers(1, 3)), draw(st.integers(1, 9))
    amounts = st.sampled_from([0, 0, 1, 7, 480, 960])
    capacity = [[draw(amounts) for _day in range(days)] for _center in range(centers)]
    step = st.tuples(st.integers(0, centers - 1), st.sampled_from([0, 1, 5, 480, 700, 3000]))
    order = st.tuples(st.integers(-2, days + 2), st.lists(step, max_size=4))
    return capacity, draw(st.lists(order, max_size=5))


@settings(max_examples=400, deadline=None)
@given(cases())
def test_it_dates_as_the_slow_version_does(case: tuple[list[list[int]], Orders]) -> None:
    capacity, orders = case
    found = load(work_of(orders), np.array(capacity, np.int64))
    rows = rows_of(found)
    slow = Slow(capacity)
    operation = 0
    for place, (due, steps) in enumerate(orders):
        is_forward, taken = slow.date(due, steps)
        assert bool(found.is_forward[place]) == is_forward
        for one in taken:
            assert rows.get(operation, {}) == one
            if one:
                assert found.start[operation] == min(one)
            operation += 1


@settings(max_examples=200, deadline=None)
@given(cases())
def test_nothing_is_lost_but_what_ends_beyond_the_horizon(
    case: tuple[list[list[int]], Orders],
) -> None:
    capacity, orders = case
    work = work_of(orders)
    found = load(work, np.array(capacity, np.int64))
    done = np.zeros(work.order.size, np.int64)
    np.add.at(done, found.row_operation, found.row_amount)
    inside = found.end < len(capacity[0])
    assert (done[inside] == work.amount[inside]).all()
    assert (done <= work.amount).all()
    assert (found.start <= found.end).all()
    last = {int(order): row for row, order in enumerate(work.order)}
    assert all(found.ready[order] == found.end[row] for order, row in last.items())


def test_a_day_is_shared_by_the_steps_that_fit_into_it() -> None:
    capacity = np.array([[480, 480, 0, 480], [480, 480, 0, 480]], np.int64)
    found = load(work_of([(3, [(0, 240), (1, 240)])]), capacity)
    assert (found.start.tolist(), found.end.tolist()) == ([3, 3], [3, 3])
    found = load(work_of([(3, [(0, 480), (1, 240)])]), capacity)
    assert (found.start.tolist(), found.end.tolist()) == ([1, 3], [3, 3])


def test_what_should_have_begun_before_is_dated_from_the_first_day() -> None:
    capacity = np.full((1, 5), 480, np.int64)
    found = load(work_of([(1, [(0, 1440)]), (1, [(0, 960)])]), capacity)
    assert found.is_forward.tolist() == [True, False]
    assert found.ready.tolist() == [2, 1]


def test_a_work_centre_without_capacity_takes_nothing() -> None:
    found = load(work_of([(1, [(0, 10)])]), np.zeros((1, 3), np.int64))
    assert found.ready.tolist() == [3]
    assert found.row_amount.size == 0
