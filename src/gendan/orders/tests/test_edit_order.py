"""Editing a draft: stale edits are refused, lines keep their rows, a promise is forgotten."""

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, StaleRevision
from gendan.orders import invariants
from gendan.orders.entry import InstalmentData, OrderChanges
from gendan.orders.services import edit_order
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_head_and_lines_change_and_the_difference_is_kept() -> None:
    order = make.draft(lines=[make.line("A-1"), make.line("B-2")])
    first, second = order.lines.all()
    edited = edit_order(
        order_id=order.pk,
        changes=OrderChanges(
            packing="in cartons", instalments=[InstalmentData(event="sight", percent=100)]
        ),
        lines=[
            make.line("C-3", 10),
            make.line("A-1", 200, line_id=first.pk),
        ],
        revision=1,
        by=person("mei"),
    )
    assert [(one.position, one.item.code, one.quantity) for one in edited.lines.all()] == [
        (1, "C-3", 10),
        (2, "A-1", 200),
    ]
    assert edited.lines.get(position=2).pk == first.pk
    assert not edited.lines.filter(pk=second.pk).exists()
    assert (edited.total, edited.revision) == (525, 2)
    changes = {
        one["path"]: (one["was"], one["is"]) for one in journal.timeline(order)[0].data["changes"]
    }
    assert changes["packing"] == ("", "in cartons")
    assert changes["lines.2.quantity"] == ("100", "200")
    assert changes["lines.1"] == ("", "C-3 × 10")
    assert changes["lines.2"] == ("B-2 × 100", "")
    assert invariants.check() == []


def test_a_stale_edit_is_refused() -> None:
    order = make.draft()
    change = OrderChanges(remark="one")
    edit_order(order_id=order.pk, changes=change, revision=1, by=person("mei"))
    with pytest.raises(StaleRevision, match="Somebody has changed"):
        edit_order(
            order_id=order.pk, changes=OrderChanges(remark="two"), revision=1, by=person("jun")
        )
    order.refresh_from_db()
    assert order.remark == "one"


def test_changing_nothing_is_said() -> None:
    order = make.draft()
    with pytest.raises(DomainError, match="Nothing was changed"):
        edit_order(order_id=order.pk, changes=OrderChanges(remark=""), by=person("mei"))
    order.refresh_from_db()
    assert order.revision == 1


def test_a_confirmed_order_is_amended_not_edited() -> None:
    order = make.confirmed()
    with pytest.raises(IllegalStep, match="confirmed"):
        edit_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))


def test_a_line_of_another_order_is_refused() -> None:
    other = make.draft().lines.get()
    order = make.draft()
    with pytest.raises(DomainError, match="does not belong"):
        edit_order(order_id=order.pk, lines=[make.line(line_id=other.pk)], by=person("mei"))


def test_a_changed_quantity_forgets_the_promise_and_a_remark_does_not() -> None:
    order = make.draft()
    promised = promise_order(order_id=order.pk, by=person("mei")).promised_on
    assert promised is not None
    edited = edit_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))
    assert edited.promised_on == promised
    line = make.line(quantity=999, line_id=order.lines.get().pk)
    edited = edit_order(order_id=order.pk, lines=[line], by=person("mei"))
    assert edited.promised_on is None
    assert edited.lines.get().promised_on is None


def test_the_number_of_another_order_of_the_customer_is_refused() -> None:
    make.draft(customer_order_number="PO-1")
    order = make.draft(customer_order_number="PO-2")
    change = OrderChanges(customer_order_number="PO-1")
    with pytest.raises(DomainError, match="PO-1"):
        edit_order(order_id=order.pk, changes=change, by=person("mei"))
    edit_order(order_id=order.pk, changes=change, allow_duplicate=True, by=person("mei"))


def test_another_currency_rounds_anew() -> None:
    masters.rate("USD", "7")
    order = make.draft(lines=[make.line(quantity=3, unit_price="0.15")])
    assert str(order.total) == "0.45"
    edited = edit_order(order_id=order.pk, changes=OrderChanges(currency="JPY"), by=person("mei"))
    edited.refresh_from_db()
    assert edited.total == 0
    assert invariants.check() == []
