"""The ledger under random use: whatever is done or refused, every invariant holds."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from gendan.inventory import invariants
from gendan.inventory.models import Move
from gendan.inventory.queries import availability, reserved_for
from gendan.inventory.services import (
    AlreadyReversed,
    MoveRow,
    NotEnoughStock,
    ReceiptRow,
    post_moves,
    receive_expected,
    release_reservations,
    reserve,
    reverse_move,
    ship_from_stock,
)
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

ITEMS = ("A-1", "B-1")
PLACES = ("STORE", "STORE2", "HOLD", "LINE", "OUT")
quantities = st.integers(1, 30).map(Decimal)
demands = st.integers(1, 4).map(lambda number: f"orders.line:{number}")
items = st.sampled_from(ITEMS)


class Ledger(RuleBasedStateMachine):
    """A plain model beside the real thing: what is free and kept, by item and demand."""

    @initialize()
    def begin(self) -> None:
        self.atomic: Any = transaction.atomic()
        self.atomic.__enter__()
        self.items = {one.code: one.pk for one in masters.items({code: {} for code in ITEMS})}
        for code, kind in zip(
            PLACES, ("store", "store", "quality", "production", "supplier"), strict=True
        ):
            masters.location(code, kind)
        self.kept: dict[tuple[str, str], Decimal] = {}
        self.stores = dict.fromkeys(ITEMS, Decimal(0))

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(item=items, quantity=quantities, ends=st.permutations(PLACES))
    def move(self, item: str, quantity: Decimal, ends: list[str]) -> None:
        source, target = ends[:2]
        try:
            post_moves(rows=[MoveRow(item, quantity, source, target)], by=None)
        except NotEnoughStock:
            return
        self.stores[item] += quantity * (target.startswith("STORE"))
        self.stores[item] -= quantity * (source.startswith("STORE"))

    @rule(item=items, quantity=quantities)
    def receive(self, item: str, quantity: Decimal) -> None:
        supply = masters.expected(item, quantity)
        receive_expected(rows=[ReceiptRow(supply.pk, quantity, "STORE")], by=None)
        self.stores[item] += quantity

    @rule(item=items, quantity=quantities, demand=demands)
    def reserve(self, item: str, quantity: Decimal, demand: str) -> None:
        free = self.stores[item] - sum(
            kept for (_demand, of_item), kept in self.kept.items() if of_item == item
        )
        try:
            reserve(demands=[(demand, self.items[item], quantity)], by=None)
        except NotEnoughStock:
            assert free < quantity
            return
        assert free >= quantity
        self.kept[demand, item] = self.kept.get((demand, item), Decimal(0)) + quantity

    @rule(demand=demands)
    def release(self, demand: str) -> None:
        kept = sum(quantity for (whose, _item), quantity in self.kept.items() if whose == demand)
        released = release_reservations(demands=[demand], by=None)
        assert released == ({demand: kept} if kept else {})
        self.kept = {key: one for key, one in self.kept.items() if key[0] != demand}

    @rule(item=items, quantity=quantities, demand=demands)
    def ship(self, item: str, quantity: Decimal, demand: str) -> None:
        others = sum(
            kept
            for (whose, of_item), kept in self.kept.items()
            if of_item == item and whose != demand
        )
        try:
            ship_from_stock(shipments=[(demand, self.items[item], quantity)], by=None)
        except NotEnoughStock:
            assert self.stores[item] - others < quantity
            return
        assert self.stores[item] - others >= quantity
        self.stores[item] -= quantity
        own = self.kept.pop((demand, item), Decimal(0)) - quantity
        if own > 0:
            self.kept[demand, item] = own

    @rule(place=st.integers(0, 50))
    def take_back(self, place: int) -> None:
        moves = list(Move.objects.order_by("pk").select_related("item", "source", "target"))
        if not moves:
            return
        move = moves[place % len(moves)]
        try:
            reverse_move(move_id=move.pk, reason="mistake", by=None)
        except (NotEnoughStock, AlreadyReversed):
            return
        self.stores[move.item.code] -= move.quantity * (move.target.kind == "store")
        self.stores[move.item.code] += move.quantity * (move.source.kind == "store")

    @rule(item=items, quantity=quantities)
    def make_a_mistake(self, item: str, quantity: Decimal) -> None:
        try:
            rows = [
                MoveRow(item, quantity, "OUT", "STORE"),
                MoveRow(item, quantity, "STORE", "nowhere"),
            ]
            post_moves(rows=rows, by=None)
        except RowsRefused:
            return
        raise AssertionError("half a call was taken")

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "items"):
            return
        assert invariants.check() == []
        found = availability(self.items.values())
        for code, pk in self.items.items():
            kept = sum(one for (_whose, item), one in self.kept.items() if item == code)
            assert (found[pk].on_hand, found[pk].reserved) == (self.stores[code], kept)
        by_demand: dict[str, Decimal] = {}
        for (whose, _item), quantity in self.kept.items():
            by_demand[whose] = by_demand.get(whose, Decimal(0)) + quantity
        assert reserved_for([f"orders.line:{number}" for number in range(1, 5)]) == by_demand


@pytest.mark.django_db(transaction=False)
def test_the_ledger_holds_under_random_use() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
