"""An order goes by ships that sail on Fridays: promised, followed, moved, amended by sailings."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.contracts.duty_checks import broken_duties
from gendan.contracts.services import TermsData, save_terms
from gendan.followup.services import expect_milestone, reach_milestone
from gendan.kernel import clock
from gendan.orders import invariants, reasons
from gendan.orders.entry import DeliveryData, LineChange
from gendan.orders.models import LinePromise, Order
from gendan.orders.services import amend_order, confirm_order
from gendan.partners.services import LaneRow, save_lanes
from gendan.planning.possible import Choices, possible
from gendan.planning.services import promise_order, promise_rush
from gendan.testing.cast import person
from gendan.testing.make import followup, masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.date(2026, 6, 10)
# Bought in four working days A-1 can leave on the 16th: at the port on the 17th, when the ship of
# the 19th closes.
READY, SAILING, NEXT = (dt.date(2026, 6, day) for day in (16, 19, 26))
HEAD = {"incoterm": "FOB", "delivery_method": "sea", "destination_country": "DE"}


def day(number: int, month: int = 6) -> dt.date:
    return dt.date(2026, month, number)


@pytest.fixture(autouse=True)
def fridays() -> Iterator[None]:
    """Ships sail on Fridays, goods are at the port two days before, one day from the works."""
    with clock.at(clock.moment_on(WEDNESDAY)):
        masters.lane(
            "DE", to_port_days=1, transit_days=30, to_door_days=5, sails_on=(4,), cutoff_days=2
        )
        masters.item("A-1", lead_days=4)
        yield


def promised(wish: dt.date | None = None, **head: str) -> tuple[Order, LinePromise]:
    order = make.draft(lines=[make.line("A-1", requested_on=wish)], **HEAD | head)
    order = promise_order(order_id=order.pk, by=person("ping"))
    return order, LinePromise.objects.get(promise__order=order)


def codes(line: LinePromise) -> list[str]:
    return [reason["code"] for reason in line.reasons]


def test_what_reaches_the_cut_off_sails_this_week_and_what_misses_it_a_week_later() -> None:
    order, line = promised()
    assert (line.ex_works_on, line.on_board_on) == (READY, SAILING)
    assert order.promised_on == SAILING
    assert line.at_door_on == SAILING + dt.timedelta(days=35)
    assert line.reasons[-1] == {
        "code": "sails_with_cut_off",
        "params": {"on": "2026-06-19", "by": "2026-06-17", "weekdays": [4]},
        "binding": False,
    }
    assert "Fri; at the port by 2026-06-17" in reasons.words(line.reasons[-1])

    masters.items({"A-1": {"lead_days": 5}})  # ready one day later
    order, line = promised()
    assert order.promised_on == line.on_board_on == line.earliest_on == NEXT
    assert line.ex_works_on == day(23)  # nobody need be at the port earlier
    waits = next(one for one in line.reasons if one["code"] == "next_sailing")
    assert waits["params"] == {"ready": "2026-06-17", "on": "2026-06-26", "days": 6}
    assert not waits["binding"]  # nobody wished for an earlier day


@pytest.mark.parametrize(
    ("wish", "on_board", "first"),
    [
        (day(1, 7), NEXT, "requested_later"),  # a Wednesday: by the Friday before
        (NEXT, NEXT, "requested_later"),
        (day(25), SAILING, "requested_later"),
        (SAILING, SAILING, "bought"),
        (day(18), SAILING, "next_sailing"),  # its goods are at the port in time, but nothing sails
        (day(12), SAILING, "bought"),  # late whatever sails
    ],
)
def test_a_wish_is_kept_by_the_last_sailing_before_it_if_that_can_be_reached(
    wish: dt.date, on_board: dt.date, first: str
) -> None:
    if first == "next_sailing":
        # With a cut-off of one day what is ready on the 16th could be on board on the 18th.
        save_lanes(rows=[LaneRow("sea", "DE", cutoff_days=1)], by=person("lin"))
    order, line = promised(wish)
    assert order.promised_on == line.on_board_on == on_board
    assert codes(line)[0] == first
    assert line.reasons[0]["binding"]
    assert [one["binding"] for one in line.reasons].count(True) == 1


def test_at_the_door_and_ex_works_count_the_same_sailings() -> None:
    order, line = promised(day(3, 8), incoterm="DDP")  # at the door on the 3rd of August
    assert (order.promised_on, line.on_board_on) == (day(31, 7), NEXT)
    order, line = promised(day(17), incoterm="EXW")
    assert (order.promised_on, line.ex_works_on, line.on_board_on) == (day(17), day(17), NEXT)


def test_each_delivery_goes_with_a_sailing_of_its_own() -> None:
    parts = [DeliveryData(quantity=50, requested_on=on) for on in (day(24), day(8, 7))]
    order = make.draft(lines=[make.line("A-1", deliveries=parts)], **HEAD)
    promise_order(order_id=order.pk, by=person("ping"))
    line = order.lines.get()
    days = [one.promised_on for one in line.deliveries.order_by("position")]
    assert days == [SAILING, day(3, 7)]
    assert line.promised_on == day(3, 7)


def test_confirmed_as_wished_the_sailing_before_the_wish_is_promised() -> None:
    order = make.draft(lines=[make.line("A-1", requested_on=day(1, 7))], **HEAD)
    confirm_order(order_id=order.pk, by=person("mei"))
    line = LinePromise.objects.get(promise__order=order)
    assert (line.ex_works_on, line.on_board_on) == (day(23), NEXT)
    assert Order.objects.get(pk=order.pk).promised_on == order.lines.get().promised_on == NEXT
    assert codes(line) == ["as_requested", "sails_with_cut_off"]
    assert invariants.check() == []


def test_an_amendment_takes_sailings_and_an_unchanged_date_stays() -> None:
    order = make.confirmed(lines=[make.line("A-1", requested_on=day(1, 7))], **HEAD)
    line = order.lines.get()

    def amend(**given: object) -> Order:
        change = LineChange(line_id=line.pk, **given)  # type: ignore[arg-type]
        order = Order.objects.get()
        return amend_order(
            order_id=order.pk, change_lines=[change], reason="agreed", by=person("mei")
        )

    assert amend(promised_on=day(9, 7)).promised_on == day(3, 7)  # a Thursday: the Friday before
    assert codes(LinePromise.objects.latest("pk")) == ["amended", "sails_with_cut_off"]
    # The lane sails on other days from now on: what is promised stands until it is changed.
    save_lanes(rows=[LaneRow("sea", "DE", sails_on=[0])], by=person("lin"))
    assert amend(quantity=120, promised_on=day(3, 7)).promised_on == day(3, 7)
    assert Order.objects.get().promised_on == day(3, 7)
    assert amend(promised_on=day(10, 7)).promised_on == day(6, 7)
    assert invariants.check() == []


def test_a_day_late_at_the_works_the_journey_expects_the_next_sailing() -> None:
    steps = [
        followup.step("sewing", 2),
        followup.step("ex_works", 0, {"sewing": 0}, stage="shipping", anchor="ex_works"),
        followup.step(
            "on_board", 9, {"ex_works": 0}, stage="shipping", anchor="on_board", travel="to_port"
        ),
        followup.step("arrival", 9, {"on_board": 0}, stage="shipping", travel="transit"),
    ]
    followup.template(steps)
    journey = followup.followed(days=9, **HEAD)  # for Friday the 19th
    on_board = followup.milestone(journey, "on_board")
    assert (on_board.duration_days, on_board.latest_on) == (3, SAILING)
    assert followup.milestone(journey, "ex_works").latest_on == READY
    # Ready on the 12th, at the port on the 13th: it waits for the ship.
    assert on_board.forecast_on == SAILING
    for on, expected in ((READY, SAILING), (READY + dt.timedelta(days=1), NEXT)):
        expect_milestone(
            milestone_id=followup.milestone(journey, "sewing").pk,
            expected_on=on,
            note="said",
            by=person("mei"),
        )
        assert followup.milestone(journey, "on_board").forecast_on == expected
        arrival = followup.milestone(journey, "arrival")
        assert arrival.forecast_on == expected + dt.timedelta(days=30)
        assert Order.objects.get().forecast_on == expected
    for code in ("sewing", "ex_works"):
        reach_milestone(milestone_id=followup.milestone(journey, code).pk, by=person("mei"))
    assert followup.milestone(journey, "on_board").forecast_on == SAILING  # it left in time


def test_a_rush_moves_others_by_whole_sailings() -> None:
    masters.item("B-1", supply="make")
    masters.work_center("CUT", minutes_per_day=100)
    masters.routing("B-1", ("CUT", 0, 10))  # ten a day

    def order(quantity: int) -> Order:
        return make.draft(lines=[make.line("B-1", quantity, requested_on=None)], **HEAD)

    other = order(40)
    promise_order(order_id=other.pk, by=person("mei"))
    other = confirm_order(order_id=other.pk, by=person("mei"))
    assert other.promised_on == SAILING
    rushed = order(40)
    found = possible(rushed.pk)
    assert found.promised_on == NEXT
    assert found.rush is not None
    assert found.rush.on == SAILING
    assert [one.becomes_on for one in found.rush.later] == [NEXT]
    promise_rush(order_id=rushed.pk, mark=found.rush.mark, by=person("mei"))
    kept = LinePromise.objects.filter(line__order=other).latest("pk")
    assert (kept.ex_works_on, kept.on_board_on) == (day(23), NEXT)
    assert codes(kept) == ["moved_for_rush", "sails_with_cut_off"]
    assert possible(rushed.pk).promised_on == SAILING


def test_ways_that_sail_with_the_same_ship_win_nothing() -> None:
    masters.item("B-1", supply="make")
    masters.work_center("CUT", minutes_per_day=100)
    masters.routing("B-1", ("CUT", 0, 10))
    wanted = make.draft(lines=[make.line("B-1", 30, requested_on=None)], **HEAD)
    found = possible(wanted.pk, Choices(overtime_minutes=100))
    assert found.promised_on == SAILING
    assert [one.kind for one in found.ways] == []
    wanted = make.draft(lines=[make.line("B-1", 60, requested_on=None)], **HEAD)
    found = possible(wanted.pk, Choices(overtime_minutes=100))
    assert found.promised_on == NEXT
    assert [(one.kind, one.on, one.days_won) for one in found.ways] == [("overtime", SAILING, 7)]
    # Ten each day, but what leaves until the 16th is one delivery, and so is the rest.
    assert [on for on, _quantity in found.lines[0].shares] == [SAILING, NEXT]


def test_faster_freight_leaves_when_it_is_ready_and_does_not_wait_for_the_ship() -> None:
    masters.items({"A-1": {"lead_days": 5}})  # ready on the 17th, sails on the 26th
    masters.lane("DE", "air", to_port_days=1, transit_days=3, to_door_days=2, cutoff_days=1)
    order = make.draft(lines=[make.line("A-1", requested_on=None)], **HEAD)
    [air] = possible(order.pk).freight
    assert air.on == day(24)
    assert air.days_won == (NEXT + dt.timedelta(days=35) - air.on).days


def test_the_latest_shipment_is_held_against_the_sailing() -> None:
    head = HEAD | {"incoterm": "EXW"}
    order = make.confirmed(lines=[make.line("A-1", requested_on=day(17))], **head)
    for latest, is_broken in ((NEXT, False), (day(25), True)):
        save_terms(order_id=order.pk, terms=TermsData(latest_shipment_on=latest), by=person("mei"))
        broken = {one.duty for one in broken_duties(Order.objects.get())}
        assert ("latest_shipment" in broken) == is_broken
