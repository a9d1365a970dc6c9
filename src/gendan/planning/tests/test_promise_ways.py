"""Other ways from what is written down: overtime, second lines, suppliers, substitutes, freight."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from gendan.catalog.queries import calendar
from gendan.catalog.services import AlternateRow, WorkCenterRow, save_alternates, save_work_centers
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock
from gendan.orders import reasons
from gendan.orders.models import Line, Order
from gendan.orders.services import confirm_order, reserve_lines
from gendan.partners.services import LaneRow, save_lanes
from gendan.planning.possible import Choices, Possible, Way, possible
from gendan.planning.services import promise_order
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.production.services import WorkOrderRow, firm_work_orders, follow_supplies
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        masters.item("A-1", supply="make", cost=Decimal(2))
        masters.work_center("CUT", minutes_per_day=100)
        masters.routing("A-1", ("CUT", 0, 10))  # 10 pieces a day
        yield


def order(quantity: int = 80, code: str = "A-1", **given: Any) -> Order:
    return make.draft(lines=[make.line(code, quantity, requested_on=None)], **given)


def promised(quantity: int, code: str = "A-1", **given: Any) -> Order:
    found = order(quantity, code, **given)
    promise_order(order_id=found.pk, by=person("mei"))
    confirm_order(order_id=found.pk, by=person("mei"))
    return Order.objects.get(pk=found.pk)


def way(found: Possible, kind: str) -> Way:
    [one] = [one for one in found.ways if one.kind == kind]
    return one


def working(days: int) -> dt.date:
    return calendar(None).add_days(MONDAY, days)


def centre(code: str, **values: Any) -> None:
    save_work_centers(rows=[WorkCenterRow(code, **values)], by=None)


def test_overtime_is_offered_as_far_as_it_is_allowed_at_its_price() -> None:
    centre("CUT", overtime_minutes=60, overtime_cost=Decimal(30))
    one = way(possible(order().pk), "overtime")
    assert (one.on, one.minutes, one.cost) == (
        working(4),
        300,
        Decimal(150),
    )  # 160 a day, 800 in all
    centre("CUT", overtime_cost="")
    assert way(possible(order().pk), "overtime").cost is None
    typed = possible(order().pk, Choices(overtime_minutes=100, cost_per_hour=Decimal(6)))
    assert (way(typed, "overtime").on, way(typed, "overtime").cost) == (working(3), Decimal(40))


def test_overtime_that_is_planned_already_is_not_offered_again() -> None:
    centre("CUT", overtime_minutes=60)
    rows = [CapacityChangeRow("CUT", "overtime", MONDAY, MONDAY + dt.timedelta(99), minutes=60)]
    save_capacity_changes(rows=rows, by=None)
    assert possible(order().pk).ways == ()


def test_planned_overtime_brings_its_people_with_it() -> None:
    masters.staff("P-1", department="SHOP")
    save_crews(rows=[CrewRow("CUT", department="SHOP", skill="", people=Decimal("4.8"))], by=None)
    assert possible(order(30).pk).complete_on == working(2)  # 480 / 4.8 = 100 minutes a day
    rows = [CapacityChangeRow("CUT", "second_line", MONDAY, MONDAY, minutes=100)]
    save_capacity_changes(rows=rows, by=None)
    assert possible(order(30).pk).complete_on == working(1)
    rows = [CapacityChangeRow("CUT", "second_line", MONDAY, MONDAY, remove=True)]
    rows += [CapacityChangeRow("CUT", "overtime", MONDAY, MONDAY, minutes=100)]
    save_capacity_changes(rows=rows, by=None)
    assert possible(order(30).pk).complete_on == working(1)


def test_a_department_without_anybody_on_file_limits_nothing() -> None:
    masters.department("SHOP")
    free = possible(order(30).pk).complete_on
    save_crews(rows=[CrewRow("CUT", department="SHOP", skill="", people=Decimal(2))], by=None)
    assert possible(order(30).pk).complete_on == free


def test_a_second_line_takes_over_what_is_free_there() -> None:
    masters.work_center("CUT-2", minutes_per_day=100, hour_cost=Decimal(25))
    centre("CUT", second_line="CUT-2", hour_cost=Decimal(20))
    one = way(possible(order().pk), "second_line")
    assert (one.about, one.on, one.minutes) == (("CUT", "CUT-2"), working(3), 400)
    assert one.cost == pytest.approx(Decimal(5) * 400 / 60)
    centre("CUT-2", hour_cost="")
    assert way(possible(order().pk), "second_line").cost is None
    # What is promised to others there is theirs, although the order needs nothing of it itself.
    masters.item("B-1", supply="make")
    masters.routing("B-1", ("CUT-2", 0, 10))
    promised(200, "B-1")
    assert [way.kind for way in possible(order().pk).ways] == []


@pytest.fixture
def cloth() -> None:
    masters.items(
        {
            "SHIRT": {"supply": "make", "cost": Decimal(9), "lead_days": 1},
            "COAT": {"supply": "make", "lead_days": 1},
            "LINEN": {"lead_days": 20, "cost": Decimal(4)},
            "COTTON": {"lead_days": 3, "cost": Decimal(5)},
        }
    )
    for parent in ("SHIRT", "COAT"):
        masters.bom(parent, {"LINEN": 2})


def test_a_substitute_may_be_taken_where_it_is_allowed(cloth: None) -> None:
    row = AlternateRow("LINEN", "COTTON", "SHIRT", Decimal("1.5"))
    save_alternates(rows=[row], by=None)
    one = way(possible(order(10, "SHIRT").pk), "substitute")
    assert (one.about, one.on) == (("LINEN", "COTTON"), working(4))
    assert one.cost == 20 * (5 * Decimal("1.5") - 4)
    assert possible(order(10, "COAT").pk).ways == ()
    save_alternates(rows=[AlternateRow("LINEN", "COTTON")], by=None)  # everywhere
    assert way(possible(order(10, "COAT").pk), "substitute").on == working(4)
    masters.items({"COTTON": {"lead_days": 3, "cost": ""}})
    assert way(possible(order(10, "COAT").pk), "substitute").cost is None


def test_other_suppliers_are_the_approved_ones_at_their_prices(cloth: None) -> None:
    masters.supplier("S-1")
    masters.supplier("S-2")
    masters.supplier("S-3")
    sourcing.source("S-1", "LINEN", 4, lead_days=20, currency="CNY")
    sourcing.source("S-2", "LINEN", 6, rank=2, lead_days=5, minimum=30, currency="CNY")
    sourcing.source("S-3", "LINEN", rank=3, lead_days=4, status="blocked")
    found = possible(order(10, "SHIRT").pk)
    one = way(found, "supplier")
    assert one.about[0] == "LINEN"
    assert (one.on, one.cost) == (working(6), Decimal(30 * 6 - 20 * 4))
    sourcing.source("S-2", "LINEN", rank=2, status="blocked")
    assert possible(order(10, "SHIRT").pk).ways == ()
    sourcing.source("S-1", "LINEN", status="blocked")
    stuck = possible(order(10, "SHIRT").pk).stuck
    assert stuck is not None
    assert (stuck.code, stuck.params["item"]) == ("no_supplier", "LINEN")


def words_of(found: Possible) -> list[str]:
    return [reasons.words(one.as_data()) for line in found.lines for one in line.reasons]


def test_reasons_say_from_whom_goods_are_bought_or_come(cloth: None) -> None:
    masters.supplier("S-1", name="Linen House")
    sourcing.source("S-1", "LINEN", 4, lead_days=20, currency="CNY")
    with translation.override("en"):
        [bought] = [one for one in words_of(possible(order(10, "SHIRT").pk)) if "bought" in one]
    assert "20 LINEN bought from Linen House in 20 working days from 2026-03-02" in bought
    sourcing.source(ordered.mill().code, "LINEN", 4, rank=2, lead_days=20, currency="CNY")
    number = ordered.sent(ordered.line("LINEN", 500, requested_on=working(5)))[0].number
    with translation.override("en"):
        [come] = [one for one in words_of(possible(order(10, "SHIRT").pk)) if number in one]
    assert f"20 LINEN from {number} (Mill Ltd), due" in come


def test_a_price_nobody_has_agreed_stays_unknown(cloth: None) -> None:
    masters.supplier("S-1")
    masters.supplier("S-2")
    sourcing.source("S-1", "LINEN", 4, lead_days=20, currency="CNY")
    sourcing.source("S-2", "LINEN", rank=2, lead_days=5, currency="CNY")
    assert way(possible(order(10, "SHIRT").pk), "supplier").cost is None


def test_who_could_make_it_outside_is_offered_too() -> None:
    masters.supplier("F-1")
    sourcing.source("F-1", "A-1", 3, lead_days=2, currency="CNY", is_outside_factory=True)
    one = way(possible(order().pk), "outside")
    assert (one.on, one.cost) == (working(2), Decimal(80 * (3 - 2)))


def test_faster_freight_is_charged_by_weight_or_measure() -> None:
    masters.items(
        {"A-1": {"supply": "make", "carton_quantity": 50, "carton_kg": 10, "carton_m3": "0.5"}}
    )
    masters.lane("DE", "sea")
    masters.lane("DE", "air", transit_days=2)
    wanted = order(80, delivery_method="sea", destination_country="DE")
    [one] = possible(wanted.pk).freight
    assert (one.days_won, one.cost) == (28, None)
    rows = [
        LaneRow("sea", "DE", cost_per_m3=Decimal(300)),
        LaneRow("air", "DE", cost_per_kg=Decimal(40), cost_per_m3=Decimal(500)),
    ]
    save_lanes(rows=rows, by=None)
    [one] = possible(wanted.pk).freight  # two cartons: 20 kg, 1 m³
    assert one.cost == max(20 * 40, 500) - 300
    masters.items({"A-1": {"supply": "make", "carton_kg": ""}})
    assert possible(wanted.pk).freight[0].cost is None


def test_delivery_in_parts_costs_the_freight_of_its_shipments_less_that_of_one() -> None:
    masters.item("A-1", supply="make", carton_quantity=50, carton_kg=10, carton_m3="0.5")
    masters.item("B-1", carton_quantity=10, carton_kg=100, carton_m3="0.1")
    masters.lane("DE", "sea")
    masters.stock("B-1", 10)
    rows = [make.line("A-1", 80, requested_on=None), make.line("B-1", 10, requested_on=None)]
    wanted = make.draft(lines=rows, delivery_method="sea", destination_country="DE")
    line = possible(wanted.pk).lines[0]
    assert [quantity for _on, quantity in line.shares] == [20, 40, 60, 80]
    assert line.split_cost is None  # no freight is written down
    save_lanes(
        rows=[LaneRow("sea", "DE", cost_per_kg=Decimal(2), cost_per_m3=Decimal(300))], by=None
    )
    line, there = possible(wanted.pk).lines
    # Three cartons alone at 150, not at 20 by weight; the fourth with 100 kg; else all in one.
    assert line.split_cost == 3 * 150 + 110 * 2 - max(Decimal(120 * 2), Decimal("1.1") * 300)
    assert there.split_cost is None
    assert len(there.shares) < 2
    masters.stock("A-1", 50)
    promise_order(order_id=wanted.pk, by=person("mei"))
    confirm_order(order_id=wanted.pk, by=person("mei"))
    reserve_lines(order_id=wanted.pk, by=person("mei"))
    line = possible(wanted.pk).lines[0]
    assert [quantity for _on, quantity in line.shares] == [58, 65, 80]  # 50 are kept
    assert line.split_cost is not None
    masters.items({"B-1": {"carton_kg": ""}})
    assert possible(wanted.pk).lines[0].split_cost is None


def test_what_cannot_be_kept_for_others_is_named() -> None:
    other = promised(50)
    centre("CUT", is_active=False)
    masters.item("B-1", supply="make")
    masters.bom("B-1", {"A-1": 1})
    found = possible(order(5).pk)
    [lost] = found.unplaced
    assert (lost.order, lost.order_id, lost.item) == (other.number, other.pk, "A-1")
    assert (lost.quantity, lost.on) == (Decimal(50), other.promised_on)


def test_contribution_is_told_per_hour_where_the_order_waits() -> None:
    other = promised(50)  # at 2.50, cost 2
    found = possible(order(20).pk)
    values = found.values
    assert values.centre == "CUT"
    assert found.rush is not None
    [moved] = found.rush.later
    line = other.lines.get()
    assert values.by_line[line.pk] is None  # in dollars, of which there is no rate
    Order.objects.update(currency="CNY")
    values = possible(Order.objects.latest("pk").pk).values
    assert values.by_line[moved.line.pk] == Decimal("0.5") / 10 * 60
    Line.objects.update(amount=0)
    assert possible(Order.objects.latest("pk").pk).values.by_line[line.pk] == -2 * 6


def receipts(item: str, days: int, late: int, count: int = 8) -> None:
    """Goods that were expected some days ago and came so many days after their due day."""
    masters.location("STORE")
    for number in range(count):
        begun = MONDAY - dt.timedelta(days=days + late + 7 * number)
        with clock.at(clock.moment_on(begun)):
            due = begun + dt.timedelta(days=days)
            supply = masters.expected(item, 5, due, reference=f"P-{number}")
        with clock.at(clock.moment_on(begun + dt.timedelta(days=days + late))):
            receive_expected(rows=[ReceiptRow(supply.pk, Decimal(5), "STORE")], by=None)


def test_odds_of_bought_goods_rest_on_what_came_when() -> None:
    masters.item("B-1", lead_days=20)
    wanted = order(100, "B-1")
    [line] = possible(wanted.pk).lines
    assert (line.is_assumed, line.seen) == (True, 0)
    receipts("B-1", 10, 5)  # each took half as long again
    [line] = possible(wanted.pk).lines
    assert (line.is_assumed, line.seen) == (False, 8)
    assert line.half_on == line.most_on > line.earliest_on
    late = (line.half_on - MONDAY).days / (line.earliest_on - MONDAY).days
    assert 1.3 < late < 1.6


def test_the_odds_of_a_whole_order_are_those_of_all_its_lines_together() -> None:
    for code in ("B-1", "B-2", "B-3"):
        masters.item(code, lead_days=20)
    lines = [make.line(code, 5, requested_on=None) for code in ("B-1", "B-2", "B-3")]
    found = possible(make.draft(lines=lines).pk)
    assert found.half_on is not None
    assert found.most_on is not None
    assert found.half_on > max(
        one.half_on for one in found.lines
    )  # each would be late half the time
    assert found.most_on > max(one.most_on for one in found.lines)


def test_odds_of_made_goods_rest_on_work_orders() -> None:
    wanted = order(80)
    for number in range(8):
        begun = MONDAY - dt.timedelta(days=30 + 7 * number)
        with clock.at(clock.moment_on(begun)):
            due = begun + dt.timedelta(days=4)
            [one] = firm_work_orders(rows=[WorkOrderRow("A-1", Decimal(1), begun, due)], by=None)
        with clock.at(clock.moment_on(begun + dt.timedelta(days=8))):
            masters.location("STORE")
            rows = [ReceiptRow(one.expected_id, Decimal(1), "STORE")]
            receive_expected(rows=rows, by=None)
            follow_supplies(expected_ids=[one.expected_id], by=None)
    [line] = possible(wanted.pk).lines
    assert (line.is_assumed, line.seen) == (False, 8)
    assert (line.half_on - MONDAY).days >= 2 * (line.earliest_on - MONDAY).days - 3
