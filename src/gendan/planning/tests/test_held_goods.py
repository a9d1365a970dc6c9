"""Plans count goods that wait for a verdict, so that nothing is bought again during a hold."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply, Move
from gendan.kernel import clock, reactions
from gendan.planning.calculating import Ids, calculate
from gendan.planning.models import PlanRun
from gendan.planning.net_snapshot import net_input
from gendan.planning.plan_rows import message_rows
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, GoodsReceiptLine
from gendan.purchasing.services import VerdictRow
from gendan.purchasing.services.receiving_places import quarantine_place
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, receive
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def held() -> GoodsReceipt:
    return receive(arrived(an_order(), 100))


def coming() -> list[tuple[str, int, int]]:
    """Of what is here and waits: receipt, pieces, days until it is counted as free."""
    given = net_input()
    return [
        (one.label, int(given.quantity(one.item, one.quantity)), (one.due_on - TODAY).days)
        for one in given.coming
        if one.is_here
    ]


def test_what_waits_for_a_verdict_is_a_receipt_in_two_working_days() -> None:
    receipt = held()
    [line] = receipt.lines.all()
    assert coming() == [(receipt.number, 100, 2)]
    rows = [VerdictRow(line.pk, Decimal(30))]
    services.reject_receipt(receipt_id=receipt.pk, rows=rows, reason="stains", by=person("qiu"))
    assert coming() == [(receipt.number, 70, 2)]  # what was rejected counts no more
    services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    assert coming() == []  # it is free stock now


def test_what_is_rejected_where_it_lies_asks_for_a_plan_although_nothing_moves() -> None:
    receipt = held()
    GoodsReceiptLine.objects.filter(receipt=receipt).update(location=quarantine_place(None))
    reactions.run_due()
    PlanRun.objects.all().delete()
    moves = Move.objects.count()
    services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    reactions.run_due()
    assert Move.objects.count() == moves
    assert PlanRun.objects.get().cause == "facts"


def test_it_serves_demand_without_being_bought_again_and_nobody_is_told_to_move_it() -> None:
    item = held().lines.get().item
    ExpectedSupply.objects.filter(item=item).update(is_open=False)
    orders.confirmed(masters.customer("C-1"), [orders.line(item, 90)])
    done = calculate(net_input())
    assert len(done.plan.orders) == 0
    assert not done.is_late_order.any()
    assert list(message_rows(done, Ids(1, [1], []))) == []


def test_what_was_ordered_for_one_line_waits_for_that_line() -> None:
    item = held().lines.get().item
    order = orders.confirmed(masters.customer("C-1"), [orders.line(item, 90)])
    line = order.lines.get()
    ExpectedSupply.objects.filter(item=item).update(is_open=False, demand=f"orders.line:{line.pk}")
    [asked] = net_input().asked
    assert asked.quantity == 0
    assert [(int(one.quantity) > 0, (one.ready_on - TODAY).days) for one in asked.kept] == [
        (True, 2)
    ]
