"""Promises: reasons named, and the fast computation against a slow obvious one."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.promise import (
    Component,
    Demand,
    ItemFacts,
    LineResult,
    PromiseSnapshot,
    Supply,
    promise,
)
from gendan.engine.transit import AT_DOOR, EX_WORKS, ON_BOARD, Transit

MONDAY = dt.date(2026, 3, 2)
WEEK = work_calendar(range(5), {})
HERE = Transit(0, 0, 0)


def day(count: int) -> dt.date:
    return MONDAY + dt.timedelta(days=count)


def item(item_id: int, supply: str = "buy", lead_days: int = 5, **given: Any) -> ItemFacts:
    return ItemFacts(item_id, f"I{item_id}", supply, lead_days, **given)


def need(item_id: int = 1, quantity: int = 10, line_id: int = 1, **given: Any) -> Demand:
    return Demand(line_id, item_id, Decimal(quantity), f"orders.line:{line_id}", **given)


def solve(
    items: list[ItemFacts],
    *demands: Demand,
    transit: Transit = HERE,
    basis: str = EX_WORKS,
    is_together: bool = False,
    today: dt.date = MONDAY,
    calendar: Any = WEEK,
) -> list[LineResult]:
    snapshot = PromiseSnapshot(
        today=today,
        calendar=calendar,
        transit=transit,
        basis=basis,
        is_together=is_together,
        items={one.item_id: one for one in items},
        demands=demands,
    )
    return list(promise(snapshot))


def codes(result: LineResult) -> list[str]:
    return [reason.code for reason in result.reasons]


def test_from_stock_it_can_leave_today() -> None:
    [line] = solve([item(1, free=Decimal(10))], need())
    assert line.earliest_on == MONDAY
    assert codes(line) == ["from_stock", "lane"]
    assert line.reasons[0].is_binding


def test_on_a_day_off_it_leaves_on_the_next_working_day() -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    [line] = solve([item(1, free=Decimal(10))], need(), today=saturday)
    assert line.earliest_on == saturday + dt.timedelta(days=2)


def test_stock_expected_and_the_rest_made_waiting_for_a_material() -> None:
    cloth = item(2, lead_days=20)
    shirt = item(
        1,
        "make",
        3,
        free=Decimal(2),
        incoming=(Supply(day(7), Decimal(3), "PO-123"),),
        components=(Component(2, Decimal("1.5")),),
    )
    [line] = solve([shirt, cloth], need())
    there = WEEK.add_days(MONDAY, 20)
    assert line.earliest_on == WEEK.add_days(there, 3)
    assert codes(line) == ["bought", "waits_for", "made", "from_expected", "from_stock", "lane"]
    assert [reason.is_binding for reason in line.reasons] == [True] * 3 + [False] * 3
    bought, waits, made, expected, stock, _lane = (reason.params for reason in line.reasons)
    assert bought["item"] == "I2"
    assert bought["quantity"] == "7.5"
    assert waits == {"item": "I1", "component": "I2", "on": there.isoformat()}
    assert made["quantity"] == "5"
    assert (expected["reference"], expected["quantity"]) == ("PO-123", "3")
    assert stock["quantity"] == "2"


def test_what_comes_too_late_is_not_waited_for() -> None:
    late = (Supply(day(60), Decimal(100), "PO-9"),)
    [line] = solve([item(1, lead_days=5, incoming=late)], need())
    assert line.earliest_on == day(7)
    assert "from_expected" not in codes(line)


def test_overdue_supply_counts_from_today() -> None:
    [line] = solve([item(1, lead_days=50, incoming=(Supply(day(-9), Decimal(10)),))], need())
    assert line.earliest_on == MONDAY


def test_make_up_days_and_holidays_count() -> None:
    calendar = work_calendar(range(5), {day(1): False, day(5): True})
    [line] = solve([item(1, lead_days=4)], need(), calendar=calendar)
    assert line.earliest_on == day(5)  # Wednesday, Thursday, Friday, the Saturday made up


def test_what_is_meant_for_another_line_is_left_alone() -> None:
    mine = item(1, lead_days=50, incoming=(Supply(day(1), Decimal(10), "", "orders.line:7"),))
    assert solve([mine], need())[0].earliest_on == WEEK.add_days(MONDAY, 50)
    assert solve([mine], need(line_id=7))[0].earliest_on == day(1)


def test_lines_do_not_promise_the_same_stock_twice() -> None:
    first, second = solve([item(1, free=Decimal(15))], need(line_id=1), need(line_id=2))
    assert (first.earliest_on, second.earliest_on) == (MONDAY, day(7))
    together = solve(
        [item(1, free=Decimal(15))], need(line_id=1), need(line_id=2), is_together=True
    )
    assert {one.promised.ex_works_on for one in together} == {day(7)}
    assert together[0].earliest_on == MONDAY
    assert codes(together[0])[0] == "together"


def test_the_basis_decides_which_date_is_promised() -> None:
    way = Transit(3, 30, 5)
    for basis, days in ((EX_WORKS, 0), (ON_BOARD, 3), (AT_DOOR, 38)):
        [line] = solve([item(1, free=Decimal(10))], need(), transit=way, basis=basis)
        assert line.earliest_on == line.promised.in_basis(basis) == day(days)
        assert line.promised.ex_works_on == MONDAY


def test_a_later_wish_is_granted_and_said() -> None:
    wish = day(90)
    [line] = solve([item(1, free=Decimal(10))], need(requested_on=wish))
    assert (line.earliest_on, line.promised.ex_works_on) == (MONDAY, wish)
    assert codes(line)[0] == "requested_later"
    assert [one.is_binding for one in line.reasons] == [True, False, False]


def test_dated_deliveries_have_dates_of_their_own() -> None:
    [line] = solve(
        [item(1, free=Decimal(10))],
        need(delivery_id=5),
        need(quantity=4, delivery_id=6),
        need(quantity=1, delivery_id=7, requested_on=day(30)),
    )
    assert line.deliveries == {5: MONDAY, 6: day(7), 7: day(30)}
    assert line.promised.ex_works_on == day(30)


def test_whole_lots_are_made() -> None:
    parent = item(1, "make", 1, lot_multiple=Decimal(50), components=(Component(2, Decimal(1)),))
    part = item(2, lead_days=30, free=Decimal(49))
    [line] = solve([parent, part], need())
    assert line.reasons[0].params["quantity"] == "1"  # 50 are needed, 49 are there


def test_lots_are_neither_too_small_nor_too_large() -> None:
    parent = item(1, "make", 1, components=(Component(2, Decimal(1)),))
    part = item(2, lead_days=30, free=Decimal(49))
    parent = replace(parent, lot_multiple=Decimal(5), lot_minimum=Decimal(61))
    [line] = solve([parent, part], need())
    assert line.reasons[0].params["quantity"] == "16"  # 65 are made
    parent = replace(parent, lot_minimum=Decimal(20), lot_maximum=Decimal(24))
    [line] = solve([parent, part], need(quantity=45))
    assert line.reasons[0].params["quantity"] == "11"  # three lots of 20


def test_a_loop_is_named_and_ends() -> None:
    first = item(1, "make", 1, components=(Component(2, Decimal(1)),))
    second = item(2, "make", 1, components=(Component(1, Decimal(1)), Component(2, Decimal(1))))
    [line] = solve([first, second], need())
    assert line.earliest_on == day(2)
    assert [one.params["path"] for one in line.reasons if one.code == "bom_loop"] == []
    [line] = solve([second, first], need(2))
    loops = [one.params["path"] for one in line.reasons if one.code == "bom_loop"]
    assert loops == ["I2 → I2"]


def test_what_is_kept_for_the_line_comes_first() -> None:
    [line] = solve([item(1)], need(kept=Decimal(10)))
    assert (line.earliest_on, codes(line)) == (MONDAY, ["from_reserved", "lane"])


def test_an_unknown_lead_time_is_said() -> None:
    [line] = solve([item(1, lead_days=0)], need())
    assert "lead_time_unknown" in codes(line)


# The slow obvious version -------------------------------------------------------------------


@dataclass
class Slow:
    """Tries every way with copies of everything, and counts days one by one."""

    items: dict[int, ItemFacts]
    off: set[dt.date]

    def worked(self, when: dt.date) -> dt.date:
        when = max(when, MONDAY)
        while when.weekday() > 4 or when in self.off:
            when += dt.timedelta(days=1)
        return when

    def after(self, when: dt.date, count: int) -> dt.date:
        if count == 0:
            return self.worked(when)
        for _day in range(count):
            when = self.worked(when + dt.timedelta(days=1))
        return when

    def get(
        self, pool: dict[Any, Decimal], item_id: int, rest: Decimal, name: str, path: list[int]
    ) -> tuple[dt.date, dict[Any, Decimal]]:
        """The date, and what is left then."""
        facts = self.items[item_id]
        pool = dict(pool)
        taken = min(pool[item_id], rest)
        pool[item_id] -= taken
        rest -= taken
        if rest == 0:
            return self.worked(MONDAY), pool
        usable = [
            (one.due_on, place)
            for place, one in enumerate(facts.incoming)
            if one.demand in ("", name) and pool[item_id, place] > 0
        ]
        ways = []
        for count in range(len(usable) + 1):
            trial, left, when = dict(pool), rest, self.worked(MONDAY)
            for due_on, place in sorted(usable)[:count]:
                taken = min(trial[item_id, place], left)
                trial[item_id, place] -= taken
                left -= taken
                if taken > 0:
                    when = max(when, self.worked(due_on))
            if left > 0:
                made, trial = self.make(trial, facts, left, name, path)
                when = max(when, made)
            ways.append((when, -count, trial))
        when, _count, trial = min(ways, key=lambda way: way[:2])
        return when, trial

    def make(
        self,
        pool: dict[Any, Decimal],
        facts: ItemFacts,
        quantity: Decimal,
        name: str,
        path: list[int],
    ) -> tuple[dt.date, dict[Any, Decimal]]:
        start = MONDAY
        if facts.supply != "buy":
            lots, most = Decimal(0), facts.lot_maximum or Decimal(10**6)
            while lots < quantity:
                size = min(quantity - lots, most)  # which may be a fraction, by scrap
                size = max(size, facts.lot_minimum)
                while facts.lot_multiple and size % facts.lot_multiple:
                    size = size // facts.lot_multiple * facts.lot_multiple + facts.lot_multiple
                lots += size
            for part in facts.components:
                if part.item_id in [*path, facts.item_id]:
                    continue
                wanted = lots * part.quantity_per * (100 + part.scrap_percent) / 100
                when, pool = self.get(pool, part.item_id, wanted, name, [*path, facts.item_id])
                start = max(start, when)
        return self.after(start, facts.lead_days), pool


numbers = st.integers(0, 12).map(Decimal)
supplies = st.builds(
    Supply,
    due_on=st.integers(-5, 25).map(day),
    quantity=st.integers(1, 12).map(Decimal),
    demand=st.sampled_from(["", "", "orders.line:1", "orders.line:2"]),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[ItemFacts], list[Demand], set[dt.date]]:
    """Up to five items, BOMs in any direction (loops included), supplies, demands, days off."""
    count = draw(st.integers(1, 4))
    components = st.builds(
        Component,
        item_id=st.integers(1, count),
        quantity_per=st.integers(1, 3).map(Decimal),
        scrap_percent=st.sampled_from([Decimal(0), Decimal(50)]),
    )
    limits = st.sampled_from([(0, 0), (0, 0), (4, 0), (0, 10), (4, 10), (10, 10)])
    sizes = [draw(limits) for _item in range(count)]
    items = [
        ItemFacts(
            item_id=item_id,
            code=f"I{item_id}",
            lot_minimum=Decimal(sizes[item_id - 1][0]),
            lot_maximum=Decimal(sizes[item_id - 1][1]),
            supply=draw(st.sampled_from(["make", "make", "buy", "outsource"])),
            lead_days=draw(st.integers(0, 8)),
            free=draw(numbers),
            lot_multiple=draw(st.sampled_from([None, None, Decimal(5)])),
            incoming=tuple(draw(st.lists(supplies, max_size=2))),
            components=tuple(
                draw(st.lists(components, max_size=2, unique_by=lambda one: one.item_id))
            ),
        )
        for item_id in range(1, count + 1)
    ]
    demands = [
        need(draw(st.integers(1, count)), draw(st.integers(1, 20)), line_id)
        for line_id in range(1, draw(st.integers(1, 2)) + 1)
    ]
    off = draw(st.sets(st.integers(0, 30).map(day), max_size=5))
    return items, demands, off


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_it_agrees_with_the_slow_version(
    world: tuple[list[ItemFacts], list[Demand], set[dt.date]],
) -> None:
    items, demands, off = world
    calendar = work_calendar(range(5), dict.fromkeys(off, False))
    fast = solve(items, *demands, calendar=calendar)
    slow = Slow({one.item_id: one for one in items}, off)
    pool: dict[Any, Decimal] = {one.item_id: one.free for one in items}
    for one in items:
        pool |= {(one.item_id, place): part.quantity for place, part in enumerate(one.incoming)}
    for demand, line in zip(demands, fast, strict=True):
        when, pool = slow.get(pool, demand.item_id, demand.quantity, demand.name, [])
        assert line.earliest_on == when
        assert line.reasons[0].is_binding
