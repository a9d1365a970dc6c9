"""Two people receive one delivery in the same moment: it is taken in once, never twice over."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal

from gendan.inventory import invariants as inventory_invariants
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.purchasing.models import GoodsReceipt
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.received import an_order, arrived, lies, line, receive
from gendan.testing.at_once import at_once
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


def refusal_of(results: list[Any]) -> str:
    """What the one who was refused is told; the other's goods are taken."""
    assert sum(isinstance(one, GoodsReceipt) for one in results) == 1
    [refusal] = [one for one in results if isinstance(one, DomainError)]
    return str(refusal)


def test_of_two_who_receive_in_one_moment_one_is_told_why_not() -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    order = an_order(ordered.line(requested_on=clock.today() + dt.timedelta(days=30)))
    person("wen")  # is there before the moment

    def come(quantity: int, note: str) -> Callable[[], Any]:
        return lambda: receive(arrived(order, quantity), delivery_note=note)

    # A hundred are ordered: twice eighty are not taken, whoever is first.
    assert "20 of CLOTH are still to come" in refusal_of(
        at_once(come(80, "DN-1"), come(80, "DN-2"))
    )
    # Both have the same paper in hand: what it stands for is taken once.
    assert "DN-3" in refusal_of(at_once(come(10, "DN-3"), come(10, "dn-3")))
    assert line(order).received == 90
    assert lies() == {"INSPECTION": 90}
    assert inventory_invariants.check() == []
