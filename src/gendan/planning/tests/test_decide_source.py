"""How a planned order is got: own line, outside factory or supplier, with day and cost."""

import datetime as dt
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.planning import services
from gendan.planning.models import PlanDemand, PlannedOrder, PlanRun, SourceDecision
from gendan.planning.services.doubling import NotInThePlan
from gendan.planning.services.sourcing import decide_source
from gendan.planning.source_options import options_of
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.models import PurchaseRequest
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 3, 31)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.item("LEG", supply="make", lead_days=2, is_sold=False, cost=Decimal(2))
        for code in ("OUT", "SHOP", "MUTE"):
            masters.supplier(code)
        outside: dict[str, Any] = {"is_outside_factory": True, "lead_days": 4}
        sourcing.source("OUT", "LEG", 3, currency="CNY", freight_percent=10, **outside)
        sourcing.source("SHOP", "LEG", 4, currency="CNY", minimum=500, multiple=300, lead_days=20)
        sourcing.source("MUTE", "LEG", lead_days=1)
        yield


def legs(run: PlanRun) -> PlannedOrder:
    return PlannedOrder.objects.select_related("item__unit").get(run=run, item__code="LEG")


def test_the_ways_stand_side_by_side_and_what_is_not_known_stays_so() -> None:
    ordered(100, day=DUE)
    order = legs(planned())
    ways = {(one.how, one.supplier): one for one in options_of(order)}
    own, out = ways["make", ""], ways["outsource", "OUT"]
    assert own.ready_on is not None
    assert own.ready_on <= order.due_on
    assert (own.cost, own.quantity) == (Decimal(800), Decimal(400))
    assert (out.ready_on, out.cost) == (dt.date(2026, 3, 6), Decimal(1320))
    shop = ways["buy", "SHOP"]
    assert (shop.quantity, shop.cost) == (Decimal(600), Decimal(2400))
    assert shop.is_late(order.due_on)
    mute = ways["buy", "MUTE"]
    assert (mute.price, mute.cost) == (None, None)


@pytest.mark.parametrize(("how", "supplier"), [("outsource", "OUT"), ("buy", "SHOP")])
def test_what_is_given_away_becomes_a_request_every_later_plan_counts_on(
    how: str, supplier: str
) -> None:
    order = ordered(100, day=DUE)
    first = planned()
    decision = decide_source(
        planned_order_id=legs(first).pk, how=how, supplier=supplier, by=person("ping")
    )
    request = PurchaseRequest.objects.get()
    assert (decision.made, request.item.code) == (request.number, "LEG")
    assert request.quantity == decision.quantity
    assert request.demands == [f"orders.line:{order.lines.get().pk}"]
    assert Entry.objects.get(fact="SourceDecided").data["supplier"] == supplier
    for _turn in range(2):
        run = planned()
        assert not PlannedOrder.objects.filter(run=run, item__code__in=["LEG", "WOOD"]).exists()
    assert PlanDemand.objects.get(run=run, order=order).ready_on == DUE


def test_what_is_made_on_the_own_line_becomes_a_work_order() -> None:
    ordered(100, day=DUE)
    order = legs(planned())
    decision = decide_source(planned_order_id=order.pk, how="make", by=person("ping"))
    work = WorkOrder.objects.get()
    assert (decision.made, work.quantity) == (work.number, 400)
    assert work.due_on == decision.ready_on
    with pytest.raises(services.AlreadyFirmed):
        decide_source(planned_order_id=order.pk, how="buy", supplier="SHOP", by=None)


def test_a_way_that_is_none_and_who_may_not_are_refused() -> None:
    ordered(100, day=DUE)
    run = planned()
    order, seat = legs(run), PlannedOrder.objects.get(run=run, item__code="SEAT")
    for how, supplier in (("buy", "OUT"), ("buy", ""), ("steal", ""), ("make", "OUT")):
        with pytest.raises(Invalid, match="cannot be got"):
            decide_source(planned_order_id=order.pk, how=how, supplier=supplier, by=None)
    with pytest.raises(Invalid, match="no routing"):
        decide_source(planned_order_id=seat.pk, how="make", by=None)
    with pytest.raises(NotAllowed):
        decide_source(planned_order_id=order.pk, how="make", by=person("mei"))
    assert not SourceDecision.objects.exists()
    planned()
    with pytest.raises(services.PlanNotLive):
        decide_source(planned_order_id=order.pk, how="make", by=None)


def test_what_a_work_order_makes_already_is_not_decided_again_unseen() -> None:
    ordered(100, day=DUE)
    run = planned()
    with clock.at(clock.moment_on(MONDAY) + dt.timedelta(hours=1)):
        row = WorkOrderRow("LEG", Decimal(400), DUE, DUE)
        [work] = firm_work_orders(rows=[row], by=None)
        order = legs(run)
        with pytest.raises(NotInThePlan, match=f"{work.number} of LEG"):
            decide_source(planned_order_id=order.pk, how="make", by=person("ping"))
        assert not SourceDecision.objects.exists()
        decide_source(planned_order_id=order.pk, how="make", even_if_made=True, by=person("ping"))
    assert WorkOrder.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_decides() -> None:
    ordered(100, day=DUE)
    order, start, refused = legs(planned()), threading.Barrier(2), list[type]()

    def decide() -> None:
        try:
            with clock.at(clock.moment_on(MONDAY)):
                start.wait(20)
                decide_source(planned_order_id=order.pk, how="outsource", supplier="OUT", by=None)
        except DomainError as error:
            refused.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [services.AlreadyFirmed]
    assert PurchaseRequest.objects.count() == 1
    assert SourceDecision.objects.count() == 1
