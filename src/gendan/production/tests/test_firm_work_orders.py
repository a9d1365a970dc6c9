"""Making, releasing and ending work orders."""

import datetime as dt
from decimal import Decimal

import pytest

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
from gendan.production import invariants, queries, services
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow
from gendan.testing.cast import person
from gendan.testing.make import masters

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
    order = made(demands=["orders.line:7"])
    components = {one.item.code: one.quantity for one in order.components.select_related("item")}
    assert components == {"WIRE": Decimal("13.33"), "SOCKET": Decimal(20)}
    step = order.steps.get()
    assert (step.work_center.code, step.minutes) == ("BENCH", Decimal("40.000"))
    supply = ExpectedSupply.objects.get(work_order=order)
    assert (supply.quantity, supply.due_on, supply.reference) == (10, DUE, order.number)
    assert order.demands == ["orders.line:7"]
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
