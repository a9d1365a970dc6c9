"""Following pegs from the tables, compared with the engine that has the whole plan in memory."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.orders.models import Delivery
from gendan.orders.queries import demand_of
from gendan.planning import services, tracing
from gendan.planning.calculating import calculate
from gendan.planning.models import PlannedOrder
from gendan.planning.net_snapshot import net_input
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.planning.tracing import Node
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
Found = Counter[tuple[str, str, Decimal]]
KINDS = ("stock", "receipt", "planned", "short")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def flat(nodes: Iterable[Node]) -> Found:
    found: Found = Counter()
    for node in nodes:
        found[node.item, node.kind, node.quantity.normalize()] += 1
        found += flat(node.below)
    return found


def by_engine(name: str) -> Found:
    given = net_input()
    done = calculate(given)
    names = [given.asked[place].name for place in done.demand_place]
    pegs = done.pegging.below(names.index(name))
    return Counter(
        (given.snapshot.items.code[item], KINDS[kind], given.quantity(item, quantity).normalize())
        for item, kind, quantity in zip(
            pegs.item.tolist(), pegs.supply_kind.tolist(), pegs.quantity.tolist(), strict=True
        )
    )


def test_shared_lots_are_divided_piece_for_piece() -> None:
    masters.item("LEG", supply="make", lead_days=2, lot_rule="multiple", lot_size=Decimal(7))
    masters.stock("LEG", 5)
    masters.stock("WOOD", "3.333", location_code="STORE")
    masters.expected("SEAT", 4, dt.date(2026, 3, 24))
    made = [ordered(number, day=dt.date(2026, 3, 27 + number % 3)) for number in (3, 4, 8, 11)]
    run = planned()
    for order in made:
        name = demand_of(order.lines.get().pk)
        [tree] = tracing.trees_of(run, [name])
        assert flat(tree.nodes) == by_engine(name)
        assert not tree.is_cut


def test_a_firm_work_order_is_followed_to_its_components() -> None:
    order = ordered(10, day=dt.date(2026, 3, 30))
    run = planned()
    ids = PlannedOrder.objects.filter(run=run, item__code="CHAIR").values_list("pk", flat=True)
    services.firm_planned_orders(planned_order_ids=list(ids), by=None)
    after = planned()
    [tree] = tracing.trees_of(after, [demand_of(order.lines.get().pk)])
    [chair] = tree.nodes
    assert (chair.kind, chair.label[:3]) == ("receipt", "WO-")
    assert {node.item for node in chair.below} == {"LEG", "SEAT"}


def test_a_shared_work_order_shows_each_line_its_share_of_the_material() -> None:
    days = (dt.date(2026, 3, 27), dt.date(2026, 3, 30), dt.date(2026, 3, 31))
    made = [ordered(number, day=day) for number, day in zip((3, 5, 2), days, strict=True)]
    row = WorkOrderRow("CHAIR", Decimal(10), dt.date(2026, 3, 20), dt.date(2026, 3, 26))
    firm_work_orders(rows=[row], by=None)
    masters.stock("SEAT", 4)
    run = planned()
    seats, legs = [], []
    for order in made:
        [tree] = tracing.trees_of(run, [demand_of(order.lines.get().pk)])
        [chair] = tree.nodes
        assert chair.kind == "receipt"
        below = [(node.item, node.kind, node.quantity) for node in chair.below]
        seats.append([row[1:] for row in below if row[0] == "SEAT"])
        legs.append(sum(row[2] for row in below if row[0] == "LEG"))
    assert legs == [12, 20, 8]
    # The first line gets three of the four seats in stock, the second the fourth.
    one, two = [("stock", Decimal(3))], [("stock", Decimal(1)), ("planned", Decimal(4))]
    assert seats == [one, two, [("planned", Decimal(2))]]


def test_parts_of_a_line_share_the_work_order_that_is_kept_for_it() -> None:
    order = ordered(10, day=dt.date(2026, 3, 30))
    line = order.lines.get()
    row = WorkOrderRow("CHAIR", Decimal(10), dt.date(2026, 3, 20), dt.date(2026, 3, 26))
    [work] = firm_work_orders(rows=[row], by=None)
    ExpectedSupply.objects.filter(pk=work.expected_id).update(demand=demand_of(line.pk))
    for position, quantity in enumerate((4, 6), 1):
        Delivery.objects.create(
            line=line, position=position, quantity=quantity, requested_on=line.requested_on
        )
    trees = tracing.trees_of(planned(), [demand_of(line.pk)])
    found = [
        [sum(node.quantity for node in chair.below if node.item == "SEAT") for chair in one.nodes]
        for one in trees
    ]
    assert found == [[4], [6]]


def test_up_and_down_agree() -> None:
    first, second = ordered(2, day=dt.date(2026, 3, 30)), ordered(3, day=dt.date(2026, 3, 30))
    run = planned()
    orders = PlannedOrder.objects.filter(run=run)
    served = tracing.lines_served(orders)
    names = sorted(demand_of(one.lines.get().pk) for one in (first, second))
    assert sorted({name for found in served.values() for name in found}) == names
    for order in (first, second):
        below = tracing.orders_below(order.number, orders)
        name = demand_of(order.lines.get().pk)
        assert below == {pk for pk, found in served.items() if name in found}
