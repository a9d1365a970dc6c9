"""Undoing: the order is bit for bit what it was, while nothing irreversible has followed."""

import pytest

from gendan.changes import invariants
from gendan.changes.services import CannotUndo, undo_change
from gendan.inventory.models import Reservation
from gendan.kernel import reactions
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed
from gendan.orders import invariants as order_invariants
from gendan.orders.entry import InstalmentData, LineChange, OrderChanges
from gendan.orders.models import Order
from gendan.orders.services import DeliveredLine, amend_order, record_delivery, reserve_lines
from gendan.orders.services.versions import snapshot_of
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def kept() -> list[tuple[object, ...]]:
    return sorted(Reservation.objects.values_list("balance_id", "demand", "quantity"))


def test_everything_is_as_it_was() -> None:
    masters.stock(masters.item("A-1").code, 100)
    masters.stock(masters.item("B-2").code, 100)
    order = make.confirmed(
        lines=[make.line("A-1"), make.line("B-2"), make.line("C-3")], incoterm="FOB"
    )
    reserve_lines(order_id=order.pk, by=person("mei"))
    first, second, third = order.lines.all()
    before, stock = snapshot_of(order.pk), kept()
    change = make_changes.accepted(
        order,
        changes=OrderChanges(
            destination="Rotterdam",
            incoterm="DDP",
            instalments=[InstalmentData(event="contract", percent=100)],
        ),
        change_lines=[
            LineChange(line_id=first.pk, quantity=40, unit_price="2.4"),
            LineChange(line_id=third.pk, promised_on=make.in_days(90)),
        ],
        add_lines=[make.line("D-4", 10)],
        cancel_lines=[second.pk],
    )
    assert snapshot_of(order.pk) != before
    assert kept() != stock
    reactions.run_due()
    undone = undo_change(change_id=change.pk, reason="customer's mistake", by=person("mei"))
    order.refresh_from_db()
    assert snapshot_of(order.pk) == before
    assert order.versions.get(number=order.version).snapshot == before
    assert kept() == stock
    assert (undone.state, undone.undo_version, order.version) == ("undone", 3, 3)
    assert invariants.check() == order_invariants.check() == []


def test_a_delivery_since_stands_in_the_way() -> None:
    order = make.confirmed()
    line = order.lines.get()
    record_delivery(
        order_id=order.pk, lines=[DeliveredLine(line_id=line.pk, quantity=10)], by=person("lin")
    )
    change = make_changes.accepted(order)
    record_delivery(
        order_id=order.pk, lines=[DeliveredLine(line_id=line.pk, quantity=20)], by=person("lin")
    )
    with pytest.raises(CannotUndo, match="delivery was recorded"):
        undo_change(change_id=change.pk, by=person("mei"))


def test_a_newer_change_stands_in_the_way() -> None:
    order = make.confirmed()
    first = make_changes.accepted(order, 120)
    second = make_changes.accepted(order, 130)
    with pytest.raises(CannotUndo, match=second.number):
        undo_change(change_id=first.pk, by=person("mei"))
    undo_change(change_id=second.pk, by=person("mei"))
    with pytest.raises(CannotUndo, match="changed again"):
        undo_change(change_id=first.pk, by=person("mei"))
    amend_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))


def test_goods_ordered_for_an_added_line_stand_in_the_way() -> None:
    from gendan.inventory.services import ExpectedRow, expect_supplies
    from gendan.orders.queries import demand_of

    order = make.confirmed()
    change = make_changes.accepted(order, add_lines=[make.line("B-2", 10)])
    added = order.lines.get(position=2)
    expect_supplies(
        rows=[
            ExpectedRow(
                item="B-2",
                quantity=10,  # type: ignore[arg-type]
                due_on=make.in_days(20),
                reference="PO-7",
                demand=demand_of(added.pk),
            )
        ],
        by=person("bo"),
    )
    with pytest.raises(CannotUndo, match="PO-7"):
        undo_change(change_id=change.pk, by=person("mei"))


def test_twice_wrong_role_and_unknown_are_refused() -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(IllegalStep):
        undo_change(change_id=change.pk, by=person("mei"))
    done = make_changes.accepted(make.confirmed(masters.customer("C-2")))
    with pytest.raises(NotAllowed):
        undo_change(change_id=done.pk, by=person("bo"))
    undo_change(change_id=done.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        undo_change(change_id=done.pk, by=person("mei"))
    with pytest.raises(DomainError, match="no such change"):
        undo_change(change_id=999_999, by=person("mei"))
    assert Order.objects.get(pk=done.order_id).version == 3
