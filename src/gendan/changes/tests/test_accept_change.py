"""Carrying a change through: what was previewed happens, whole or not at all, once."""

import pytest

from gendan.changes import impact, invariants
from gendan.changes.impact import Effect, Kind
from gendan.changes.models import ChangeOrder
from gendan.changes.preview import preview_change
from gendan.changes.services import ChangeIsBlocked, ChangeIsStale, accept_change
from gendan.inventory.queries import reserved_for
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.orders import invariants as order_invariants
from gendan.orders.entry import LineChange, OrderChanges
from gendan.orders.queries import demand_of
from gendan.orders.services import amend_order, cancel_order, reserve_lines
from gendan.orders.services.versions import snapshot_of
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_the_order_becomes_what_was_previewed() -> None:
    order = make.confirmed(lines=[make.line("A-1"), make.line("B-2")])
    first, second = order.lines.all()
    content = make_changes.content(
        order,
        changes=OrderChanges(destination="Rotterdam", incoterm="DDP"),
        change_lines=[LineChange(line_id=first.pk, quantity=140, promised_on=make.in_days(75))],
        add_lines=[make.line("C-3", 5)],
        cancel_lines=[second.pk],
    )
    preview = preview_change(order_id=order.pk, content=content)
    change = make_changes.accepted(order, **content.as_arguments())
    order.refresh_from_db()
    now = snapshot_of(order.pk)
    then = dict(preview.proposal.proposed)
    for one in (*now["lines"], *then["lines"]):
        if one["position"] == 3:
            one["id"] = 0  # known only once it is written
    assert now == then
    assert (change.state, change.version, order.version) == ("accepted", 2, 2)
    assert change.effects == preview.impact.as_data()
    facts = [entry.fact for entry in journal.timeline(order)[:2]]
    assert facts == ["ChangeAccepted", "OrderAmended"]
    assert invariants.check() == order_invariants.check() == []


def test_stock_beyond_the_need_is_free_again() -> None:
    masters.stock(masters.item("A-1").code, 100)
    order = make.confirmed()
    line = order.lines.get()
    reserve_lines(order_id=order.pk, by=person("mei"))
    change = make_changes.accepted(order, 30)
    assert reserved_for([demand_of(line.pk)]) == {demand_of(line.pk): 30}
    assert [one["code"] for one in change.effects if one["key"] == "stock"] == ["released"]
    assert invariants.check() == []


def test_a_changed_order_must_be_looked_at_again() -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    amend_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))
    with pytest.raises(ChangeIsStale, match="put it forward anew"):
        accept_change(change_id=change.pk, by=person("mei"))
    other = make_changes.proposed(make.confirmed(masters.customer("C-2")))
    with pytest.raises(ChangeIsStale, match="look at them again"):
        accept_change(change_id=other.pk, order_revision=99, by=person("mei"))
    with pytest.raises(StaleRevision):
        accept_change(change_id=other.pk, revision=99, by=person("mei"))


def test_what_blocks_is_told_and_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils.translation import gettext_lazy

    registered = impact.Registered(
        "test",
        gettext_lazy("Test"),
        "buyer",
        {"no": gettext_lazy("The ship has sailed.")},
        lambda proposal: [Effect(code="no", kind=Kind.BLOCKS)],
    )
    monkeypatch.setitem(impact._AFFECTS, "test", registered)
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(ChangeIsBlocked, match="ship has sailed"):
        accept_change(change_id=change.pk, by=person("mei"))
    order.refresh_from_db()
    change.refresh_from_db()
    assert (order.version, change.state) == (1, "proposed")


def test_what_a_room_refuses_refuses_the_whole_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise ChangeIsBlocked("The purchase order is closed.")

    monkeypatch.setitem(impact._CARRIES, "test", refuse)
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(ChangeIsBlocked, match="purchase order"):
        accept_change(change_id=change.pk, by=person("mei"))
    order.refresh_from_db()
    assert (order.version, ChangeOrder.objects.get().state) == (1, "proposed")


def test_twice_wrong_role_ended_and_unknown_are_refused() -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(NotAllowed):
        accept_change(change_id=change.pk, by=person("bo"))
    accept_change(change_id=change.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        accept_change(change_id=change.pk, by=person("mei"))
    ended = make_changes.proposed(make.confirmed(masters.customer("C-2")))
    cancel_order(order_id=ended.order_id, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep):
        accept_change(change_id=ended.pk, by=person("mei"))
    with pytest.raises(NotThere):
        accept_change(change_id=999_999, by=person("mei"))
