"""Stock formulas: worked answers of the literature, properties, and input nobody means."""

import json
from pathlib import Path
from typing import Any

import pytest

from gendan.engine.stocking import (
    Wanted,
    classify,
    cycle_service_z,
    eoq,
    eoq_with_backorders,
    eoq_with_breaks,
    epq,
    fill_rate_z,
    lead_time_spread,
    limits_for,
    newsvendor,
    normal_loss,
    reorder_point,
    safety_stock,
    silver_meal,
    stock_curve,
    wagner_whitin,
)

EXAMPLES = Path(__file__).parents[5].parent / "shared/data/mrp/inventory_examples.json"


def answer_to(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Our answer in the words of the examples."""
    if kind == "eoq":
        return dict(zip(("Q", "cost"), eoq(**given), strict=True))
    if kind == "eoq_backorders":
        given["shortage"] = given.pop("stockout")
        names = ("Q", "backorder_fraction", "cost")
        return dict(zip(names, eoq_with_backorders(**given), strict=True))
    if kind == "epq":
        given["rate"] = given.pop("production")
        return dict(zip(("Q", "cost"), epq(**given), strict=True))
    if kind == "newsvendor_normal":
        found = newsvendor(
            given["mean"], given["sd"], holding=given["holding"], shortage=given["stockout"]
        )
        return dict(found._asdict())
    if kind == "r_q_eoq_plus_safety_stock":
        level = given["stockout"] / (given["stockout"] + given["holding"])
        spread = lead_time_spread(given["demand_mean"], given["demand_sd"], given["lead_time"])
        safety = safety_stock(cycle_service_z(level), spread)
        lot = eoq(fixed=given["fixed"], holding=given["holding"], demand=given["demand_mean"])
        return {
            "r": reorder_point(given["demand_mean"], given["lead_time"], safety),
            "Q": lot.quantity,
        }
    if kind == "standard_normal_loss":
        return dict(normal_loss(given["z"])._asdict())
    if kind in ("wagner_whitin", "silver_meal"):
        plan = {"wagner_whitin": wagner_whitin, "silver_meal": silver_meal}[kind]
        lots = plan(given["demand"], fixed=given["fixed"], holding=given["holding"])
        return dict(lots._asdict())
    assert kind == "safety_stock_fixed_lead_time", kind
    spread = lead_time_spread(0, given["sd_per_period"], given["lead_time_periods"])
    return {"safety_stock": safety_stock(given["z"], spread)}


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the worked examples are not beside the project")
def test_worked_answers_come_out_to_the_digits_printed() -> None:
    examples = json.loads(EXAMPLES.read_text())
    assert len(examples) >= 9
    for one in examples:
        found = answer_to(one["kind"], dict(one["inputs"]))
        for name, value in one["answer"].items():
            assert found[name] == pytest.approx(value, rel=1e-12), (one["id"], name)


def test_economic_quantity_balances_ordering_and_holding() -> None:
    found = eoq(fixed=50, holding=2, demand=1800)
    assert (found.quantity, found.cost) == (300, 600)
    assert 50 * 1800 / found.quantity == 2 * found.quantity / 2 == 300


@pytest.mark.parametrize(
    ("breaks", "quantity", "price"),
    [
        ([(0, 10.0)], 300, 10.0),
        ([(0, 10.0), (1000, 9.9)], 300, 10.0),  # too much to hold for one percent
        ([(0, 10.0), (500, 9.0)], 500, 9.0),
        ([(400, 10.0)], 400, 10.0),  # the least that can be bought
        ([(0, 10.0), (200, 9.0), (600, 8.0)], 600, 8.0),
    ],
)
def test_price_breaks(breaks: list[tuple[float, float]], quantity: float, price: float) -> None:
    found = eoq_with_breaks(fixed=50, holding_share=0.2, demand=1800, breaks=breaks)
    assert (found.quantity, found.unit_price) == pytest.approx((quantity, price))
    # No other quantity at these prices is cheaper.
    for other in range(max(1, int(breaks[0][0])), 3000, 7):
        at = max(one for one in breaks if one[0] <= other)[1]
        cost = 1800 * at + 50 * 1800 / other + 0.2 * at * other / 2
        assert cost >= found.cost - 1e-9


def test_lots_of_changing_demand_cover_it_in_time() -> None:
    demand = [0, 40, 0, 90, 10, 0, 130, 20]
    exact = wagner_whitin(demand, fixed=100, holding=1)
    quick = silver_meal(demand, fixed=100, holding=1)
    for plan in (exact, quick):
        assert sum(plan.orders) == sum(demand)
        stock = 0.0
        for came, went in zip(plan.orders, demand, strict=True):
            stock += came - went
            assert stock >= 0
    assert exact.cost <= quick.cost
    assert wagner_whitin([], fixed=1, holding=1) == ([], 0)
    assert wagner_whitin([0, 0], fixed=1, holding=1) == ([0, 0], 0)


def test_made_slower_than_used_is_refused() -> None:
    with pytest.raises(ValueError, match="more than what is used"):
        epq(fixed=1, holding=1, demand=5, rate=5)


def test_fill_rate_gives_the_shortage_that_it_says() -> None:
    for level, quantity, spread in ((0.95, 100, 40), (0.99, 100, 80), (0.999, 20, 60)):
        z = fill_rate_z(level, quantity, spread)
        assert spread * normal_loss(z).loss / quantity == pytest.approx(1 - level, rel=1e-6)
    assert fill_rate_z(0.95, 10_000, 10) == 0  # large orders rarely come near an empty shelf
    assert fill_rate_z(0.95, 0, 10) == fill_rate_z(0.95, 10, 0) == 0


def test_an_unsure_lead_time_needs_more() -> None:
    sure = lead_time_spread(100, 20, 4)
    assert sure == 40
    assert lead_time_spread(100, 20, 4, 0.3) == 50


def test_limits_hold_together() -> None:
    wanted = Wanted(
        mean=200, spread=40, per_period=100, level=0.95, lead_time_spread=0.3, multiple=30
    )
    found = limits_for(wanted)
    assert found.spread == 50
    assert found.safety == pytest.approx(1.6449 * 50, abs=0.01)
    assert found.reorder_point == 200 + found.safety
    assert found.quantity == 120  # a month's demand in whole lots
    assert found.maximum == found.reorder_point + 120


def test_limits_of_what_nobody_uses_are_nothing() -> None:
    found = limits_for(Wanted(mean=0, spread=0, per_period=0, level=0.99, service="fill"))
    assert (found.safety, found.reorder_point, found.quantity, found.maximum) == (0, 0, 0, 0)


def test_the_curve_rises_and_shortages_fall() -> None:
    items = [
        (Wanted(mean=200, spread=40, per_period=100, level=0.95), 5.0),
        (Wanted(mean=10, spread=9, per_period=2, level=0.95), 80.0),
        (Wanted(mean=0, spread=0, per_period=0, level=0.95), 3.0),
    ]
    curve = stock_curve(items)
    values = [one.stock_value for one in curve]
    assert values == sorted(values)
    assert curve[0].safety_value == 0
    assert [one.short for one in curve] == sorted((one.short for one in curve), reverse=True)
    assert 0.9 < curve[-1].fill <= 1
    assert stock_curve([])[0].fill == 1


def test_classes() -> None:
    found = classify(
        {
            1: ([100, 110, 90, 100], 8.0),  # 80 % of the value, even
            2: ([0, 40, 0, 0], 10.0),  # 10 %, by fits and starts
            3: ([10, 20, 5, 15], 8.0),  # 10 %
            4: ([0, 0, 0, 0], 999.0),
            5: ([], 1.0),
        }
    )
    assert {item: one.abc + one.xyz for item, one in found.items()} == {
        1: "AX", 2: "BZ", 3: "BX", 4: "CZ", 5: "CZ",
    }  # fmt: skip
    assert found[1].share == pytest.approx(0.8)
    assert found[3].running == pytest.approx(1)
    assert classify({}) == {}
