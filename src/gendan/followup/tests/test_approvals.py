"""A promise waits for what the customer must approve before anything is made."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import translation

from gendan.catalog.queries import calendar
from gendan.engine.promise import LineResult
from gendan.engine.promise.spreads import Lived
from gendan.followup import approvals, services
from gendan.followup.models import Journey, Milestone, Template
from gendan.kernel import clock, reactions
from gendan.orders import reasons
from gendan.orders.models import Hold, Order
from gendan.orders.services import confirm_order, release_hold
from gendan.planning.possible import possible
from gendan.planning.services import promise_order
from gendan.planning.services.promising import compute_promise
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders
from gendan.testing.make.followup import step

from .conftest import MONDAY

CALENDAR_DAYS = dt.timedelta(days=1)
# A sample goes out after ten days and comes back approved after five; another one is made of the
# material in four.
STEPS = (
    step("sample", 10, stage="samples"),
    step("sample_approved", 5, {"sample": 0}, stage="samples", waits_for="customer",
         gates="produce"),
    step("material_in", 30, stage="material", evidence="material_received"),
    step("pp_sample", 4, {"material_in": 0}, stage="samples", gates="produce"),
    step("sewing", 3, {"sample_approved": 0, "pp_sample": 0}, needs="produce"),
    step("ex_works", 1, {"sewing": 0}, stage="shipping", anchor="ex_works"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def works(monday: dt.date) -> None:
    """A made item of three days; its material is there tomorrow."""
    masters.item("B-1", lead_days=1)
    masters.item("A-1", supply="make", lead_days=3)
    masters.bom("A-1", {"B-1": 1})


@pytest.fixture
def template(works: None) -> Template:
    return make.template(STEPS)


def draft(**given: Any) -> Order:
    return orders.draft(lines=[orders.line("A-1", 100, requested_on=None)], **given)


def confirmed() -> Order:
    order = draft()
    promise_order(order_id=order.pk, by=person("mei"))
    confirm_order(order_id=order.pk, by=person("mei"))
    return Order.objects.get(pk=order.pk)


def followed() -> Order:
    order = confirmed()
    reactions.run_due()
    return order


def asked(order: Order) -> LineResult:
    [line] = compute_promise(order.pk).lines
    return line


def days_until(day: dt.date) -> int:
    return calendar(None).count(clock.today(), day)


def words(line: LineResult) -> Sequence[str]:
    return [reasons.words(one.as_data()) for one in line.reasons]


def reach(order: Order, code: str) -> None:
    milestone = Milestone.objects.get(journey__order=order, code=code)
    services.reach_milestone(milestone_id=milestone.pk, by=person("zhao"))


def test_a_draft_waits_for_the_approvals_its_journey_will_have(template: Template) -> None:
    line = asked(draft())
    assert days_until(line.promised.ex_works_on) == 15 + 3
    assert line.reasons[0].code == "awaits_approval"
    assert words(line)[0] == (
        "A-1 is not begun before “Sample approved” is done, expected on 2026-03-23."
    )
    with translation.override("zh-hans"):
        assert "sample_approved（中文）" in words(line)[0]


def test_no_kind_of_journey_no_wait(works: None) -> None:
    assert days_until(asked(draft()).promised.ex_works_on) == 1 + 3


def test_late_material_is_sampled_first(template: Template) -> None:
    masters.item("C-1", lead_days=40)
    masters.bom("A-1", {"C-1": 1}, revision="2")
    line = asked(draft())
    assert days_until(line.promised.ex_works_on) == 40 + 4 + 3


def test_what_is_in_stock_waits_for_nobody(template: Template) -> None:
    masters.location("STORE")
    masters.stock("A-1", 100)
    assert asked(draft()).promised.ex_works_on == clock.today()


def test_a_followed_order_waits_for_its_own_milestones(template: Template) -> None:
    """The same as was promised for the draft; what is said of them, and what is done, counts."""
    order = followed()
    was = order.lines.get().promised_on
    assert was is not None
    assert asked(order).promised.ex_works_on == was
    milestone = Milestone.objects.get(journey__order=order, code="sample")
    said_on = calendar(None).add_days(MONDAY, 12)
    services.expect_milestone(milestone_id=milestone.pk, expected_on=said_on, by=person("mei"))
    reactions.run_due()
    assert days_until(asked(order).promised.ex_works_on) == 12 + 5 + 3
    reach(order, "sample")
    assert days_until(asked(order).promised.ex_works_on) == 5 + 3
    reach(order, "sample_approved")
    assert days_until(asked(order).promised.ex_works_on) == 1 + 4 + 3  # of its material


def test_a_gate_that_was_opened_holds_nobody_up(template: Template) -> None:
    order = followed()
    for hold in Hold.objects.filter(order=order, stage="produce", released_at=None):
        release_hold(hold_id=hold.pk, reason="agreed by phone", by=person("zhao"))
    assert days_until(asked(order).promised.ex_works_on) == 1 + 3


def test_an_approval_that_is_overdue_is_expected_today(template: Template) -> None:
    order = followed()
    with clock.at(clock.moment_on(MONDAY + 60 * CALENDAR_DAYS)):
        reactions.open_day()
        reactions.run_due()
        line = asked(order)
        assert 3 <= days_until(line.promised.ex_works_on) <= 20


def test_the_odds_of_a_date_count_how_long_approvals_took(template: Template) -> None:
    """Planned 15 days; of eight orders each approval took thirty: the days of 50 and 90 say so."""
    usual = possible(draft().pk).lines[0]
    before = [confirmed() for _number in range(8)]
    reactions.run_due()
    with clock.at(clock.moment_on(calendar(None).add_days(MONDAY, 30))):
        for order in before:
            for code in ("sample", "sample_approved"):
                reach(order, code)
        days = calendar(None)
        rows = [one for _customer, one in approvals.lived(days) if one.is_over]
        assert rows == [Lived(15, 30)] * 8
        later = possible(draft().pk).lines[0]
        assert later.seen == 8
        assert days_until(later.earliest_on) == 15 + 3
        assert days_until(later.half_on) >= 26
    assert usual.is_assumed
    assert days.count(MONDAY, usual.half_on) <= 20


def test_what_production_began_without_is_not_counted_as_still_lasting(template: Template) -> None:
    order = followed()
    with clock.at(clock.moment_on(MONDAY + 90 * CALENDAR_DAYS)):
        days = calendar(None)
        assert {one.is_over for _customer, one in approvals.lived(days)} == {False}
        for hold in Hold.objects.filter(order=order, stage="produce", released_at=None):
            release_hold(hold_id=hold.pk, reason="agreed by phone", by=person("zhao"))
        assert approvals.lived(days) == []


def test_the_most_fitting_kind_of_journey_counts(template: Template) -> None:
    """A customer's own template without approvals, as for orders that are repeated."""
    customer = masters.customer()
    plain = [step("sewing", 3), step("ex_works", 1, {"sewing": 0}, anchor="ex_works")]
    make.template(plain, code="repeat", customer_id=customer.pk)
    assert days_until(asked(draft(customer=customer)).promised.ex_works_on) == 1 + 3
    assert Journey.objects.count() == 0


DEPOSIT = (
    step("deposit", 8, waits_for="customer", gates="buy"),
    step("sewing", 3, {"deposit": 0}, needs="produce"),
    step("ex_works", 1, {"sewing": 0}, stage="shipping", anchor="ex_works"),
)


def test_material_is_bought_when_the_deposit_is_here(works: None) -> None:
    make.template(DEPOSIT)
    line = asked(draft())
    assert days_until(line.promised.ex_works_on) == 8 + 1 + 3
    assert words(line)[0] == "B-1 is not bought before “Deposit” is done, expected on 2026-03-12."
    order = followed()
    was = order.lines.get().promised_on
    assert asked(order).promised.ex_works_on == was
    reach(order, "deposit")
    assert days_until(asked(order).promised.ex_works_on) == 1 + 3


def test_what_lies_in_stock_waits_for_no_deposit(works: None) -> None:
    make.template(DEPOSIT)
    masters.location("STORE")
    masters.stock("B-1", 100)
    assert days_until(asked(draft()).promised.ex_works_on) == 3


def test_buying_that_was_let_begin_without_the_deposit_waits_no_more(works: None) -> None:
    make.template(DEPOSIT)
    order = followed()
    for hold in Hold.objects.filter(order=order, stage="buy", released_at=None):
        release_hold(hold_id=hold.pk, reason="known for years", by=person("zhao"))
    assert days_until(asked(order).promised.ex_works_on) == 1 + 3


def test_the_odds_count_how_long_deposits_took(works: None) -> None:
    make.template(DEPOSIT)
    usual = possible(draft().pk).lines[0]
    before = [confirmed() for _number in range(8)]
    reactions.run_due()
    with clock.at(clock.moment_on(calendar(None).add_days(MONDAY, 30))):
        for order in before:
            reach(order, "deposit")
        later = possible(draft().pk).lines[0]
        assert days_until(later.earliest_on) == 8 + 1 + 3
        assert days_until(later.half_on) > days_until(later.earliest_on) + 10
    assert usual.is_assumed


@pytest.mark.parametrize("number", [10, 12, 13, 14])  # a Wednesday; Friday to Sunday
def test_whatever_the_weekday_a_draft_and_the_order_it_becomes_wait_as_long(
    works: None, number: int
) -> None:
    """The day of confirmation may be one on which nobody works: it is done all the same."""
    confirmation = step("order_confirmed", 0, evidence="order_confirmed", stage="contract")
    sample = step("sample", 3, {"order_confirmed": 0}, stage="samples", gates="produce")
    sewing = step("sewing", 3, {"sample": 0}, needs="produce")
    day = dt.date(2026, 6, number)
    with clock.at(clock.moment_on(day)):
        make.template(
            (confirmation, sample, sewing, step("ex_works", 1, {"sewing": 0}, anchor="ex_works"))
        )
        before = asked(draft()).promised.ex_works_on
        order = followed()
        assert Milestone.objects.get(journey__order=order, code="order_confirmed").reached_on == day
        assert asked(order).promised.ex_works_on == before
        assert order.lines.get().promised_on == before
