"""Whoever was promised a day by a rush has it in the next book, whoever was late before it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise import Given, ItemFacts, NoDate, Standing, capable
from gendan.engine.promise.query import ask
from gendan.engine.promise.rush import Rush, rush
from gendan.engine.promise.scene import Scene, ground_of, scene_of

from .test_promise import day, item, need
from .test_promise_capable import SEWN, centre, snapshot
from .test_promise_many import shop

Wish = tuple[int, int, int]  # item, quantity, day wished for; 0: at once


class Works:
    """What is promised to orders of some lines one after another, and what a rush makes of it."""

    def __init__(self, items: Sequence[ItemFacts], standing: Sequence[Standing]) -> None:
        self.given = snapshot(items, centres=centre(), standing=tuple(standing))
        self.number = 100
        self.asked: dict[str, Standing] = {}

    def days(self) -> dict[str, int]:
        """By name the day for which each is booked."""
        ground = ground_of(self.given)
        assert {one.name for one in self.given.standing} == {*ground.others, *ground.unplaced}
        assert {*ground.others} == {*ground.book.bookings}
        return {name: one.wished for name, one in ground.others.items()}

    def scene(self, order: str, wishes: Sequence[Wish]) -> Scene:
        demands = tuple(
            replace(
                need(item_id, quantity, line_id=place),
                name=f"{order}.{place}",
                requested_on=day(on) if on else None,
            )
            for place, (item_id, quantity, on) in enumerate(wishes)
        )
        mine = frozenset(one.name for one in self.given.standing if one.order == order)
        for one in demands:
            self.asked[one.name] = Standing(
                one.name, one.item_id, one.quantity, day(0), order=order
            )
        return scene_of(replace(self.given, demands=demands, mine=mine))

    def give(self, order: str, wishes: Sequence[Wish]) -> bool:
        scene = self.scene(order, wishes)
        try:
            lines = capable(scene.snapshot)
        except NoDate:
            return False
        self.number += 1
        for place, (one, line) in enumerate(zip(scene.snapshot.demands, lines, strict=True)):
            self._stand(one.name, line.promised.ex_works_on, (self.number * 10 + place, 0, 0))
        return True

    def rush(self, order: str, wishes: Sequence[Wish]) -> dict[str, int] | None:
        """The days it brings by name, others' too; None if it cannot be accepted."""
        scene = self.scene(order, wishes)
        asks = [scene.ask_of(one) for one in scene.snapshot.demands]
        found = rush(scene.book, order, asks, scene.others, usual=ask(scene.book, asks))
        if found.answer.complete is None or any(one.becomes is None for one in found.moves):
            return None
        told = {one.name: one.becomes or 0 for one in found.later}
        for place, line in enumerate(found.answer.lines):
            assert line.earliest is not None
            told[f"{order}.{place}"] = max(line.earliest, asks[place].wished)
        self.number += 1
        self._accept(order, found, told, scene.world.first_day)
        return {name: one.wished for name, one in scene.others.items()} | told

    def _accept(self, order: str, found: Rush, told: dict[str, int], first: int) -> None:
        """As the turns of a rush are written: the usual ones below 0, all others above."""
        usual = sum(one.is_usual for one in found.turns)
        for place, turn in enumerate(found.turns):
            name = turn.name or f"{order}.{turn.row}"
            rank = (self.number * 10, 0, place - usual + (place >= usual))
            on = dt.date.fromordinal(first + told[name]) if name in told else None
            self._stand(name, on, rank, is_early=turn.is_early)

    def _stand(
        self, name: str, on: dt.date | None, rank: tuple[int, int, int], *, is_early: bool = False
    ) -> None:
        """No day: it stays as it was promised."""
        was = next((one for one in self.given.standing if one.name == name), None)
        others = [one for one in self.given.standing if one.name != name]
        now = was or self.asked[name]
        former: tuple[Given, ...] = ()
        if was is not None:
            left = Given(was.rank, was.on, was.is_early, was_past=was.on < self.given.today)
            former = (*was.former, left)
        now = replace(now, on=on or now.on, rank=rank, is_early=is_early, former=former)
        self.given = replace(self.given, standing=(*others, now))


def overdue(name: str, item_id: int, quantity: int, on: int, rank: int) -> Standing:
    return Standing(name, item_id, Decimal(quantity), day(on), order=name, rank=(rank, 0, 0))


def test_a_rush_has_its_day_though_somebody_overdue_stood_in_its_place() -> None:
    """The stock was for an order that is overdue; another that is overdue stands behind it."""
    items = [replace(SEWN, free=Decimal(20)), item(2, free=Decimal(5))]
    works = Works(items, [overdue("A", 1, 30, -9, 1), overdue("B", 1, 10, -5, 2)])
    wishes = [(1, 24, 0), (2, 5, 0)]
    assert works.give("R", wishes)
    usual = works.days()
    told = works.rush("R", wishes)
    assert told is not None
    assert told["R.0"] < usual["R.0"]
    after = works.days()
    assert {name: after[name] for name in ("R.0", "R.1")} == {"R.0": told["R.0"], "R.1": 0}
    assert works.rush("R", wishes) is not None
    again = works.days()
    assert again["R.0"] <= told["R.0"]


late_ones = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 25), st.integers(-9, 4)), max_size=5
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["give", "again", "rush", "rush"]),
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(1, 25), st.sampled_from([0, 0, 6, 15])),
            min_size=1,
            max_size=2,
        ),
        st.integers(0, 9),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(late_ones, steps)
def test_in_any_world_with_promises_past_due_a_rush_has_the_days_that_were_accepted(
    late: list[tuple[int, int, int]], wanted: list[tuple[str, list[Wish], int]]
) -> None:
    standing = [overdue(f"L{rank}", *one, rank) for rank, one in enumerate(late, 1)]
    works = Works(shop(), standing)
    asked: dict[str, list[Wish]] = {}
    for number, (kind, wishes, which) in enumerate(wanted):
        order = f"O{number}"
        if asked and (kind == "again" or (kind == "rush" and which % 2)):
            order = [*asked][which % len(asked)]
            wishes = asked[order]
        if kind == "rush":
            told = works.rush(order, wishes)
        else:
            told = works.days() if works.give(order, wishes) else None
        if told is None:
            continue
        asked.setdefault(order, wishes)
        after = works.days()
        for name, on in told.items():
            if (kind == "rush") == name.startswith(f"{order}."):  # others keep what they have
                assert after[name] <= on
