"""Making, releasing and ending work orders."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import (
    ExpectedRow,
    ReceiptRow,
    drop_expected,
    expect_supplies,
    receive_expected,
)
from gendan.kernel import reactions
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.orders import demands
from gendan.orders.queries import demand_of
from gendan.production import invariants, queries, services
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
START, DUE = dt.date(2026, 3, 2), dt.date(2026, 3, 6)


@pytest.fixture
def lamp() -> None:
    masters.unit("m", step=Decimal("0.01"))
    masters.item("LAMP", supply="make")
    masters.item("WIRE", unit="m")
    masters.item("SOCKET")
    masters.bom("LAMP", {"WIRE": "1.333", "SOCKET": 2})
    masters.work_center("BENCH")
    masters.routing("LAMP", ("BENCH", 15, "2.5"))


def made(**values: object) -> WorkOrder:
    row = WorkOrderRow(
        **{"item": "LAMP", "quantity": Decimal(10), "starts_on": START, "due_on": DUE} | values  # type: ignore[arg-type]
    )
    return services.firm_work_orders(rows=[row], by=person("gang"))[0]


def test_it_takes_components_and_steps_and_expects_its_goods(lamp: None) -> None:
    line = demand_of(orders.draft().lines.get().pk)
    order = made(demands=[line, line])
    components = {one.item.code: one.quantity for one in order.components.select_related("item")}
    assert components == {"WIRE": Decimal("13.33"), "SOCKET": Decimal(20)}
    step = order.steps.get()
    assert (step.work_center.code, step.minutes) == ("BENCH", Decimal("40.000"))
    supply = ExpectedSupply.objects.get(work_order=order)
    assert (supply.quantity, supply.due_on, supply.reference) == (10, DUE, order.number)
    assert order.demands == [line]
    assert invariants.check() == []


def test_a_later_bom_does_not_change_it(lamp: None) -> None:
    order = made()
    masters.bom("LAMP", {"SOCKET": 9}, revision="2")
    assert order.components.count() == 2


def test_it_refuses_what_cannot_be_made(lamp: None) -> None:
    for row in (
        WorkOrderRow("WIRE", Decimal(1), START, DUE),
        WorkOrderRow("NONE", Decimal(1), START, DUE),
        WorkOrderRow("LAMP", Decimal("0.5"), START, DUE),
        WorkOrderRow("LAMP", Decimal(1), DUE, START),
    ):
        with pytest.raises(RowsRefused):
            services.firm_work_orders(rows=[row], by=None)
    assert not WorkOrder.objects.exists()
    with pytest.raises(NotAllowed):
        services.firm_work_orders(rows=[], by=person("mei"))


def refused(**values: object) -> tuple[str, str]:
    """At which field a row is refused, and in which words; nothing may be left of it."""
    with pytest.raises(RowsRefused) as refusal:
        made(**values)
    assert not WorkOrder.objects.exists()
    [problem] = refusal.value.rows
    return problem.field, problem.message


def test_what_cannot_be_counted_is_a_problem_of_the_quantity(lamp: None) -> None:
    most = Decimal("999999999999")
    words = "So much of LAMP needs more material or time than can be counted."
    assert refused(quantity=most) == ("quantity", words)
    masters.bom("LAMP", {"SOCKET": "0.5"}, revision="2")
    assert refused(quantity=most) == ("quantity", words)  # its minutes alone are too many
    masters.routing("LAMP", ("BENCH", 15, "0.01"))
    assert made(quantity=most).steps.get().minutes == Decimal("10000000014.990")


def test_it_is_for_order_lines_that_exist(lamp: None, monkeypatch: pytest.MonkeyPatch) -> None:
    order = orders.draft()
    line = demand_of(order.lines.get().pk)
    for name in (
        f"orders.order:{order.pk}",
        "orders.line:0",
        line.replace(":", ":0"),
        "orders.line:²",
        "orders.line:" + "9" * 30,
        "x" * 90,
    ):
        words = f"“{name[:60]}” names no order line."
        assert refused(demands=[line, name]) == ("demands", words)
    monkeypatch.setattr(demands, "MOST_DEMANDS", 2)
    assert refused(demands=[line] * 3) == (
        "demands",
        "It is for 3 order lines; the most is 2.",
    )


def test_it_is_made_in_years_that_can_be_meant(lamp: None) -> None:
    words = "The year {} cannot be meant."
    assert refused(starts_on=dt.date(1, 1, 1)) == ("starts_on", words.format(1))
    assert refused(due_on=dt.date(9999, 1, 1)) == ("due_on", words.format(9999))


def test_what_arrived_a_moment_ago_is_neither_released_nor_cancelled(lamp: None) -> None:
    order = made()
    masters.location()
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(10), "STORE")], by=None)
    with pytest.raises(IllegalStep, match="“done”"):
        services.release_work_order(work_order_id=order.pk, by=person("gang"))
    with pytest.raises(IllegalStep, match="“done”"):
        services.cancel_work_order(work_order_id=order.pk, reason="late", by=person("gang"))
    reactions.run_due()
    order.refresh_from_db()
    assert (order.state, order.end_reason) == ("done", "")
    assert not Entry.objects.filter(fact__in=["WorkOrderReleased", "WorkOrderCancelled"]).exists()


def test_its_goods_cannot_arrive_while_it_is_released(lamp: None) -> None:
    order = made()
    with CaptureQueriesContext(connection) as asked:
        services.release_work_order(work_order_id=order.pk, by=None)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert any('"inventory_expectedsupply"' in one.partition("FOR UPDATE")[2] for one in locks)


def test_it_is_released_once(lamp: None) -> None:
    order = services.release_work_order(work_order_id=made().pk, by=person("gang"))
    assert order.state == "released"
    with pytest.raises(IllegalStep):
        services.release_work_order(work_order_id=order.pk, by=None)


def test_what_arrives_in_full_is_done(lamp: None) -> None:
    order = made()
    masters.location()
    first = ReceiptRow(order.expected_id, Decimal(4), "STORE")
    receive_expected(rows=[first], by=None)
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "firm"
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(6), "STORE")], by=None)
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "done"
    assert Entry.objects.filter(fact="WorkOrderFinished").count() == 1


def test_it_follows_the_day_of_its_goods(lamp: None) -> None:
    order = made()
    later = DUE + dt.timedelta(days=7)
    row = ExpectedRow("LAMP", Decimal(12), later, order.number, expected_id=order.expected_id)
    expect_supplies(rows=[row], by=None)
    reactions.run_due()
    order.refresh_from_db()
    assert (order.due_on, order.quantity) == (later, 12)


def structure(order: WorkOrder) -> dict[str, Decimal]:
    """Its components by code, and the minutes of its only step by the work centre's."""
    components = order.components.values_list("item__code", "quantity")
    steps = order.steps.values_list("work_center__code", "minutes")
    return dict(components) | dict(steps)


def resized(order: WorkOrder, quantity: int) -> dict[str, Decimal]:
    """Its structure after another quantity of its goods is expected."""
    row = ExpectedRow("LAMP", Decimal(quantity), DUE, expected_id=order.expected_id)
    expect_supplies(rows=[row], by=None)
    services.follow_supplies(expected_ids=[order.expected_id])
    return structure(order)


def test_another_quantity_needs_other_material_and_time(lamp: None) -> None:
    order = made(quantity=Decimal(1))
    before = structure(order)
    assert before == {"WIRE": Decimal("1.34"), "SOCKET": 2, "BENCH": Decimal("17.5")}
    masters.bom("LAMP", {"WIRE": 5, "SOCKET": 9}, revision="2")  # it stays with the first
    assert resized(order, 1000) == {"WIRE": 1333, "SOCKET": 2000, "BENCH": 2515}
    assert resized(order, 1) == before


def test_what_no_revision_explains_is_scaled_but_not_the_set_up(lamp: None) -> None:
    order = made()
    masters.bom("LAMP", {"SOCKET": 9})
    masters.routing("LAMP", ("BENCH", 15, 3))
    assert resized(order, 20) == {"WIRE": Decimal("26.66"), "SOCKET": 40, "BENCH": 65}


def test_a_quantity_that_cannot_be_counted_is_not_followed(lamp: None) -> None:
    order = made()
    before = structure(order)
    with pytest.raises(services.WorkTooLarge, match=order.number):
        resized(order, 999999999999)
    order.refresh_from_db()
    assert (order.quantity, structure(order)) == (10, before)


def test_goods_given_up_end_it(lamp: None) -> None:
    order = made()
    drop_expected(expected_ids=[order.expected_id], reason="no wire", by=None)
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_cancelling_gives_its_goods_up(lamp: None) -> None:
    order = made()
    with pytest.raises(Invalid):
        services.cancel_work_order(work_order_id=order.pk, reason=" ", by=None)
    services.cancel_work_order(work_order_id=order.pk, reason="customer left", by=person("ping"))
    order.refresh_from_db()
    assert (order.state, order.end_reason) == ("cancelled", "customer left")
    assert not ExpectedSupply.objects.get(pk=order.expected_id).is_open
    reactions.run_due()
    assert Entry.objects.filter(fact="WorkOrderCancelled").count() == 1
    assert invariants.check() == []


def test_a_stranger_sees_none(lamp: None) -> None:
    made()
    assert not queries.work_orders_for(person("stranger")).exists()
    assert queries.work_orders_for(person("mei")).count() == 1
