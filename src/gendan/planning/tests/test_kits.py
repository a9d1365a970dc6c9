"""Whether work orders have all they need: material, people, machines, and when."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock
from gendan.planning.kits import Kit, kits_of, kits_of_planned
from gendan.planning.models import PlanDemand, PlannedOrder
from gendan.planning.services import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.planning.snapshot import snapshot_of_order
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import (
    ComponentRow,
    WorkOrderRow,
    cancel_work_order,
    firm_work_orders,
    issue_components,
    release_work_order,
)
from gendan.testing.make import masters
from gendan.workforce.services import AbsenceRow, save_absences

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def firm(quantity: int = 10, start: int = 4, due: int = 9, item: str = "CHAIR") -> WorkOrder:
    rows = [WorkOrderRow(item, Decimal(quantity), day(start), day(due))]
    return firm_work_orders(rows=rows, by=None)[0]


def kit(order: WorkOrder) -> Kit:
    return kits_of([order])[order.pk]


def material(order: WorkOrder) -> dict[str, list[tuple[int, str, str, dt.date | None]]]:
    """By item what is missing: how much, from where, under which reference, when."""
    codes = dict(order.components.values_list("item_id", "item__code"))
    return {
        codes[part.item_id]: [
            (int(one.quantity), one.kind, one.reference, one.ready_on) for one in part.missing
        ]
        for part in kit(order).parts
    }


def test_ready_when_all_is_there() -> None:
    masters.stock("LEG", 40)
    masters.stock("SEAT", 10)
    order = firm()
    for _planned in (False, True):  # counted from the store, then as the plan says
        assert (kit(order).waits, kit(order).covered) == ((), 100)
        assert material(order) == {"LEG": [], "SEAT": []}
        planned()


def test_missing_material_with_where_it_comes_from_and_when() -> None:
    masters.stock("LEG", 30)
    masters.expected("SEAT", 6, day(6), reference="PO-7")
    order = firm()
    seats = [(6, "receipt", "PO-7", day(6)), (4, "short", "", None)]
    assert material(order) == {"LEG": [(10, "short", "", None)], "SEAT": seats}
    assert (kit(order).waits, kit(order).material_on) == (("material",), None)
    planned()
    # The plan buys the other seats and makes the legs (wood in five days, legs in two), at the
    # latest when the seats are there.
    found = material(order)
    assert found["SEAT"] == [(6, "receipt", "PO-7", day(6)), (4, "planned", "", day(16))]
    [(quantity, kind, _reference, ready_on)] = found["LEG"]
    assert (quantity, kind) == (10, "planned")
    assert ready_on is not None
    assert day(11) <= ready_on <= day(16)
    assert (kit(order).waits, kit(order).covered) == (("material",), 0)
    assert kit(order).material_on == day(16)


def test_nothing_is_promised_to_two_work_orders() -> None:
    masters.stock("LEG", 100)
    masters.stock("SEAT", 15)
    second, first = firm(start=10, due=13), firm(start=4, due=6)
    for _planned in (False, True):
        kits = kits_of([second, first])
        short = {pk: [int(one.short) for one in found.missing] for pk, found in kits.items()}
        assert short == {first.pk: [], second.pk: [5]}
        planned()


def test_what_was_issued_is_missing_no_more_although_the_plan_is_older() -> None:
    masters.stock("LEG", 40)
    masters.stock("SEAT", 6)
    order = firm()
    planned()
    assert [row[:2] for row in material(order)["SEAT"]] == [(4, "planned")]
    release_work_order(work_order_id=order.pk, by=None)
    rows = [ComponentRow("SEAT", Decimal(6), "STORE"), ComponentRow("LEG", Decimal(40), "STORE")]
    issue_components(work_order_id=order.pk, rows=rows, by=None)
    assert [row[:2] for row in material(order)["SEAT"]] == [(4, "planned")]
    assert "LEG" not in material(order)  # nothing of it is needed any more


def test_plans_and_promises_count_what_is_still_open() -> None:
    masters.stock("LEG", 40)
    masters.stock("SEAT", 6)
    order, sold = firm(), ordered(10, day=dt.date(2026, 4, 20))
    release_work_order(work_order_id=order.pk, by=None)
    names = {f"production.component:{one.pk}": one.item.code for one in order.components.all()}

    def asked() -> dict[str, int]:
        """By item, what the next plan is asked for; a promise must leave as much alone."""
        demands = PlanDemand.objects.filter(run=planned(), name__in=names)
        planned_for = {names[one.name]: int(one.quantity) for one in demands if one.quantity}
        standing = snapshot_of_order(sold.pk).promise.standing
        left = {names[one.name]: int(one.quantity) for one in standing if one.name in names}
        assert left == planned_for
        return planned_for

    assert asked() == {"LEG": 40, "SEAT": 10}
    rows = [ComponentRow("SEAT", Decimal(6), "STORE"), ComponentRow("LEG", Decimal(10), "STORE")]
    issue_components(work_order_id=order.pk, rows=rows, by=None)
    assert asked() == {"LEG": 30, "SEAT": 4}
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(5), "STORE")], by=None)
    assert asked() == {"LEG": 20, "SEAT": 4}  # of seats more was written down than came in


def stocked(**values: Any) -> WorkOrder:
    masters.stock("LEG", 1000)
    masters.stock("SEAT", 1000)
    return firm(**values)


def test_waits_for_a_machine_that_is_stopped() -> None:
    order = stocked(quantity=50)  # 310 minutes; four days from Wednesday to Monday
    assert kit(order).waits == ()
    stop = CapacityChangeRow("ASSEMBLY", "maintenance", day(4), day(12), reason="new motor")
    save_capacity_changes(rows=[stop], by=None)
    [machine] = kit(order).machines
    assert kit(order).waits == ("machine",)
    assert (machine.center.code, machine.needed, machine.there) == ("ASSEMBLY", 310, 0)
    assert [one.reason for one in machine.stops] == ["new motor"]
    assert machine.enough_on == day(13)


def test_a_stoppage_that_leaves_enough_is_shown_and_stops_nothing() -> None:
    order = stocked(quantity=50)
    stop = CapacityChangeRow("ASSEMBLY", "maintenance", day(4), day(4))
    save_capacity_changes(rows=[stop], by=None)
    [machine] = kit(order).machines
    assert (machine.there, len(machine.stops), kit(order).waits) == (3 * 480, 1, ())


def test_waits_for_people_with_the_skill() -> None:
    masters.department("WORKS")
    rows = [CrewRow("ASSEMBLY", department="WORKS", skill="glue", people=Decimal(2))]
    save_crews(rows=rows, by=None)
    order = stocked(quantity=50, start=4, due=6)
    [people] = kit(order).people
    assert (people.needed, people.there, people.enough_on) == (620, 0, None)
    assert (people.has_nobody, kit(order).waits) == (True, ())  # as in plans: said, and no limit
    masters.staff("P-1", department="WORKS", skills=["glue"])
    assert kit(order).waits == ("people",)  # one alone cannot: two are needed at a time
    masters.staff("P-2", department="WORKS", skills=["glue"])
    assert kit(order).waits == ()
    save_absences(rows=[AbsenceRow("P-2", day(4), day(6), "sick")], by=None)
    [people] = kit(order).people
    assert (kit(order).waits, people.there, people.enough_on) == (("people",), 0, day(9))
    assert sum(people.present.values()) == 1


def test_a_skill_that_nobody_has_is_named_by_the_plan_and_by_readiness_alike() -> None:
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS", skills=["saw"])
    rows = [CrewRow("ASSEMBLY", department="WORKS", skill="glue", people=Decimal(2))]
    save_crews(rows=rows, by=None)
    order = stocked(quantity=50, start=4, due=6)
    [people] = kit(order).people
    assert (people.has_nobody, people.is_enough, kit(order).waits) == (True, True, ())
    [problem] = [one for one in planned().problems if one["code"] == "nobody_has_skill"]
    assert [row["name"] for row in problem["rows"]] == ["ASSEMBLY (glue)"]
    masters.staff("P-2", department="WORKS", skills=["glue"])
    assert not [one for one in planned().problems if one["code"] == "nobody_has_skill"]
    assert kit(order).waits == ("people",)  # one alone cannot: two are needed at a time


def test_planned_orders_are_looked_at_too() -> None:
    masters.stock("LEG", 30)
    sold = ordered(10, day=day(30))
    run = planned()
    orders = {
        one.item.code: one
        for one in PlannedOrder.objects.filter(run=run, kind="make").select_related("item")
    }
    kits = kits_of_planned(list(orders.values()))
    chair, leg = kits[orders["CHAIR"].pk], kits[orders["LEG"].pk]
    assert sold.lines.get().quantity == orders["CHAIR"].quantity == 10
    shown = sorted((int(part.needed), int(part.there)) for part in chair.parts)
    assert shown == [(10, 0), (40, 30)]
    assert {row.kind for part in chair.missing for row in part.missing} == {"planned"}
    assert [one.needed for one in chair.machines] == [70]
    assert [one.center.code for one in leg.machines] == ["SAW"]
    assert chair.waits == leg.waits == ("material",)
    assert kits_of_planned([]) == {}
    stop = CapacityChangeRow("ASSEMBLY", "closed", MONDAY, dt.date(2026, 6, 30))
    save_capacity_changes(rows=[stop], by=None)
    assert kits_of_planned([orders["CHAIR"]])[orders["CHAIR"].pk].waits == ("material", "machine")


def test_what_is_over_has_no_kit() -> None:
    order = firm()
    cancel_work_order(work_order_id=order.pk, reason="x", by=None)
    order.refresh_from_db()
    assert kits_of([order]) == {}


def test_an_overdue_work_order_is_looked_at_from_today() -> None:
    order = stocked(quantity=50, start=2, due=3)
    with clock.at(clock.moment_on(day(20))):
        [machine] = kit(order).machines
        assert (machine.there, kit(order).waits) == (480, ())


def test_the_queries_do_not_grow_with_the_work_orders() -> None:
    masters.department("WORKS")
    save_crews(rows=[CrewRow("ASSEMBLY", department="WORKS", people=Decimal(1))], by=None)
    orders = [firm(quantity) for quantity in range(5, 12)]
    planned()
    orders.append(firm())  # the plan does not know it
    with CaptureQueriesContext(connection) as caught:
        assert len(kits_of(orders)) == 8
    assert len(caught) <= 21
