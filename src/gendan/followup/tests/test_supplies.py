"""Goods that are expected date the milestone that waits for them, and close it once here."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.followup import supplies
from gendan.followup.models import Milestone
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock, reactions
from gendan.orders.queries import demand_of
from gendan.purchasing import services
from gendan.purchasing.services import LineAnswer
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
TODAY, DUE = ordered.TODAY, ordered.DUE


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def followed(quantity: int = 100) -> str:
    """A confirmed order of hardgoods for what the mill sells; the name of its line."""
    masters.item("CLOTH")
    line = orders.line("CLOTH", quantity, requested_on=dt.date(2026, 9, 30))
    order = orders.confirmed(masters.customer(), [line], by=person("mei"), incoterm="EXW")
    reactions.run_due()
    make.approved(order.pk, stage="buy")
    return demand_of(order.lines.get().pk)


def the_milestone() -> Milestone:
    return Milestone.objects.get(evidence="material_received", materials=[])


def test_it_is_dated_by_the_goods_and_closes_when_they_have_come() -> None:
    demand = followed()
    order, token = ordered.sent(ordered.line(demands=[demand]))
    reactions.run_due()
    assert the_milestone().state in ("to_come", "open")
    later = dt.date(2026, 10, 20)
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1, later)])
    reactions.run_due()
    assert the_milestone().forecast_on == later
    masters.location()
    supply = ExpectedSupply.objects.get(reference=order.number)
    receive_expected(rows=[ReceiptRow(supply.pk, supply.quantity, "STORE")], by=None)
    reactions.run_due()
    assert (the_milestone().state, the_milestone().reached_on) == ("reached", TODAY)


def test_which_orders_a_later_day_moves_is_known_before_it_is_accepted() -> None:
    one, two = followed(60), followed(40)
    order, _token = ordered.sent(ordered.line(demands=[one, two]))
    reactions.run_due()
    supply = ExpectedSupply.objects.get(reference=order.number)
    later = dt.date(2026, 12, 1)
    moves = supplies.orders_moved([one, two], {supply.pk: DUE}, {supply.pk: later})
    assert len(moves) == 2
    assert all(move.is_on > later and move.days > 0 and move.is_late for move in moves)
    assert supplies.merchandisers_hit(
        [one, two], {str(supply.pk): [DUE.isoformat(), later.isoformat()]}
    ) == [person("mei").pk]
    same = {supply.pk: DUE + dt.timedelta(days=1)}
    assert supplies.orders_moved([one], {supply.pk: DUE}, same) == []
    assert supplies.orders_moved([], {}, {}) == []
