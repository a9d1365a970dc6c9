"""Two people at the same goods at one moment: what is there is kept, handed over, taken once."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal

from gendan.inventory import invariants
from gendan.inventory.models import StockClaim
from gendan.inventory.queries import reserved_for
from gendan.inventory.services import (
    MoveRow,
    OpeningRow,
    RankRow,
    carry_moves,
    claim_stock,
    claiming,
    hand_over_stock,
    post_moves,
    post_opening_stock,
    rank_demands,
    reserve,
)
from gendan.kernel.errors import DomainError
from gendan.testing.at_once import at_once
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db(transaction=True)
RUSH, OTHER, LATE = (f"orders.line:{9_000_000 + number}" for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def item_id(monkeypatch: pytest.MonkeyPatch) -> int:
    """A hundred in the store; roles are there again after the test before emptied all tables."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    monkeypatch.setattr(claiming, "needs_goods", lambda _demand: True)
    item = masters.item("A-1")
    masters.stock("A-1", 100)
    return int(item.pk)


def refused(results: list[Any]) -> int:
    return sum(isinstance(one, DomainError) for one in results)


def test_the_same_goods_are_kept_for_one_of_two_and_nobody_moves_them(item_id: int) -> None:
    results = at_once(
        lambda: reserve(demands=[(RUSH, item_id, Decimal(70))], by=None),
        lambda: reserve(demands=[(OTHER, item_id, Decimal(70))], by=None),
    )
    assert refused(results) == 1
    assert sum(reserved_for([RUSH, OTHER]).values()) == 70
    masters.location("C", "customer")
    wen = person("wen")
    rows = [MoveRow("A-1", Decimal(20), "STORE", "C", reason="sample")]
    results = at_once(*[lambda: post_moves(rows=rows, by=wen)] * 2)
    assert refused(results) == 1  # thirty were free: the second twenty would be of what is kept
    masters.item("B-1")
    masters.location("QC", "quality")
    opening = [OpeningRow("B-1", Decimal(20), "QC")]
    results = at_once(*[lambda: post_opening_stock(rows=opening, by=wen)] * 2)
    assert refused(results) == 1  # opening stock is entered once
    masters.location("MILL", "supplier")
    came = [MoveRow("B-1", Decimal(50), "MILL", "QC", about="purchasing.goodsreceipt:7")]
    carry_moves(rows=came, by=None)
    out, inspector = [MoveRow("B-1", Decimal(15), "QC", "STORE")], person("qiu")
    results = at_once(*[lambda: post_moves(rows=out, by=inspector)] * 2)
    assert refused(results) == 1  # twenty lie there without a receipt
    assert sum(reserved_for([RUSH, OTHER]).values()) == 70
    assert invariants.check() == []


def test_two_asking_and_two_handing_over_the_same_do_it_once(item_id: int) -> None:
    reserve(demands=[(LATE, item_id, Decimal(100))], by=None)
    rank_demands(rows=[RankRow(RUSH, 1), RankRow(LATE, 9)], by=None)
    mei, ping, zhao = person("mei"), person("ping"), person("zhao")
    given: dict[str, Any] = {
        "demand": RUSH,
        "item_id": item_id,
        "quantity": Decimal(60),
        "reason": "fair",
    }
    results = at_once(*[lambda: claim_stock(**given, by=mei)] * 2)
    assert refused(results) == 1
    claim = StockClaim.objects.get()
    results = at_once(
        lambda: hand_over_stock(claim_id=claim.pk, reason="yes", by=ping),
        lambda: hand_over_stock(claim_id=claim.pk, reason="yes", by=zhao),
    )
    assert refused(results) == 1
    assert reserved_for([RUSH, LATE]) == {RUSH: 60, LATE: 40}
    # Two claims on what is left of it: no more changes hands than is kept.
    rank_demands(rows=[RankRow(OTHER, 1)], by=None)
    for demand in (RUSH, OTHER):
        claim_stock(**{**given, "demand": demand, "quantity": Decimal(30)}, by=mei)
    first, second = StockClaim.objects.filter(state="asked").values_list("pk", flat=True)
    results = at_once(
        lambda: hand_over_stock(claim_id=first, reason="yes", by=ping),
        lambda: hand_over_stock(claim_id=second, reason="yes", by=ping),
    )
    assert refused(results) == 1
    assert sum(reserved_for([RUSH, OTHER]).values()) == 90
    assert reserved_for([LATE]) == {LATE: 10}
    assert invariants.check() == []
