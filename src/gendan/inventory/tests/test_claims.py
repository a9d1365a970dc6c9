"""Kept goods change hands only by a claim that somebody else grants; lots are kept by name."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory import invariants
from gendan.inventory.models import Reservation, StockClaim
from gendan.inventory.queries import losers_of, reserved_for
from gendan.inventory.queries.claims import needs_goods
from gendan.inventory.services import (
    MoveRow,
    NobodyGivesWay,
    NotEnoughStock,
    RankRow,
    SameDecider,
    TransferRow,
    claim_stock,
    claiming,
    hand_over_stock,
    issue_from_stock,
    keep_lot,
    post_moves,
    rank_demands,
    refuse_claim,
    reserve,
    ship_from_stock,
    transfer_stock,
)
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
RUSH, OLD, NEW = "orders.line:9000001", "orders.line:9000002", "orders.line:9000003"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs goods: the orders stand above this room; theirs is asked in one test below."""
    monkeypatch.setattr(claiming, "needs_goods", {RUSH, OLD, NEW}.__contains__)


@pytest.fixture
def item_id() -> int:
    item = masters.item("A-1")
    masters.stock("A-1", 100)
    masters.location("BIN")
    for demand in (OLD, NEW):
        reserve(demands=[(demand, item.pk, Decimal(40))], by=None)
    rank_demands(rows=[RankRow(RUSH, 1)], by=None)
    return int(item.pk)


def ask(item_id: int, quantity: int, demand: str = RUSH) -> list[StockClaim]:
    return claim_stock(
        demand=demand, item_id=item_id, quantity=Decimal(quantity), reason="fair", by=person("mei")
    )


def test_kept_goods_are_safe_from_moves_and_deliveries(item_id: int) -> None:
    masters.location("C", "customer")
    with pytest.raises(NotEnoughStock, match="reserved for others"):
        post_moves(rows=[MoveRow("A-1", Decimal(30), "STORE", "C")], by=None)
    with pytest.raises(NotEnoughStock):
        ship_from_stock(shipments=[(RUSH, item_id, Decimal(30))], by=None)
    with pytest.raises(NotEnoughStock):
        issue_from_stock(issues=[(RUSH, item_id, Decimal(30))], about="x:1", by=None)
    moves = issue_from_stock(issues=[(OLD, item_id, Decimal(50))], about="x:1", by=None)
    assert sum(one.quantity for one in moves) == 50
    assert reserved_for([OLD, NEW]) == {NEW: 40}
    assert invariants.check() == []


def test_who_would_lose_is_the_least_urgent_and_the_last_who_came(item_id: int) -> None:
    losses = losers_of(RUSH, item_id, Decimal(50))
    assert [(one.demand, int(one.quantity)) for one in losses] == [(NEW, 40), (OLD, 10)]
    rank_demands(rows=[RankRow(OLD, 9), RankRow(NEW, 1)], by=None)
    assert [one.demand for one in losers_of(RUSH, item_id, Decimal(50))] == [OLD]
    with pytest.raises(NobodyGivesWay, match="only 40"):
        ask(item_id, 41)
    with pytest.raises(Invalid, match="20 of A-1 are free"):
        ask(item_id, 20)


def test_a_claim_is_granted_by_somebody_else_and_on_record(item_id: int) -> None:
    (claim,) = ask(item_id, 30)
    with pytest.raises(NobodyGivesWay, match="already"):
        ask(item_id, 30)
    with pytest.raises(NotAllowed):
        hand_over_stock(claim_id=claim.pk, reason="yes", by=person("mei"))
    with pytest.raises(Invalid):
        hand_over_stock(claim_id=claim.pk, reason=" ", by=person("ping"))
    claim = hand_over_stock(claim_id=claim.pk, reason="the fair opens", by=person("ping"))
    assert (claim.giver, claim.answer) == (NEW, "the fair opens")
    assert reserved_for([RUSH, OLD, NEW]) == {RUSH: 30, OLD: 40, NEW: 10}
    assert invariants.check() == []
    with pytest.raises(IllegalStep, match=r"^A-1: 30 "):  # named as people do, not by an id
        refuse_claim(claim_id=claim.pk, reason="no", by=person("ping"))
    mine, other = claim_stock(
        demand=RUSH, item_id=item_id, quantity=Decimal(25), reason="more", by=person("ping")
    )
    with pytest.raises(SameDecider):
        hand_over_stock(claim_id=mine.pk, reason="yes", by=person("ping"))
    assert (mine.giver, int(mine.quantity), other.giver, int(other.quantity)) == (NEW, 10, OLD, 15)
    refuse_claim(claim_id=mine.pk, reason="no", by=person("zhao"))
    assert reserved_for([RUSH]) == {RUSH: 30}


def test_what_is_kept_goes_along_to_another_bin(item_id: int) -> None:
    rows = [TransferRow("A-1", Decimal(90), "STORE", "BIN")]
    (move,) = transfer_stock(rows=rows, by=person("wen"))
    assert move.quantity == 90
    assert reserved_for([OLD, NEW]) == {OLD: 40, NEW: 40}
    held = Reservation.objects.filter(balance__location__code="BIN").values_list("quantity")
    assert sum(quantity for (quantity,) in held) == 70
    assert invariants.check() == []
    with pytest.raises(NotEnoughStock):
        transfer_stock(rows=[TransferRow("A-1", Decimal(11), "STORE", "BIN")], by=None)
    masters.location("HOLD", "quality")
    with pytest.raises(RowsRefused, match="no place in our stores"):
        transfer_stock(rows=[TransferRow("A-1", Decimal(1), "STORE", "HOLD")], by=None)


def test_a_lot_is_kept_by_name(item_id: int) -> None:
    masters.item("L-1", traced="lot")
    good = masters.stock("L-1", 10, lot_code="good")
    masters.stock("L-1", 10, lot_code="old")
    old = masters.lot("L-1", "old", expires_on=dt.date(2020, 1, 1))
    given: dict[str, Any] = {"demand": RUSH, "quantity": Decimal(10), "by": person("wen")}
    with pytest.raises(Invalid, match="expired"):
        keep_lot(lot_id=old.pk, **given)
    with pytest.raises(Invalid):
        keep_lot(lot_id=good.lot_id or 0, **given | {"demand": "Drop table"})
    keep_lot(lot_id=good.lot_id or 0, **given)
    with pytest.raises(NotEnoughStock, match="Only 0"):
        keep_lot(lot_id=good.lot_id or 0, **given)
    with pytest.raises(NotEnoughStock):  # what has expired is never kept
        reserve(demands=[(OLD, good.item_id, Decimal(1))], by=None)
    with pytest.raises(RowsRefused):
        rank_demands(rows=[RankRow(OLD, 0)], by=None)
    assert invariants.check() == []


def test_goods_are_kept_only_for_what_exists_and_needs_some(
    item_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "needs_goods", needs_goods)
    first = orders.confirmed(masters.customer("C-1"), [orders.line("A-1", 30)]).lines.get()
    gone = orders.confirmed(masters.customer("C-2"), [orders.line("A-1", 10)])
    second = gone.lines.get()
    cancel_order(order_id=gone.pk, reason="too many", by=None)
    lot = masters.stock(masters.item("L-2", traced="lot").code, 5, lot_code="L").lot_id or 0
    for unknown in (
        "orders.line:999999999",
        "orders.line:999999999999999999",
        f"orders.line:{second.pk}",  # cancelled
        f"catalog.item:{item_id}",
        "nothing.there:1",
    ):
        with pytest.raises(Invalid, match="needs no goods"):
            ask(item_id, 30, unknown)
        with pytest.raises(Invalid, match="needs no goods"):
            keep_lot(demand=unknown, lot_id=lot, quantity=Decimal(1), by=person("wen"))
    rank_demands(rows=[RankRow(f"orders.line:{first.pk}", 1)], by=None)
    assert len(ask(item_id, 30, f"orders.line:{first.pk}")) == 1
