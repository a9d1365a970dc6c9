"""Dating given orders: every rule checked on made-up cases, and what binds on small ones."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.schedule import dating
from gendan.engine.schedule.dating import date_orders
from gendan.engine.schedule.floor import Crews, Floor, Work
from gendan.engine.schedule.tasks import (
    CENTRE,
    MATERIAL,
    PEOPLE,
    TIME,
    Dated,
    Shopfloor,
    Task,
    harm,
)
from gendan.engine.schedule.workshop import NEVER

DAYS = 40


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Task], Shopfloor]:
    centres = draw(st.integers(1, 3))
    size = draw(st.integers(1, 12))
    tasks = []
    for place in range(size):
        steps = draw(
            st.lists(st.tuples(st.integers(0, centres - 1), st.integers(0, 300)), max_size=3)
        )
        later = st.integers(place + 1, size - 1) if place + 1 < size else st.nothing()
        tasks.append(
            Task(
                due=draw(st.one_of(st.just(NEVER), st.integers(0, DAYS - 1))),
                ready=draw(st.integers(0, 20)),
                lead=draw(st.integers(0, 8)),
                steps=tuple(steps),
                makers=tuple(draw(st.lists(later, max_size=2))) if place + 1 < size else (),
                held=draw(st.one_of(st.just(-1), st.integers(0, 30))),
            )
        )
    week = st.lists(st.sampled_from((0, 100, 100, 150)), min_size=1, max_size=5)
    capacity = [(draw(week) * DAYS)[:DAYS] for _ in range(centres)]
    works = (draw(st.lists(st.booleans(), min_size=1, max_size=7)) * DAYS)[:DAYS]
    crews = Crews([0] * centres, [150] * centres, [[160] * DAYS]) if draw(st.booleans()) else None
    return tasks, Shopfloor(capacity, works, crews)


def problems(tasks: list[Task], shop: Shopfloor, dated: Dated) -> list[str]:
    """What the dates break, counted anew."""
    found = []
    used: dict[tuple[int, int], int] = defaultdict(int)
    people: dict[int, float] = defaultdict(float)
    for place, one in enumerate(tasks):
        start, end = dated.start[place], dated.end[place]
        if end >= shop.days:
            continue
        if start < max(one.ready, 0):
            found.append(f"{place} begins before its material")
        if any(dated.end[maker] > start for maker in one.makers):
            found.append(f"{place} begins before what it takes is made")
        done: dict[int, int] = defaultdict(int)
        before = start
        for step, day, amount in dated.work[place]:
            if day < before:
                found.append(f"{place} goes back in time")
            before = day
            centre = one.steps[step][0]
            done[step] += amount
            used[centre, day] += amount
            if shop.crews:
                people[day] += amount * shop.crews.share[centre] / 100
        if before > end or any(done[k] != amount for k, (_c, amount) in enumerate(one.steps)):
            found.append(f"{place} is not done")
        if not one.steps and sum(shop.works[start + 1 : end + 1]) < one.lead:
            found.append(f"{place} is there before its lead time")
    found += [
        f"{key} is too full" for key, sum_ in used.items() if sum_ > shop.capacity[key[0]][key[1]]
    ]
    if shop.crews:
        present = shop.crews.present[0]
        found += [f"too few people on {day}" for day, sum_ in people.items() if sum_ > present[day]]
    return found


@settings(max_examples=120, deadline=None)
@given(cases())
def test_no_rule_is_broken_and_what_is_late_says_why(case: tuple[list[Task], Shopfloor]) -> None:
    tasks, shop = case
    dated = date_orders(tasks, shop)
    assert problems(tasks, shop, dated) == []
    late = {
        place
        for place, one in enumerate(tasks)
        if dated.end[place] > min(one.due, one.held if one.held >= 0 else NEVER)
    }
    assert set(dated.bound) == late
    again = date_orders(tasks, shop)
    assert (again.start, again.end, again.work) == (dated.start, dated.end, dated.work)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_the_usual_time_makes_nothing_later(case: tuple[list[Task], Shopfloor]) -> None:
    tasks, shop = case
    without = date_orders([one._replace(lead=0) if one.steps else one for one in tasks], shop)
    dated = date_orders(tasks, shop)
    assert all_harm(tasks, dated) == all_harm(tasks, without)
    assert all(now <= end for now, end in zip(dated.end, without.end, strict=True))
    assert all(now <= start for now, start in zip(dated.start, without.start, strict=True))


@settings(max_examples=80, deadline=None)
@given(cases())
def test_exchanges_and_filling_gaps_never_make_it_later(case: tuple[list[Task], Shopfloor]) -> None:
    tasks, shop = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dating, "_ROUNDS", 0)
        without = date_orders(tasks, shop)
    dated = date_orders(tasks, shop)
    assert all_harm(tasks, dated) <= all_harm(tasks, without)


def all_harm(tasks: list[Task], dated: Dated) -> int:
    """What all being late weighs."""
    return sum(harm(end - one.due) for one, end in zip(tasks, dated.end, strict=True))


def shop(*capacity: int, days: int = 30, crews: Crews | None = None) -> Shopfloor:
    return Shopfloor([[one] * days for one in capacity], [True] * days, crews)


def test_two_orders_share_a_work_centre_and_both_are_in_time() -> None:
    tasks = [Task(due=10, steps=((0, 300),)), Task(due=10, steps=((0, 300),))]
    dated = date_orders(tasks, shop(100))
    assert sorted(zip(dated.start, dated.end, strict=True)) == [(5, 7), (8, 10)]
    assert dated.bound == {}


def test_what_is_made_has_its_usual_time_where_there_is_room_and_is_not_late_for_it() -> None:
    part, usual = Task(steps=((0, 100),)), Task(due=9, lead=4, steps=((0, 100),), makers=(1,))
    dated = date_orders([usual, part], shop(100))
    assert (dated.start, dated.end) == ([5, 5], [9, 5])
    # Of eight days three are left: what it takes is made as late as it can be in time.
    dated = date_orders([usual._replace(lead=8), part._replace(ready=6)], shop(100))
    assert (dated.start, dated.end, dated.bound) == ([6, 6], [9, 6], {})
    # Nobody else is moved for it.
    other = Task(due=8, steps=((0, 800),))
    dated = date_orders([usual, part, other], shop(100))
    assert dated.bound == {}
    assert dated.end[2] == 8 or dated.start[0] >= dated.end[1]


def test_what_finds_the_work_centre_taken_says_so() -> None:
    tasks = [Task(due=4, steps=((0, 500),)), Task(due=4, steps=((0, 300),))]
    dated = date_orders(tasks, shop(100))
    (place,) = dated.bound
    assert dated.bound[place] == (CENTRE, place, 0)
    assert len(dated.bound) == 1


def test_the_part_whose_work_centre_is_full_is_named_by_what_takes_it() -> None:
    held = Task(held=5, steps=((1, 600),))
    tasks = [Task(due=3, steps=((0, 50),), makers=(1,)), Task(steps=((1, 100),)), held]
    dated = date_orders(tasks, shop(100, 100))
    assert dated.bound[0] == (CENTRE, 1, 1)
    assert dated.end[0] == 6


def test_of_material_and_a_full_work_centre_what_costs_more_days_binds() -> None:
    # Its material is there on day 4, the work centre is taken until day 15: neither wait alone.
    held = Task(held=15, steps=((0, 1600),))
    late = Task(due=2, ready=4, steps=((0, 100),))
    assert date_orders([late, held], shop(100)).bound[0] == (CENTRE, 0, 0)
    later = Task(due=2, ready=12, steps=((0, 100),))
    assert date_orders([later, held], shop(100)).bound[0] == (MATERIAL, 0, -1)
    # The same where a part of it is made first.
    made = [Task(due=2, steps=((0, 100),), makers=(2,)), held, Task(lead=4)]
    assert date_orders(made, shop(100)).bound[0] == (CENTRE, 0, 0)


def test_material_time_and_people_bind_too() -> None:
    late = Task(due=5, ready=9, steps=((0, 50),))
    assert date_orders([late], shop(100)).bound[0].reason == MATERIAL
    supplier = Task(lead=8)
    asked = [Task(due=5, steps=((0, 50),), makers=(1,)), supplier]
    assert date_orders(asked, shop(100)).bound[0] == (MATERIAL, 1, -1)
    long = Task(due=2, steps=((0, 500),))
    assert date_orders([long], shop(100)).bound[0].reason == TIME
    crews = Crews([0, 0], [100, 100], [[100] * 30])
    both = [Task(due=1, steps=((0, 200),)), Task(due=1, steps=((1, 200),))]
    (bound,) = date_orders(both, shop(100, 100, crews=crews)).bound.values()
    assert bound.reason == PEOPLE


def test_a_day_without_capacity_is_left_out_and_one_too_short_never_ends() -> None:
    closed = Shopfloor([[100, 0, 0, 100, 100]], [True] * 5)
    dated = date_orders([Task(due=3, steps=((0, 200),))], closed)
    assert (dated.start, dated.end) == ([0], [3])
    dated = date_orders([Task(due=3, steps=((0, 400),))], closed)
    assert dated.end == [5]
    assert dated.bound[0].centre == 0


def test_what_never_ends_names_the_step_that_finds_no_room() -> None:
    # The first step is free, the second has been shut down for good; usually it is not.
    crews = Crews([0, 1], [100, 100], [[100] * 9] * 2)
    closed = Shopfloor([[100] * 9, [0] * 9], [True] * 9, crews, usual=[[100] * 9] * 2)
    tasks = [Task(due=3, makers=(1,)), Task(steps=((0, 200), (1, 100)))]
    assert date_orders(tasks, closed).bound == {0: (CENTRE, 1, 1)}


def test_what_is_held_stays_and_others_make_way() -> None:
    tasks = [Task(due=8, steps=((0, 300),)), Task(due=20, held=8, steps=((0, 300),))]
    dated = date_orders(tasks, shop(100))
    assert (dated.start[1], dated.end[1]) == (6, 8)
    assert (dated.start[0], dated.end[0]) == (3, 5)


def test_orders_in_a_ring_are_dated_all_the_same() -> None:
    tasks = [Task(due=9, lead=2, makers=(1,)), Task(lead=2, makers=(0,))]
    assert max(date_orders(tasks, shop(100)).end) < 30


def test_no_order_waits_for_months_behind_one_that_is_due_later() -> None:
    # Full for sixty days, with three days of stoppage: each a few days late, not one by fifty.
    tasks = [Task(due=9, steps=((0, 1000),))]
    tasks += [Task(due=due, steps=((0, 2400),)) for due in (34, 59)]
    assert date_orders(tasks, shop(100, days=90)).bound == {}
    stopped = Shopfloor([[0] * 3 + [100] * 87], [True] * 90)
    dated = date_orders(tasks, stopped)
    assert [end - one.due for end, one in zip(dated.end, tasks, strict=True)] == [3, 2, 1]


def test_what_is_late_goes_into_what_the_others_leave_free() -> None:
    # The first two cannot both be in time; the third needs its place in three weeks only.
    tasks = [
        Task(due=3, steps=((0, 400),)),
        Task(due=3, steps=((0, 400),)),
        Task(due=25, steps=((0, 1000),)),
    ]
    dated = date_orders(tasks, shop(100))
    assert sorted(dated.end[:2]) == [3, 7]
    assert (dated.start[2], dated.end[2]) == (16, 25)


def test_work_that_is_taken_off_and_put_back_leaves_the_floor_as_it_was() -> None:
    floor = Floor([[100] * 5, [80] * 5], Crews([0, 0], [150, 33], [[160] * 5]))
    work: list[Work] = []
    floor.forward(0, 0, 250, 0, work)
    floor.forward(1, 1, 100, 1, work)
    before = floor.copy()
    floor.give_back((0, 1), work)
    assert floor.free != before.free
    floor.take((0, 1), work)
    assert (floor.free, floor.left) == (before.free, before.left)
    assert (floor.roomy, floor.staffed) == (before.roomy, before.staffed)
