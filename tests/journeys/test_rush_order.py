"""A quotation is held and lapses, a rush order goes first, and all promises can still be kept."""

import datetime as dt

import pytest
from django.utils import translation

from gendan.kernel import clock, reactions
from gendan.notices import words
from gendan.notices.models import Notice
from gendan.orders import invariants
from gendan.orders.models import DateChange, Order
from gendan.orders.services import confirm_order
from gendan.planning.possible import possible
from gendan.planning.services import (
    compute_promise,
    hold_promise,
    promise_order,
    promise_rush,
)
from gendan.testing.cast import person
from gendan.testing.make import followup, masters
from gendan.testing.make import orders as make
from gendan.web.words import short_day

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


def asked(customer: str, quantity: int) -> Order:
    return make.draft(masters.customer(customer), [make.line("CHAIR", quantity, requested_on=None)])


def leaves(order: Order) -> dt.date:
    """When the order can leave first, as things are now."""
    return max(line.promised.ex_works_on for line in compute_promise(order.pk).lines)


def test_a_quotation_lapses_and_a_rush_order_goes_first() -> None:
    mei = person("mei")
    monday = clock.moment_on(MONDAY)
    with clock.at(monday):
        # A factory that makes ten chairs a day, of legs that are there or come in four weeks.
        masters.items({"CHAIR": {"supply": "make"}, "LEG": {"lead_days": 20}})
        masters.bom("CHAIR", {"LEG": 4})
        masters.stock("LEG", 400)
        masters.work_center("ASSEMBLY", minutes_per_day=100)
        masters.routing("CHAIR", ("ASSEMBLY", 0, 10))

        # Three customers ask for what the legs are enough for: 100 chairs, ten days of work.
        first = asked("C-1", 40)
        promise_order(order_id=first.pk, by=mei)
        confirm_order(order_id=first.pk, by=mei)
        quoted = asked("C-2", 60)
        promise_order(order_id=quoted.pk, by=mei)
        hold_promise(order_id=quoted.pk, hours=4, by=mei)
        third = asked("C-3", 30)
        with_hold = leaves(third)
        assert with_hold > MONDAY + dt.timedelta(days=28)  # legs have to be bought

    # The second customer does not answer; in the afternoon legs and minutes are free by themselves.
    with clock.at(monday + dt.timedelta(hours=4)):
        assert leaves(third) < with_hold - dt.timedelta(days=14)
        promise_order(order_id=third.pk, by=mei)
        confirm_order(order_id=third.pk, by=mei)

        # Then the best customer needs 20 chairs at once. Looking moves nobody.
        rush = asked("C-4", 20)
        found = possible(rush.pk)
        assert found.rush is not None
        assert found.complete_on is not None
        assert found.rush.on < found.complete_on
        standing = Order.objects.filter(pk__in=[first.pk, third.pk]).order_by("pk")
        promised = [order.promised_on for order in standing.all()]
        moved = {one.line.order_id: one.becomes_on for one in found.rush.later}
        assert moved
        assert [order.promised_on for order in standing.all()] == promised

        # Accepted, exactly those move, with what was before and why.
        promise_rush(order_id=rush.pk, mark=found.rush.mark, by=mei)
        confirm_order(order_id=rush.pk, by=mei)
        for order, was in zip(standing.all(), promised, strict=True):
            assert order.promised_on == moved.get(order.pk, was)
            changes = DateChange.objects.filter(order=order, kind="promised", was_on=was)
            assert changes.exists() == (order.pk in moved)

        # Replayed, every promise can be kept, and none broke another.
        for order in (*standing.all(), Order.objects.get(pk=rush.pk)):
            [line] = compute_promise(order.pk).lines
            assert order.promised_on is not None
            assert line.earliest_on <= order.promised_on
        assert invariants.check() == []


def promised_to(customer: str, quantity: int, merchandiser: str) -> Order:
    """A confirmed order that somebody looks after."""
    order = asked(customer, quantity)
    Order.objects.filter(pk=order.pk).update(merchandiser=person(merchandiser))
    promise_order(order_id=order.pk, by=person("zhao"))
    confirm_order(order_id=order.pk, by=person("zhao"))
    return Order.objects.get(pk=order.pk)


def test_those_whose_orders_move_for_a_rush_are_told_and_nobody_else() -> None:
    with clock.at(clock.moment_on(MONDAY)):
        followup.template()  # without approvals that production would wait for
        masters.item("CHAIR", supply="make")
        masters.item("LAMP", supply="make")
        for code, centre in (("CHAIR", "ASSEMBLY"), ("LAMP", "WIRING")):
            masters.work_center(centre, minutes_per_day=100)
            masters.routing(code, (centre, 0, 10))
        moving = promised_to("C-1", 40, "mei")
        bystander = make.draft(masters.customer("C-2"), [make.line("LAMP", 40, requested_on=None)])
        Order.objects.filter(pk=bystander.pk).update(merchandiser=person("jun"))
        promise_order(order_id=bystander.pk, by=person("zhao"))
        confirm_order(order_id=bystander.pk, by=person("zhao"))
        rush = asked("C-3", 20)
        found = possible(rush.pk).rush
        assert found is not None
        reactions.run_due()
        Notice.objects.all().delete()
        promise_rush(order_id=rush.pk, mark=found.mark, by=person("zhao"))
        reactions.run_due()

        now = Order.objects.get(pk=moving.pk)
        told = Notice.objects.filter(fact="OrderMovedForRush").select_related("entry", "user")
        assert [(one.user.username, one.order_id) for one in told] == [("mei", moving.pk)]
        assert not Notice.objects.filter(user=person("jun")).exists()
        [notice] = told
        assert notice.entry.data["was_on"] == str(moving.promised_on)
        assert notice.entry.data["promised_on"] == str(now.promised_on)
        assert now.promised_on != moving.promised_on
        for language in ("en", "zh-hans"):
            said = words.plain(notice.entry, language)
            assert rush.number in said
            with translation.override(language):
                assert short_day(day_of(moving)) in said
                assert short_day(day_of(now)) in said


def day_of(order: Order) -> dt.date:
    """The day an order is promised for."""
    assert order.promised_on is not None
    return order.promised_on
