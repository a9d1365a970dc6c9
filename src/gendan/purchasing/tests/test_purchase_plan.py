"""The purchase plan: requests become proposals; scores and lead times come from purchases."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import clock
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.purchase_plan import (
    PlanLine,
    PurchasePlan,
    open_requests,
    plan_purchases,
)
from gendan.purchasing.services import PurchaseRow
from gendan.purchasing.supplier_facts import payment_days, scorecards, supplier_facts
from gendan.sourcing.scoring import Facts, Inspected, Receipt
from gendan.testing.make import masters, orders, sourcing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday
NEEDED = dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        masters.calendar()
        for code in ("S-1", "S-2"):
            masters.supplier(code)
        masters.item("BOLT")
        yield


def requested(
    quantity: int = 10, code: str = "BOLT", needed: dt.date = NEEDED, **values: Any
) -> PurchaseRequest:
    masters.item(code)
    order_by = needed - dt.timedelta(days=14)
    row = PurchaseRow(code, Decimal(quantity), needed, order_by, **values)
    return services.request_purchases(rows=[row], by=None)[0]


def plan(facts: Facts | None = None) -> PurchasePlan:
    return plan_purchases(open_requests(), facts=facts)


def only_line() -> PlanLine:
    (line,) = plan().lines
    return line


def test_requests_of_a_week_become_one_line_at_the_cheapest_source() -> None:
    sourcing.source("S-1", "BOLT", 10, rank=1, lead_days=5)
    sourcing.source("S-2", "BOLT", 9, rank=2, lead_days=5)
    one, two = requested(10), requested(5)
    line = only_line()
    assert line.quantity == 15
    assert line.best.offer.supplier_code == "S-2"
    assert [alternative.offer.supplier_code for alternative in line.alternatives] == ["S-2", "S-1"]
    assert {part.pk: int(amount) for part, amount in line.wanted} == {one.pk: 10, two.pk: 5}
    assert (line.needed_on, line.order_by_on) == (NEEDED, dt.date(2026, 6, 24))
    (group,) = plan().groups
    assert (group.week_on, group.offer.currency, group.total) == (dt.date(2026, 6, 22), "CNY", 135)


def test_the_suppliers_minimum_lot_and_breaks_are_kept_and_shown() -> None:
    sourcing.source("S-1", "BOLT", breaks={0: 10, 100: 9}, minimum=20, multiple=6)
    requested(95)
    line = only_line()
    assert line.quantity == 102
    assert line.surplus == 7
    assert line.raised_from == 96
    assert line.best.unit_price == 9


def test_an_own_long_holiday_makes_the_supplier_late_and_so_dearer() -> None:
    sourcing.source("S-1", "BOLT", 10, lead_days=10)
    sourcing.source("S-2", "BOLT", "10.5", lead_days=10)
    requested(10)
    assert only_line().best.offer.supplier_code == "S-1"
    sourcing.closing("S-1", dt.date(2026, 6, 15), dt.date(2026, 7, 10))
    line = only_line()
    assert line.best.offer.supplier_code == "S-2"
    assert line.alternatives[1].cost.late_by > 0


def test_prices_in_another_currency_are_compared_and_without_a_rate_left_out() -> None:
    sourcing.source("S-1", "BOLT", 10)
    sourcing.source("S-2", "BOLT", 1, currency="USD")
    requested(10)
    found = plan()
    assert (found.without_rate, len(found.lines[0].alternatives)) == (("USD",), 1)
    masters.rate("USD", 7)
    line = only_line()
    assert line.best.offer.supplier_code == "S-2"
    assert line.best.cost.price == 70
    assert line.best.unit_price == 1


def test_goods_from_abroad_bear_freight_and_duty_unless_agreed_otherwise() -> None:
    masters.supplier("S-3", country="DE", currency="CNY")
    sourcing.source("S-3", "BOLT", 10)
    requested(10)
    cost = only_line().best.cost
    assert (cost.freight, round(cost.duty, 6)) == (6, round(106 * 0.08, 6))
    sourcing.source("S-3", "BOLT", freight_percent=0, duty_percent=1)
    cost = only_line().best.cost
    assert (cost.freight, cost.duty) == (0, 1)


def test_what_is_known_of_quality_and_delays_is_part_of_the_cost() -> None:
    first = sourcing.source("S-1", "BOLT", 10)
    sourcing.source("S-2", "BOLT", "10.1")
    requested(100)
    facts = Facts(
        receipts=[Receipt(first.supplier_id, first.item_id, TODAY, TODAY, TODAY, None)] * 2
        + [
            Receipt(
                first.supplier_id,
                first.item_id,
                TODAY,
                TODAY,
                TODAY,
                TODAY - dt.timedelta(days=6),
            )
        ],
        inspected=[Inspected(first.supplier_id, TODAY, 1000, 5, True)],
    )
    best, other = plan(facts).lines[0].alternatives
    assert (best.offer.supplier_code, other.offer.supplier_code) == ("S-2", "S-1")
    assert (other.ppm, other.late_days) == (5000, 2)
    assert other.cost.quality == pytest.approx(1000 * 0.005 * 3)
    assert other.cost.lateness == pytest.approx(1000 * 0.01 * 2)
    assert (best.ppm, best.late_days) == (None, None)


def test_what_a_customer_nominated_is_bought_there_for_it() -> None:
    order = orders.draft(lines=[orders.line("BOLT", 10)])
    line = order.lines.get()
    sourcing.source("S-1", "BOLT", 10)
    sourcing.source("S-2", "BOLT", 50, nominated_by=order.customer.code)
    requested(10, demands=[f"orders.line:{line.pk}"])
    requested(10)
    chosen = {
        one.customer and one.customer.code: one.best.offer.supplier_code for one in plan().lines
    }
    assert chosen == {order.customer.code: "S-2", None: "S-1"}


def test_a_supplier_whose_document_expired_is_left_out_and_told() -> None:
    sourcing.source("S-1", "BOLT", 10)
    sourcing.qualification("S-1", expires_on=TODAY - dt.timedelta(days=1))
    requested(10)
    found = plan()
    assert found.lines == []
    assert "expired" in found.orphans[0].stopped[0].reasons[0]
    requested(10, "NUT")
    assert [one.item.code for one in plan().orphans] == ["BOLT", "NUT"]


def test_any_number_of_requests_takes_the_same_queries() -> None:
    def count(first: int, last: int) -> int:
        for number in range(first, last):
            requested(10, f"M-{number}")
            sourcing.source("S-1", f"M-{number}", 10)
        with CaptureQueriesContext(connection) as made:
            plan_purchases(open_requests())
        return len(made)

    assert count(0, 2) == count(2, 9)


def test_nothing_wanted_is_nothing_proposed() -> None:
    found = plan_purchases([])
    assert (found.groups, found.orphans) == ((), ())


def test_payment_terms_are_days_after_arrival() -> None:
    masters.payment_terms("TT30", ("contract", 30, 0), ("invoice", 70, 30))
    masters.partner("S-1", payment_terms="TT30", country="CN", currency="CNY")
    supplier = masters.supplier("S-1")
    terms = payment_days([supplier.pk], TODAY)[supplier.pk]
    assert terms.days(20) == pytest.approx(0.3 * -20 + 0.7 * 30)


def test_list_prices_are_scored_against_the_others() -> None:
    one = sourcing.source("S-1", "BOLT", 9)
    two = sourcing.source("S-2", "BOLT", 10)
    scores = scorecards([one.supplier_id, two.supplier_id], supplier_facts())
    parts = {pk: {part.part: part for part in score.parts} for pk, score in scores.items()}
    assert parts[one.supplier_id]["price"].figure == pytest.approx(-10)
    assert parts[two.supplier_id]["price"].figure == pytest.approx(100 / 9)
    assert not parts[one.supplier_id]["confirmed"].has_data
