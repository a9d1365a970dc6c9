"""Handing orders over to another merchandiser."""

import pytest

from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.orders.services import cancel_order, hand_over_orders
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import NothingToDo
from gendan.testing.cast import person
from gendan.testing.make import orders

pytestmark = pytest.mark.django_db


def test_orders_change_hands_and_their_timelines_say_so() -> None:
    one, two = orders.confirmed(), orders.draft()
    jun = person("jun")
    hand_over_orders(order_ids=[one.pk, two.pk], to_id=jun.pk, by=None)
    for order in (one, two):
        before = order.merchandiser_id
        order.refresh_from_db()
        assert order.merchandiser_id == jun.pk
        entry = Entry.objects.filter(fact="MerchandiserChanged", data__order_id=order.pk).get()
        assert entry.data == {"order_id": order.pk, "was_id": before, "is_id": jun.pk}


def test_an_edit_based_on_the_former_revision_is_refused_afterwards() -> None:
    order = orders.draft()
    hand_over_orders(order_ids=[order.pk], to_id=person("jun").pk, by=None)
    revision = order.revision
    order.refresh_from_db()
    assert order.revision == revision + 1


def test_ended_orders_stay_whose_they_were() -> None:
    order = orders.confirmed()
    cancel_order(order_id=order.pk, reason="withdrawn", by=person("mei"))
    with pytest.raises(NothingToDo):
        hand_over_orders(order_ids=[order.pk], to_id=person("jun").pk, by=None)


def test_it_refuses_nobody_unknown_orders_and_the_wrong_role() -> None:
    order = orders.draft()
    with pytest.raises(Refused):
        hand_over_orders(order_ids=[order.pk], to_id=0, by=None)
    with pytest.raises(NotThere):
        hand_over_orders(order_ids=[order.pk + 999], to_id=person("jun").pk, by=None)
    with pytest.raises(NotAllowed):
        hand_over_orders(order_ids=[order.pk], to_id=person("jun").pk, by=person("mei"))
