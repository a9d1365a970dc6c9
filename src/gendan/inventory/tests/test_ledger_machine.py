"""The ledger under random use: whatever is done or refused, every invariant holds."""

from decimal import Decimal
from typing import Any
from unittest import mock

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
from gendan.inventory.models import CountLine, Move, Reservation
from gendan.inventory.queries import availability, reserved_for, value_of
from gendan.inventory.services import (
    AlreadyReversed,
    CountedRow,
    MoveRow,
    NobodyGivesWay,
    NotEnoughStock,
    NothingToCount,
    RankRow,
    ReceiptRow,
    TransferRow,
    approve_variances,
    claim_stock,
    close_count,
    hand_over_stock,
    post_count,
    post_moves,
    rank_demands,
    receive_expected,
    record_counts,
    release_reservations,
    reserve,
    reverse_move,
    ship_from_stock,
    start_count,
    transfer_stock,
)
from gendan.kernel import journal
from gendan.kernel.errors import Invalid
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

ITEMS = ("A-1", "B-1")
PLACES = ("STORE", "STORE2", "HOLD", "LINE", "OUT")
quantities = st.integers(1, 30).map(Decimal)
demands = st.integers(1, 4).map(lambda number: f"orders.line:{number}")
items = st.sampled_from(ITEMS)


costs = st.none() | st.decimals(0, 20, places=2)


class Crashed(Exception):
    """The machine went away in the middle of a verb."""


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
        rank_demands(rows=[RankRow("orders.line:1", 1)], by=None)
        self.steps = 0
        self.kept: dict[tuple[str, str], Decimal] = {}
        self.stores = dict.fromkeys(ITEMS, Decimal(0))

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            assert invariants.check() == []
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(item=items, quantity=quantities, ends=st.permutations(PLACES), cost=costs)
    def move(self, item: str, quantity: Decimal, ends: list[str], cost: Decimal | None) -> None:
        source, target = ends[:2]
        try:
            post_moves(rows=[MoveRow(item, quantity, source, target, unit_cost=cost)], by=None)
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

    @rule(item=items, quantity=quantities, is_back=st.booleans())
    def carry(self, item: str, quantity: Decimal, is_back: bool) -> None:
        ends = ("STORE2", "STORE") if is_back else ("STORE", "STORE2")
        try:
            transfer_stock(rows=[TransferRow(item, quantity, *ends)], by=None)
        except NotEnoughStock:
            return

    @rule(item=items, quantity=quantities)
    def hand_over(self, item: str, quantity: Decimal) -> None:
        try:
            claims = claim_stock(
                demand="orders.line:1", item_id=self.items[item], quantity=quantity,
                reason="urgent", by=None,
            )  # fmt: skip
        except (NobodyGivesWay, Invalid):
            return
        for claim in claims:
            hand_over_stock(claim_id=claim.pk, reason="so it is", by=None)
            self.kept[claim.giver, item] -= claim.quantity
            mine = self.kept.get(("orders.line:1", item), Decimal(0))
            self.kept["orders.line:1", item] = mine + claim.quantity
        self.kept = {key: one for key, one in self.kept.items() if one}

    @rule(item=items, found=st.integers(0, 60), moved=quantities)
    def count(self, item: str, found: int, moved: Decimal) -> None:
        """Count a store while goods go on moving; what is short frees what was kept."""
        try:
            count = start_count(basis="items", items=[item], place="STORE", by=None)
        except NothingToCount:
            return
        line = count.lines.get()
        for _person in range(2):
            if line.state in CountLine.WAITING:
                row = CountedRow(line.pk, Decimal(found), line.round)
                (line,) = record_counts(count_id=count.pk, rows=[row], by=None)
        self.move(item, moved, ["OUT", "STORE"], None)
        approve_variances(count_id=count.pk, line_ids=[line.pk], by=None)
        post_count(count_id=count.pk, by=None)
        close_count(count_id=count.pk, by=None)
        self.stores[item] += line.variance or 0
        rows = Reservation.objects.filter(balance__item_id=self.items[item])
        held: dict[tuple[str, str], Decimal] = {}
        for demand, quantity in rows.values_list("demand", "quantity"):
            held[demand, item] = held.get((demand, item), Decimal(0)) + quantity
        assert all(held[key] <= self.kept[key] for key in held)
        self.kept = {key: one for key, one in self.kept.items() if key[1] != item} | held

    @rule(item=items, quantity=quantities)
    def crash(self, item: str, quantity: Decimal) -> None:
        """Everything is written, then the machine goes away before the end of the verb."""
        with mock.patch.object(journal, "record", side_effect=Crashed):
            for verb in (
                lambda: post_moves(rows=[MoveRow(item, quantity, "OUT", "STORE")], by=None),
                lambda: reserve(demands=[("orders.line:9", self.items[item], Decimal(1))], by=None),
            ):
                try:
                    verb()
                except (Crashed, NotEnoughStock):
                    continue
                raise AssertionError("the crash did not happen")

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "items"):
            return
        self.steps += 1
        if self.steps % 6 == 0:  # all of them, which costs more than most rules
            assert invariants.check() == []
        found = availability(self.items.values())
        for code, pk in self.items.items():
            kept = sum(one for (_whose, item), one in self.kept.items() if item == code)
            assert (found[pk].on_hand, found[pk].reserved) == (self.stores[code], kept)
        worth = value_of(self.items.values())
        assert all(one.value >= 0 and one.quantity > 0 for one in worth.values())
        by_demand: dict[str, Decimal] = {}
        for (whose, _item), quantity in self.kept.items():
            by_demand[whose] = by_demand.get(whose, Decimal(0)) + quantity
        assert reserved_for([f"orders.line:{number}" for number in range(1, 5)]) == by_demand


@pytest.mark.django_db(transaction=False)
def test_the_ledger_holds_under_random_use() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
