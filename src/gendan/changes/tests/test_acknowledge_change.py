"""Acknowledging: merchandiser, team and roles concerned, each once; undone news anew."""

import pytest

from gendan.changes.services import NothingToAcknowledge, acknowledge_change, undo_change
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep
from gendan.orders.services import follow_order
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_everybody_concerned_says_so_once() -> None:
    wen, jun, fang = person("wen"), person("jun"), person("fang")
    order = make.confirmed()
    follow_order(order_id=order.pk, user_id=jun.pk, by=person("mei"))
    change = make_changes.accepted(order)
    rows = {one.role or one.person.username: one for one in change.acknowledgements.all()}  # type: ignore[union-attr]
    assert rows["mei"].at is not None  # who decided knows
    assert {"jun", "warehouse", "finance"} <= {key for key, one in rows.items() if one.at is None}
    for who in (wen, jun, fang):
        acknowledge_change(change_id=change.pk, by=who)
    left = change.acknowledgements.filter(of="accepted", at=None).count()
    assert journal.timeline(order)[0].data["left"] == left
    with pytest.raises(NothingToAcknowledge):
        acknowledge_change(change_id=change.pk, by=wen)
    undo_change(change_id=change.pk, by=person("mei"))
    acknowledge_change(change_id=change.pk, by=wen)
    assert change.acknowledgements.filter(of="undone", role="warehouse", by=wen).exists()


def test_only_what_was_carried_through_is_acknowledged() -> None:
    change = make_changes.proposed(make.confirmed())
    with pytest.raises(IllegalStep):
        acknowledge_change(change_id=change.pk, by=person("mei"))
