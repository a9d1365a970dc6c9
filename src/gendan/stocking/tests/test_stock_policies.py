"""Stock policies: saved, calculated limits adopted, alarms, reorders (save_stock_policies …)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory.services import ExpectedRow, MoveRow, expect_supplies, post_moves
from gendan.kernel import clock, reactions
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.production.models import WorkOrder
from gendan.purchasing.lead_spreads import LeadSpread
from gendan.purchasing.models import PurchaseRequest
from gendan.stocking import invariants, queries, services
from gendan.stocking.deliveries import deliveries
from gendan.stocking.models import ItemForecast, StockPolicy
from gendan.stocking.proposals import propose
from gendan.stocking.services import PolicyRow
from gendan.stocking.tests.factory import NOW, bolt, forecast, places, used
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
HISTORY = [90, 110, 100, 95, 105, 100, 100, 110, 90, 100, 95, 105]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(NOW):
        yield


def saved(**values: Any) -> Any:
    row = PolicyRow("BOLT", **values)
    return services.save_stock_policies(rows=[row], by=person("ping"))[0]


def test_a_policy_is_saved_changed_and_removed() -> None:
    bolt()
    made = saved(method="min_max", minimum=Decimal(10), maximum=Decimal(50))
    assert (made.service_percent, made.revision) == (95, 1)
    assert saved(service_percent=Decimal("98.5")).revision == 2
    made.refresh_from_db()
    assert (made.minimum, made.service_percent, made.revision) == (10, Decimal("98.5"), 2)
    services.save_stock_policies(rows=[PolicyRow("BOLT", remove=True)], by=person("ping"))
    assert not StockPolicy.objects.exists()
    assert Entry.objects.filter(fact="StockPoliciesSaved").count() == 3
    with pytest.raises(NotAllowed):
        services.save_stock_policies(rows=[], by=person("mei"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"service_percent": Decimal(100)}, "service_percent"),
        ({"service_percent": Decimal(20)}, "service_percent"),
        ({"minimum": Decimal(-1)}, "minimum"),
        ({"minimum": Decimal(9), "maximum": Decimal(8)}, "maximum"),
        ({"method": "min_max", "minimum": Decimal(9)}, "maximum"),
        ({"method": "guess"}, "method"),
        ({"review_days": 99999}, "review_days"),
        ({"holding_percent": Decimal(-1)}, "holding_percent"),
        ({"order_cost": Decimal(-1)}, "order_cost"),
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, object], field: str) -> None:
    bolt()
    with pytest.raises(RowsRefused) as refusal:
        saved(**values)
    assert [one.field for one in refusal.value.rows] == [field]
    assert not StockPolicy.objects.exists()


def test_adopting_puts_calculated_limits_in_force() -> None:
    item = bolt(lot_rule="multiple", lot_size=Decimal(30))
    used({"BOLT": HISTORY})
    forecast()
    saved(method="min_max")
    [policy] = services.adopt_stock_policies(item_ids=[item.pk], by=person("ping"))
    item.refresh_from_db()
    # 22 working days of about 100 a month, and a safety stock of a few spreads.
    assert 5 < item.safety_stock < 40
    assert 105 <= policy.minimum <= 150
    assert (policy.maximum - policy.minimum) % 30 == 0
    assert policy.adopted_at == NOW
    before = item.safety_stock
    saved(service_percent=Decimal("99.9"), lead_spread_days=Decimal(5))
    services.adopt_stock_policies(item_ids=[item.pk], by=None)
    item.refresh_from_db()
    assert item.safety_stock > 2 * before
    assert Entry.objects.filter(fact="ItemsSaved", data__changed=1).count() == 2
    saved(method="to_order")
    services.adopt_stock_policies(item_ids=[item.pk], by=None)
    item.refresh_from_db()
    policy.refresh_from_db()
    assert (item.safety_stock, policy.minimum, policy.maximum) == (0, 0, 0)
    assert invariants.check() == []


def test_adopting_needs_a_forecast_and_items() -> None:
    item = bolt()
    with pytest.raises(services.NoForecastYet, match="BOLT"):
        services.adopt_stock_policies(item_ids=[item.pk], by=None)
    for ids in ([], [0]):
        with pytest.raises(Invalid):
            services.adopt_stock_policies(item_ids=ids, by=None)
    with pytest.raises(NotAllowed):
        services.adopt_stock_policies(item_ids=[item.pk], by=person("mei"))
    assert not StockPolicy.objects.exists()


def test_an_item_never_used_gets_limits_of_nothing() -> None:
    item = bolt()
    masters.stock("BOLT", 5)
    forecast()
    [policy] = services.adopt_stock_policies(item_ids=[item.pk], by=None)
    item.refresh_from_db()
    assert (item.safety_stock, policy.minimum, policy.maximum) == (0, 0, 0)


def test_alarms_are_told_once_and_end() -> None:
    bolt()
    places()
    saved(method="min_max", minimum=Decimal(10), maximum=Decimal(50))
    policy = StockPolicy.objects.get()
    assert (policy.alarm, policy.alarm_since) == ("below", NOW)
    masters.stock("BOLT", 60)
    reactions.run_due()
    post_moves(rows=[MoveRow("BOLT", Decimal(5), "STORE", "SHOP")], by=None)
    reactions.run_due()
    policy.refresh_from_db()
    assert policy.alarm == "above"
    post_moves(rows=[MoveRow("BOLT", Decimal(30), "STORE", "SHOP")], by=None)
    reactions.run_due()
    policy.refresh_from_db()
    assert (policy.alarm, policy.alarm_since) == ("", None)
    rows = Entry.objects.filter(data__has_key="limit").order_by("pk")
    told = [(one.fact, one.data["on_hand"], one.data["limit"]) for one in rows]
    assert told == [
        ("StockBelowMinimum", "0", "10"),
        ("StockAboveMaximum", "60", "50"),
        ("StockWithinLimits", "25", "50"),
    ]


def test_min_max_orders_up_to_the_maximum_once() -> None:
    item = bolt(lot_rule="multiple", lot_size=Decimal(25))
    masters.stock("BOLT", 10)
    saved(method="min_max", minimum=Decimal(10), maximum=Decimal(100))
    one: Any = queries.reorders()[0]
    assert (one.stock, one.coming, one.quantity) == (10, 0, 100)  # 90 in lots of 25
    asked = services.request_reorders(item_ids=[item.pk], by=person("bo"))
    request = PurchaseRequest.objects.get()
    assert asked.purchase_requests == [request.number]
    assert (request.quantity, request.demands) == (100, [])
    assert request.needed_on > request.order_by_on
    assert queries.reorders() == []
    with pytest.raises(services.NothingToReorder, match="BOLT"):
        services.request_reorders(item_ids=[item.pk], by=person("bo"))
    assert PurchaseRequest.objects.count() == 1


def test_a_request_and_its_expected_goods_count_once() -> None:
    item = bolt()
    saved(method="min_max", minimum=Decimal(10), maximum=Decimal(100))
    services.request_reorders(item_ids=[item.pk], by=None)
    request = PurchaseRequest.objects.get()
    row = ExpectedRow("BOLT", Decimal(95), request.needed_on, request.number)
    expect_supplies(rows=[row], by=None)
    reactions.run_due()
    saved(minimum=Decimal(99), maximum=Decimal(120))
    assert queries.reorders() == []  # 95 expected and 5 requested
    saved(minimum=Decimal(100))
    one: Any = queries.reorders()[0]
    assert (one.coming, one.quantity) == (100, 20)


def test_a_reorder_point_orders_whole_quantities_from_our_works() -> None:
    item = bolt(supply="make")
    saved(method="reorder_point", reorder_point=Decimal(50), order_quantity=Decimal(40))
    [one] = queries.reorders()
    assert one.quantity == 80  # one would not lift it above its point
    services.request_reorders(item_ids=[item.pk], by=person("ping"))
    work = WorkOrder.objects.get()
    assert (work.quantity, work.demands) == (80, [])
    assert queries.reorders() == []


def test_goods_for_somebody_are_not_for_the_stock() -> None:
    item = bolt()
    saved(method="min_max", minimum=Decimal(10), maximum=Decimal(20))
    row = ExpectedRow("BOLT", Decimal(500), NOW.date(), "PO", demand="orders.line:1")
    expect_supplies(rows=[row], by=None)
    assert [one.quantity for one in queries.reorders([item.pk])] == [20]
    saved(method="planned")
    assert queries.reorders([item.pk]) == []


def test_who_may_order_for_the_stock() -> None:
    for ids in ([], list(range(2000))):
        with pytest.raises(Invalid):
            services.request_reorders(item_ids=ids, by=None)
    for name in ("mei", "wen"):
        with pytest.raises(NotAllowed):
            services.request_reorders(item_ids=[1], by=person(name))


def test_reorders_ask_a_fixed_number_of_questions(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    masters.items({f"I-{number}": {"supply": "buy"} for number in range(12)})
    rows = [
        PolicyRow(f"I-{number}", method="min_max", minimum=Decimal(1), maximum=Decimal(9))
        for number in range(12)
    ]
    services.save_stock_policies(rows=rows, by=None)
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(queries.reorders()) == 12


def test_how_deliveries_strayed_counts_before_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    item = bolt()
    used({"BOLT": HISTORY})
    forecast()
    saved(lead_spread_days=Decimal(1))
    services.adopt_stock_policies(item_ids=[item.pk], by=None)
    item.refresh_from_db()
    typed = item.safety_stock
    known = {item.pk: LeadSpread(8.0, 6, "item", 1)}
    monkeypatch.setattr("gendan.stocking.deliveries.lead_spreads", lambda ids: known)
    services.adopt_stock_policies(item_ids=[item.pk], by=None)
    item.refresh_from_db()
    assert item.safety_stock > typed


def test_the_lead_time_of_calculated_limits_is_that_of_the_source_asked_first() -> None:
    item = bolt()
    used({"BOLT": HISTORY})
    forecast()
    policy = saved(method="min_max")

    def proposed() -> Any:
        item.refresh_from_db()
        return propose(item, policy, ItemForecast.objects.get(item=item), deliveries([item.pk]))

    own = proposed()
    masters.supplier("S-1")
    sourcing.source("S-1", "BOLT", lead_days=63)
    longer = proposed()
    assert longer.expected > own.expected * 2
    assert longer.safety > own.safety
    [adopted] = services.adopt_stock_policies(item_ids=[item.pk], by=person("ping"))
    assert adopted.reorder_point == longer.reorder_point
    # Its certificate has ended: nothing may be bought there, the item's own lead time holds.
    ended = clock.today() - dt.timedelta(days=1)
    sourcing.qualification("S-1", expires_on=ended, is_required=True)
    assert proposed() == own
