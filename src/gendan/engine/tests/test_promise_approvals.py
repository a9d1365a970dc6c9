"""What waits for an approval is not begun before it, however early the material is there."""

from typing import Any

import numpy as np
import pytest

from gendan.engine.promise.book import Book
from gendan.engine.promise.odds import Approved, odds
from gendan.engine.promise.options import Rules, options, split
from gendan.engine.promise.overlay import Overlay
from gendan.engine.promise.query import Answer, Ask, ask, place
from gendan.engine.promise.rush import rush
from gendan.engine.promise.search import Search, Start
from gendan.engine.promise.spreads import ALWAYS, Spread
from gendan.engine.promise.world import Part, Product, Source, World

from .test_promise_search import DAYS, bought, codes, step, tiny


def sewn(material_lead: int = 5, free: int = 10, **given: Any) -> World:
    """A made item, one day for ten, of a bought one."""
    made = Product("P", True, parts=(Part(1, 1, 1),), steps=(step(),))
    return tiny([made, bought(lead=material_lead)], free=[[free] * DAYS], **given)


def asked(world: World, approval: Start, quantity: int = 10, wished: int = 0) -> Answer:
    return ask(Book(world), [Ask(0, quantity, wished, approval=approval)])


@pytest.mark.parametrize(
    ("material_lead", "approval", "day"),
    [
        (5, Start(), 5),
        (5, Start(20), 20),
        (30, Start(20), 30),  # the material comes later still
        (30, Start(20, days=4), 34),  # a sample is made of it first
        (5, Start(20, days=4), 20),
        (30, Start(0, days=4), 34),
    ],
)
def test_making_begins_when_it_is_approved(material_lead: int, approval: Start, day: int) -> None:
    answer = asked(sewn(material_lead), approval)
    assert answer.complete == day
    assert [row[1] for row in answer.overlay.work] == [day]
    is_awaited = day > material_lead
    assert ("awaits_approval" in codes(sewn(), answer.lines[0].need)) == is_awaited


def test_what_is_approved_beyond_all_days_looked_at_is_not_for_want_of_room() -> None:
    (line,) = asked(sewn(), Start(DAYS)).lines
    assert line.stuck is not None
    assert (line.earliest, line.stuck.code) == (None, "beyond_horizon")


def test_what_is_there_or_bought_waits_for_nobody() -> None:
    assert asked(sewn(changes=[(0, 0, 10)]), Start(20)).complete == 0
    assert ask(Book(sewn()), [Ask(1, 10, approval=Start(20))]).complete == 5


def test_parts_that_we_make_wait_too_and_their_samples_are_counted_once() -> None:
    """The bought one comes on day 10; from it to the approval four days; then 2 and 3 days."""
    made = [
        Product("P", True, parts=(Part(1, 1, 1),), lead_days=3),
        Product("Q", True, parts=(Part(2, 1, 1),), lead_days=2),
    ]
    world = tiny([*made, bought(lead=10)])
    assert asked(world, Start(8, days=4)).complete == 10 + 4 + 2 + 3


def test_who_makes_it_outside_waits_as_well() -> None:
    usual = asked(sewn(material_lead=30), Start(20))
    rules = Rules(outside={0: [Source("F", 4)]})
    asks = [Ask(0, 10, approval=Start(20))]
    [way] = options(Book(sewn(material_lead=30)), asks, usual, rules)
    assert way.kind == "outside"
    assert way.complete == 24


def test_a_wish_for_later_is_booked_as_late_as_ever() -> None:
    answer = asked(sewn(), Start(20), wished=40)
    assert (answer.lines[0].earliest, answer.lines[0].booked) == (20, 40)
    assert [row[1] for row in answer.overlay.work] == [40]


def test_shares_wait_too() -> None:
    shares = split(Book(sewn(free=5)), Ask(0, 20, approval=Start(12)), 2)
    assert [(one.day, one.quantity) for one in shares] == [(13, 10), (15, 20)]


def test_the_odds_count_how_long_approvals_really_took() -> None:
    """Twenty days planned, half of them ten days more: for all lines the same case."""
    world = sewn()
    asks = [Ask(0, 10, approval=Start(20))] * 3
    needs = [line.need for line in ask(Book(world), asks).lines]
    found = [one for one in needs if one is not None]
    late = Spread((0.0, 0.5), (0.52, 0.48), 1.0, seen=50)
    sure = odds(found, lambda _need: ALWAYS, approved=Approved(Start(20), late))
    assert (sure.half, sure.most) == (22, 32)  # the last of three, one a day
    assert sure.seen == 50
    assert odds(found, lambda _need: ALWAYS).most < 20  # nothing was waited for


def test_an_approval_that_is_asked_for_and_not_given_comes_tomorrow_at_the_earliest() -> None:
    need = asked(sewn(), Start(20)).lines[0].need
    assert need is not None
    early = Spread((-30.0, 0.0), (0.5, 0.5), 0.0, seen=50)
    sure = odds([need], lambda _need: ALWAYS, approved=Approved(Start(20), early, is_asked=True))
    assert sure.half == sure.most == 20
    drawn = early.draw(np.random.default_rng(1), 100, 20)
    assert drawn.min() == 0  # as it would be planned only


def test_a_rush_cannot_outrun_an_approval() -> None:
    """All minutes until day 19 are promised to others: with priority it is made on day 10."""
    world = tiny([Product("P", True, steps=(step(),))], free=[[10] * DAYS])
    book, others = Book(world), {}
    for number in range(20):
        one = Ask(0, 10, number)
        search = Search(Overlay(book))
        assert place(search, one) == number
        book.commit(f"O{number}", search.overlay.booking())
        others[f"O{number}"] = one
    asks = [Ask(0, 10, approval=Start(10))]
    usual = ask(book, asks)
    assert usual.complete == 20
    found = rush(book, "R", asks, others, usual=usual)
    assert found.answer.complete == 10
    assert [(one.was, one.becomes) for one in found.later] == [(10, 20)]


def test_what_is_bought_is_ordered_when_it_may_be() -> None:
    """A deposit comes on day 12: five days later the material is there, then it is made."""
    answer = asked(sewn(material_lead=5), Start(buys=12))
    assert answer.complete == 17
    need = answer.lines[0].need
    assert "awaits_buying" in codes(sewn(), need)
    assert "awaits_approval" not in codes(sewn(), need)
    assert asked(sewn(material_lead=5), Start(30, buys=12)).complete == 30
    assert asked(sewn(material_lead=5), Start(15, days=4, buys=12)).complete == 21


def test_what_is_there_or_ordered_already_waits_for_no_deposit() -> None:
    world = sewn(changes=[(1, 3, 10)])
    assert asked(world, Start(buys=12)).complete == 3
    assert asked(world, Start(buys=12), quantity=20).complete == 18  # the rest is bought


def test_what_may_never_be_bought_has_no_date_and_names_the_item() -> None:
    (line,) = ask(Book(sewn()), [Ask(1, 10, approval=Start(buys=DAYS + 5))]).lines
    assert line.stuck is not None
    assert (line.stuck.code, line.stuck.params["item"]) == ("beyond_horizon", "I1")


def test_the_odds_count_how_long_deposits_really_took() -> None:
    need = asked(sewn(material_lead=5), Start(buys=12)).lines[0].need
    assert need is not None
    late = Spread((0.0, 0.5), (0.52, 0.48), 1.0, seen=50)
    sure = odds([need], lambda _need: ALWAYS, paid=Approved(Start(buys=12), late))
    assert (sure.half, sure.most) == (17, 23)
    assert odds([need], lambda _need: ALWAYS).most < 17
