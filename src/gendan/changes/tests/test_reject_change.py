"""Rejecting: with a reason, and the order stays as it is."""

import pytest

from gendan.changes.services import reject_change
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_the_order_stays_and_the_next_change_is_free() -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(DomainError, match="Say why"):
        reject_change(change_id=change.pk, reason=" ", by=person("mei"))
    with pytest.raises(NotAllowed):
        reject_change(change_id=change.pk, reason="no", by=person("bo"))
    rejected = reject_change(change_id=change.pk, reason="too late", by=person("zhao"))
    assert (rejected.state, rejected.decision, rejected.decided_by) == (
        "rejected",
        "too late",
        person("zhao"),
    )
    order.refresh_from_db()
    assert order.version == 1
    with pytest.raises(IllegalStep):
        reject_change(change_id=change.pk, reason="again", by=person("mei"))
    assert make_changes.proposed(order, 130).state == "proposed"
